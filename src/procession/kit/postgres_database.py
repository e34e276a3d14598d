"""PostgreSQL as the place where everything is kept: transactions that survive a server that went
away and came back, and requests that are told at once while it is silent (decision 0022)."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from typing import Any
from weakref import finalize

import psycopg
import sqlalchemy as sa
from psycopg.pq import TransactionStatus

from procession.kit.db import Compiled, Statement
from procession.kit.errors import OutcomeUnknown, Unavailable
from procession.kit.many_rows import as_rows, insert_of_many
from procession.kit.postgres import Silent, connect
from procession.kit.postgres_dialect import POSTGRES_DIALECT
from procession.kit.postgres_limits import OF_COMMANDS, Limits

#: How long the server has to answer whether it is there.
_PING_S = 1.5
#: While it is silent: how often one request finds out whether it still is.
_PAUSE_S = 1.0
#: SQLSTATE class "operator intervention": the server, or somebody, ended the connection.
_ENDED = "57P"


class PostgresConnection:
    """psycopg in autocommit mode, every statement prepared on the server at its first use."""

    def __init__(
        self, url: str, limits: Limits, *, is_pooled: bool, on_silence: Callable[[], None]
    ) -> None:
        self._url = url
        self._limits = limits
        self._is_pooled = is_pooled
        self._on_silence = on_silence
        milliseconds = {
            "statement_timeout": round((limits.statement_s or 0) * 1000),
            "idle_in_transaction_session_timeout": round(limits.idle_in_transaction_s * 1000),
        }
        self._settings = [f"{name} = {value}" for name, value in milliseconds.items()]
        #: How the transaction begins that nothing has been asked of yet.
        self._waiting: str | None = None
        self._connect()

    def _connect(self) -> None:
        """Behind a pooler nothing may be left on the session, which is everybody's."""
        try:
            self.raw = connect(self._url, self._limits)
        except psycopg.errors.ConnectionTimeout:
            self._on_silence()
            raise
        self.raw.on_silence = self._on_silence
        # Nobody else closes it when its thread ends, or the process.
        self._closing = finalize(self, self.raw.close)
        # Places are numbered already: no text is read again before it is sent.
        self.raw.cursor_factory = psycopg.RawCursor
        self._cursor = self.raw.cursor()
        if not self._is_pooled:
            self.raw.execute("; ".join(f"SET {each}" for each in self._settings))
            self.raw.prepare_threshold = 0
            self.raw.prepared_max = 1000

    def renew(self) -> None:
        self._closing()
        self._connect()

    # --- Statements ---

    def fetch(self, statement: Statement, values: Mapping[str, Any]) -> list[Any]:
        """Outside of a transaction, what finds its connection dead is asked again on a fresh one:
        it only reads (see `Database.connection`)."""
        compiled, arguments = self._compiled(statement, values)
        is_alone = self.raw.pgconn.transaction_status == TransactionStatus.IDLE
        try:
            self._cursor.execute(compiled.sql_bytes, arguments)
        except psycopg.OperationalError as error:
            if not (is_alone and _only_reads(statement) and self._was_dead(error)):
                raise
            self.renew()
            self._cursor.execute(compiled.sql_bytes, arguments)
        return self._cursor.fetchall()

    def execute(self, statement: Statement, values: Mapping[str, Any]) -> int:
        self._run(statement, values)
        return self._cursor.rowcount

    def _run(self, statement: Statement, values: Mapping[str, Any]) -> None:
        compiled, arguments = self._compiled(statement, values)
        self._cursor.execute(compiled.sql_bytes, arguments)

    def execute_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        together = insert_of_many(statement)
        if together is not None:
            self._run(together, as_rows(rows))
            return
        self._begin_if_waiting()
        compiled = statement.compiled_for(POSTGRES_DIALECT)
        arguments = [compiled.arguments(values) for values in rows]
        self._cursor.executemany(compiled.sql_bytes, arguments)

    def _compiled(
        self, statement: Statement, values: Mapping[str, Any]
    ) -> tuple[Compiled, list[Any]]:
        """With its arguments."""
        self._begin_if_waiting()
        compiled = statement.compiled_for(POSTGRES_DIALECT)
        lists = compiled.lists
        if lists and all(len(values[name]) == 1 for name in lists):
            compiled = statement.compiled_for_one(POSTGRES_DIALECT)
            values = {**values, **{name: values[name][0] for name in lists}}
        return compiled, compiled.arguments(values)

    def _begin_if_waiting(self) -> None:
        if self._waiting is not None:
            begin, self._waiting = self._waiting, None
            self._begin(begin)

    def _was_dead(self, error: psycopg.Error) -> bool:
        """Ended by the other side, so that a fresh one may be better; not silent."""
        if isinstance(error, Silent):
            return False
        return self.raw.closed or (error.sqlstate or "").startswith(_ENDED)

    # --- Transactions ---

    @contextmanager
    def transaction(self, begin: str) -> Iterator[None]:
        """Commit when the block ends, undo everything when it raises."""
        self._begin(begin)
        try:
            yield
        except BaseException:
            self._undo()
            raise
        self._commit()

    @contextmanager
    def transaction_if_used(self, begin: str) -> Iterator[None]:
        """The same; it begins with its first statement, and costs nothing when there is none."""
        self._waiting = begin
        try:
            yield
            if self._has_begun():
                self._commit()
        except BaseException:
            if self._has_begun():
                self._undo()
            raise
        finally:
            self._waiting = None

    def _has_begun(self) -> bool:
        return self._waiting is None

    def _begin(self, begin: str) -> None:
        """A connection that was ended while nobody used it is replaced: nothing has been done yet,
        so nothing can be done twice."""
        if self._is_pooled:
            begin = "; ".join([begin, *(f"SET LOCAL {each}" for each in self._settings)])
        try:
            self._say(begin)
        except psycopg.OperationalError as error:
            if not self._was_dead(error):
                raise
            self.renew()
            self._say(begin)

    def _commit(self) -> None:
        """Raises OutcomeUnknown when the answer was lost: never for what was not sent."""
        if self.raw.closed:
            raise psycopg.OperationalError("the connection was lost before the end of the change")
        try:
            answer = self._say("COMMIT")
        except psycopg.errors.IdleInTransactionSessionTimeout:
            # Ended while it waited for a next statement, so this one was not read.
            self.raw.close()
            raise
        except psycopg.Error as error:
            if self.raw.closed or self._was_dead(error):
                self.raw.close()
                raise OutcomeUnknown from error
            self._undo()
            raise
        if answer != "COMMIT":
            # An error inside was passed over: the server undoes such a transaction.
            raise psycopg.errors.InFailedSqlTransaction(f"COMMIT was answered by {answer}")

    def _undo(self) -> None:
        """A connection whose state is unknown is not used again."""
        try:
            self._say("ROLLBACK")
        except psycopg.Error:
            self.raw.close()

    def _say(self, sql: str) -> str | None:
        return self.raw.execute(sql, prepare=False).statusmessage


