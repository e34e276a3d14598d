"""Retention: what a rule makes due at an instant, or the named reason why not (contract 70, 3).

Pure: the rule, the facts of a process and the instant come in; a preview at a date is the same
functions at that date. Whether a rule is switched on is no question here: one that is only written
down is previewed as any other.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Protocol

from procession.core.archive import Reason, Verb
from procession.core.progress import Status
from procession.core.times import DAY, Instant, to_datetime, to_instant

#: What retention does by itself; nothing is cooled yet.
VERBS = (Verb.ARCHIVE, Verb.DELETE)


class Unit(StrEnum):
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


class CountedFrom(StrEnum):
    COMPLETED = "completed"
    LAST_ACTIVITY = "last_activity"


class Approval(StrEnum):
    NONE = "none"
    REQUIRED = "required"


class Families(StrEnum):
    SINGLE = "single"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Period:
    """Days and weeks are 24 and 168 hours; months are those of the calendar."""

    unit: str
    #: 1 to 1200.
    value: int


@dataclass(frozen=True, slots=True)
class Switches:
    """Which verbs of a rule the clock acts by."""

    archive: bool = False
    cool: bool = False
    delete: bool = False

    def has(self, verb: Verb) -> bool:
        return self.archive if verb is Verb.ARCHIVE else self.delete


@dataclass(frozen=True, slots=True)
class Approvals:
    """Which sweeps wait until an administrator approves of them."""

    archive: str = Approval.NONE.value
    cool: str = Approval.NONE.value
    delete: str = Approval.REQUIRED.value

    def needed_for(self, verb: Verb) -> bool:
        return (self.archive if verb is Verb.ARCHIVE else self.delete) == Approval.REQUIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An organization's default, or a template's own."""

    archive_after: Period | None = Period(Unit.WEEKS.value, 52)
    archive_from: str = CountedFrom.COMPLETED.value
    cold_after: None = None
    delete_after: Period | None = None
    delete_unfinished: bool = False
    enabled: Switches = Switches()
    approval: Approvals = Approvals()
    four_eyes: bool = False
    ceiling_per_pass: int = 1000
    families: str = Families.SINGLE.value
    #: What `archive_after` was before it became null: the reference's setting shows it.
    last_archive_after: Period | None = None

    def after(self, verb: Verb) -> Period | None:
        return self.archive_after if verb is Verb.ARCHIVE else self.delete_after

    @property
    def is_on(self) -> bool:
        return any(self.enabled.has(verb) and self.after(verb) is not None for verb in VERBS)


class Facts(Protocol):
    """What retention asks of a process."""

    @property
    def template_id(self) -> str: ...
    @property
    def lifecycle(self) -> str:
        """As if it were not archived."""

    @property
    def updated_at(self) -> Instant: ...
    @property
    def completed_at(self) -> Instant | None: ...
    @property
    def archived_at(self) -> Instant | None: ...
    @property
    def activated_at(self) -> Instant | None:
        """The last time that it was restored."""

    @property
    def is_held(self) -> bool:
        """An active hold covers it."""

    @property
    def released_at(self) -> Instant | None:
        """When the last hold that covered it was released."""


class Due(NamedTuple):
    """What the clock would do to a process, or would if it could."""

    #: Since when.
    due_at: Instant
    #: Why it is passed over; None: it is not.
    reason: Reason | None


# --- When ---


def cutoff(period: Period, now: Instant, zone: str) -> Instant:
    """What began then, or before, is due at `now`.

    For months that is the same clock time so many calendar months ago in `zone`, on the last day
    of that month where it has no such day.
    """
    if period.unit != Unit.MONTHS:
        return now - _length(period)
    return _months_before(now, period.value, zone)


def _length(period: Period) -> Instant:
    return period.value * (7 * DAY if period.unit == Unit.WEEKS else DAY)


@lru_cache(maxsize=256)
def _months_before(now: Instant, months: int, zone: str) -> Instant:
    moment = to_datetime(now, zone)
    counted = moment.year * 12 + moment.month - 1 - months
    year, month = counted // 12, counted % 12 + 1
    if year < 1:
        return _BEGINNING
    day = min(moment.day, calendar.monthrange(year, month)[1])
    # A clock time that there is twice is the first of both: what began then is due sooner, by an
    # hour; one that there is not is as far behind the change as it says.
    return to_instant(moment.replace(year=year, month=month, day=day, fold=0))


#: Of the calendar.
_BEGINNING = to_instant(datetime.min.replace(tzinfo=UTC))


