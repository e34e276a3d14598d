"""Storage: statements written once, compiled once for each database, run by the bare driver.

A `Statement` wraps a SQLAlchemy Core expression. SQLAlchemy only writes the SQL text; the drivers
run it (`sqlite3`, `psycopg`), which is several times faster than its executor (decision 0001).
Rows arrive as frozen msgspec Structs declared with `array_like=True`, fields in column order.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import quote
from weakref import finalize

import msgspec
import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import iterate

from procession.core.folding import folded
from procession.kit.errors import OutcomeUnknown, Refusal, Unavailable

Row = TypeVar("Row")

#: Names of constraints are part of the schema, so that both databases and migrations agree on them.
metadata = sa.MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "pk": "%(table_name)s_pkey",
    }
)

#: What is raised when the database itself is away, or refuses to be opened or written to.
DATABASE_AWAY = (
    sqlite3.OperationalError,
    psycopg.OperationalError,
    psycopg.errors.IdleInTransactionSessionTimeout,
    Unavailable,
)

SQLITE_DIALECT = sqlite.dialect(paramstyle="qmark")
#: Numbered places: what a statement names several times is sent, and prepared, once. Python 3.12
#: takes numbered places of SQLite for names, which are not bound in order.
POSTGRES_DIALECT: sa.Dialect = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]

#: An automatic number: 64 bits on PostgreSQL, and the rowid on SQLite (which only INTEGER can be).
BigNumber = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class AnyOf(sa.ColumnElement[bool]):
    """`column` equals one of the values bound under `name` as one parameter.

    One parameter for the whole list keeps one prepared statement for lists of every length.
    """

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[Any], name: str) -> None:
        self.column = column
        self.name = name

    def self_group(self, against: Any = None) -> "AnyOf":
        """A condition already: wrapped as `(... IN ...) = 1` it would find no index on SQLite."""
        return self


class _JsonArray(sa.Text):
    """SQLite takes a list as one JSON text."""

    cache_ok = True


class _AnyArray(postgresql.ARRAY[Any]):
    """PostgreSQL takes a list as it is."""

    cache_ok = True


#: Told to what writes `AnyOf`: its list has one value.
_OF_ONE = "any_of_one"


def any_of(column: sa.ColumnElement[Any], name: str) -> AnyOf:
    return AnyOf(column, name)


@compiles(AnyOf, "sqlite")
def _any_of_on_sqlite(element: AnyOf, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    values = compiler.process(sa.bindparam(element.name, type_=_JsonArray(), required=False), **kw)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608


@compiles(AnyOf, "postgresql")
def _any_of_on_postgres(element: AnyOf, compiler: Any, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    if kw.get(_OF_ONE):
        kind = element.column.type
        value = compiler.process(sa.bindparam(element.name, type_=kind, required=False), **kw)
        return f"{column} = {value}"
    array = _AnyArray(element.column.type)
    values = compiler.process(sa.bindparam(element.name, type_=array, required=False), **kw)
    return f"{column} = ANY({values})"


class JsonSays(sa.ColumnElement[bool]):
    """Of a JSON object of lists, its texts folded: does the first entry under a key say a text?

    What people read of it counts: texts and numbers, alone, in lists, and what objects have under
    `text` (unless they are not `selected`) and `filename`; not ids and names of keys. `key` is
    bound and must be plain letters and digits; `pattern` is bound, by `like_pattern`.
    """

    inherit_cache = False
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[Any], key: str, pattern: str) -> None:
        self.parts = (
            column,
            sa.bindparam(key, type_=sa.Text, required=False),
            sa.bindparam(pattern, type_=sa.Text, required=False),
        )


@compiles(JsonSays, "sqlite")
def _json_says_on_sqlite(element: JsonSays, compiler: Any, **kw: Any) -> str:
    column, key, pattern = (compiler.process(each, **kw) for each in element.parts)
    return (
        f"EXISTS (SELECT 1 FROM json_tree({column}, '$.\"' || {key} || '\"[0]') AS said "  # noqa: S608
        "WHERE said.type IN ('text', 'integer', 'real') "
        "AND (typeof(said.key) <> 'text' OR said.key IN ('text', 'filename')) "
        f"AND json_extract({column}, said.path || '.selected') IS NOT 0 "
        f"AND lower(said.atom) LIKE {pattern} ESCAPE '\\')"
    )


@compiles(JsonSays, "postgresql")
def _json_says_on_postgres(element: JsonSays, compiler: Any, **kw: Any) -> str:
    column, key, pattern = (compiler.process(each, **kw) for each in element.parts)
    paths = ("$[*][*]", "$[*] ? (!(@.selected == false)).text", "$[*].filename", "$.guests[*]")
    listed = ", ".join(f"(CAST('{path}' AS jsonpath))" for path in paths)
    return (
        f"EXISTS (SELECT 1 FROM (VALUES {listed}) AS places (place), "  # noqa: S608
        f"jsonb_path_query(CAST({column} AS jsonb) -> {key} -> 0, place) AS said "
        "WHERE jsonb_typeof(said) IN ('string', 'number') "
        f"AND lower((said #>> '{{}}') COLLATE \"C\") LIKE {pattern} ESCAPE '\\')"
    )


class lower_ascii(sa.sql.functions.FunctionElement[str]):  # noqa: N801  # it reads as a function
    """A text with A to Z in lower case, and all else as it is: the same on every database.

    What people write is folded by `kit.folding`; this is for texts that are ASCII.
    """

    inherit_cache = True
    type = sa.Text()


@compiles(lower_ascii, "sqlite")
def _lower_ascii_on_sqlite(element: lower_ascii, compiler: Any, **kw: Any) -> str:
    return f"lower({compiler.process(element.clauses, **kw)})"


@compiles(lower_ascii, "postgresql")
def _lower_ascii_on_postgres(element: lower_ascii, compiler: Any, **kw: Any) -> str:
    return f'lower(({compiler.process(element.clauses, **kw)}) COLLATE "C")'


class byte_length(sa.sql.functions.FunctionElement[int]):  # noqa: N801  # it reads as a function
    """How many bytes a text has: as many as `length` says it has signs, if it is ASCII."""

    inherit_cache = True
    type = sa.Integer()


@compiles(byte_length, "sqlite")
def _byte_length_on_sqlite(element: byte_length, compiler: Any, **kw: Any) -> str:
    return f"length(CAST({compiler.process(element.clauses, **kw)} AS BLOB))"


@compiles(byte_length, "postgresql")
def _byte_length_on_postgres(element: byte_length, compiler: Any, **kw: Any) -> str:
    return f"octet_length({compiler.process(element.clauses, **kw)})"


class try_lock(sa.sql.functions.FunctionElement[bool]):  # noqa: N801  # it reads as a function
    """Whether the lock of this number was to be had; the end of the transaction lets go of it.

    On SQLite always: whoever writes is alone.
    """

    inherit_cache = True
    type = sa.Boolean()


@compiles(try_lock, "sqlite")
def _try_lock_on_sqlite(element: try_lock, compiler: Any, **kw: Any) -> str:
    return f"{compiler.process(element.clauses, **kw)} IS NOT NULL"


@compiles(try_lock, "postgresql")
def _try_lock_on_postgres(element: try_lock, compiler: Any, **kw: Any) -> str:
    return f"pg_try_advisory_xact_lock({compiler.process(element.clauses, **kw)})"


#: SQLite refuses patterns of 50,000 bytes; no text that is searched is half as long.
_LONGEST_PATTERN = 5000


def like_pattern(q: str) -> str:
    """For LIKE with `escape="\\"` on what is folded: substring, `%` and `_` literal."""
    escaped = (
        folded(q)[:_LONGEST_PATTERN].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    )
    return f"%{escaped}%"


_WRITTEN_OUT = (str, int, list, tuple)


class Compiled:
    """SQL text of one dialect, with what goes into each of its places."""

    __slots__ = ("arrays", "lists", "places", "sql", "sql_bytes")

    def __init__(
        self, expression: sa.sql.expression.Executable, dialect: sa.Dialect, *, of_one: bool = False
    ) -> None:
        compiled = _compile(expression, dialect, of_one=of_one)
        self.sql: str = compiled.string
        #: One object for ever, which whoever prepares it knows again at once.
        self.sql_bytes = self.sql.encode()
        binds = compiled.binds
        constants = compiled.params
        named = {name for name, bind in binds.items() if not bind.unique}
        #: (name, constant): a place is filled by name, or holds a constant of the expression.
        #: SQLAlchemy calls the parameters that it named itself "unique": those are the constants,
        #: and so are the members of a written-out list, which are no parameters of their own.
        self.places: list[tuple[str | None, Any]] = [
            (name, None) if name in named else (None, constants[name])
            for name in compiled.positiontup or ()
        ]
        self.arrays = [name for name in binds if isinstance(binds[name].type, _JsonArray)]
        self.lists = [name for name in binds if isinstance(binds[name].type, _AnyArray)]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """In the order of `places`."""
        if self.arrays:
            texts = {name: msgspec.json.encode(values[name]).decode() for name in self.arrays}
            values = {**values, **texts}
        return [constant if name is None else values[name] for name, constant in self.places]


def _compile(expression: Any, dialect: sa.Dialect, *, of_one: bool) -> Any:
    """Constants are written out, and so are lists of them (`IN`): what is always the same need not
    be sent each time, and a planner that sees it knows which partial index will do.

    That needs parameters that may be missing.
    """
    for element in iterate(expression):
        if isinstance(element, sa.BindParameter):
            element.required = False
            # SQLAlchemy calls the parameters that it named itself "unique".
            if element.unique and isinstance(element.value, _WRITTEN_OUT):
                element.literal_execute = True
    return expression.compile(
        dialect=dialect, compile_kwargs={"render_postcompile": True, _OF_ONE: of_one}
    )


class Statement:
    """One SQL statement, the same for both databases. Parameters are `sa.bindparam("name")`."""

    __slots__ = ("_compiled", "_of_one", "expression")

    def __init__(self, expression: sa.sql.expression.Executable) -> None:
        self.expression = expression
        self._compiled: dict[str, Compiled] = {}
        self._of_one: Compiled | None = None

    def compiled_for(self, dialect: sa.Dialect) -> Compiled:
        try:
            return self._compiled[dialect.name]
        except KeyError:
            return self._compiled.setdefault(dialect.name, Compiled(self.expression, dialect))

    def compiled_for_one(self) -> Compiled:
        """For PostgreSQL, where each list has one value, and is bound as that value.

        It plans `= ANY` anew each time for a short list, because it takes one that it does not know
        for longer. For a task with all that is shown of it, planning takes ten times as long as
        finding it.
        """
        if self._of_one is None:
            self._of_one = Compiled(self.expression, POSTGRES_DIALECT, of_one=True)
        return self._of_one


#: Of what waits outside of transactions, such as opening the file.
_BUSY_MS = 15_000


class Busy(Unavailable):
    """Somebody else is writing, and has been for too long to be waited for."""

    message = "The database is being written by another program just now. Please try again."


class Connection(Protocol):
    """One thread's connection to a database."""

    def fetch(self, statement: Statement, values: Mapping[str, Any]) -> list[Any]: ...
    def execute(self, statement: Statement, values: Mapping[str, Any]) -> int: ...
    def execute_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None: ...


