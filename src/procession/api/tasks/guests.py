"""What guests do with their tasks, by their code."""

from procession.api.tasks.completing import complete_one, reopen_one
from procession.api.tasks.filters import UNUSED_OF_GUEST, TasksQuery, task_filter
from procession.api.tasks.lists import list_filtered
from procession.api.tasks.shaping import GUEST_TASKS, ORGANIZATION, answer_change, answer_task
from procession.domains.tasks.wire import CompletionIn, GuestTaskChangesIn, TaskOut
from procession.flows.tasks import showing as showing_tasks
from procession.flows.tasks import updating
from procession.kit.http import GUEST, Answer, Request, Routes

routes = Routes("Tasks")


@routes.get(
    GUEST_TASKS,
    door=GUEST,
    policy="visible",
    answers=TaskOut,
    query=TasksQuery,
    unused=UNUSED_OF_GUEST,
    is_list=True,
    raises=(403, 422),
)
def list_of_guest(request: Request) -> Answer:
    """List the tasks assigned to a guest, by guest code."""
    guest = showing_tasks.get_guest_address(request.caller, request.path["guest"])
    return list_filtered(
        request, task_filter(request, usual_status="active", assigned_to_guest=guest)
    )


@routes.get(
    f"{GUEST_TASKS}/{{task}}",
    door=GUEST,
    policy="visible",
    answers=TaskOut,
    raises=(403,),
)
def get_of_guest(request: Request) -> Answer:
    """Read a task assigned to a guest, by guest code."""
    return answer_task(request, request.id("task"))


@routes.put(
    f"{GUEST_TASKS}/{{task}}",
    door=GUEST,
    policy="can_complete",
    answers=TaskOut,
    body=GuestTaskChangesIn,
    raises=(403, 422),
)
def update_as_guest(request: Request) -> Answer:
    """Fill in, hand on or complete a task assigned to a guest, by guest code."""
    changed = updating.update_as_guest(request.caller, request.id("task"), request.body)
    return answer_change(request, changed)


@routes.post(
    f"{ORGANIZATION}/guests/{{guest}}/completed-tasks",
    door=GUEST,
    policy="can_complete",
    answers=TaskOut,
    body=CompletionIn,
    raises=(403, 422),
)
def complete_as_guest(request: Request) -> Answer:
    """Complete a task assigned to a guest, by guest code."""
    return complete_one(request, None)


@routes.delete(
    f"{ORGANIZATION}/guests/{{guest}}/completed-tasks/{{task}}",
    door=GUEST,
    policy="can_reopen",
    answers=TaskOut,
    reads_body=False,
    raises=(403,),
)
def reopen_as_guest(request: Request) -> Answer:
    """Refused always: guests cannot reopen tasks."""
    return reopen_one(request, None)
