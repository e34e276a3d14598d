"""One task of a process or alone: reading, changing, hiding, copying it, and reminding of it."""

from procession.api.tasks.shaping import PROCESS_TASKS, TASK, answer, answer_change, answer_task
from procession.domains.tasks.wire import RemindedOut, TaskChangesIn, TaskCommentIn, TaskOut
from procession.flows.files.unpasting import Copies
from procession.flows.tasks import cloning, hiding, reminding, updating
from procession.kit.http import Answer, Request, Routes, item

routes = Routes("Tasks")


@routes.get(f"{PROCESS_TASKS}/{{task}}", policy="visible", answers=TaskOut, lets_guests_in=True)
def get_of_process(request: Request) -> Answer:
    """Read a task of a process."""
    return answer_task(request, request.id("task"), request.id("run"))


@routes.get(TASK, policy="visible", answers=TaskOut, lets_guests_in=True)
def get(request: Request) -> Answer:
    """Read any task."""
    return answer_task(request, request.id("task"))


@routes.put(
    f"{PROCESS_TASKS}/{{task}}",
    policy="can_change",
    answers=TaskOut,
    body=TaskChangesIn,
    raises=(403, 422),
)
def update_in_process(request: Request) -> Answer:
    """Change a task of a process; keys that are left out stay as they are."""
    return _update(request, request.id("run"))


@routes.put(TASK, policy="can_change", answers=TaskOut, body=TaskChangesIn, raises=(403, 422))
def update(request: Request) -> Answer:
    """Change any task; keys that are left out stay as they are."""
    return _update(request, None)


def _update(request: Request, process_id: str | None) -> Answer:
    changed = updating.update_task(request.caller, request.id("task"), request.body, process_id)
    return answer_change(request, changed)


@routes.put(
    f"{PROCESS_TASKS}/{{task}}/hide",
    policy="can_hide",
    answers=TaskOut,
    body=TaskCommentIn,
    raises=(403, 422),
)
def hide(request: Request) -> Answer:
    """Hide an open task of a process; its data is kept."""
    run, task_id = request.id("run"), request.id("task")
    return answer_change(request, hiding.hide_task(request.caller, run, task_id, request.body))


@routes.put(
    f"{PROCESS_TASKS}/{{task}}/show",
    policy="can_hide",
    answers=TaskOut,
    body=TaskCommentIn,
    raises=(403, 422),
)
def show(request: Request) -> Answer:
    """Show a hidden task of a process again, as it was."""
    run, task_id = request.id("run"), request.id("task")
    return answer_change(request, hiding.show_task(request.caller, run, task_id, request.body))


@routes.post(
    f"{TASK}/clone",
    policy="can_clone",
    answers=TaskOut,
    status=201,
    reads_body=False,
    raises=(403, 422),
    brings=lambda request: cloning.bring_pictures(request.caller, request.id("task")),
)
def clone(request: Request) -> Answer:
    """Copy a task, as a one-off task without answers and comments."""
    # Of a call that cannot be read nothing was brought: it only tells all that is wrong with it.
    pictures = request.brought or Copies(request.caller, ())
    copy, warnings = cloning.clone_task(request.caller, request.id("task"), pictures)
    return answer(request, copy, 201, warnings=warnings)


@routes.post(
    f"{TASK}/remind",
    policy="can_remind",
    answers=RemindedOut,
    reads_body=False,
    raises=(403, 422),
)
def remind(request: Request) -> Answer:
    """Mail everybody who is assigned to an open task, except the caller."""
    sent = reminding.remind(request.caller, request.id("task"), request.mailed_url)
    return item(RemindedOut(sent))
