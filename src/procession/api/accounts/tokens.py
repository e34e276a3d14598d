"""Endpoints of the caller's own tokens, and the key that verifies tokens."""

from typing import Any

from procession.domains.accounts.actions import signing, tokens
from procession.domains.accounts.wire import NewTokenIn, NewTokenOut, TokenOut, new_token_out
from procession.domains.accounts.wire import token_out as out
from procession.kit.http import PUBLIC, USER, Answer, Request, Routes, item, nothing, plain

routes = Routes("Tokens")


@routes.get("/me/tokens", door=USER, policy="visible", answers=list[TokenOut])
def list_own(request: Request) -> Answer:
    """List the caller's access tokens that are good, without their texts."""
    return item([out(token) for token in tokens.list_own_tokens(request.caller)])


@routes.post(
    "/me/tokens",
    door=USER,
    policy="visible",
    answers=NewTokenOut,
    body=NewTokenIn,
    status=201,
    raises=(422,),
    is_secret=True,
)
def create(request: Request) -> Answer:
    """Create an access token; its text is shown this once."""
    token, text = tokens.create_own_token(request.caller, request.body)
    return item(new_token_out(token, text), 201)


@routes.delete("/me/tokens", door=USER, policy="visible", status=204, reads_body=False)
def revoke_all(request: Request) -> Answer:
    """Revoke all of the caller's tokens: refresh tokens and the one this is asked with, too."""
    tokens.revoke_own_tokens(request.caller)
    return nothing()


@routes.delete("/me/tokens/{token}", door=USER, policy="visible", status=204, reads_body=False)
def revoke(request: Request) -> Answer:
    """Revoke one of the caller's access tokens."""
    tokens.revoke_own_token(request.caller, request.number("token"))
    return nothing()


@routes.get(
    "/.well-known/jwks.json",
    door=PUBLIC,
    policy="visible",
    answers=dict[str, Any],
    is_plain=True,
)
def list_keys(request: Request) -> Answer:
    """Read the public key that access tokens are signed with (RFC 7517)."""
    return plain(signing.public_keys(request.caller.server))
