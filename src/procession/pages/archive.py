"""The archive: what was archived, when and by whom, and the way back (contract 95, 4)."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from procession.core.archive import Verb
from procession.domains.archive import policy as of_archive
from procession.domains.files import policy as of_files
from procession.domains.files.types import FileFilter
from procession.domains.tasks import policy as of_tasks
from procession.domains.templates import policy as of_templates
from procession.domains.templates.actions import reading as templates
from procession.flows.files import giving as files
from procession.flows.files import removing
from procession.flows.processes.narrowing import list_choices, name_choices
from procession.flows.processes.surveying import survey_processes
from procession.flows.tasks import oneoffs
from procession.flows.tasks import showing as tasks
from procession.flows.telling import addresses
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import AUTOMATIC, PageRequest
from procession.pages.archive_filters import ArchiveQuery, Shelf
from procession.pages.forms import ActionForm
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.lists import Pager, page_number
from procession.pages.showing import card, may
from procession.pages.table_columns import OF_ARCHIVE, plain_columns
from procession.pages.toasts import Toast

routes = Routes("Pages")

_SIZE = 50
#: What archiving does, where there is nothing to show for it.
_EMPTY = {
    "processes": "Nothing archived. Archiving takes a process out of every list and keeps all of "
    "it, to read and to bring back.",
    "templates": "No template is archived. An archived template cannot be launched; what was "
    "launched from it goes on.",
    "tasks": "No task is archived. One-off tasks are archived from their menu.",
    "files": "No file is archived. Files that are taken out of a field or a comment come here.",
}


@routes.get(addresses.ARCHIVE, door=PAGE, policy="visible", query=ArchiveQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show what is archived."""
    query: ArchiveQuery = here.request.query
    shelf = _shelf(here)
    kept = shelf.kept

    def address(**changed: str) -> str:
        return _address({**kept, **changed})

    asked = PageRequest(page_number(query.page), _SIZE)
    return app_page(
        here,
        f"archive/{shelf.tab}.html",
        title="Archive",
        tabs=[
            (name, _address({"tab": key if key != "processes" else "", "q": shelf.text}),
             key == shelf.tab)
            for key, name in shelf.tabs.items()
        ],
        tab=shelf.tab,
        shelf=shelf,
        empty_sentence=_EMPTY[shelf.tab],
        text=shelf.text,
        kept={name: value for name, value in kept.items() if name != "q"},
        chips=shelf.chips(name_choices(here.caller, shelf.named), address),
        without_filters=address(**shelf.nothing),
        sorts=[
            (name, address(sort=key), key == shelf.sorted_by)
            for key, (name, _) in shelf.sorts.items()
        ],
        sort_name=shelf.sorts[shelf.sorted_by][0],
        filter_address=f"{addresses.ARCHIVE_FILTER}?{urlencode(kept)}",
        can=may(here.caller),
        may_select=of_archive.can_select(here.caller),
        may_delete=of_archive.can_use(here.caller, Verb.DELETE),
        **_LISTS[shelf.tab](here, asked, shelf, address),
    )  # fmt: skip


@routes.get(
    addresses.ARCHIVE_FILTER, door=PAGE, policy="visible", query=ArchiveQuery, content_type=HTML
)
@for_members
def ask_for_filters(here: Here) -> Answer:
    """Choose what the archive is narrowed to."""
    shelf = _shelf(here)
    kept = shelf.kept
    return app_page(
        here,
        "archive/filter.html",
        title="Filter the archive",
        shelf=shelf,
        chosen=kept,
        kept={name: value for name, value in kept.items() if name in ("tab", "sort")},
        choices=list_choices(here.caller),
        automatic=AUTOMATIC,
        back=_address(kept),
    )


def _shelf(here: Here) -> Shelf:
    return Shelf(here.request.query, here.zone, has_files=of_files.can_see_archived(here.caller))


def _address(kept: dict[str, str]) -> str:
    said = {name: value for name, value in kept.items() if value}
    return f"{addresses.ARCHIVE}?{urlencode(said)}" if said else addresses.ARCHIVE


def _processes(
    here: Here, asked: PageRequest, shelf: Shelf, address: Callable[..., str]
) -> dict[str, Any]:
    board = survey_processes(here.caller, asked, shelf.processes)
    rows = [
        card(process, board.tasks[process.id], board.names, board.texts, here.now)
        for process in board.page.rows
    ]
    columns = plain_columns(OF_ARCHIVE, state="Was")
    return {"rows": rows, "columns": columns, "pager": Pager.of(board.page, address)}


def _templates(
    here: Here, asked: PageRequest, shelf: Shelf, address: Callable[..., str]
) -> dict[str, Any]:
    page, views = templates.list_templates(here.caller, asked, shelf.templates)
    rows = [(each.template, of_templates.can_edit(here.caller, each.template)) for each in views]
    return {"rows": rows, "pager": Pager.of(page, address)}


def _tasks(
    here: Here, asked: PageRequest, shelf: Shelf, address: Callable[..., str]
) -> dict[str, Any]:
    page, views = tasks.list_tasks(here.caller, asked, shelf.tasks, frozenset({"run"}))
    rows = [(each, of_tasks.can_archive(here.caller, each.task)) for each in views]
    return {"rows": rows, "pager": Pager.of(page, address)}


def _files(
    here: Here, asked: PageRequest, _shelf: Shelf, address: Callable[..., str]
) -> dict[str, Any]:
    page = files.list_files(here.caller, asked, FileFilter(is_archived=True))
    return {"rows": page.rows, "pager": Pager.of(page, address)}


_LISTS = {"processes": _processes, "templates": _templates, "tasks": _tasks, "files": _files}


@routes.post(addresses.RESTORE_FILE, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def restore_file(here: Here) -> Answer:
    """Bring an archived file back to where it was."""
    file = removing.restore_file(here.caller, here.request.id("file"))
    sent: ActionForm = here.request.body
    return back_to(here, sent.next, Toast("restored-file", "files", file.id, file.filename))


@routes.post(addresses.RESTORE_TASK, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def restore_task(here: Here) -> Answer:
    """Bring an archived one-off task back."""
    task = oneoffs.unarchive_oneoff(here.caller, here.request.id("task"))
    return _told(here, "restored", Toast("restored", "tasks", task.id, task.title))


@routes.post(addresses.ARCHIVE_TASK, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def archive_task(here: Here) -> Answer:
    """Archive a one-off task."""
    task_id = here.request.id("task")
    oneoffs.archive_oneoff(here.caller, task_id)
    task = tasks.get_task(here.caller, task_id, None, frozenset()).task
    return _told(here, "archived", Toast("archived", "tasks", task.id, task.title))


def _told(here: Here, kind: str, toast: Toast) -> Answer:
    sent: ActionForm = here.request.body
    return back_to(here, sent.next, toast._replace(kind="undone" if sent.undoes else kind))
