"""Completing and reopening tasks."""

from procession.api.tasks.shaping import ORGANIZATION, answer_change
from procession.domains.tasks.wire import CompletionIn, TaskOut
from procession.flows.tasks import completing
from procession.kit.errors import NotFound
from procession.kit.http import Answer, Request, Routes
from procession.kit.ids import find_id

routes = Routes("Tasks")


@routes.post(
    f"{ORGANIZATION}/runs/{{run}}/completed-tasks",
    policy="can_complete",
    answers=TaskOut,
    body=CompletionIn,
    raises=(403, 422),
    lets_guests_in=True,
)
def complete_in_process(request: Request) -> Answer:
    """Complete a task of a process."""
    return complete_one(request, request.id("run"))


@routes.post(
    f"{ORGANIZATION}/completed-tasks",
    policy="can_complete",
    answers=TaskOut,
    body=CompletionIn,
    raises=(403, 422),
    lets_guests_in=True,
)
def complete(request: Request) -> Answer:
    """Complete any task."""
    return complete_one(request, None)


def complete_one(request: Request, process_id: str | None) -> Answer:
    sent: CompletionIn = request.body
    task_id = find_id(sent.task_id)
    if task_id is None:
        raise NotFound(kind="Task")
    wanted = completing.Completion(
        task_id=task_id,
        is_approved=sent.is_approved,
        override_user=sent.override_user,
        comment=sent.comment,
    )
    return answer_change(request, completing.complete_task(request.caller, wanted, process_id))


@routes.delete(
    f"{ORGANIZATION}/runs/{{run}}/completed-tasks/{{task}}",
    policy="can_reopen",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
)
@routes.post(
    f"{ORGANIZATION}/runs/{{run}}/completed-tasks/{{task}}",
    policy="can_reopen",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
    is_alias=True,
)
def reopen_in_process(request: Request) -> Answer:
    """Reopen a completed task of a process."""
    return reopen_one(request, request.id("run"))


@routes.delete(
    f"{ORGANIZATION}/completed-tasks/{{task}}",
    policy="can_reopen",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
)
@routes.post(
    f"{ORGANIZATION}/completed-tasks/{{task}}",
    policy="can_reopen",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
    is_alias=True,
)
def reopen(request: Request) -> Answer:
    """Reopen any completed task."""
    return reopen_one(request, None)


def reopen_one(request: Request, process_id: str | None) -> Answer:
    return answer_change(
        request, completing.reopen_task(request.caller, request.id("task"), process_id)
    )
