"""From a template's steps and the launcher's wishes to the plan of a process: data, no storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from procession.core.deadlines import Offset, after
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


@dataclass(frozen=True)
class Override:
    """What the launcher wants differently for one step; None: as the template says."""

    people: People | None = None
    deadline_at: Instant | None = None
    started_at: Instant | None = None


@dataclass(frozen=True)
class PlannedTask:
    step_id: str
    position: int
    people: People
    started_at: Instant
    deadline_at: Instant
    #: Set by hand: later recalculation leaves it alone.
    deadline_is_pinned: bool


@dataclass(frozen=True)
class Launch:
    """The circumstances of one launch."""

    starter_id: int
    owner_id: int
    at: Instant
    zone: str
    default_deadline: Offset
    overrides: Mapping[str, Override] = field(default_factory=dict)


def plan_tasks(steps: Sequence[StepToLaunch], launch: Launch) -> list[PlannedTask]:
    """One task per step, in order."""
    return [
        _plan_task(step, launch.overrides.get(step.id, Override()), position, launch)
        for position, step in enumerate(sorted(steps, key=lambda step: step.position), start=1)
    ]


def _plan_task(
    step: StepToLaunch, override: Override, position: int, launch: Launch
) -> PlannedTask:
    offset = step.deadline or launch.default_deadline
    is_pinned = override.deadline_at is not None
    return PlannedTask(
        step_id=step.id,
        position=position,
        people=_people_of(step, override, launch),
        started_at=launch.at if override.started_at is None else override.started_at,
        deadline_at=override.deadline_at
        if override.deadline_at is not None
        else after(launch.at, offset, launch.zone),
        deadline_is_pinned=is_pinned,
    )


def _people_of(step: StepToLaunch, override: Override, launch: Launch) -> People:
    """Override, else the step's people, else the starter (contract 30, 3.4).

    A task that only guests hold also gets the owner, so that it never vanishes from members' lists.
    """
    people = step.people
    if override.people is not None and not override.people.is_empty:
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
