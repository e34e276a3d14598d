"""What every use case runs on: the database, the clock, the settings and the server's key."""

from dataclasses import dataclass, field

from procession.kit.clock import Clock, system_clock
from procession.kit.db import Database, open_database
from procession.kit.settings import Settings
from procession.kit.throttling import Failures


@dataclass(frozen=True, slots=True)
class Server:
    database: Database
    settings: Settings
    #: What guest codes are derived from; see `accounts.actions.keys`.
    secret_key: str = ""
    clock: Clock = system_clock
    failures: Failures = field(default_factory=Failures, compare=False)


#: For other programs' locks on the file of SQLite: what nobody waits for, as in commands.
_PATIENCE_S = 15.0


def open_storage(settings: Settings, *, patience_s: float = _PATIENCE_S) -> Database:
    return open_database(
        settings.database_url,
        sqlite_synchronous=settings.sqlite_synchronous,
        patience_s=patience_s,
    )
