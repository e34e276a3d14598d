"""Months of the calendar that people in one timezone have."""

from datetime import datetime
from zoneinfo import ZoneInfo

from procession.core.times import Instant, to_datetime, to_instant


def months_until(
    first: Instant, last: Instant, zone: str, most: int
) -> list[tuple[str, Instant, Instant]]:
    """From the month of `last` back to that of `first`: its name (`2031-05`), its start and its
    end, which is the start of the next."""
    at = to_datetime(last, zone)
    year, month = at.year, at.month
    end = _start(year + month // 12, month % 12 + 1, zone)
    found: list[tuple[str, Instant, Instant]] = []
    while end > first and len(found) < most:
        start = _start(year, month, zone)
        found.append((f"{year:04d}-{month:02d}", start, end))
        year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        end = start
    return found


def _start(year: int, month: int, zone: str) -> Instant:
    return to_instant(datetime(year, month, 1, tzinfo=ZoneInfo(zone)))
