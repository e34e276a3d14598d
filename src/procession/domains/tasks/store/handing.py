"""Handing a person's open tasks to another."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.tasks.access import tasks_and_processes
from procession.domains.tasks.tables import task_assignees, task_parts, tasks
from procession.kit.db import Statement, any_of, changing
from procession.kit.work import Work

_PERSON = sa.bindparam("person", type_=sa.Text)
_OF_PERSON = (
    task_assignees.c.organization_id == ORGANIZATION_ID,
    task_assignees.c.person == _PERSON,
)
_AMONG = any_of(task_assignees.c.task_id, "task_ids")


class OpenTask(msgspec.Struct, array_like=True, frozen=True):
    """What a fact about a task needs."""

    id: str
    number: int
    title: str
    process_id: str | None


#: Also in archived processes, which come back with who took over (contract 30, 10.2); one-off tasks
#: that were archived by themselves stay as they are.
_OPEN = Statement(
    sa.select(tasks.c.id, tasks.c.number, tasks.c.title, tasks.c.process_id)
    .select_from(
        tasks_and_processes.join(
            task_assignees,
            sa.and_(
                task_assignees.c.organization_id == tasks.c.organization_id,
                task_assignees.c.task_id == tasks.c.id,
            ),
        )
    )
    .where(
        *_OF_PERSON,
        tasks.c.state != "completed",
        tasks.c.archived_at.is_(None),
    )
    .order_by(tasks.c.number)
)
_TO_PERSON = sa.bindparam("to_person", type_=sa.Text)
_COPY = Statement(
    task_assignees.insert().from_select(
        ["organization_id", "task_id", "process_id", "person", "written"],
        sa.select(
            task_assignees.c.organization_id,
            task_assignees.c.task_id,
            task_assignees.c.process_id,
            _TO_PERSON,
            sa.bindparam("to_written", type_=sa.Text),
        )
        .where(*_OF_PERSON, _AMONG)
        .suffix_with("ON CONFLICT DO NOTHING"),
    )
)
_DELETE_AMONG = Statement(task_assignees.delete().where(*_OF_PERSON, _AMONG))
_TOUCH = Statement(
    changing(tasks)
    .where(tasks.c.organization_id == ORGANIZATION_ID, any_of(tasks.c.id, "task_ids"))
    .values(updated_at=sa.bindparam("now", type_=sa.BigInteger))
)


class AssignedTask(msgspec.Struct, array_like=True, frozen=True):
    """A task that names a person or group, and the process it is in."""

    id: str
    process_id: str | None


_ALL_OF = Statement(
    sa.select(task_assignees.c.task_id, task_assignees.c.process_id).where(*_OF_PERSON)
)


_UNFINISHED_OF = Statement(
    sa.select(task_assignees.c.task_id, task_assignees.c.process_id)
    .select_from(
        tasks.join(
            task_assignees,
            sa.and_(
                task_assignees.c.organization_id == tasks.c.organization_id,
                task_assignees.c.task_id == tasks.c.id,
            ),
        )
    )
    .where(*_OF_PERSON, tasks.c.state != "completed")
)


def list_unfinished_tasks_of(work: Work, person: str) -> list[AssignedTask]:
    """As `list_tasks_of`, without what is completed: archived ones come back as open work."""
    return work.all(_UNFINISHED_OF, AssignedTask, person=person)


def list_tasks_of(work: Work, person: str) -> list[AssignedTask]:
    """Every task that names this person or group, completed and archived ones too."""
    return work.all(_ALL_OF, AssignedTask, person=person)


_BEGUN = Statement(
    sa.select(tasks.c.id, tasks.c.process_id)
    .select_from(
        tasks.join(
            task_assignees,
            sa.and_(
                task_assignees.c.organization_id == tasks.c.organization_id,
                task_assignees.c.task_id == tasks.c.id,
            ),
        )
    )
    .where(
        *_OF_PERSON,
        tasks.c.state != "completed",
        sa.exists().where(
            task_parts.c.organization_id == tasks.c.organization_id,
            task_parts.c.task_id == tasks.c.id,
        ),
    )
)


def list_begun_tasks_of(work: Work, person: str) -> list[AssignedTask]:
    """Those that everyone must complete and somebody has done their part of."""
    return work.all(_BEGUN, AssignedTask, person=person)


class AbandonedTask(msgspec.Struct, array_like=True, frozen=True):
    process_id: str
    step_id: str


_ABANDONED = Statement(
    sa.select(tasks.c.process_id, tasks.c.step_id)
    .select_from(tasks_and_processes)
    .where(
        tasks.c.organization_id == ORGANIZATION_ID,
        any_of(tasks.c.id, "task_ids"),
        tasks.c.step_id.is_not(None),
        tasks.c.state.not_in(("completed", "auto-skipped")),
        processes.c.rules_active,
        processes.c.archived_at.is_(None),
        ~sa.exists().where(
            task_assignees.c.organization_id == tasks.c.organization_id,
            task_assignees.c.task_id == tasks.c.id,
        ),
    )
    .order_by(tasks.c.process_id, tasks.c.position)
)


def list_abandoned(work: Work, task_ids: Sequence[str]) -> list[AbandonedTask]:
    """Of these tasks the open ones that nobody is assigned to, where rules run; by process."""
    if not task_ids:
        return []
    return work.all(_ABANDONED, AbandonedTask, task_ids=list(task_ids))


def list_open_tasks_of(work: Work, person: str) -> list[OpenTask]:
    """Assigned to this person by name, not through a group."""
    return work.all(_OPEN, OpenTask, person=person)


_COUNT_OPEN = Statement(
    sa.select(task_assignees.c.person, sa.func.count())
    .select_from(
        tasks_and_processes.join(
            task_assignees,
            sa.and_(
                task_assignees.c.organization_id == tasks.c.organization_id,
                task_assignees.c.task_id == tasks.c.id,
            ),
        )
    )
    .where(
        task_assignees.c.organization_id == ORGANIZATION_ID,
        any_of(task_assignees.c.person, "people"),
        tasks.c.state.not_in(("completed", "auto-skipped")),
        tasks.c.archived_at.is_(None),
        processes.c.archived_at.is_(None),
    )
    .group_by(task_assignees.c.person)
)


class _Count(msgspec.Struct, array_like=True, frozen=True):
    person: str
    count: int


def count_open_of(work: Work, people: Sequence[str]) -> dict[str, int]:
    """How many open tasks name each of these, live ones alone; by person."""
    if not people:
        return {}
    return {row.person: row.count for row in work.all(_COUNT_OPEN, _Count, people=list(people))}


def move_assignments(
    work: Work, task_ids: Sequence[str], person: str, to_person: str, to_written: str
) -> None:
    """Whoever is assigned already is not assigned twice."""
    values = {"person": person, "task_ids": list(task_ids)}
    work.run(_COPY, to_person=to_person, to_written=to_written, **values)
    work.run(_DELETE_AMONG, **values)
    work.run(_TOUCH, task_ids=list(task_ids))
