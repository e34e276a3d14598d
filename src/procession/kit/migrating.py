"""Bringing a database to the newest schema. The only place that uses SQLAlchemy's engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from procession.kit.postgres import PatientConnection, connect
from procession.kit.schema import newest_revision

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
#: A migration that cannot get its lock fails, instead of queueing all traffic behind itself.
_POSTGRES_LIMITS = ("SET LOCAL lock_timeout = '4s'", "SET LOCAL statement_timeout = '60s'")


def migrate(url: str) -> str:
    """Run what has not run yet; the newest revision. Safe to run again, and by several at once."""
    with _connection(url) as connection:
        command.upgrade(_config(connection), "head")
    return newest_revision()


def engine_for(url: str) -> sa.Engine:
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        return sa.create_engine(url, poolclass=sa.NullPool)
    return sa.create_engine(
        "postgresql+psycopg://", creator=lambda: _connect(url), poolclass=sa.NullPool
    )


def _connect(url: str) -> PatientConnection:
    """As everywhere: SQLAlchemy would read the address by a parser of its own."""
    connection = connect(url)
    connection.autocommit = False
    return connection


@contextmanager
def _connection(url: str) -> Iterator[sa.Connection]:
    with engine_for(url).begin() as connection:
        if connection.dialect.name == "postgresql":
            for limit in _POSTGRES_LIMITS:
                connection.execute(sa.text(limit))
            # Two servers started together migrate one after the other.
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(719041)"))
        yield connection


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config
