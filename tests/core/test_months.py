"""Months of the calendar, as people in a timezone have them."""

from procession.core.months import months_until
from procession.core.times import parse_instant, wire_time


def months(first: str, last: str, zone: str, most: int = 100) -> list[tuple[str, str, str]]:
    found = months_until(parse_instant(first), parse_instant(last), zone, most)
    return [(name, wire_time(start), wire_time(end)) for name, start, end in found]


def test_they_go_back_over_the_year_and_over_the_change_of_clocks() -> None:
    assert months("2031-02-28T23:30:00Z", "2031-04-10T00:00:00Z", "Europe/Berlin") == [
        ("2031-04", "2031-03-31T22:00:00Z", "2031-04-30T22:00:00Z"),
        ("2031-03", "2031-02-28T23:00:00Z", "2031-03-31T22:00:00Z"),
    ]
    over_the_year = months("2030-11-30T00:00:00Z", "2031-01-01T00:00:00Z", "UTC")
    assert [name for name, _, _ in over_the_year] == ["2031-01", "2030-12", "2030-11"]


def test_the_newest_are_enough() -> None:
    assert len(months("2000-01-01T00:00:00Z", "2031-01-01T00:00:00Z", "UTC", 3)) == 3
