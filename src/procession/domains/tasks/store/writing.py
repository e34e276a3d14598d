"""Changes to tasks."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ARCHIVING, ORGANIZATION_ID, UNARCHIVING, marks_of
from procession.domains.people.types import Assignees
from procession.domains.tasks.store.selecting import NOW, THIS
from procession.domains.tasks.tables import task_assignees, tasks
from procession.kit.db import Statement, changing
from procession.kit.destroying import Clearance, Destroying
from procession.kit.folding import with_folds
from procession.kit.searching import all_with_searched, with_searched
from procession.kit.work import Work

_NEW_COLUMNS = [
    column.name
    for column in tasks.c
    if column.name
    not in (
        "is_approved", "completed_at", "completed_by", "completed_by_guest", "archived_at",
        *ARCHIVING, "open_issue_count", "visibility_locked",
        "last_completed_at", "launched_process_id", "activated_at", "row_version",
    )
]  # fmt: skip
_INSERT = Statement(tasks.insert().values({name: sa.bindparam(name) for name in _NEW_COLUMNS}))
_INSERT_ASSIGNEE = Statement(
    task_assignees.insert().values(
        {column.name: sa.bindparam(column.name) for column in task_assignees.c}
    )
)


class NewTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task about to be stored, with who it is assigned to."""

    id: str
    number: int
    process_id: str | None = None
    template_id: str | None = None
    step_id: str | None = None
    alias: str | None = None
    task_type: str
    title: str
    summary: str | None
    state: str = "not-started"
    is_oneoff: bool
    position: int
    step_position: int | None = None
    started_at: int | None = None
    is_soft_start_date: bool = True
    deadline_at: int | None
    deadline_is_pinned: bool = False
    created_by: int
    everyone_must_complete: bool = False
    can_complete_only_assignees: bool = False
    allow_guest_owners: bool = True
    prevent_guest_comment: bool = False
    top_secret: bool = False
    max_assignable: int = 0
    webhook: str | None = None
    #: As stored (`answers.types`).
    answers: str | None = None
    fields: str | None = None
    stage_id: str | None = None
    linked_step_id: str | None = None
    send_chromeless: bool = False
    anchor_step_id: str | None = None
    waits_for_anchor: bool = False
    state_before_hiding: str | None = None
    shown_at: int | None = None
    assignees: Assignees = Assignees()


def add_tasks(work: Work, new: Sequence[NewTask]) -> None:
    common = {
        "organization_id": work.caller.organization_id,
        "created_at": work.now,
        "updated_at": work.now,
    }
    rows = [{**_columns(task), **common} for task in new]
    work.run_many(_INSERT, all_with_searched(work, tasks, rows))
    work.run_many(
        _INSERT_ASSIGNEE,
        [
            {
                "organization_id": work.caller.organization_id,
                "task_id": task.id,
                "process_id": task.process_id,
                "person": person,
                "written": written,
            }
            for task in new
            for person, written in task.assignees.written()
        ],
    )


def _columns(task: NewTask) -> dict[str, Any]:
    names = [name for name in NewTask.__struct_fields__ if name != "assignees"]
    return with_folds(tasks, {name: getattr(task, name) for name in names})


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=tasks.c[name].type) for name in names}
    return Statement(changing(tasks).where(*THIS).values(new | {"updated_at": NOW}))


def set_columns(work: Work, task_id: str, changes: Mapping[str, object]) -> None:
    columns = with_searched(work, tasks, with_folds(tasks, changes))
    new = {f"new_{name}": value for name, value in columns.items()}
    work.run_later(_setting(tuple(sorted(columns))), task_id=task_id, **new)


_SET_ARCHIVED = Statement(
    changing(tasks)
    .where(*THIS)
    .values(archived_at=NOW, updated_at=NOW, **ARCHIVING)
    .returning(tasks.c.archived_by_name)
)
_CLEAR_ARCHIVED = Statement(
    changing(tasks)
    .where(*THIS)
    .values(archived_at=None, activated_at=NOW, updated_at=NOW, **UNARCHIVING)
)


def set_archived(work: Work, task_id: str) -> str | None:
    """What the caller is called, who archived it."""
    name: str | None = work.value(_SET_ARCHIVED, task_id=task_id, **marks_of(work))
    return name


def clear_archived(work: Work, task_id: str) -> None:
    work.run(_CLEAR_ARCHIVED, task_id=task_id)


_DELETE = Destroying(tasks.delete().where(*THIS))
_LAST_POSITION = Statement(
    sa.select(sa.func.coalesce(sa.func.max(tasks.c.position), 0)).where(
        tasks.c.organization_id == ORGANIZATION_ID,
        tasks.c.process_id == sa.bindparam("process_id", type_=sa.String(32)),
    )
)


def delete_task(work: Work, clearance: Clearance, task_id: str) -> None:
    """Assignees and threads go with it by their foreign keys."""
    work.destroy_later(clearance, task_id, _DELETE, task_id=task_id)


def last_position(work: Work, process_id: str) -> int:
    position: int = work.value(_LAST_POSITION, process_id=process_id)
    return position
