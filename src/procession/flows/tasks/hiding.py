"""Hide a task of a process by hand, and show it again (contract 40, 8.1; 50, 4.7)."""

from collections.abc import Mapping

from procession.domains.tasks import policy
from procession.domains.tasks import store as tasks
from procession.domains.tasks.events import TaskChanged, about
from procession.domains.tasks.types import Task, TaskState
from procession.domains.tasks.wire import TaskCommentIn
from procession.flows.deadlines.redating import redate
from procession.flows.reaching.tasks import (
    Change,
    Reached,
    changed,
    reach,
    require_open_to_change,
    settle,
)
from procession.flows.telling.discussing import add_comment
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid
from procession.kit.work import Work, writing

_COMPLETED = "Completed tasks cannot be hidden."
_ONE_OFF = "One-off tasks cannot be hidden."


def hide_task(caller: Caller, process_id: str, task_id: str, sent: TaskCommentIn) -> Change:
    return _turn(caller, process_id, task_id, sent, hides=True)


def show_task(caller: Caller, process_id: str, task_id: str, sent: TaskCommentIn) -> Change:
    return _turn(caller, process_id, task_id, sent, hides=False)


def _turn(
    caller: Caller, process_id: str, task_id: str, sent: TaskCommentIn, *, hides: bool
) -> Change:
    with writing(caller) as work:
        reached = reach(work, task_id, process_id)
        if not policy.can_hide(caller):
            raise Forbidden
        require_open_to_change(reached)
        problems = visibility_problems(reached.task)
        if problems:
            raise Invalid(problems)
        if reached.task.is_hidden != hides:
            (hide if hides else show)(work, reached)
            if sent.comment and sent.comment.strip():
                add_comment(work, reached, sent.comment)
            settle(work, reached)
        return changed(work, reached)


def visibility_problems(task: Task, path: str = "task") -> dict[str, list[str]]:
    """What is never hidden, and so never shown either."""
    if task.is_oneoff:
        return {path: [_ONE_OFF]}
    return {path: [_COMPLETED]} if task.is_completed else {}


def hide(work: Work, reached: Reached) -> None:
    task = reached.task
    changes = {"state": TaskState.HIDDEN.value, "state_before_hiding": task.state}
    _set(work, reached, changes)


def show(work: Work, reached: Reached) -> None:
    """Back to what it was before."""
    state = reached.task.state_before_hiding or TaskState.NOT_STARTED.value
    changes = {"state": state, "state_before_hiding": None, "shown_at": work.now}
    _set(work, reached, changes)


def _set(work: Work, reached: Reached, changes: Mapping[str, object]) -> None:
    """A choice by hand holds against rules until the opposite one takes it back (50, 4.7).

    Deadlines that count from a task are provisional only while it is open for all to see.
    """
    task = reached.task
    is_locked = not task.visibility_locked
    tasks.set_columns(work, task.id, {**changes, "visibility_locked": is_locked})
    told = about(task, work.caller.organization_id)
    work.record(TaskChanged(**told, field="status", before=task.state))
    redate(work, reached.process)
