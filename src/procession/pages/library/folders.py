"""The two trees of folders: of templates, and of processes (contract 95, 3.7; 60, 6)."""

from typing import Annotated

from msgspec import Meta

from procession.domains.organizing import policy
from procession.domains.organizing.actions.folders import create_folder, get_folder, update_folder
from procession.domains.organizing.types import FolderKind, FolderView
from procession.domains.organizing.wire.folders import FolderChangesIn, FolderIn
from procession.flows.organizing.choosing import trees_of_folders
from procession.flows.organizing.filing import delete_folder
from procession.flows.telling import addresses
from procession.kit.binding import bind_whole
from procession.kit.errors import Forbidden, Invalid
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.forms import ActionForm, NextQuery, by_field
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.library.showing import flat
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

LONGEST_NAME = 32


class FolderForm(ActionForm, kw_only=True):
    """What a folder is called, and what it lies in."""

    name: str | None = None
    parent: str | None = None
    kind: str | None = None


class NewFolderQuery(NextQuery, kw_only=True):
    kind: Annotated[str | None, Meta(description="checklist or run: what it is to hold.")] = None
    parent: Annotated[str | None, Meta(description="Id of the folder that it is to lie in.")] = None


@routes.get(addresses.FOLDERS, door=PAGE, policy="visible", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show both trees, with how much lies in each folder."""
    of_templates, of_processes = trees_of_folders(here.caller)
    return app_page(
        here,
        "library/folders.html",
        title="Folders",
        trees=[
            ("checklist", "Of templates", list(flat(of_templates)), addresses.TEMPLATES),
            ("run", "Of processes", list(flat(of_processes)), addresses.TRACKER),
        ],
        may_change=policy.can_change_folders(here.caller),
    )


@routes.get(
    addresses.NEW_FOLDER, door=PAGE, policy="visible", query=NewFolderQuery, content_type=HTML
)
@for_members
def ask_for_new(here: Here) -> Answer:
    """Ask what a new folder is called."""
    query: NewFolderQuery = here.request.query
    return _ask(here, FolderForm(next=query.next, kind=query.kind, parent=query.parent))


@routes.post(addresses.NEW_FOLDER, door=PAGE, policy="visible", body=FolderForm, status=303)
@for_members
def create(here: Here) -> Answer:
    """Make a folder."""
    sent: FolderForm = here.request.body
    wanted = {"name": sent.name, "folder_type": _kind(sent).value, "parent_id": sent.parent}
    try:
        made = create_folder(here.caller, bind_whole(_said(wanted), FolderIn)).folder
    except Invalid as refused:
        return _ask(here, sent, by_field(refused))
    return back_to(here, sent.next, Toast("folder-made", "folders", made.id, made.name))


@routes.get(addresses.FOLDER, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_for_changes(here: Here) -> Answer:
    """Ask what a folder is to be called, and where it is to lie."""
    view = get_folder(here.caller, here.request.id("folder"), as_tree=True)
    folder = view.folder
    form = FolderForm(name=folder.name, parent=folder.parent_id, next=here.request.query.next)
    return _ask(here, form, changed=view)


@routes.post(addresses.FOLDER, door=PAGE, policy="visible", body=FolderForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Give a folder another name, or put it elsewhere."""
    sent: FolderForm = here.request.body
    folder_id = here.request.id("folder")
    wanted = {"name": sent.name or "", "parent_id": sent.parent or None}
    try:
        changes = bind_whole(wanted, FolderChangesIn)
        changed = update_folder(here.caller, folder_id, changes).folder
    except Invalid as refused:
        view = get_folder(here.caller, folder_id, as_tree=True)
        return _ask(here, sent, by_field(refused), changed=view)
    return back_to(here, sent.next, Toast("folder-changed", "folders", changed.id, changed.name))


@routes.get(
    addresses.DELETE_FOLDER, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_to_delete(here: Here) -> Answer:
    """Say what becomes of what lies in a folder."""
    _require_right(here)
    view = get_folder(here.caller, here.request.id("folder"), as_tree=True)
    return app_page(
        here,
        "library/delete_folder.html",
        title="Delete a folder",
        next=safe_target(here.request.query.next or addresses.FOLDERS),
        view=view,
    )


@routes.post(addresses.DELETE_FOLDER, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete a folder: what lies in it stays, and folders inside of it take its place."""
    sent: ActionForm = here.request.body
    folder = delete_folder(here.caller, here.request.id("folder")).folder
    # Not back to the list of what lies in it.
    is_there = sent.next is not None and folder.id not in sent.next
    wanted = sent.next if is_there else _list_of(folder.kind)
    return back_to(here, wanted, Toast("folder-deleted", "folders", folder.id, folder.name))


def _ask(
    here: Here,
    form: FolderForm,
    wrong: dict[str, str] | None = None,
    changed: FolderView | None = None,
) -> Answer:
    """`changed`: the folder with all that is inside of it; None: a new one."""
    _require_right(here)
    kind = _kind(form) if changed is None else FolderKind(changed.folder.kind)
    of_templates, of_processes = trees_of_folders(here.caller)
    tree = of_templates if kind is FolderKind.TEMPLATES else of_processes
    inside = set(changed.ids()) if changed else set()
    return app_page(
        here,
        "library/folder.html",
        422 if wrong else 200,
        title="Folder",
        action=here.request.path_text,
        next=safe_target(form.next or _list_of(kind.value)),
        kind=kind.value,
        form=form,
        changed=changed,
        # Not into itself, nor into what lies in it.
        parents=[each for each in flat(tree) if each[0].folder.id not in inside],
        longest=LONGEST_NAME,
        wrong=wrong or {},
    )


def _require_right(here: Here) -> None:
    if not policy.can_change_folders(here.caller):
        raise Forbidden("Your role cannot change folders. Standard members and administrators can.")


def _kind(form: FolderForm) -> FolderKind:
    return FolderKind.PROCESSES if form.kind == FolderKind.PROCESSES else FolderKind.TEMPLATES


def _list_of(kind: str) -> str:
    return addresses.TEMPLATES if kind == FolderKind.TEMPLATES else addresses.FOLDERS


def _said(wanted: dict[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in wanted.items() if value}