def due_since(period: Period, start: Instant, zone: str) -> Instant:
    """The first instant at which what began at `start` is due, to the hour that a change of clocks
    moves: what is due longest goes first."""
    if period.unit != Unit.MONTHS:
        return start + _length(period)
    moment = to_datetime(start, zone)
    counted = moment.year * 12 + moment.month - 1 + period.value
    year, month = counted // 12, counted % 12 + 1
    if year > _LAST_YEAR:
        return start + period.value * 31 * DAY
    if moment.day <= calendar.monthrange(year, month)[1]:
        return to_instant(moment.replace(year=year, month=month, fold=0))
    # Every day of that month looks back on an earlier one of the month of `start`.
    following = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    counted += 1
    return to_instant(following.replace(year=counted // 12, month=counted % 12 + 1))


_LAST_YEAR = 9990


# --- What ---


def due(rule: Rule, verb: Verb, facts: Facts, now: Instant, zone: str) -> Due | None:
    """By itself, without its family. None: its time has not come, or it is not the verb's."""
    period = rule.after(verb)
    if period is None:
        return None
    before = cutoff(period, now, zone)
    if verb is Verb.ARCHIVE:
        return _due_for_archive(rule, period, facts, before, zone)
    return _due_for_deletion(rule, period, facts, before, zone)


_TROUBLED = (Status.PROBLEM.value, Status.ISSUE.value)


def _due_for_archive(
    rule: Rule, period: Period, facts: Facts, before: Instant, zone: str
) -> Due | None:
    if facts.archived_at is not None or facts.completed_at is None:
        return None
    is_from_activity = rule.archive_from == CountedFrom.LAST_ACTIVITY
    start = facts.updated_at if is_from_activity else facts.completed_at
    if start > before:
        return None
    restored_at = facts.activated_at or start
    since = due_since(period, max(start, restored_at), zone)
    if facts.lifecycle in _TROUBLED:
        return Due(since, Reason.OPEN_ISSUE)
    return Due(since, Reason.RESTORED_RECENTLY if restored_at > before else None)


def _due_for_deletion(
    rule: Rule, period: Period, facts: Facts, before: Instant, zone: str
) -> Due | None:
    """What has an open issue stays, even where the unfinished goes."""
    if facts.archived_at is None:
        return None
    start = max(facts.archived_at, facts.completed_at or 0, facts.activated_at or 0)
    if start > before:
        return None
    if facts.is_held:
        return Due(due_since(period, start, zone), Reason.HELD)
    start = max(start, facts.released_at or start)
    if start > before:
        return None
    since = due_since(period, start, zone)
    if facts.lifecycle in _TROUBLED:
        return Due(since, Reason.OPEN_ISSUE)
    is_finished = facts.lifecycle == Status.COMPLETE or rule.delete_unfinished
    return Due(since, None if is_finished else Reason.NOT_COMPLETE)


class Relative(NamedTuple):
    """Another member of a process's family, and whether the verb would take it by itself."""

    is_archived: bool
    is_held: bool
    is_due: bool


def asks_family(rule: Rule, verb: Verb) -> bool:
    return verb is Verb.DELETE or rule.families == Families.TOGETHER


def with_family(verb: Verb, found: Due, relatives: Iterable[Relative]) -> Due:
    """Archived together: when each live member is due. Deleted: when none is live, held, undue."""
    if found.reason is not None:
        return found
    members = list(relatives)
    if verb is Verb.ARCHIVE:
        waits = any(not each.is_archived and not each.is_due for each in members)
        return Due(found.due_at, Reason.OPEN_CHILDREN) if waits else found
    if any(each.is_held for each in members):
        return Due(found.due_at, Reason.FAMILY_HELD)
    waits = any(not each.is_archived or not each.is_due for each in members)
    return Due(found.due_at, Reason.OPEN_CHILDREN) if waits else found


# --- How much ---


class Wanted(NamedTuple):
    """A process that a pass would change; in the order in which passes take them."""

    due_at: Instant
    verb: Verb
    id: str
    template_id: str


def within_ceilings(wanted: Iterable[Wanted], ceiling: int, own: Mapping[str, int]) -> list[Wanted]:
    """The oldest, verbs mixed, up to the organization's ceiling and to those of single templates'
    rules in `own`."""
    taken: list[Wanted] = []
    counts: dict[str, int] = {}
    for each in sorted(wanted):
        if len(taken) == ceiling:
            break
        count = counts.get(each.template_id, 0)
        if count < own.get(each.template_id, ceiling):
            counts[each.template_id] = count + 1
            taken.append(each)
    return taken


# --- Who may shorten it, and the reference's two settings ---


@lru_cache(maxsize=4096)
def days_of(period: Period) -> tuple[int, int]:
    """The fewest and the most days that it can be."""
    if period.unit != Unit.MONTHS:
        days = period.value * (7 if period.unit == Unit.WEEKS else 1)
        return days, days
    lengths = _month_lengths()
    sums = [
        period.value // 48 * sum(lengths)
        + sum(lengths[(first + place) % 48] for place in range(period.value % 48))
        for first in range(48)
    ]
    return min(sums), max(sums)


@lru_cache(maxsize=1)
def _month_lengths() -> Sequence[int]:
    """Of four years, one of them a leap year."""
    return [calendar.monthrange(2024 + place // 12, place % 12 + 1)[1] for place in range(48)]


def is_shorter(period: Period | None, than: Period | None) -> bool:
    """Whether it can be over before `than` is; None never is."""
    if period is None or period == than:
        return False
    if than is None:
        return True
    if period.unit == than.unit:
        return period.value < than.value
    return days_of(period)[0] < days_of(than)[1]


def counts_sooner(counted_from: str, than: str) -> bool:
    return counted_from == CountedFrom.COMPLETED and than == CountedFrom.LAST_ACTIVITY


#: What the reference's setting can say (contract 10, 1.6).
_MOST_SHOWN = 90


def shown_period(rule: Rule) -> Period:
    """As `auto_archive_processes_after`: where the rule cannot be said so, the shortest weeks or
    days that are not shorter, at most 90 weeks."""
    period = rule.archive_after or rule.last_archive_after or Rule().archive_after
    assert period is not None
    if period.unit != Unit.MONTHS and period.value <= _MOST_SHOWN:
        return period
    days = days_of(period)[1]
    if days <= _MOST_SHOWN:
        return Period(Unit.DAYS.value, days)
    return Period(Unit.WEEKS.value, min(-(-days // 7), _MOST_SHOWN))


def with_archive_after(rule: Rule, period: Period | None) -> Rule:
    """What it was is remembered, while it is null."""
    last = None if period is not None else rule.archive_after or rule.last_archive_after
    return replace(rule, archive_after=period, last_archive_after=last)
