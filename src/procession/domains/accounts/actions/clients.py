"""OAuth clients of an organization: registered by its administrators (contract 00, 5.4)."""

import json
import re
import secrets
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec
from msgspec import UNSET

from procession.domains.accounts import policy, store
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.events import (
    ClientChanged,
    ClientDeleted,
    ClientRegistered,
    ClientSecretReplaced,
)
from procession.domains.accounts.types import Client, ClientFlags
from procession.domains.accounts.wire import ClientChangesIn, ClientIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound, Problems, invalid
from procession.kit.work import Work, reading, writing

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_OWN_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")
_LONGEST_URI = 2000
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?")
#: Wire name of each flag.
_FLAGS = {
    "is_confidential": "confidential",
    "allows_implicit": "allow_implicit",
    "allows_password": "allow_password",
    "allows_client_credentials": "allow_client_credentials",
}


def list_clients(caller: Caller) -> list[Client]:
    _check_right(caller)
    with reading(caller) as work:
        return store.list_clients(work)


def register_client(caller: Caller, sent: ClientIn) -> tuple[Client, str | None]:
    """The client, and its secret when it can keep one."""
    _check_right(caller)
    flags = ClientFlags(**{flag: getattr(sent, name) for flag, name in _FLAGS.items()})
    _check(flags, sent.redirect_uris)
    secret = _new_secret() if flags.is_confidential else None
    digest = None if secret is None else token_digest(secret)
    with writing(caller) as work:
        client_id = store.add_client(work, sent.name, sent.redirect_uris, flags, digest)
        client = _get_client(work, client_id)
        work.record(ClientRegistered(**_about(client)))
    return client, secret


def change_client(caller: Caller, client_id: int, sent: ClientChangesIn) -> Client:
    """A client that becomes public loses its secret; one that becomes confidential needs one."""
    with writing(caller) as work:
        client = _get_client(work, client_id)
        _check_right(caller)
        flags = ClientFlags(
            **{
                flag: getattr(client, flag) if getattr(sent, name) is UNSET else getattr(sent, name)
                for flag, name in _FLAGS.items()
            }
        )
        uris = client.redirects if sent.redirect_uris is UNSET else sent.redirect_uris
        _check(flags, uris)
        after = msgspec.structs.replace(
            client,
            name=client.name if sent.name is UNSET else sent.name,
            redirect_uris=json.dumps(uris),
            secret_digest=client.secret_digest if flags.is_confidential else None,
            **msgspec.structs.asdict(flags),
        )
        if after == client:
            return client
        store.set_client(work, after)
        client = _get_client(work, client_id)
        work.record(ClientChanged(**_about(client)))
        return client


def replace_secret(caller: Caller, client_id: int) -> tuple[Client, str]:
    """The old secret is good no longer; tokens stay."""
    with writing(caller) as work:
        client = _get_client(work, client_id)
        _check_right(caller)
        if not client.is_confidential:
            raise invalid("confidential", "A client that is not confidential has no secret.")
        secret = _new_secret()
        digest = token_digest(secret)
        store.set_client(work, msgspec.structs.replace(client, secret_digest=digest))
        client = _get_client(work, client_id)
        work.record(ClientSecretReplaced(**_about(client)))
        return client, secret


def delete_client(caller: Caller, client_id: int) -> None:
    """Its tokens are good no longer."""
    with writing(caller) as work:
        client = _get_client(work, client_id)
        _check_right(caller)
        store.delete_client(work, client_id)
        work.record(ClientDeleted(**_about(client)))


def _check_right(caller: Caller) -> None:
    if not policy.can_administer_clients(caller):
        raise Forbidden


def _get_client(work: Work, client_id: int) -> Client:
    client = store.find_client(work, client_id)
    if client is None:
        raise NotFound(kind="Client")
    return client


def _about(client: Client) -> dict[str, Any]:
    return {
        "organization_id": client.organization_id,
        "client_id": client.id,
        "name": client.name,
    }


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _check(flags: ClientFlags, redirect_uris: list[str]) -> None:
    problems: Problems = {
        f"redirect_uris.{place}": ["The selected redirect uri is invalid."]
        for place, uri in enumerate(redirect_uris)
        if not _may_be_redirected_to(uri)
    }
    needs_secret = ("allows_password", "allows_client_credentials")
    without = {
        _FLAGS[flag]: ["Only a confidential client can be allowed this."]
        for flag in needs_secret
        if getattr(flags, flag) and not flags.is_confidential
    }
    if problems or without:
        raise Invalid({**problems, **without})


def _may_be_redirected_to(uri: str) -> bool:
    """https, this machine, or an app's own scheme such as `com.example.app:/done`."""
    parts = _address(uri)
    return parts is not None and (_is_web(parts) or _OWN_SCHEME.fullmatch(parts.scheme) is not None)


def is_web_redirect(uri: str) -> bool:
    """https, or this machine."""
    parts = _address(uri)
    return parts is not None and _is_web(parts)


def _is_web(parts: SplitResult) -> bool:
    if parts.scheme == "https":
        return _is_host(parts.hostname or "")
    return parts.scheme == "http" and parts.hostname in _LOOPBACK


def _is_host(name: str) -> bool:
    """One host, never a pattern for many: what is compared exactly would mean nothing else."""
    if _HOST.fullmatch(name):
        return True
    try:
        return ip_address(name).version == 6
    except ValueError:
        return False


def _address(uri: str) -> SplitResult | None:
    """None for what may hold anything but an address: a fragment, a password, a line break."""
    if not uri.isascii() or not uri.isprintable() or " " in uri or len(uri) > _LONGEST_URI:
        return None
    try:
        parts = urlsplit(uri)
        _ = parts.port  # Raises ValueError for what is no port.
    except ValueError:
        return None
    return None if "#" in uri or parts.username is not None else parts
