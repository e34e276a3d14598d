"""SQLite as the place where everything is kept: a file with one writer at a time."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import sqlalchemy as sa

from procession.kit.database import Busy, ScratchRows
from procession.kit.errors import Unavailable
from procession.kit.sqlite_connection import SqliteConnection
from procession.kit.sqlite_scratch import SqliteScratch
from procession.kit.statements import SQLITE_DIALECT, Statement


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

    @contextmanager
    def scratch(self, rows: ScratchRows) -> Iterator[SqliteConnection]:
        self._check_file()
        connection = SqliteScratch(self._path, rows)
        try:
            connection.begin("BEGIN")
            yield connection
        finally:
            connection.close()

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
