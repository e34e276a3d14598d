"""A connection to a file of SQLite, and what it knows of its transaction."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from weakref import finalize

from procession.kit.errors import OutcomeUnknown, Unavailable
from procession.kit.statements import SQLITE_DIALECT, Compiled, Statement

#: Of what waits outside of transactions, such as opening the file.
_BUSY_MS = 15_000


def uri_of(path: Path, mode: str) -> str:
    """`mode`: rw or ro."""
    return f"file:{quote(str(path.absolute()))}?mode={mode}"


def open_uri(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(
        uri, uri=True, isolation_level=None, cached_statements=1024, check_same_thread=False
    )


class SqliteConnection:
    """sqlite3 in autocommit mode: `Database.writing` begins and ends transactions itself."""

    foreign_keys = "ON"

    def __init__(self, path: Path, *, synchronous: str) -> None:
        self.raw = self._open(path)
        # Nobody else closes it when its thread ends, or the process.
        finalize(self, self.raw.close)
        try:
            for pragma in (
                f"busy_timeout={_BUSY_MS}",
                "journal_mode=WAL",
                f"synchronous={synchronous}",
                f"foreign_keys={self.foreign_keys}",
                "cache_size=-8000",
                "temp_store=MEMORY",
            ):
                self.raw.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            self.raw.close()
            raise
        self.is_closed = False
        self._is_in_transaction = False
        self._patience_ms = _BUSY_MS
        self._synchronous = synchronous

    def _open(self, path: Path) -> sqlite3.Connection:
        # A file that is missing is never made anew, which only migrating does.
        return open_uri(uri_of(path, "rw"))

    def set_synchronous(self, synchronous: str) -> None:
        """Of the next transactions."""
        if synchronous != self._synchronous:
            self.raw.execute(f"PRAGMA synchronous={synchronous}")
            self._synchronous = synchronous

    def set_patience(self, seconds: float) -> None:
        """How long the next transaction waits for another program that has locked the file."""
        patience_ms = round(seconds * 1000)
        if patience_ms != self._patience_ms:
            self.raw.execute(f"PRAGMA busy_timeout={patience_ms}")
            self._patience_ms = patience_ms

    def fetch(self, statement: Statement, values: Mapping[str, Any]) -> list[Any]:
        compiled = self._compiled(statement)
        return self.raw.execute(compiled.sql, compiled.arguments(values)).fetchall()

    def execute(self, statement: Statement, values: Mapping[str, Any]) -> int:
        compiled = self._compiled(statement)
        return self.raw.execute(compiled.sql, compiled.arguments(values)).rowcount

    def execute_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        compiled = self._compiled(statement)
        self.raw.executemany(compiled.sql, [compiled.arguments(values) for values in rows])

    def execute_later(self, statement: Statement, values: Mapping[str, Any]) -> None:
        """At once: nobody is far away."""
        self.execute(statement, values)

    def settle(self) -> None:
        pass

    def forget(self) -> None:
        pass

    def _compiled(self, statement: Statement) -> Compiled:
        """A full disk may make SQLite undo a transaction by itself; what came afterwards would be
        written one by one, for good."""
        if self._is_in_transaction and not self.raw.in_transaction:
            raise Unavailable("The database had to undo what was begun. Please try again.")
        return statement.compiled_for(SQLITE_DIALECT)

    def begin(self, how: str) -> None:
        self.raw.execute(how)
        self._is_in_transaction = True

    @contextmanager
    def ended(self) -> Iterator[None]:
        """Of a transaction that has begun: commit when the block ends, undo everything when it
        raises."""
        try:
            yield
            self._commit()
        except BaseException:
            self._undo()
            raise
        finally:
            self._is_in_transaction = False

    def _commit(self) -> None:
        try:
            self.raw.execute("COMMIT")
        except sqlite3.OperationalError as error:
            # The change is written, and whether it reached the disk is what nobody knows.
            if error.sqlite_errorcode == sqlite3.SQLITE_IOERR_FSYNC:
                raise OutcomeUnknown from error
            raise

    def _undo(self) -> None:
        """A connection whose state is unknown is not used again."""
        if not self.raw.in_transaction:
            return
        try:
            self.raw.execute("ROLLBACK")
        except sqlite3.Error:
            self.close()

    def close(self) -> None:
        self.is_closed = True
        self.raw.close()
