"""Archiving a process, bringing it back, and deleting it for ever; alone, or with its family."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from procession.api.processes.shaping import PROCESS, changed_out
from procession.domains.archive.wire import (
    FamilyOut,
    OperationOut,
    family_done_out,
    family_out,
    operation_out,
)
from procession.domains.processes.actions import archiving
from procession.domains.processes.types import Process
from procession.domains.processes.wire import ProcessOut
from procession.flows.archive import families
from procession.flows.archive.families import FamilyChange
from procession.flows.processes import purging
from procession.kit.caller import Caller
from procession.kit.http import Answer, Request, Routes, item, nothing
from procession.kit.paging import IncludeQuery

routes = Routes("Processes")

_WITH = "Also all processes below it: those launched from it, from these, and so on."


_WithChildren = Annotated[bool | None, Meta(description=_WITH)]
_Confirm = Annotated[
    int | None, Meta(description="With `with_children`: how many that are, this one among them.")
]


class FamilyQuery(IncludeQuery, kw_only=True):
    with_children: _WithChildren = None


class DeletionQuery(FamilyQuery, kw_only=True):
    confirm: _Confirm = None


class FamilyIn(Struct, kw_only=True):
    """What the query may say, too. Nothing else that is sent is minded."""

    with_children: _WithChildren = None


class DeletionIn(FamilyIn, kw_only=True):
    """What the query may say, too. Nothing else that is sent is minded."""

    confirm: _Confirm = None


def _takes_family(request: Request) -> bool:
    """By the query, or by the body where the query does not say."""
    said: bool | None = request.query.with_children
    return bool(request.body.with_children if said is None else said)


@routes.delete(
    PROCESS,
    policy="can_archive",
    answers=ProcessOut,
    also_status=202,
    also_answers=OperationOut,
    query=FamilyQuery,
    body=FamilyIn,
    reads_body=False,
    raises=(403, 422),
)
def archive(request: Request) -> Answer:
    """Archive a process: hidden from lists, kept whole, restorable at any time.

    Repeating it changes nothing and is answered alike. `with_children` archives the family as one
    operation; of more than 200 it is begun, and answered with 202.
    """
    caller = request.caller
    if _takes_family(request):
        return _changed(request, families.archive_family(caller, request.id("run")))
    process = archiving.archive_process(caller, request.id("run"))
    return item(changed_out(request, process), undo=_path_back(caller, process))


def _path_back(caller: Caller, process: Process) -> str:
    return f"/organizations/{caller.organization_id}/runs/{process.id}/activate"


def _changed(request: Request, change: FamilyChange) -> Answer:
    """As the single call, or as an operation that goes on."""
    meta: dict[str, Any] = {
        "operation": None if change.operation is None else change.operation.number,
        "family": family_done_out(change.done, change.skipped),
    }
    operation, process = change.operation, change.process
    if process is None or (operation is not None and operation.is_unfinished):
        assert operation is not None, "what is gone was deleted by one"
        return item(operation_out(operation), 202 if operation.is_unfinished else 200, **meta)
    warnings = families.warnings_of(request.caller, process)
    back = None
    if process.is_archived:
        back = f"{_path_back(request.caller, process)}?with_children=true"
    return item(changed_out(request, process), warnings=warnings, undo=back, **meta)


@routes.put(
    f"{PROCESS}/activate",
    policy="can_archive",
    answers=ProcessOut,
    also_status=202,
    also_answers=OperationOut,
    query=FamilyQuery,
    body=FamilyIn,
    reads_body=False,
    raises=(403, 422),
)
def activate(request: Request) -> Answer:
    """Bring an archived process back exactly as it was.

    `with_children` brings back what was archived in the same act.
    """
    if _takes_family(request):
        return _changed(request, families.activate_family(request.caller, request.id("run")))
    process = archiving.unarchive_process(request.caller, request.id("run"))
    warnings = families.warnings_of(request.caller, process)
    return item(changed_out(request, process), warnings=warnings)


@routes.delete(
    f"{PROCESS}/delete",
    policy="can_purge",
    also_answers=OperationOut,
    also_status=202,
    query=DeletionQuery,
    body=DeletionIn,
    reads_body=False,
    raises=(403, 409, 422),
)
def purge(request: Request) -> Answer:
    """Delete an archived process for ever. The answer is 200 with an empty body.

    `with_children` deletes all of the family, or nothing, needs `confirm`, and is answered with the
    operation.
    """
    if _takes_family(request):
        said = request.query.confirm
        confirm = request.body.confirm if said is None else said
        change = families.delete_family(request.caller, request.id("run"), confirm)
        return _changed(request, change)
    purging.purge_process(request.caller, request.id("run"))
    return nothing(200)


@routes.get(f"{PROCESS}/family", policy="visible", answers=FamilyOut)
def get_family(request: Request) -> Answer:
    """See the processes below a process, as a tree.

    Those that the caller may not read are counted in `meta.hidden`.
    """
    view = families.get_family(request.caller, request.id("run"))
    return item(
        family_out(view.tree, view.processes, view.held), hidden=view.hidden, more=view.more
    )
