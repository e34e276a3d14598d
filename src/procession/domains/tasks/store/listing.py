"""Lists of tasks: one statement for each shape of filters."""

from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.core.archive import ArchivedShown
from procession.core.times import DAY
from procession.domains.organizing.access import carries_any, lies_in
from procession.domains.people.access import ORGANIZATION_ID, groups_holding
from procession.domains.people.tables import group_guests, group_members, guests
from procession.domains.people.types import group_key, user_key
from procession.domains.processes.access import (
    Sight,
    sight_of,
)
from procession.domains.processes.tables import processes
from procession.domains.tasks.access import is_visible, tasks_and_processes
from procession.domains.tasks.store.selecting import NOW, visible
from procession.domains.tasks.tables import task_assignees, tasks
from procession.domains.tasks.types import Task, TaskFilter
from procession.kit.db import Statement, any_of, like_pattern
from procession.kit.paging import Page, PageRequest, known_sort
from procession.kit.work import Work

_IS_OPEN = tasks.c.state.in_(("not-started", "in-progress"))
#: A deadline that counts from a task still open is provisional (contract 50, 6.4).
_IS_EFFECTIVE = tasks.c.waits_for_anchor.is_(False)
_IS_LATE = sa.and_(_IS_OPEN, _IS_EFFECTIVE, tasks.c.deadline_at < NOW)
_IS_SOON = sa.and_(
    _IS_OPEN, _IS_EFFECTIVE, tasks.c.deadline_at >= NOW, tasks.c.deadline_at <= NOW + DAY
)
_STATUS: dict[str, sa.ColumnElement[bool]] = {
    "all": sa.true(),
    "active": _IS_OPEN,
    "not-started": tasks.c.state == "not-started",
    "in-progress": tasks.c.state == "in-progress",
    "completed": tasks.c.state == "completed",
    "overdue": _IS_LATE,
    "due_soon": _IS_SOON,
    "on_time": sa.and_(
        _IS_OPEN,
        sa.or_(tasks.c.deadline_at.is_(None), ~_IS_EFFECTIVE, tasks.c.deadline_at > NOW + DAY),
    ),
    "hasproblem": sa.and_(_IS_OPEN, tasks.c.open_issue_count > 0),
    "auto-skipped": tasks.c.state == "auto-skipped",
    "draft": sa.false(),
}


_IS_ARCHIVED = sa.or_(tasks.c.archived_at.is_not(None), processes.c.archived_at.is_not(None))
_IS_LIVE = sa.and_(tasks.c.archived_at.is_(None), processes.c.archived_at.is_(None))
_ARCHIVED = {
    ArchivedShown.HIDDEN: _IS_LIVE,
    ArchivedShown.ONLY: _IS_ARCHIVED,
    ArchivedShown.INCLUDED: sa.true(),
}
#: The list of one process shows an archived process's tasks; their own marks count there.
_OWN_ARCHIVED = {
    ArchivedShown.HIDDEN: tasks.c.archived_at.is_(None),
    ArchivedShown.ONLY: _IS_ARCHIVED,
    ArchivedShown.INCLUDED: sa.true(),
}


def _is_assigned_to(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        task_assignees.c.organization_id == tasks.c.organization_id,
        task_assignees.c.task_id == tasks.c.id,
        condition,
    )


_IS_GUEST = sa.and_(task_assignees.c.person >= "e:", task_assignees.c.person < "e;")
_GROUPS_OF_USER = groups_holding(
    group_members, group_members.c.user_id == sa.bindparam("scope_user", type_=sa.Integer)
)
_GROUPS_OF_OWNERS = groups_holding(group_members, any_of(group_members.c.user_id, "owners"))


def _groups_of_guests(is_meant: sa.ColumnElement[bool]) -> sa.Select[Any]:
    meant = sa.select(guests.c.id).where(is_meant)
    return groups_holding(group_guests, group_guests.c.guest_id.in_(meant))


