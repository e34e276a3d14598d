"""All SQL about tasks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.times import DAY
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import group_members, guests
from procession.domains.people.types import Assignees, group_key, user_key
from procession.domains.processes.access import (
    Sight,
    is_assigned_to_task,
    is_task_of_guest,
    sight_of,
)
from procession.domains.processes.tables import processes
from procession.domains.tasks.access import is_visible, tasks_and_processes
from procession.domains.tasks.tables import task_assignees, tasks
from procession.domains.tasks.types import ArchivedTasks, Task, TaskFilter
from procession.kit.db import Statement, any_of, like_pattern
from procession.kit.errors import NotFound
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_TASK_ID = sa.bindparam("task_id", type_=sa.String(32))
_NOW = sa.bindparam("now", type_=sa.BigInteger)
_THIS = (tasks.c.organization_id == ORGANIZATION_ID, tasks.c.id == _TASK_ID)

# --- Reading: what a caller may see, with everything the Task value holds ---

_ASSIGNED = (
    sa.select(
        sa.func.aggregate_strings(
            task_assignees.c.person.concat(sa.literal(" ")).concat(task_assignees.c.written), "\n"
        )
    )
    .where(
        task_assignees.c.organization_id == tasks.c.organization_id,
        task_assignees.c.task_id == tasks.c.id,
    )
    .scalar_subquery()
)
_COMPLETING_GUEST = (
    sa.select(guests.c.email).where(guests.c.id == tasks.c.completed_by_guest).scalar_subquery()
)
_PROCESS_STATUS = sa.case(
    (processes.c.id.is_(None), None),
    (processes.c.archived_at.is_not(None), "archived"),
    (processes.c.open_issue_count > 0, "issue"),
    (processes.c.problem_task_count > 0, "problem"),
    (processes.c.completed_at.is_not(None), "complete"),
    else_="active",
)
_STORED = [tasks.c[name] for name in Task.__struct_fields__[:34]]


@cache
def _visible(sight: Sight) -> sa.Select[Any]:
    is_callers = is_task_of_guest() if sight is Sight.GUEST else is_assigned_to_task()
    return (
        sa.select(
            *_STORED,
            _ASSIGNED,
            is_callers,
            _COMPLETING_GUEST,
            processes.c.archived_at,
            processes.c.owner_id,
            _PROCESS_STATUS,
        )
        .select_from(tasks_and_processes)
        .where(tasks.c.organization_id == ORGANIZATION_ID, is_visible(sight))
    )


@cache
def _visible_one(sight: Sight) -> Statement:
    return Statement(_visible(sight).where(tasks.c.id == _TASK_ID))


def find_visible(work: Work, task_id: str) -> Task | None:
    return work.first(_visible_one(sight_of(work.caller)), Task, task_id=task_id)


def get_visible(work: Work, task_id: str, process_id: str | None = None) -> Task:
    """`process_id`: a task of another process is not found."""
    task = find_visible(work, task_id)
    if task is None or process_id not in (None, task.process_id):
        raise NotFound
    return task


_LOCK_STANDALONE = Statement(sa.select(tasks.c.id).where(*_THIS).with_for_update())


def lock_standalone(work: Work, task_id: str) -> bool:
    """Keeps other writers of a task without a process waiting; False when it has gone."""
    is_there = work.value(_LOCK_STANDALONE, task_id=task_id) is not None
    work.read_clock()
    return is_there


@cache
def _of_processes(sight: Sight) -> Statement:
    return Statement(
        _visible(sight)
        .where(any_of(tasks.c.process_id, "process_ids"), tasks.c.state != "auto-skipped")
        .order_by(tasks.c.position, tasks.c.number)
    )


def of_processes(work: Work, process_ids: Collection[str]) -> dict[str, list[Task]]:
    """By process and position, hidden ones left out (the include `tasks` of a process)."""
    found: dict[str, list[Task]] = {process_id: [] for process_id in process_ids}
    if found:
        statement = _of_processes(sight_of(work.caller))
        for task in work.all(statement, Task, process_ids=list(found)):
            found[task.process_id or ""].append(task)
    return found


# --- Lists: one statement for each shape of filters ---

_IS_OPEN = tasks.c.state.in_(("not-started", "in-progress"))
_IS_LATE = sa.and_(_IS_OPEN, tasks.c.deadline_at < _NOW)
_IS_SOON = sa.and_(_IS_OPEN, tasks.c.deadline_at >= _NOW, tasks.c.deadline_at <= _NOW + DAY)
_STATUS: dict[str, sa.ColumnElement[bool]] = {
    "all": sa.true(),
    "active": _IS_OPEN,
    "not-started": tasks.c.state == "not-started",
    "in-progress": tasks.c.state == "in-progress",
    "completed": tasks.c.state == "completed",
    "overdue": _IS_LATE,
    "due_soon": _IS_SOON,
    "on_time": sa.and_(
        _IS_OPEN, sa.or_(tasks.c.deadline_at.is_(None), tasks.c.deadline_at > _NOW + DAY)
    ),
    "hasproblem": sa.and_(_IS_OPEN, tasks.c.open_issue_count > 0),
    "auto-skipped": tasks.c.state == "auto-skipped",
    "draft": sa.false(),
}


_IS_ARCHIVED = sa.or_(tasks.c.archived_at.is_not(None), processes.c.archived_at.is_not(None))
_IS_LIVE = sa.and_(tasks.c.archived_at.is_(None), processes.c.archived_at.is_(None))
_ARCHIVED = {
    ArchivedTasks.HIDDEN: _IS_LIVE,
    ArchivedTasks.ONLY: _IS_ARCHIVED,
    ArchivedTasks.INCLUDED: sa.true(),
}
#: The list of one process shows an archived process's tasks; their own marks count there.
_OWN_ARCHIVED = {
    ArchivedTasks.HIDDEN: tasks.c.archived_at.is_(None),
    ArchivedTasks.ONLY: _IS_ARCHIVED,
    ArchivedTasks.INCLUDED: sa.true(),
}


def _is_assigned_to(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        task_assignees.c.organization_id == tasks.c.organization_id,
        task_assignees.c.task_id == tasks.c.id,
        condition,
    )


_IS_GUEST = sa.and_(task_assignees.c.person >= "e:", task_assignees.c.person < "e;")
_GROUPS_OF_USER = sa.select(sa.literal("g:", sa.Text).concat(group_members.c.group_id)).where(
    group_members.c.organization_id == ORGANIZATION_ID,
    group_members.c.user_id == sa.bindparam("scope_user", type_=sa.Integer),
)
_GROUPS_OF_OWNERS = sa.select(sa.literal("g:", sa.Text).concat(group_members.c.group_id)).where(
    group_members.c.organization_id == ORGANIZATION_ID,
    any_of(group_members.c.user_id, "owners"),
)
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
        sa.and_(
            _IS_GUEST,
            sa.func.lower(task_assignees.c.written) == sa.bindparam("scope_guest", type_=sa.Text),
        )
    ),
    "people": _is_assigned_to(
        sa.or_(
            any_of(task_assignees.c.person, "people"),
            task_assignees.c.person.in_(_GROUPS_OF_OWNERS),
        )
    ),
    "guests": _is_assigned_to(
        sa.and_(_IS_GUEST, any_of(sa.func.lower(task_assignees.c.written, type_=sa.Text), "guests"))
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
    "due_before": tasks.c.deadline_at < sa.bindparam("due_before", type_=sa.BigInteger),
}
#: Conditions that apply whenever their value is given.
_PLAIN_CONDITIONS = (
    "q", "process_id", "template_ids", "assigned_to_user", "assigned_to_guest", "created",
    "due_from", "due_before",
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


_Shape = tuple[Sight, tuple[str, ...], tuple[str, ...], str, ArchivedTasks, bool]


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
        _narrowed(shape, _visible(shape[0]))
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
    sort, values = _known_sort(wanted), _values(wanted)
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
    }


def _known_sort(wanted: TaskFilter) -> tuple[tuple[str, bool], ...]:
    keys = []
    for key, is_descending in wanted.sort:
        name, turned = _SORT_ALIASES.get(key, (key, False))
        if name in _SORTS:
            keys.append((name, turned != is_descending))
    if keys:
        return tuple(keys)
    if wanted.process_id is not None:
        return (("position", False),)
    return (("completed_at" if wanted.status == "completed" else "created_at", True),)


# --- Writing ---

_NEW_COLUMNS = [
    column.name
    for column in tasks.c
    if column.name
    not in (
        "is_approved", "completed_at", "completed_by", "completed_by_guest", "archived_at",
        "archived_by", "open_issue_count",
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
    assignees: Assignees = Assignees()


def add_tasks(work: Work, new: Sequence[NewTask]) -> None:
    common = {
        "organization_id": work.caller.organization_id,
        "created_at": work.now,
        "updated_at": work.now,
    }
    work.run_many(_INSERT, [{**_columns(task), **common} for task in new])
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
    return {name: getattr(task, name) for name in NewTask.__struct_fields__ if name != "assignees"}


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=tasks.c[name].type) for name in names}
    return Statement(tasks.update().where(*_THIS).values(new | {"updated_at": _NOW}))


def set_columns(work: Work, task_id: str, changes: Mapping[str, object]) -> None:
    new = {f"new_{name}": value for name, value in changes.items()}
    work.run(_setting(tuple(sorted(changes))), task_id=task_id, **new)


_DELETE = Statement(tasks.delete().where(*_THIS))
_LAST_POSITION = Statement(
    sa.select(sa.func.coalesce(sa.func.max(tasks.c.position), 0)).where(
        tasks.c.organization_id == ORGANIZATION_ID,
        tasks.c.process_id == sa.bindparam("process_id", type_=sa.String(32)),
    )
)


def delete_task(work: Work, task_id: str) -> None:
    """Assignees and threads go with it by their foreign keys."""
    work.run(_DELETE, task_id=task_id)


def last_position(work: Work, process_id: str) -> int:
    position: int = work.value(_LAST_POSITION, process_id=process_id)
    return position
