"""What every use case runs on: the database, the clock, the settings and the server's key."""

from collections.abc import Callable
from dataclasses import dataclass, field

from procession.core.times import Instant
from procession.kit.clock import Clock, system_clock
from procession.kit.db import Connection, Database, open_database
from procession.kit.settings import Settings
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

    def now_for_all(self, connection: Connection) -> Instant:
        """What claims go by. `clock` is for what people read."""
        return self.clock() if self.shared_clock is None else self.shared_clock(connection)


#: For other programs' locks on the file of SQLite: what nobody waits for, as in commands.
_PATIENCE_S = 15.0


def open_storage(settings: Settings, *, patience_s: float = _PATIENCE_S) -> Database:
    return open_database(
        settings.database_url,
        sqlite_synchronous=settings.sqlite_synchronous,
        patience_s=patience_s,
    )
