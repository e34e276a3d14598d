"""Deliveries on their way: written, claimed, and what became of each attempt."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.times import MINUTE, Instant
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.webhooks.tables import (
    webhook_attempts,
    webhook_deliveries,
    webhook_endpoints,
)
from procession.domains.webhooks.types import (
    PAUSES,
    Delivery,
    DeliveryStatus,
    NewDelivery,
    endpoint_id,
)
from procession.kit.db import BigNumber, Connection, Statement, any_of, decode
from procession.kit.leasing import recalling
from procession.kit.work import Work

#: Longer than an attempt may take, with what waits for its turn.
_LEASE = 2 * MINUTE
_ENDPOINT = sa.bindparam("endpoint_id", type_=sa.String(32))
_NOW = sa.bindparam("now", type_=sa.BigInteger)
_COUNT = sa.Integer


def _bound(*names: str) -> dict[str, Any]:
    return {name: sa.bindparam(name) for name in names}


# --- Written with what happened ---


def _endpoint_once() -> Statement:
    """Somebody else may have written it, in this moment or long ago."""
    names = ("organization_id", "id", "url", "created_at")
    columns = webhook_endpoints.c
    values = sa.select(*[sa.bindparam(name, type_=columns[name].type) for name in names])
    unless_there = values.where(sa.true()).suffix_with("ON CONFLICT DO NOTHING")
    return Statement(webhook_endpoints.insert().from_select(list(names), unless_there))


_ADD_ENDPOINT = _endpoint_once()
_INSERT = Statement(
    webhook_deliveries.insert().values(
        _bound(
            "organization_id", "uid", "endpoint_id", "lane", "event", "subject_kind", "subject_id",
            "subject_name", "process_id", "template_id", "body", "marks", "is_test", "created_at",
            "due_at", "status",
        )
    )
)  # fmt: skip


def add_deliveries(work: Work, deliveries: Sequence[NewDelivery]) -> None:
    """In their order: that is the order in which those of one lane arrive."""
    own = {"organization_id": work.caller.organization_id, "created_at": work.now}
    for url in sorted({each.url for each in deliveries}):
        work.run(_ADD_ENDPOINT, id=endpoint_id(url), url=url, created_at=work.now)
    waits = {"status": DeliveryStatus.PENDING.value}
    rows = [
        msgspec.structs.asdict(each) | own | waits | {"endpoint_id": endpoint_id(each.url)}
        for each in deliveries
    ]
    for row in rows:
        del row["url"]
    work.run_many(_INSERT, rows)


# --- Taken, by a worker ---

_others = webhook_deliveries.alias("earlier")
_HAS_DUE = sa.exists().where(
    webhook_deliveries.c.organization_id == webhook_endpoints.c.organization_id,
    webhook_deliveries.c.endpoint_id == webhook_endpoints.c.id,
    webhook_deliveries.c.due_at <= _NOW,
)
_DUE_ENDPOINTS = Statement(
    sa.select(
        webhook_endpoints.c.organization_id,
        webhook_endpoints.c.id,
        webhook_endpoints.c.failure_count,
    ).where(webhook_endpoints.c.paused_at.is_(None), _HAS_DUE)
)
#: Only the first of each lane; what is before it may be on its way, or wait for its next attempt.
_IS_FIRST = ~sa.exists().where(
    _others.c.organization_id == webhook_deliveries.c.organization_id,
    _others.c.endpoint_id == webhook_deliveries.c.endpoint_id,
    _others.c.lane == webhook_deliveries.c.lane,
    _others.c.due_at.is_not(None),
    _others.c.id < webhook_deliveries.c.id,
)
_OF_ENDPOINT = (
    webhook_deliveries.c.organization_id == ORGANIZATION_ID,
    webhook_deliveries.c.endpoint_id == _ENDPOINT,
)
_DUE = Statement(
    sa.select(webhook_deliveries.c.id)
    .where(*_OF_ENDPOINT, webhook_deliveries.c.due_at <= _NOW, _IS_FIRST)
    .order_by(webhook_deliveries.c.due_at, webhook_deliveries.c.id)
    .limit(sa.bindparam("most", type_=_COUNT))
)
_CLAIM = Statement(
    webhook_deliveries.update()
    .where(
        webhook_deliveries.c.organization_id == ORGANIZATION_ID,
        any_of(webhook_deliveries.c.id, "ids"),
        webhook_deliveries.c.due_at <= _NOW,
    )
    .values(
        due_at=_NOW + _LEASE,
        attempt_count=webhook_deliveries.c.attempt_count + 1,
        attempts_in_row=webhook_deliveries.c.attempts_in_row + 1,
    )
    .returning(webhook_deliveries.c.id)
)
_URL = (
    sa.select(webhook_endpoints.c.url)
    .where(
        webhook_endpoints.c.organization_id == webhook_deliveries.c.organization_id,
        webhook_endpoints.c.id == webhook_deliveries.c.endpoint_id,
    )
    .scalar_subquery()
)
WHOLE = [
    _URL if name == "url" else webhook_deliveries.c[name] for name in Delivery.__struct_fields__
]
_CLAIMED = Statement(
    sa.select(*WHOLE)
    .where(
        webhook_deliveries.c.organization_id == ORGANIZATION_ID,
        any_of(webhook_deliveries.c.id, "ids"),
    )
    .order_by(webhook_deliveries.c.id)
)
_RECALL = recalling(webhook_deliveries, webhook_deliveries.c.due_at.is_not(None), max(PAUSES))


class DueEndpoint(msgspec.Struct, array_like=True, frozen=True):
    """Something waits to be sent there."""

    organization_id: str
    id: str
    failure_count: int


def list_due_endpoints(connection: Connection, now: Instant) -> list[DueEndpoint]:
    """Of every organization; those that are paused are left out."""
    return decode(connection.fetch(_DUE_ENDPOINTS, {"now": now}), DueEndpoint)


def claim(connection: Connection, endpoint: DueEndpoint, now: Instant, most: int) -> list[Delivery]:
    """Deliveries that nobody else takes for two minutes: one of each lane."""
    place = {"organization_id": endpoint.organization_id, "endpoint_id": endpoint.id, "now": now}
    due = [row[0] for row in connection.fetch(_DUE, {**place, "most": most})]
    if not due:
        return []
    ours = [row[0] for row in connection.fetch(_CLAIM, {**place, "ids": due})]
    return decode(connection.fetch(_CLAIMED, {**place, "ids": ours}), Delivery) if ours else []


def recall(connection: Connection, now: Instant) -> None:
    """Let nothing wait for a clock that was ahead."""
    connection.execute(_RECALL, {"now": now})


# --- And what became of it ---

#: A claim that ran out may be another worker's by now, who has counted an attempt more.
_HELD = (
    webhook_deliveries.c.organization_id == ORGANIZATION_ID,
    webhook_deliveries.c.id == sa.bindparam("delivery_id", type_=BigNumber),
    webhook_deliveries.c.attempt_count == sa.bindparam("attempts", type_=_COUNT),
    webhook_deliveries.c.due_at.is_not(None),
)
_SETTLED = ("due_at", "status", "last_status", "last_error", "ended_at")
_SETTLE = Statement(
    webhook_deliveries.update()
    .where(*_HELD)
    .values(
        {
            name: sa.bindparam(f"new_{name}", type_=webhook_deliveries.c[name].type)
            for name in _SETTLED
        }
    )
)
_ATTEMPT = Statement(
    webhook_attempts.insert().values(
        _bound("organization_id", "uid", "began_at", "duration_ms", "status", "error")
    )
)


def settle(work: Work, delivery: Delivery, changes: Mapping[str, Any]) -> bool:
    """False when it is not this worker's any more."""
    new = {f"new_{name}": changes[name] for name in _SETTLED}
    place = {"delivery_id": delivery.id, "attempts": delivery.attempt_count}
    return work.run(_SETTLE, **place, **new) > 0


def add_attempt(work: Work, **columns: Any) -> None:
    work.run(_ATTEMPT, **columns)
