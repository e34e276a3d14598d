"""The commands `procession sso ...`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from procession.core.texts import NO_NUL, is_storable
from procession.flows.access import connecting
from procession.flows.access.opening import open_server
from procession.flows.telling import addresses
from procession.kit.errors import invalid
from procession.kit.settings import Settings


def read_secret(name: str) -> str:
    """From a file, or from standard input: never from the command line, which others can see."""
    try:
        secret = (sys.stdin.read() if name == "-" else Path(name).read_text()).strip()
    except UnicodeDecodeError:
        raise invalid("client_secret", "The client secret is no text in UTF-8.") from None
    if not is_storable(secret):
        raise invalid("client_secret", f"The client secret {NO_NUL}")
    return secret


def connect_provider(
    settings: Settings,
    organization_id: str,
    *,
    issuer: str,
    client_id: str,
    client_secret: str,
    domains: Sequence[str],
) -> str:
    """The address that the provider must know to send people back to."""
    wanted = connecting.Wanted(issuer, client_id, client_secret, domains)
    connecting.connect(open_server(settings), organization_id, wanted)
    return f"{settings.public_url or settings.local_url}{addresses.PROVIDER_CALLBACK}"


def show_provider(settings: Settings, organization_id: str) -> connecting.Connection:
    return connecting.show(open_server(settings), organization_id)


def test_provider(settings: Settings, organization_id: str) -> str:
    """Where a person can try it."""
    return connecting.test(open_server(settings), organization_id)


def enforce_provider(settings: Settings, organization_id: str, *, is_untried: bool) -> None:
    connecting.enforce(open_server(settings), organization_id, is_untried=is_untried)


def change_provider(settings: Settings, organization_id: str, action: str) -> None:
    changes = {"disconnect": connecting.disconnect, "relax": connecting.relax}
    changes[action](open_server(settings), organization_id)
