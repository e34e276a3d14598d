"""Delivering the outbox: claim a row, hand it to its receivers, mark it done.

A claim moves the row's `due_at` ahead (a lease), by an update whose row count decides who won; so
two workers never hold the same row, and a row whose worker died comes due again by itself. A row
is delivered at least once; its id is the receivers' duplicate key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
import structlog

from procession.core.times import HOUR, MINUTE, SECOND
from procession.kit.db import Statement, decode
from procession.kit.journal import outbox
from procession.kit.leasing import recalling
from procession.kit.server import Server

_log = structlog.get_logger("procession.outbox")

_LEASE = 2 * MINUTE
#: Pauses before the second, third... attempt; after the last the row is kept as failed.
_PAUSES = (10 * SECOND, MINUTE, 10 * MINUTE, HOUR)


class Delivery(msgspec.Struct, array_like=True, frozen=True):
    """One event on its way to its receivers."""

    id: int
    organization_id: str
    event: str
    #: JSON.
    payload: str
    attempt_count: int


#: What receives events: called with each, outside of any transaction; raising means "again later".
Receiver = Callable[[Delivery], None]

_NOW = sa.bindparam("now", type_=sa.BigInteger)
_THIS = (
    outbox.c.organization_id == sa.bindparam("organization_id", type_=sa.String(32)),
    outbox.c.id == sa.bindparam("id_of_row", type_=sa.BigInteger),
)
_NEXT = Statement(
    sa.select(
        outbox.c.id,
        outbox.c.organization_id,
        outbox.c.event,
        outbox.c.payload,
        outbox.c.attempt_count,
    )
    .where(outbox.c.due_at <= _NOW, outbox.c.failed_at.is_(None))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(1)
)
_CLAIM = Statement(
    outbox.update()
    .where(
        *_THIS,
        outbox.c.attempt_count == sa.bindparam("attempts_seen"),
        outbox.c.due_at <= _NOW,
    )
    .values(
        due_at=sa.bindparam("leased_until", type_=sa.BigInteger),
        attempt_count=outbox.c.attempt_count + 1,
    )
)
_DONE = Statement(outbox.delete().where(*_THIS))
_AGAIN = Statement(
    outbox.update()
    .where(*_THIS)
    .values(due_at=sa.bindparam("again_at", type_=sa.BigInteger), last_error=sa.bindparam("error"))
)
_FAILED = Statement(
    outbox.update().where(*_THIS).values(failed_at=_NOW, last_error=sa.bindparam("error"))
)
_RECALL = recalling(outbox, outbox.c.failed_at.is_(None), max(_LEASE, *_PAUSES))


@dataclass(frozen=True)
class Drain:
    """The receivers of events. `deliver_one` is the whole worker step."""

    server: Server
    receivers: Sequence[Receiver]

    def deliver_one(self) -> bool:
        """Deliver the event that is due longest; False when none is."""
        delivery = self._claim()
        if delivery is None:
            return False
        try:
            for receive in self.receivers:
                receive(delivery)
        except Exception as error:
            self._postpone(delivery, error)
        else:
            with self.server.database.writing() as connection:
                connection.execute(_DONE, _place(delivery))
        return True

    def recall(self) -> bool:
        """Let nothing wait for a clock that was ahead; always "nothing more", they go at once."""
        with self.server.database.writing() as connection:
            connection.execute(_RECALL, {"now": self.server.now_for_all(connection)})
        return False

    def _claim(self) -> Delivery | None:
        with self.server.database.writing() as connection:
            now = self.server.now_for_all(connection)
            found = decode(connection.fetch(_NEXT, {"now": now}), Delivery)
            if not found:
                return None
            claim = {
                **_place(found[0]),
                "attempts_seen": found[0].attempt_count,
                "now": now,
                "leased_until": now + _LEASE,
            }
            return found[0] if connection.execute(_CLAIM, claim) else None

    def _postpone(self, delivery: Delivery, error: Exception) -> None:
        _log.warning("delivery failed", id=delivery.id, event_name=delivery.event, error=str(error))
        with self.server.database.writing() as connection:
            values = {**_place(delivery), "error": str(error)}
            if delivery.attempt_count >= len(_PAUSES):
                connection.execute(_FAILED, {**values, "now": self.server.clock()})
            else:
                pause = _PAUSES[delivery.attempt_count]
                again_at = self.server.now_for_all(connection) + pause
                connection.execute(_AGAIN, {**values, "again_at": again_at})


def _place(delivery: Delivery) -> dict[str, object]:
    return {"organization_id": delivery.organization_id, "id_of_row": delivery.id}


def log_event(delivery: Delivery) -> None:
    """The first receiver of all: every event is a line in the log."""
    _log.info(
        "event", id=delivery.id, organization=delivery.organization_id, event_name=delivery.event
    )