def _only_reads(statement: Statement) -> bool:
    return isinstance(statement.expression, sa.SelectBase)


class _Silence:
    """What this process knows of a silent server.

    Who waits for one holds a thread for seconds. So while it is silent one request at a time finds
    out whether it still is, and all others are told at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ask_at: float | None = None

    @property
    def is_on(self) -> bool:
        return self._ask_at is not None

    def begin(self) -> None:
        self._ask_at = time.monotonic() + _PAUSE_S

    def end(self) -> None:
        self._ask_at = None

    def take_turn(self) -> None:
        """Raises Silent unless it is the caller's turn to ask."""
        now = time.monotonic()
        with self._lock:
            if self._ask_at is None:
                return
            if now < self._ask_at:
                raise Silent("the database server did not answer a moment ago")
            self._ask_at = now + _PAUSE_S + _PING_S


class PostgresDatabase:
    """A server. Each thread keeps one connection: the threads are few and never idle for long."""

    dialect: sa.Dialect = POSTGRES_DIALECT

    def __init__(self, url: str, limits: Limits = OF_COMMANDS, *, is_pooled: bool = False) -> None:
        self._url = url
        self._limits = limits
        self._is_pooled = is_pooled
        self._threads = threading.local()
        self._silence = _Silence()
        self._asking = ThreadPoolExecutor(1, "procession-ping")
        self._asked: Future[bool] | None = None
        #: Told how long each writer has waited, in seconds.
        self.note_wait: Callable[[float], None] | None = None

    def connection(self) -> PostgresConnection:
        if self._silence.is_on:
            self._silence.take_turn()
            self.ping()
        return self._own_connection()

    def _own_connection(self) -> PostgresConnection:
        connection: PostgresConnection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = PostgresConnection(
                self._url,
                self._limits,
                is_pooled=self._is_pooled,
                on_silence=self._silence.begin,
            )
            self._threads.connection = connection
        elif connection.raw.closed:
            connection.renew()
        return connection

    @contextmanager
    def reading(self, *, by_key: bool = False) -> Iterator[PostgresConnection]:
        connection = self.connection()
        with connection.transaction_if_used(_READ_BY_KEY if by_key else _READ):
            yield connection

    @contextmanager
    def writing(self, *, survives_power_cut: bool = True) -> Iterator[PostgresConnection]:
        asked = time.monotonic()
        connection = self.connection()
        try:
            with connection.transaction(_WRITE if survives_power_cut else _WRITE_SOON):
                if self.note_wait is not None:
                    self.note_wait(time.monotonic() - asked)
                yield connection
        except psycopg.errors.ReadOnlySqlTransaction as error:
            # A primary that became a standby: a fresh connection may find another primary.
            connection.raw.close()
            raise Unavailable("The database cannot be written to at the moment.") from error
        self._threads.commits = self.commits + 1

    @contextmanager
    def writing_if_free(self) -> Iterator[PostgresConnection]:
        with self.writing() as connection:
            yield connection

    @property
    def commits(self) -> int:
        return getattr(self._threads, "commits", 0)

    def ping(self) -> None:
        """Answers within two seconds, whatever the server and the network do: a thread of its own
        waits for them."""
        asked = self._asked
        if asked is None or asked.done():
            asked = self._asked = self._asking.submit(self._ask)
        try:
            is_writable = asked.result(_PING_S)
        except FutureTimeout:
            self._silence.begin()
            raise Silent("the database server does not answer") from None
        self._silence.end()
        if not is_writable:
            raise Unavailable("The database cannot be written to at the moment.")

    def _ask(self) -> bool:
        connection = self._own_connection()
        return bool(connection.fetch(_IS_WRITABLE, {})[0][0])

    def close(self) -> None:
        """This thread's connection."""
        connection: PostgresConnection | None = getattr(self._threads, "connection", None)
        if connection is not None:
            connection.raw.close()
            del self._threads.connection


_WRITE = "BEGIN"
_WRITE_SOON = "BEGIN; SET LOCAL synchronous_commit = off"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_READ_BY_KEY = f"{_READ}; SET LOCAL plan_cache_mode = force_generic_plan"
_IS_WRITABLE = Statement(
    sa.select(sa.func.current_setting("transaction_read_only") == sa.literal_column("'off'"))
)
