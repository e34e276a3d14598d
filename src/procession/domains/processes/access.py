"""The one select of processes a caller may see (contract 00, 8.3)."""

from enum import StrEnum
from functools import cache

import sqlalchemy as sa

from procession.domains.people.access import CALLER_ID, is_caller, is_calling_guest
from procession.domains.processes.tables import process_people, processes
from procession.domains.tasks.tables import task_assignees, tasks
from procession.kit.caller import Caller, Role


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


@cache
def is_visible(sight: Sight) -> sa.ColumnElement[bool]:
    if sight is Sight.ALL:
        return sa.true()
    if sight is Sight.GUEST:
        # To guests an archived process is absent (contract 30, 10.2).
        is_theirs = sa.or_(has_task_of_guest(), processes.c.submitted_by_guest == CALLER_ID)
        return sa.and_(processes.c.archived_at.is_(None), is_theirs)
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
