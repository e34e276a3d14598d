"""Sums over all processes of an organization: what lists say as their total (decision 0015).

`process_sums` is a journal: each change of a process appends what it adds to its class and what
it takes from the class it was in, in its own transaction. So the sum is exact at any instant, and
no two writers ever meet in a row. `fold` makes few rows of many; it changes no sum.

Every statement that changes a process's class or task counts must stand inside `recounted`, follow
`foretell`, or append for itself: those are all in `store.writing` and `store.totals`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.store.selecting import THIS
from procession.domains.processes.tables import process_sums, processes
from procession.kit.db import Connection, Statement, any_of, decode
from procession.kit.ids import new_id
from procession.kit.server import Server
from procession.kit.work import Work

#: The counts of a row; those of processes have the names they have there.
_COUNTS = (
    "process_count", "visible_task_count", "completed_task_count", "secret_task_count",
    "secret_completed_task_count",
)  # fmt: skip
_CLASS = ("is_archived", "everyone_may_read", "lifecycle")
_COLUMNS = ("organization_id", "id", *_CLASS, *_COUNTS)


def _part(row_id: str, sign: int) -> sa.Select[tuple[object, ...]]:
    """What a process adds to its class as it is stored now, times `sign`."""
    counted = [processes.c[name] * sa.literal_column(str(sign)) for name in _COUNTS[1:]]
    return sa.select(
        processes.c.organization_id,
        sa.bindparam(row_id, type_=sa.String(32)),
        processes.c.archived_at.is_not(None),
        processes.c.everyone_may_read,
        processes.c.lifecycle,
        sa.literal_column(str(sign)),
        *counted,
    ).where(*THIS)


def _appending(chosen: sa.Select[tuple[object, ...]] | sa.CompoundSelect[object]) -> Statement:
    return Statement(process_sums.insert().from_select(list(_COLUMNS), chosen))


_ADD = _appending(_part("sum_id", 1))
_TAKE = _appending(_part("sum_id", -1))
#: Of a row that speaks for several: made for this once, and a part of one of them, so that no two
#: classes have the same.
_MADE = 20


def _moved(made: str, sign: int, is_archived: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """What several processes add to a class, or take from it; a row each class."""
    row_id = sa.func.substr(sa.bindparam(made, type_=sa.Text), 1, _MADE).concat(
        sa.func.substr(sa.func.min(processes.c.id), 1, 32 - _MADE)
    )
    counted = [
        sa.func.sum(processes.c[name]) * sa.literal_column(str(sign)) for name in _COUNTS[1:]
    ]
    return (
        sa.select(
            processes.c.organization_id,
            row_id,
            is_archived,
            processes.c.everyone_may_read,
            processes.c.lifecycle,
            sa.func.count() * sa.literal_column(str(sign)),
            *counted,
        )
        .where(
            processes.c.organization_id == ORGANIZATION_ID, any_of(processes.c.id, "process_ids")
        )
        .group_by(
            processes.c.organization_id,
            is_archived,
            processes.c.everyone_may_read,
            processes.c.lifecycle,
        )
    )


#: After the mark was set or cleared: only where they are counted has changed.
_MOVE = _appending(
    _moved("sum_id", 1, processes.c.archived_at.is_not(None)).union_all(
        _moved("other_sum_id", -1, processes.c.archived_at.is_(None))
    )
)


_NEW_LIFECYCLE = sa.bindparam("new_lifecycle", type_=sa.Text)
_IS_OF_NEW_CLASS = processes.c.lifecycle == _NEW_LIFECYCLE


def _foretold() -> sa.CompoundSelect[Any]:
    """What counts that are about to be stored add; a process whose status stays has one row."""
    new = [sa.bindparam(f"new_{name}", type_=sa.Integer) for name in _COUNTS[1:]]
    stored = [processes.c[name] for name in _COUNTS[1:]]
    gained = [
        count - sa.case((_IS_OF_NEW_CLASS, was), else_=0)
        for count, was in zip(new, stored, strict=True)
    ]
    coming = sa.select(
        processes.c.organization_id,
        sa.bindparam("sum_id", type_=sa.String(32)),
        processes.c.archived_at.is_not(None),
        processes.c.everyone_may_read,
        _NEW_LIFECYCLE,
        sa.case((_IS_OF_NEW_CLASS, 0), else_=1),
        *gained,
    ).where(
        *THIS,
        sa.or_(
            ~_IS_OF_NEW_CLASS,
            *[count != was for count, was in zip(new, stored, strict=True)],
        ),
    )
    return coming.union_all(_part("other_sum_id", -1).where(~_IS_OF_NEW_CLASS))


_FORETELL = _appending(_foretold())


def foretell(work: Work, process_id: str, lifecycle: str, counts: Sequence[int]) -> None:
    """Before a process's status and counts are stored: nothing where they are those it has.

    `counts`: of visible, completed, secret and secret completed tasks.
    """
    work.run_later(
        _FORETELL,
        process_id=process_id,
        sum_id=new_id(),
        other_sum_id=new_id(),
        new_lifecycle=lifecycle,
        **{f"new_{name}": count for name, count in zip(_COUNTS[1:], counts, strict=True)},
    )


def add(work: Work, process_id: str) -> None:
    """It is new, or was taken out before."""
    work.run_later(_ADD, process_id=process_id, sum_id=new_id())


def take(work: Work, process_id: str) -> None:
    """It goes, or is about to change."""
    work.run_later(_TAKE, process_id=process_id, sum_id=new_id())


def move(work: Work, process_ids: Sequence[str]) -> None:
    """They were archived or came back, by the statement before."""
    made = {"sum_id": new_id(), "other_sum_id": new_id()}
    work.run_later(_MOVE, process_ids=list(process_ids), **made)


@contextmanager
def recounted(work: Work, process_id: str) -> Iterator[None]:
    """Around a statement that changes its class or its counts, under the process's lock."""
    take(work, process_id)
    yield
    add(work, process_id)


