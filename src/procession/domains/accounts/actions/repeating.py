"""Idempotency keys: a repeated POST is answered again, not done again (contract 00, 2; ruling 22).

The key and the answer kept under it are written in the transaction of the change. So there is no
state in between: a repeat finds both or neither, whatever became of the server, the database or
the connection meanwhile (decision 0021). A refusal changed nothing and leaves nothing.

Answers are kept sealed with the server's key, because some hold links that let guests in. Guest
codes are derived from that key and kept nowhere: with the database alone nobody gets at either.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from procession.core.times import DAY, Instant
from procession.domains.accounts import store
from procession.domains.accounts.store import StoredAnswer
from procession.kit import signing
from procession.kit.caller import Caller
from procession.kit.db import Database
from procession.kit.errors import Conflict, NotYet, invalid
from procession.kit.server import Server
from procession.kit.work import Work, looking, writing

_PURPOSE = "answers to repeat"


@dataclass(frozen=True)
class Repeated:
    """The answer that the first request got."""

    status: int
    body: bytes


@dataclass(frozen=True)
class Claim:
    """A key, for as long as the transaction is open."""

    work: Work
    key: str
    request_digest: str
    #: Not None: the request was done before, and this is what it was answered.
    kept: Repeated | None

    @property
    def caller(self) -> Caller:
        """Who acts: what they do becomes part of the transaction that keeps its answer."""
        return self.work.inside()

    def keep(self, status: int, body: bytes) -> None:
        work = self.work
        sealed = signing.seal(_secret(work.caller.server), body.decode())
        answer = StoredAnswer(self.request_digest, work.now, status, sealed)
        store.add_answer(work, work.caller.person, self.key, answer)


@contextmanager
def claiming(caller: Caller, key: str, request_digest: str) -> Iterator[Claim]:
    """The transaction that a request with a key is done in.

    Waits for nobody: raises NotYet while another request with this key runs, in this process
    or in another one.
    """
    name = (caller.organization_id, caller.person, key)
    with caller.server.running.alone(name) as is_alone:
        if not is_alone:
            yield _claim_of_other(caller, key, request_digest)
            return
        with writing(caller) as work:
            if store.lock_key(work, caller.person, key):
                kept = _find(work, key, request_digest, forgets_old=True)
                yield Claim(work, key, request_digest, kept)
            else:
                yield _claim_of_other(caller, key, request_digest)


def _claim_of_other(caller: Caller, key: str, request_digest: str) -> Claim:
    """Somebody else has the key: they are done, or answering it once more, or still at it."""
    work = looking(caller)
    kept = _find(work, key, request_digest)
    if kept is None:
        raise NotYet(
            "The first request with this Idempotency-Key is still running. Ask again in a moment."
        )
    return Claim(work, key, request_digest, kept)


def _find(
    work: Work, key: str, request_digest: str, *, forgets_old: bool = False
) -> Repeated | None:
    stored = store.find_answer(work, work.caller.person, key)
    if stored is None:
        return None
    if stored.created_at < work.now - DAY:
        if forgets_old:
            store.forget_key(work, work.caller.person, key)
        return None
    if stored.request_digest != request_digest:
        raise invalid("Idempotency-Key", "This Idempotency-Key was used with a different request.")
    if stored.status is None:
        raise Conflict(
            "The first request with this Idempotency-Key has not finished. Check what it did, "
            "then repeat it with a new key."
        )
    return Repeated(stored.status, _opened(work.caller.server, stored))


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


def forget_keys_before(database: Database, instant: Instant) -> int:
    """Keys older than this; how many there were."""
    with database.writing() as connection:
        return store.forget_keys_before(connection, instant)
