"""All SQL about processes."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.progress import Totals
from procession.domains.comments.tables import threads
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.processes.access import (
    Sight,
    has_assigned_task,
    is_attached,
    is_visible,
    may_see_secret,
    sight_of,
)
from procession.domains.processes.tables import process_people, process_stars, processes
from procession.domains.processes.types import ArchivedShown, Process, ProcessFilter
from procession.domains.tasks.tables import task_assignees, tasks
from procession.kit.db import Statement, any_of, like_pattern
from procession.kit.errors import NotFound
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_PROCESS_ID = sa.bindparam("process_id", type_=sa.String(32))
_NOW = sa.bindparam("now", type_=sa.BigInteger)
_THIS = (processes.c.organization_id == ORGANIZATION_ID, processes.c.id == _PROCESS_ID)

# --- Reading: what a caller may see, with everything the Process value holds ---

_OF_PROCESS = (
    tasks.c.organization_id == processes.c.organization_id,
    tasks.c.process_id == processes.c.id,
)
_IS_VISIBLE_TASK = (tasks.c.state != "auto-skipped", tasks.c.archived_at.is_(None))
_IS_COMPLETED = tasks.c.state == "completed"

_PEOPLE = (
    sa.select(
        sa.func.aggregate_strings(
            process_people.c.part.concat(sa.literal(" ")).concat(process_people.c.person), "\n"
        )
    )
    .where(
        process_people.c.organization_id == processes.c.organization_id,
        process_people.c.process_id == processes.c.id,
    )
    .scalar_subquery()
)
_ASSIGNED_USERS = (
    sa.select(sa.func.aggregate_strings(task_assignees.c.person, "\n"))
    .where(
        task_assignees.c.organization_id == processes.c.organization_id,
        task_assignees.c.process_id == processes.c.id,
        task_assignees.c.person >= "u:",
        task_assignees.c.person < "u;",
    )
    .scalar_subquery()
)
_IS_STARRED = sa.exists().where(
    process_stars.c.organization_id == processes.c.organization_id,
    process_stars.c.process_id == processes.c.id,
    process_stars.c.user_id == CALLER_ID,
)
_CLOCK = sa.func.coalesce(processes.c.archived_at, _NOW)
#: Counted only where something is late; most processes have nothing that is.
_LATE_TASK_COUNT = sa.case(
    (
        processes.c.first_open_deadline_at < _CLOCK,
        sa.select(sa.func.count())
        .select_from(tasks)
        .where(*_OF_PROCESS, *_IS_VISIBLE_TASK, ~_IS_COMPLETED, tasks.c.deadline_at < _CLOCK)
        .scalar_subquery(),
    ),
    else_=0,
)


def _seen(sight: Sight, stored: sa.Column[int], *conditions: Any) -> sa.ColumnElement[int]:
    """The stored sum, or a count of its own where the caller may not see every task."""
    if sight is Sight.ALL:
        return stored
    count = (
        sa.select(sa.func.count())
        .select_from(tasks)
        .where(*_OF_PROCESS, *_IS_VISIBLE_TASK, *conditions, may_see_secret(sight))
        .scalar_subquery()
    )
    if sight is Sight.GUEST:
        return count
    sees_all = sa.or_(processes.c.secret_task_count == 0, processes.c.owner_id == CALLER_ID)
    return sa.case((sees_all, stored), else_=count)


_STORED = [processes.c[name] for name in Process.__struct_fields__[:32]]


@cache
def _visible(sight: Sight) -> sa.Select[Any]:
    return sa.select(
        *_STORED,
        _PEOPLE,
        _ASSIGNED_USERS,
        _IS_STARRED,
        _LATE_TASK_COUNT,
        _seen(sight, processes.c.visible_task_count),
        _seen(sight, processes.c.completed_task_count, _IS_COMPLETED),
    ).where(processes.c.organization_id == ORGANIZATION_ID, is_visible(sight))


@cache
def _visible_one(sight: Sight, *, lock: bool) -> Statement:
    chosen = _visible(sight).where(processes.c.id == _PROCESS_ID)
    return Statement(chosen.with_for_update(of=processes) if lock else chosen)


def find_visible(work: Work, process_id: str, *, lock: bool = False) -> Process | None:
    """`lock` keeps other writers of this process waiting until this unit of work has ended."""
    statement = _visible_one(sight_of(work.caller), lock=lock)
    process = work.first(statement, Process, process_id=process_id)
    if lock:
        work.read_clock()
    return process


def get_visible(work: Work, process_id: str, *, lock: bool = False) -> Process:
    process = find_visible(work, process_id, lock=lock)
    if process is None:
        raise NotFound
    return process


@cache
def _visible_among(sight: Sight) -> Statement:
    return Statement(_visible(sight).where(any_of(processes.c.id, "process_ids")))


def visible_among(work: Work, process_ids: Collection[str]) -> dict[str, Process]:
    """Those of `process_ids` that the caller may see, by id."""
    if not process_ids:
        return {}
    statement = _visible_among(sight_of(work.caller))
    found = work.all(statement, Process, process_ids=list(process_ids))
    return {process.id: process for process in found}


_ANY = Statement(
    _visible(Sight.ALL).where(processes.c.id == _PROCESS_ID).with_for_update(of=processes)
)


def lock_any(work: Work, process_id: str) -> Process:
    """The process a task belongs to, when being able to see the task is what matters."""
    process = work.first(_ANY, Process, process_id=process_id)
    work.read_clock()
    if process is None:
        raise NotFound
    return process


_IS_ASSIGNED = Statement(sa.select(has_assigned_task()).where(*_THIS))


def is_assigned(work: Work, process_id: str) -> bool:
    """A task of it is the calling member's, directly or by a group."""
    return bool(work.value(_IS_ASSIGNED, process_id=process_id))


