"""Storage: statements written once, compiled once for each database, run by the bare driver.

A `Statement` wraps a SQLAlchemy Core expression. SQLAlchemy only writes the SQL text; the drivers
run it (`sqlite3`, `psycopg`), which is several times faster than its executor (decision 0001).
Rows arrive as frozen msgspec Structs declared with `array_like=True`, fields in column order.

This is the door for whoever writes statements; behind it are `sql_words` (what they may say),
`statements`, `database` (what is asked of one), `sqlite_database` and `database_errors`.
PostgreSQL has its own files, imported only where it is used: `postgres_dialect`,
`postgres_database`.
"""

import sqlalchemy as sa

from procession.kit.database import (
    Busy,
    Connection,
    Database,
    NothingKept,
    OpenTransaction,
    ScratchRows,
    ping,
    savepoint,
    undone,
)
from procession.kit.database_errors import (
    away_errors,
    driver_errors,
    is_away,
    is_unstorable,
    not_unique_errors,
    waited_too_long,
)
from procession.kit.sql_words import (
    BigNumber,
    JsonSays,
    any_of,
    byte_length,
    changing,
    like_pattern,
    lower_ascii,
    try_lock,
    wait_at_most,
    wait_lock,
    wait_lock_shared,
)
from procession.kit.sqlite_database import SqliteDatabase
from procession.kit.statements import SQLITE_DIALECT, Compiled, Statement, decode

#: Names of constraints are part of the schema, so that both databases and migrations agree on them.
metadata = sa.MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

__all__ = [
    "SQLITE_DIALECT", "BigNumber", "Busy", "Compiled", "Connection", "Database", "JsonSays",
    "NothingKept", "OpenTransaction", "ScratchRows", "SqliteDatabase", "Statement", "any_of",
    "away_errors", "byte_length", "changing", "decode", "driver_errors", "is_away", "is_unstorable",
    "like_pattern", "lower_ascii", "metadata", "not_unique_errors", "ping", "savepoint", "try_lock",
    "undone", "wait_at_most", "wait_lock", "wait_lock_shared", "waited_too_long",
]  # fmt: skip