class Database(Protocol):
    """Where everything is kept. Connections belong to threads; transactions are explicit.

    `reading` with `by_key` tells PostgreSQL that one plan is right for all: a list is read by
    another index for another caller; what is found by its key is not, and planning it takes longer
    than finding it.

    `writing` raises OutcomeUnknown when nobody can tell whether it committed. With
    `survives_power_cut=False` a commit need not wait for the disk: for what is done again, to the
    same end, when it was lost. It survives a crash of this program, and is whole or not there.
    """

    dialect: sa.Dialect

    def connection(self) -> Connection:
        """For reading outside of a transaction; writes belong into `writing`."""

    def reading(self, *, by_key: bool = False) -> Any: ...
    def writing(self, *, survives_power_cut: bool = True) -> Any: ...
    def writing_if_free(self) -> Any:
        """As `writing`; raises Busy in the stead of waiting, where there is one writer for all."""

    @property
    def commits(self) -> int:
        """How many transactions that write this thread has committed."""

    def ping(self) -> None:
        """Raises what the driver raises, or Unavailable, unless it can be read and written now."""

    def close(self) -> None: ...


def decode(rows: list[Any], row: type[Row]) -> list[Row]:
    """Tuples of the driver as frozen values; SQLite's 0 and 1 become booleans on the way."""
    return msgspec.convert(rows, list[row], strict=False)  # type: ignore[valid-type]


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
    def writing(self, *, survives_power_cut: bool = True) -> Iterator[SqliteConnection]:
        connection = self.connection()
        connection.set_synchronous(self._synchronous if survives_power_cut else "NORMAL")
        asked = time.monotonic()
        with self._writer, self._transaction(connection, self._patience()):
            if self.note_wait is not None:
                self.note_wait(time.monotonic() - asked)
            yield connection

    @contextmanager
    def writing_if_free(self) -> Iterator[SqliteConnection]:
        connection = self.connection()
        connection.set_synchronous(self._synchronous)
        if not self._writer.acquire(blocking=False):
            raise Busy
        try:
            with self._transaction(connection, 0):
                yield connection
        finally:
            self._writer.release()

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


