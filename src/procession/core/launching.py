"""From a template's steps and the launcher's wishes to the plan of a process: data, no storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from procession.core.deadlines import ALL_WEEK, Offset, Week, after, before, into_work
from procession.core.times import Instant, local_day

LONGEST_NAME = 550


@dataclass(frozen=True)
class People:
    """Whom a step or an override names; guests are addresses."""

    users: tuple[int, ...] = ()
    guests: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.users or self.guests or self.groups)


@dataclass(frozen=True)
class StepToLaunch:
    """What of a template's step matters for its task's start."""

    id: str
    position: int
    people: People
    #: None: the organization's default.
    deadline: Offset | None
    assign_run_starter: bool
    #: The other step that the deadline counts from; None: the launch.
    anchor: str | None = None
    #: The deadline lies that long before its anchor's, not after it.
    is_before: bool = False
    #: How long after the launch work on it begins; None: at once.
    start: Offset | None = None


@dataclass(frozen=True)
class Override:
    """What the launcher wants differently for one step; None: as the template says."""

    people: People | None = None
    deadline_at: Instant | None = None
    started_at: Instant | None = None
    #: Its place among the tasks, from 1; beyond the last: the last.
    position: int | None = None
    #: 0: no limit.
    max_assignable: int | None = None

    @property
    def names_somebody(self) -> bool:
        """Three empty lists say nothing."""
        return self.people is not None and not self.people.is_empty


@dataclass(frozen=True)
class PlannedTask:
    step_id: str
    position: int
    #: The step's place in the template.
    step_position: int
    people: People
    started_at: Instant
    deadline_at: Instant
    #: Set by hand: later recalculation leaves it alone.
    deadline_is_pinned: bool
    #: The other step that the deadline counts from, when it is not pinned.
    anchor: str | None = None
    #: That step's task is still to be done, so the deadline is provisional (contract 50, 6.4).
    waits_for_anchor: bool = False
    #: By the rules of the launch (contract 50, 4.5).
    is_hidden: bool = False
    shown_at: Instant | None = None


@dataclass(frozen=True)
class Launch:
    """The circumstances of one launch."""

    starter_id: int
    owner_id: int
    at: Instant
    zone: str
    default_deadline: Offset
    week: Week = ALL_WEEK
    overrides: Mapping[str, Override] = field(default_factory=dict)


def plan_tasks(steps: Sequence[StepToLaunch], launch: Launch) -> list[PlannedTask]:
    """One task per step, in order."""
    deadlines = _deadlines(steps, launch)
    return [
        _plan_task(step, deadlines[step.id], position, launch)
        for position, step in enumerate(_in_order(steps, launch.overrides), start=1)
    ]


def _in_order(
    steps: Sequence[StepToLaunch], overrides: Mapping[str, Override]
) -> list[StepToLaunch]:
    """As in the template, but for those that are wished at another place."""
    places = {step_id: override.position for step_id, override in overrides.items()}
    in_template = sorted(steps, key=lambda step: step.position)
    ordered = [step for step in in_template if places.get(step.id) is None]
    moved = [step for step in in_template if places.get(step.id) is not None]
    for step in sorted(moved, key=lambda step: places[step.id] or 0):
        ordered.insert((places[step.id] or 1) - 1, step)
    return ordered


def _plan_task(
    step: StepToLaunch, deadline_at: Instant, position: int, launch: Launch
) -> PlannedTask:
    override = launch.overrides.get(step.id, Override())
    is_pinned = override.deadline_at is not None
    return PlannedTask(
        step_id=step.id,
        position=position,
        step_position=step.position,
        people=_people_of(step, override, launch),
        started_at=_start(step, deadline_at, launch)
        if override.started_at is None
        else override.started_at,
        deadline_at=deadline_at,
        deadline_is_pinned=is_pinned,
        anchor=step.anchor,
        waits_for_anchor=step.anchor is not None and not step.is_before and not is_pinned,
    )


def _start(step: StepToLaunch, deadline_at: Instant, launch: Launch) -> Instant:
    """Counted from the launch, and not after the deadline (contract 50, 6.7)."""
    if step.start is None:
        return launch.at
    return min(after(launch.at, step.start, launch.zone), deadline_at)


def _deadlines(steps: Sequence[StepToLaunch], launch: Launch) -> dict[str, Instant]:
    """By step. One that counts from another step's completion has a provisional deadline.

    Each step's anchors are worked out before it, by a loop and not by recursion: a thousand steps
    may hang on each other.
    """
    by_id = {step.id: step for step in steps}
    due: dict[str, Instant] = {}
    for step in steps:
        chain: dict[str, StepToLaunch] = {}
        link: StepToLaunch | None = step
        while link is not None and link.id not in due and link.id not in chain:
            chain[link.id] = link
            link = by_id.get(link.anchor or "")
        for link in reversed(chain.values()):
            due[link.id] = _deadline(link, due.get(link.anchor or "", launch.at), launch)
    return due


def _deadline(step: StepToLaunch, anchor: Instant, launch: Launch) -> Instant:
    override = launch.overrides.get(step.id, Override())
    if override.deadline_at is not None:
        return into_work(override.deadline_at, launch.week, launch.zone)
    count = before if step.is_before else after
    offset = step.deadline or launch.default_deadline
    return into_work(count(anchor, offset, launch.zone), launch.week, launch.zone)


def _people_of(step: StepToLaunch, override: Override, launch: Launch) -> People:
    """Override, else the step's people, else the starter (contract 30, 3.4).

    A task that only guests hold also gets the owner, so that it never vanishes from members' lists.
    """
    people = step.people
    if override.people is not None and override.names_somebody:
        people = override.people
    if people.is_empty and step.assign_run_starter:
        people = People(users=(launch.starter_id,))
    if people.guests and not people.users and not people.groups:
        people = People(users=(launch.owner_id,), guests=people.guests)
    return people


def default_name(template_title: str, at: Instant, zone: str) -> str:
    """`<template title> - <YYYY-MM-DD>` (contract 30, 3.2, rule 4)."""
    day = local_day(at, zone)
    return f"{template_title[: LONGEST_NAME - len(day) - 3]} - {day}"
