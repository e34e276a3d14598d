"""Folded texts in the database: what lists search and sort by (decision 0027).

A folded column stands beside its text and is written with it, by `with_folds`. It is null where
the text is ASCII, which both databases fold alike, and where a server of an earlier release wrote
the text: `fold_what_is_not` fills those in.
"""

from collections.abc import Mapping, Sequence
from functools import cache, reduce
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.folding import SORTED_SIGNS, folded, kept_fold
from procession.kit.columns import partial_index
from procession.kit.db import (
    Connection,
    Database,
    JsonSays,
    Statement,
    byte_length,
    lower_ascii,
    metadata,
)
from procession.kit.reading import read_stored

_write = msgspec.json.Encoder().encode

# --- In statements ---


def as_folded(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The folded text, by its column: `as_folded(processes.c.name_folded)`."""
    return sa.func.coalesce(column, lower_ascii(_text_of(column)))


def sort_key(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """By its first signs alone, so that an index can hold it."""
    return sa.func.substr(as_folded(column), sa.text("1"), sa.text(str(SORTED_SIGNS)))


def holds(column: sa.ColumnElement[Any], pattern: str = "pattern") -> sa.ColumnElement[bool]:
    """Compares with what `like_pattern` made, bound by the name `pattern`."""
    return as_folded(column).like(sa.bindparam(pattern, type_=sa.Text), escape="\\")


def says(column: sa.ColumnElement[Any], key: str, pattern: str) -> JsonSays:
    """As `holds`, in the JSON of which this is the folded column."""
    return JsonSays(sa.func.coalesce(column, _text_of(column)), key, pattern)


def _text_of(column: Any) -> sa.ColumnElement[Any]:
    # Of an alias, too: what a column folds is said where it is declared.
    (declared,) = column.base_columns
    texts = [column.table.c[name] for name in declared.info["folds"]]
    if len(texts) == 1:
        return texts[0]  # type: ignore[no-any-return]
    filled = [sa.func.coalesce(text, "") for text in texts]
    return reduce(lambda before, text: before.concat(" ").concat(text), filled)


def index_of_unfolded(table: sa.Table) -> None:
    """Of the rows that still have to be folded: as good as none, so it costs nothing."""
    name = f"{table.name}_unfolded_idx"
    partial_index(name, *table.primary_key.columns, where=_is_unfolded(table))


def _is_unfolded(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.or_(
        *[
            sa.and_(column.is_(None), byte_length(text) != sa.func.length(text))
            for column in folded_columns(table)
            for text in [_text_of(column)]
        ]
    )


@cache
def folded_columns(table: sa.Table) -> tuple[sa.Column[Any], ...]:
    return tuple(column for column in table.c if "folds" in column.info)


# --- Writing ---


def with_folds(table: sa.Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` of a row's columns, and the folded columns of those texts that are among them.

    Of a text that is made of several all must be there.
    """
    folds = {
        column.name: _fold(column, [values[name] for name in column.info["folds"]])
        for column in folded_columns(table)
        if any(name in values for name in column.info["folds"])
    }
    return {**values, **folds}


def _fold(column: sa.Column[Any], texts: Sequence[str | None]) -> str | None:
    if column.info["is_json"]:
        return _folded_json(texts[0])
    if len(texts) == 1:
        return kept_fold(texts[0])
    return kept_fold(" ".join(text or "" for text in texts))


def _folded_json(text: str | None) -> str | None:
    if text is None or text.isascii():
        return None
    return _write(_with_folded_texts(read_stored(text))).decode()


def _with_folded_texts(value: Any) -> Any:
    """Answers are two or three levels deep (`answers.types`)."""
    if isinstance(value, str):
        return folded(value)
    if isinstance(value, list):
        return [_with_folded_texts(each) for each in value]
    if isinstance(value, dict):
        return {key: _with_folded_texts(each) for key, each in value.items()}
    return value


# --- What a server of an earlier release wrote ---

_AT_ONCE = 100


def fold_what_is_not(database: Database) -> bool:
    """Fold a few texts that nobody has folded; whether there were any."""
    tables = [table for table in metadata.sorted_tables if folded_columns(table)]
    look = database.connection()
    found = [table for table in tables if look.fetch(_first_unfolded(table), {})]
    folded_rows = 0
    for table in found:
        with database.writing() as connection:
            folded_rows += _fold_some(connection, table)
    return folded_rows > 0


def _fold_some(connection: Connection, table: sa.Table) -> int:
    names, rows = _known_of(table), connection.fetch(_unfolded(table), {})
    for row in rows:
        values = with_folds(table, dict(zip(names, row, strict=True)))
        connection.execute(_filling(table), values)
    return len(rows)


@cache
def _known_of(table: sa.Table) -> tuple[str, ...]:
    """Its key, and its texts that are folded."""
    keys = [column.name for column in table.primary_key.columns]
    texts = [name for column in folded_columns(table) for name in column.info["folds"]]
    return (*keys, *texts)


@cache
def _first_unfolded(table: sa.Table) -> Statement:
    return Statement(_unfolded_in_order(table).limit(1))


@cache
def _unfolded(table: sa.Table) -> Statement:
    """Held; rows that somebody else holds are for the next time."""
    some = _unfolded_in_order(table).limit(_AT_ONCE)
    return Statement(some.with_for_update(skip_locked=True, key_share=True))


def _unfolded_in_order(table: sa.Table) -> sa.Select[Any]:
    """In the order of their index: PostgreSQL thinks that nearly every row is one of them, and
    would read them as they come."""
    known = [table.c[name] for name in _known_of(table)]
    return sa.select(*known).where(_is_unfolded(table)).order_by(*table.primary_key.columns)


@cache
def _filling(table: sa.Table) -> Statement:
    keys = table.primary_key.columns
    return Statement(
        table.update()
        .where(*[column == sa.bindparam(column.name, type_=column.type) for column in keys])
        .values(
            {
                column.name: sa.bindparam(column.name, type_=column.type)
                for column in folded_columns(table)
            }
        )
    )
