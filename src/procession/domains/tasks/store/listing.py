"""Lists of tasks: ids of a page in their order, how many there are, the rows (decision 0015).

One statement for each shape of filters.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from procession.core.archive import ArchivedShown
from procession.core.times import DAY
from procession.domains.custom_fields.tables import custom_keys, custom_values
from procession.domains.holds.access import task_is_held
from procession.domains.organizing.access import carrying_any, lying_in
from procession.domains.people.access import (
    ORGANIZATION_ID,
    archived_conditions,
    archived_values,
    is_caller,
    keys_of_addresses,
    keys_of_users,
)
from procession.domains.people.types import group_key
from procession.domains.processes.access import (
    Sight,
    ids_where,
    keys_of_caller,
    other_processes,
    sight_of,
)
from procession.domains.processes.tables import process_sums, processes
from procession.domains.tasks.access import (
    assigned_task_ids,
    is_common,
    is_seen,
    may_be_seen,
    other_tasks,
    own_or_of_process,
    task_ids_where,
    tasks_and_processes,
)
from procession.domains.tasks.store.selecting import NOW, of_page
from procession.domains.tasks.tables import task_assignees, tasks
from procession.domains.tasks.types import TASK_SORTING, Task, TaskFilter
from procession.kit.cursors import Empty, Key, Order, behind, walk
from procession.kit.db import Statement, any_of, like_pattern
from procession.kit.folding import holds, sort_key
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

#: What is open or completed is said by the state; the instant beside it names the index.
_IS_OPEN = sa.and_(
    tasks.c.completed_at.is_(None), tasks.c.state.in_(("not-started", "in-progress"))
)
#: A deadline that counts from a task still open is provisional (contract 50, 6.4).
_IS_EFFECTIVE = tasks.c.waits_for_anchor.is_(False)
_IS_LATE = sa.and_(_IS_OPEN, _IS_EFFECTIVE, tasks.c.deadline_at < NOW)
_IS_SOON = sa.and_(
    _IS_OPEN, _IS_EFFECTIVE, tasks.c.deadline_at >= NOW, tasks.c.deadline_at <= NOW + DAY
)
_STATUS: dict[str, sa.ColumnElement[bool]] = {
    "all": sa.true(),
    "active": _IS_OPEN,
    "not-started": sa.and_(_IS_OPEN, tasks.c.state == "not-started"),
    "in-progress": sa.and_(_IS_OPEN, tasks.c.state == "in-progress"),
    "completed": sa.and_(tasks.c.completed_at.is_not(None), tasks.c.state == "completed"),
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
#: Whatever its process is.
_OWN_MARK = {
    ArchivedShown.HIDDEN: tasks.c.archived_at.is_(None),
    ArchivedShown.ONLY: tasks.c.archived_at.is_not(None),
    ArchivedShown.INCLUDED: sa.true(),
}


# --- What it is narrowed to ---

_PERSON = task_assignees.c.person
#: Its own mark, else that of its process (`Task.shown_archived_at`).
_ARCHIVED_AT = sa.func.coalesce(tasks.c.archived_at, processes.c.archived_at)
_ARCHIVED_AFTER = sa.bindparam("archived_after", type_=sa.BigInteger)
_OF_TEMPLATES = ids_where(any_of(other_processes.c.template_id, "template_ids"))
_IS_OF_TEMPLATE = any_of(other_tasks.c.template_id, "template_ids")
#: Made from steps of versions, each named as `template:version:step`.
_BOUND = (
    sa.select(other_tasks.c.id)
    .select_from(
        other_tasks.join(
            other_processes,
            sa.and_(
                other_processes.c.organization_id == other_tasks.c.organization_id,
                other_processes.c.id == other_tasks.c.process_id,
            ),
        )
    )
    .where(
        other_processes.c.organization_id == ORGANIZATION_ID,
        any_of(other_processes.c.template_id, "bound_templates"),
        any_of(
            # As text: a place of 32 letters would cut the names short on PostgreSQL.
            sa.cast(other_processes.c.template_id, sa.Text)
            .concat(sa.literal(":", sa.Text))
            .concat(sa.cast(other_processes.c.template_version, sa.Text))
            .concat(sa.literal(":", sa.Text))
            .concat(other_tasks.c.step_id),
            "bound_steps",
        ),
    )
)

#: Conditions that name a set of tasks, found by an index of its own.
_SETS: dict[str, Any] = {
    "assigned_to_user": assigned_task_ids(any_of(_PERSON, "scope_keys")),
    "assigned_to_guest": assigned_task_ids(any_of(_PERSON, "scope_keys")),
    "tags": carrying_any("tags"),
    "folder_ids": lying_in(tasks, "folder_ids"),
    "archived_after": sa.union(
        task_ids_where(other_tasks.c.archived_at >= _ARCHIVED_AFTER),
        *[
            task_ids_where(
                other_tasks.c.process_id.in_(
                    ids_where(each, other_processes.c.archived_at >= _ARCHIVED_AFTER)
                )
            )
            # Each half of the index by itself.
            for each in (
                other_processes.c.everyone_may_read.is_(True),
                other_processes.c.everyone_may_read.is_(False),
            )
        ],
    ),
    "template_ids": sa.union(
        task_ids_where(other_tasks.c.process_id.in_(_OF_TEMPLATES), _IS_OF_TEMPLATE),
        task_ids_where(other_tasks.c.process_id.is_(None), _IS_OF_TEMPLATE),
    ),
    "custom_field": sa.select(custom_values.c.task_id)
    .select_from(
        custom_values.join(
            custom_keys,
            sa.and_(
                custom_keys.c.organization_id == custom_values.c.organization_id,
                custom_keys.c.id == custom_values.c.key_id,
            ),
        )
    )
    .where(
        custom_keys.c.organization_id == ORGANIZATION_ID,
        custom_keys.c.is_active.is_(True),
        custom_keys.c.key == sa.bindparam("custom_key", type_=sa.Text),
        custom_values.c.task_id.is_not(None),
        any_of(custom_values.c.value, "custom_values"),
    ),
}
#: People are alternatives: a task of any of them.
_PEOPLE: dict[str, tuple[sa.Select[Any], ...]] = {
    "people": (assigned_task_ids(any_of(_PERSON, "people")),),
    "guests": (assigned_task_ids(any_of(_PERSON, "guests")),),
    "roles": (_BOUND,),
}
_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "q": sa.or_(holds(tasks.c.title_folded), holds(processes.c.name_folded)),
    "process_id": tasks.c.process_id == sa.bindparam("process_id", type_=sa.String(32)),
    "unassigned": ~sa.exists().where(
        task_assignees.c.organization_id == tasks.c.organization_id,
        task_assignees.c.task_id == tasks.c.id,
    ),
    "oneoff": tasks.c.is_oneoff.is_(True),
    "not_oneoff": tasks.c.is_oneoff.is_(False),
    "created": sa.and_(
        tasks.c.created_at >= sa.bindparam("created_from", type_=sa.BigInteger),
        tasks.c.created_at < sa.bindparam("created_to", type_=sa.BigInteger),
    ),
    "updated_after": tasks.c.updated_at >= sa.bindparam("updated_after", type_=sa.BigInteger),
    "completed_after": tasks.c.completed_at >= sa.bindparam("completed_after", type_=sa.BigInteger),
    "updated_before": tasks.c.updated_at < sa.bindparam("updated_before", type_=sa.BigInteger),
    "completed_before": tasks.c.completed_at
    < sa.bindparam("completed_before", type_=sa.BigInteger),
    **archived_conditions(
        _ARCHIVED_AT,
        own_or_of_process(tasks.c.archived_by, processes.c.archived_by),
        own_or_of_process(tasks.c.archived_operation, processes.c.archived_operation),
        task_is_held(),
    ),
    "due_from": tasks.c.deadline_at >= sa.bindparam("due_from", type_=sa.BigInteger),
    "due_before": tasks.c.deadline_at < sa.bindparam("due_before", type_=sa.BigInteger),
}
#: Conditions that apply whenever their value is given.
_PLAIN_CONDITIONS = (
    "q", "process_id", "template_ids", "assigned_to_user", "assigned_to_guest", "created",
    "due_from", "due_before", "tags", "folder_ids", "custom_field",
)  # fmt: skip


def _condition_names(wanted: TaskFilter) -> tuple[str, ...]:
    names = [name for name in _PLAIN_CONDITIONS if getattr(wanted, name) not in (None, "", ())]
    names += [*wanted.since.names, *wanted.until.names, *wanted.archived_by.names]
    if wanted.is_unassigned:
        names.append("unassigned")
    if wanted.is_oneoff is not None:
        names.append("oneoff" if wanted.is_oneoff else "not_oneoff")
    return tuple(names)


def _assignee_names(wanted: TaskFilter) -> tuple[str, ...]:
    names = []
    if wanted.owners or wanted.groups:
        names.append("people")
    if wanted.guests:
        names.append("guests")
    if wanted.roles:
        names.append("roles")
    return tuple(names)


class _Shape(NamedTuple):
    """What decides the text of a list's statements; everything else is bound."""

    sight: Sight
    names: tuple[str, ...]
    assignees: tuple[str, ...]
    status: str
    archived: ArchivedShown
    is_of_process: bool
    is_by_own_mark: bool = False

    @property
    def is_narrow(self) -> bool:
        """Few rows are found first, then looked at one by one."""
        return (
            self.is_of_process
            or self.sight in (Sight.LIGHT, Sight.GUEST)
            or bool(self.assignees)
            or any(name in _SETS for name in self.names)
        )

    @property
    def is_summed(self) -> bool:
        return not self.names and self.status in ("all", "active", "completed")

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        """Besides what the caller may see."""
        shown = _OWN_ARCHIVED if self.is_of_process else _ARCHIVED
        if self.is_by_own_mark:
            shown = _OWN_MARK
        found = [_STATUS[self.status], shown[self.archived]]
        found += [tasks.c.id.in_(_SETS[name]) for name in self.names if name in _SETS]
        found += [_CONDITIONS[name] for name in self.names if name in _CONDITIONS]
        if "archived_after" in self.names:
            found.append(_ARCHIVED_AT >= _ARCHIVED_AFTER)
        people = [chosen for name in self.assignees for chosen in _PEOPLE[name]]
        if people:
            found.append(tasks.c.id.in_(sa.union(*people)))
        if not self.is_of_process and self.status != "auto-skipped":
            found.append(tasks.c.state != "auto-skipped")
        return found


