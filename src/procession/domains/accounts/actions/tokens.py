"""Issuing access tokens and taking them back."""

from dataclasses import dataclass
from typing import Any

from procession.core.scopes import EVERYTHING, is_within, read_scopes
from procession.core.times import SECOND, Instant
from procession.domains.accounts import store
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.actions.signing import Signer, get_signer
from procession.domains.accounts.types import OWN_CLIENT, Token
from procession.domains.accounts.wire import NewTokenIn
from procession.kit.caller import Caller
from procession.kit.errors import Invalid, NotFound, invalid
from procession.kit.ids import new_id
from procession.kit.work import Work, looking, writing

_SHORTEST = 20


@dataclass(frozen=True)
class Issued:
    """A new access token, with its text: shown this once."""

    id: int
    text: str
    expires_at: Instant
    lifetime_s: int


def keep_token(work: Work, user_id: int, name: str, text: str) -> None:
    """A token that the operator has chosen, or has from elsewhere. It does not expire."""
    if len(text) < _SHORTEST:
        raise invalid("token", f"The token must have at least {_SHORTEST} characters.")
    if store.is_token_taken(work, token_digest(text)):
        raise invalid("token", "This token is in use already, or was. Choose another one.")
    store.add_token(work, digest=token_digest(text), user_id=user_id, name=name, expires_at=None)


def issue_signed(
    work: Work,
    signer: Signer,
    *,
    user_id: int | None,
    name: str,
    lifetime_s: int,
    client_id: int = OWN_CLIENT,
    scopes: str = EVERYTHING,
    organization_id: str | None = None,
    family: str | None = None,
    is_for_mcp: bool = False,
) -> Issued:
    """A token that others can verify (contract 00, 5.1). Without a user it is the client's own."""
    expires_at = work.now + lifetime_s * SECOND
    home = organization_id
    if home is None and user_id is not None:
        home = store.find_default_organization(work, user_id)
    claims: dict[str, Any] = {
        "aud": str(client_id),
        "jti": new_id(),
        "iat": work.now // SECOND,
        "nbf": work.now // SECOND,
        "exp": expires_at // SECOND,
        "sub": "" if user_id is None else str(user_id),
        "scopes": scopes.split(),
        "scope": scopes,
        "org_id": home,
    }
    if is_for_mcp:
        claims["mcp_resource"] = "mcp-host"
    text = signer.sign(claims)
    token_id = store.add_token(
        work,
        digest=token_digest(text),
        user_id=user_id,
        client_id=client_id,
        name=name,
        scopes=scopes,
        organization_id=organization_id,
        family=family,
        expires_at=expires_at,
    )
    return Issued(token_id, text, expires_at, lifetime_s)


def create_own_token(caller: Caller, sent: NewTokenIn) -> tuple[Token, str]:
    """The token and its text. It is never good for more than the one that asks for it."""
    most = caller.server.settings.token_lifetime
    lifetime_s = most if sent.expires_in is None else sent.expires_in
    problems = {}
    if lifetime_s > most:
        problems["expires_in"] = [f"The expires in may not be greater than {most}."]
    scopes = caller.scopes if sent.scopes is None else read_scopes(" ".join(sent.scopes))
    if scopes is None or not is_within(scopes, caller.scopes):
        problems["scopes"] = ["The selected scopes is invalid."]
    if problems or scopes is None:
        raise Invalid(problems)
    signer = get_signer(caller.server)
    with writing(caller) as work:
        issued = issue_signed(
            work,
            signer,
            user_id=caller.person_id,
            name=sent.name or "Personal access token",
            lifetime_s=lifetime_s,
            scopes=scopes,
            organization_id=caller.token_organization_id,
        )
        store.tell_of_account(work, caller.person_id, "token_made", "made an access token")
        (token,) = [one for one in store.list_own_tokens(work) if one.id == issued.id]
    return token, issued.text


def list_own_tokens(caller: Caller) -> list[Token]:
    return store.list_own_tokens(looking(caller))


def revoke_own_token(caller: Caller, token_id: int) -> None:
    with writing(caller) as work:
        if not store.set_own_token_revoked(work, token_id):
            raise NotFound(kind="Token")
        store.tell_of_account(work, caller.person_id, "token_revoked", "revoked an access token")


def revoke_own_tokens(caller: Caller) -> None:
    """Refresh tokens and the calling token included."""
    with writing(caller) as work:
        store.set_own_tokens_revoked(work)
        store.tell_of_account(work, caller.person_id, "token_revoked", "revoked all access tokens")


def revoke_token(caller: Caller, token_id: int) -> bool:
    """For the operator: False when there was nothing to revoke."""
    with writing(caller) as work:
        return store.set_token_revoked(work, token_id) > 0


def list_tokens(caller: Caller) -> list[Token]:
    """For the operator: everybody's."""
    return store.list_tokens(looking(caller))
