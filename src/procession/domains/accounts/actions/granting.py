"""The token endpoint: what a client gives, and the tokens it gets for it (contract 00, 5.2)."""

from collections.abc import Callable
from dataclasses import dataclass

from procession.core.scopes import EVERYTHING, read_scopes
from procession.domains.accounts import store
from procession.domains.accounts.actions import authorizing, refreshing
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.actions.passwords import check_password
from procession.domains.accounts.actions.recognising import (
    Proof,
    check_attempts,
    count_failure,
    count_wrong_proof,
    get_client,
)
from procession.domains.accounts.actions.signing import get_signer
from procession.domains.accounts.actions.tokens import issue_signed
from procession.domains.accounts.types import Client
from procession.domains.accounts.wire import GrantOut, TokenRequestIn
from procession.kit.caller import Caller
from procession.kit.errors import OAuthRefusal
from procession.kit.ids import new_id
from procession.kit.work import writing


@dataclass(frozen=True)
class Asked:
    """A request for tokens, with who says to send it."""

    sent: TokenRequestIn
    proof: Proof
    #: For the clients that talk MCP.
    is_for_mcp: bool = False

    def required(self, name: str) -> str:
        value: str | None = getattr(self.sent, name)
        if value is None:
            raise OAuthRefusal("invalid_request", f"The {name} is missing.")
        return value

    @property
    def account(self) -> str | None:
        return self.sent.username if self.sent.grant_type == "password" else None


def grant(caller: Caller, asked: Asked) -> GrantOut:
    server = caller.server
    if asked.account is not None:
        check_attempts(server, asked.proof.origin, asked.account)
    try:
        kind = asked.required("grant_type")
        if kind not in _GRANTS:
            raise OAuthRefusal("unsupported_grant_type", "The grant type is not supported.")
        client = get_client(caller, asked.proof)
        return _GRANTS[kind](caller, client, asked)
    except OAuthRefusal as refusal:
        if refusal.error == "invalid_grant" and asked.account is not None:
            count_failure(server, asked.proof.origin, asked.account)
        elif refusal.error in ("invalid_client", "invalid_grant"):
            count_wrong_proof(server, asked.proof)
        raise


def revoke(caller: Caller, proof: Proof, token: str) -> None:
    """Says nothing about tokens that are not there, or not the client's (RFC 7009)."""
    try:
        client = get_client(caller, proof)
    except OAuthRefusal:
        count_wrong_proof(caller.server, proof)
        raise
    digest = token_digest(token)
    with writing(caller) as work:
        store.set_token_revoked_by_digest(work, digest, client.id)
        refresh_token = store.find_refresh_token(work, digest)
        if refresh_token is not None and refresh_token.client_id == client.id:
            store.set_family_revoked(work, refresh_token.family)


def _by_password(caller: Caller, client: Client, asked: Asked) -> GrantOut:
    if not client.allows_password:
        raise _not_allowed()
    scopes = _scopes(asked)
    login = check_password(caller, asked.required("username"), asked.required("password"))
    signer = get_signer(caller.server)
    with writing(caller) as work:
        store.set_signed_in(work, login.user_id)
        return refreshing.issue_pair(
            work,
            signer,
            client,
            user_id=login.user_id,
            scopes=scopes,
            family=new_id(),
            is_for_mcp=asked.is_for_mcp,
        )


def _as_client(caller: Caller, client: Client, asked: Asked) -> GrantOut:
    """Without a user: for the application endpoints alone."""
    if not client.allows_client_credentials:
        raise _not_allowed()
    scopes = _scopes(asked)
    signer = get_signer(caller.server)
    with writing(caller) as work:
        issued = issue_signed(
            work,
            signer,
            user_id=None,
            client_id=client.id,
            name=client.name,
            scopes=scopes,
            lifetime_s=caller.server.settings.application_lifetime,
            organization_id=client.organization_id,
            is_for_mcp=asked.is_for_mcp,
        )
    return GrantOut(expires_in=issued.lifetime_s, access_token=issued.text)


def _by_refresh_token(caller: Caller, client: Client, asked: Asked) -> GrantOut:
    text = asked.required("refresh_token")
    scope = asked.sent.scope
    return refreshing.refresh(caller, client, text, scope, is_for_mcp=asked.is_for_mcp)


def _by_code(caller: Caller, client: Client, asked: Asked) -> GrantOut:
    return authorizing.exchange(
        caller,
        client,
        asked.required("code"),
        asked.required("redirect_uri"),
        asked.sent.code_verifier,
        is_for_mcp=asked.is_for_mcp,
    )


_GRANTS: dict[str, Callable[[Caller, Client, Asked], GrantOut]] = {
    "password": _by_password,
    "client_credentials": _as_client,
    "refresh_token": _by_refresh_token,
    "authorization_code": _by_code,
}


def _scopes(asked: Asked) -> str:
    scopes = read_scopes(asked.sent.scope or EVERYTHING)
    if scopes is None:
        raise OAuthRefusal("invalid_scope", "The scope is not known.")
    return scopes


def _not_allowed() -> OAuthRefusal:
    return OAuthRefusal("unauthorized_client", "The client may not use this grant type.")
