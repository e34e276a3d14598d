"""The deadline that a rule sets (contract 50, 6.5)."""

from procession.core.deadlines import after, into_work
from procession.core.rules.model import Action, StepTask
from procession.core.rules.state import State
from procession.core.times import Instant


def anchor_of(state: State, action: Action, target: StepTask) -> Instant | None:
    """What it counts from; None: there is nothing, so the action is skipped."""
    situation = state.situation
    if action.from_field is not None:
        return situation.value_of(action.from_field).instant
    if action.from_step is not None:
        task = state.task(action.from_step)
        return None if task is None else task.deadline_at
    if action.from_moment == "start_run":
        return situation.started_at
    if action.from_moment == "now" or target.deadline_at is None:
        return situation.now
    return target.deadline_at


def follows(action: Action) -> bool:
    """A date or another step's deadline: it is worked out anew when that changes."""
    return action.from_field is not None or action.from_step not in (None, action.step_id)


def deadline(state: State, action: Action, anchor: Instant) -> Instant:
    """It may lie in the past: then the task is late at once."""
    assert action.offset is not None
    calendar = state.situation.calendar()
    moved = after(anchor, action.offset, calendar.zone)
    return into_work(moved, calendar.week, calendar.zone)
