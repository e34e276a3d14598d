"""What is in a selection, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.archive.tables import operations, selection_items
from procession.domains.archive.types import DONE, Counts, Item, OperationStatus, Verdict
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.watchers.tables import watchers
from procession.kit.db import Connection, Statement, any_of
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_items = selection_items.c
_ID = sa.bindparam("selection_id", type_=sa.String(32))
_OF_SET = (_items.organization_id == ORGANIZATION_ID, _items.selection_id == _ID)
_AFTER = sa.bindparam("after", type_=sa.String(32))
_LIMIT = sa.bindparam("limit", type_=sa.Integer)
_STORED = [_items[name] for name in Item.__struct_fields__]
_INSERT = Statement(
    selection_items.insert().values(
        {
            name: sa.bindparam(name)
            for name in ("organization_id", "selection_id", "object_id", "result", "detail")
        }
    )
)


def add_items(work: Work, selection_id: str, verdicts: Iterable[tuple[str, Verdict]]) -> None:
    """Ids, each with why it is passed over, if it is."""
    organization_id = work.caller.organization_id
    rows = [
        {
            "organization_id": organization_id,
            "selection_id": selection_id,
            "object_id": object_id,
            "result": verdict.reason,
            "detail": verdict.detail,
        }
        for object_id, verdict in verdicts
    ]
    work.run_many(_INSERT, rows)


_SOME = sa.select(_items.object_id).where(*_OF_SET).limit(_LIMIT)
_FORGET_SOME = Statement(selection_items.delete().where(*_OF_SET, _items.object_id.in_(_SOME)))


def forget_some(connection: Connection, organization_id: str, selection_id: str, most: int) -> int:
    """How many there were, up to `most`."""
    values = {"organization_id": organization_id, "selection_id": selection_id, "limit": most}
    return connection.execute(_FORGET_SOME, values)


# --- Looking ---


def _is(result: str) -> list[sa.ColumnElement[bool]]:
    if result == "will_change":
        return [sa.or_(_items.result.is_(None), _items.result == DONE)]
    if result == "skipped":
        return [_items.result.is_not(None), _items.result != DONE]
    if result == "left":
        return [_items.result.is_(None)]
    if result == "not_done":
        return [sa.or_(_items.result.is_(None), _items.result != DONE)]
    return [_items.result == DONE] if result == DONE else []


@cache
def _page(result: str, *, with_reason: bool) -> tuple[Statement, Statement]:
    narrowed = [*_OF_SET, *_is(result)]
    if with_reason:
        narrowed.append(_items.result == sa.bindparam("reason", type_=sa.Text))
    listed = sa.select(*_STORED).where(*narrowed).order_by(_items.object_id)
    counted = sa.select(sa.func.count()).select_from(selection_items).where(*narrowed)
    offset = sa.bindparam("offset", type_=sa.Integer)
    return Statement(listed.limit(_LIMIT).offset(offset)), Statement(counted)


def list_items(
    work: Work, request: PageRequest, selection_id: str, result: str, reason: str | None
) -> Page[Item]:
    """`result`: will_change, skipped, done, or empty for all; `left`: nobody has looked at it,
    `not_done`: that, or skipped."""
    listing, counting = _page(result, with_reason=reason is not None)
    values = {"selection_id": selection_id, "reason": reason}
    window = {"limit": request.size, "offset": request.offset}
    rows = work.all(listing, Item, **window, **values)
    return Page(rows, work.value(counting, **values), request)


class _Id(msgspec.Struct, array_like=True, frozen=True):
    object_id: str


_TO_DO = Statement(
    sa.select(_items.object_id)
    .where(*_OF_SET, _items.object_id > _AFTER, _items.result.is_(None))
    .order_by(_items.object_id)
    .limit(_LIMIT)
)
_DONE_AFTER = Statement(
    sa.select(_items.object_id)
    .where(*_OF_SET, _items.object_id > _AFTER, _items.result == DONE)
    .order_by(_items.object_id)
    .limit(_LIMIT)
)


def list_to_do(work: Work, selection_id: str, after: str, most: int) -> list[str]:
    """In the order of their ids, which is the order in which rows are locked."""
    values = {"selection_id": selection_id, "after": after, "limit": most}
    return [row.object_id for row in work.all(_TO_DO, _Id, **values)]


def list_done(work: Work, selection_id: str, after: str, most: int) -> list[str]:
    values = {"selection_id": selection_id, "after": after, "limit": most}
    return [row.object_id for row in work.all(_DONE_AFTER, _Id, **values)]


_child = processes.alias("child")
_of_child = selection_items.alias("of_child")
#: The set will change it as well.
_CHILD_IS_TO_DO = sa.exists().where(
    _of_child.c.organization_id == ORGANIZATION_ID,
    _of_child.c.selection_id == _ID,
    _of_child.c.object_id == _child.c.id,
    _of_child.c.result.is_(None),
)


def _has_child(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        _child.c.organization_id == ORGANIZATION_ID,
        _child.c.parent_id == _items.object_id,
        *conditions,
    )


_LOWEST_TO_DO = Statement(
    sa.select(_items.object_id)
    .where(
        *_OF_SET, _items.object_id > _AFTER, _items.result.is_(None), ~_has_child(_CHILD_IS_TO_DO)
    )
    .order_by(_items.object_id)
    .limit(_LIMIT)
)
_STAYING = Statement(
    sa.select(_items.object_id).where(
        *_OF_SET, any_of(_items.object_id, "object_ids"), _has_child(~_CHILD_IS_TO_DO)
    )
)


def list_lowest_to_do(work: Work, selection_id: str, after: str, most: int) -> list[str]:
    """Of a set of processes those that nobody is below of who is to be changed, too."""
    values = {"selection_id": selection_id, "after": after, "limit": most}
    return [row.object_id for row in work.all(_LOWEST_TO_DO, _Id, **values)]


def with_children_that_stay(work: Work, selection_id: str, object_ids: Sequence[str]) -> set[str]:
    """Of these processes those with a child that this set does not change any more."""
    if not object_ids:
        return set()
    values = {"selection_id": selection_id, "object_ids": list(object_ids)}
    return {row.object_id for row in work.all(_STAYING, _Id, **values)}


class _Done(msgspec.Struct, array_like=True, frozen=True):
    object_id: str
    done_at: int


_WHEN_DONE = Statement(
    sa.select(_items.object_id, _items.done_at).where(
        *_OF_SET, any_of(_items.object_id, "object_ids"), _items.result == DONE
    )
)


def when_done(work: Work, selection_id: str, object_ids: Sequence[str]) -> dict[str, int]:
    rows = work.all(_WHEN_DONE, _Done, selection_id=selection_id, object_ids=list(object_ids))
    return {row.object_id: row.done_at for row in rows}


_DONE_AND_WATCHED = (
    *_OF_SET,
    _items.result == DONE,
    watchers.c.organization_id == ORGANIZATION_ID,
    watchers.c.process_id == _items.object_id,
    watchers.c.notification_type == "email",
)


class _Person(msgspec.Struct, array_like=True, frozen=True):
    person: str


_WATCHING = Statement(
    sa.select(watchers.c.person).distinct().where(*_DONE_AND_WATCHED).order_by(watchers.c.person)
)
_WATCHED = Statement(
    sa.select(_items.object_id)
    .where(
        *_DONE_AND_WATCHED,
        watchers.c.person == sa.bindparam("person", type_=sa.Text),
        _items.object_id > _AFTER,
    )
    .order_by(_items.object_id)
    .limit(_LIMIT)
)


def list_watching(work: Work, selection_id: str) -> list[str]:
    """Stored keys of those who are mailed about a process of this set that was changed."""
    return [row.person for row in work.all(_WATCHING, _Person, selection_id=selection_id)]


def list_watched(work: Work, selection_id: str, person: str, after: str, most: int) -> list[str]:
    """Those processes, in the order of their ids."""
    values = {"selection_id": selection_id, "person": person, "after": after, "limit": most}
    return [row.object_id for row in work.all(_WATCHED, _Id, **values)]


#: What an operation that began before still has to do, of the same things.
_ELSEWHERE = Statement(
    sa.select(_items.object_id)
    .select_from(
        selection_items.join(
            operations,
            sa.and_(
                operations.c.organization_id == _items.organization_id,
                operations.c.selection_id == _items.selection_id,
            ),
        )
    )
    .where(
        operations.c.organization_id == ORGANIZATION_ID,
        operations.c.status == OperationStatus.RUNNING.value,
        operations.c.number < sa.bindparam("number", type_=sa.Integer),
        any_of(_items.object_id, "object_ids"),
        _items.result.is_(None),
    )
)


_BEHIND_ALL = 2**31 - 1


def to_do_elsewhere(work: Work, number: int | None, object_ids: Sequence[str]) -> set[str]:
    """Before operation `number`; None: in any."""
    before = _BEHIND_ALL if number is None else number
    rows = work.all(_ELSEWHERE, _Id, number=before, object_ids=list(object_ids))
    return {row.object_id for row in rows}


# --- Doing ---

_SET_RESULT = Statement(
    selection_items.update()
    .where(*_OF_SET, any_of(_items.object_id, "object_ids"))
    .values(
        result=sa.bindparam("new_result", type_=sa.Text),
        detail=sa.bindparam("new_detail", type_=sa.Text),
        done_at=sa.bindparam("new_done_at", type_=sa.BigInteger),
    )
)


def set_results(work: Work, selection_id: str, verdicts: Mapping[str, Verdict]) -> Counts:
    """One statement for all that are alike; how many there are of each, `DONE` among them."""
    alike: dict[Verdict, list[str]] = {}
    for object_id, verdict in verdicts.items():
        alike.setdefault(verdict, []).append(object_id)
    counts: Counts = {}
    for verdict, object_ids in alike.items():
        result = verdict.reason or DONE
        values: dict[str, Any] = {
            "new_result": result,
            "new_detail": verdict.detail,
            "new_done_at": work.now if result == DONE else None,
        }
        work.run(_SET_RESULT, selection_id=selection_id, object_ids=object_ids, **values)
        counts[result] = counts.get(result, 0) + len(object_ids)
    return counts
