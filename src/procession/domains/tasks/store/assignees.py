"""Who tasks are assigned to, when a person or a group leaves."""

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import (
    CALLER_ID,
    CALLER_PERSON,
    ORGANIZATION_ID,
    groups_holding,
)
from procession.domains.people.tables import group_guests, memberships
from procession.domains.processes.tables import processes
from procession.domains.tasks.access import tasks_and_processes
from procession.domains.tasks.tables import task_assignees, task_parts, tasks
from procession.kit.db import BigNumber, Statement, any_of, changing
from procession.kit.work import Work

_PERSON = sa.bindparam("person", type_=sa.Text)
_IS_OF_PERSON = sa.and_(
    task_assignees.c.organization_id == ORGANIZATION_ID, task_assignees.c.person == _PERSON
)
_TASKS_OF = Statement(sa.select(task_assignees.c.task_id).where(_IS_OF_PERSON))
_DELETE = Statement(task_assignees.delete().where(_IS_OF_PERSON))


def _inserting(selected: sa.Select[Any]) -> Statement:
    """Who is assigned already stays so."""
    names = ["organization_id", "task_id", "process_id", "person", "written"]
    once = selected.suffix_with("ON CONFLICT DO NOTHING")
    return Statement(task_assignees.insert().from_select(names, once))


_ASSIGN_BESIDE = _inserting(
    sa.select(
        task_assignees.c.organization_id,
        task_assignees.c.task_id,
        task_assignees.c.process_id,
        sa.bindparam("new_person", type_=sa.Text),
        sa.bindparam("new_written", type_=sa.Text),
    ).where(_IS_OF_PERSON)
)
_IS_THERE = (
    task_assignees.c.organization_id == tasks.c.organization_id,
    (task_assignees.c.task_id == tasks.c.id),
)


_HAS_GUEST = sa.exists().where(*_IS_THERE, task_assignees.c.person.like("e:%"))
#: Without anybody, too: work that is still to be done.
_HAS_GUEST_OR_IS_OPEN = sa.or_(_HAS_GUEST, tasks.c.state != "completed")


def _assigning_member(
    user_id: sa.ColumnElement[Any], wants: sa.ColumnElement[bool] = _HAS_GUEST
) -> Statement:
    """To those of the tasks that have guests alone; `wants`: which tasks without a member."""
    text = sa.cast(user_id, sa.Text)
    return _inserting(
        sa.select(
            tasks.c.organization_id,
            tasks.c.id,
            tasks.c.process_id,
            sa.literal("u:", sa.Text).concat(text),
            text,
        )
        .select_from(tasks_and_processes)
        .where(
            tasks.c.organization_id == ORGANIZATION_ID,
            any_of(tasks.c.id, "task_ids"),
            wants,
            ~sa.exists().where(*_IS_THERE, sa.not_(task_assignees.c.person.like("e:%"))),
        )
    )


