"""Signing in through a provider of OpenID Connect: the calls to it, and what of its answers counts.

Authlib and joserfc do the protocol and the cryptography. Nothing here is called while a unit of
work is open: a provider may be slow, or away.
"""

import hmac
import secrets
import ssl
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import structlog

from procession.kit.errors import BadRequest, Unavailable
from procession.kit.reading import read_json

_log = structlog.get_logger("procession.openid")

_LEEWAY_S = 60
_SCOPE = "openid email profile"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
#: Signatures that only the provider can make.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
               "EdDSA", "Ed25519")  # fmt: skip
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderAway(Unavailable):
    code = "PROVIDER_AWAY"
    message = (
        "The sign-in provider of your organization cannot be reached. Try again in a minute; "
        "administrators can sign in with their password."
    )

    def __init__(self, cause: str = "") -> None:
        super().__init__()
        #: For the operator.
        self.cause = cause


class ProviderRefused(BadRequest):
    """Its answer cannot be used, or says no. Why exactly is in the log alone."""

    code = "PROVIDER_REFUSED"
    message = (
        "Signing in through the provider of your organization did not work. Start again; if that "
        "does not help, tell your administrator."
    )


@dataclass(frozen=True)
class Registration:
    """How this server is known to a provider."""

    issuer: str
    client_id: str
    client_secret: str
    #: For each step of a call; there are three calls at most.
    timeout_s: float


@dataclass(frozen=True)
class Departure:
    """Where the browser goes, and what must fit when it comes back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Identity:
    """Whom the provider says to know, as far as we ask."""

    email: str
    first_name: str
    last_name: str


def discover(issuer: str, timeout_s: float) -> Mapping[str, Any]:
    """What the provider says about itself; it must be the one that was asked."""
    from authlib.oidc.discovery import get_well_known_url  # noqa: PLC0415

    metadata = _fetch(get_well_known_url(issuer, external=True), timeout_s)
    if metadata.get("issuer") != issuer:
        raise ProviderRefused(f"The provider calls itself by another name than {issuer}.")
    for name in _ENDPOINTS:
        if not is_safe_address(str(metadata.get(name))):
            raise ProviderRefused(f"The provider names no safe {name}.")
    return metadata


def examine(issuer: str, timeout_s: float) -> None:
    """Whether people could sign in there. For the operator, so it names host and cause.

    Raises BadRequest, also for a provider that lacks something that signing in asks for: some
    servers describe themselves this way and know nobody's address (this one among them).
    """
    host = urlsplit(issuer).netloc
    try:
        metadata = discover(issuer, timeout_s)
    except ProviderAway as away:
        raise BadRequest(f"{host} cannot be reached: {away.cause}.") from None
    except ProviderRefused as refused:
        if refused.message == ProviderRefused.message:
            raise BadRequest(f"What {host} answers is no description of a provider.") from None
        raise BadRequest(f"{host}: {refused.message}") from None
    lacking = [f"{need.what} ({need.name})" for need in _NEEDS if not need.is_met(metadata)]
    if lacking:
        raise BadRequest(f"{host} does not offer {', nor '.join(lacking)}.")


@dataclass(frozen=True)
class _Need:
    """One of `known` must be in the list that the provider publishes under `name`."""

    what: str
    name: str
    known: tuple[str, ...]
    #: Providers need not publish the list at all.
    may_be_unsaid: bool = False

    def is_met(self, metadata: Mapping[str, Any]) -> bool:
        offered = metadata.get(self.name)
        if offered is None:
            return self.may_be_unsaid
        return isinstance(offered, list) and any(each in offered for each in self.known)


_NEEDS = (
    _Need("the authorization code flow", "response_types_supported", ("code",)),
    _Need(
        "ID tokens with a signature that only it can make",
        "id_token_signing_alg_values_supported",
        _ALGORITHMS,
    ),
    _Need("OpenID", "scopes_supported", ("openid",), may_be_unsaid=True),
    _Need("people's addresses", "scopes_supported", ("email",), may_be_unsaid=True),
)


def is_safe_address(address: str) -> bool:
    """TLS, or this machine: secrets are sent there."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    return (parts.scheme == "https" and bool(parts.hostname)) or is_local


def depart(registration: Registration, redirect_uri: str) -> Departure:
    """Authorization code with PKCE, state and nonce."""
    metadata = discover(registration.issuer, registration.timeout_s)
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(32)
    with _client(registration, metadata, redirect_uri) as client:
        address, state = client.create_authorization_url(
            metadata["authorization_endpoint"],
            state=secrets.token_urlsafe(32),
            nonce=nonce,
            code_verifier=verifier,
        )
    return Departure(address, state, nonce, verifier)