def _selected(shape: _Shape, columns: Sequence[Any]) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(tasks_and_processes)
        .where(tasks.c.organization_id == ORGANIZATION_ID, *shape.conditions)
    )


def _narrowed(shape: _Shape, columns: Sequence[Any]) -> sa.Select[Any]:
    chosen = _selected(shape, columns).where(is_seen(shape.sight))
    is_found_by_filter = shape.is_of_process or shape.sight in (Sight.ALL, Sight.STANDARD)
    return chosen if is_found_by_filter else chosen.where(may_be_seen(shape.sight))


def _beyond_common(shape: _Shape, columns: Sequence[Any]) -> sa.Select[Any]:
    """What a standard member sees that not every standard member does."""
    sight = shape.sight
    return _selected(shape, columns).where(may_be_seen(sight), is_seen(sight), ~is_common())


# --- What it is sorted by ---

_SORTS: dict[str, Any] = {
    "id": tasks.c.id,
    "position": tasks.c.position,
    "deadline": tasks.c.deadline_at,
    "created_at": tasks.c.created_at,
    "updated_at": tasks.c.updated_at,
    "name": sort_key(tasks.c.title_folded),
    "completed_at": tasks.c.completed_at,
    "archived_at": _ARCHIVED_AT,
    "problems": sa.case((tasks.c.open_issue_count > 0, 0), else_=1),
}


