"""The one select of processes a caller may see (contract 00, 8.3)."""

import random
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.domains.people.access import (
    CALLER_ID,
    ORGANIZATION_ID,
    is_caller,
    is_calling_guest,
    keys_of_guests,
    keys_of_users,
)
from procession.domains.processes.tables import process_people, processes
from procession.domains.tasks.tables import task_assignees, tasks
from procession.kit.caller import Caller, Role
from procession.kit.db import Statement, any_of
from procession.kit.folding import holds
from procession.kit.work import Work


class Sight(StrEnum):
    """How far a caller sees: each has statements of its own."""

    ALL = "all"
    STANDARD = "standard"
    LIGHT = "light"
    GUEST = "guest"


def sight_of(caller: Caller) -> Sight:
    if caller.role in (Role.ADMIN, Role.BOT):
        return Sight.ALL
    if caller.is_standard:
        return Sight.STANDARD
    return Sight.GUEST if caller.is_guest else Sight.LIGHT


def has_assigned_task() -> sa.ColumnElement[bool]:
    """The calling member, or a group of theirs, is assigned to one of its tasks."""
    return sa.exists().where(
        task_assignees.c.organization_id == processes.c.organization_id,
        task_assignees.c.process_id == processes.c.id,
        is_caller(task_assignees.c.person),
    )


def is_attached() -> sa.ColumnElement[bool]:
    """Named on the process itself, as one of its people or of its readers."""
    return sa.exists().where(
        process_people.c.organization_id == processes.c.organization_id,
        process_people.c.process_id == processes.c.id,
        is_caller(process_people.c.person),
    )


def has_task_of_guest() -> sa.ColumnElement[bool]:
    """The calling guest, or a group of theirs, is assigned to one of its tasks."""
    return sa.exists().where(
        task_assignees.c.organization_id == processes.c.organization_id,
        task_assignees.c.process_id == processes.c.id,
        is_calling_guest(task_assignees.c.person),
    )


#: Processes looked for on their own, inside of a statement about processes.
other_processes = processes.alias("others")


