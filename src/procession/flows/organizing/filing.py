"""Put a process or task into a folder, and take it out; delete folders (contract 60, 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from procession.domains.organizing import policy
from procession.domains.organizing import store as organizing
from procession.domains.organizing.actions import folders
from procession.domains.organizing.events import ObjectFiled, ObjectUnfiled
from procession.domains.organizing.types import (
    FolderKind,
    FolderObject,
    FolderView,
    Subject,
    SubjectKind,
)
from procession.domains.organizing.wire.folders import FolderObjectIn
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.flows.reaching.subjects import Held, hold, mark_changed, read_kind
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound, invalid
from procession.kit.ids import find_id
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, reading, writing

_NO_FOLDER = "No such a folder exists in Processes."
_NO_SUBJECT = "Subject not found"
_BY_TEMPLATE = "Put a template into a folder by the folder_id of the template."


@dataclass(frozen=True)
class FiledView:
    """A process or task in a folder, with what it is called and how it is."""

    filed: FolderObject
    name: str
    status: str


def file_object(caller: Caller, sent: FolderObjectIn) -> tuple[FiledView, bool]:
    """Where it lies now, and whether it did not before."""
    if not policy.can_change_folders(caller):
        raise Forbidden
    with writing(caller) as work:
        kind = read_kind(sent.subject_type)
        problems = folder_problems(work, [sent.folder_id], path="folder_id")
        held = None
        if kind is SubjectKind.TEMPLATE:
            problems["subject_type"] = [_BY_TEMPLATE]
        elif kind not in (SubjectKind.PROCESS, SubjectKind.TASK):
            problems["subject_type"] = ["The selected subject type is invalid."]
        else:
            try:
                held = hold(work, kind, sent.subject_id)
            except NotFound:
                problems["subject_id"] = [_NO_SUBJECT]
        if problems or held is None:
            raise Invalid(problems)
        folder_id = sent.folder_id.lower()
        lies_in = organizing.objects_of(work, [held.subject.id]).get(held.subject.id, [])
        is_new = folder_id not in {filed.folder_id for filed in lies_in}
        if is_new:
            set_folders(work, held, lies_in, [*(one.folder_id for one in lies_in), folder_id])
            lies_in = organizing.objects_of(work, [held.subject.id])[held.subject.id]
        (filed,) = [one for one in lies_in if one.folder_id == folder_id]
        return _views(work, [filed])[0], is_new


def unfile_object(caller: Caller, object_id: int) -> FiledView:
    with writing(caller) as work:
        filed = organizing.find_object(work, object_id)
        if filed is None:
            raise NotFound
        held = hold(
            work,
            SubjectKind(filed.subject_kind),
            filed.subject_id,
            is_allowed=policy.can_change_folders(caller),
        )
        lies_in = organizing.objects_of(work, [held.subject.id]).get(held.subject.id, [])
        if filed not in lies_in:
            raise NotFound
        kept = [one.folder_id for one in lies_in if one.id != filed.id]
        set_folders(work, held, lies_in, kept)
        return _views(work, [filed])[0]


def refile(caller: Caller, kind: SubjectKind, subject_id: str, folder_ids: Sequence[str]) -> str:
    """Make these all the folders of a process or task, at once; what it is called."""
    if not policy.can_change_folders(caller):
        raise Forbidden
    with writing(caller) as work:
        problems = folder_problems(work, folder_ids)
        if problems:
            raise Invalid(problems)
        held = hold(work, kind, subject_id)
        lies_in = organizing.objects_of(work, [held.subject.id]).get(held.subject.id, [])
        set_folders(work, held, lies_in, [folder_id.lower() for folder_id in folder_ids])
        return held.name


def set_folders(
    work: Work, held: Held, lies_in: Sequence[FolderObject], folder_ids: Sequence[str]
) -> None:
    """Make these the folders of something; where it lies already it stays."""
    had = {filed.folder_id for filed in lies_in}
    put = [folder_id for folder_id in dict.fromkeys(folder_ids) if folder_id not in had]
    taken = [filed for filed in lies_in if filed.folder_id not in folder_ids]
    if not put and not taken:
        return
    organizing.add_objects(work, held.subject, put)
    for filed in taken:
        organizing.delete_object(work, filed.id)
    names = {folder.id: folder.name for folder in organizing.list_folders(work)}
    for folder_id in put:
        work.record(ObjectFiled(**_about(work, held, folder_id, names[folder_id])))
    for filed in taken:
        about = _about(work, held, filed.folder_id, names[filed.folder_id])
        work.record(ObjectUnfiled(**about))
    mark_changed(work, held)


def folder_problems(
    work: Work, folder_ids: Sequence[str], *, path: str | None = None
) -> dict[str, list[str]]:
    """What is wrong with folders for processes that were sent, by `folders.<place>`."""
    wanted = [folder_id.lower() for folder_id in folder_ids]
    known = organizing.folders_among(work, wanted, FolderKind.PROCESSES.value)
    return {
        path or f"folders.{place}": [_NO_FOLDER]
        for place, folder_id in enumerate(wanted)
        if folder_id not in known
    }


def is_for_processes(work: Work, folder_id: str) -> bool:
    return bool(organizing.folders_among(work, [folder_id], FolderKind.PROCESSES.value))


def add_to_folders(work: Work, subject: Subject, folder_ids: Sequence[str]) -> None:
    """For something that was just made; its creation tells of them."""
    wanted = list(dict.fromkeys(folder_id.lower() for folder_id in folder_ids))
    organizing.add_objects(work, subject, wanted)


def list_objects(
    caller: Caller, folder_id: str, request: PageRequest
) -> tuple[Page[FolderObject], list[FiledView]]:
    with reading(caller) as work:
        known = {folder.id: folder for folder in organizing.list_folders(work)}
        if folder_id not in known:
            raise NotFound(kind="Folder")
        if known[folder_id].kind == FolderKind.TEMPLATES:
            sentence = "Templates in a folder are listed by GET /checklists?folder=<id>."
            raise invalid("folder", sentence)
        page = organizing.list_objects(work, request, folder_id)
        check_everything_fits(page)
        return page, _views(work, page.rows)


def delete_folder(caller: Caller, folder_id: str) -> FolderView:
    """The folder as it was. Live templates lie at the top again; archived ones when restored."""
    with writing(caller) as work:
        shown = folders.hold_folder(work, folder_id)
        folders.discard(work, shown.folder)
        templates.forget_folder(work, shown.folder.id)
        return shown


def _views(work: Work, found: Sequence[FolderObject]) -> list[FiledView]:
    """What they are called; one statement for the processes, one for the tasks."""
    of_kind: dict[str, list[str]] = {}
    for filed in found:
        of_kind.setdefault(filed.subject_kind, []).append(filed.subject_id)
    names: dict[str, tuple[str, str]] = {}
    for process in processes.visible_among(work, of_kind.get(SubjectKind.PROCESS, [])).values():
        names[process.id] = process.name, process.status
    for task in tasks.visible_among(work, of_kind.get(SubjectKind.TASK, [])).values():
        names[task.id] = task.title, task.state
    return [
        FiledView(filed, *names[filed.subject_id]) for filed in found if filed.subject_id in names
    ]


def _about(work: Work, held: Held, folder_id: str, name: str) -> dict[str, Any]:
    return {
        "organization_id": work.caller.organization_id,
        "id": find_id(folder_id),
        "name": name,
        "subject_kind": held.subject.kind,
        "subject_id": held.subject.id,
        "subject_name": held.name,
        "run_id": held.process_id,
    }
