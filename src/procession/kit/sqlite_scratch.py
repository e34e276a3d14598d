"""A transaction of SQLite that nobody waits for and that leaves nothing behind.

SQLite looks a name up in `main` before it looks in attached files. So `main` is in memory here and
has the tables that were written to, and the file is attached for reading: one state of it, however
long it takes, beside whoever writes. A table comes to memory with its rows when it is first written
to. The file cannot be written to by this connection, whatever it is told.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from procession.kit.database import ScratchRows
from procession.kit.sqlite_connection import SqliteConnection, open_uri, uri_of
from procession.kit.statements import Compiled, Statement


class SqliteScratch(SqliteConnection):
    """Foreign keys say nothing, and so nothing is deleted along; triggers, which keep up what
    searching reads, do nothing."""

    foreign_keys = "OFF"

    def __init__(self, path: Path, rows: ScratchRows) -> None:
        self._rows = rows
        self._in_memory: set[str] = set()
        super().__init__(path, synchronous="OFF")

    def _open(self, path: Path) -> sqlite3.Connection:
        raw = open_uri(":memory:")
        raw.execute("ATTACH ? AS kept", [uri_of(path, "ro")])
        return raw

    def _compiled(self, statement: Statement) -> Compiled:
        written = statement.expression
        if isinstance(written, sa.Insert | sa.Update | sa.Delete):
            self._take(written.table)
        return super()._compiled(statement)

    def forget(self) -> None:
        """Tables that came to memory meanwhile go again with all else that is undone."""
        self._in_memory.clear()

    def _take(self, table: Any) -> None:
        name = table.name
        if name in self._in_memory:
            return
        self._in_memory.add(name)
        if self.raw.execute("SELECT 1 FROM main.sqlite_schema WHERE name = ?", [name]).fetchall():
            return
        made = self.raw.execute(
            "SELECT sql FROM kept.sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL "
            "AND type IN ('table', 'index') ORDER BY type DESC",
            [name],
        )
        for (sql,) in made.fetchall():
            self.raw.execute(sql)
        if name not in self._rows.none_of:
            where, values = self._which(table)
            copied = f"INSERT INTO {name} SELECT * FROM kept.{name} WHERE {where}"  # noqa: S608
            self.raw.execute(copied, values)

    def _which(self, table: Any) -> tuple[str, Sequence[str]]:
        rows = self._rows
        if table.name in rows.only:
            column, values = rows.only[table.name]
            return f"{column} IN ({', '.join('?' * len(values))})", list(values)
        if "organization_id" not in table.c:  # Guests belong to nobody: all of them.
            return "TRUE", []
        said = [f"{name} IS NULL" for name in rows.without if name in table.c]
        return " AND ".join(["organization_id = ?", *said]), [rows.organization_id]
