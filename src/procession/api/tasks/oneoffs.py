"""One-off tasks: creating, archiving, restoring and deleting them."""

import msgspec

from procession.api.tasks.shaping import TASK, TASKS, answer, changed_out, run_out
from procession.domains.tasks.wire import TaskIn, TaskOut
from procession.flows.processes import showing
from procession.flows.tasks import oneoffs
from procession.kit.http import Answer, Request, Routes, item, nothing

routes = Routes("Tasks")


@routes.post(
    TASKS,
    policy="can_create_oneoff",
    answers=TaskOut,
    status=201,
    body=TaskIn,
    raises=(403, 422),
)
def create(request: Request) -> Answer:
    """Create a one-off task, standalone or inside a process."""
    created = oneoffs.create_oneoff(request.caller, request.body)
    out = changed_out(request, created.task)
    if created.process is not None:
        # Clients read `run.id`, and others `run.data.id` (contract 40, 5.4).
        view = showing.view_process(request.caller, created.process, frozenset())
        run = msgspec.to_builtins(run_out(request, view))
        out.run = {**run, "data": run}
    found = created.found
    return item(out, 201, warnings=found.warnings, dropped=found.dropped)


@routes.delete(TASK, policy="can_archive", status=204, reads_body=False, raises=(403, 422))
def archive(request: Request) -> Answer:
    """Archive a one-off task."""
    oneoffs.archive_oneoff(request.caller, request.id("task"))
    return nothing()


@routes.put(
    f"{TASK}/restore",
    policy="can_archive",
    answers=TaskOut,
    reads_body=False,
    raises=(403, 422),
)
def restore(request: Request) -> Answer:
    """Bring an archived one-off task back."""
    return answer(request, oneoffs.unarchive_oneoff(request.caller, request.id("task")))


@routes.delete(
    f"{TASK}/delete", policy="can_archive", status=204, reads_body=False, raises=(403, 409, 422)
)
def purge(request: Request) -> Answer:
    """Delete a one-off task for ever."""
    oneoffs.purge_oneoff(request.caller, request.id("task"))
    return nothing()
