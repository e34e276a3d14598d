"""Texts that hold pasted pictures: rows in which one may still stand as `data:`.

What is written by the API has had its pictures made files on the way in (`flows.files.pasting`).
What was stored before, and what comes otherwise (mails, forms of strangers, servers of an earlier
release), is found here by an index of exactly those rows: nearly none, so it costs nothing. The
worker turns them.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.kit.columns import partial_index
from procession.kit.db import Connection, Statement, metadata
from procession.kit.searching import occurs_in

#: In the index, and so in what asks it: one and the same text.
_MARK: sa.ColumnElement[str] = sa.literal_column("'data:image/'")
_NOWHERE: sa.ColumnElement[int] = sa.literal_column("0")
#: By table: columns of rich text, of JSON with rich text in it, and what says whose a row is.
_PASTED: dict[sa.Table, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {}


def index_pasted(
    table: sa.Table, *texts: str, documents: Collection[str] = (), also: Collection[str] = ()
) -> None:
    """`texts`: columns of rich text. `documents`: of JSON with rich text in it. `also`: what else
    has to be known to say what a row belongs to."""
    _PASTED[table] = (texts, tuple(documents), tuple(also))
    name = f"{table.name}_pasted_idx"
    partial_index(name, *table.primary_key.columns, where=_may_hold_one(table))


def tables_with_texts() -> list[sa.Table]:
    return [table for table in metadata.sorted_tables if table in _PASTED]


def texts_of(table: sa.Table) -> tuple[str, ...]:
    """Columns of rich text, and of JSON that holds some."""
    texts, documents, _ = _PASTED[table]
    return (*texts, *documents)


def is_document(table: sa.Table, name: str) -> bool:
    return name in _PASTED[table][1]


def _may_hold_one(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.or_(*[occurs_in(table.c[name], _MARK) > _NOWHERE for name in texts_of(table)])


@cache
def _known_of(table: sa.Table) -> tuple[str, ...]:
    also = _PASTED[table][2]
    names = [column.name for column in table.primary_key.columns]
    return (*names, *(name for name in also if name not in names), *texts_of(table))


@cache
def _some(table: sa.Table, *, is_first: bool) -> Statement:
    """In the order of their index: PostgreSQL would think that every third row is one of them."""
    keys = list(table.primary_key.columns)
    some = sa.select(*[table.c[name] for name in _known_of(table)]).where(_may_hold_one(table))
    if not is_first:
        after = [sa.bindparam(f"after_{key.name}", type_=key.type) for key in keys]
        some = some.where(sa.tuple_(*keys) > sa.tuple_(*after))
    return Statement(some.order_by(*keys).limit(sa.bindparam("most", type_=sa.Integer)))


def list_some(
    connection: Connection, table: sa.Table, after: Mapping[str, Any] | None, most: int
) -> list[dict[str, Any]]:
    """Rows behind `after` (its key), by column: their keys, what they belong to, their texts."""
    bound: dict[str, Any] = {"most": most}
    if after is not None:
        bound |= {f"after_{key.name}": after[key.name] for key in table.primary_key.columns}
    rows = connection.fetch(_some(table, is_first=after is None), bound)
    return [dict(zip(_known_of(table), row, strict=True)) for row in rows]


@cache
def _count(table: sa.Table) -> Statement:
    return Statement(sa.select(sa.func.count()).where(_may_hold_one(table)))


def count_left(connection: Connection, table: sa.Table) -> int:
    return int(connection.fetch(_count(table), {})[0][0])


@cache
def _replacing(table: sa.Table, names: Sequence[str]) -> Statement:
    keys = table.primary_key.columns
    is_it = [key == sa.bindparam(f"key_{key.name}", type_=key.type) for key in keys]
    is_as_read = [table.c[name] == sa.bindparam(f"was_{name}", type_=sa.Text) for name in names]
    texts = {name: sa.bindparam(f"new_{name}", type_=sa.Text) for name in names}
    return Statement(table.update().where(*is_it, *is_as_read).values(texts))


def replace_texts(
    connection: Connection, table: sa.Table, row: Mapping[str, Any], texts: Mapping[str, str]
) -> bool:
    """Unless somebody has written one of them since `row` was read. Nothing else of the row is
    touched: nobody has changed what it says."""
    bound = {f"key_{key.name}": row[key.name] for key in table.primary_key.columns}
    for name, text in texts.items():
        bound |= {f"was_{name}": row[name], f"new_{name}": text}
    return connection.execute(_replacing(table, tuple(texts)), bound) == 1
