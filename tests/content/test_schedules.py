"""When schedules are due (part 50, 9), without a server."""

from typing import Any

import pytest

from procession.core.times import parse_instant, wire_time
from procession.domains.schedules.content import cron_of, cron_problem, next_due

NOW = parse_instant("2026-03-02T09:00:00Z")


def dues(cron: str, zone: str, after: str, count: int = 3) -> list[str]:
    moment, found = parse_instant(after), []
    for _ in range(count):
        due = next_due(cron, zone, moment)
        assert due is not None
        assert due > moment
        moment = due
        found.append(wire_time(due))
    return found


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        ("30 9 * * 1-5", "UTC", "2026-03-06T09:30:00Z", ["2026-03-09", "2026-03-10"]),
        # The last day of a month that is shorter.
        ("0 9 31 * *", "UTC", "2026-01-31T09:00:00Z", ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("0 9 30 * *", "UTC", "2028-01-31T09:00:00Z", ["2028-02-29", "2028-03-30", "2028-04-30"]),
        ("0 9 29 2 *", "UTC", "2026-01-01T00:00:00Z", ["2026-02-28", "2027-02-28", "2028-02-29"]),
        ("0 9 31 4 *", "UTC", "2026-01-01T00:00:00Z", ["2026-04-30", "2027-04-30"]),
    ],
)
def test_50_9_days_are_due(cron: str, zone: str, after: str, expected: list[str]) -> None:
    found = dues(cron, zone, after, len(expected))
    assert [each[:10] for each in found] == expected


def test_50_9_daylight_saving_both_ways() -> None:
    zone = "America/New_York"
    # Put forward on 8 March: no 2:30, so it is due at 3:00; the wall clock's time stays.
    assert dues("30 2 * * *", zone, "2026-03-07T08:00:00Z") == [
        "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z", "2026-03-10T06:30:00Z",
    ]  # fmt: skip
    assert dues("0 9 * * *", zone, "2026-03-07T15:00:00Z", 2) == [
        "2026-03-08T13:00:00Z", "2026-03-09T13:00:00Z",
    ]  # fmt: skip
    # Put back on 1 November: 1:30 comes twice, and is due once, whenever one asks.
    assert dues("30 1 * * *", zone, "2026-10-31T06:00:00Z") == [
        "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z", "2026-11-03T06:30:00Z",
    ]  # fmt: skip
    assert dues("30 1 * * *", zone, "2026-11-01T06:10:00Z", 1) == ["2026-11-02T06:30:00Z"]
    # Every hour is every hour, also the one that comes twice.
    assert dues("0 * * * *", zone, "2026-11-01T04:30:00Z") == [
        "2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z", "2026-11-01T07:00:00Z",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "cron",
    [
        "", "* * * *", "* * * * * *", "61 * * * *", "a b c d e", "0 0 30 2 1,L,x", "0 0 0 * *",
        "*/0 * * * *", "0 9 * * MON#9", "0 9 ٣ * *", "0 9 * * 1" + "," * 200, "-1 * * * *",
        "1-0 * * * *", "0 0 32 * *", ", , , , ,", "1/2/3 * * * *", "@daily", "LW/2 L L L L",
        "L * * * *", "* * L/L * *", "0 0 L-3 * *", "0 0 * * L", "0 0 LW,L/2 1 *", "0 0 L/2 1 *",
        "0 0 30/5 2 *", "9" * 50 + " * * * *", "*,* */*/* * * *",
    ],
)  # fmt: skip
def test_50_9_what_is_no_cron_is_told(cron: str) -> None:
    """Or is one after all; nothing raises."""
    problem = cron_problem(cron, "UTC", NOW)
    assert problem is not None or next_due(cron, "UTC", NOW) is not None
    if "L" not in cron:
        assert problem, cron


def test_50_9_a_rhythm_is_a_cron() -> None:
    problems: dict[str, list[str]] = {}
    assert cron_of({"every": "day", "time": "09:05"}, problems) == "5 9 * * *"
    assert cron_of({"every": "week", "time": "23:00", "weekday": 7}, problems) == "0 23 * * 7"
    assert cron_of({"every": "week", "time": "00:00", "weekday": "Friday"}, problems) == "0 0 * * 5"
    assert cron_of({"every": "month", "time": "09:00", "day": "31"}, problems) == "0 9 31 * *"
    assert problems == {}
    refused: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"cron.every", "cron.time"}),
        ({"every": "year", "time": "25:00"}, {"cron.every", "cron.time"}),
        ({"every": "month", "time": "09:00"}, {"cron.day"}),
        ({"every": "month", "time": "09:00", "day": 32}, {"cron.day"}),
        ({"every": "week", "time": "09:00", "weekday": True}, {"cron.weekday"}),
        ({"every": ["day"], "time": {"a": 1}, "x": 1}, {"cron.every", "cron.time", "cron.x"}),
        ({"every": "day", "time": "09:00", "day": 31}, {"cron.day"}),
    ]
    for wrong, keys in refused:
        problems = {}
        cron_of(wrong, problems)
        assert set(problems) == keys
