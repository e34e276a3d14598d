"""Addresses that are called, how they are doing, and what is signed for them."""

from typing import Any

import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.accounts.tables import organizations
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.webhooks.tables import (
    webhook_deliveries,
    webhook_endpoints,
    webhook_secrets,
)
from procession.domains.webhooks.types import Endpoint, Secrets
from procession.kit.db import Statement
from procession.kit.leasing import AT_ONCE
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_ID = sa.bindparam("endpoint_id", type_=sa.String(32))
_THIS = (webhook_endpoints.c.organization_id == ORGANIZATION_ID, webhook_endpoints.c.id == _ID)
_PENDING = (
    sa.select(sa.func.count())
    .where(
        webhook_deliveries.c.organization_id == webhook_endpoints.c.organization_id,
        webhook_deliveries.c.endpoint_id == webhook_endpoints.c.id,
        webhook_deliveries.c.due_at.is_not(None),
    )
    .scalar_subquery()
)
_ALL = sa.select(
    *[webhook_endpoints.c[name] for name in Endpoint.__struct_fields__[:-1]], _PENDING
).where(webhook_endpoints.c.organization_id == ORGANIZATION_ID)
_ONE = Statement(_ALL.where(webhook_endpoints.c.id == _ID))
_LOCKED = Statement(sa.select(webhook_endpoints.c.id).where(*_THIS).with_for_update())
_PAGE = Statement(
    _ALL.order_by(webhook_endpoints.c.url, webhook_endpoints.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .offset(sa.bindparam("offset", type_=sa.Integer))
)
_COUNT = Statement(
    sa.select(sa.func.count())
    .select_from(webhook_endpoints)
    .where(webhook_endpoints.c.organization_id == ORGANIZATION_ID)
)


def list_endpoints(work: Work, request: PageRequest) -> Page[Endpoint]:
    rows = work.all(_PAGE, Endpoint, limit=request.size, offset=request.offset)
    return Page(rows, work.value(_COUNT), request)


def find_endpoint(work: Work, endpoint_id: str, *, lock: bool = False) -> Endpoint | None:
    if lock:
        work.value(_LOCKED, endpoint_id=endpoint_id)
        work.read_clock()
    return work.first(_ONE, Endpoint, endpoint_id=endpoint_id)


_INSTANT = sa.BigInteger
_SUCCEEDED = Statement(
    webhook_endpoints.update()
    .where(*_THIS)
    .values(failure_count=0, last_success_at=sa.bindparam("now", type_=_INSTANT))
)
_FAILED = Statement(
    webhook_endpoints.update()
    .where(*_THIS)
    .values(
        failure_count=webhook_endpoints.c.failure_count + 1,
        last_failure_at=sa.bindparam("now", type_=_INSTANT),
    )
    .returning(webhook_endpoints.c.failure_count)
)
#: The answer is its row's count: of two who see the last failure, one pauses it.
_PAUSE = Statement(
    webhook_endpoints.update()
    .where(*_THIS, webhook_endpoints.c.paused_at.is_(None))
    .values(paused_at=sa.bindparam("now", type_=_INSTANT))
)
_RESUME = Statement(
    webhook_endpoints.update().where(*_THIS).values(paused_at=None, failure_count=0)
)
_AT_ONCE = Statement(
    webhook_deliveries.update()
    .where(
        webhook_deliveries.c.organization_id == ORGANIZATION_ID,
        webhook_deliveries.c.endpoint_id == _ID,
        webhook_deliveries.c.due_at.is_not(None),
    )
    .values(due_at=AT_ONCE, attempts_in_row=0)
)


def count_success(work: Work, endpoint_id: str) -> None:
    work.run(_SUCCEEDED, endpoint_id=endpoint_id)


def count_failure(work: Work, endpoint_id: str) -> int:
    """How many there were in a row."""
    return int(work.value(_FAILED, endpoint_id=endpoint_id) or 0)


def set_paused(work: Work, endpoint_id: str) -> bool:
    """False when it was already."""
    return work.run(_PAUSE, endpoint_id=endpoint_id) > 0


def clear_paused(work: Work, endpoint_id: str) -> None:
    """What waits goes at once, in its order."""
    work.run(_RESUME, endpoint_id=endpoint_id)
    work.run(_AT_ONCE, endpoint_id=endpoint_id)


# --- What is signed with ---

_SECRETS = Statement(
    sa.select(*[webhook_secrets.c[name] for name in Secrets.__struct_fields__]).where(
        webhook_secrets.c.organization_id == ORGANIZATION_ID
    )
)
_FORGET = Statement(
    webhook_secrets.delete().where(webhook_secrets.c.organization_id == ORGANIZATION_ID)
)
_KEEP: dict[str, Any] = {
    "organization_id": ORGANIZATION_ID,
    **{
        name: sa.bindparam(name, type_=webhook_secrets.c[name].type)
        for name in Secrets.__struct_fields__
    },
}
_INSERT = Statement(webhook_secrets.insert().values(_KEEP))


def find_secrets(work: Work) -> Secrets | None:
    return work.first(_SECRETS, Secrets)


_LOCK = Statement(
    sa.select(organizations.c.id)
    .where(organizations.c.id == ORGANIZATION_ID)
    # Rows that only refer to the organization may come and go meanwhile.
    .with_for_update(key_share=True)
)


def lock_secrets(work: Work) -> Secrets | None:
    """Two who make a new one at once do so one after the other."""
    work.value(_LOCK)
    work.read_clock()
    return find_secrets(work)


def set_secrets(
    work: Work, sealed: str, sealed_before: str | None, before_ends_at: Instant | None
) -> None:
    """Under the lock."""
    work.run(_FORGET)
    work.run(
        _INSERT,
        sealed=sealed,
        created_at=work.now,
        sealed_before=sealed_before,
        before_ends_at=before_ends_at,
    )
