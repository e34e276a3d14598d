"""Bringing a database to the newest schema. The only place that uses SQLAlchemy's engine.

How migrations run, and what each must keep to: docs/decisions/0017-migrations.md.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import Script, ScriptDirectory

from procession.kit.database_address import sqlite_file
from procession.kit.migrating_alone import (
    MIGRATOR,
    Tell,
    alone_on_postgres,
    alone_on_sqlite,
)
from procession.kit.postgres import PatientConnection, connect
from procession.kit.schema import (
    VERSIONS,
    MigrationFailed,
    current_revision,
    newest_revision,
    refuse_newer,
)

#: Where a migration tells how far it is ("processes: 20,000 of 100,000"), by the standard library.
progress = logging.getLogger("procession.migrations")


@dataclass(frozen=True)
class Limits:
    """What a migration may cost those who work meanwhile. Seconds."""

    #: For a lock: who waits longer on PostgreSQL queues all traffic behind themselves.
    lock_s: float = 4.0
    #: For a statement inside a transaction on PostgreSQL, unless the migration sets its own.
    statement_s: float = 60.0
    #: A migration that did not get its lock is tried again after each of these.
    pauses_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)


def migrate(
    url: str,
    *,
    tell: Tell = lambda _: None,
    to: str | None = None,
    versions: Path = VERSIONS,
    limits: Limits = Limits(),
) -> str:
    """Run what has not run yet, up to `to` (the newest); the revision that the database is at.

    Safe to run again after it was killed anywhere, and by several at once. Raises NotMigrated for
    a database that is newer, MigrationFailed when a migration did not get what it needs.
    """
    newest = newest_revision(versions)
    wanted = to or newest
    current = current_revision(url)
    refuse_newer(current, newest)
    if current is not None and current >= wanted:
        return current
    with _place(url, tell, limits) as place:
        for script in _missing(current_revision(url), wanted, versions):
            _run(place, script, versions, tell)
    return wanted


def _missing(current: str | None, wanted: str, versions: Path) -> list[Script]:
    """The migrations that lead there, oldest first."""
    directory = ScriptDirectory.from_config(_config(versions))
    steps = [script for script in directory.walk_revisions() if script.revision <= wanted]
    return [script for script in reversed(steps) if script.revision > (current or "")]


def _config(versions: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    return config


def engine_for(url: str) -> sa.Engine:
    """It is told how to connect: SQLAlchemy would read addresses by parsers of its own."""
    path = sqlite_file(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        return sa.create_engine(
            "sqlite://", creator=lambda: sqlite3.connect(path), poolclass=sa.NullPool
        )
    return sa.create_engine(
        "postgresql+psycopg://", creator=lambda: _connect(url), poolclass=sa.NullPool
    )


def _connect(url: str) -> PatientConnection:
    connection = connect(url)
    connection.autocommit = False
    return connection


# --- One migration ---


def _run(place: "_Place", script: Script, versions: Path, tell: Tell) -> None:
    """Try it until it gets its locks, and say what it is, how far it is and how long it took."""
    tell(f"{script.revision}: {script.doc}")
    began = time.monotonic()
    with _telling(script.revision, tell):
        for pause_s in (*place.limits.pauses_s, None):
            holder = _try(place, script, versions)
            if holder is None:
                break
            if pause_s is None:
                raise MigrationFailed(
                    f"Migration {script.revision} did not get the lock that it needs: {holder}. "
                    "Wait for that to end, or end it, and run `procession migrate` again."
                )
            tell(f"{script.revision}: {holder}; trying again in {pause_s:g} s")
            time.sleep(pause_s)
    tell(f"{script.revision}: done in {time.monotonic() - began:.1f} s")


def _try(place: "_Place", script: Script, versions: Path) -> str | None:
    """None when it is done, else who held a lock for too long."""
    config = _config(versions)
    try:
        with place.connection() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, script.revision)
    except sa.exc.DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.QueryCanceled):
            raise MigrationFailed(
                f"Migration {script.revision} stopped, and its last transaction was undone: "
                f"{str(error.orig).splitlines()[0]}."
            ) from error
        if not _is_about_a_lock(error.orig):
            raise
        return place.holder()
    return None


def _is_about_a_lock(error: Any) -> bool:
    if isinstance(error, sqlite3.OperationalError):
        return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return isinstance(error, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected)


@contextmanager
def _telling(revision: str, tell: Tell) -> Iterator[None]:
    """Pass on what the migration logs."""
    handler = logging.Handler(logging.INFO)
    handler.emit = lambda record: tell(f"{revision}: {record.getMessage()}")  # type: ignore[method-assign]
    level = progress.level
    progress.setLevel(logging.INFO)
    progress.addHandler(handler)
    try:
        yield
    finally:
        progress.removeHandler(handler)
        progress.setLevel(level)


# --- The two databases ---


@dataclass
class _Place:
    """A database that nobody else migrates meanwhile."""

    limits: Limits
    connection: Callable[[], AbstractContextManager[sa.Connection]]
    #: Who holds the lock that was not to be had: the middle of a sentence.
    holder: Callable[[], str]


@contextmanager
def _place(url: str, tell: Tell, limits: Limits) -> Iterator[_Place]:
    path = sqlite_file(url)
    if path is not None:
        with alone_on_sqlite(path, tell):
            engine = _sqlite_engine(url, limits)
            yield _Place(limits, lambda: _writing_to_sqlite(engine), lambda: _SOMEBODY)
    else:
        with alone_on_postgres(url, tell) as guard:
            watch = _Watch(url, guard)
            engine = _postgres_engine(url, limits, watch)
            yield _Place(limits, lambda: watch.over(engine), watch.holder)


_SOMEBODY = "another program is writing to the database file"


def _sqlite_engine(url: str, limits: Limits) -> sa.Engine:
    engine = engine_for(url)

    @sa.event.listens_for(engine, "connect")
    def configure(raw: sqlite3.Connection, _: object) -> None:
        # Transactions begin where we say, not where the driver thinks: else DDL is in none.
        raw.isolation_level = None
        raw.execute(f"PRAGMA busy_timeout = {int(limits.lock_s * 1000)}")
        # A table that is made anew is dropped in between: its rows' children shall not go along.
        raw.execute("PRAGMA foreign_keys = OFF")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@contextmanager
def _writing_to_sqlite(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction, which leaves no reference broken that was whole."""
    with engine.begin() as connection:
        broken = _broken_references(connection)
        yield connection
        if _broken_references(connection) > broken:
            raise MigrationFailed("The migration would break references, so nothing was changed.")