_BY_PUBLIC_KEY = Statement(
    sa.select(processes.c.organization_id, processes.c.id).where(
        processes.c.public_key == sa.bindparam("public_key"),
        processes.c.is_public.is_(True),
        processes.c.archived_at.is_(None),
    )
)


class PublicAddress(msgspec.Struct, array_like=True, frozen=True):
    """Where a public key leads."""

    organization_id: str
    process_id: str


def find_public(work: Work, public_key: str) -> PublicAddress | None:
    return work.first(_BY_PUBLIC_KEY, PublicAddress, public_key=public_key)


_FINISHED_BEFORE = Statement(
    sa.select(processes.c.id)
    .where(
        processes.c.organization_id == ORGANIZATION_ID,
        processes.c.archived_at.is_(None),
        processes.c.open_issue_count == 0,
        processes.c.problem_task_count == 0,
        processes.c.completed_at < sa.bindparam("before", type_=sa.BigInteger),
        sa.func.coalesce(processes.c.activated_at, 0) < sa.bindparam("before", type_=sa.BigInteger),
    )
    .order_by(processes.c.completed_at, processes.c.id)
    .limit(1)
)


def find_finished_before(work: Work, before: int) -> str | None:
    """A live process with status complete since before then, and not restored since."""
    found: str | None = work.value(_FINISHED_BEFORE, before=before)
    return found


# --- Lists: one statement for each shape of filters ---

_STATUS: dict[str, sa.ColumnElement[bool]] = {
    "active": sa.and_(
        processes.c.open_issue_count == 0,
        processes.c.problem_task_count == 0,
        processes.c.completed_at.is_(None),
    ),
    "complete": sa.and_(
        processes.c.open_issue_count == 0,
        processes.c.problem_task_count == 0,
        processes.c.completed_at.is_not(None),
    ),
    "problem": sa.or_(processes.c.open_issue_count > 0, processes.c.problem_task_count > 0),
    "issue": processes.c.open_issue_count > 0,
    "delayed": sa.and_(
        processes.c.completed_at.is_(None), processes.c.first_open_deadline_at < _CLOCK
    ),
    "improvement": sa.exists().where(
        threads.c.organization_id == processes.c.organization_id,
        threads.c.process_id == processes.c.id,
        threads.c.task_id.is_not(None),
        threads.c.label == "improvement",
    ),
    "starred": _IS_STARRED,
    "draft": sa.false(),
}
_ARCHIVED = {
    ArchivedShown.HIDDEN: processes.c.archived_at.is_(None),
    ArchivedShown.ONLY: processes.c.archived_at.is_not(None),
    ArchivedShown.INCLUDED: sa.true(),
}
_STATUS_ORDER = sa.case(
    (processes.c.archived_at.is_not(None), "archived"),
    (_STATUS["issue"], "issue"),
    (_STATUS["problem"], "problem"),
    (_STATUS["complete"], "complete"),
    else_="active",
)
_SORTS: dict[str, Any] = {
    "name": sa.func.lower(processes.c.name),
    "created_at": processes.c.created_at,
    "updated_at": processes.c.updated_at,
    "started_at": processes.c.started_at,
    "completed_at": processes.c.completed_at,
    "archived_at": processes.c.archived_at,
    "due_date": processes.c.first_open_deadline_at,
    "status": _STATUS_ORDER,
}
_NULLABLE_SORTS = ("completed_at", "archived_at", "due_date")
_SORT_ALIASES: dict[str, tuple[str, bool]] = {
    "title": ("name", False),
    "created": ("created_at", False),
    "last_updated": ("updated_at", False),
    "updated": ("updated_at", False),
    "newest": ("created_at", True),
    "oldest": ("created_at", False),
    "most_delayed": ("due_date", False),
}


