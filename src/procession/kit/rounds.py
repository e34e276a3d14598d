"""Which workers there are, and when each of them last got through all that it looks after.

A row for each worker process of the whole server, wherever it runs; what `/health` tells of them
comes from here. Times are by the clock of leases (`kit.leasing`).
"""

import os
import secrets
import socket
from dataclasses import dataclass, field

import sqlalchemy as sa

from procession.core.times import MINUTE, Instant
from procession.kit.columns import instant_column, text_column
from procession.kit.content import NO_CONTENT
from procession.kit.db import Connection, Statement, metadata
from procession.kit.journal import outbox
from procession.kit.server import Server

#: Without a round for so long, nobody is thought to work (contract, ruling 34).
SILENCE = 2 * MINUTE

workers = sa.Table(
    "workers",
    metadata,
    # Host and process, and some letters: numbers of processes come again.
    text_column("name"),
    instant_column("started_at"),
    instant_column("last_round_at"),
    sa.PrimaryKeyConstraint("name"),
    info=NO_CONTENT,
)

_NAME = workers.c.name == sa.bindparam("worker", type_=sa.Text)
_NOW = sa.bindparam("now", type_=sa.BigInteger)
_ADD = Statement(
    workers.insert().values(name=sa.bindparam("worker"), started_at=_NOW, last_round_at=_NOW)
)
_NOTE = Statement(workers.update().where(_NAME).values(last_round_at=_NOW))
_REMOVE = Statement(workers.delete().where(_NAME))
#: Those that were killed; those "in the future" noted it by a clock that has been set back.
_FORGET_SILENT = Statement(
    workers.delete().where(
        (workers.c.last_round_at < _NOW - SILENCE) | (workers.c.last_round_at > _NOW + SILENCE)
    )
)
_LAST_ROUND = Statement(
    sa.select(sa.func.max(workers.c.last_round_at)).where(workers.c.last_round_at <= _NOW + SILENCE)
)
_FIRST_IN_LINE = Statement(
    sa.select(outbox.c.created_at)
    .where(outbox.c.failed_at.is_(None))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(1)
)


def _new_name() -> str:
    return f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"


@dataclass(frozen=True)
class Rounds:
    """Of one worker process."""

    server: Server
    name: str = field(default_factory=_new_name)

    def note(self) -> bool:
        """That a round ended just now; always "nothing more to do"."""
        with self.server.database.writing(survives_power_cut=False) as connection:
            values = {"worker": self.name, "now": self.server.now_for_all(connection)}
            if not connection.execute(_NOTE, values):
                connection.execute(_FORGET_SILENT, values)
                connection.execute(_ADD, values)
        return False

    def end(self) -> bool:
        """This worker stops, and is not missed; always "nothing more to do"."""
        with self.server.database.writing() as connection:
            connection.execute(_REMOVE, {"worker": self.name})
        return False


@dataclass(frozen=True)
class Standing:
    """How the background work is doing."""

    is_alive: bool
    #: None while nobody has ended one, or nobody who did is remembered.
    last_round_at: Instant | None
    #: Age of the event that is delivered next; None when none waits.
    oldest_event_s: int | None


def standing(server: Server, connection: Connection) -> Standing:
    """Of all workers together, wherever they run."""
    now = server.now_for_all(connection)
    last_round_at: Instant | None = connection.fetch(_LAST_ROUND, {"now": now})[0][0]
    waiting = connection.fetch(_FIRST_IN_LINE, {})
    return Standing(
        is_alive=last_round_at is not None and now - last_round_at <= SILENCE,
        last_round_at=last_round_at,
        # Events are dated by the node that wrote them, whose clock may be ahead.
        oldest_event_s=max(now - waiting[0][0], 0) // 1_000_000 if waiting else None,
    )
