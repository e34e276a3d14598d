"""One process: to read, to archive and bring back, and to delete for ever (contract 95, 3.6, 4)."""

from typing import Annotated, Any

from msgspec import Meta

from procession.domains.comments.types import Place
from procession.domains.processes.actions import archiving
from procession.domains.processes.types import Process
from procession.domains.processes.wire import ProcessChangesIn
from procession.domains.tasks.policy import can_hide
from procession.flows.processes import purging, updating
from procession.flows.processes.surveying import Reading, read_process
from procession.flows.telling import addresses
from procession.kit.errors import Forbidden, NotFound
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.discussing import TalkQuery, comments_wanted, remarks_on
from procession.pages.forms import ActionForm, DeleteForm, NextQuery, StarForm
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.offering import may_add_task
from procession.pages.showing import card, may, state_of_task
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

_PLACE = "processes"


class ProcessQuery(TalkQuery, kw_only=True):
    """Which comments the page shows, and whether hidden tasks, too."""

    hidden: Annotated[bool | None, Meta(description="Hidden tasks, too.")] = None


@routes.get(addresses.PROCESS, door=PAGE, policy="visible", query=ProcessQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show a process with its tasks, answers and comments, archived or not."""
    shows_hidden = bool(here.request.query.hidden) and can_hide(here.caller)
    seen = read_process(here.caller, here.request.id("process"), with_hidden=shows_hidden)
    return app_page(here, "processes/process.html", **shown_process(here, seen), panel=None)


def shown_process(here: Here, seen: Reading) -> dict[str, Any]:
    """What its template is filled with; also where a task of it is open beside it."""
    view = seen.view
    tasks = view.tasks or []
    return {
        "title": view.process.name,
        "card": card(view.process, tasks, seen.names, view.texts, here.now),
        "process": view.process,
        "view": view,
        "names": seen.names,
        "tasks": [(task, state_of_task(task, here.now)) for task in tasks],
        "can": may(here.caller),
        "can_add": may_add_task(here.caller, seen),
        "hidden": seen.hidden if _shows_hidden(here) else None,
        "can_hide": can_hide(here.caller) and not view.process.is_archived,
        "talk": remarks_on(
            here,
            Place(process_id=view.process.id),
            view.threads or (),
            shown=comments_wanted(here),
            is_archived=view.process.is_archived,
        ),
    }


def _shows_hidden(here: Here) -> bool:
    query = here.request.query
    return isinstance(query, ProcessQuery) and bool(query.hidden)


@routes.get(
    addresses.ARCHIVE_PROCESS, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_to_archive(here: Here) -> Answer:
    """Say what archiving a process would hide."""
    if not may(here.caller).archive:
        raise Forbidden("Your role cannot archive processes. An administrator can.")
    seen = read_process(here.caller, here.request.id("process"))
    open_tasks = [task for task in seen.view.tasks or [] if task.is_open]
    return app_page(
        here,
        "processes/archive.html",
        title="Archive a process",
        next=safe_target(here.request.query.next),
        process=seen.view.process,
        open_tasks=[(seen.view.texts.title(task), seen.names.of(task)) for task in open_tasks],
        people=sorted({name for task in open_tasks for name in seen.names.of(task)}),
    )


@routes.post(addresses.ARCHIVE_PROCESS, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def archive(here: Here) -> Answer:
    """Archive a process; the next page tells it, with an undo."""
    sent: ActionForm = here.request.body
    process = archiving.archive_process(here.caller, here.request.id("process"))
    is_ours = process.archived_by == here.caller.person_id
    kind = "undone" if sent.undoes else "archived" if is_ours else "already-archived"
    toast = _toast(kind, process)._replace(by=process.archived_by_name or "Procession")
    return back_to(here, sent.next, toast)


@routes.post(addresses.RESTORE_PROCESS, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def restore(here: Here) -> Answer:
    """Bring an archived process back exactly as it was."""
    sent: ActionForm = here.request.body
    process = archiving.unarchive_process(here.caller, here.request.id("process"))
    return back_to(here, sent.next, _toast("undone" if sent.undoes else "restored", process))


@routes.post(addresses.STAR_PROCESS, door=PAGE, policy="visible", body=StarForm, status=303)
@for_members
def star(here: Here) -> Answer:
    """Put a process among one's favorites, or take it out."""
    sent: StarForm = here.request.body
    changes = ProcessChangesIn(starred=bool(sent.starred))
    updating.update_process(here.caller, here.request.id("process"), changes)
    return back_to(here, sent.next)


@routes.get(
    addresses.DELETE_PROCESS, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_to_delete(here: Here) -> Answer:
    """Say what deleting an archived process for ever destroys."""
    return _ask_to_delete(here, here.request.query.next)


@routes.post(addresses.DELETE_PROCESS, door=PAGE, policy="visible", body=DeleteForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete an archived process for ever."""
    sent: DeleteForm = here.request.body
    if not sent.understood:
        return _ask_to_delete(here, sent.next, problem="Tick the box first: nothing was deleted.")
    process = read_process(here.caller, here.request.id("process")).view.process
    purging.purge_process(here.caller, process.id)
    return back_to(here, sent.next or addresses.ARCHIVE, _toast("deleted", process))


def _ask_to_delete(here: Here, wanted: str | None, problem: str | None = None) -> Answer:
    if not may(here.caller).delete:
        raise Forbidden("Only administrators can delete a process for ever.")
    seen = read_process(here.caller, here.request.id("process"))
    view = seen.view
    if not view.process.is_archived:
        raise NotFound("Only what is archived can be deleted for ever. Archive it first.")
    tasks = view.tasks or []
    of_tasks = [view.threads_of_tasks.get(task.id, ()) for task in tasks]
    threads = [*(view.threads or ()), *(each for listed in of_tasks for each in listed)]
    return app_page(
        here,
        "processes/delete.html",
        200 if problem is None else 422,
        title="Delete for ever",
        next=safe_target(wanted or addresses.ARCHIVE),
        process=view.process,
        task_count=len(tasks),
        comment_count=len(threads),
        file_count=len(view.files or ()),
        problem=problem,
    )


def _toast(kind: str, process: Process) -> Toast:
    return Toast(kind, _PLACE, process.id, process.name)