_Sort = tuple[tuple[str, bool], ...]
_NULLABLE_SORTS = ("deadline", "completed_at", "archived_at")


def _order(sort: _Sort, columns: Sequence[Any] | None = None, number: Any = None) -> list[Any]:
    """Ties go by number, in the direction of the last key. `columns` stand for the keys."""
    keys = _sort_keys(sort)
    columns = [_SORTS[key] for key, _ in keys] if columns is None else columns
    number = tasks.c.number if number is None else number
    order = []
    for (key, is_descending), column in zip(keys, columns, strict=True):
        ordered = column.desc() if is_descending else column.asc()
        order.append(ordered.nulls_last() if key in _NULLABLE_SORTS else ordered)
    return [*order, number.desc() if sort[-1][1] else number.asc()]


def _sort_keys(sort: _Sort) -> _Sort:
    """What has issues comes by its deadline, and reversed all of it is (contract 40, 3.4)."""
    keys: list[tuple[str, bool]] = []
    for key, is_descending in sort:
        keys.append((key, is_descending))
        if key == "problems":
            keys.append(("deadline", is_descending))
    return tuple(keys)


_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_OFFSET = sa.bindparam("offset", type_=sa.Integer)


@cache
def _page(shape: _Shape, sort: _Sort, reach: int) -> Statement:
    """Ids of the rows of a page, in their order. `reach`: that of its `PageRequest`."""
    if shape.is_narrow:
        chosen = _narrowed(shape, [tasks.c.id]).order_by(*_order(sort))
        return Statement(chosen.limit(_LIMIT).offset(_OFFSET))
    together = _merged(shape, sort, reach)
    return Statement(together.with_only_columns(together.selected_columns.id))


