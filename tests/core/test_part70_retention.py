"""Part 70, 3 and row 21: when something is due, and how the reference's settings say it."""

import pytest

from procession.core.archive import Verb
from procession.core.retention import (
    Period,
    Rule,
    Wanted,
    cutoff,
    days_of,
    due_since,
    is_shorter,
    shown_period,
    within_ceilings,
)
from procession.core.times import DAY, HOUR, day_range


def instant(day: str, zone: str, hours: float = 0) -> int:
    return day_range(day, zone)[0] + int(hours * HOUR)


@pytest.mark.parametrize(
    ("now", "months", "start"),
    [
        ("2026-03-31", 1, "2026-02-28"),
        ("2028-03-31", 1, "2028-02-29"),
        ("2026-07-15", 6, "2026-01-15"),
        ("2026-01-31", 2, "2025-11-30"),
        ("2026-05-31", 15, "2025-02-28"),
    ],
)
def test_70_21_months_are_those_of_the_calendar(now: str, months: int, start: str) -> None:
    for zone in ("UTC", "Europe/Berlin", "America/New_York"):
        found = cutoff(Period("months", months), instant(now, zone), zone)
        assert found == instant(start, zone)


def test_70_21_days_and_weeks_are_hours() -> None:
    """Over a change of clocks, too."""
    now = instant("2026-03-30", "Europe/Berlin", 9)
    assert cutoff(Period("days", 2), now, "Europe/Berlin") == now - 48 * HOUR
    assert cutoff(Period("weeks", 1), now, "Europe/Berlin") == now - 168 * HOUR


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata"])
@pytest.mark.parametrize("months", [1, 2, 12, 13])
def test_due_since_is_when_it_becomes_due(zone: str, months: int) -> None:
    period = Period("months", months)
    for day in range(0, 800, 3):
        start = instant("2026-01-01", zone, 10) + day * DAY
        since = due_since(period, start, zone)
        assert cutoff(period, since + HOUR, zone) >= start
        assert cutoff(period, since - 2 * HOUR, zone) < start


def test_what_began_before_the_calendar_is_never_due() -> None:
    assert cutoff(Period("months", 1200), 0, "UTC") == instant("1870-01-01", "UTC")
    assert cutoff(Period("months", 1200), instant("0050-01-01", "UTC"), "UTC") < 0


@pytest.mark.parametrize(
    ("period", "than", "shorter"),
    [
        (Period("days", 10), Period("days", 11), True),
        (Period("days", 11), Period("days", 11), False),
        (Period("days", 30), Period("months", 1), True),
        (Period("days", 31), Period("months", 1), False),
        (Period("months", 1), Period("days", 28), False),
        (Period("months", 1), Period("days", 29), True),
        (Period("weeks", 4), Period("months", 1), True),
        (None, Period("months", 1), False),
        (Period("months", 1200), None, True),
    ],
)
def test_70_3_what_is_less_than_the_default(
    period: Period | None, than: Period | None, *, shorter: bool
) -> None:
    assert is_shorter(period, than) is shorter


def test_days_of_months() -> None:
    assert days_of(Period("months", 1)) == (28, 31)
    assert days_of(Period("months", 12)) == (365, 366)
    assert days_of(Period("months", 48)) == (1461, 1461)
    assert days_of(Period("months", 6)) == (181, 184)


def test_70_16_what_is_shown_is_never_shorter_but_for_90_weeks() -> None:
    for value in (*range(1, 400), 1200):
        for unit in ("days", "weeks", "months"):
            period = Period(unit, value)
            shown = shown_period(Rule(archive_after=period))
            assert shown.unit in ("days", "weeks")
            assert 1 <= shown.value <= 90
            if days_of(period)[1] <= 630:
                assert 0 <= days_of(shown)[0] - days_of(period)[1] < 7
            else:
                assert shown == Period("weeks", 90)


def test_70_22_ceilings_take_the_oldest_of_all_verbs() -> None:
    wanted = [
        Wanted(due_at, verb, f"{verb}{due_at}", template)
        for due_at, verb, template in (
            (9, Verb.ARCHIVE, "t"), (1, Verb.DELETE, "t"), (2, Verb.ARCHIVE, "t"),
            (3, Verb.ARCHIVE, "t"), (5, Verb.DELETE, "u"), (4, Verb.ARCHIVE, "u"),
        )
    ]  # fmt: skip
    assert [each.due_at for each in within_ceilings(wanted, 3, {})] == [1, 2, 3]
    assert [each.due_at for each in within_ceilings(wanted, 3, {"t": 1})] == [1, 4, 5]
    assert [each.due_at for each in within_ceilings(wanted, 10, {"t": 2})] == [1, 2, 4, 5]