def arrive(
    registration: Registration, redirect_uri: str, departure: Departure, answer: Mapping[str, str]
) -> Identity:
    """Who came back. `answer`: the query that the provider sent the browser with."""
    state = answer.get("state", "")
    if not hmac.compare_digest(state.encode(), departure.state.encode()):
        raise _refused("state")
    if answer.get("iss", registration.issuer) != registration.issuer:
        raise _refused("iss")
    if "error" in answer or not answer.get("code"):
        raise _refused("no code")
    metadata = discover(registration.issuer, registration.timeout_s)
    with _client(registration, metadata, redirect_uri) as client, _explained():
        token = client.fetch_token(
            metadata["token_endpoint"],
            grant_type="authorization_code",
            code=answer["code"],
            code_verifier=departure.verifier,
        )
    claims = _checked(registration, metadata, departure.nonce, token)
    email, is_verified = claims.get("email"), claims.get("email_verified")
    if not isinstance(email, str) or is_verified is not True:
        raise ProviderRefused(
            "The provider of your organization does not say that your e-mail address is verified. "
            "Verify it there, or ask your administrator, and then start again."
        )
    names = [str(claims.get(name) or "") for name in ("given_name", "family_name")]
    return Identity(email.strip(), *names)


def _checked(
    registration: Registration, metadata: Mapping[str, Any], nonce: str, token: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The claims of the ID token: signed by the provider, for us, for this sign-in, and fresh."""
    from authlib.oidc.core import CodeIDToken  # noqa: PLC0415
    from joserfc import jwt  # noqa: PLC0415
    from joserfc.jwk import KeySet  # noqa: PLC0415

    keys = _fetch(metadata["jwks_uri"], registration.timeout_s)
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    with _explained():
        _look_into(token["id_token"])
        decoded = jwt.decode(
            token["id_token"],
            KeySet.import_key_set(keys),  # type: ignore[arg-type]
            algorithms=[name for name in _ALGORITHMS if name in offered],
        )
        options = {
            "iss": {"essential": True, "value": registration.issuer},
            "aud": {"essential": True, "value": registration.client_id},
            "nonce": {"essential": True, "value": nonce},
        }
        params = {
            "nonce": nonce,
            "client_id": registration.client_id,
            "access_token": token.get("access_token"),
        }
        claims = CodeIDToken(decoded.claims, decoded.header, options, params)
        claims.validate(leeway=_LEEWAY_S)
    return claims  # type: ignore[no-any-return]


@contextmanager
def _client(
    registration: Registration, metadata: Mapping[str, Any], redirect_uri: str
) -> Iterator[Any]:
    from authlib.integrations.httpx_client import OAuth2Client  # noqa: PLC0415

    ways = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    with OAuth2Client(
        client_id=registration.client_id,
        client_secret=registration.client_secret,
        token_endpoint_auth_method=way,
        scope=_SCOPE,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        timeout=registration.timeout_s,
        follow_redirects=False,
        verify=_trusted(),
        event_hooks={"response": [_look_at]},
    ) as client:
        yield client


def _look_at(answer: Any) -> None:
    """Before the library reads an answer: it must be JSON that is not nested too deeply."""
    read_json(answer.read())


def _look_into(id_token: Any) -> None:
    """The same for what the parts of a token hold, header and claims, signed or not."""
    for part in str(id_token).split(".")[:-1]:
        read_json(urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@cache
def _trusted() -> ssl.SSLContext:
    """Whom the machine trusts. Reading that takes longer than most calls, so once is enough."""
    return ssl.create_default_context()


def _fetch(address: str, timeout_s: float) -> dict[str, Any]:
    import httpx2  # noqa: PLC0415

    with _explained():
        answer = httpx2.get(address, timeout=timeout_s, follow_redirects=False, verify=_trusted())
        answer.raise_for_status()
        found = read_json(answer.content)
        if not isinstance(found, dict):
            raise TypeError("not an object")
    return found


@contextmanager
def _explained() -> Iterator[None]:
    """Whatever goes wrong with a provider, for people: it is away, or it does not fit."""
    import httpx2  # noqa: PLC0415
    from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415
    from joserfc.errors import JoseError  # noqa: PLC0415

    try:
        yield
    except (httpx2.TransportError, httpx2.HTTPStatusError) as away:
        # Its kind alone: what it says may repeat what was sent.
        _log.warning("provider away", kind=type(away).__name__)
        raise ProviderAway(_cause_of(away)) from None
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as wrong:
        raise _refused(type(wrong).__name__) from None


def _cause_of(away: Exception) -> str:
    """What the operator can do something about; nothing that was sent is in it."""
    import httpx2  # noqa: PLC0415

    if isinstance(away, httpx2.HTTPStatusError):
        return f"it answers {away.response.status_code}"
    if isinstance(away, httpx2.TimeoutException):
        return "it does not answer in time"
    if isinstance(away, httpx2.ConnectError):
        return str(away).strip().rstrip(".") or "nobody listens there"
    return type(away).__name__


def _refused(reason: str) -> ProviderRefused:
    _log.warning("provider refused", reason=reason)
    return ProviderRefused()