class OpenTransaction:
    """A transaction that is open already, in the stead of a database.

    What is written through it is part of the transaction: it commits with it or not at all. What
    is read through it sees what was written.
    """

    def __init__(self, database: Database, connection: Connection) -> None:
        self.dialect = database.dialect
        self._database = database
        self._connection = connection

    def connection(self) -> Connection:
        return self._connection

    @contextmanager
    def reading(self, *, by_key: bool = False) -> Iterator[Connection]:
        yield self._connection

    @contextmanager
    def writing(self, *, survives_power_cut: bool = True) -> Iterator[Connection]:
        """What it survives is what the whole transaction does."""
        with savepoint(self._connection):
            yield self._connection

    @contextmanager
    def writing_if_free(self) -> Iterator[Connection]:
        with self.writing() as connection:
            yield connection

    @property
    def commits(self) -> int:
        return self._database.commits

    def ping(self) -> None:
        self._database.ping()

    def close(self) -> None:
        """Whoever began the transaction ends it."""


class NothingKept:
    """A database for somebody whose wish is refused already: all that is looked at is as it is.

    What is written is undone, and every transaction that writes ends in this refusal. Guesses that
    are counted beside (`writing_if_free`) stay counted.
    """

    def __init__(self, database: Database, refusal: Refusal) -> None:
        self.dialect = database.dialect
        self.connection = database.connection
        self.reading = database.reading
        self.writing_if_free = database.writing_if_free
        self.ping = database.ping
        self._database = database
        self._refusal = refusal

    @contextmanager
    def writing(self, *, survives_power_cut: bool = True) -> Iterator[Connection]:
        with self._database.writing(survives_power_cut=survives_power_cut) as connection:
            yield connection
            raise self._refusal

    @property
    def commits(self) -> int:
        return self._database.commits

    def close(self) -> None:
        """It is not this one's to close."""


