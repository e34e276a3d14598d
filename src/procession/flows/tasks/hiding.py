"""Hide a task of a process by hand, and show it again (contract 40, 8.1; 50, 4.7)."""

from procession.core.rules.model import Event, Turned
from procession.domains.tasks import policy
from procession.domains.tasks.actions.turning import hidden, shown, turn
from procession.domains.tasks.events import TaskChanged, about
from procession.domains.tasks.types import Task, Visibility
from procession.domains.tasks.wire import TaskCommentIn
from procession.flows.reaching.tasks import (
    Change,
    Reached,
    changed,
    reach,
    require_open_to_change,
    settle,
)
from procession.flows.rules.cascading import about_task, follow
from procession.flows.telling.commenting import add_comment
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
        also: list[str] = []
        if reached.task.is_hidden != hides:
            events = (hide if hides else show)(work, reached)
            also = follow(work, reached.process, events)
            if sent.comment and sent.comment.strip():
                add_comment(work, reached, sent.comment)
            settle(work, reached)
        return changed(work, reached, also)


def visibility_problems(task: Task, path: str = "task") -> dict[str, list[str]]:
    """What is never hidden, and so never shown either."""
    if task.is_oneoff:
        return {path: [_ONE_OFF]}
    return {path: [_COMPLETED]} if task.is_completed else {}


def hide(work: Work, reached: Reached) -> list[Event]:
    """What rules, and deadlines that count from it, are to `follow`."""
    task = reached.task
    return _turn_task(work, task, hidden(task, is_locked=not task.visibility_locked))


def show(work: Work, reached: Reached) -> list[Event]:
    task = reached.task
    return _turn_task(work, task, shown(task, work.now, is_locked=not task.visibility_locked))


def _turn_task(work: Work, task: Task, wanted: Visibility) -> list[Event]:
    """A choice by hand holds against rules until the opposite one takes it back (50, 4.7)."""
    turn(work, [wanted])
    told = about(task, work.caller.organization_id)
    work.record(TaskChanged(**told, field="status", before=task.state))
    return about_task(Turned, task)