_SCOPE_GUEST = sa.bindparam("scope_guest", type_=sa.Text)
_PATTERN = sa.bindparam("pattern", type_=sa.Text)
_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "q": sa.or_(
        sa.func.lower(tasks.c.title).like(_PATTERN, escape="\\"),
        sa.func.lower(processes.c.name).like(_PATTERN, escape="\\"),
    ),
    "process_id": tasks.c.process_id == sa.bindparam("process_id", type_=sa.String(32)),
    "assigned_to_user": _is_assigned_to(
        sa.or_(
            task_assignees.c.person == sa.bindparam("scope_person", type_=sa.Text),
            task_assignees.c.person.in_(_GROUPS_OF_USER),
        )
    ),
    "assigned_to_guest": _is_assigned_to(
        sa.or_(
            sa.and_(_IS_GUEST, sa.func.lower(task_assignees.c.written) == _SCOPE_GUEST),
            task_assignees.c.person.in_(_groups_of_guests(guests.c.email_key == _SCOPE_GUEST)),
        )
    ),
    "people": _is_assigned_to(
        sa.or_(
            any_of(task_assignees.c.person, "people"),
            task_assignees.c.person.in_(_GROUPS_OF_OWNERS),
        )
    ),
    "guests": _is_assigned_to(
        sa.or_(
            sa.and_(
                _IS_GUEST, any_of(sa.func.lower(task_assignees.c.written, type_=sa.Text), "guests")
            ),
            task_assignees.c.person.in_(_groups_of_guests(any_of(guests.c.email_key, "guests"))),
        )
    ),
    "unassigned": ~_is_assigned_to(sa.true()),
    "oneoff": tasks.c.is_oneoff.is_(True),
    "not_oneoff": tasks.c.is_oneoff.is_(False),
    "template_ids": any_of(tasks.c.template_id, "template_ids"),
    "created": sa.and_(
        tasks.c.created_at >= sa.bindparam("created_from", type_=sa.BigInteger),
        tasks.c.created_at < sa.bindparam("created_to", type_=sa.BigInteger),
    ),
    "due_from": tasks.c.deadline_at >= sa.bindparam("due_from", type_=sa.BigInteger),
    "tags": carries_any(tasks, "tags"),
    "folder_ids": lies_in(tasks, "folder_ids"),
    "due_before": tasks.c.deadline_at < sa.bindparam("due_before", type_=sa.BigInteger),
}
#: Conditions that apply whenever their value is given.
_PLAIN_CONDITIONS = (
    "q", "process_id", "template_ids", "assigned_to_user", "assigned_to_guest", "created",
    "due_from", "due_before", "tags", "folder_ids",
)  # fmt: skip


def _condition_names(wanted: TaskFilter) -> tuple[str, ...]:
    names = [name for name in _PLAIN_CONDITIONS if getattr(wanted, name) not in (None, "", ())]
    if wanted.is_unassigned:
        names.append("unassigned")
    if wanted.is_oneoff is not None:
        names.append("oneoff" if wanted.is_oneoff else "not_oneoff")
    return tuple(names)


def _assignee_names(wanted: TaskFilter) -> tuple[str, ...]:
    """Conditions about people are alternatives, not further restrictions."""
    names = []
    if wanted.owners or wanted.groups:
        names.append("people")
    if wanted.guests:
        names.append("guests")
    return tuple(names)


_Shape = tuple[Sight, tuple[str, ...], tuple[str, ...], str, ArchivedShown, bool]


def _narrowed(shape: _Shape, selected: sa.Select[Any]) -> sa.Select[Any]:
    _, names, assignees, status, archived, in_one_process = shape
    shown = _OWN_ARCHIVED if in_one_process else _ARCHIVED
    selected = selected.where(
        _STATUS[status], shown[archived], *[_CONDITIONS[name] for name in names]
    )
    if assignees:
        selected = selected.where(sa.or_(*[_CONDITIONS[name] for name in assignees]))
    hidden_are_shown = in_one_process or status == "auto-skipped"
    return selected if hidden_are_shown else selected.where(tasks.c.state != "auto-skipped")


