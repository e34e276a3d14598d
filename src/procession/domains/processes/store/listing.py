"""Lists of processes: one statement for each shape of filters."""

import operator
from collections.abc import Collection, Sequence
from functools import cache, partial, reduce
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from procession.core.archive import ArchivedShown
from procession.domains.comments.tables import threads
from procession.domains.holds.access import process_is_held
from procession.domains.organizing.access import (
    MOST_TAGS,
    carries_all,
    carries_none,
    lying_in,
    tag_values,
)
from procession.domains.people.access import (
    CALLER_ID,
    ORGANIZATION_ID,
    archived_conditions,
    archived_values,
    keys_of_addresses,
    keys_of_users,
)
from procession.domains.people.types import group_key
from procession.domains.processes.access import (
    Sight,
    are_few_named,
    assigned_process_ids,
    attached_process_ids,
    ids_where,
    involving,
    is_seen,
    keys_of_caller,
    may_see_secret,
    other_processes,
    sight_of,
)
from procession.domains.processes.store.selecting import IS_STARRED, NOW, of_page
from procession.domains.processes.tables import (
    process_people,
    process_stars,
    process_sums,
    processes,
)
from procession.domains.processes.types import PROCESS_SORTING, Process, ProcessFilter
from procession.domains.tasks.tables import task_assignees, tasks
from procession.kit.cursors import Empty, Key, Order, behind, walk
from procession.kit.db import Statement, any_of, like_pattern
from procession.kit.folding import holds, says, sort_key
from procession.kit.paging import Page, PageRequest
from procession.kit.searching import Holds, terms_of_text
from procession.kit.work import Work

#: Words of the filter that are statuses of processes as they are stored.
_LIFECYCLES = {
    "active": ("active",),
    "complete": ("complete",),
    "problem": ("issue", "problem"),
    "issue": ("issue",),
}
_IS_LIVE = processes.c.archived_at.is_(None)
_IS_ARCHIVED = processes.c.archived_at.is_not(None)
_IMPROVED = sa.select(threads.c.process_id).where(
    threads.c.organization_id == ORGANIZATION_ID,
    threads.c.task_id.is_not(None),
    threads.c.label == "improvement",
)
_STARRED = sa.select(process_stars.c.process_id).where(
    process_stars.c.organization_id == ORGANIZATION_ID, process_stars.c.user_id == CALLER_ID
)