def _if_in(user_id: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    """The member, or null where they are not in any more."""
    return (
        sa.select(memberships.c.user_id)
        .where(
            memberships.c.organization_id == ORGANIZATION_ID,
            memberships.c.user_id == user_id,
            memberships.c.role != "bot",
            memberships.c.disabled_at.is_(None),
        )
        .correlate(processes, tasks)
        .scalar_subquery()
    )


_OWNER_WHO_IS_IN = _if_in(processes.c.owner_id)
#: Guests have numbers of their own, and the bot does no work: a rule may reopen a task in its name.
_CALLER_WHO_IS_IN = sa.case((CALLER_PERSON.like("u:%"), _if_in(CALLER_ID)), else_=None)
_FIRST_ADMIN = (
    sa.select(sa.func.min(memberships.c.user_id))
    .where(
        memberships.c.organization_id == ORGANIZATION_ID,
        memberships.c.role == "admin",
        memberships.c.accepted_at.is_not(None),
        memberships.c.disabled_at.is_(None),
    )
    .scalar_subquery()
)
#: Who answers for a task: nobody who left (README, ruling 17).
_RESPONSIBLE = sa.func.coalesce(
    _OWNER_WHO_IS_IN, _if_in(tasks.c.created_by), _CALLER_WHO_IS_IN, _FIRST_ADMIN
)
_ASSIGN_RESPONSIBLE = _assigning_member(_RESPONSIBLE)


class _TaskId(msgspec.Struct, array_like=True):
    id: str


_IS_PART = sa.and_(task_parts.c.organization_id == ORGANIZATION_ID, task_parts.c.person == _PERSON)
_PASS_PARTS_ON = Statement(
    task_parts.insert().from_select(
        ["organization_id", "task_id", "person", "written", "is_approved", "completed_at"],
        sa.select(
            task_parts.c.organization_id,
            task_parts.c.task_id,
            sa.bindparam("new_person", type_=sa.Text),
            sa.bindparam("new_written", type_=sa.Text),
            task_parts.c.is_approved,
            task_parts.c.completed_at,
        )
        .where(_IS_PART)
        .suffix_with("ON CONFLICT DO NOTHING"),
    )
)
_DELETE_PARTS = Statement(task_parts.delete().where(_IS_PART))


def _pass_parts_on(work: Work, person: str, successors: Sequence[tuple[str, str]]) -> None:
    """Who becomes a guest, or a member, has done what they had done (contract 40, 6.2)."""
    for key, written in successors:
        work.run(_PASS_PARTS_ON, person=person, new_person=key, new_written=written)
    work.run(_DELETE_PARTS, person=person)


def replace_assignee(work: Work, person: str, successors: Sequence[tuple[str, str]]) -> None:
    """Wherever the person (or group) is assigned, these are in its stead: (stored key, text).

    On every task, not only on open ones: none is to name what has gone, and who worked on a task
    keeps seeing it. A task left with guests alone also gets who answers for it (contract 00, 8.4).
    """
    _pass_parts_on(work, person, successors)
    task_ids = [row.id for row in work.all(_TASKS_OF, _TaskId, person=person)]
    if not task_ids:
        return
    for key, written in successors:
        work.run(_ASSIGN_BESIDE, person=person, new_person=key, new_written=written)
    work.run(_DELETE, person=person)
    work.run(_ASSIGN_RESPONSIBLE, task_ids=task_ids)


_ASSIGN_WHO_IS_IN = _assigning_member(sa.func.coalesce(_OWNER_WHO_IS_IN, CALLER_ID))


def make_assignee_guest(work: Work, person: str, guest: tuple[str, str]) -> None:
    """The member is this guest (stored key, text) from now on, wherever they are assigned.

    They are no member any more. A task left with guests alone also gets the owner of its process,
    or the caller where that owner is not in the organization (contract 10, 4.8).
    """
    _pass_parts_on(work, person, [guest])
    task_ids = [row.id for row in work.all(_TASKS_OF, _TaskId, person=person)]
    if not task_ids:
        return
    key, written = guest
    work.run(_ASSIGN_BESIDE, person=person, new_person=key, new_written=written)
    work.run(_DELETE, person=person)
    work.run(_ASSIGN_WHO_IS_IN, task_ids=task_ids)


_IS_GONE = sa.and_(
    task_assignees.c.organization_id == ORGANIZATION_ID,
    any_of(task_assignees.c.task_id, "task_ids"),
    task_assignees.c.person.like("u:%"),
    ~sa.exists().where(
        memberships.c.organization_id == ORGANIZATION_ID,
        memberships.c.user_id
        == sa.case(
            (
                task_assignees.c.person.like("u:%"),
                sa.cast(sa.func.substr(task_assignees.c.person, 3), BigNumber),
            ),
            else_=None,
        ),
    ),
)
_NAMING_GONE = Statement(sa.select(task_assignees.c.task_id).where(_IS_GONE).distinct())
_DELETE_GONE = Statement(task_assignees.delete().where(_IS_GONE))
_ASSIGN_INSTEAD = _assigning_member(_RESPONSIBLE, _HAS_GUEST_OR_IS_OPEN)
_TOUCH = Statement(
    changing(tasks)
    .where(tasks.c.organization_id == ORGANIZATION_ID, any_of(tasks.c.id, "task_ids"))
    .values(updated_at=sa.bindparam("now", type_=sa.BigInteger))
)


def let_go_of_gone(work: Work, task_ids: Sequence[str]) -> None:
    """Who is no member any more is not assigned to these tasks any more (README, ruling 17).

    Open work that is nobody's by that, or guests' alone, is for who answers for it. Tasks that name
    nobody who has gone stay as they are.
    """
    if not task_ids:
        return
    found = [row.id for row in work.all(_NAMING_GONE, _TaskId, task_ids=list(task_ids))]
    if not found:
        return
    work.run(_DELETE_GONE, task_ids=found)
    work.run(_ASSIGN_INSTEAD, task_ids=found)
    work.run(_TOUCH, task_ids=found)


_OPEN_OF_GUEST = Statement(
    sa.select(tasks.c.id)
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
        tasks.c.organization_id == ORGANIZATION_ID,
        sa.or_(
            task_assignees.c.person == _PERSON,
            task_assignees.c.person.in_(
                groups_holding(
                    group_guests,
                    group_guests.c.guest_id == sa.bindparam("guest_id", type_=BigNumber),
                )
            ),
        ),
        tasks.c.state.in_(("not-started", "in-progress")),
        tasks.c.archived_at.is_(None),
        processes.c.archived_at.is_(None),
    )
    .limit(1)
)


def has_open_task(work: Work, person: str, guest_id: int) -> bool:
    """The guest has something to do, directly or by a group; what is archived does not count."""
    return work.value(_OPEN_OF_GUEST, person=person, guest_id=guest_id) is not None
