"""Times as people type them: by their own clocks, to the minute."""

from datetime import datetime
from zoneinfo import ZoneInfo

from procession.core.times import DAY, Instant, to_datetime, to_instant
from procession.kit.errors import invalid

_CLOCK = "%Y-%m-%dT%H:%M"


def typed_time(instant: Instant | None, zone: str) -> str:
    """As a field for a date with a time takes it; empty for none."""
    return "" if instant is None else to_datetime(instant, zone).strftime(_CLOCK)


def usual_deadline(now: Instant, zone: str) -> str:
    """Of a task that is being made: tomorrow, at the end of a day's work."""
    return to_datetime(now + DAY, zone).replace(hour=17, minute=0).strftime(_CLOCK)


def moment_of(typed: str, zone: str, field: str = "deadline") -> Instant:
    """What the clocks of `zone` show then. Raises Invalid, beside `field`."""
    try:
        return to_instant(datetime.strptime(typed, _CLOCK).replace(tzinfo=ZoneInfo(zone)))
    except (ValueError, OverflowError):
        raise invalid(field, "This is no date with a time.") from None
