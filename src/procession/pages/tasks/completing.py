"""Completing tasks and reopening them where they are listed (contract 95, 3.1 and 3.2)."""

from procession.core.progress import Status
from procession.domains.tasks import policy
from procession.domains.tasks.types import MAIL_TYPES, Task, TaskType
from procession.flows.tasks import completing, showing
from procession.flows.telling import addresses
from procession.kit.errors import Invalid
from procession.kit.http import PAGE, Answer, Routes
from procession.pages.forms import ActionForm, DecisionForm
from procession.pages.framing import Here, back_to, for_members
from procession.pages.toasts import Toast

routes = Routes("Pages")

_PLACE = "tasks"
_DECISIONS = {"approve": True, "reject": False}


@routes.post(addresses.COMPLETE_TASK, door=PAGE, policy="visible", body=DecisionForm, status=303)
@for_members
def complete(here: Here) -> Answer:
    """Complete a task where it is listed; the next page tells it, with an undo."""
    sent: DecisionForm = here.request.body
    decision = _DECISIONS.get(sent.then or "")
    task_id = here.request.id("task")
    try:
        done = completing.complete_task(here.caller, completing.Completion(task_id, decision)).task
    except Invalid as wrong:
        return back_to(here, sent.next, _refused(here, task_id, wrong))
    return back_to(here, sent.next, told_of(here, done))


@routes.post(addresses.REOPEN_TASK, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def reopen(here: Here) -> Answer:
    """Reopen a completed task: it is to do again, with its answers."""
    sent: ActionForm = here.request.body
    task = completing.reopen_task(here.caller, here.request.id("task")).task
    return back_to(here, sent.next, _toast("undone" if sent.undoes else "reopened", here, task))


def told_of(here: Here, task: Task) -> Toast:
    """What is told of a task that was just completed, or of a part of it."""
    if not task.is_completed:
        done, needed = task.parts or (0, 0)
        return _toast("part-done", here, task)._replace(by=f"{done} of {needed}")
    kind = "completed"
    if task.task_type == TaskType.APPROVAL:
        kind = "approved" if task.is_approved else "rejected"
    elif task.task_type in MAIL_TYPES:
        kind = "sent"
    elif task.task_type == TaskType.EXPIRING:
        kind = "acknowledged"
    is_final = kind != "sent" and not policy.can_reopen(here.caller, task)
    return _toast("done" if is_final else kind, here, task)


def _refused(here: Here, task_id: str, wrong: Invalid) -> Toast:
    """Why it stays open, and the way to where that can be changed."""
    task = showing.get_task(here.caller, task_id, None, frozenset()).task
    if any(path.startswith("taskdata") for path in wrong.problems):
        return _toast("asks-answers", here, task)
    has_issue = task.open_issue_count or task.process_status == Status.ISSUE
    return _toast("has-issue" if has_issue else "not-now", here, task)


def _toast(kind: str, here: Here, task: Task) -> Toast:
    title = showing.view_task(here.caller, task, frozenset()).texts.title(task)
    return Toast(kind, _PLACE, task.id, title)
