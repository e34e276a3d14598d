"""What was sent, as administrators read it, and how long it is kept."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.webhooks.store.delivering import WHOLE
from procession.domains.webhooks.tables import webhook_attempts, webhook_deliveries
from procession.domains.webhooks.types import (
    Attempt,
    Delivery,
    DeliveryFilter,
    DeliveryStatus,
    endpoint_id,
)
from procession.kit.db import Connection, Statement
from procession.kit.leasing import AT_ONCE
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_UID = sa.bindparam("uid", type_=sa.Text)
_IN_ORGANIZATION = webhook_deliveries.c.organization_id == ORGANIZATION_ID
_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "url": webhook_deliveries.c.endpoint_id == sa.bindparam("endpoint_id", type_=sa.String(32)),
    "event": webhook_deliveries.c.event == sa.bindparam("event", type_=sa.Text),
    "status": webhook_deliveries.c.status == sa.bindparam("status", type_=sa.Text),
    "created_from": webhook_deliveries.c.created_at
    >= sa.bindparam("created_from", type_=sa.BigInteger),
}


def _narrowed(names: tuple[str, ...], selected: sa.Select[Any]) -> sa.Select[Any]:
    return selected.where(_IN_ORGANIZATION, *[_CONDITIONS[name] for name in names])


@cache
def _page(names: tuple[str, ...], *, is_oldest_first: bool) -> Statement:
    keys = (webhook_deliveries.c.created_at, webhook_deliveries.c.id)
    return Statement(
        _narrowed(names, sa.select(*WHOLE))
        .order_by(*[key.asc() if is_oldest_first else key.desc() for key in keys])
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(names: tuple[str, ...]) -> Statement:
    return Statement(_narrowed(names, sa.select(sa.func.count()).select_from(webhook_deliveries)))


def list_deliveries(work: Work, request: PageRequest, wanted: DeliveryFilter) -> Page[Delivery]:
    names = tuple(name for name in _CONDITIONS if getattr(wanted, name) is not None)
    values = {
        "endpoint_id": endpoint_id(wanted.url or ""),
        "event": wanted.event,
        "status": wanted.status,
        "created_from": wanted.created_from,
    }
    page = _page(names, is_oldest_first=wanted.is_oldest_first)
    rows = work.all(page, Delivery, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(names), **values), request)


_ONE = Statement(sa.select(*WHOLE).where(_IN_ORGANIZATION, webhook_deliveries.c.uid == _UID))
_ATTEMPTS = Statement(
    sa.select(*[webhook_attempts.c[name] for name in Attempt.__struct_fields__])
    .where(
        webhook_attempts.c.organization_id == ORGANIZATION_ID,
        webhook_attempts.c.uid == _UID,
    )
    .order_by(webhook_attempts.c.id)
)
_REPLAY = Statement(
    webhook_deliveries.update()
    .where(_IN_ORGANIZATION, webhook_deliveries.c.uid == _UID)
    .values(due_at=AT_ONCE, attempts_in_row=0, status=DeliveryStatus.PENDING.value, ended_at=None)
)


def find_delivery(work: Work, uid: str) -> Delivery | None:
    return work.first(_ONE, Delivery, uid=uid)


def attempts_of(work: Work, uid: str) -> list[Attempt]:
    """The first one first."""
    return work.all(_ATTEMPTS, Attempt, uid=uid)


def set_due(work: Work, uid: str) -> None:
    """It is sent again, as it is."""
    work.run(_REPLAY, uid=uid)


# --- How long it is kept ---

_BEFORE = sa.bindparam("before", type_=sa.BigInteger)
_FORGET = Statement(
    webhook_deliveries.delete().where(
        webhook_deliveries.c.created_at < _BEFORE, webhook_deliveries.c.due_at.is_(None)
    )
)
_GIVE_UP = Statement(
    webhook_deliveries.update()
    .where(webhook_deliveries.c.created_at < _BEFORE, webhook_deliveries.c.due_at.is_not(None))
    .values(
        due_at=None,
        status=DeliveryStatus.FAILED.value,
        ended_at=sa.bindparam("now", type_=sa.BigInteger),
    )
)


def forget_before(connection: Connection, before: Instant) -> int:
    """Deliveries that have ended, with their attempts; how many there were."""
    return connection.execute(_FORGET, {"before": before})


def give_up_before(connection: Connection, before: Instant, now: Instant) -> int:
    """Deliveries that have waited too long for an endpoint that is paused."""
    return connection.execute(_GIVE_UP, {"before": before, "now": now})
