"""Authorization codes: a user lets a client act for them (contract 00, 5.4; RFC 7636)."""

import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from procession.core.scopes import EVERYTHING, read_scopes
from procession.core.times import SECOND
from procession.domains.accounts import store
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.actions.refreshing import issue_pair
from procession.domains.accounts.actions.signing import get_signer
from procession.domains.accounts.actions.tokens import issue_signed
from procession.domains.accounts.types import Client as Client  # noqa: PLC0414 - for the page.
from procession.domains.accounts.types import Code
from procession.domains.accounts.wire import GrantOut
from procession.kit.caller import Caller
from procession.kit.errors import OAuthRefusal
from procession.kit.ids import find_number, new_id
from procession.kit.signing import challenge_of
from procession.kit.work import looking, writing

_LIFETIME = 600 * SECOND
_LOOPBACK = ("127.0.0.1", "localhost")
_CHALLENGE_LENGTH = 43


@dataclass(frozen=True)
class Wish:
    """What a client asks a user for. `is_implicit`: a token at once, instead of a code."""

    redirect_uri: str
    scope: str | None = None
    challenge: str | None = None
    challenge_method: str | None = None
    is_implicit: bool = False
    is_for_mcp: bool = False


def authorize(caller: Caller, client: Client, user_id: int, wish: Wish) -> str:
    """The code that gets the client its tokens, within ten minutes and once."""
    scopes = check_wish(client, wish)
    text = secrets.token_urlsafe(32)
    with writing(caller) as work:
        code = Code(
            user_id=user_id,
            client_id=client.id,
            redirect_uri=wish.redirect_uri,
            scopes=scopes,
            challenge=wish.challenge,
            family=new_id(),
            expires_at=work.now + _LIFETIME,
            used_at=None,
        )
        store.add_code(work, token_digest(text), code)
    return text


def authorize_at_once(caller: Caller, client: Client, user_id: int, wish: Wish) -> GrantOut:
    """The implicit flow: for old clients that were allowed it."""
    scopes = check_wish(client, wish)
    signer = get_signer(caller.server)
    with writing(caller) as work:
        issued = issue_signed(
            work,
            signer,
            user_id=user_id,
            client_id=client.id,
            name=client.name,
            scopes=scopes,
            lifetime_s=caller.server.settings.token_lifetime,
            is_for_mcp=wish.is_for_mcp,
        )
    return GrantOut(expires_in=issued.lifetime_s, access_token=issued.text)


def find_asking_client(caller: Caller, client_id: str | None, redirect_uri: str) -> Client | None:
    """None where nothing may be sent back: no such client, or not its address."""
    number = find_number(client_id or "")
    client = store.find_any_client(looking(caller), number) if number else None
    return client if client is not None and is_registered(client, redirect_uri) else None


def check_wish(client: Client, wish: Wish) -> str:
    """The scopes to grant. Whether the answer may go to `redirect_uri` comes first."""
    if not is_registered(client, wish.redirect_uri):
        raise OAuthRefusal("invalid_request", "The redirect_uri is not registered.")
    if wish.is_implicit and not client.allows_implicit:
        raise OAuthRefusal("unauthorized_client", "The client may not use this response type.")
    if wish.challenge is None and not client.is_confidential and not wish.is_implicit:
        raise OAuthRefusal("invalid_request", "The code_challenge is missing.")
    if wish.challenge is not None and (
        wish.challenge_method != "S256" or len(wish.challenge) != _CHALLENGE_LENGTH
    ):
        raise OAuthRefusal("invalid_request", "The code_challenge_method must be S256.")
    scopes = read_scopes(wish.scope or EVERYTHING)
    if scopes is None:
        raise OAuthRefusal("invalid_scope", "The scope is not known.")
    return scopes


def is_registered(client: Client, uri: str) -> bool:
    """Exactly as registered; only on the user's own machine may the port be another."""
    return uri in client.redirects or any(
        _without_port(uri) == without_port
        for registered in client.redirects
        if (without_port := _without_port(registered)) is not None
    )


def _without_port(uri: str) -> str | None:
    """None for what is not on the user's own machine."""
    try:
        parts = urlsplit(uri)
        is_local = parts.scheme == "http" and parts.hostname in _LOOPBACK and parts.port != 0
    except ValueError:
        return None
    if not is_local or "@" in parts.netloc or "#" in uri:
        return None
    return parts._replace(netloc=parts.hostname or "").geturl()


def exchange(
    caller: Caller,
    client: Client,
    text: str,
    redirect_uri: str,
    verifier: str | None,
    *,
    is_for_mcp: bool,
) -> GrantOut:
    """Tokens for a code. A code that comes twice was stolen: what it led to is revoked."""
    signer = get_signer(caller.server)
    digest = token_digest(text)
    with writing(caller) as work:
        code = store.find_code(work, digest)
        is_its_own = code is not None and code.client_id == client.id
        answer = None
        if code is not None and is_its_own and code.used_at is not None:
            store.set_family_revoked(work, code.family)
        elif code is not None and is_its_own and _is_good(code, work.now, redirect_uri, verifier):
            login = store.find_login_of(work, code.user_id)
            if login is not None and login.is_enabled:
                store.set_code_used(work, digest)
                answer = issue_pair(
                    work,
                    signer,
                    client,
                    user_id=code.user_id,
                    scopes=code.scopes,
                    family=code.family,
                    is_for_mcp=is_for_mcp,
                )
    if answer is None:
        raise OAuthRefusal("invalid_grant", "The authorization code is invalid.")
    return answer


def _is_good(code: Code, now: int, redirect_uri: str, verifier: str | None) -> bool:
    if now >= code.expires_at or redirect_uri != code.redirect_uri:
        return False
    if code.challenge is None:
        return verifier is None
    return verifier is not None and hmac.compare_digest(
        challenge_of(verifier).encode(), code.challenge.encode()
    )
