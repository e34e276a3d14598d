"""What every use case runs on: the database, the clock, the settings and the server's key."""

from dataclasses import dataclass, field
from pathlib import Path

from procession.kit.clock import Clock, system_clock
from procession.kit.db import Database, SqliteDatabase
from procession.kit.postgres import OF_COMMANDS, Limits
from procession.kit.postgres_database import PostgresDatabase
from procession.kit.running import Running
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
    #: Requests with an Idempotency-Key.
    running: Running = field(default_factory=Running, compare=False)


def open_storage(settings: Settings, limits: Limits = OF_COMMANDS) -> Database:
    """`limits`: of PostgreSQL."""
    url = settings.database_url
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        return SqliteDatabase(path, synchronous=settings.sqlite_synchronous)
    is_pooled = settings.postgres_pooler == "transaction"
    return PostgresDatabase(url, limits, is_pooled=is_pooled)
