"""The one select of tasks a caller may see (contract 00, 8.3; 40, 1.1).

Statements that use it select from `tasks_and_processes`.
"""

from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.domains.people.access import (
    CALLER_ID,
    ORGANIZATION_ID,
    is_caller,
)
from procession.domains.people.tables import (
    group_guests,
    group_members,
    guest_links,
    memberships,
)
from procession.domains.processes import access as process_access
from procession.domains.processes.access import (
    Sight,
    assigned_process_ids,
    has_task_of_guest,
    ids_where,
    involving,
    is_assigned_to_task,
    is_task_of_guest,
    other_processes,
)
from procession.domains.processes.tables import processes
from procession.domains.tasks.tables import task_assignees, task_parts, task_readers, tasks
from procession.kit.db import BigNumber, any_of

tasks_and_processes = tasks.outerjoin(
    processes,
    sa.and_(
        processes.c.organization_id == tasks.c.organization_id,
        processes.c.id == tasks.c.process_id,
    ),
)


def own_or_of_process(
    own: sa.ColumnElement[Any], of_process: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """Of what archived it: its own mark, else that of its process (contract 30, 10.1)."""
    return sa.case((tasks.c.archived_at.is_not(None), own), else_=of_process)


def people_of_task(
    organization_id: sa.ColumnElement[Any],
    task_id: sa.ColumnElement[Any],
    *,
    only_active: bool = True,
) -> sa.CompoundSelect[Any]:
    """Everybody assigned to a task as (kind, id): users, guests, and who is in its groups.

    Only who can work on it now: nobody who is disabled or gone, and of groups only active members
    and guests not kept out. Without `only_active`: everybody who is named or in them.
    """
    is_member_in = [
        memberships.c.disabled_at.is_(None),
        memberships.c.approved_at.is_not(None),
        memberships.c.accepted_at.is_not(None),
    ]
    is_guest_in = [guest_links.c.disabled_at.is_(None)]
    assigned = task_assignees.alias("assigned")
    of_task = (assigned.c.organization_id == organization_id, assigned.c.task_id == task_id)
    kind = sa.func.substr(assigned.c.person, 1, 1)
    number = sa.cast(sa.func.substr(assigned.c.person, 3), BigNumber)
    # Where a row's text is no number it is not cast: what comes first decides that.
    person_id = sa.case((kind != "g", number), else_=None)
    named = (
        sa.and_(kind == "u", _is_in(memberships, memberships.c.user_id, assigned, person_id)),
        sa.and_(kind == "e", _is_in(guest_links, guest_links.c.guest_id, assigned, person_id)),
    )
    direct = sa.select(kind.label("kind"), person_id.label("id")).where(
        *of_task, sa.or_(*named) if only_active else kind != "g"
    )
    members = (
        sa.select(sa.literal("u", sa.Text), group_members.c.user_id)
        .select_from(
            assigned.join(
                group_members,
                sa.and_(
                    group_members.c.organization_id == assigned.c.organization_id,
                    group_members.c.group_id == assigned.c.written,
                ),
            ).join(
                memberships,
                sa.and_(
                    memberships.c.organization_id == group_members.c.organization_id,
                    memberships.c.user_id == group_members.c.user_id,
                ),
            )
        )
        .where(*of_task, kind == "g", *(is_member_in if only_active else ()))
    )
    visitors = (
        sa.select(sa.literal("e", sa.Text), group_guests.c.guest_id)
        .select_from(
            assigned.join(
                group_guests,
                sa.and_(
                    group_guests.c.organization_id == assigned.c.organization_id,
                    group_guests.c.group_id == assigned.c.written,
                ),
            ).join(
                guest_links,
                sa.and_(
                    guest_links.c.organization_id == group_guests.c.organization_id,
                    guest_links.c.guest_id == group_guests.c.guest_id,
                ),
            )
        )
        .where(*of_task, kind == "g", *(is_guest_in if only_active else ()))
    )
    outer = (tasks, task_parts)
    return sa.union(*[each.correlate(*outer) for each in (direct, members, visitors)])


def _is_in(
    table: sa.Table,
    id_column: sa.ColumnElement[Any],
    assigned: sa.FromClause,
    person_id: sa.ColumnElement[Any],
) -> sa.ColumnElement[bool]:
    """Not shut out, and not deleted. Who is invited has their part to do before they come."""
    return sa.exists().where(
        table.c.organization_id == assigned.c.organization_id,
        id_column == person_id,
        table.c.disabled_at.is_(None),
    )


def is_guests() -> sa.ColumnElement[bool]:
    """What guests see, whether the process is archived or not."""
    # Guests of a public process also read its other tasks.
    is_public = sa.and_(processes.c.is_public, tasks.c.top_secret.is_(False), has_task_of_guest())
    return sa.and_(
        tasks.c.archived_at.is_(None),
        tasks.c.state != "auto-skipped",
        sa.or_(is_task_of_guest(), is_public),
    )


def is_let_in_to_read() -> sa.ColumnElement[bool]:
    """The calling member, or a group of theirs, was mentioned on the standalone task at hand."""
    return sa.exists().where(
        task_readers.c.organization_id == tasks.c.organization_id,
        task_readers.c.task_id == tasks.c.id,
        is_caller(task_readers.c.person),
    )


def _read_task_ids() -> sa.Select[Any]:
    return sa.select(task_readers.c.task_id).where(
        task_readers.c.organization_id == ORGANIZATION_ID,
        any_of(task_readers.c.person, "caller_keys"),
    )


@cache
def is_visible(sight: Sight) -> sa.ColumnElement[bool]:
    if sight is Sight.ALL:
        return sa.true()
    if sight is Sight.GUEST:
        return sa.and_(processes.c.archived_at.is_(None), is_guests())
    standalone: sa.ColumnElement[bool] = tasks.c.process_id.is_(None)
    if sight is Sight.LIGHT:
        is_theirs = sa.or_(
            tasks.c.created_by == CALLER_ID, is_assigned_to_task(), is_let_in_to_read()
        )
        standalone = sa.and_(standalone, is_theirs)
    in_visible_process = sa.and_(processes.c.id.is_not(None), process_access.is_visible(sight))
    is_open_to_caller = sa.or_(
        processes.c.owner_id == CALLER_ID, process_access.may_see_secret(sight)
    )
    return sa.and_(sa.or_(standalone, in_visible_process), is_open_to_caller)


#: Tasks looked for on their own, inside of a statement about tasks.
other_tasks = tasks.alias("other_tasks")


def task_ids_where(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(other_tasks.c.id).where(
        other_tasks.c.organization_id == ORGANIZATION_ID, *conditions
    )


def assigned_task_ids(is_meant: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Of tasks assigned to those meant (a condition on `person`)."""
    return sa.select(task_assignees.c.task_id).where(
        task_assignees.c.organization_id == ORGANIZATION_ID, is_meant
    )


@cache
def may_be_seen(sight: Sight) -> sa.ColumnElement[bool]:
    """The tasks somebody may see for what they have to do with them, as a set (decision 0015).

    It holds all that `is_visible` lets light members and guests see, and what standard members see
    beyond the common tasks (`is_common`); and more: `is_visible` still decides.
    """
    person = task_assignees.c.person
    if sight is Sight.GUEST:
        of_processes = assigned_process_ids(any_of(person, "caller_keys"))
        sets = [
            assigned_task_ids(any_of(person, "caller_keys")),
            task_ids_where(other_tasks.c.process_id.in_(of_processes)),
        ]
    elif sight is Sight.LIGHT:
        sets = [
            assigned_task_ids(any_of(person, "caller_keys")),
            task_ids_where(other_tasks.c.process_id.in_(involving())),
            task_ids_where(
                other_tasks.c.process_id.is_(None), other_tasks.c.created_by == CALLER_ID
            ),
            _read_task_ids(),
        ]
    else:
        is_secret = other_tasks.c.top_secret.is_(True)
        closed = ids_where(
            other_processes.c.everyone_may_read.is_(False),
            other_processes.c.id.in_(involving(only_closed=True)),
        )
        own = ids_where(other_processes.c.owner_id == CALLER_ID)
        sets = [
            assigned_task_ids(any_of(person, "caller_keys")),
            task_ids_where(other_tasks.c.process_id.in_(closed)),
            task_ids_where(is_secret, other_tasks.c.created_by == CALLER_ID),
            task_ids_where(is_secret, other_tasks.c.process_id.in_(own)),
        ]
    return tasks.c.id.in_(sa.union(*sets))


@cache
def is_seen(sight: Sight) -> sa.ColumnElement[bool]:
    """The same as `is_visible`, for lists: nothing is looked up for each row."""
    if sight is Sight.ALL:
        return sa.true()
    person = task_assignees.c.person
    is_theirs = tasks.c.id.in_(assigned_task_ids(any_of(person, "caller_keys")))
    if sight is Sight.GUEST:
        of_processes = assigned_process_ids(any_of(person, "caller_keys"))
        is_public = sa.and_(
            processes.c.is_public,
            tasks.c.top_secret.is_(False),
            processes.c.id.in_(of_processes),
        )
        return sa.and_(
            processes.c.archived_at.is_(None),
            tasks.c.archived_at.is_(None),
            tasks.c.state != "auto-skipped",
            sa.or_(is_theirs, is_public),
        )
    is_own = sa.or_(tasks.c.created_by == CALLER_ID, is_theirs)
    standalone: sa.ColumnElement[bool] = tasks.c.process_id.is_(None)
    if sight is Sight.LIGHT:
        standalone = sa.and_(standalone, sa.or_(is_own, tasks.c.id.in_(_read_task_ids())))
    in_seen_process = sa.and_(processes.c.id.is_not(None), process_access.is_seen(sight))
    is_open_to_caller = sa.or_(
        processes.c.owner_id == CALLER_ID, tasks.c.top_secret.is_(False), is_own
    )
    return sa.and_(sa.or_(standalone, in_seen_process), is_open_to_caller)


def is_common() -> sa.ColumnElement[bool]:
    """Every standard member sees it."""
    return sa.and_(
        tasks.c.top_secret.is_(False),
        sa.or_(tasks.c.process_id.is_(None), processes.c.everyone_may_read.is_(True)),
    )
