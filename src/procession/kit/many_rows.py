"""Inserting many rows by one statement, on PostgreSQL: it takes them as one JSON text.

Twenty rows of tasks sent one by one are twenty messages of 36 parameters each; as one statement
they cost both sides about half. SQLite has nobody to send messages to.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.kit.db import Statement
from procession.kit.postgres_dialect import POSTGRES_DIALECT

_encode = msgspec.json.Encoder().encode


@cache
def insert_of_many(statement: Statement) -> Statement | None:
    """The same insert, for rows bound as `rows`; None: it is no plain insert of what is bound."""
    insert = statement.expression
    if not isinstance(insert, sa.Insert) or insert.select is not None:
        return None
    columns = insert.table.c
    places = statement.compiled_for(POSTGRES_DIALECT).places
    names = [name for name, _ in places if name and name in columns and _is_json(columns[name])]
    if len(names) < len(places):
        return None
    sent = sa.cast(sa.bindparam("rows", type_=sa.Text), sa.JSON)
    rows = (
        sa.func.json_to_recordset(sent)
        .table_valued(*[sa.column(name, columns[name].type) for name in names], name="sent")
        .render_derived(with_types=True)
    )
    chosen = sa.select(*[rows.c[name] for name in names])
    return Statement(sa.insert(insert.table).from_select(names, chosen))


def _is_json(column: sa.ColumnElement[Any]) -> bool:
    return not isinstance(column.type, sa.LargeBinary)


def as_rows(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What to bind."""
    return {"rows": _encode(rows).decode()}
