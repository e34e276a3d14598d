"""SQLite as the place where everything is kept: a file with one writer at a time."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from weakref import finalize

import sqlalchemy as sa

from procession.kit.database import Busy
from procession.kit.errors import OutcomeUnknown, Unavailable
from procession.kit.statements import SQLITE_DIALECT, Compiled, Statement

#: Of what waits outside of transactions, such as opening the file.
_BUSY_MS = 15_000


class SqliteConnection:
    """sqlite3 in autocommit mode: `Database.writing` begins and ends transactions itself."""

    def __init__(self, path: Path, *, synchronous: str) -> None:
        # `rw`: a file that is missing is never made anew, which only migrating does.
        self.raw = sqlite3.connect(
            f"file:{quote(str(path.absolute()))}?mode=rw",
            uri=True,
            isolation_level=None,
            cached_statements=1024,
            check_same_thread=False,
        )
        # Nobody else closes it when its thread ends, or the process.
        finalize(self, self.raw.close)
        try:
            for pragma in (
                f"busy_timeout={_BUSY_MS}",
                "journal_mode=WAL",
                f"synchronous={synchronous}",
                "foreign_keys=ON",
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


class SqliteDatabase:
    """A file. One writer at a time in this process, before SQLite's own lock: see stack notes.

    Without the lock here, waiting writers poll the file with growing pauses and the slowest
    wait for half a second; with it they queue fairly.
    """

    dialect: sa.Dialect = SQLITE_DIALECT

    def __init__(self, path: Path, *, synchronous: str = "FULL", patience_s: float = 15.0):
        self._synchronous = synchronous
        self._path = path
        self._threads = threading.local()
        self._writer = threading.Lock()
        #: How long a writer waits for another program's.
        self._patience_s = patience_s
        #: Since when nobody of this process has got the file to write, while others hold it.
        self._locked_since: float | None = None
        #: Device and number of the file that was opened first.
        self._file: tuple[int, int] | None = None
        #: Told how long each writer has waited, in seconds.
        self.note_wait: Callable[[float], None] | None = None

    def connection(self) -> SqliteConnection:
        self._check_file()
        connection: SqliteConnection | None = getattr(self._threads, "connection", None)
        if connection is None or connection.is_closed:
            connection = SqliteConnection(self._path, synchronous=self._synchronous)
            self._threads.connection = connection
        return connection

    def _check_file(self) -> None:
        """What is written to a file that was moved away would be lost with it.

        One that took its place is not opened beside it: the old one's journal lies next to it, and
        SQLite would take one for the other's.
        """
        try:
            found = self._path.stat()
        except OSError as error:
            raise Unavailable("The file of the database is not in its place.") from error
        file = (found.st_dev, found.st_ino)
        if self._file is None:
            self._file = file
        elif file != self._file:
            raise Unavailable(
                "Another file is in the database's place. The server must be started again."
            )

    @contextmanager
    def reading(self, *, by_key: bool = False) -> Iterator[SqliteConnection]:
        connection = self.connection()
        connection.begin("BEGIN")
        with connection.ended():
            yield connection

    @contextmanager
    def writing(
        self, *, survives_power_cut: bool = True, patience_s: float | None = None
    ) -> Iterator[SqliteConnection]:
        connection = self.connection()
        connection.set_synchronous(self._synchronous if survives_power_cut else "NORMAL")
        asked = time.monotonic()
        if not self._writer.acquire(timeout=-1 if patience_s is None else patience_s):
            raise Busy
        try:
            patience = self._patience()
            if patience_s is not None:
                patience = min(patience, max(asked + patience_s - time.monotonic(), 0))
            with self._transaction(connection, patience):
                if self.note_wait is not None:
                    self.note_wait(time.monotonic() - asked)
                yield connection
        finally:
            self._writer.release()

    def writing_if_free(self) -> AbstractContextManager[SqliteConnection]:
        return self.writing(patience_s=0)

    def _patience(self) -> float:
        """What is left of it: who comes while others have waited in vain finds out at once.

        Otherwise each of a hundred writers would wait in turn, and hold a thread while it does.
        """
        if self._locked_since is None:
            return self._patience_s
        return max(self._locked_since + self._patience_s - time.monotonic(), 0)

    @contextmanager
    def _transaction(self, connection: SqliteConnection, patience_s: float) -> Iterator[None]:
        """Raises Busy when another program has the file locked for longer than this."""
        connection.set_patience(patience_s)
        began = time.monotonic()
        try:
            connection.begin("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as refused:
            if refused.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            if self._locked_since is None:
                self._locked_since = began
            raise Busy from refused
        self._locked_since = None
        with connection.ended():
            yield
        self._threads.commits = self.commits + 1

    @property
    def commits(self) -> int:
        return getattr(self._threads, "commits", 0)

    def ping(self) -> None:
        self.connection().fetch(_PING, {})

    def close(self) -> None:
        connection: SqliteConnection | None = getattr(self._threads, "connection", None)
        if connection is not None:
            connection.close()
            del self._threads.connection


_PING = Statement(sa.select(sa.literal_column("1")))
