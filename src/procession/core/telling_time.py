"""Points in time as people read them, on pages and in mails: the one place that puts them so.

`Thursday, 4 March 2027, 14:30 (Europe/Lisbon)`. The month is a word, so that nobody takes it for
the day, and the zone is named, because a mail may be read in another.
"""

from datetime import date

from procession.core.times import DAY, HOUR, MINUTE, Instant, parse_instant, to_datetime

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAY_LENGTH = len("2027-03-04")


def told_time(instant: Instant, zone: str) -> str:
    """As the clocks of `zone` show it, to the minute."""
    moment = to_datetime(instant, zone)
    return f"{_told(moment.date())}, {moment:%H:%M} ({zone})"


def told_ago(instant: Instant, now: Instant, zone: str) -> str:
    """Beside an absolute time: `in 2 days`, `3 hours ago`; a day where it is more than a month."""
    distance = abs(instant - now)
    if distance >= 31 * DAY:
        return short_day(instant, zone)
    for length, word in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        count = distance // length
        if count:
            told = f"{count} {word}{'' if count == 1 else 's'}"
            return f"in {told}" if instant > now else f"{told} ago"
    return "now"


def short_day(instant: Instant, zone: str) -> str:
    """`4 Mar 2027`, as the calendar of `zone` shows it."""
    day = to_datetime(instant, zone).date()
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def told_day(day: str) -> str:
    """`day`: `YYYY-MM-DD`, a day of the calendar, the same in every zone. Raises ValueError."""
    return _told(date.fromisoformat(day))


def told_text(text: str, zone: str) -> str:
    """`text`: a day or an instant as the wire writes it. What is neither stays as it is."""
    try:
        return told_day(text) if len(text) == _DAY_LENGTH else told_time(parse_instant(text), zone)
    except (ValueError, OverflowError):
        return text


def _told(day: date) -> str:
    return f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"
