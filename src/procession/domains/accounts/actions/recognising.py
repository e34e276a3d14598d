"""Which client asks for a token, and whether it has been asking wrongly too often (00, 5.2)."""

import hmac
from dataclasses import dataclass

from procession.domains.accounts import store
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.types import Client
from procession.kit.caller import Caller
from procession.kit.errors import OAuthRefusal
from procession.kit.ids import find_number
from procession.kit.server import Server
from procession.kit.work import looking

_MOST_PER_ACCOUNT = 10


@dataclass(frozen=True)
class Proof:
    """Who a client says it is, and where it asks from."""

    client_id: str | None
    secret: str | None
    address: str


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


def check_attempts(server: Server, address: str, account: str | None) -> None:
    """Too many failures of one account or address within a minute: wait."""
    failures, wait = server.failures, 0
    # Half of what an address may ask in all, and like that switched off by 0.
    if server.settings.anonymous_rate_limit:
        wait = failures.wait_s(f"address {address}", server.settings.anonymous_rate_limit // 2)
    if account is not None:
        wait = max(wait, failures.wait_s(f"account {account.lower()}", _MOST_PER_ACCOUNT))
    if wait:
        raise OAuthRefusal("slow_down", "Too many failed attempts.", retry_after=wait)


def count_failure(server: Server, address: str, account: str | None) -> None:
    server.failures.count(f"address {address}")
    if account is not None:
        server.failures.count(f"account {account.lower()}")