def ids_where(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Ids of `other_processes`; the set that a condition names, not a look at each row."""
    return sa.select(other_processes.c.id).where(
        other_processes.c.organization_id == ORGANIZATION_ID, *conditions
    )


def assigned_process_ids(is_meant: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Of processes with a task that is assigned to those meant (a condition on `person`)."""
    return sa.select(task_assignees.c.process_id).where(
        task_assignees.c.organization_id == ORGANIZATION_ID,
        task_assignees.c.process_id.is_not(None),
        is_meant,
    )


def attached_process_ids(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Of processes that name somebody among their people."""
    return sa.select(process_people.c.process_id).where(
        process_people.c.organization_id == ORGANIZATION_ID, *conditions
    )


def involving(
    *, attached_as: Sequence[str] = (), only_closed: bool = False
) -> sa.CompoundSelect[Any]:
    """Ids of the processes that the calling member has a part in, found from `caller_keys`.

    They are the ones `is_visible` shows to light members. `attached_as`: only these parts count.
    `only_closed`: of those owned or started, the ones that not everyone may read.
    """
    own = processes.alias("own")
    ids = sa.select(own.c.id).where(own.c.organization_id == ORGANIZATION_ID)
    if only_closed:
        ids = ids.where(own.c.everyone_may_read.is_(False))
    parts = [process_people.c.part == part for part in attached_as]
    attached = [sa.or_(*parts)] if parts else []
    return sa.union(
        ids.where(own.c.owner_id == CALLER_ID),
        ids.where(own.c.started_by == CALLER_ID),
        attached_process_ids(any_of(process_people.c.person, "caller_keys"), *attached),
        assigned_process_ids(any_of(task_assignees.c.person, "caller_keys")),
    )


def keys_of_caller(work: Work) -> list[str]:
    """What statements about what the caller has a part in bind as `caller_keys`."""
    caller = work.caller
    if caller.is_guest:
        return keys_of_guests(work, [caller.person_id])
    return keys_of_users(work, [caller.person_id])[caller.person_id]


def _has_part() -> sa.ColumnElement[bool]:
    """The calling member has a part in the process at hand; what names them is looked up once."""
    keys = "caller_keys"
    return sa.or_(
        processes.c.owner_id == CALLER_ID,
        processes.c.started_by == CALLER_ID,
        processes.c.id.in_(attached_process_ids(any_of(process_people.c.person, keys))),
        processes.c.id.in_(assigned_process_ids(any_of(task_assignees.c.person, keys))),
    )


@cache
def is_seen(sight: Sight) -> sa.ColumnElement[bool]:
    """The same as `is_visible`, for lists: nothing is looked up for each row."""
    if sight is Sight.GUEST:
        ids = assigned_process_ids(any_of(task_assignees.c.person, "caller_keys"))
        # Guests have no list of processes, so the second half has no index.
        is_theirs = sa.or_(processes.c.id.in_(ids), processes.c.submitted_by_guest == CALLER_ID)
        return sa.and_(processes.c.archived_at.is_(None), is_theirs)
    if sight is Sight.STANDARD:
        return sa.or_(processes.c.everyone_may_read.is_(True), _has_part())
    return sa.true() if sight is Sight.ALL else processes.c.id.in_(involving())


def is_guests() -> sa.ColumnElement[bool]:
    """The calling guest works in it, or submitted its kick-off form; archived or not."""
    return sa.or_(has_task_of_guest(), processes.c.submitted_by_guest == CALLER_ID)


@cache
def is_visible(sight: Sight) -> sa.ColumnElement[bool]:
    if sight is Sight.ALL:
        return sa.true()
    if sight is Sight.GUEST:
        # To guests an archived process is absent (contract 30, 10.2).
        return sa.and_(processes.c.archived_at.is_(None), is_guests())
    involved = sa.or_(
        processes.c.owner_id == CALLER_ID,
        processes.c.started_by == CALLER_ID,
        is_attached(),
        has_assigned_task(),
    )
    if sight is Sight.STANDARD:
        return sa.or_(processes.c.everyone_may_read, involved)
    return involved


def is_assigned_to_task() -> sa.ColumnElement[bool]:
    """The calling member, or a group of theirs, is assigned to the task at hand."""
    return sa.exists().where(
        task_assignees.c.organization_id == tasks.c.organization_id,
        task_assignees.c.task_id == tasks.c.id,
        is_caller(task_assignees.c.person),
    )


def is_task_of_guest() -> sa.ColumnElement[bool]:
    """The calling guest, or a group of theirs, is assigned to the task at hand."""
    return sa.exists().where(
        task_assignees.c.organization_id == tasks.c.organization_id,
        task_assignees.c.task_id == tasks.c.id,
        is_calling_guest(task_assignees.c.person),
    )


@cache
def may_see_secret(sight: Sight) -> sa.ColumnElement[bool]:
    """A secret task shows itself to its creator and assignees, and to the process's owner."""
    if sight is Sight.ALL:
        return sa.true()
    if sight is Sight.GUEST:
        return is_task_of_guest()
    return sa.or_(
        tasks.c.top_secret.is_(False), tasks.c.created_by == CALLER_ID, is_assigned_to_task()
    )


# --- Some of them, chosen by chance: what is so of many shows in them (decision 0060) ---

#: Below so many processes it does not matter how they are looked for.
LARGE = 2_000
#: So many are looked at; so many of them are many.
LOOKED_AT, MANY = 200, 3

IS_ONE_OF_SOME = sa.and_(
    processes.c.organization_id == ORGANIZATION_ID, any_of(processes.c.number, "some")
)
_NUMBERS = sa.select(processes.c.number).where(processes.c.organization_id == ORGANIZATION_ID)
_FIRST_NUMBER = Statement(_NUMBERS.order_by(processes.c.number).limit(1))
_LAST_NUMBER = Statement(_NUMBERS.order_by(processes.c.number.desc()).limit(1))
_NAMED = Statement(sa.select(sa.func.count()).where(IS_ONE_OF_SOME, holds(processes.c.name_folded)))


def some_of(work: Work) -> list[int]:
    """Numbers, not all of them of a process; bound as `some`. Of none where there are few."""
    first, last = work.value(_FIRST_NUMBER), work.value(_LAST_NUMBER)
    if first is None or last is None or last - first < LARGE:
        return []
    # By chance, for neighbours are alike; the same at each page.
    there = range(first, last + 1)
    return random.Random(last).sample(there, min(LOOKED_AT, len(there)))  # noqa: S311


def are_few_named(work: Work, pattern: str) -> bool:
    """There are many processes, and few have it in their names (`like_pattern`)."""
    some = some_of(work)
    return bool(some) and work.value(_NAMED, some=some, pattern=pattern) < MANY
