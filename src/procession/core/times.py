"""Instants: how points in time are held, read from the wire and written to it (contract 00, 4.7).

An instant is a whole number of microseconds since 1970-01-01T00:00:00Z. Both databases store
and compare such numbers identically, so sorting and paging never depend on a driver's idea of time.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Instant = int

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Years of what is planned: far enough from where Python's calendar ends that the instant can be
#: shown in every timezone, and late enough that an unset date of a client is refused. What people
#: enter and ask for may be of any year, 0001 to 9999.
FIRST_YEAR, LAST_YEAR = 1900, 9998
_ACCEPTED = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SPACE_BEFORE_OFFSET = re.compile(
    r"(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) (\d{2}:?\d{2})$", re.ASCII
)


@lru_cache(maxsize=4096)
def wire_time(instant: Instant) -> str:
    """The form of every timestamp in answers: UTC, whole seconds, `2025-05-15T14:30:00Z`."""
    moment = _EPOCH + timedelta(seconds=instant // SECOND)
    return f"{moment.isoformat()[:19]}Z"


def optional_wire_time(instant: Instant | None) -> str | None:
    return None if instant is None else wire_time(instant)


def to_instant(moment: datetime) -> Instant:
    """`moment` must carry a zone."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


#: Of a calendar of years with four digits.
_BEGINNING = to_instant(datetime.min.replace(tzinfo=UTC))
_END = to_instant(datetime.max.replace(tzinfo=UTC))


def to_datetime(instant: Instant, zone: str = "UTC") -> datetime:
    moment = _EPOCH + timedelta(microseconds=instant)
    return moment.astimezone(ZoneInfo(zone))


class OutOfTime(ValueError):
    """A date-time, but of a year that nothing is planned in."""


def parse_instant(text: str) -> Instant:
    """Read a date-time that something is planned for; see `parse_moment`.

    Raises OutOfTime before 1900 and after 9998, and ValueError.
    """
    moment = parse_moment(text)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise OutOfTime(f"not a date of our time: {text!r}")
    return to_instant(moment)


def parse_moment(text: str) -> datetime:
    """Read a date-time of the contract, of any year; without an offset it is UTC.

    Raises ValueError.
    """
    match = _ACCEPTED.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a date: {text!r}")
    day, clock, offset = match.groups()
    clock = (clock or "00:00:00").split(".")
    fraction = f".{clock[1][:6]:0<6}" if len(clock) > 1 else ""
    zone = "+00:00" if offset in (None, "Z", "z") else offset
    return datetime.fromisoformat(f"{day}T{clock[0]}{fraction}{zone}")


def day_range(day: str, zone: str) -> tuple[Instant, Instant]:
    """First instant of a calendar day in `zone`, and of the day after.

    Only `YYYY-MM-DD` is a day; other forms that Python reads raise ValueError as words do.
    """
    if _DAY.fullmatch(day) is None:
        raise ValueError(f"not a day: {day!r}")
    start = date.fromisoformat(day)
    midnight = ZoneInfo(zone)
    first = to_instant(datetime.combine(start, time(), midnight))
    if start == date.max:
        return first, first + DAY
    return first, to_instant(datetime.combine(start + timedelta(days=1), time(), midnight))


def days_between(text: str, zone: str) -> tuple[Instant, Instant]:
    """Of one day, or of `first:last` with both of them; without one of the two it is open there.

    Raises ValueError.
    """
    first, colon, last = text.partition(":")
    if not colon:
        return day_range(first, zone)
    if not first and not last:
        raise ValueError(f"no days: {text!r}")
    return (
        day_range(first, zone)[0] if first else _BEGINNING,
        day_range(last, zone)[1] if last else _END,
    )


def moment_of(text: str, zone: str) -> Instant:
    """From a query: an instant, or the start of a day in `zone`. Raises ValueError."""
    if _DAY.fullmatch(text.strip()):
        return day_range(text.strip(), zone)[0]
    return to_instant(parse_moment(plus_restored(text)))


def plus_restored(text: str) -> str:
    """A date-time from a query, in which the plus of its offset has been read as a space."""
    return _SPACE_BEFORE_OFFSET.sub(r"\1+\2", text)


def local_day(instant: Instant, zone: str) -> str:
    """The calendar day, `YYYY-MM-DD`, that `instant` falls on in `zone`."""
    return to_datetime(instant, zone).date().isoformat()


def utc_offset(instant: Instant, zone: str) -> str:
    """`+hh:mm` or `-hh:mm`, the offset of `zone` at `instant`."""
    text = to_datetime(instant, zone).strftime("%z")
    return f"{text[:3]}:{text[3:5]}"


def is_stale(seen_at: Instant | None, now: Instant) -> bool:
    """When somebody was last seen is told to five minutes (contract 10, 1.1)."""
    return seen_at is None or seen_at <= now - 5 * MINUTE