@cache
def _walked(shape: _Shape, sort: _Sort, empty: Empty | None, reach: int) -> Statement:
    """Ids, numbers and keys of the rows behind a cursor, in their order (`kit.cursors`)."""
    keys = [Key(_SORTS[key], turned, key in _NULLABLE_SORTS) for key, turned in _sort_keys(sort)]
    falls = sort[-1][1]
    rest = sa.true() if empty is None else behind(keys, tasks.c.number, empty, falls=falls)
    if not shape.is_narrow:
        return Statement(_merged(shape, sort, reach, rest))
    columns = [tasks.c.id, tasks.c.number, *[key.column for key in keys]]
    chosen = _narrowed(shape, columns).where(rest).order_by(*_order(sort))
    return Statement(chosen.limit(_LIMIT).offset(_OFFSET))


def _merged(
    shape: _Shape,
    sort: _Sort,
    reach: int,
    wanted: sa.ColumnElement[bool] = sa.true(),  # noqa: B008
) -> sa.Select[Any]:
    """Each part finds its first rows by an index in the order of the list; none is in two. With
    each id its number and keys."""
    keys = [_SORTS[key].label(f"key_{place}") for place, (key, _) in enumerate(_sort_keys(sort))]
    columns = [tasks.c.id, tasks.c.number, *keys]
    common = _selected(shape, columns).where(wanted)
    if shape.sight is Sight.STANDARD:
        common = common.where(is_common())
    first_rows = sa.literal_column(str(reach), sa.Integer)
    branches = [
        part.order_by(*_index_order(sort)).limit(first_rows) for part in _parts(common, shape, sort)
    ]
    if shape.sight is Sight.STANDARD:
        branches.append(_beyond_common(shape, columns).where(wanted))
    parts = [sa.select(branch.subquery(f"part_{place}")) for place, branch in enumerate(branches)]
    together = sa.union_all(*parts).subquery("together")
    shown = [together.c[f"key_{place}"] for place in range(len(keys))]
    chosen = sa.select(*together.c).order_by(*_order(sort, shown, together.c.number))
    return chosen.limit(_LIMIT).offset(_OFFSET)


def _parts(common: sa.Select[Any], shape: _Shape, sort: _Sort) -> list[sa.Select[Any]]:
    """Rows with a value and rows without one apart, so that an index holds both in order."""
    key = sort[0][0]
    is_filled = shape.status == "completed" or "completed_after" in shape.names
    if key not in _NULLABLE_SORTS or (key == "completed_at" and is_filled):
        return [common]
    column = _SORTS[key]
    return [common.where(column.is_not(None)), common.where(column.is_(None))]


def _index_order(sort: _Sort) -> list[Any]:
    """As `_order`; the first key's nulls are apart."""
    key, is_descending = sort[0]
    first = _SORTS[key].desc() if is_descending else _SORTS[key].asc()
    return [first, *_order(sort)[1:]]


