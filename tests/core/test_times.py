"""Instants: reading and writing points in time (contract 00, 4.7)."""

import pytest

from procession.core.times import (
    DAY,
    HOUR,
    day_range,
    local_day,
    parse_instant,
    utc_offset,
    wire_time,
)

NOON = 1_747_319_400 * 1_000_000  # 2025-05-15T14:30:00Z


@pytest.mark.parametrize(
    "text",
    [
        "2025-05-15 14:30:00",
        "2025-05-15 14:30",
        "2025-05-15T14:30:00Z",
        "2025-05-15T16:30:00+02:00",
        "2025-05-15T16:30:00+0200",
        " 2025-05-15t14:30:00.000z ",
    ],
)
def test_the_accepted_forms_mean_the_same_instant(text: str) -> None:
    assert parse_instant(text) == NOON


def test_a_day_is_its_first_moment_and_fractions_are_kept() -> None:
    assert wire_time(parse_instant("2025-05-15")) == "2025-05-15T00:00:00Z"
    assert parse_instant("2025-05-15T14:30:00.1234567Z") == NOON + 123_456


@pytest.mark.parametrize(
    "text", ["1747319400", "tomorrow", "2025-13-01", "2025-05-15T25:00:00Z", "", "15.05.2025"]
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_instant(text)


def test_the_wire_has_whole_seconds() -> None:
    assert wire_time(NOON + 999_999) == "2025-05-15T14:30:00Z"
    assert wire_time(-1) == "1969-12-31T23:59:59Z"


def test_days_are_days_of_the_zone() -> None:
    first, after = day_range("2025-03-30", "Europe/Berlin")
    assert after - first == DAY - HOUR  # the clocks went forward
    assert wire_time(first) == "2025-03-29T23:00:00Z"
    assert local_day(NOON, "Pacific/Auckland") == "2025-05-16"
    assert utc_offset(NOON, "America/New_York") == "-04:00"
    assert utc_offset(NOON, "Asia/Kolkata") == "+05:30"


@pytest.mark.parametrize("text", ["20250515", "2025-W20-4", "2025-5-15", "2025-05-15 ", "soon", ""])
def test_a_day_is_written_in_one_way(text: str) -> None:
    with pytest.raises(ValueError):
        day_range(text, "UTC")