def _is_delayed(now: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.and_(processes.c.completed_at.is_(None), processes.c.first_open_deadline_at < now)


def _has_status(word: str, *, is_archived: bool) -> sa.ColumnElement[bool]:
    """Of live processes, or of archived ones: their clock stands still."""
    if word in _LIFECYCLES:
        return _is_one_of(_LIFECYCLES[word])
    if word == "delayed":
        return _is_delayed(processes.c.archived_at if is_archived else NOW)
    if word == "improvement":
        return processes.c.id.in_(_IMPROVED)
    return processes.c.id.in_(_STARRED) if word == "starred" else sa.false()


def _is_one_of(lifecycles: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.or_(*[processes.c.lifecycle == lifecycle for lifecycle in sorted(lifecycles)])


class _Shelf(NamedTuple):
    """A part of all processes: live or archived ones, with some statuses."""

    is_archived: bool
    #: As stored; None: any.
    lifecycles: tuple[str, ...] | None
    #: Words of the filter that no stored status answers; they are alternatives to `lifecycles`.
    words: tuple[str, ...] = ()

    @property
    def condition(self) -> sa.ColumnElement[bool]:
        place = _IS_ARCHIVED if self.is_archived else _IS_LIVE
        if self.lifecycles is None:
            return place
        alternatives = [_has_status(word, is_archived=self.is_archived) for word in self.words]
        if self.lifecycles:
            alternatives.append(_is_one_of(self.lifecycles))
        return sa.and_(place, sa.or_(*alternatives))

    @property
    def is_summed(self) -> bool:
        return not self.words


def _shelves(statuses: tuple[str, ...], archived: ArchivedShown) -> list[_Shelf]:
    """Statuses are ORed; `archived` beside others adds the archive to the live rows that match."""
    words = [word for word in statuses if word not in ("archived", "all")]
    if statuses == ("archived",):
        return [_Shelf(True, None)]
    lifecycles: tuple[str, ...] | None = None
    others: tuple[str, ...] = ()
    if words and "all" not in statuses:
        known = {each for word in words for each in _LIFECYCLES.get(word, ())}
        lifecycles = tuple(sorted(known))
        others = tuple(sorted(set(words) - set(_LIFECYCLES)))
    live, shelved = _Shelf(False, lifecycles, others), _Shelf(True, lifecycles, others)
    if archived is ArchivedShown.INCLUDED:
        return [live, shelved]
    if archived is ArchivedShown.ONLY:
        return [shelved]
    return [live, _Shelf(True, None)] if "archived" in statuses else [live]


# --- What it is sorted by ---

_STATUS_ORDER = sa.case(
    (processes.c.archived_at.is_not(None), "archived"), else_=processes.c.lifecycle
)
_SORTS: dict[str, Any] = {
    "name": sort_key(processes.c.name_folded),
    "created_at": processes.c.created_at,
    "updated_at": processes.c.updated_at,
    "started_at": processes.c.started_at,
    "completed_at": processes.c.completed_at,
    "archived_at": processes.c.archived_at,
    "due_date": processes.c.first_open_deadline_at,
    "status": _STATUS_ORDER,
    "id": processes.c.id,
}
_NULLABLE_SORTS = ("completed_at", "archived_at", "due_date")

_Sort = tuple[tuple[str, bool], ...]


def _ordered(key: str, column: Any, *, is_descending: bool) -> Any:
    turned = column.desc() if is_descending else column.asc()
    return turned.nulls_last() if key in _NULLABLE_SORTS else turned


# --- What it is narrowed to ---

_NAMED_AS_IN_FILTER = (
    "owners", "groups", "guests", "started_by", "is_mine", "template_ids", "types", "parent_id",
    "created", "folder_ids", "task_state", "kickoff_value", "assignees", "owned_by",
)  # fmt: skip


def _condition_names(wanted: ProcessFilter) -> list[str]:
    """Names of the conditions that `wanted` needs: the shape of its statement."""
    names = []
    if wanted.q:
        names.append("q_or_number" if wanted.q.isascii() and wanted.q.isdecimal() else "q")
    names += [name for name in _NAMED_AS_IN_FILTER if getattr(wanted, name)]
    names += [*wanted.since.names, *wanted.until.names, *wanted.archived_by.names]
    if wanted.is_starred is not None:
        names.append("starred" if wanted.is_starred else "unstarred")
    if wanted.is_untagged is not None:
        names.append("untagged" if wanted.is_untagged else "tagged")
    return names


_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "q": holds(processes.c.name_folded),
    "q_or_number": sa.or_(
        holds(processes.c.name_folded),
        processes.c.number == sa.bindparam("number", type_=sa.Integer),
    ),
    "types": any_of(processes.c.type, "types"),
    "unstarred": ~IS_STARRED,
    "untagged": carries_none(processes),
    "tagged": ~carries_none(processes),
    "created": sa.and_(
        processes.c.created_at >= sa.bindparam("created_from", type_=sa.BigInteger),
        processes.c.created_at < sa.bindparam("created_to", type_=sa.BigInteger),
    ),
    "updated_after": processes.c.updated_at >= sa.bindparam("updated_after", sa.BigInteger),
    "completed_after": processes.c.completed_at >= sa.bindparam("completed_after", sa.BigInteger),
    "archived_after": processes.c.archived_at >= sa.bindparam("archived_after", sa.BigInteger),
    "updated_before": processes.c.updated_at < sa.bindparam("updated_before", sa.BigInteger),
    "completed_before": processes.c.completed_at < sa.bindparam("completed_before", sa.BigInteger),
    **archived_conditions(
        processes.c.archived_at,
        processes.c.archived_by,
        processes.c.archived_operation,
        process_is_held(),
    ),
    "kickoff_value": says(processes.c.answers_folded, "kickoff_field", "kickoff_pattern"),
}


#: Conditions that name a set of processes, found by an index of its own.
_SETS: dict[str, Any] = {
    "owners": sa.union(
        ids_where(any_of(other_processes.c.owner_id, "owners")),
        assigned_process_ids(any_of(task_assignees.c.person, "owner_keys")),
    ),
    "groups": sa.union(
        attached_process_ids(
            process_people.c.part == "member", any_of(process_people.c.person, "group_keys")
        ),
        assigned_process_ids(any_of(task_assignees.c.person, "group_keys")),
    ),
    "guests": assigned_process_ids(any_of(task_assignees.c.person, "guest_keys")),
    "started_by": ids_where(any_of(other_processes.c.started_by, "started_by")),
    "assignees": assigned_process_ids(any_of(task_assignees.c.person, "assignee_keys")),
    "owned_by": ids_where(any_of(other_processes.c.owner_id, "owned_by")),
    "is_mine": involving(attached_as=("member",)),
    "starred": _STARRED,
    "folder_ids": lying_in(processes, "folder_ids"),
    "template_ids": ids_where(any_of(other_processes.c.template_id, "template_ids")),
    # The text of the name has all signs of it; whether as it is asked for, the row says. What
    # nobody has indexed is looked at, and `q` may be a number.
    "q_found": sa.union(
        ids_where(Holds(other_processes.c.name_text, "q_terms")),
        ids_where(
            sa.or_(other_processes.c.name_text.is_(None), other_processes.c.summary_text.is_(None))
        ),
        ids_where(other_processes.c.number == sa.bindparam("number", type_=sa.Integer)),
    ),
    "parent_id": ids_where(
        other_processes.c.parent_id == sa.bindparam("parent_id", type_=sa.String(32))
    ),
}
_PEOPLE_OF_TASKS: dict[str, sa.ColumnElement[bool]] = {
    "owners": any_of(task_assignees.c.person, "owner_keys"),
    "groups": any_of(task_assignees.c.person, "group_keys"),
    "is_mine": any_of(task_assignees.c.person, "caller_keys"),
}


def _has_task(sight: Sight, names: Sequence[str]) -> sa.ColumnElement[bool]:
    """A task the caller may see has the state; one of the people's, where people are given."""
    people = [_PEOPLE_OF_TASKS[name] for name in names if name in _PEOPLE_OF_TASKS]
    conditions = [
        tasks.c.organization_id == processes.c.organization_id,
        tasks.c.process_id == processes.c.id,
        tasks.c.archived_at.is_(None),
        tasks.c.state == sa.bindparam("task_state", type_=sa.Text),
        sa.or_(processes.c.owner_id == CALLER_ID, may_see_secret(sight)),
    ]
    if people:
        conditions.append(
            sa.exists().where(
                task_assignees.c.organization_id == tasks.c.organization_id,
                task_assignees.c.task_id == tasks.c.id,
                sa.or_(*people),
            )
        )
    return sa.exists().where(*conditions)


class _Shape(NamedTuple):
    """What decides the text of a list's statements; everything else is bound."""

    sight: Sight
    names: tuple[str, ...]
    statuses: tuple[str, ...]
    archived: ArchivedShown
    tag_count: int = 0

    @property
    def is_narrow(self) -> bool:
        """Few rows are found first, then looked at one by one."""
        return (
            self.sight in (Sight.LIGHT, Sight.GUEST)
            or self.tag_count > 0
            or any(name in _SETS for name in self.names)
            or set(self.statuses) in ({"starred"}, {"improvement"})
        )

    @property
    def is_polled(self) -> bool:
        return any(name.endswith("_after") for name in self.names)

    @property
    def conditions(self) -> list[sa.ColumnElement[bool]]:
        found: list[sa.ColumnElement[bool]] = [
            processes.c.id.in_(_SETS[name]) for name in self.names if name in _SETS
        ]
        found += [_CONDITIONS[name] for name in self.names if name in _CONDITIONS]
        if "task_state" in self.names:
            found.append(_has_task(self.sight, self.names))
        if self.tag_count:
            found.append(carries_all(processes, self.tag_count))
        return found

    @property
    def shelves(self) -> list[_Shelf]:
        return _shelves(self.statuses, self.archived)


def _selected(shape: _Shape, columns: Sequence[Any]) -> sa.Select[Any]:
    return sa.select(*columns).where(
        processes.c.organization_id == ORGANIZATION_ID, *shape.conditions
    )


def _seen_narrowly(shape: _Shape) -> list[sa.ColumnElement[bool]]:
    here = sa.or_(*[shelf.condition for shelf in shape.shelves])
    # Members see all that they have a part in.
    if "is_mine" in shape.names and shape.sight is not Sight.GUEST:
        return [here]
    return [is_seen(shape.sight), here]


_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_OFFSET = sa.bindparam("offset", type_=sa.Integer)
_CLASSES = (processes.c.everyone_may_read.is_(True), processes.c.everyone_may_read.is_(False))


@cache
def _page(shape: _Shape, sort: _Sort, reach: int) -> Statement:
    """Ids of the rows of a page, in their order. `reach`: that of its `PageRequest`."""
    if shape.is_narrow:
        return Statement(_ordered_narrowly(shape, sort, [processes.c.id]))
    together = _merged(_branches(shape, sort, reach), sort)
    return Statement(together.with_only_columns(together.selected_columns.id))


@cache
def _walked(shape: _Shape, sort: _Sort, empty: Empty | None, reach: int) -> Statement:
    """Ids, numbers and keys of the rows behind a cursor, in their order (`kit.cursors`)."""
    keys = [Key(_SORTS[key], turned, key in _NULLABLE_SORTS) for key, turned in sort]
    rest = sa.true() if empty is None else behind(keys, processes.c.number, empty, falls=True)
    if not shape.is_narrow:
        return Statement(_merged(_branches(shape, sort, reach, rest), sort))
    columns = [processes.c.id, processes.c.number, *[key.column for key in keys]]
    return Statement(_ordered_narrowly(shape, sort, columns).where(rest))


def _ordered_narrowly(shape: _Shape, sort: _Sort, columns: Sequence[Any]) -> sa.Select[Any]:
    order = [_ordered(key, _SORTS[key], is_descending=turned) for key, turned in sort]
    chosen = _selected(shape, columns).where(*_seen_narrowly(shape))
    chosen = chosen.order_by(*order, processes.c.number.desc())
    return chosen.limit(_LIMIT).offset(_OFFSET)


def _branches(
    shape: _Shape,
    sort: _Sort,
    reach: int,
    wanted: sa.ColumnElement[bool] = sa.true(),  # noqa: B008
) -> list[sa.Select[Any]]:
    """Each finds its first rows by one index in the order of the list (decision 0015).

    Together they are every row that is seen, and none is in two of them.
    """
    keys = [_SORTS[key].label(f"key_{place}") for place, (key, _) in enumerate(sort)]
    selected = _selected(shape, [processes.c.id, processes.c.number, *keys]).where(wanted)
    seen = [selected.where(each) for each in _CLASSES]
    rest: list[sa.Select[Any]] = []
    if shape.sight is Sight.STANDARD:
        del seen[1]
        rest = [selected.where(_is_involved_only(), sa.or_(*[s.condition for s in shape.shelves]))]
    first, is_descending = sort[0]
    following = [_ordered(key, _SORTS[key], is_descending=turned) for key, turned in sort[1:]]
    following.append(processes.c.number.desc())
    first_rows = sa.literal_column(str(reach), sa.Integer)
    branches = []
    for part, only_nulls in _parts(shape, first):
        # Among nulls the key decides nothing, and going down the index the number falls, too.
        falls = is_descending or only_nulls
        column = _SORTS[first].desc() if falls else _SORTS[first].asc()
        branches += [
            each.where(part).order_by(column, *following).limit(first_rows) for each in seen
        ]
    return branches + rest


def _parts(shape: _Shape, first: str) -> list[tuple[sa.ColumnElement[bool], bool]]:
    """What the rows of one branch have in common, so that an index holds them in order.

    With each, whether all its rows have no value to sort by.
    """
    parts: list[sa.ColumnElement[bool]] = []
    for shelf in shape.shelves:
        is_stored = shelf.is_summed and shelf.lifecycles is not None
        if is_stored and not shelf.is_archived and first == "created_at":
            parts += [
                sa.and_(_IS_LIVE, processes.c.lifecycle == lifecycle)
                for lifecycle in shelf.lifecycles or ()
            ]
        else:
            parts.append(shelf.condition)
    is_filled = first == "completed_at" and "completed_after" in shape.names
    if first not in ("due_date", "completed_at") or is_filled:
        return [(part, False) for part in parts]
    column = _SORTS[first]
    filled = [(sa.and_(part, column.is_not(None)), False) for part in parts]
    return filled + [(sa.and_(part, column.is_(None)), True) for part in parts]


def _is_involved_only() -> sa.ColumnElement[bool]:
    """The caller sees it for what they have to do with it, not because everyone may read it."""
    return sa.and_(
        processes.c.everyone_may_read.is_(False), processes.c.id.in_(involving(only_closed=True))
    )


def _merged(branches: list[sa.Select[Any]], sort: _Sort) -> sa.Select[Any]:
    """Id, number and keys."""
    parts = [sa.select(branch.subquery(f"part_{place}")) for place, branch in enumerate(branches)]
    together = sa.union_all(*parts).subquery("together")
    order = [
        _ordered(key, together.c[f"key_{place}"], is_descending=turned)
        for place, (key, turned) in enumerate(sort)
    ]
    chosen = sa.select(*together.c).order_by(*order, together.c.number.desc())
    return chosen.limit(_LIMIT).offset(_OFFSET)


# --- How many there are ---


@cache
def _count(shape: _Shape) -> Statement:
    """From the sums, where classes of processes are what is asked for; else counted."""
    if shape.is_narrow:
        return Statement(_selected(shape, [sa.func.count()]).where(*_seen_narrowly(shape)))
    here = sa.or_(*[shelf.condition for shelf in shape.shelves])
    if shape.is_polled:
        return Statement(_counted_by_index(shape))
    is_summed = not shape.names and all(shelf.is_summed for shelf in shape.shelves)
    standard = shape.sight is Sight.STANDARD
    if is_summed:
        chosen: Any = _summed(shape.shelves, of_everyone=standard)
    else:
        chosen = _selected(shape, [sa.func.count()]).where(here)
        if standard:
            chosen = chosen.where(processes.c.everyone_may_read.is_(True))
    if not standard:
        return Statement(chosen)
    involved = _selected(shape, [sa.func.count()]).where(_is_involved_only(), here)
    return Statement(sa.select(chosen.scalar_subquery() + involved.scalar_subquery()))


def _counted_by_index(shape: _Shape) -> sa.Select[Any]:
    """What happened since some instant, which every half of an index has at its end."""
    counted = _selected(shape, [sa.func.count()])
    halves = [counted.where(each) for each in _CLASSES]
    if shape.sight is Sight.STANDARD:
        halves[1] = counted.where(_is_involved_only())
    parts = [half.where(shelf.condition) for half in halves for shelf in shape.shelves]
    first, *rest = [part.scalar_subquery() for part in parts]
    return sa.select(reduce(operator.add, rest, first))


def _summed(shelves: Sequence[_Shelf], *, of_everyone: bool) -> sa.Select[Any]:
    here = sa.or_(*[_sums_of(shelf) for shelf in shelves])
    total = sa.func.coalesce(sa.func.sum(process_sums.c.process_count), 0)
    chosen = sa.select(sa.cast(total, sa.BigInteger)).where(
        process_sums.c.organization_id == ORGANIZATION_ID, here
    )
    return chosen.where(process_sums.c.everyone_may_read.is_(True)) if of_everyone else chosen


def _sums_of(shelf: _Shelf) -> sa.ColumnElement[bool]:
    place = process_sums.c.is_archived.is_(shelf.is_archived)
    if shelf.lifecycles is None:
        return place
    return sa.and_(place, sa.or_(*[process_sums.c.lifecycle == each for each in shelf.lifecycles]))


def list_visible(work: Work, request: PageRequest, wanted: ProcessFilter) -> Page[Process]:
    shape = _shape(work, wanted)
    usual = wanted.since.usual_sort(("created_at", True))
    sort = PROCESS_SORTING.known(wanted.sort, usual=usual)
    values = _values(work, wanted)
    if request.cursor is not None:
        order, page_behind = Order("processes", sort), partial(_walked, shape, sort)
        found = walk(work, request, order, page_behind, values)
        total = work.value(_count(shape), **values)
        return Page(of_page(work, found.ids), total, request, found.next_cursor)
    window = {"limit": request.size, "offset": request.offset}
    page = _page(shape, sort, request.reach)
    ids = [row.id for row in work.all(page, _Id, **window, **values)]
    return Page(of_page(work, ids), work.value(_count(shape), **values), request)


def _shape(work: Work, wanted: ProcessFilter) -> _Shape:
    names = _condition_names(wanted)
    # A text that many have is found on the way from the first row of the list (0015).
    if terms_of_text("", "n", wanted.q) and are_few_named(work, like_pattern(wanted.q)):
        names.append("q_found")
    return _Shape(
        sight_of(work.caller),
        tuple(names),
        wanted.statuses,
        wanted.archived,
        min(len(wanted.tags), MOST_TAGS + 1),
    )


@cache
def _in_order_of_ids(shape: _Shape) -> Statement:
    after = sa.bindparam("after", type_=sa.String(32))
    chosen = _selected(shape, [processes.c.id]).where(*_seen_narrowly(shape))
    return Statement(chosen.where(processes.c.id > after).order_by(processes.c.id).limit(_LIMIT))


def ids_behind(work: Work, wanted: ProcessFilter, after: str, most: int) -> list[str]:
    """Of all that the list holds, page after page, in an order in which nothing moves."""
    values = {"after": after, "limit": most, **_values(work, wanted)}
    return [row.id for row in work.all(_in_order_of_ids(_shape(work, wanted)), _Id, **values)]


def count_visible(work: Work, wanted: ProcessFilter) -> int:
    """The total of the list."""
    return int(work.value(_count(_shape(work, wanted)), **_values(work, wanted)))


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


def _values(work: Work, wanted: ProcessFilter) -> dict[str, Any]:
    created_from, created_to = wanted.created or (0, 0)
    # What an administrator has a part in is asked for by `is_mine` alone.
    asks_caller = wanted.is_mine or sight_of(work.caller) is not Sight.ALL
    owner_keys = keys_of_users(work, wanted.owners).values()
    assignee_keys = keys_of_users(work, wanted.assignees).values()
    return {
        "pattern": like_pattern(wanted.q),
        "q_terms": terms_of_text(work.caller.organization_id, "n", wanted.q),
        "number": int(wanted.q[:9]) if wanted.q.isascii() and wanted.q.isdecimal() else 0,
        "owners": list(wanted.owners),
        "owner_keys": [key for keys in owner_keys for key in keys],
        "group_keys": [group_key(group) for group in wanted.groups],
        "guest_keys": keys_of_addresses(work, wanted.guests),
        "caller_keys": keys_of_caller(work) if asks_caller else [],
        "assignee_keys": [key for keys in assignee_keys for key in keys],
        "owned_by": list(wanted.owned_by),
        "started_by": list(wanted.started_by),
        "task_state": wanted.task_state,
        "kickoff_field": wanted.kickoff_field,
        "kickoff_pattern": like_pattern(wanted.kickoff_value),
        "template_ids": list(wanted.template_ids),
        "types": list(wanted.types),
        "parent_id": wanted.parent_id,
        "created_from": created_from,
        "created_to": created_to,
        "updated_after": wanted.since.updated,
        "completed_after": wanted.since.completed,
        "archived_after": wanted.since.archived,
        **archived_values(wanted.until, wanted.archived_by),
        "folder_ids": list(wanted.folder_ids),
        **tag_values(wanted.tags),
    }
