"""Archiving a process, bringing it back, and deleting it for ever."""

from procession.api.processes.shaping import PROCESS, changed_out
from procession.domains.processes.actions import archiving
from procession.domains.processes.wire import ProcessOut
from procession.flows.processes import purging
from procession.kit.http import Answer, Request, Routes, item, nothing

routes = Routes("Processes")


@routes.delete(PROCESS, policy="can_archive", answers=ProcessOut, reads_body=False, raises=(403,))
def archive(request: Request) -> Answer:
    """Archive a process: hidden from lists, kept whole, restorable at any time.

    Repeating it changes nothing and is answered alike.
    """
    caller = request.caller
    process = archiving.archive_process(caller, request.id("run"))
    undo = f"/organizations/{caller.organization_id}/runs/{process.id}/activate"
    return item(changed_out(request, process), undo=undo)


@routes.put(
    f"{PROCESS}/activate",
    policy="can_archive",
    answers=ProcessOut,
    reads_body=False,
    raises=(403,),
)
def activate(request: Request) -> Answer:
    """Bring an archived process back exactly as it was."""
    return item(
        changed_out(request, archiving.unarchive_process(request.caller, request.id("run")))
    )


@routes.delete(f"{PROCESS}/delete", policy="can_purge", reads_body=False, raises=(403, 422))
def purge(request: Request) -> Answer:
    """Delete an archived process for ever. The answer is 200 with an empty body."""
    purging.purge_process(request.caller, request.id("run"))
    return nothing(200)
