"""When a schedule is due: cron's five fields, read in a timezone.

What no clock shows (2:30 in the night when it is put forward) is due when the gap is over; what it
shows twice is due once, the first time. The 29th to 31st of a month that is shorter is its last
day (contract 50, 9), unlike with cron.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from cronsim import CronSim, CronSimError

from procession.core.times import Instant, to_datetime, to_instant

_LONGEST = 100
_SECOND = 1_000_000
_FIRST_MISSING = 29
#: Of an iteration that is never due.
_MOST_LOOKED_AT = 150
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
_BAD = "The cron must be five fields: minute, hour, day, month and weekday."


def cron_problem(cron: str, zone: str, now: Instant) -> str | None:
    """What is wrong with it, in a sentence."""
    parts = cron.split()
    if len(cron) > _LONGEST or len(parts) != 5 or not cron.isascii():
        return _BAD
    try:
        if next_due(cron, zone, now) is None:
            return "The cron is never due."
    except CronSimError as bad:
        return f"The cron cannot be read: {str(bad).lower()}."
    return None


def next_due(cron: str, zone: str, after: Instant) -> Instant | None:
    """The first instant after this one; None: there is none. Raises CronSimError."""
    moment = to_datetime(after, zone)
    found = [due for each in _iterators(cron, moment) if (due := _first(each, after)) is not None]
    return min(found, default=None)


def _first(moments: Iterator[datetime], after: Instant) -> Instant | None:
    for _, moment in zip(range(_MOST_LOOKED_AT), moments, strict=False):
        # Where a clock is put back, what it showed an hour ago is not due again.
        if (due := to_instant(moment)) > after:
            return due
    return None


def _iterators(cron: str, moment: datetime) -> Iterator[Iterator[datetime]]:
    parts = cron.split()
    day, is_any_weekday = parts[2], parts[4] == "*"
    if not (day.isdecimal() and _FIRST_MISSING <= int(day) <= 31 and is_any_weekday):
        yield CronSim(cron, moment)
        return
    last_days = CronSim(" ".join([*parts[:2], "L", *parts[3:]]), moment)
    yield (each for each in _some(last_days) if each.day < int(day))
    try:
        yield CronSim(cron, moment)
    except CronSimError:
        # Of months alone that never have this day.
        return


def _some(moments: Iterator[datetime]) -> Iterator[datetime]:
    for _, moment in zip(range(_MOST_LOOKED_AT), moments, strict=False):
        yield moment


def cron_of(rhythm: Mapping[str, Any], problems: dict[str, list[str]]) -> str:
    """Of `{every, time, weekday?, day?}`; what is wrong with it goes to `problems`."""
    every, at = rhythm.get("every"), _TIME.fullmatch(str(rhythm.get("time")))
    if every not in ("day", "week", "month"):
        problems["cron.every"] = ["Say every day, week or month."]
    if at is None:
        problems["cron.time"] = ["The time must be like 09:30."]
    day, weekday = "*", "*"
    if every == "month":
        day = _number(rhythm.get("day"), 31, "cron.day", problems)
    if every == "week":
        named = rhythm.get("weekday")
        if isinstance(named, str) and named.lower() in _DAYS:
            named = _DAYS.index(named.lower()) + 1
        weekday = _number(named, 7, "cron.weekday", problems)
    parts = {"every", "time", {"week": "weekday", "month": "day"}.get(str(every), "every")}
    for name in sorted(set(rhythm) - parts):
        problems[f"cron.{name}"] = ["This rhythm has no such part."]
    return "" if at is None else f"{int(at[2])} {int(at[1])} {day} * {weekday}"


def _number(value: Any, largest: int, path: str, problems: dict[str, list[str]]) -> str:
    word = str(value)
    if isinstance(value, bool) or not (word.isascii() and word.isdecimal() and len(word) < 3):
        word = "0"
    if not 1 <= int(word) <= largest:
        also = ", or the day's name" if largest == 7 else ""
        problems[path] = [f"Choose a number from 1 to {largest}{also}."]
    return str(int(word))
