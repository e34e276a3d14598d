"""Idempotency keys: a repeated POST is answered again, not done again (contract 00, 2).

The key is claimed before the request runs. A request that never finished (the server was killed)
leaves its key claimed: a repeat then gets a conflict instead of a second run, because nobody can
know whether the first was applied.

Answers are kept sealed with the server's key, because some hold links that let guests in. Guest
codes are derived from that key and kept nowhere: with the database alone nobody gets at either.
"""

from dataclasses import dataclass

from procession.core.times import DAY, Instant
from procession.domains.accounts import store
from procession.domains.accounts.store import StoredAnswer
from procession.kit import signing
from procession.kit.caller import Caller
from procession.kit.db import Database
from procession.kit.errors import Conflict, NotYet, invalid
from procession.kit.server import Server
from procession.kit.work import looking, writing

_PURPOSE = "answers to repeat"


@dataclass(frozen=True)
class Repeated:
    """The answer that the first request got."""

    status: int
    body: bytes


def claim(caller: Caller, key: str, request_digest: str) -> Repeated | None:
    """None: go on. Otherwise the answer to give again. Raises NotYet while the first one runs."""
    with writing(caller) as work:
        stored = store.find_answer(work, caller.person, key)
        if stored is not None and stored.created_at < work.now - DAY:
            store.forget_key(work, caller.person, key)
            stored = None
        if stored is None and store.claim_key(work, caller.person, key, request_digest):
            return None
    return _answer_of_first(caller, key, request_digest)


def _answer_of_first(caller: Caller, key: str, request_digest: str) -> Repeated:
    stored = store.find_answer(looking(caller), caller.person, key)
    if stored is not None and stored.request_digest != request_digest:
        raise invalid("Idempotency-Key", "This Idempotency-Key was used with a different request.")
    if stored is not None and stored.status is not None:
        return Repeated(stored.status, _opened(caller.server, stored))
    raise NotYet(
        "The first request with this Idempotency-Key has not finished. Check what it did, "
        "then repeat it with a new key."
    )


def _opened(server: Server, stored: StoredAnswer) -> bytes:
    try:
        text: str = signing.unseal(_secret(server), stored.body or "")
    except ValueError:
        raise Conflict(
            "The first request with this Idempotency-Key was answered, but its answer cannot be "
            "read any more. Check what it did, then use a new key."
        ) from None
    return text.encode()


def _secret(server: Server) -> str:
    return signing.derived(server.secret_key, _PURPOSE).hex()


def keep(caller: Caller, key: str, status: int, body: bytes) -> None:
    sealed = signing.seal(_secret(caller.server), body.decode())
    with writing(caller) as work:
        store.set_answer(work, caller.person, key, status, sealed)


def release(caller: Caller, key: str) -> None:
    """The request failed on our side and left nothing behind: it may be tried again."""
    with writing(caller) as work:
        store.forget_key(work, caller.person, key)


def forget_keys_before(database: Database, instant: Instant) -> int:
    """Keys older than this; how many there were."""
    with database.writing() as connection:
        return store.forget_keys_before(connection, instant)
