"""Who has to do a task, person by person, and who has done their part of it."""

from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import guests, users
from procession.domains.tasks.access import people_of_task
from procession.domains.tasks.tables import task_parts, tasks
from procession.domains.tasks.types import TaskPerson, TaskState
from procession.kit.db import Statement, any_of
from procession.kit.work import Work

_TASK_ID = sa.bindparam("task_id", type_=sa.String(32))


def _people() -> sa.Select[Any]:
    found = people_of_task(ORGANIZATION_ID, _TASK_ID).subquery()
    is_user = found.c.kind == "u"
    return (
        sa.select(
            found.c.kind,
            found.c.id,
            sa.func.coalesce(users.c.email, guests.c.email, ""),
            sa.func.coalesce(users.c.first_name, ""),
            sa.func.coalesce(users.c.last_name, ""),
        )
        .select_from(
            found.outerjoin(users, sa.and_(is_user, users.c.id == found.c.id)).outerjoin(
                guests, sa.and_(~is_user, guests.c.id == found.c.id)
            )
        )
        .order_by(found.c.kind.desc(), found.c.id)
    )


_PEOPLE = Statement(_people())


def people_of(work: Work, task_id: str) -> list[TaskPerson]:
    """Everybody assigned to a task who is in, groups taken apart; members first, nobody twice."""
    return work.all(_PEOPLE, TaskPerson, task_id=task_id)


class _Part(msgspec.Struct, array_like=True):
    person: str
    is_approved: bool | None


_THIS = (task_parts.c.organization_id == ORGANIZATION_ID, task_parts.c.task_id == _TASK_ID)
_PARTS = Statement(sa.select(task_parts.c.person, task_parts.c.is_approved).where(*_THIS))
_CLEAR = Statement(
    task_parts.delete().where(
        task_parts.c.organization_id == ORGANIZATION_ID, any_of(task_parts.c.task_id, "task_ids")
    )
)
_INSERT = Statement(
    task_parts.insert().values({column.name: sa.bindparam(column.name) for column in task_parts.c})
)


def parts_of(work: Work, task_id: str) -> dict[str, bool | None]:
    """Who has done their part, and how they decided."""
    return {part.person: part.is_approved for part in work.all(_PARTS, _Part, task_id=task_id)}


def add_part(work: Work, task_id: str, person: TaskPerson, *, is_approved: bool | None) -> None:
    work.run(
        _INSERT,
        task_id=task_id,
        person=person.key,
        written=person.written,
        is_approved=is_approved,
        completed_at=work.now,
    )


_SET = Statement(
    task_parts.update()
    .where(*_THIS, task_parts.c.person == sa.bindparam("part_of", type_=sa.Text))
    .values(
        is_approved=sa.bindparam("new_is_approved", type_=sa.Boolean),
        completed_at=sa.bindparam("now", type_=sa.BigInteger),
    )
)


def set_part(work: Work, task_id: str, person: TaskPerson, *, is_approved: bool) -> None:
    """Their other decision; there is one."""
    work.run(_SET, task_id=task_id, part_of=person.key, new_is_approved=is_approved)


_assigned = people_of_task(
    task_parts.c.organization_id, task_parts.c.task_id, only_active=False
).subquery("assigned_now")
_FORGET = Statement(
    task_parts.delete().where(
        task_parts.c.organization_id == ORGANIZATION_ID,
        any_of(task_parts.c.task_id, "task_ids"),
        task_parts.c.task_id.in_(
            sa.select(tasks.c.id).where(
                tasks.c.organization_id == ORGANIZATION_ID,
                any_of(tasks.c.id, "task_ids"),
                tasks.c.state != TaskState.COMPLETED.value,
            )
        ),
        ~sa.exists(
            sa.select(sa.literal(1))
            .select_from(_assigned)
            .where(
                _assigned.c.kind.concat(":").concat(sa.cast(_assigned.c.id, sa.Text))
                == task_parts.c.person
            )
        ),
    )
)


def forget_parts_of_others(work: Work, task_ids: Collection[str]) -> None:
    """Who is not assigned to them any more has their part to do again, should they come back.

    Who is in a group of theirs and only disabled is assigned. What was completed stays as it was.
    """
    if task_ids:
        work.run_later(_FORGET, task_ids=list(task_ids))


def clear_parts(work: Work, task_ids: Collection[str]) -> None:
    work.run_later(_CLEAR, task_ids=list(task_ids))


_LAUNCHED = Statement(
    sa.select(tasks.c.launched_process_id).where(
        tasks.c.organization_id == ORGANIZATION_ID, tasks.c.id == _TASK_ID
    )
)


def find_launched(work: Work, task_id: str) -> str | None:
    """The process that completing the task launched; it may be gone since."""
    found: str | None = work.value(_LAUNCHED, task_id=task_id)
    return found
