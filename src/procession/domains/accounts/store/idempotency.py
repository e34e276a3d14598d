"""Idempotency keys and the answers kept under them."""

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.accounts.tables import (
    idempotency_keys,
)
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.db import Connection, Statement
from procession.kit.work import Work


class StoredAnswer(msgspec.Struct, array_like=True, frozen=True):
    """What a key was used for, and the answer it got (None while that is not known)."""

    request_digest: str
    created_at: Instant
    status: int | None
    body: str | None


_THIS_KEY = (
    idempotency_keys.c.organization_id == ORGANIZATION_ID,
    idempotency_keys.c.caller == sa.bindparam("caller"),
    idempotency_keys.c.key == sa.bindparam("key"),
)
_CLAIM_KEY = Statement(
    idempotency_keys.insert().from_select(
        ["organization_id", "caller", "key", "request_digest", "created_at"],
        sa.select(
            ORGANIZATION_ID,
            sa.bindparam("caller", type_=sa.Text),
            sa.bindparam("key", type_=sa.Text),
            sa.bindparam("request_digest", type_=sa.Text),
            sa.bindparam("created_at", type_=sa.BigInteger),
        )
        .where(sa.true())
        .suffix_with("ON CONFLICT DO NOTHING"),
    )
)
_STORED_ANSWER = Statement(
    sa.select(
        idempotency_keys.c.request_digest,
        idempotency_keys.c.created_at,
        idempotency_keys.c.status,
        idempotency_keys.c.body,
    ).where(*_THIS_KEY)
)
_STORE_ANSWER = Statement(
    idempotency_keys.update()
    .where(*_THIS_KEY)
    .values(status=sa.bindparam("new_status"), body=sa.bindparam("new_body"))
)
_FORGET_KEY = Statement(idempotency_keys.delete().where(*_THIS_KEY))
_FORGET_OLD_KEYS = Statement(
    idempotency_keys.delete().where(
        idempotency_keys.c.created_at < sa.bindparam("older_than", type_=sa.BigInteger)
    )
)


def claim_key(work: Work, caller: str, key: str, request_digest: str) -> bool:
    """True for the one request that may run."""
    return bool(
        work.run(
            _CLAIM_KEY,
            caller=caller,
            key=key,
            request_digest=request_digest,
            created_at=work.now,
        )
    )


def find_answer(work: Work, caller: str, key: str) -> StoredAnswer | None:
    return work.first(_STORED_ANSWER, StoredAnswer, caller=caller, key=key)


def set_answer(work: Work, caller: str, key: str, status: int, body: str) -> None:
    work.run(_STORE_ANSWER, caller=caller, key=key, new_status=status, new_body=body)


def forget_key(work: Work, caller: str, key: str) -> None:
    work.run(_FORGET_KEY, caller=caller, key=key)


def forget_keys_before(connection: Connection, instant: Instant) -> int:
    return connection.execute(_FORGET_OLD_KEYS, {"older_than": instant})
