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
    changes = {"archived_at": work.now, "archived_by": work.caller.person_id}
    store.set_columns(work, task.id, changes)
    work.record(TaskArchived(**about(task, work.caller.organization_id)))
    return msgspec.structs.replace(task, **changes, updated_at=work.now)


def unarchive(work: Work, task: Task) -> Task:
    if task.archived_at is None:
        return task
    changes = {"archived_at": None, "archived_by": None}
    store.set_columns(work, task.id, {**changes, "activated_at": work.now})
    work.record(TaskUnarchived(**about(task, work.caller.organization_id)))
    return msgspec.structs.replace(task, **changes, updated_at=work.now)
