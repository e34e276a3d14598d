"""What each action does to its task (contract 50, 4.8)."""

from dataclasses import dataclass, replace

from procession.core.launching import People
from procession.core.rules import assigning, dating
from procession.core.rules.model import (
    HIDDEN,
    IN_PROGRESS,
    NOT_STARTED,
    Action,
    Event,
    Reassigned,
    Reopened,
    Seen,
    StepTask,
    Turned,
)
from procession.core.rules.state import State
from procession.core.times import Instant

ASSIGNMENTS = ("assign", "assign_only", "unassign", "clear_assignees")
VERBS = ("show", "hide", "deadline", "reopen", "emit_webhook", *ASSIGNMENTS)

_NO_TASK = "there is no such task"
_IS_COMPLETED = "the task is completed"
_IS_LOCKED = "somebody has shown or hidden the task by hand"


@dataclass(frozen=True)
class Done:
    """What an action came to. `after`: None when it changed nothing, and `why` not."""

    after: StepTask | None = None
    why: str = ""
    seen: Seen = None
    brought: tuple[str, ...] = ()
    event: Event | None = None


def act(state: State, action: Action, brought: tuple[str, ...] = ()) -> Done:
    """`brought`: people that it has brought before, out of its field."""
    task = state.task(action.step_id)
    if task is None:
        return Done(why=_NO_TASK)
    if action.verb == "show":
        return _show(task, state.situation.now)
    if action.verb == "hide":
        return _hide(task)
    if action.verb == "reopen":
        return _reopen(task)
    if action.verb == "deadline":
        return _set_deadline(state, action, task)
    if action.verb in ASSIGNMENTS:
        return _assign(state, action, task, brought)
    return Done(task)  # A webhook: the task is told of, and stays.


def seen_by(state: State, action: Action) -> Seen:
    """What an action that follows a date or people would see now."""
    if action.verb == "deadline":
        task = state.task(action.step_id)
        return None if task is None else dating.anchor_of(state, action, task)
    return _words(_answer(state, action))


def follows(action: Action) -> bool:
    """Is it worked out anew when what it takes changes (contract 50, 4.2)?"""
    if action.verb == "deadline":
        return dating.follows(action)
    return action.verb in ASSIGNMENTS and action.from_field is not None


# --- Shown and hidden ---


def _show(task: StepTask, now: Instant) -> Done:
    if task.is_completed:
        return Done(why=_IS_COMPLETED)
    if task.visibility_locked:
        return Done(why=_IS_LOCKED)
    return Done(shown(task, now), event=Turned(task.step_id)) if task.is_hidden else _stays("shown")


def shown(task: StepTask, now: Instant) -> StepTask:
    """Back to what it was before it was hidden."""
    state = task.state_before_hiding or NOT_STARTED
    return replace(task, state=state, state_before_hiding=None, shown_at=now)


def _hide(task: StepTask) -> Done:
    if task.is_completed:
        return Done(why=_IS_COMPLETED)
    if task.visibility_locked:
        return Done(why=_IS_LOCKED)
    return _stays("hidden") if task.is_hidden else Done(hidden(task), event=Turned(task.step_id))


def hidden(task: StepTask) -> StepTask:
    return replace(task, state=HIDDEN, state_before_hiding=task.state)


def _stays(word: str) -> Done:
    return Done(why=f"the task is {word} already")


# --- Reopened ---


def _reopen(task: StepTask) -> Done:
    """Answers are kept."""
    if not task.is_completed:
        return Done(why="the task is not completed")
    reopened = replace(task, state=IN_PROGRESS, is_approved=None, completed_at=None)
    return Done(reopened, event=Reopened(task.step_id))


# --- Due ---


def _set_deadline(state: State, action: Action, task: StepTask) -> Done:
    """Set so it is pinned: what it was counted from moves it no more (6.6)."""
    anchor = dating.anchor_of(state, action, task)
    seen = anchor if dating.follows(action) else None
    if task.is_completed:
        return Done(why=_IS_COMPLETED, seen=seen)
    if anchor is None:
        return Done(why="there is no date to count from", seen=seen)
    due_at = dating.deadline(state, action, anchor)
    dated = replace(task, deadline_at=due_at, deadline_is_pinned=True)
    if dated == task:
        return Done(why="the task is due then already", seen=seen)
    return Done(dated, seen=seen)


# --- Assigned ---


def _assign(state: State, action: Action, task: StepTask, brought: tuple[str, ...]) -> Done:
    answer = _answer(state, action)
    seen = _words(answer) if action.from_field is not None else None
    if task.is_completed:
        return Done(why=_IS_COMPLETED, seen=seen, brought=brought)
    directory = state.situation.directory()
    resolved = assigning.resolve(action, answer)
    owners = assigning.after_assigning(action.verb, task.owners, resolved, directory, brought)
    is_given_work = action.verb in ("assign", "assign_only")
    if is_given_work and _is_too_many(task, owners):
        why = f"at most {task.max_assignable} people can be assigned to the task"
        return Done(why=why, seen=seen, brought=brought)
    owners = assigning.with_a_member(owners, directory)
    was, now = assigning.keys_of(task.owners), assigning.keys_of(owners)
    of_field = assigning.keys_of(resolved.people) if resolved.is_of_field else ()
    came = tuple(key for key in now if key in of_field and (key in brought or key not in was))
    if set(was) == set(now):
        return Done(why="the same people are assigned already", seen=seen, brought=came)
    reassigned = replace(task, owners=owners)
    return Done(reassigned, seen=seen, brought=came, event=Reassigned(task.step_id))


def _is_too_many(task: StepTask, owners: People) -> bool:
    is_other = set(assigning.keys_of(owners)) != set(assigning.keys_of(task.owners))
    return is_other and 0 < task.max_assignable < assigning.count(owners)


def _answer(state: State, action: Action) -> People:
    if action.from_field is None:
        return People()
    return state.situation.value_of(action.from_field).people


def _words(people: People) -> str:
    return "\n".join(sorted(assigning.keys_of(people)))
