"""Changes to processes, their people and stars."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import cache

import msgspec
import sqlalchemy as sa

from procession.core.progress import Totals
from procession.domains.people.access import (
    ARCHIVING,
    CALLER_ID,
    ORGANIZATION_ID,
    UNARCHIVING,
    marks_of,
)
from procession.domains.processes.store import sums
from procession.domains.processes.store.selecting import NOW, PROCESS_ID, THIS
from procession.domains.processes.store.totals import lifecycle_of
from procession.domains.processes.tables import process_people, process_stars, processes
from procession.kit.db import Statement, any_of, changing
from procession.kit.destroying import Clearance, Destroying
from procession.kit.folding import with_folds
from procession.kit.searching import with_searched
from procession.kit.work import Work

_THESE = (
    processes.c.organization_id == ORGANIZATION_ID,
    any_of(processes.c.id, "process_ids"),
)
_SET_ARCHIVED = Statement(
    changing(processes)
    .where(*_THESE, processes.c.archived_at.is_(None))
    .values(archived_at=NOW, updated_at=NOW, **ARCHIVING)
    .returning(processes.c.id, processes.c.archived_by_name)
)
_CLEAR_ARCHIVED = Statement(
    changing(processes)
    .where(*_THESE, processes.c.archived_at.is_not(None))
    .values(archived_at=None, activated_at=NOW, updated_at=NOW, **UNARCHIVING)
    .returning(processes.c.id)
)
_DELETE = Destroying(processes.delete().where(*THIS))
_ORPHAN_CHILDREN = Statement(
    changing(processes)
    .where(processes.c.organization_id == ORGANIZATION_ID, processes.c.parent_id == PROCESS_ID)
    .values(parent_id=None, former_parent_id=PROCESS_ID)
)


def set_archived(work: Work, process_ids: Sequence[str]) -> dict[str, str | None]:
    """Those that were live, each with what the caller is called: who archived it."""
    if not process_ids:
        return {}
    values = {"process_ids": list(process_ids), **marks_of(work)}
    rows = work.all(_SET_ARCHIVED, _Archived, **values)
    changed = {row.id: row.by_name for row in rows}
    _move(work, [*changed])
    return changed


def clear_archived(work: Work, process_ids: Sequence[str]) -> set[str]:
    """Those that were archived."""
    if not process_ids:
        return set()
    rows = work.all(_CLEAR_ARCHIVED, _Id, process_ids=list(process_ids))
    changed = {row.id for row in rows}
    _move(work, [*changed])
    return changed


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


class _Archived(msgspec.Struct, array_like=True, frozen=True):
    id: str
    by_name: str | None


def _move(work: Work, process_ids: Sequence[str]) -> None:
    if process_ids:
        sums.move(work, process_ids)


def delete_process(work: Work, clearance: Clearance, process_id: str) -> None:
    """Tasks, assignees, threads, people and stars go with it by their foreign keys."""
    sums.take(work, process_id)
    work.run_later(_ORPHAN_CHILDREN, process_id=process_id)
    work.destroy_later(clearance, process_id, _DELETE, process_id=process_id)


_NEW_COLUMNS = [
    column.name
    for column in processes.c
    if column.name
    not in ("archived_at", "activated_at", "row_version", "former_parent_id", *ARCHIVING)
]
_INSERT = Statement(processes.insert().values({name: sa.bindparam(name) for name in _NEW_COLUMNS}))


class NewProcess(msgspec.Struct, frozen=True, kw_only=True):
    """A process about to be stored."""

    id: str
    number: int
    template_id: str
    template_version: int
    template_title: str
    type: str
    name: str
    summary: str | None
    owner_id: int
    started_by: int
    launched_via: str
    parent_id: str | None
    can_add_tasks: bool
    assign_someone_else: bool
    is_public: bool
    public_key: str | None
    publicly_hidden_fields: str
    everyone_may_read: bool
    #: As stored (`answers.types`).
    answers: str | None = None
    kickoff_field_count: int = 0
    kickoff_completed_at: int | None = None
    kickoff_completed_by: int | None = None
    submitted_by_guest: int | None = None
    has_anchors: bool = False
    rules_active: bool = False


def add_process(work: Work, new: NewProcess, totals: Totals, *, is_done: bool) -> None:
    work.run_later(
        _INSERT,
        **with_searched(work, processes, with_folds(processes, msgspec.structs.asdict(new))),
        created_at=work.now,
        started_at=work.now,
        updated_at=work.now,
        completed_at=work.now if is_done else None,
        visible_task_count=totals.visible,
        completed_task_count=totals.completed,
        problem_task_count=totals.troubled,
        secret_task_count=totals.secret,
        secret_completed_task_count=totals.secret_completed,
        open_issue_count=totals.open_issues,
        lifecycle=lifecycle_of(totals, is_done=is_done),
        first_open_deadline_at=totals.first_open_deadline_at,
        last_deadline_at=totals.last_deadline_at,
    )
    sums.add(work, new.id)


_INSERT_PERSON = Statement(
    process_people.insert().values(
        {name: sa.bindparam(name) for name in ("organization_id", "process_id", "part", "person")}
    )
)
_DELETE_PEOPLE = Statement(
    process_people.delete().where(
        process_people.c.organization_id == ORGANIZATION_ID,
        process_people.c.process_id == PROCESS_ID,
        process_people.c.part == sa.bindparam("part"),
    )
)


def add_people(work: Work, process_id: str, part: str, people: Sequence[str]) -> None:
    """`part`: member or reader."""
    organization_id = work.caller.organization_id
    work.run_many(
        _INSERT_PERSON,
        [
            {
                "organization_id": organization_id,
                "process_id": process_id,
                "part": part,
                "person": person,
            }
            for person in people
        ],
    )


def set_people(work: Work, process_id: str, part: str, people: Sequence[str]) -> None:
    work.run(_DELETE_PEOPLE, process_id=process_id, part=part)
    add_people(work, process_id, part, people)


#: The status and the sums of an organization follow from these.
_SET_ELSEWHERE = {
    "archived_at", "completed_at", "lifecycle", "open_issue_count", "visible_task_count",
    "completed_task_count", "problem_task_count", "secret_task_count",
    "secret_completed_task_count",
}  # fmt: skip


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=processes.c[name].type) for name in names}
    return Statement(changing(processes).where(*THIS).values(new | {"updated_at": NOW}))


def set_columns(work: Work, process_id: str, changes: Mapping[str, object]) -> None:
    """Give columns new values; with none it only marks the process as changed now."""
    assert not _SET_ELSEWHERE & changes.keys(), "only with the totals, or by archiving"
    columns = with_searched(work, processes, with_folds(processes, changes))
    new = {f"new_{name}": value for name, value in columns.items()}
    counted = "everyone_may_read" in changes
    with sums.recounted(work, process_id) if counted else nullcontext():
        work.run_later(_setting(tuple(sorted(columns))), process_id=process_id, **new)


_INSERT_STAR = Statement(
    process_stars.insert().values(
        {name: sa.bindparam(name) for name in ("organization_id", "process_id", "user_id")}
    )
)
_DELETE_STAR = Statement(
    process_stars.delete().where(
        process_stars.c.organization_id == ORGANIZATION_ID,
        process_stars.c.process_id == PROCESS_ID,
        process_stars.c.user_id == CALLER_ID,
    )
)


def set_star(work: Work, process_id: str, user_id: int) -> None:
    """A person's own mark; `clear_star` takes the caller's away."""
    work.run(_INSERT_STAR, process_id=process_id, user_id=user_id)


def clear_star(work: Work, process_id: str) -> None:
    work.run(_DELETE_STAR, process_id=process_id)


_REMOVE_PERSON = Statement(
    process_people.delete().where(
        process_people.c.organization_id == ORGANIZATION_ID,
        process_people.c.person == sa.bindparam("person", type_=sa.Text),
    )
)


def remove_from_all(work: Work, person: str) -> None:
    """Take a person or group out of the people of every process."""
    work.run(_REMOVE_PERSON, person=person)
