"""Deadlines that count from other steps' tasks, counted anew (contract 40, 7.3; 50, 6.1 and 6.4).

A deadline is worked out anew only when what it counts from has changed. So what the organization
changes about its work week later moves nothing (50, 6.3), and reopening a step leaves the dates
that were counted from its completion as they are until it is completed again.
"""

from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from procession.core.deadlines import Offset, Week, after, before, into_work
from procession.core.times import Instant


class DatedTask(NamedTuple):
    """What of a process's task its own and others' deadlines depend on."""

    id: str
    step_id: str
    #: The step that its deadline counts from.
    anchor_step_id: str | None
    is_completed: bool
    is_hidden: bool
    deadline_at: Instant | None
    deadline_is_pinned: bool
    waits_for_anchor: bool
    #: When it was completed last, whether or not it was reopened since.
    last_completed_at: Instant | None
    number: int
    title: str

    @property
    def is_open(self) -> bool:
        return not (self.is_completed or self.is_hidden)


@dataclass(frozen=True)
class Rule:
    """How a step's deadline follows from its anchor's."""

    offset: Offset
    #: It lies before the anchor's deadline, not after it.
    is_before: bool = False


@dataclass(frozen=True)
class Calendar:
    zone: str
    week: Week


@dataclass(frozen=True)
class Redated:
    """A task with another deadline than before, or whose deadline counts or no longer counts."""

    task: DatedTask
    deadline_at: Instant | None
    waits_for_anchor: bool

    @property
    def is_moved(self) -> bool:
        return self.deadline_at != self.task.deadline_at


def counted(anchor: Instant, rule: Rule, calendar: Calendar) -> Instant:
    """The deadline that lies so far from `anchor`, moved into working time."""
    count = before if rule.is_before else after
    return into_work(count(anchor, rule.offset, calendar.zone), calendar.week, calendar.zone)


def redate(
    tasks: Sequence[DatedTask],
    moved: Collection[str],
    rules: Callable[[], Mapping[str, Rule]],
    calendar: Callable[[], Calendar],
) -> list[Redated]:
    """Every task that is another now.

    `moved`: ids of tasks that were just completed, or given another deadline. `rules` (by step) and
    `calendar` are asked for only where a deadline has to be worked out.
    """
    deadlines = _new_deadlines(tasks, moved, rules, calendar)
    by_step = {task.step_id: task for task in tasks}
    found = (
        Redated(
            task,
            deadlines.get(task.id, task.deadline_at),
            _waits(task, by_step.get(task.anchor_step_id or ""), rules),
        )
        for task in tasks
    )
    return [
        each
        for each in found
        if each.is_moved or each.waits_for_anchor != each.task.waits_for_anchor
    ]


def _new_deadlines(
    tasks: Sequence[DatedTask],
    moved: Collection[str],
    rules: Callable[[], Mapping[str, Rule]],
    calendar: Callable[[], Calendar],
) -> dict[str, Instant]:
    """By a loop, not by recursion: a thousand steps may hang on each other."""
    dependants: dict[str, list[DatedTask]] = {}
    for task in tasks:
        if task.anchor_step_id is not None:
            dependants.setdefault(task.anchor_step_id, []).append(task)
    new: dict[str, Instant] = {}
    waiting = deque(task for task in tasks if task.id in moved)
    seen = {task.id for task in waiting}
    while waiting:
        anchor = waiting.popleft()
        for task in dependants.get(anchor.step_id, ()):
            if task.id in seen or task.deadline_is_pinned or task.is_completed:
                continue
            rule = rules().get(task.step_id)
            start = None if rule is None else _start(anchor, rule, new)
            if rule is None or start is None:
                continue
            seen.add(task.id)
            deadline_at = counted(start, rule, calendar())
            if deadline_at != task.deadline_at:
                new[task.id] = deadline_at
                waiting.append(task)
    return new


def _start(anchor: DatedTask, rule: Rule, new: Mapping[str, Instant]) -> Instant | None:
    """What the deadline counts from; None: it stays as it is."""
    deadline_at = new.get(anchor.id, anchor.deadline_at)
    if rule.is_before or anchor.last_completed_at is None:
        return deadline_at
    return anchor.last_completed_at if anchor.is_completed else None


def _waits(
    task: DatedTask, anchor: DatedTask | None, rules: Callable[[], Mapping[str, Rule]]
) -> bool:
    """Is its deadline provisional: counted from a task that is open for all to see?"""
    if anchor is None or task.deadline_is_pinned or not anchor.is_open:
        return False
    rule = rules().get(task.step_id)
    return rule is not None and not rule.is_before
