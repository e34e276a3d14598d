"""The command `procession demo`: a filled organization to try everything on, and how to begin."""

import argparse
from collections.abc import Iterator

from procession.cli.migrating import migrate_first
from procession.cli.serving import become_server, require_free_port
from procession.domains.people.actions.guests import find_guest_code
from procession.domains.processes.types import Process, ProcessFilter
from procession.domains.tasks.types import TaskFilter
from procession.flows.access.opening import open_server
from procession.flows.demo.making import Demo, file_beside, find_demo, make_demo
from procession.flows.demo.story import INES, MEMBERS, ORGANIZATION, OWEN
from procession.flows.processes import showing
from procession.flows.reaching.bots import as_bot
from procession.flows.tasks import showing as showing_tasks
from procession.kit.caller import Caller
from procession.kit.errors import Refusal
from procession.kit.paging import PageRequest
from procession.kit.server import Server
from procession.kit.settings import Settings


def run(settings: Settings, options: argparse.Namespace) -> int:
    if options.serve:
        require_free_port(settings, "make run")
    migrate_first(settings)
    server = open_server(settings)
    demo = find_demo(server) or make_demo(server, _say_what_is_made)
    if demo is None:
        raise Refusal(_NO_DEMO)
    for line in _introduction(server, demo):
        print(line)
    server.database.close()
    if options.serve:
        become_server(settings, with_worker=True)
    return 0


def _say_what_is_made() -> None:
    print(f"Making the demo organization {ORGANIZATION} ...", flush=True)


_NO_DEMO = (
    "This database holds an organization already, and it is not the demo: nothing was made. "
    "For a demo, name another database: PROCESSION_DATABASE_URL=sqlite:///var/demo.db"
)


# --- What it says ---


def _introduction(server: Server, demo: Demo) -> Iterator[str]:
    address = server.settings.local_url
    yield ""
    yield f"{ORGANIZATION} is a demo organization; what you change in it is kept."
    yield ""
    yield f"  Address       {address}"
    yield f"  Sign in       {address}/app/sign-in"
    yield f"  Reference     {address}/docs"
    yield f"  Organization  {demo.organization_id}"
    yield ""
    yield from _people(server, demo)
    yield ""
    yield from _notes(server.settings, demo)
    yield from _lines_to_paste(server, demo)


def _people(server: Server, demo: Demo) -> Iterator[str]:
    for member in MEMBERS:
        token = demo.tokens.get(member.email, f"procession token create --email {member.email}")
        yield f"  {member.name:<17} {member.role:<9} access token  {token}"
    code = find_guest_code(as_bot(server, demo.organization_id), OWEN.email)
    if code is not None:
        yield f"  {OWEN.name:<17} {'guest':<9} guest code    {code}"
    if demo.passwords:
        yield ""
        yield "They sign in with:"
        for email, password in demo.passwords.items():
            yield f"  {email:<24} password  {password}"


def _notes(settings: Settings, demo: Demo) -> Iterator[str]:
    path = file_beside(settings)
    if not demo.is_whole:
        yield "The demo was interrupted while it was being made, so some of it is missing. To make"
        yield f"it anew, stop the server and remove the folder {path.parent if path else ''}."
        yield ""
    if not demo.tokens:
        yield "The demo's tokens were shown when it was made; the database holds them only hashed."
        yield "Make a new one before you paste the lines below:"
        yield f"  TOKEN=$(procession token create --email {INES.email})"
        yield ""
    elif path is None:
        yield "Keep these tokens: the database holds them only hashed. For a new one:"
        yield f"  procession token create --email {INES.email}"
        yield ""


def _lines_to_paste(server: Server, demo: Demo) -> Iterator[str]:
    """Each line works by itself, in any shell."""
    address = server.settings.local_url
    viewer = as_bot(server, demo.organization_id)
    runs = f"{address}/organizations/{demo.organization_id}/runs"
    token = demo.tokens.get(INES.email, "$TOKEN")
    curl = f'curl -s -H "Authorization: Bearer {token}"'
    yield f"To paste into a second terminal, as {INES.name}:"
    yield ""
    yield "List three of the processes; then only those in the archive:"
    yield f'{curl} "{runs}?per_page=3"'
    yield f'{curl} "{runs}?archived=only"'
    yield ""
    process = _process_to_try(viewer)
    if process is not None:
        yield from _lines_for(viewer, process, runs.removesuffix("/runs"), curl)
    code = find_guest_code(viewer, OWEN.email)
    if code is not None:
        yield f"What {OWEN.name} sees by the guest code alone:"
        yield f'curl -s "{address}/organizations/{demo.organization_id}/guests/{code}/tasks"'
        yield ""


def _lines_for(viewer: Caller, process: Process, organization: str, curl: str) -> Iterator[str]:
    """In the order in which README.md tells them."""
    address = f"{organization}/runs/{process.id}"
    yield f"Archive the process {process.name!r}:"
    yield f'{curl} -X DELETE "{address}"'
    yield ""
    task_id = _task_to_try(viewer, process)
    if task_id is not None:
        yield "Its tasks cannot be changed now (422):"
        sent = f"-d task_id={task_id} -d is_approved=true"
        yield f'{curl} -X POST {sent} "{organization}/completed-tasks"'
        yield ""
    yield "Bring it back:"
    yield f'{curl} -X PUT "{address}/activate"'
    yield ""
    yield "Deleting it for ever is refused while it is not archived; then it works (200, no body):"
    yield f'{curl} -X DELETE "{address}/delete"'
    yield f'{curl} -X DELETE "{address}"'
    yield f'{curl} -i -X DELETE "{address}/delete"'
    yield ""
    yield "Who did that:"
    feed = f"{organization}/activity-feeds?entity_type=run&entity_id={process.id}&per_page=1"
    yield f'{curl} "{feed}"'
    yield ""


def _task_to_try(viewer: Caller, process: Process) -> str | None:
    wanted = TaskFilter(process_id=process.id, status="active")
    _, found = showing_tasks.list_tasks(viewer, PageRequest(1, 1), wanted, frozenset())
    return found[0].task.id if found else None


def _process_to_try(viewer: Caller) -> Process | None:
    """One that is under way; the newest, so that the lines stay the same."""
    for statuses in (("active",), ()):
        wanted = ProcessFilter(statuses=statuses)
        page, _ = showing.list_processes(viewer, PageRequest(1, 1), wanted, frozenset())
        if page.rows:
            return page.rows[0]
    return None