_NAMED_AS_IN_FILTER = (
    "owners", "started_by", "is_mine", "template_ids", "types", "parent_id", "created",
)  # fmt: skip


def _conditions(wanted: ProcessFilter) -> list[str]:
    """Names of the conditions that `wanted` needs: the shape of its statement."""
    names = []
    if wanted.q:
        names.append("q_or_number" if wanted.q.isascii() and wanted.q.isdecimal() else "q")
    names += [name for name in _NAMED_AS_IN_FILTER if getattr(wanted, name)]
    if wanted.is_starred is not None:
        names.append("starred" if wanted.is_starred else "unstarred")
    return names


def _bound_name_matches() -> sa.ColumnElement[bool]:
    pattern = sa.bindparam("pattern", type_=sa.Text)
    return sa.func.lower(processes.c.name).like(pattern, escape="\\")


_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "q": _bound_name_matches(),
    "q_or_number": sa.or_(
        _bound_name_matches(), processes.c.number == sa.bindparam("number", type_=sa.Integer)
    ),
    "owners": sa.or_(
        any_of(processes.c.owner_id, "owners"),
        sa.exists().where(
            task_assignees.c.organization_id == processes.c.organization_id,
            task_assignees.c.process_id == processes.c.id,
            any_of(task_assignees.c.person, "owner_people"),
        ),
    ),
    "started_by": any_of(processes.c.started_by, "started_by"),
    "is_mine": sa.or_(
        processes.c.owner_id == CALLER_ID,
        processes.c.started_by == CALLER_ID,
        is_attached(),
        has_assigned_task(),
    ),
    "template_ids": any_of(processes.c.template_id, "template_ids"),
    "types": any_of(processes.c.type, "types"),
    "parent_id": processes.c.parent_id == sa.bindparam("parent_id", type_=sa.String(32)),
    "starred": _IS_STARRED,
    "unstarred": ~_IS_STARRED,
    "created": sa.and_(
        processes.c.created_at >= sa.bindparam("created_from", type_=sa.BigInteger),
        processes.c.created_at < sa.bindparam("created_to", type_=sa.BigInteger),
    ),
}


def _status_condition(statuses: tuple[str, ...], archived: ArchivedShown) -> sa.ColumnElement[bool]:
    """Statuses are ORed; beside others, `archived` adds the archive to the live rows that match."""
    words = [status for status in statuses if status not in ("archived", "all")]
    if "all" in statuses or not words:
        condition: sa.ColumnElement[bool] = sa.true()
    else:
        condition = sa.or_(*[_STATUS[word] for word in words])
    if "archived" in statuses and words and archived is ArchivedShown.HIDDEN:
        live = sa.and_(processes.c.archived_at.is_(None), condition)
        return sa.or_(processes.c.archived_at.is_not(None), live)
    if statuses == ("archived",):
        return _ARCHIVED[ArchivedShown.ONLY]
    return sa.and_(_ARCHIVED[archived], condition)


_Shape = tuple[Sight, tuple[str, ...], tuple[str, ...], ArchivedShown]


def _shape(work: Work, wanted: ProcessFilter) -> _Shape:
    return sight_of(work.caller), tuple(_conditions(wanted)), wanted.statuses, wanted.archived


