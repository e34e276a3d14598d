"""Put templates and processes into folders, and tags on them (contract 95, 3.7 and 4)."""

from collections.abc import Sequence
from typing import Any

from procession.domains.organizing import policy
from procession.domains.organizing.actions.folders import create_folder
from procession.domains.organizing.actions.tags import create_tag
from procession.domains.organizing.types import FolderKind, SubjectKind
from procession.domains.organizing.wire.folders import FolderIn
from procession.domains.organizing.wire.tags import TagIn
from procession.domains.templates.wire.attributes import TemplateChangesIn
from procession.flows.organizing.choosing import folders_to_choose, tags_to_choose
from procession.flows.organizing.filing import refile
from procession.flows.organizing.tagging import retag
from procession.flows.telling import addresses
from procession.flows.templates.updating import update_template
from procession.kit.binding import bind_whole
from procession.kit.errors import Invalid
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.forms import ActionForm, NextQuery, by_field
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.library.folders import LONGEST_NAME
from procession.pages.library.showing import flat
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

LONGEST_TAG = 30
#: By what is sorted: its part of an address, below `/app`, and its name in a path.
_PLACES = {SubjectKind.TEMPLATE: ("templates", "template"),
           SubjectKind.PROCESS: ("processes", "process")}  # fmt: skip


class TagsForm(ActionForm, kw_only=True):
    """The tags that it is to have, and one that there is not yet."""

    tags: Any = None
    new: str | None = None


class FoldersForm(ActionForm, kw_only=True):
    """Where it is to lie, and a folder that there is not yet."""

    folders: Any = None
    new: str | None = None


