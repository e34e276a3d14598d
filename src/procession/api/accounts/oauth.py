"""Endpoints for OAuth clients: getting tokens and giving them back (contract 00, 5.2)."""

from base64 import b64decode
from binascii import Error as NotBase64
from typing import Any
from urllib.parse import unquote_plus

from procession.core.scopes import SCOPES
from procession.domains.accounts.actions import granting, registering
from procession.domains.accounts.actions.granting import Asked
from procession.domains.accounts.actions.recognising import Proof
from procession.domains.accounts.wire import (
    GrantOut,
    RegistrationIn,
    RegistrationOut,
    RevocationIn,
    TokenRequestIn,
    registration_out,
)
from procession.kit.errors import Invalid, OAuthRefusal
from procession.kit.http import HASHING, PUBLIC, Answer, Request, Routes, plain

routes = Routes("OAuth")


@routes.post(
    "/oauth/token",
    door=PUBLIC,
    place=HASHING,
    policy="visible",
    answers=GrantOut,
    body=TokenRequestIn,
    is_plain=True,
)
def get_tokens(request: Request) -> Answer:
    """Get tokens for a password, a code, a refresh token, or as the client itself.

    Errors have the shape of RFC 6749: `error`, `error_description` and `message`.
    """
    return plain(granting.grant(request.caller, Asked(request.body, _proof(request))))


@routes.post(
    "/mcp/oauth/token",
    door=PUBLIC,
    place=HASHING,
    policy="visible",
    answers=GrantOut,
    body=TokenRequestIn,
    is_plain=True,
)
def get_mcp_tokens(request: Request) -> Answer:
    """Get tokens as a client that talks MCP; the tokens say so."""
    asked = Asked(request.body, _proof(request), is_for_mcp=True)
    return plain(granting.grant(request.caller, asked))


@routes.post(
    "/oauth/revoke",
    door=PUBLIC,
    policy="visible",
    answers=dict[str, Any],
    body=RevocationIn,
    is_plain=True,
)
def revoke(request: Request) -> Answer:
    """Revoke an access token, or a refresh token and all that it led to (RFC 7009)."""
    proof = _proof(request)
    if request.body.token is None:
        raise OAuthRefusal("invalid_request", "The token is missing.")
    granting.revoke(request.caller, proof, request.body.token)
    return plain({})


@routes.post(
    "/mcp/oauth/register",
    door=PUBLIC,
    policy="visible",
    answers=RegistrationOut,
    body=RegistrationIn,
    status=201,
    is_plain=True,
    # 404: where the operator does not let programs register.
    raises=(404,),
)
def register(request: Request) -> Answer:
    """Register a program as an OAuth client without a secret (RFC 7591), where that is allowed.

    It gets tokens by a code and PKCE alone. Errors have the shape of RFC 7591.
    """
    try:
        client = registering.register(request.caller, request.body, request.address)
    except Invalid as wrong:
        raise OAuthRefusal("invalid_client_metadata", wrong.message) from None
    return plain(registration_out(client, request.body.scope), 201)


@routes.get(
    "/.well-known/oauth-authorization-server",
    door=PUBLIC,
    policy="visible",
    answers=dict[str, Any],
    is_plain=True,
)
def discover(request: Request) -> Answer:
    """Read where and how this server gives tokens to clients (RFC 8414)."""
    return plain(_metadata(request))


@routes.get(
    "/.well-known/openid-configuration",
    door=PUBLIC,
    policy="visible",
    answers=dict[str, Any],
    is_plain=True,
)
def discover_openid(request: Request) -> Answer:
    """Read the same where clients of OpenID look for it."""
    return plain(_metadata(request))


def _metadata(request: Request) -> dict[str, Any]:
    issuer, registration = request.public_url, {}
    if request.settings.client_registration:
        registration = {"registration_endpoint": f"{issuer}/mcp/oauth/register"}
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        **registration,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": [
            "none",
            "client_secret_post",
            "client_secret_basic",
        ],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": list(SCOPES),
    }


def _proof(request: Request) -> Proof:
    """Also the place where a form that cannot be read is refused in OAuth's words."""
    if request.repeated:
        raise OAuthRefusal("invalid_request", f"The {request.repeated[0]} is there twice.")
    try:
        client_id, secret = request.body.client_id, request.body.client_secret
    except Invalid as wrong:
        raise OAuthRefusal("invalid_request", wrong.message) from None
    by_header = _basic(request.authorization)
    if by_header is not None:
        if client_id is not None and str(client_id) != by_header[0]:
            raise OAuthRefusal("invalid_request", "The client is named twice.")
        client_id, secret = by_header
    return Proof(None if client_id is None else str(client_id), secret, request.origin)


def _basic(header: str | None) -> tuple[str, str] | None:
    """Both parts are form-encoded before they are joined (RFC 6749, 2.3.1)."""
    scheme, _, encoded = (header or "").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = b64decode(encoded.strip(), validate=True).decode()
    except (NotBase64, UnicodeDecodeError, ValueError):
        raise OAuthRefusal("invalid_client", "Client authentication failed") from None
    client_id, _, secret = text.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)
