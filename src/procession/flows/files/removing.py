"""Take files away, and what answers say of them then (contract 45, 8; 00, 8.4)."""

from dataclasses import dataclass

from procession.domains.accounts import store as accounts
from procession.domains.files import policy, store
from procession.domains.files.actions import removing
from procession.domains.files.types import StoredFile, SubjectKind
from procession.domains.holds.actions.asking import HoldGate, home_of
from procession.domains.processes import policy as process_policy
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_live
from procession.domains.processes.types import Process
from procession.domains.tasks import policy as task_policy
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import policy as template_policy
from procession.domains.templates import store as templates
from procession.flows.files.marking import mark_deleted
from procession.flows.reaching.tasks import reach
from procession.kit.caller import Caller
from procession.kit.errors import Archived, Forbidden, NotFound, invalid
from procession.kit.work import Work, writing

_LOGO = "Organization logo cannot be deleted."
_COMPLETED = "This file belongs to a completed task. Reopen the task first."
_NOT_ARCHIVED = "Archive this file before deleting it permanently."


def delete_file(caller: Caller, file_id: str) -> None:
    """For ever: record, bytes, and what answers say of it. Repeating it finds nothing."""
    with writing(caller) as work:
        gate = HoldGate(work)
        file = _reach(work, file_id)
        _delete(work, gate, file)


def _delete(work: Work, gate: HoldGate, file: StoredFile) -> None:
    """It is part of what it belongs to, and of every answer that names it."""
    home = home_of(file)
    uses = [home_of(use) for use in store.uses_of(work, file.id)]
    clearance = gate.clear_parts([home, *uses])
    mark_deleted(work, file.id)
    removing.delete(work, clearance, home.id, file)


def purge_file(caller: Caller, file_id: str) -> None:
    """The same for one that is archived already."""
    with writing(caller) as work:
        gate = HoldGate(work)
        file = _reach(work, file_id)
        if file.archived_at is None:
            raise invalid("file", _NOT_ARCHIVED)
        _delete(work, gate, file)


def archive_file(caller: Caller, file_id: str) -> None:
    with writing(caller) as work:
        removing.archive(work, _reach(work, file_id))


def restore_file(caller: Caller, file_id: str) -> StoredFile:
    with writing(caller) as work:
        removing.restore(work, _reach(work, file_id))
        return _get(work, file_id)


def renew_link(caller: Caller, file_id: str) -> StoredFile:
    """Whoever may delete the file may (ruling 33)."""
    with writing(caller) as work:
        removing.renew_link(work, _reach(work, file_id, also_when_frozen=True))
        return _get(work, file_id)


def _get(work: Work, file_id: str, *, lock: bool = False) -> StoredFile:
    file = store.find_visible(work, file_id, lock=lock)
    if file is None:
        raise NotFound(kind="File")
    return file


@dataclass(frozen=True)
class _Home:
    """What a file belongs to, held against other writers."""

    process: Process | None = None
    task: Task | None = None
    may_edit: bool = False


def _reach(work: Work, file_id: str, *, also_when_frozen: bool = False) -> StoredFile:
    """Theirs to take away. `also_when_frozen`: where what it belongs to is archived, too."""
    file = _get(work, file_id)
    home = _hold(work, file, also_when_frozen=also_when_frozen)
    # Read again: it may have gone while this waited.
    file = _get(work, file_id, lock=True)
    if not policy.can_delete(work.caller, file, may_edit_subject=home.may_edit):
        raise Forbidden
    logo = accounts.get_face(work).logo
    if file.subject is None or (logo is not None and file.id in logo):
        raise invalid("file", _LOGO)
    asking = _tasks_asking(work, file, home)
    if not work.caller.is_admin and any(task.is_completed for task in asking):
        raise invalid("file", _COMPLETED)
    return file


def _hold(work: Work, file: StoredFile, *, also_when_frozen: bool) -> _Home:
    caller, subject = work.caller, file.subject
    if subject is None:
        return _Home()
    if subject.kind is SubjectKind.TEMPLATE:
        if caller.is_guest:
            return _Home()
        template = templates.find_visible(work, subject.id, lock=True)
        if template is None:
            return _Home()  # Who sees an answer that names it.
        if template.archived_at is not None and not also_when_frozen:
            raise Archived({"template": ["Cannot update archived templates."]})
        return _Home(may_edit=template_policy.can_edit(caller, template))
    if subject.kind is SubjectKind.PROCESS:
        process = processes.lock_any(work, subject.id)
        if not also_when_frozen:
            require_live(process)
        return _Home(process=process, may_edit=process_policy.can_arrange(caller))
    reached = reach(work, subject.id)
    if reached.process is not None and not also_when_frozen:
        require_live(reached.process)
    if reached.task.archived_at is not None and not also_when_frozen:
        raise Archived({"task": ["Cannot update archived tasks."]})
    may_edit = task_policy.can_edit(caller, reached.task)
    return _Home(reached.process, reached.task, may_edit=may_edit)


def _tasks_asking(work: Work, file: StoredFile, home: _Home) -> list[Task]:
    """The tasks whose fields it is in, or was uploaded for."""
    ids = {use.task_id for use in store.uses_of(work, file.id) if use.task_id is not None}
    found = {task.id: task for task in (tasks.get_any(work, each) for each in sorted(ids))}
    if home.task is not None:
        found[home.task.id] = home.task
    if home.process is not None and file.step_id is not None and home.task is None:
        for task in tasks.of_whole_processes(work, [home.process.id])[home.process.id]:
            if task.step_id == file.step_id:
                found[task.id] = task
    return list(found.values())
