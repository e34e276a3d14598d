"""What is asked of a database, whichever it is; and what stands in for one."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from procession.kit.database_errors import away_errors, driver_errors
from procession.kit.errors import Refusal, Unavailable
from procession.kit.statements import Statement


class Busy(Unavailable):
    """Somebody else is writing, and has been for too long to be waited for."""

    message = "The database is being written by another program just now. Please try again."


class Connection(Protocol):
    """One thread's connection to a database."""

    def fetch(self, statement: Statement, values: Mapping[str, Any]) -> list[Any]: ...
    def execute(self, statement: Statement, values: Mapping[str, Any]) -> int: ...
    def execute_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None: ...
    def execute_later(self, statement: Statement, values: Mapping[str, Any]) -> None:
        """For what nobody waits for: done before the next statement that is not put off, or with
        the end of the transaction. What goes wrong with it is told then. `execute_many` is the
        same."""

    def settle(self) -> None:
        """All that was put off is done."""

    def forget(self) -> None:
        """What was put off and not done yet is not done: it is about to be undone."""


@dataclass(frozen=True)
class ScratchRows:
    """What `Database.scratch` copies of a table that is written to in it, where it has to: rows of
    the organization, and of those"""

    organization_id: str
    #: by table, those alone with one of the values in the column;
    only: Mapping[str, tuple[str, Collection[str]]]
    #: none, of these tables;
    none_of: Collection[str] = ()
    #: of all others, those with nothing in any of these columns, where the table has them.
    without: Collection[str] = ()


class Database(Protocol):
    """Where everything is kept. Connections belong to threads; transactions are explicit.

    `reading` with `by_key` tells PostgreSQL that one plan is right for all: a list is read by
    another index for another caller; what is found by its key is not, and planning it takes longer
    than finding it.

    `writing` raises OutcomeUnknown when nobody can tell whether it committed. With
    `survives_power_cut=False` a commit need not wait for the disk: for what is done again, to the
    same end, when it was lost, or has changed nothing. It survives a crash of this program, and is
    whole or not there. `patience_s`: how long it waits where there is one writer for all, before it
    raises Busy; None: as long as is usual.
    """

    dialect: sa.Dialect

    def connection(self) -> Connection:
        """For reading outside of a transaction; writes belong into `writing`."""

    def reading(self, *, by_key: bool = False) -> Any: ...
    def writing(
        self, *, survives_power_cut: bool = True, patience_s: float | None = None
    ) -> Any: ...
    def writing_if_free(self) -> Any:
        """As `writing`; raises Busy in the stead of waiting, where there is one writer for all."""

    def scratch(self, rows: ScratchRows) -> Any:
        """A transaction that is undone at its end, whatever was written, and may take seconds.
        Where there is one writer for all it is not that one, and holds up nobody."""

    @property
    def commits(self) -> int:
        """How many transactions that write this thread has committed."""

    def ping(self) -> None:
        """Raises what the driver raises, or Unavailable, unless it can be read and written now."""

    def close(self) -> None: ...


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
    def writing(
        self, *, survives_power_cut: bool = True, patience_s: float | None = None
    ) -> Iterator[Connection]:
        """What it survives is what the whole transaction does."""
        with savepoint(self._connection):
            yield self._connection

    @contextmanager
    def writing_if_free(self) -> Iterator[Connection]:
        with self.writing() as connection:
            yield connection

    def scratch(self, rows: ScratchRows) -> AbstractContextManager[Connection]:
        return undone(self.writing())

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
        self.scratch = database.scratch
        self.ping = database.ping
        self._database = database
        self._refusal = refusal

    @contextmanager
    def writing(
        self, *, survives_power_cut: bool = True, patience_s: float | None = None
    ) -> Iterator[Connection]:
        with self._database.writing(
            survives_power_cut=survives_power_cut, patience_s=patience_s
        ) as connection:
            yield connection
            connection.settle()
            raise self._refusal

    @property
    def commits(self) -> int:
        return self._database.commits

    def close(self) -> None:
        """It is not this one's to close."""


Begun = TypeVar("Begun")


class _Undone(Exception):
    """Ends a transaction."""


@contextmanager
def undone(transaction: AbstractContextManager[Begun]) -> Iterator[Begun]:
    """Whatever is written in it, nothing is kept."""
    with suppress(_Undone), transaction as connection:
        yield connection
        raise _Undone


_BEGIN_PART = Statement(sa.text("SAVEPOINT part"))
_UNDO_PART = Statement(sa.text("ROLLBACK TO SAVEPOINT part"))
_END_PART = Statement(sa.text("RELEASE SAVEPOINT part"))


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """What is done inside is undone when it raises; the rest of the transaction may go on."""
    connection.execute(_BEGIN_PART, {})
    try:
        yield
        connection.settle()
    except BaseException:
        connection.forget()
        # A database that is away cannot undo, and has: what went wrong first is what is told.
        with suppress(*away_errors()):
            connection.execute(_UNDO_PART, {})
            connection.execute(_END_PART, {})
        raise
    connection.execute(_END_PART, {})


def ping(database: Database) -> None:
    """Raise Unavailable unless the database answers (the health page)."""
    try:
        database.ping()
    except driver_errors() as away:
        raise Unavailable from away
