"""Processes: listing, launching, reading, changing them, and who may read them."""

from typing import Any

from procession.api.processes.filters import (
    ProcessesQuery,
    ProcessQuery,
    process_filter,
    wanted_beside,
)
from procession.api.processes.shaping import (
    PROCESS,
    PROCESSES,
    changed_out,
    own_out,
    permissions,
    view_out,
)
from procession.domains.processes.wire import (
    READ_ONLY_KEYS,
    LaunchIn,
    ProcessChangesIn,
    ProcessOut,
    ProcessPermissionsIn,
    guest_process_out,
)
from procession.flows.launching import starting
from procession.flows.processes import sharing, showing, updating
from procession.kit.http import Answer, Request, Routes, item, listing, tagged

routes = Routes("Processes")


@routes.get(
    PROCESSES,
    policy="visible",
    answers=ProcessOut,
    query=ProcessesQuery,
    is_list=True,
    raises=(422,),
)
def list_processes(request: Request) -> Answer:
    """List the processes the caller may read; archived ones only when asked for."""
    query: ProcessesQuery = request.query
    wanted = process_filter(query, request.caller)
    page, views = showing.list_processes(
        request.caller, request.page(query), wanted, wanted_beside(query)
    )
    return listing(request, page, [view_out(request, view) for view in views])


@routes.post(
    PROCESSES,
    policy="can_launch",
    answers=ProcessOut,
    status=201,
    body=LaunchIn,
    raises=(403, 422),
)
def launch(request: Request) -> Answer:
    """Launch a process from a template, or an empty one that has only a name.

    `checklist_id` is the template's id, its alias, or its title where exactly one template that the
    caller may launch has it. People who left are assigned to nothing; `meta.warnings` names them
    and their steps.
    """
    launched = starting.launch_process(
        request.caller, request.body, has_unknown_keys=bool(request.ignored)
    )
    return item(changed_out(request, launched.process), 201, warnings=launched.warnings)


@routes.get(PROCESS, policy="visible", answers=ProcessOut, query=ProcessQuery, lets_guests_in=True)
def get(request: Request) -> Answer:
    """Read a process, archived or not. Guests are told its name and their own progress."""
    if request.caller.is_guest:
        seen = showing.get_process(request.caller, request.id("run"), frozenset())
        out = item(guest_process_out(seen.process, request.caller))
        return tagged(out, seen.process.row_version)
    wanted = wanted_beside(request.query)
    view = showing.get_process(request.caller, request.id("run"), wanted)
    return tagged(item(view_out(request, view)), view.process.row_version)


@routes.put(
    PROCESS,
    policy="can_arrange",
    answers=ProcessOut,
    body=ProcessChangesIn,
    raises=(403, 422),
    echoes=READ_ONLY_KEYS,
    lets_guests_in=True,
)
def update(request: Request) -> Answer:
    """Change a process: only the keys that are sent.

    The guest who launched it by the public form may change the kick-off answers, `prerun`.
    """
    process = updating.update_process(request.caller, request.id("run"), request.body)
    return tagged(item(own_out(request, process)), process.row_version)


@routes.put(
    f"{PROCESS}/permissions",
    policy="can_publish",
    answers=dict[str, Any],
    body=ProcessPermissionsIn,
    raises=(403, 422),
)
def set_permissions(request: Request) -> Answer:
    """Replace the list of who may read a process."""
    process = sharing.set_readers(request.caller, request.id("run"), request.body)
    return item(permissions(request, process))
