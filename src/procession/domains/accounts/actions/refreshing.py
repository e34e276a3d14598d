"""Pairs of access and refresh token, and a new pair for an old refresh token (contract 00, 5.2).

A refresh token is good once. A client that asks again within a minute, because it lost the answer,
gets the same answer; later, somebody must have stolen it, so everything it led to is revoked.
"""

import secrets

import msgspec

from procession.core.scopes import is_within, read_scopes
from procession.core.times import SECOND
from procession.domains.accounts import store
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.actions.signing import Signer, get_signer
from procession.domains.accounts.actions.tokens import issue_signed
from procession.domains.accounts.types import Client, RefreshToken
from procession.domains.accounts.wire import GrantOut
from procession.kit import signing
from procession.kit.caller import Caller
from procession.kit.errors import OAuthRefusal
from procession.kit.work import Work, writing

_GRACE = 60 * SECOND


def issue_pair(
    work: Work,
    signer: Signer,
    client: Client,
    *,
    user_id: int,
    scopes: str,
    family: str,
    is_for_mcp: bool,
) -> GrantOut:
    """An access token for the client to act as the user, and what gets it the next."""
    settings = work.caller.server.settings
    issued = issue_signed(
        work,
        signer,
        user_id=user_id,
        client_id=client.id,
        name=client.name,
        scopes=scopes,
        lifetime_s=settings.token_lifetime,
        family=family,
        is_for_mcp=is_for_mcp,
    )
    refresh_token = secrets.token_urlsafe(48)
    store.add_refresh_token(
        work,
        digest=token_digest(refresh_token),
        user_id=user_id,
        client_id=client.id,
        scopes=scopes,
        family=family,
        expires_at=work.now + settings.refresh_lifetime * SECOND,
    )
    return GrantOut(
        expires_in=issued.lifetime_s, access_token=issued.text, refresh_token=refresh_token
    )


def refresh(
    caller: Caller, client: Client, text: str, scope: str | None, *, is_for_mcp: bool
) -> GrantOut:
    signer = get_signer(caller.server)
    with writing(caller) as work:
        old = store.find_refresh_token(work, token_digest(text))
        answer = None
        if old is not None and old.client_id == client.id:
            answer = _answer_again(work, old, text) or _rotate(
                work, signer, client, old, text=text, scope=scope, is_for_mcp=is_for_mcp
            )
    if answer is None:
        raise OAuthRefusal("invalid_grant", "The refresh token is invalid.")
    return answer


def _answer_again(work: Work, old: RefreshToken, text: str) -> GrantOut | None:
    if old.used_at is None or old.revoked_at is not None:
        return None
    if work.now - old.used_at > _GRACE or old.sealed_answer is None:
        store.set_family_revoked(work, old.family)
        return None
    return msgspec.convert(signing.unseal(text, old.sealed_answer), GrantOut)


def _rotate(
    work: Work,
    signer: Signer,
    client: Client,
    old: RefreshToken,
    *,
    text: str,
    scope: str | None,
    is_for_mcp: bool,
) -> GrantOut | None:
    if old.used_at is not None or old.revoked_at is not None or work.now >= old.expires_at:
        return None
    login = store.find_login_of(work, old.user_id)
    if login is None or not login.is_enabled:
        return None
    scopes = old.scopes if scope is None else read_scopes(scope)
    if scopes is None or not is_within(scopes, old.scopes):
        raise OAuthRefusal("invalid_scope", "The scope is more than was granted.")
    answer = issue_pair(
        work,
        signer,
        client,
        user_id=old.user_id,
        scopes=scopes,
        family=old.family,
        is_for_mcp=is_for_mcp,
    )
    sealed = signing.seal(text, msgspec.to_builtins(answer))
    store.set_refresh_token_used(work, old.id, sealed)
    return answer
