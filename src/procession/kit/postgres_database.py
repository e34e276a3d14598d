"""PostgreSQL as the place where everything is kept: transactions that survive a server that went
away and came back, and requests that are told at once while it is silent (decision 0022)."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from weakref import finalize

import psycopg
import sqlalchemy as sa
from psycopg import pq
from psycopg.pq import TransactionStatus

from procession.kit.database import Connection, ScratchRows, undone
from procession.kit.db import Statement
from procession.kit.errors import OutcomeUnknown, Unavailable
from procession.kit.many_rows import as_rows, insert_of_many
from procession.kit.postgres import Silent, connect
from procession.kit.postgres_dialect import POSTGRES_DIALECT
from procession.kit.postgres_limits import OF_COMMANDS, Limits
from procession.kit.postgres_talk import Talk, Word

#: How long the server has to answer whether it is there.
_PING_S = 1.5
#: While it is silent: how often one request finds out whether it still is.
_PAUSE_S = 1.0
#: SQLSTATE class "operator intervention": the server, or somebody, ended the connection.
_ENDED = "57P"


class PostgresConnection:
    """psycopg in autocommit mode, every statement prepared on the server at its first use.

    In a transaction, what `execute_later` and `execute_many` are given goes with the next
    statement that somebody wants an answer to, or with the end; an error of it comes then."""

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
        # Statements whose plans look dear would be compiled, for seconds, to save less.
        self._settings = ["jit = off"] + [f"{key} = {value}" for key, value in milliseconds.items()]
        #: How the transaction begins that nothing has been asked of yet.
        self._beginning: tuple[bytes, ...] = ()
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
        if not self._is_pooled:
            self.raw.execute("; ".join(f"SET {each}" for each in self._settings))
        self._talk = Talk(self.raw, is_pooled=self._is_pooled)

    def renew(self) -> None:
        self._closing()
        self._connect()

    # --- Statements ---

    def fetch(self, statement: Statement, values: Mapping[str, Any]) -> list[Any]:
        """Outside of a transaction, what finds its connection dead is asked again on a fresh one:
        it only reads (see `Database.connection`)."""
        self._add(statement, values)
        answer = self._exchange(may_be_said_again=self._is_alone() and _only_reads(statement))
        return self._talk.rows(answer)

    def execute(self, statement: Statement, values: Mapping[str, Any]) -> int:
        self._add(statement, values)
        changed = self._exchange().command_tuples
        return -1 if changed is None else changed

    def execute_later(self, statement: Statement, values: Mapping[str, Any]) -> None:
        self._add(statement, values)
        if self._is_alone():
            self._exchange()

    def execute_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        together = insert_of_many(statement)
        if together is not None:
            self.execute_later(together, as_rows(rows))
            return
        for values in rows:
            self.execute_later(statement, values)

    def settle(self) -> None:
        if self._talk.is_waiting:
            self._exchange()

    def forget(self) -> None:
        self._talk.take_waiting()

    def _add(self, statement: Statement, values: Mapping[str, Any]) -> None:
        compiled = statement.compiled_for(POSTGRES_DIALECT)
        lists = compiled.lists
        if lists and all(len(values[name]) == 1 for name in lists):
            compiled = statement.compiled_for_one(POSTGRES_DIALECT)
            values = {**values, **{name: values[name][0] for name in lists}}
        self._talk.add(compiled.sql_bytes, compiled.arguments(values))

    def _exchange(self, *, may_be_said_again: bool = False) -> pq.abc.PGresult:
        """Of what waits. What begins a transaction, or only reads outside of one, is said again
        where its connection was ended while nobody used it: nothing can be done twice."""
        said = self._talk.take_waiting()
        if self._beginning:
            words = [Word(each) for each in self._beginning]
            said, self._beginning, may_be_said_again = [*words, *said], (), True
        try:
            return self._talk.exchange(said)
        except psycopg.OperationalError as error:
            if not (may_be_said_again and self._was_dead(error)):
                raise
            self.renew()
            return self._talk.exchange(said)

    def _is_alone(self) -> bool:
        """Outside of a transaction, also of one that only waits to begin."""
        return not self._beginning and self.raw.pgconn.transaction_status == TransactionStatus.IDLE

    def _was_dead(self, error: psycopg.Error) -> bool:
        """Ended by the other side, so that a fresh one may be better; not silent."""
        if isinstance(error, Silent):
            return False
        return self.raw.closed or (error.sqlstate or "").startswith(_ENDED)

    # --- Transactions ---

    @contextmanager
    def transaction(self, *begin: bytes) -> Iterator[None]:
        """Commit when the block ends, undo everything when it raises.

        It begins with its first statement, and costs nothing when there is none. `begin`: what is
        said then.
        """
        limits = self._settings if self._is_pooled else ()
        self._beginning = (*begin, *(f"SET LOCAL {each}".encode() for each in limits))
        try:
            yield
            if self._beginning:
                # Apart from its end, so that it can be said again.
                self.settle()
        except BaseException:
            self._undo()
            raise
        self._commit()

    def _commit(self) -> None:
        """Together with what waits. Raises OutcomeUnknown when the answer was lost: never for what
        was not sent."""
        if self._beginning:
            self._beginning = ()
            return
        if self.raw.closed:
            raise psycopg.OperationalError("the connection was lost before the end of the change")
        self._talk.add_word(b"COMMIT")
        try:
            answer = self._exchange().command_status
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
        if answer != b"COMMIT":
            # An error inside was passed over: the server undoes such a transaction.
            told = (answer or b"").decode()
            raise psycopg.errors.InFailedSqlTransaction(f"COMMIT was answered by {told}")

    def _undo(self) -> None:
        """A connection whose state is unknown is not used again."""
        self.forget()
        if self._beginning:
            self._beginning = ()
            return
        self._talk.add_word(b"ROLLBACK")
        try:
            self._exchange()
        except psycopg.Error:
            self.raw.close()


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
        with connection.transaction(*(_READ_BY_KEY if by_key else _READ)):
            yield connection

    @contextmanager
    def writing(
        self, *, survives_power_cut: bool = True, patience_s: float | None = None
    ) -> Iterator[PostgresConnection]:
        """Nobody waits for others to begin."""
        asked = time.monotonic()
        connection = self.connection()
        try:
            with connection.transaction(*(_WRITE if survives_power_cut else _WRITE_SOON)):
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

    def scratch(self, rows: ScratchRows) -> AbstractContextManager[Connection]:
        return undone(self.writing())

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


_WRITE = (b"BEGIN",)
_WRITE_SOON = (*_WRITE, b"SET LOCAL synchronous_commit = off")
_READ = (b"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",)
_READ_BY_KEY = (*_READ, b"SET LOCAL plan_cache_mode = force_generic_plan")
_IS_WRITABLE = Statement(
    sa.select(sa.func.current_setting("transaction_read_only") == sa.literal_column("'off'"))
)