@cache
def _rank(shape: _Shape, sort: _Sort) -> Statement:
    """The place of one task in a list, from 1."""
    rank = sa.func.row_number().over(order_by=_order(sort)).label("rank")
    listed = _narrowed(shape, [tasks.c.id, rank]).subquery()
    return Statement(
        sa.select(listed.c.rank).where(listed.c.id == sa.bindparam("current_task", sa.String(32)))
    )


# --- How many there are ---


@cache
def _count(shape: _Shape) -> Statement:
    """From the sums where they say it; else counted."""
    if shape.is_narrow:
        return Statement(_narrowed(shape, [sa.func.count()]))
    standard = shape.sight is Sight.STANDARD
    parts: list[sa.Select[Any]] = []
    if shape.is_summed:
        parts.append(_summed(shape, of_everyone=standard))
        parts += _not_summed(shape, only_common=standard)
    else:
        common = _selected(shape, [sa.func.count()])
        parts.append(common.where(is_common()) if standard else common)
    if standard:
        parts.append(_beyond_common(shape, [sa.func.count()]))
    total: sa.ColumnElement[Any] = parts[0].scalar_subquery()
    for part in parts[1:]:
        total = total + part.scalar_subquery()
    return Statement(sa.select(total))


def _summed(shape: _Shape, *, of_everyone: bool) -> sa.Select[Any]:
    """Tasks of processes, those archived by themselves left out."""
    sums = process_sums.c
    visible: sa.ColumnElement[int] = sums.visible_task_count
    completed: sa.ColumnElement[int] = sums.completed_task_count
    if of_everyone:
        visible = visible - sums.secret_task_count
        completed = completed - sums.secret_completed_task_count
    counted = {"all": visible, "active": visible - completed, "completed": completed}
    total = sa.func.coalesce(sa.func.sum(counted[shape.status]), 0)
    chosen = sa.select(sa.cast(total, sa.BigInteger)).where(sums.organization_id == ORGANIZATION_ID)
    if of_everyone:
        chosen = chosen.where(sums.everyone_may_read.is_(True))
    if shape.archived is ArchivedShown.INCLUDED:
        return chosen
    return chosen.where(sums.is_archived.is_(shape.archived is ArchivedShown.ONLY))


def _not_summed(shape: _Shape, *, only_common: bool) -> list[sa.Select[Any]]:
    """Counts of tasks that no process counts: standalone ones, and those archived on their own."""
    parts = []
    if shape.archived is not ArchivedShown.ONLY:
        standalone = (
            sa.select(sa.func.count())
            .select_from(tasks)
            .where(
                tasks.c.organization_id == ORGANIZATION_ID,
                tasks.c.process_id.is_(None),
                tasks.c.archived_at.is_(None),
                tasks.c.state != "auto-skipped",
                _STATUS[shape.status],
            )
        )
        parts.append(standalone.where(tasks.c.top_secret.is_(False)) if only_common else standalone)
    if shape.archived is not ArchivedShown.HIDDEN:
        archived = _selected(shape, [sa.func.count()]).where(tasks.c.archived_at.is_not(None))
        parts.append(archived.where(is_common()) if only_common else archived)
    return parts


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


def _shape(work: Work, wanted: TaskFilter) -> _Shape:
    return _Shape(
        sight_of(work.caller),
        _condition_names(wanted),
        _assignee_names(wanted),
        wanted.status,
        wanted.archived,
        wanted.process_id is not None,
        wanted.is_by_own_mark,
    )


@cache
def _in_order_of_ids(shape: _Shape) -> Statement:
    after = sa.bindparam("after", type_=sa.String(32))
    chosen = _narrowed(shape, [tasks.c.id]).where(tasks.c.id > after)
    return Statement(chosen.order_by(tasks.c.id).limit(sa.bindparam("limit", type_=sa.Integer)))


def ids_behind(work: Work, wanted: TaskFilter, after: str, most: int) -> list[str]:
    """Of all that the list holds, page after page, in an order in which nothing moves."""
    values = {"after": after, "limit": most, **_values(work, wanted)}
    return [row.id for row in work.all(_in_order_of_ids(_shape(work, wanted)), _Id, **values)]


