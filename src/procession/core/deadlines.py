"""When work is due (contract 50, 6.1 and 6.2)."""

import calendar
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from procession.core.times import Instant, to_datetime, to_instant

UNITS = ("minutes", "hours", "days", "weeks", "months")


@dataclass(frozen=True)
class Offset:
    """A length of time as authors write it: `unit` is one of UNITS."""

    value: int
    unit: str


def plural_unit(word: str) -> str | None:
    """`day` and `days` are `days`; None for a word that is no unit."""
    plural = word if word.endswith("s") else f"{word}s"
    return plural if plural in UNITS else None


def after(start: Instant, offset: Offset, zone: str) -> Instant:
    """Minutes and hours are elapsed time; days and longer keep the wall-clock time of `zone`."""
    if offset.unit in ("minutes", "hours"):
        return start + timedelta(**{offset.unit: offset.value}) // timedelta(microseconds=1)
    local = to_datetime(start, zone).replace(tzinfo=None)
    moved = (
        _add_months(local, offset.value)
        if offset.unit == "months"
        else local + timedelta(**{offset.unit: offset.value})
    )
    return to_instant(moved.replace(tzinfo=ZoneInfo(zone)))


def _add_months(local: datetime, months: int) -> datetime:
    """The 31st clips to the last day of a shorter month."""
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    day = min(local.day, calendar.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)
