"""Which client asks for a token, and whether it has been asking wrongly too often (00, 5.2)."""

import hmac
from dataclasses import dataclass

from procession.domains.accounts import store
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.types import Client
from procession.kit import guessing
from procession.kit.caller import Caller
from procession.kit.errors import NotYet, OAuthRefusal
from procession.kit.guessing import MOST_AT_ONE, Limits, Origin
from procession.kit.ids import find_number
from procession.kit.server import Server
from procession.kit.work import looking


@dataclass(frozen=True)
class Proof:
    """Who a client says it is, and where it asks from."""

    client_id: str | None
    secret: str | None
    origin: Origin


def get_client(caller: Caller, proof: Proof) -> Client:
    """The client of this number; a confidential one must know its secret."""
    if proof.client_id is None:
        raise OAuthRefusal("invalid_request", "The client_id is missing.")
    number = find_number(proof.client_id)
    client = store.find_any_client(looking(caller), number) if number else None
    if client is None or not _knows_secret(client, proof.secret):
        raise OAuthRefusal("invalid_client", "Client authentication failed")
    return client


def _knows_secret(client: Client, secret: str | None) -> bool:
    if not client.is_confidential:
        return True
    if client.secret_digest is None or secret is None:
        return False
    return hmac.compare_digest(client.secret_digest, token_digest(secret))


def check_attempts(server: Server, origin: Origin, account: str) -> None:
    """Before a password is looked at: it is what people choose, so it can be guessed.

    Too many wrong ones of the account: wait (00, 5.2), unless somebody has signed in to it with
    this browser before, which counts for itself. Too many of the address: whoever asks is answered
    a second later, if whoever serves them can wait that long without a thread.
    """
    wait = guessing.wait_s(server, _of_account(server, origin, account))
    if wait:
        raise _slow_down(wait)
    if origin.may_wait and guessing.wait_s(server, guessing.limit_of(server, origin.address)):
        raise NotYet("There were too many failed attempts from this address.")


def count_failure(server: Server, origin: Origin, account: str) -> None:
    """Of a password. Raises slow_down in the stead of the answer where there were too many."""
    of_account = _of_account(server, origin, account)
    _count(server, {**guessing.limit_of(server, origin.address), **of_account})


def count_wrong_proof(server: Server, proof: Proof) -> None:
    """Of a client's secret, a code or a refresh token: of what is random, so a right one is never
    refused, however many wrong ones there were."""
    number = find_number(proof.client_id) if proof.client_id is not None else None
    of_client = {f"client {number}": MOST_AT_ONE} if number else {}
    _count(server, {**guessing.limit_of(server, proof.origin.address), **of_client})


def _count(server: Server, limits: Limits) -> None:
    wait = guessing.count(server, limits)
    if wait:
        raise _slow_down(wait)


def _of_account(server: Server, origin: Origin, account: str) -> Limits:
    name = f"account {account.lower()}"
    if guessing.is_marked(server, account, origin.mark):
        name = f"{name} in browser {origin.mark}"
    return {name: MOST_AT_ONE}


def _slow_down(wait_s: int) -> OAuthRefusal:
    return OAuthRefusal("slow_down", "Too many failed attempts.", retry_after=wait_s)
