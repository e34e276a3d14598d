"""Issuing access tokens and taking them back."""

import secrets

from procession.core.times import SECOND
from procession.domains.accounts import store
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.types import Token
from procession.kit.caller import Caller
from procession.kit.errors import invalid
from procession.kit.work import Work, looking, writing

_SHORTEST = 20


def issue_token(
    work: Work, user_id: int, name: str, *, text: str | None = None, lifetime_s: int | None = None
) -> str:
    """The token's text, shown this once. `lifetime_s` None: it does not expire."""
    if text is not None and len(text) < _SHORTEST:
        raise invalid("token", f"The token must have at least {_SHORTEST} characters.")
    if text is not None and store.is_token_taken(work, token_digest(text)):
        raise invalid("token", "This token is in use already, or was. Choose another one.")
    token = text or f"prc_{secrets.token_urlsafe(32)}"
    expires_at = None if lifetime_s is None else work.now + lifetime_s * SECOND
    store.add_token(
        work, digest=token_digest(token), user_id=user_id, name=name, expires_at=expires_at
    )
    return token


def revoke_token(caller: Caller, token_id: int) -> bool:
    """False when there was nothing to revoke."""
    with writing(caller) as work:
        return store.set_token_revoked(work, token_id) > 0


def list_tokens(caller: Caller) -> list[Token]:
    return store.list_tokens(looking(caller))