def counted_anew() -> sa.Select[tuple[object, ...]]:
    """What the sums of each class must be, counted over every process: for tests and the bench."""
    classes = (
        processes.c.archived_at.is_not(None),
        processes.c.everyone_may_read,
        processes.c.lifecycle,
    )
    sums = [sa.cast(sa.func.sum(processes.c[name]), sa.BigInteger) for name in _COUNTS[1:]]
    counted = sa.select(*classes, sa.func.count(), *sums)
    return counted.where(processes.c.organization_id == ORGANIZATION_ID).group_by(*classes)


def told() -> sa.Select[tuple[object, ...]]:
    """The sums of each class that has any, as the journal says them."""
    sums = [sa.cast(sa.func.sum(process_sums.c[name]), sa.BigInteger) for name in _COUNTS]
    return (
        sa.select(*[process_sums.c[name] for name in _CLASS], *sums)
        .where(process_sums.c.organization_id == ORGANIZATION_ID)
        .group_by(*[process_sums.c[name] for name in _CLASS])
        .having(sa.func.sum(process_sums.c.process_count) != 0)
    )


_EVERYWHERE = Statement(
    sa.select(
        process_sums.c.is_archived,
        sa.cast(sa.func.sum(process_sums.c.process_count), sa.BigInteger),
    ).group_by(process_sums.c.is_archived)
)


def count_everywhere(connection: Connection) -> tuple[int, int]:
    """Of the whole server: (live, archived)."""
    counts = {bool(row[0]): int(row[1]) for row in connection.fetch(_EVERYWHERE, {})}
    return counts.get(False, 0), counts.get(True, 0)


# --- Folding ---

#: So many rows make reading the sums no slower than anything else in a list.
FOLDED_FROM = 64
_MOST_AT_ONCE = 2000
_LONGEST = Statement(
    sa.select(process_sums.c.organization_id)
    .group_by(process_sums.c.organization_id)
    .having(sa.func.count() > FOLDED_FROM)
    .order_by(sa.func.count().desc())
    .limit(1)
)
_SOME = Statement(
    sa.select(*[process_sums.c[name] for name in _COLUMNS[1:]])
    .where(process_sums.c.organization_id == ORGANIZATION_ID)
    .limit(_MOST_AT_ONCE)
    .with_for_update(skip_locked=True)
)
_FORGET = Statement(
    process_sums.delete().where(
        process_sums.c.organization_id == ORGANIZATION_ID, any_of(process_sums.c.id, "sum_ids")
    )
)
_APPEND = Statement(process_sums.insert().values({name: sa.bindparam(name) for name in _COLUMNS}))


class _Sum(msgspec.Struct, array_like=True, frozen=True):
    id: str
    is_archived: bool
    everyone_may_read: bool
    lifecycle: str
    process_count: int
    visible_task_count: int
    completed_task_count: int
    secret_task_count: int
    secret_completed_task_count: int


def fold(server: Server) -> bool:
    """Rows of the organization that has most become one a class; False when none has many.

    The rows themselves are locked, so two folders share them out, and readers see the sums before
    or after, which are the same.
    """
    found = server.database.connection().fetch(_LONGEST, {})
    if not found:
        return False
    organization = {"organization_id": found[0][0]}
    with server.database.writing(survives_power_cut=False) as connection:
        rows = decode(connection.fetch(_SOME, organization), _Sum)
        if len(rows) <= FOLDED_FROM:
            return False
        sums: dict[tuple[bool, bool, str], list[int]] = {}
        for row in rows:
            key = (row.is_archived, row.everyone_may_read, row.lifecycle)
            kept = sums.setdefault(key, [0] * len(_COUNTS))
            for place, name in enumerate(_COUNTS):
                kept[place] += getattr(row, name)
        connection.execute(_FORGET, {**organization, "sum_ids": [row.id for row in rows]})
        folded = [
            dict(zip(_COLUMNS, (found[0][0], new_id(), *key, *counts), strict=True))
            for key, counts in sums.items()
            if any(counts)
        ]
        if folded:
            connection.execute_many(_APPEND, folded)
        return True
