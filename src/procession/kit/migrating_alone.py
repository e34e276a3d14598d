"""One migrator at a time, whoever starts it: the second one begins where the first one ended.

Both databases are asked again and again whether the place is free, and forget who had it when that
process ends, however it ends. Waiting in the database itself would be a transaction that
CREATE INDEX CONCURRENTLY waits for: the first would wait for the second, and it for the first.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

#: What is told to who watches: one line.
Tell = Callable[[str], None]

#: As the server knows it: a migration may have to end connections of everybody else.
MIGRATOR = "procession migrate"
_LOOK_AGAIN_S = 0.3
#: 0.1.0 takes the same number while it migrates.
_LOCK_NUMBER = 719041


@contextmanager
def alone_on_sqlite(path: Path, tell: Tell) -> Iterator[None]:
    """Holds the folder: to open and close the file itself would undo SQLite's own locks on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        _wait_until(lambda: _took(folder), tell)
        yield
    finally:
        os.close(folder)


def _took(folder: int) -> bool:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def alone_on_postgres(url: str, tell: Tell) -> Iterator[psycopg.Connection]:
    """The connection that holds the place, in one transaction that reads and writes nothing.

    A transaction, not a session, so that it also holds through a pooler of transactions. Nothing
    waits for it, because it has no snapshot while it is idle: parameters are written into its
    statements, as those of the extended protocol keep their snapshot until the next statement.
    """
    with psycopg.connect(
        url, cursor_factory=psycopg.ClientCursor, application_name=MIGRATOR
    ) as guard:
        guard.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        _wait_until(lambda: _took_on_postgres(guard), tell)
        yield guard


def _took_on_postgres(guard: psycopg.Connection) -> bool:
    guard.execute(_WITHOUT_END)
    row = guard.execute("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK_NUMBER,)).fetchone()
    assert row is not None
    if not row[0]:
        guard.rollback()
    return bool(row[0])


#: As far as this server knows these limits, this one transaction has none.
_WITHOUT_END = """
    SELECT set_config(name, '0', true) FROM pg_settings
    WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')
"""


def _wait_until(took: Callable[[], bool], tell: Tell) -> None:
    """As long as the other one takes: it may have millions of rows to go through."""
    if took():
        return
    tell("Another migration of this database is running; waiting for it to end.")
    while not took():
        time.sleep(_LOOK_AGAIN_S)
