"""What a file is to belong to: named by who uploads it, found by what they may see (45, 7)."""

from dataclasses import dataclass

from procession.domains.files.types import KICKOFF, FileSubject, SubjectKind
from procession.domains.files.wire import UploadIn
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_live
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.flows.forms.rendering import forms_of
from procession.flows.reaching.tasks import reach
from procession.kit.errors import Archived, Forbidden, Invalid, NotFound, invalid
from procession.kit.ids import find_id
from procession.kit.work import Work

_KINDS = {
    kind.value.lower(): kind
    for kind in (SubjectKind.PROCESS, SubjectKind.TEMPLATE, SubjectKind.TASK)
}
_OWN_OPEN_TASKS = "Guests upload files for fields of their own open tasks."


@dataclass(frozen=True)
class Place:
    """Where a file goes, as its row says it."""

    subject: FileSubject
    uploaded_from: str | None
    step_id: str | None = None
    checklist_id: str | None = None


def find_place(work: Work, sent: UploadIn, *, lock: bool = False) -> Place:
    """`lock`: held against other writers. Raises Invalid for what the caller cannot see (for
    guests NotFound), and Archived for what takes no files any more."""
    kind = _KINDS.get(sent.subject_type.lower())
    if kind is None:
        raise invalid("subject_type", "The selected subject type is invalid.")
    subject_id = find_id(sent.subject_id)
    try:
        if subject_id is None:
            raise NotFound
        if kind is SubjectKind.TEMPLATE:
            return _in_template(work, subject_id, sent, lock=lock)
        if kind is SubjectKind.PROCESS:
            return _in_process(work, subject_id, sent, lock=lock)
        return _in_task(work, subject_id, sent, lock=lock)
    except NotFound:
        if work.caller.is_guest:
            raise
        raise invalid("subject_id", "The selected subject id is invalid.") from None


def _required_place(sent: UploadIn) -> str:
    if not sent.uploaded_from:
        raise invalid("uploaded_from", "The uploaded from field is required.")
    return sent.uploaded_from


def _in_template(work: Work, template_id: str, sent: UploadIn, *, lock: bool) -> Place:
    if work.caller.is_guest:
        raise NotFound
    template = templates.get_visible(work, template_id, lock=lock)
    if template.archived_at is not None:
        raise Archived({"template": ["Cannot update archived templates."]})
    place = _required_place(sent)
    step_id = _optional_id("step_id", sent.step_id)
    return Place(FileSubject(SubjectKind.TEMPLATE, template.id), place, step_id=step_id)


def _in_process(work: Work, process_id: str, sent: UploadIn, *, lock: bool) -> Place:
    process = processes.get_visible(work, process_id, lock=lock)
    require_live(process)
    place = _required_place(sent)
    of_field = _task_asking(work, process, place)
    if work.caller.is_guest:
        _check_guest(work, process, place, of_field)
    if sent.checklist_id is not None and find_id(sent.checklist_id) != process.template_id:
        raise invalid("checklist_id", "The selected checklist id is invalid.")
    step_id = of_field.step_id if of_field else _optional_id("step_id", sent.step_id)
    return Place(
        FileSubject(SubjectKind.PROCESS, process.id),
        place,
        step_id=step_id,
        checklist_id=process.template_id,
    )


def _check_guest(work: Work, process: Process, place: str, of_field: Task | None) -> None:
    if place == KICKOFF:
        if process.submitted_by_guest != work.caller.person_id:
            raise Forbidden(_OWN_OPEN_TASKS)
    elif of_field is None or not of_field.is_callers or of_field.is_completed:
        raise Forbidden(_OWN_OPEN_TASKS)


def _task_asking(work: Work, process: Process, field_id: str) -> Task | None:
    """The task of the process that has this field, as far as the caller sees its tasks."""
    if find_id(field_id) is None:
        return None
    forms = forms_of(work, [process.id])
    for task in tasks.of_whole_processes(work, [process.id])[process.id]:
        if any(field.id == field_id for field in forms.fields_of(task)):
            return task
    return None


def _in_task(work: Work, task_id: str, sent: UploadIn, *, lock: bool) -> Place:
    if lock:
        reached = reach(work, task_id)
        task, process = reached.task, reached.process
    else:
        task = tasks.get_visible(work, task_id)
        process = None
    if task.archived_at is not None:
        raise Archived({"task": ["Cannot update archived tasks."]})
    if process is not None:
        require_live(process)
    elif task.process_archived_at is not None:
        raise Archived({"process": ["Cannot update archived processes."]})
    if work.caller.is_guest and (not task.is_callers or task.is_completed):
        raise Forbidden(_OWN_OPEN_TASKS)
    return Place(FileSubject(SubjectKind.TASK, task.id), sent.uploaded_from)


def _optional_id(name: str, sent: str | None) -> str | None:
    if sent is None:
        return None
    found = find_id(sent)
    if found is None:
        raise Invalid({name: [f"The selected {name.replace('_', ' ')} is invalid."]})
    return found
