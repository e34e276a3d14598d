"""Many tasks or processes at once (contract 60, 9)."""

from procession.api.tasks.shaping import PROCESS_TASKS, TASKS, view_out
from procession.domains.processes.actions import archiving
from procession.domains.tasks.wire import BulkIn, BulkResultOut, TaskRowsIn, TaskRowsOut
from procession.flows.processes import purging
from procession.flows.tasks import bulk
from procession.flows.tasks import showing as showing_tasks
from procession.kit.http import LONG, Answer, Request, Routes, item, plain
from procession.kit.problems import refused

routes = Routes("Bulk")

PROCESSES = "/organizations/{org}/runs"


@routes.put(
    PROCESS_TASKS,
    policy="can_change",
    answers=TaskRowsOut,
    body=TaskRowsIn,
    raises=(403, 422),
    is_plain=True,
    place=LONG,
)
def update_tasks(request: Request) -> Answer:
    """Change titles, deadlines and assignees of many tasks of a process.

    What can be changed is, with one cascade of rules for all; `errors` says by id why the others
    were not.
    """
    changed, errors = bulk.update_tasks(request.caller, request.id("run"), request.body)
    views = showing_tasks.view_tasks(request.caller, changed)
    rows = [view_out(request, view, with_summary=True) for view in views]
    return plain(TaskRowsOut(rows, errors))


@routes.post(
    f"{TASKS}/bulk",
    policy="visible",
    answers=list[BulkResultOut],
    body=BulkIn,
    raises=(422,),
    place=LONG,
)
def act_on_tasks(request: Request) -> Answer:
    """Complete, reopen, hide, show, archive, restore or delete up to 1,000 tasks.

    Each is done, or refused, by itself and as by its own call.
    """
    sent = request.body
    return _results(
        bulk.act_on_tasks(request.caller, sent.ids, sent.verb, is_approved=sent.is_approved)
    )


@routes.post(
    f"{PROCESSES}/bulk",
    policy="visible",
    answers=list[BulkResultOut],
    body=BulkIn,
    raises=(422,),
    place=LONG,
)
def act_on_processes(request: Request) -> Answer:
    """Archive, activate or delete up to 1,000 processes, each by itself and as by its own call."""
    caller, sent = request.caller, request.body
    verbs = {
        "archive": lambda process_id: archiving.archive_process(caller, process_id),
        "activate": lambda process_id: archiving.unarchive_process(caller, process_id),
        "delete": lambda process_id: purging.purge_process(caller, process_id),
    }
    return _results(bulk.each_by_itself(caller, sent.ids, sent.verb, verbs, kind=None))


def _results(found: bulk.Results) -> Answer:
    return item(
        [
            BulkResultOut(id=name, is_done=True, http_status=200)
            if refusal is None
            else BulkResultOut(
                id=name,
                is_done=False,
                http_status=refused(refusal).status,
                code=refusal.code,
                message=refusal.message,
            )
            for name, refusal in found
        ]
    )
