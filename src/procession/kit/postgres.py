"""PostgreSQL: connections with limits, made in one way everywhere.

A server that is away says so, or its host does, within a millisecond. One that is frozen, or whose
network is gone, says nothing at all: who waits for it needs a limit of their own (decision 0022).
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict

from procession.kit.environment import SettingError
from procession.kit.postgres_limits import OF_COMMANDS, Limits
from procession.kit.settings import Settings

RV = TypeVar("RV")

#: What notices that the other side is gone, though nothing is being waited for. An address may say
#: otherwise.
_TCP = {
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


class Silent(psycopg.OperationalError):
    """The server said nothing for too long, or was silent a moment ago."""


class PatientConnection(psycopg.Connection[Any]):
    """Waits for an answer, but for silence no longer than `silence_s`."""

    silence_s: float | None = None
    #: Told when it gave up.
    on_silence: Callable[[], None] | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        if self.silence_s is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(_heard(gen, self.silence_s), interval, timeout)
        except Silent:
            raise self.give_up() from None

    def give_up(self) -> Silent:
        """Whatever comes later is the answer to nothing any more. Returns what to raise."""
        self.pgconn.finish()
        if self.on_silence is not None:
            self.on_silence()
        return Silent("the database server does not answer")


def _heard(gen: PQGen[RV], silence_s: float) -> PQGen[RV]:
    """The same, until nothing was heard for so long. psycopg asks it ten times a second."""
    try:
        wanted = next(gen)
        heard_at = time.monotonic()
        while True:
            ready = yield wanted
            if ready:
                heard_at = time.monotonic()
            elif time.monotonic() - heard_at > silence_s:
                raise Silent("the database server does not answer")
            wanted = gen.send(ready)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def connect(url: str, limits: Limits = OF_COMMANDS) -> PatientConnection:
    """The one way to a PostgreSQL server, in autocommit mode: libpq alone reads addresses, so all
    that it understands is understood everywhere (several hosts, sockets, TLS)."""
    given = conninfo_to_dict(url)
    wanted: dict[str, Any] = {**_TCP, "connect_timeout": limits.connect_s, **given}
    connection = PatientConnection.connect(autocommit=True, prepare_threshold=None, **wanted)
    connection.silence_s = limits.silence_s
    return connection


def refuse_unknown_pooler(settings: Settings) -> None:
    """Raises SettingError when a pooler lets transactions of several clients share connections.

    Statements that one client prepared would be run for another. Two connections that are open at
    the same time, and are served by the same process of the server, tell.
    """
    url = settings.database_url
    if settings.postgres_pooler == "transaction" or not url.startswith("postgres"):
        return
    with connect(url) as one, connect(url) as other:
        served = [(each, _backend(each)) for each in (one, other, one, one, other)]
    by_one, by_other = ({pid for each, pid in served if each is mine} for mine in (one, other))
    if len(by_one) > 1 or len(by_other) > 1 or by_one & by_other:
        raise SettingError(
            "Between this server and PostgreSQL is a pooler that shares connections by "
            "transaction. Say so with PROCESSION_POSTGRES_POOLER=transaction, or let it keep "
            "sessions together."
        )


def _backend(connection: PatientConnection) -> int:
    with connection.transaction():
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
    assert row is not None
    return int(row[0])