def _narrowed(shape: _Shape, selected: sa.Select[Any]) -> sa.Select[Any]:
    _, names, statuses, archived = shape
    conditions = [_CONDITIONS[name] for name in names]
    return selected.where(_status_condition(statuses, archived), *conditions)


@cache
def _page(shape: _Shape, sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = []
    for key, is_descending in sort:
        column = _SORTS[key]
        ordered = column.desc() if is_descending else column.asc()
        order.append(ordered.nulls_last() if key in _NULLABLE_SORTS else ordered)
    return Statement(
        _narrowed(shape, _visible(shape[0]))
        .order_by(*order, processes.c.number.desc())
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(shape: _Shape) -> Statement:
    counted = sa.select(sa.func.count()).select_from(processes)
    counted = counted.where(processes.c.organization_id == ORGANIZATION_ID, is_visible(shape[0]))
    return Statement(_narrowed(shape, counted))


def list_visible(work: Work, request: PageRequest, wanted: ProcessFilter) -> Page[Process]:
    shape = _shape(work, wanted)
    created_from, created_to = wanted.created or (0, 0)
    values = {
        "pattern": like_pattern(wanted.q),
        "number": int(wanted.q[:9]) if wanted.q.isascii() and wanted.q.isdecimal() else 0,
        "owners": list(wanted.owners),
        "owner_people": [f"u:{user}" for user in wanted.owners],
        "started_by": list(wanted.started_by),
        "template_ids": list(wanted.template_ids),
        "types": list(wanted.types),
        "parent_id": wanted.parent_id,
        "created_from": created_from,
        "created_to": created_to,
    }
    page = _page(shape, _known_sort(wanted.sort))
    rows = work.all(page, Process, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(shape), **values), request)


def _known_sort(sort: Sequence[tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
    keys = []
    for key, is_descending in sort:
        name, turned = _SORT_ALIASES.get(key, (key, False))
        if name in _SORTS:
            keys.append((name, turned != is_descending))
    return tuple(keys) or (("created_at", True),)


# --- Sums over tasks and issues ---

_COUNTED = sa.and_(*_IS_VISIBLE_TASK)
_OPEN = sa.and_(_COUNTED, ~_IS_COMPLETED)
_TOTALS = Statement(
    sa.select(
        sa.func.count().filter(_COUNTED),
        sa.func.count().filter(_COUNTED, _IS_COMPLETED),
        sa.func.count().filter(_COUNTED, tasks.c.open_issue_count > 0),
        sa.func.count().filter(_COUNTED, tasks.c.top_secret),
        sa.select(sa.func.count())
        .select_from(threads)
        .where(
            threads.c.organization_id == ORGANIZATION_ID,
            threads.c.process_id == _PROCESS_ID,
            threads.c.task_id.is_(None),
            threads.c.label == "problem",
            threads.c.resolved_by_thread.is_(None),
        )
        .scalar_subquery(),
        sa.func.min(tasks.c.deadline_at).filter(_OPEN),
        sa.func.max(tasks.c.deadline_at).filter(_COUNTED),
    ).where(tasks.c.organization_id == ORGANIZATION_ID, tasks.c.process_id == _PROCESS_ID)
)


class _TotalsRow(msgspec.Struct, array_like=True):
    visible: int
    completed: int
    troubled: int
    secret: int
    open_issues: int
    first_open_deadline_at: int | None
    last_deadline_at: int | None


def count_totals(work: Work, process_id: str) -> Totals:
    """Counted anew from the tasks and issues themselves."""
    row = work.all(_TOTALS, _TotalsRow, process_id=process_id)[0]
    return Totals(**msgspec.structs.asdict(row))


_SET_TOTALS = Statement(
    processes.update()
    .where(*_THIS)
    .values(
        {
            "visible_task_count": sa.bindparam("visible"),
            "completed_task_count": sa.bindparam("completed"),
            "problem_task_count": sa.bindparam("troubled"),
            "secret_task_count": sa.bindparam("secret"),
            "open_issue_count": sa.bindparam("open_issues"),
            "first_open_deadline_at": sa.bindparam("first_open_deadline"),
            "last_deadline_at": sa.bindparam("last_deadline"),
            "completed_at": sa.bindparam("new_completed_at"),
            "updated_at": _NOW,
        }
    )
)


def set_totals(work: Work, process_id: str, totals: Totals, completed_at: int | None) -> None:
    work.run(
        _SET_TOTALS,
        process_id=process_id,
        visible=totals.visible,
        completed=totals.completed,
        troubled=totals.troubled,
        secret=totals.secret,
        open_issues=totals.open_issues,
        first_open_deadline=totals.first_open_deadline_at,
        last_deadline=totals.last_deadline_at,
        new_completed_at=completed_at,
    )


# --- Writing ---

_SET_ARCHIVED = Statement(
    processes.update()
    .where(*_THIS, processes.c.archived_at.is_(None))
    .values(archived_at=_NOW, archived_by=sa.bindparam("archived_by"), updated_at=_NOW)
)
_CLEAR_ARCHIVED = Statement(
    processes.update()
    .where(*_THIS, processes.c.archived_at.is_not(None))
    .values(archived_at=None, archived_by=None, activated_at=_NOW, updated_at=_NOW)
)
_DELETE = Statement(processes.delete().where(*_THIS))
_ORPHAN_CHILDREN = Statement(
    processes.update()
    .where(processes.c.organization_id == ORGANIZATION_ID, processes.c.parent_id == _PROCESS_ID)
    .values(parent_id=None)
)


def set_archived(work: Work, process_id: str) -> bool:
    """False when it was archived already."""
    by = work.caller.person_id
    return bool(work.run(_SET_ARCHIVED, process_id=process_id, archived_by=by))


def clear_archived(work: Work, process_id: str) -> bool:
    return bool(work.run(_CLEAR_ARCHIVED, process_id=process_id))


def delete_process(work: Work, process_id: str) -> None:
    """Tasks, assignees, threads, people and stars go with it by their foreign keys."""
    work.run(_ORPHAN_CHILDREN, process_id=process_id)
    work.run(_DELETE, process_id=process_id)


_NEW_COLUMNS = [
    column.name
    for column in processes.c
    if column.name not in ("archived_at", "archived_by", "activated_at")
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


def add_process(work: Work, new: NewProcess, totals: Totals, *, is_done: bool) -> None:
    work.run(
        _INSERT,
        **msgspec.structs.asdict(new),
        created_at=work.now,
        started_at=work.now,
        updated_at=work.now,
        completed_at=work.now if is_done else None,
        visible_task_count=totals.visible,
        completed_task_count=totals.completed,
        problem_task_count=totals.troubled,
        secret_task_count=totals.secret,
        open_issue_count=totals.open_issues,
        first_open_deadline_at=totals.first_open_deadline_at,
        last_deadline_at=totals.last_deadline_at,
    )


_INSERT_PERSON = Statement(
    process_people.insert().values(
        {name: sa.bindparam(name) for name in ("organization_id", "process_id", "part", "person")}
    )
)
_DELETE_PEOPLE = Statement(
    process_people.delete().where(
        process_people.c.organization_id == ORGANIZATION_ID,
        process_people.c.process_id == _PROCESS_ID,
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


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=processes.c[name].type) for name in names}
    return Statement(processes.update().where(*_THIS).values(new | {"updated_at": _NOW}))


def set_columns(work: Work, process_id: str, changes: Mapping[str, object]) -> None:
    """Give columns new values; with none it only marks the process as changed now."""
    new = {f"new_{name}": value for name, value in changes.items()}
    work.run(_setting(tuple(sorted(changes))), process_id=process_id, **new)


_INSERT_STAR = Statement(
    process_stars.insert().values(
        {name: sa.bindparam(name) for name in ("organization_id", "process_id", "user_id")}
    )
)
_DELETE_STAR = Statement(
    process_stars.delete().where(
        process_stars.c.organization_id == ORGANIZATION_ID,
        process_stars.c.process_id == _PROCESS_ID,
        process_stars.c.user_id == CALLER_ID,
    )
)


def set_star(work: Work, process_id: str, user_id: int) -> None:
    """A person's own mark; `clear_star` takes the caller's away."""
    work.run(_INSERT_STAR, process_id=process_id, user_id=user_id)


def clear_star(work: Work, process_id: str) -> None:
    work.run(_DELETE_STAR, process_id=process_id)
