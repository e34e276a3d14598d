"""Archive a one-off task, and bring it back: its own mark (contract 40, 8)."""

import msgspec

from procession.domains.tasks import store
from procession.domains.tasks.events import TaskArchived, TaskUnarchived, about
from procession.domains.tasks.types import Task
from procession.kit.errors import invalid
from procession.kit.work import Work


def require_oneoff(task: Task) -> None:
    if not task.is_oneoff:
        raise invalid("task", "Only one-off tasks can be archived; archive the process instead.")


def archive(work: Work, task: Task) -> Task:
    if task.archived_at is not None:
        return task
    name = store.set_archived(work, task.id)
    work.record(TaskArchived(**about(task, work.caller.organization_id)))
    return msgspec.structs.replace(
        task,
        archived_at=work.now,
        archived_by=work.caller.person_id,
        shown_archived_by=work.caller.person_id,
        archived_via=work.caller.archives_via,
        archived_operation=work.caller.operation,
        archived_by_name=name,
        updated_at=work.now,
    )


def unarchive(work: Work, task: Task) -> Task:
    if task.archived_at is None:
        return task
    store.clear_archived(work, task.id)
    work.record(TaskUnarchived(**about(task, work.caller.organization_id)))
    return msgspec.structs.replace(
        task,
        archived_at=None,
        archived_by=None,
        shown_archived_by=None,
        archived_via=None,
        archived_operation=None,
        archived_by_name=None,
        updated_at=work.now,
    )
