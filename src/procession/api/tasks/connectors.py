"""Tasks in the words of one connector, which calls paths of its own."""

from procession.api.tasks.shaping import answer_change, changed_out
from procession.domains.tasks.wire import (
    ConnectorTaskIn,
    ConnectorTaskOut,
    DeadlineIn,
    TaskIn,
    TaskOut,
    connector_task_out,
)
from procession.flows.tasks import oneoffs, updating
from procession.kit.http import Answer, Request, Routes, item

routes = Routes("Tasks")


#: What one connector calls; also below `/api`, as everything is.
CONNECTOR = "/processes/micro-functions/organizations/{org}"
CONNECTOR_TASK = f"{CONNECTOR}/tasks/{{task}}"


@routes.post(
    f"{CONNECTOR}/tasks",
    policy="can_create_oneoff",
    answers=ConnectorTaskOut,
    body=ConnectorTaskIn,
    raises=(403, 422),
)
def create_for_connector(request: Request) -> Answer:
    """Create a one-off task in the words of a connector."""
    sent: ConnectorTaskIn = request.body
    wanted = TaskIn(
        title=sent.name,
        description=sent.description,
        task_type=sent.task_type,
        owners=sent.owners,
        deadline=sent.deadline,
    )
    created = oneoffs.create_oneoff(request.caller, wanted)
    return item(connector_task_out(changed_out(request, created.task)))


@routes.put(
    f"{CONNECTOR_TASK}/edit-deadline",
    policy="can_edit",
    answers=TaskOut,
    body=DeadlineIn,
    raises=(403, 422),
)
def edit_deadline(request: Request) -> Answer:
    """Change the deadline of a task."""
    return answer_change(
        request, updating.set_deadline(request.caller, request.id("task"), request.body)
    )


@routes.put(
    f"{CONNECTOR_TASK}/remove-guest/{{email}}",
    policy="can_edit",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
)
def remove_guest(request: Request) -> Answer:
    """Take a guest off a task."""
    task_id, email = request.id("task"), request.path["email"]
    changed = updating.take_off(request.caller, task_id, guest=email)
    return answer_change(request, changed)


@routes.put(
    f"{CONNECTOR_TASK}/remove-assignee/{{user}}",
    policy="can_edit",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
)
def remove_assignee(request: Request) -> Answer:
    """Take a member off a task."""
    task_id, user_id = request.id("task"), request.number("user")
    changed = updating.take_off(request.caller, task_id, user_id=user_id)
    return answer_change(request, changed)
