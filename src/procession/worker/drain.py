"""Delivering the outbox: claim the events that are due, hand each to its receivers, forget them.

A claim moves the rows' `due_at` ahead (a lease); so two workers never hold the same row, and a row
whose worker died comes due again by itself. An event is delivered at least once; its id is the
receivers' duplicate key. Claims and what follows them are written for many events together, and
need not survive a power cut: what was lost is delivered again. So the worker hardly ever holds
what people's own writes wait for.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import sqlalchemy as sa
import structlog

from procession.core.times import HOUR, MINUTE, SECOND, Instant
from procession.kit.db import Connection, Statement, any_of, decode
from procession.kit.journal import outbox
from procession.kit.leasing import AT_ONCE, recalling
from procession.kit.server import Server

_log = structlog.get_logger("procession.outbox")

_LEASE = 2 * MINUTE
#: Slow receivers end a batch early: whoever holds a lease must be done before it runs out.
_LONGEST_BATCH_S = 60
_MOST_AT_ONCE = 100
#: Pauses before the second, third... attempt; after the last the row is kept as failed.
_PAUSES = (10 * SECOND, MINUTE, 10 * MINUTE, HOUR)


class Delivery(msgspec.Struct, array_like=True, frozen=True):
    """One event on its way to its receivers."""

    id: int
    organization_id: str
    event: str
    #: JSON.
    payload: str
    #: With this attempt.
    attempt_count: int


#: What receives events: called with each, outside of any transaction; raising means "again later".
Receiver = Callable[[Delivery], None]

_NOW = sa.bindparam("now", type_=sa.BigInteger)
_DUE = Statement(
    sa.select(outbox.c.organization_id, outbox.c.id)
    .where(outbox.c.due_at <= _NOW, outbox.c.failed_at.is_(None))
    .order_by(outbox.c.due_at, outbox.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_CLAIM = Statement(
    outbox.update()
    .where(
        outbox.c.organization_id == sa.bindparam("organization_id", type_=sa.String(32)),
        any_of(outbox.c.id, "ids"),
        outbox.c.due_at <= _NOW,
        outbox.c.failed_at.is_(None),
    )
    .values(
        due_at=sa.bindparam("leased_until", type_=sa.BigInteger),
        attempt_count=outbox.c.attempt_count + 1,
    )
    .returning(*[outbox.c[name] for name in Delivery.__struct_fields__])
)
#: A claim that ran out may be another worker's by now, who has counted an attempt more.
_HELD = (
    outbox.c.organization_id == sa.bindparam("organization_id", type_=sa.String(32)),
    outbox.c.id == sa.bindparam("id_of_row", type_=sa.BigInteger),
    outbox.c.attempt_count == sa.bindparam("attempts", type_=sa.Integer),
)
_ERROR = sa.bindparam("error", type_=sa.Text)
_DONE = Statement(outbox.delete().where(*_HELD))
_AGAIN = Statement(
    outbox.update()
    .where(*_HELD)
    .values(due_at=sa.bindparam("again_at", type_=sa.BigInteger), last_error=_ERROR)
)
_FAILED = Statement(outbox.update().where(*_HELD).values(failed_at=_NOW, last_error=_ERROR))
_GIVEN_BACK = Statement(
    outbox.update().where(*_HELD).values(due_at=AT_ONCE, attempt_count=outbox.c.attempt_count - 1)
)
_RECALL = recalling(outbox, outbox.c.failed_at.is_(None), max(_LEASE, *_PAUSES))


@dataclass(frozen=True)
class Drain:
    """The receivers of events. `deliver_some` is the whole worker step."""

    server: Server
    receivers: Sequence[Receiver]

    def deliver_some(self) -> bool:
        """Deliver the events that are due longest; False when none is."""
        claimed = self.claim()
        done: list[Delivery] = []
        refused: list[tuple[Delivery, Exception]] = []
        give_up_at = time.monotonic() + _LONGEST_BATCH_S
        for delivery in claimed:
            if time.monotonic() > give_up_at:
                break
            try:
                for receive in self.receivers:
                    receive(delivery)
            except Exception as error:
                refused.append((delivery, error))
            else:
                done.append(delivery)
        self._settle(done, refused, claimed[len(done) + len(refused) :])
        return bool(claimed)

    def recall(self) -> bool:
        """Let nothing wait for a clock that was ahead; always "nothing more", they go at once."""
        with self.server.database.writing(survives_power_cut=False) as connection:
            connection.execute(_RECALL, {"now": self.server.now_for_all(connection)})
        return False

    def claim(self, most: int = _MOST_AT_ONCE) -> list[Delivery]:
        """In the order in which they were written. Nothing is written when nothing is due."""
        database = self.server.database
        connection = database.connection()
        due: dict[str, list[int]] = {}
        values = {"now": self.server.now_for_all(connection), "most": most}
        for organization_id, row_id in connection.fetch(_DUE, values):
            due.setdefault(organization_id, []).append(row_id)
        if not due:
            return []
        claimed: list[Delivery] = []
        with database.writing(survives_power_cut=False) as connection:
            now = self.server.now_for_all(connection)
            for organization_id, ids in sorted(due.items()):
                claim = {
                    "organization_id": organization_id,
                    "ids": ids,
                    "now": now,
                    "leased_until": now + _LEASE,
                }
                claimed += decode(connection.fetch(_CLAIM, claim), Delivery)
        return sorted(claimed, key=lambda delivery: delivery.id)

    def _settle(
        self,
        done: Sequence[Delivery],
        refused: Sequence[tuple[Delivery, Exception]],
        untried: Sequence[Delivery],
    ) -> None:
        if not (done or refused or untried):
            return
        with self.server.database.writing(survives_power_cut=False) as connection:
            if done:
                connection.execute_many(_DONE, [_held(each) for each in done])
            if untried:
                connection.execute_many(_GIVEN_BACK, [_held(each) for each in untried])
            if refused:
                now = self.server.now_for_all(connection)
                for delivery, error in refused:
                    _postpone(connection, now, delivery, error)


def _postpone(connection: Connection, now: Instant, delivery: Delivery, error: Exception) -> None:
    _log.warning("delivery failed", id=delivery.id, event_name=delivery.event, error=str(error))
    values = {**_held(delivery), "error": str(error)}
    if delivery.attempt_count > len(_PAUSES):
        connection.execute(_FAILED, {**values, "now": now})
    else:
        again_at = now + _PAUSES[delivery.attempt_count - 1]
        connection.execute(_AGAIN, {**values, "again_at": again_at})


def _held(delivery: Delivery) -> dict[str, object]:
    return {
        "organization_id": delivery.organization_id,
        "id_of_row": delivery.id,
        "attempts": delivery.attempt_count,
    }


def log_event(delivery: Delivery) -> None:
    """A receiver that is there by PROCESSION_EVENT_LOG: every event is a line in the log."""
    _log.info(
        "event", id=delivery.id, organization=delivery.organization_id, event_name=delivery.event
    )