def _broken_references(connection: sa.Connection) -> int:
    return len(connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall())


def _postgres_engine(url: str, limits: Limits, watch: "_Watch") -> sa.Engine:
    """Every transaction has its limits by SET LOCAL: nothing is left behind on the session."""
    engine = engine_for(url)
    values = {
        "lock": f"{limits.lock_s * 1000:.0f}",
        "statement": f"{limits.statement_s * 1000:.0f}",
    }

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        if not raw.autocommit:
            connection.exec_driver_sql(_LIMITS, values)
        watch.pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()

    return engine


#: Milliseconds. The last one, where the server knows it: the statement of a migrator that was
#: killed ends with it, and does not keep its locks.
_LIMITS = """
    SELECT set_config(name, value, true)
    FROM pg_settings JOIN (VALUES
        ('lock_timeout', %(lock)s),
        ('statement_timeout', %(statement)s),
        ('client_connection_check_interval', '1000')
    ) AS wanted (name, value) USING (name)
    WHERE name <> 'client_connection_check_interval'
    OR current_setting('dynamic_shared_memory_type') <> 'windows'
"""


class _Watch:
    """Looks, while a migration runs, who keeps it waiting: afterwards nobody can tell.

    By a connection of its own, each look by itself: an index that is built beside the traffic waits
    for the end of every transaction that has a snapshot at the wrong moment, and the guard's ends
    with the migration.
    """

    def __init__(self, url: str, guard: psycopg.Connection) -> None:
        self._url = url
        self._guard = guard
        self._seen: str | None = None
        #: Of the backend that runs the migration.
        self.pid = 0

    @contextmanager
    def over(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        # Fails when the place was lost with its connection.
        self._guard.execute("SELECT 1")
        self._seen, self.pid = None, 0
        stop = Event()
        thread = Thread(target=self._look, args=(stop,), daemon=True)
        thread.start()
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            stop.set()
            thread.join()

    def holder(self) -> str:
        return self._seen or "another connection held it for too long"

    def _look(self, stop: Event) -> None:
        """Until it is stopped. That it cannot look is no reason not to migrate."""
        with (
            suppress(psycopg.Error),
            psycopg.connect(
                self._url, autocommit=True, prepare_threshold=None, application_name=MIGRATOR
            ) as watcher,
        ):
            while not stop.wait(_LOOK_S):
                row = watcher.execute(_BLOCKING, (self.pid,)).fetchone()
                if row is not None:
                    self._seen = "process {} ({}, user {}) holds it, {} for {} s: {}".format(*row)


_LOOK_S = 0.5
_BLOCKING = """
    SELECT pid, coalesce(nullif(application_name, ''), backend_type), coalesce(usename, 'unknown'),
        coalesce(state, 'running'),
        round(extract(epoch FROM clock_timestamp() - coalesce(xact_start, backend_start))),
        left(regexp_replace(query, '\\s+', ' ', 'g'), 100)
    FROM pg_stat_activity WHERE pid = ANY (pg_blocking_pids(%s))
    ORDER BY xact_start LIMIT 1
"""
