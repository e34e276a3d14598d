"""What a launch wants differently from the template, step by step (contract 30, 3.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from procession.core.launching import Override, People, StepToLaunch
from procession.core.times import Instant, parse_instant
from procession.domains.processes.wire import LaunchIn, StepOverrideIn
from procession.domains.templates.types import Step
from procession.flows.reaching.people import people_of, with_members
from procession.kit.errors import Invalid
from procession.kit.work import Work

#: Clients put the deadline among a step's answers (contract 30, 3.4): it is none.
DEADLINE = "deadline"


def read_overrides(sent: LaunchIn, steps: Sequence[Step]) -> dict[str, Override]:
    """By step. Every key that names no step is a problem: what it said would be lost."""
    known = {step.id for step in steps}
    overrides: dict[str, Override] = {}
    problems: dict[str, list[str]] = {}
    for key, override in (sent.tasks or {}).items():
        step_id = key.strip().lower()
        if step_id not in known:
            problems[f"tasks.{key}"] = [_no_such_step(steps)]
        elif step_id in overrides:
            problems[f"tasks.{key}"] = ["This step is named twice."]
        else:
            overrides[step_id] = _override(override, f"tasks.{key}.", problems)
    if problems:
        raise Invalid(problems)
    return overrides


def _no_such_step(steps: Sequence[Step]) -> str:
    valid = ", ".join(f"{step.title} ({step.id})" for step in steps)
    return f"The template has no such step. Its steps: {valid or 'none'}."


def _override(sent: StepOverrideIn, at: str, problems: dict[str, list[str]]) -> Override:
    if sent.position is not None and sent.position < 1:
        problems[f"{at}position"] = ["The position must be at least 1."]
    if sent.max_assignable is not None and sent.max_assignable < 0:
        problems[f"{at}max_assignable"] = ["The max assignable must be at least 0."]
    return Override(
        people=people_of(sent.owners),
        deadline_at=_deadline(sent, at, problems),
        started_at=sent.started_at,
        position=sent.position,
        max_assignable=sent.max_assignable,
    )


def _deadline(sent: StepOverrideIn, at: str, problems: dict[str, list[str]]) -> Instant | None:
    """The key of its own counts, where both are sent."""
    answers: Any = sent.taskdata
    among_answers = answers.get(DEADLINE) if isinstance(answers, dict) else None
    if sent.deadline is not None or among_answers in (None, ""):
        return sent.deadline
    try:
        return parse_instant(among_answers)
    except (ValueError, AttributeError, TypeError, OverflowError):
        problems[f"{at}taskdata.{DEADLINE}"] = ["The deadline is not a valid date."]
        return None


def with_members_named(
    work: Work, steps: Sequence[StepToLaunch], overrides: Mapping[str, Override]
) -> tuple[list[StepToLaunch], dict[str, Override]]:
    """Addresses of members mean them, before it is decided which tasks only guests have."""
    of_steps = with_members(work, [step.people for step in steps])
    keys = [step_id for step_id, override in overrides.items() if override.people is not None]
    of_overrides = with_members(work, [overrides[key].people or People() for key in keys])
    replaced = {
        key: replace(overrides[key], people=people)
        for key, people in zip(keys, of_overrides, strict=True)
    }
    found = [replace(step, people=people) for step, people in zip(steps, of_steps, strict=True)]
    return found, {**overrides, **replaced}


def named_people(sent: LaunchIn) -> dict[str, People]:
    named = {
        f"tasks.{step_id}.owners": people_of(override.owners) or People()
        for step_id, override in (sent.tasks or {}).items()
    }
    for field in ("users", "groups"):
        if getattr(sent, field):
            named[""] = People(users=tuple(sent.users or ()), groups=tuple(sent.groups or ()))
    return named


def check_room(
    steps: Sequence[Step], named: Mapping[str, People], overrides: Mapping[str, Override]
) -> None:
    """Nobody names more people for a step than may be assigned (contract 20, 8.1).

    Members and guests count, groups do not. `named`: by the template and for its job titles.
    """
    problems: dict[str, list[str]] = {}
    for step in steps:
        override = overrides.get(step.id)
        most = most_assigned(step, override)
        wished = override.people if override is not None and override.names_somebody else None
        if most and _count(wished or named[step.id]) > most:
            at = "roles" if step.roles and wished is None else f"tasks.{step.id}.owners"
            problems[at] = [f"At most {most} people can be assigned to {step.title}."]
    if problems:
        raise Invalid(problems)


def _count(people: People) -> int:
    return len(set(people.users)) + len({address.lower() for address in people.guests})


def most_assigned(step: Step, override: Override | None) -> int:
    """0: no limit."""
    if override is not None and override.max_assignable is not None:
        return override.max_assignable
    return step.max_assignable or 0