@cache
def _looking(shape: _Shape) -> Statement:
    return Statement(_narrowed(shape, [sa.func.count()]))


def count_visible(work: Work, wanted: TaskFilter) -> int:
    """How many `ids_behind` finds."""
    return int(work.value(_looking(_shape(work, wanted)), **_values(work, wanted)))


_OWN_OPEN = Statement(
    sa.select(sa.func.count())
    .select_from(tasks_and_processes)
    .where(
        tasks.c.organization_id == ORGANIZATION_ID,
        tasks.c.id.in_(assigned_task_ids(is_caller(_PERSON))),
        _IS_OPEN,
        _IS_LIVE,
    )
)


def count_own_open(work: Work) -> int:
    """Open tasks of the calling member, directly or by a group: what they are assigned to they
    see."""
    return int(work.value(_OWN_OPEN))


def list_visible(work: Work, request: PageRequest, wanted: TaskFilter) -> Page[Task]:
    shape = _shape(work, wanted)
    sort, values = _sort(wanted), _values(work, wanted)
    if request.cursor is not None:
        order, page_behind = Order("tasks", sort), partial(_walked, shape, sort)
        found = walk(work, request, order, page_behind, values)
        total = work.value(_count(shape), **values)
        return Page(of_page(work, found.ids), total, request, found.next_cursor)
    if wanted.current_task is not None:
        rank = work.value(_rank(shape, sort), current_task=wanted.current_task, **values)
        if rank is not None:
            request = replace(request, number=(rank - 1) // request.size + 1)
    window = {"limit": request.size, "offset": request.offset}
    page = _page(shape, sort, request.reach)
    ids = [row.id for row in work.all(page, _Id, **window, **values)]
    return Page(of_page(work, ids), work.value(_count(shape), **values), request)


def _values(work: Work, wanted: TaskFilter) -> dict[str, Any]:
    created_from, created_to = wanted.created or (0, 0)
    scope = [] if wanted.assigned_to_user is None else [wanted.assigned_to_user]
    keys = keys_of_users(work, {*wanted.owners, *scope})
    groups = [group_key(group) for group in wanted.groups]
    scope_keys = [key for user in scope for key in keys[user]]
    if wanted.assigned_to_guest is not None:
        scope_keys = keys_of_addresses(work, [wanted.assigned_to_guest])
    return {
        "pattern": like_pattern(wanted.q),
        "process_id": wanted.process_id,
        "caller_keys": _caller_keys(work, keys),
        "scope_keys": scope_keys,
        "people": [*(key for user in wanted.owners for key in keys[user]), *groups],
        "guests": keys_of_addresses(work, wanted.guests),
        "template_ids": list(wanted.template_ids),
        "created_from": created_from,
        "created_to": created_to,
        "updated_after": wanted.since.updated,
        "completed_after": wanted.since.completed,
        "archived_after": wanted.since.archived,
        **archived_values(wanted.until, wanted.archived_by),
        "due_from": wanted.due_from,
        "due_before": wanted.due_before,
        "tags": list(wanted.tags),
        "folder_ids": list(wanted.folder_ids),
        "custom_key": wanted.custom_field[0] if wanted.custom_field else "",
        "custom_values": list(wanted.custom_field[1:]),
        "bound_steps": [":".join(map(str, bound)) for bound in wanted.steps_of_roles],
        "bound_templates": sorted({template_id for template_id, *_ in wanted.steps_of_roles}),
    }


def _caller_keys(work: Work, known: Mapping[int, list[str]]) -> list[str]:
    """`known`: of members that the filter names, by number; often the caller is one of them."""
    caller = work.caller
    if sight_of(caller) is Sight.ALL:
        return []
    own = None if caller.is_guest else known.get(caller.person_id)
    return keys_of_caller(work) if own is None else own


def _sort(wanted: TaskFilter) -> tuple[tuple[str, bool], ...]:
    if wanted.process_id is not None:
        usual = ("position", False)
    else:
        usual = ("completed_at" if wanted.status == "completed" else "created_at", True)
    return TASK_SORTING.known(wanted.sort, usual=wanted.since.usual_sort(usual))
