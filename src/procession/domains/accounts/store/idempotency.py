"""Idempotency keys and the answers kept under them."""

from hashlib import sha256

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.accounts.tables import (
    idempotency_keys,
)
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.db import Connection, Statement, try_lock
from procession.kit.work import Work


class StoredAnswer(msgspec.Struct, array_like=True, frozen=True):
    """What a key was used for, and the answer it got.

    None: release 0.1.0 claimed the key, and never learned what became of the request.
    """

    request_digest: str
    created_at: Instant
    status: int | None
    body: str | None


_THIS_KEY = (
    idempotency_keys.c.organization_id == ORGANIZATION_ID,
    idempotency_keys.c.caller == sa.bindparam("caller"),
    idempotency_keys.c.key == sa.bindparam("key"),
)
_LOCK_KEY = Statement(sa.select(try_lock(sa.bindparam("number", type_=sa.BigInteger))))
_STORED_ANSWER = Statement(
    sa.select(
        idempotency_keys.c.request_digest,
        idempotency_keys.c.created_at,
        idempotency_keys.c.status,
        idempotency_keys.c.body,
    ).where(*_THIS_KEY)
)
_ADD_ANSWER = Statement(
    idempotency_keys.insert().values(
        {
            name: sa.bindparam(name)
            for name in (
                "organization_id", "caller", "key", "request_digest", "created_at", "status",
                "body",
            )
        }
    )
)  # fmt: skip
_FORGET_KEY = Statement(idempotency_keys.delete().where(*_THIS_KEY))
_FORGET_OLD_KEYS = Statement(
    idempotency_keys.delete().where(
        idempotency_keys.c.created_at < sa.bindparam("older_than", type_=sa.BigInteger)
    )
)


def lock_key(work: Work, caller: str, key: str) -> bool:
    """False while another request has it. The end of the transaction lets go of it."""
    name = f"{work.caller.organization_id} {caller} {key}".encode()
    number = int.from_bytes(sha256(name).digest()[:8], signed=True)
    return bool(work.value(_LOCK_KEY, number=number))


def find_answer(work: Work, caller: str, key: str) -> StoredAnswer | None:
    return work.first(_STORED_ANSWER, StoredAnswer, caller=caller, key=key)


def add_answer(work: Work, caller: str, key: str, answer: StoredAnswer) -> None:
    work.run(_ADD_ANSWER, caller=caller, key=key, **msgspec.structs.asdict(answer))


def forget_key(work: Work, caller: str, key: str) -> None:
    work.run(_FORGET_KEY, caller=caller, key=key)


def forget_keys_before(connection: Connection, instant: Instant) -> int:
    return connection.execute(_FORGET_OLD_KEYS, {"older_than": instant})