_SORTS: dict[str, Any] = {
    "position": tasks.c.position,
    "deadline": tasks.c.deadline_at,
    "created_at": tasks.c.created_at,
    "updated_at": tasks.c.updated_at,
    "name": sa.func.lower(tasks.c.title),
    "completed_at": tasks.c.completed_at,
    "problems": sa.case((tasks.c.open_issue_count > 0, 0), else_=1),
}
_SORT_ALIASES = {
    "newest": ("created_at", True),
    "oldest": ("created_at", False),
    "created": ("created_at", False),
    "updated": ("updated_at", False),
    "last_updated": ("updated_at", False),
    "title": ("name", False),
    "completed_newest": ("completed_at", True),
}


_Sort = tuple[tuple[str, bool], ...]


def _order(sort: _Sort) -> list[sa.ColumnElement[Any]]:
    """Ties go by number, in the direction of the last key."""
    order: list[sa.ColumnElement[Any]] = []
    for key, is_descending in sort:
        column = _SORTS[key]
        ordered = column.desc() if is_descending else column.asc()
        order.append(ordered.nulls_last() if key in ("deadline", "completed_at") else ordered)
    if sort[0][0] == "problems":
        order.append(tasks.c.deadline_at.asc().nulls_last())
    return [*order, tasks.c.number.desc() if sort[-1][1] else tasks.c.number.asc()]


@cache
def _page(shape: _Shape, sort: _Sort) -> Statement:
    return Statement(
        _narrowed(shape, visible(shape[0]))
        .order_by(*_order(sort))
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _rank(shape: _Shape, sort: _Sort) -> Statement:
    """The place of one task in a list, from 1."""
    ranked = sa.select(
        tasks.c.id, sa.func.row_number().over(order_by=_order(sort)).label("rank")
    ).select_from(tasks_and_processes)
    ranked = ranked.where(tasks.c.organization_id == ORGANIZATION_ID, is_visible(shape[0]))
    listed = _narrowed(shape, ranked).subquery()
    return Statement(
        sa.select(listed.c.rank).where(listed.c.id == sa.bindparam("current_task", sa.String(32)))
    )


@cache
def _count(shape: _Shape) -> Statement:
    counted = (
        sa.select(sa.func.count())
        .select_from(tasks_and_processes)
        .where(tasks.c.organization_id == ORGANIZATION_ID, is_visible(shape[0]))
    )
    return Statement(_narrowed(shape, counted))


def list_visible(work: Work, request: PageRequest, wanted: TaskFilter) -> Page[Task]:
    shape = (
        sight_of(work.caller),
        _condition_names(wanted),
        _assignee_names(wanted),
        wanted.status,
        wanted.archived,
        wanted.process_id is not None,
    )
    sort, values = _sort(wanted), _values(wanted)
    if wanted.current_task is not None:
        rank = work.value(_rank(shape, sort), current_task=wanted.current_task, **values)
        if rank is not None:
            request = replace(request, number=(rank - 1) // request.size + 1)
    page = _page(shape, sort)
    rows = work.all(page, Task, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(shape), **values), request)


def _values(wanted: TaskFilter) -> dict[str, Any]:
    created_from, created_to = wanted.created or (0, 0)
    users = [user_key(user) for user in wanted.owners]
    groups = [group_key(group) for group in wanted.groups]
    return {
        "pattern": like_pattern(wanted.q),
        "process_id": wanted.process_id,
        "scope_user": wanted.assigned_to_user,
        "scope_person": user_key(wanted.assigned_to_user or 0),
        "scope_guest": (wanted.assigned_to_guest or "").lower(),
        "owners": list(wanted.owners),
        "people": [*users, *groups],
        "guests": [email.lower() for email in wanted.guests],
        "template_ids": list(wanted.template_ids),
        "created_from": created_from,
        "created_to": created_to,
        "due_from": wanted.due_from,
        "due_before": wanted.due_before,
        "tags": list(wanted.tags),
        "folder_ids": list(wanted.folder_ids),
    }


def _sort(wanted: TaskFilter) -> tuple[tuple[str, bool], ...]:
    if wanted.process_id is not None:
        usual = ("position", False)
    else:
        usual = ("completed_at" if wanted.status == "completed" else "created_at", True)
    return known_sort(wanted.sort, _SORTS, _SORT_ALIASES, usual=usual)
