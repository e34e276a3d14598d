"""What rules did and why, told to whoever rehearses a change (contract 50, 13).

A server that rehearses has a `witness`: it is given a `Witnessed` after each cascade, before
anything else changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from procession.core.rules.model import (
    COMPLETED,
    Condition,
    Effect,
    Firing,
    Outcome,
    Skip,
    StepTask,
)
from procession.core.times import optional_wire_time
from procession.domains.answers.types import Answers
from procession.domains.templates.wire.firings import DoneOut, FiredOut, ReasonOut


@dataclass(frozen=True)
class Witnessed:
    """One cascade."""

    #: By step, as they were before the first rule was evaluated.
    tasks: Mapping[str, StepTask]
    outcome: Outcome
    #: None: a launch, whose process has no id yet.
    process_id: str | None
    #: The answers of the form that a field is in, by the field.
    answers_of: Callable[[str], Answers]


def fired_out(seen: Witnessed) -> list[FiredOut]:
    """Every rule that fired, in its order, with what its conditions saw at that moment."""
    tasks = _Moving(seen.tasks)
    told = []
    for firing in seen.outcome.firings:
        told.append(_fired(firing, tasks, seen.answers_of))
        for done in firing.done:
            if isinstance(done, Effect):
                tasks.changed[done.after.step_id] = done.after
    return told


class _Moving:
    """Tasks as effect follows effect."""

    def __init__(self, tasks: Mapping[str, StepTask]) -> None:
        self._before = tasks
        self.changed: dict[str, StepTask] = {}

    def get(self, step_id: str) -> StepTask | None:
        return self.changed.get(step_id) or self._before.get(step_id)


def _fired(firing: Firing, tasks: _Moving, answers_of: Callable[[str], Answers]) -> FiredOut:
    rule = firing.rule
    return FiredOut(
        rule_id=rule.id,
        alias=rule.name,
        is_again=firing.is_again,
        because=[
            ReasonOut(
                condition_id=condition.id,
                value=value_seen(condition, tasks.get(condition.about), answers_of),
                result=result,
            )
            for condition, result in zip(rule.conditions, firing.results, strict=True)
        ],
        actions=[_done(each) for each in firing.done],
    )


def value_seen(
    condition: Condition, task: StepTask | None, answers_of: Callable[[str], Answers]
) -> Any:
    """Of a field: its stored answer, as the wire writes it. Of a step: what its task is."""
    if not condition.is_about_step:
        answer = answers_of(condition.about).get(condition.about)
        return None if answer is None else answer.value
    if task is None:
        return None
    return {
        "status": task.state,
        "is_approved": task.is_approved,
        "completed_at": optional_wire_time(task.completed_at),
        "deadline": optional_wire_time(task.deadline_at),
        "owners": owners_of(task),
    }


def owners_of(task: StepTask) -> dict[str, list[Any]]:
    owners = task.owners
    return {
        "users": sorted(owners.users),
        "guests": sorted(owners.guests),
        "groups": sorted(owners.groups),
    }


def _done(done: Effect | Skip) -> DoneOut:
    action = done.action
    if isinstance(done, Skip):
        return DoneOut(action_id=action.id, step_id=action.step_id, skipped=done.why)
    return DoneOut(action_id=action.id, step_id=action.step_id, effect=_effect(done))


def _effect(effect: Effect) -> dict[str, Any]:
    """The field that is another now, before and after."""
    verb, before, after = effect.action.verb, effect.before, effect.after
    if verb == "emit_webhook":
        return {"field": "webhook", "before": None, "after": effect.action.webhook_url}
    if verb == "deadline":
        was, now = optional_wire_time(before.deadline_at), optional_wire_time(after.deadline_at)
        return {"field": "deadline", "before": was, "after": now}
    if before.state != after.state or before.state == COMPLETED:
        return {"field": "status", "before": before.state, "after": after.state}
    return {"field": "owners", "before": owners_of(before), "after": owners_of(after)}
