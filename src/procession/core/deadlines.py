"""When work is due (contract 50, 6.1 to 6.3)."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from procession.core.times import Instant, parse_instant, to_datetime, to_instant

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


#: Deadlines of deadlines may add up to centuries; they end here, where every zone still has a date.
_EARLIEST = parse_instant("1900-01-02T00:00:00Z")
_LATEST = parse_instant("9998-12-30T00:00:00Z")


def after(start: Instant, offset: Offset, zone: str) -> Instant:
    """Minutes and hours are elapsed time; days and longer keep the wall-clock time of `zone`.

    A negative value counts backwards.
    """
    try:
        moved = _moved(start, offset, zone)
    except (OverflowError, ValueError):
        moved = _LATEST if offset.value > 0 else _EARLIEST
    return min(max(moved, _EARLIEST), _LATEST)


def before(end: Instant, offset: Offset, zone: str) -> Instant:
    return after(end, Offset(-offset.value, offset.unit), zone)


def _moved(start: Instant, offset: Offset, zone: str) -> Instant:
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


# --- The work week ---


#: The end of a day, as an end of work: the midnight that follows (ruling 21).
MIDNIGHT = time.max
_MIDNIGHT_WORDS = ("24:00", "00:00")


def read_end(text: str) -> time:
    return MIDNIGHT if text in _MIDNIGHT_WORDS else time.fromisoformat(text)


@dataclass(frozen=True)
class Hours:
    """When people work on a day; without times: at all hours."""

    start: time | None = None
    end: time | None = None

    @property
    def is_all_day(self) -> bool:
        """Also where the end is not after the start: there is no period to move into."""
        if self.start is None or self.end is None or self.end <= self.start:
            return True
        return (self.start, self.end) == (time(), MIDNIGHT)


#: Monday first; None: nobody works on that day.
Week = tuple[Hours | None, ...]
ALL_WEEK: Week = (Hours(),) * 7
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def read_week(setting: Mapping[str, Mapping[str, object] | None]) -> Week:
    """An organization's setting `working_days`; one without a working day counts as all of them."""
    week = tuple(_hours(setting.get(day)) for day in _DAYS)
    return week if any(week) else ALL_WEEK


def _hours(setting: Mapping[str, object] | None) -> Hours | None:
    if setting is None:
        return None
    if setting["all_hours"]:
        return Hours()
    return Hours(time.fromisoformat(str(setting["start"])), read_end(str(setting["end"])))


def into_work(due: Instant, week: Week, zone: str) -> Instant:
    """The same instant, or the next one at which people work; never an earlier one."""
    for _ in week:
        moved = _into_work(due, week, zone)
        if moved == due:
            break
        # Looked at again: an hour, or a day, that a zone has left out is a later one, which may
        # be free.
        due = moved
    return due


def _into_work(due: Instant, week: Week, zone: str) -> Instant:
    local = to_datetime(due, zone)
    today = week[local.weekday()]
    if today is not None and (today.is_all_day or _is_within(local.time(), today)):
        return due
    if today is not None and today.start is not None and local.time() < today.start:
        return to_instant(_at(local, today.start))
    for days in range(1, 8):
        day = local + timedelta(days=days)
        hours = week[day.weekday()]
        if hours is not None:
            # From a day off into one of all hours, the time of the day stays (contract 50, 6.3).
            usual = local.time() if today is None else time()
            start = usual if hours.is_all_day or hours.start is None else hours.start
            return to_instant(_at(day, start))
    return due


def _is_within(clock: time, hours: Hours) -> bool:
    return hours.start is not None and hours.end is not None and hours.start <= clock <= hours.end


def _at(day: datetime, clock: time) -> datetime:
    """`fold` stays: in an hour that comes twice, the second one must not become the first."""
    return day.replace(
        hour=clock.hour, minute=clock.minute, second=clock.second, microsecond=clock.microsecond
    )