_BEGIN_PART = Statement(sa.text("SAVEPOINT part"))
_UNDO_PART = Statement(sa.text("ROLLBACK TO SAVEPOINT part"))
_END_PART = Statement(sa.text("RELEASE SAVEPOINT part"))


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """What is done inside is undone when it raises; the rest of the transaction may go on."""
    connection.execute(_BEGIN_PART, {})
    try:
        yield
    except BaseException:
        # A database that is away cannot undo, and has: what went wrong first is what is told.
        with suppress(*DATABASE_AWAY):
            connection.execute(_UNDO_PART, {})
            connection.execute(_END_PART, {})
        raise
    connection.execute(_END_PART, {})


#: What the drivers raise when a row would break a constraint, such as a name that is taken.
NOT_UNIQUE = (sqlite3.IntegrityError, psycopg.errors.UniqueViolation)


def is_away(error: Exception) -> bool:
    """The database cannot be reached, or cannot work just now: trying again may help.

    SQLite's word for an SQL error (a missing table) is the same as for a full disk: only its
    number tells them apart.
    """
    if isinstance(error, sqlite3.OperationalError):
        return getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR
    return isinstance(error, DATABASE_AWAY)


#: PostgreSQL's numbers for what is no text in UTF-8, and for NUL and half a sign in JSON; psycopg's
#: own refusal of a NUL has none.
_UNSTORABLE = (None, "22021", "22P05")


def is_unstorable(error: Exception) -> bool:
    """A text that no database keeps has come as far as a statement: some door has let it pass."""
    if isinstance(error, psycopg.DataError):
        return error.sqlstate in _UNSTORABLE
    return isinstance(error, UnicodeEncodeError)


def ping(database: Database) -> None:
    """Raise Unavailable unless the database answers (the health page)."""
    try:
        database.ping()
    except (sqlite3.Error, psycopg.Error) as away:
        raise Unavailable from away


_PING = Statement(sa.select(sa.literal_column("1")))