@routes.get(
    addresses.TAGS_OF_TEMPLATE, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_for_tags_of_template(here: Here) -> Answer:
    """Show the tags that a template may have."""
    return _ask_for_tags(here, SubjectKind.TEMPLATE, here.request.query.next)


@routes.post(addresses.TAGS_OF_TEMPLATE, door=PAGE, policy="visible", body=TagsForm, status=303)
@for_members
def tag_template(here: Here) -> Answer:
    """Make exactly these the tags of a template."""
    return _tag(here, SubjectKind.TEMPLATE)


@routes.get(
    addresses.TAGS_OF_PROCESS, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_for_tags_of_process(here: Here) -> Answer:
    """Show the tags that a process may have."""
    return _ask_for_tags(here, SubjectKind.PROCESS, here.request.query.next)


@routes.post(addresses.TAGS_OF_PROCESS, door=PAGE, policy="visible", body=TagsForm, status=303)
@for_members
def tag_process(here: Here) -> Answer:
    """Make exactly these the tags of a process."""
    return _tag(here, SubjectKind.PROCESS)


@routes.get(
    addresses.FOLDER_OF_TEMPLATE, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_where_to_put_template(here: Here) -> Answer:
    """Show the folders that a template may lie in."""
    return _ask_for_folders(here, SubjectKind.TEMPLATE, here.request.query.next)


@routes.post(
    addresses.FOLDER_OF_TEMPLATE, door=PAGE, policy="visible", body=FoldersForm, status=303
)
@for_members
def move_template(here: Here) -> Answer:
    """Put a template into a folder, or into none."""
    return _move(here, SubjectKind.TEMPLATE)


@routes.get(
    addresses.FOLDERS_OF_PROCESS, door=PAGE, policy="visible", query=NextQuery, content_type=HTML
)
@for_members
def ask_where_to_put_process(here: Here) -> Answer:
    """Show the folders that a process may lie in."""
    return _ask_for_folders(here, SubjectKind.PROCESS, here.request.query.next)


@routes.post(
    addresses.FOLDERS_OF_PROCESS, door=PAGE, policy="visible", body=FoldersForm, status=303
)
@for_members
def move_process(here: Here) -> Answer:
    """Make exactly these the folders of a process."""
    return _move(here, SubjectKind.PROCESS)


def _ask_for_tags(
    here: Here, kind: SubjectKind, wanted: str | None, *, sent: TagsForm | None = None,
    problem: str | None = None,
) -> Answer:  # fmt: skip
    place, name = _PLACES[kind]
    subject_id = here.request.id(name)
    choice = tags_to_choose(here.caller, kind, subject_id)
    return app_page(
        here,
        "library/tags.html",
        422 if problem else 200,
        title="Tags",
        action=here.request.path_text,
        next=safe_target(wanted or f"/app/{place}/{subject_id}"),
        choice=choice,
        chosen=choice.chosen if sent is None else set(texts_in(sent.tags)),
        typed="" if sent is None else sent.new or "",
        may_create=policy.can_change_tags(here.caller),
        longest=LONGEST_TAG,
        problem=problem,
    )


def _tag(here: Here, kind: SubjectKind) -> Answer:
    """Make exactly these its tags."""
    sent: TagsForm = here.request.body
    place, name = _PLACES[kind]
    subject_id, wanted = here.request.id(name), texts_in(sent.tags)
    try:
        if (sent.new or "").strip():
            wanted.append(create_tag(here.caller, bind_whole({"title": sent.new}, TagIn)).id)
        named = retag(here.caller, kind, subject_id, wanted)
    except Invalid as refused:
        problem = " ".join(by_field(refused).values())
        return _ask_for_tags(here, kind, sent.next, sent=sent, problem=problem)
    return back_to(here, sent.next, Toast("tagged", place, subject_id, named))


def _ask_for_folders(
    here: Here, kind: SubjectKind, wanted: str | None, *, sent: FoldersForm | None = None,
    problem: str | None = None,
) -> Answer:  # fmt: skip
    place, name = _PLACES[kind]
    subject_id = here.request.id(name)
    choice = folders_to_choose(here.caller, kind, subject_id)
    return app_page(
        here,
        "library/move.html",
        422 if problem else 200,
        title="Folder",
        action=here.request.path_text,
        next=safe_target(wanted or f"/app/{place}/{subject_id}"),
        choice=choice,
        folders=list(flat(choice.tree)),
        chosen=choice.chosen if sent is None else set(texts_in(sent.folders)),
        typed="" if sent is None else sent.new or "",
        takes_several=kind is SubjectKind.PROCESS,
        may_create=policy.can_change_folders(here.caller),
        longest=LONGEST_NAME,
        problem=problem,
    )


def _move(here: Here, kind: SubjectKind) -> Answer:
    """Put it where it is to lie."""
    sent: FoldersForm = here.request.body
    place, name = _PLACES[kind]
    subject_id, wanted = here.request.id(name), texts_in(sent.folders)
    try:
        if (sent.new or "").strip():
            made = _new_folder(here, kind, str(sent.new).strip())
            wanted = [*wanted, made] if kind is SubjectKind.PROCESS else [made]
        named = _put(here, kind, subject_id, wanted)
    except Invalid as refused:
        problem = " ".join(by_field(refused).values())
        return _ask_for_folders(here, kind, sent.next, sent=sent, problem=problem)
    return back_to(here, sent.next, Toast("moved", place, subject_id, named))


def _new_folder(here: Here, kind: SubjectKind, name: str) -> str:
    is_of_templates = kind is SubjectKind.TEMPLATE
    of_kind = FolderKind.TEMPLATES if is_of_templates else FolderKind.PROCESSES
    wanted = bind_whole({"name": name, "folder_type": of_kind.value}, FolderIn)
    return create_folder(here.caller, wanted).folder.id


def _put(here: Here, kind: SubjectKind, subject_id: str, folder_ids: Sequence[str]) -> str:
    if kind is SubjectKind.PROCESS:
        return refile(here.caller, kind, subject_id, folder_ids)
    changes = TemplateChangesIn(folder_id=folder_ids[0] if folder_ids else None)
    return update_template(here.caller, subject_id, changes).view.template.title


def texts_in(sent: Any) -> list[str]:
    """Of a field that may be there several times; blank ones are nothing."""
    listed = sent if isinstance(sent, list) else [sent]
    return [each for each in listed if isinstance(each, str) and each]
