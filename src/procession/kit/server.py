"""What every use case runs on: the database, the clock, the settings and the server's key."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from procession.core.times import Instant
from procession.kit.clock import Clock, system_clock
from procession.kit.database_address import sqlite_file
from procession.kit.db import Connection, Database, SqliteDatabase
from procession.kit.meters import waits_of_process
from procession.kit.postgres_limits import OF_COMMANDS, Limits
from procession.kit.running import Running
from procession.kit.settings import Settings
from procession.kit.switchboard import Outside
from procession.kit.throttling import Failures


@dataclass(frozen=True, slots=True)
class Server:
    database: Database
    settings: Settings
    #: What guest codes are derived from; see `accounts.actions.keys`.
    secret_key: str = ""
    clock: Clock = system_clock
    #: The one clock of all nodes (`kit.leasing`); None: this node's, which is the only one.
    shared_clock: Callable[[Connection], Instant] | None = None
    failures: Failures = field(default_factory=Failures, compare=False)
    #: Requests with an Idempotency-Key.
    running: Running = field(default_factory=Running, compare=False)
    #: Calls to servers outside; its thread begins with the first one.
    outside: Outside = field(default_factory=Outside, compare=False)
    #: Told of the facts of each unit of work (each with who was acting) when all of it is done,
    #: in its transaction: what is to be sent later is written down as things are now.
    hearers: tuple[Callable[[Any, Any], None], ...] = ()
    #: In a rehearsal, which keeps nothing: told of each cascade (`flows.rules.witnessing`).
    witness: Callable[[Any], None] | None = None
    #: Whether people hear of what happens. Not of a story that is told long after (the demo).
    tells_people: bool = True

    @property
    def tells_events(self) -> bool:
        """Whether anybody receives them: what nobody receives is not put into the outbox."""
        return self.settings.event_log

    def now_for_all(self, connection: Connection) -> Instant:
        """What claims go by. `clock` is for what people read."""
        return self.clock() if self.shared_clock is None else self.shared_clock(connection)


#: For other programs' locks on the file of SQLite: what nobody waits for, as in commands.
_PATIENCE_S = 15.0


def open_storage(
    settings: Settings, limits: Limits = OF_COMMANDS, *, patience_s: float = _PATIENCE_S
) -> Database:
    """`limits`: of PostgreSQL. `patience_s`: of a writer while another program has locked the file
    of SQLite."""
    path = sqlite_file(settings.database_url)
    if path is None:
        return _open_postgres(settings, limits)
    synchronous = settings.sqlite_synchronous
    database = SqliteDatabase(path, synchronous=synchronous, patience_s=patience_s)
    database.note_wait = waits_of_process()
    return database


def import_storage(settings: Settings) -> None:
    """What `open_storage` would import, for whoever forks before it."""
    if sqlite_file(settings.database_url) is None:
        import procession.kit.postgres_database  # noqa: F401, PLC0415


def _open_postgres(settings: Settings, limits: Limits) -> Database:
    """Its driver is imported for it alone: who uses SQLite has no use for it."""
    from procession.kit.postgres_database import PostgresDatabase  # noqa: PLC0415

    is_pooled = settings.postgres_pooler == "transaction"
    database = PostgresDatabase(settings.database_url, limits, is_pooled=is_pooled)
    database.note_wait = waits_of_process()
    return database
