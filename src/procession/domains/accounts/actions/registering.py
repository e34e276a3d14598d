"""Programs that register themselves as OAuth clients (contract 00, 5.4; RFC 7591).

Anybody may, so a registration opens nothing by itself: such a client can keep no secret, must prove
with PKCE that it began what it ends, and belongs to no organization. Those that nobody ever let in
are forgotten, and there are never many of them.
"""

from urllib.parse import urlsplit

from procession.core.times import DAY, HOUR
from procession.domains.accounts import store
from procession.domains.accounts.actions.clients import is_web_redirect
from procession.domains.accounts.types import Client
from procession.domains.accounts.wire import RegistrationIn
from procession.kit.caller import Caller
from procession.kit.db import Database
from procession.kit.errors import NotFound, OAuthRefusal, TooMany
from procession.kit.server import Server
from procession.kit.work import writing

#: Registrations of one address within an hour.
_MOST_OF_ADDRESS = 20
_HOUR_S = 3600.0
#: Registrations that nobody has let in yet, of everybody.
_MOST_UNUSED = 1000
#: The newest of these may still be on the way to somebody's consent.
_PATIENCE = HOUR
#: After this long nobody is waiting for it any more.
_KEPT = 7 * DAY
_MOST_REDIRECTS = 10
_LONGEST_NAME = 100


def register(caller: Caller, sent: RegistrationIn, address: str) -> Client:
    """A client that can keep no secret, whatever it asked to be."""
    server = caller.server
    if not server.settings.client_registration:
        raise NotFound("API endpoint not found", code="ENDPOINT_NOT_FOUND")
    redirect_uris = _redirects(sent)
    _check_wishes(sent)
    _check_attempts(server, address)
    with writing(caller) as work:
        if store.count_unused_clients(work) >= _MOST_UNUSED:
            oldest = store.find_oldest_unused_client(work, before=work.now - _PATIENCE)
            if oldest is None:
                raise TooMany(60, _MOST_UNUSED)
            store.delete_self_registered_client(work, oldest)
        client_id = store.add_self_registered_client(
            work, _name(sent, redirect_uris), redirect_uris
        )
        client = store.find_any_client(work, client_id)
    assert client is not None
    return client


def forget_unused_clients(server: Server) -> int:
    """Those that nobody ever let in; how many there were."""
    database: Database = server.database
    with database.writing() as connection:
        return store.forget_unused_clients(connection, server.clock() - _KEPT)


def _redirects(sent: RegistrationIn) -> list[str]:
    uris = list(dict.fromkeys(sent.redirect_uris or []))
    if not uris or len(uris) > _MOST_REDIRECTS:
        raise OAuthRefusal(
            "invalid_redirect_uri", f"Between 1 and {_MOST_REDIRECTS} redirect_uris are needed."
        )
    for uri in uris:
        if not is_web_redirect(uri):
            raise OAuthRefusal(
                "invalid_redirect_uri",
                "Redirect addresses begin with https://, or with http:// on the user's own "
                "machine, and have no fragment.",
            )
    return uris


def _check_wishes(sent: RegistrationIn) -> None:
    """What it asks for besides is replaced by what it gets, as the RFC allows."""
    if sent.grant_types and "authorization_code" not in sent.grant_types:
        raise OAuthRefusal("invalid_client_metadata", "The grant type is authorization_code.")
    if sent.response_types and "code" not in sent.response_types:
        raise OAuthRefusal("invalid_client_metadata", "The response type is code.")


def _check_attempts(server: Server, address: str) -> None:
    """Switched off with all limits of anonymous requests."""
    if not server.settings.anonymous_rate_limit:
        return
    key = f"registration {address}"
    wait = server.failures.wait_s(key, _MOST_OF_ADDRESS - 1, window_s=_HOUR_S)
    if wait:
        raise TooMany(wait, _MOST_OF_ADDRESS)
    server.failures.count(key, window_s=_HOUR_S)


def _name(sent: RegistrationIn, redirect_uris: list[str]) -> str:
    """People read it when they are asked to let the client in: one line, and never empty."""
    shown = "".join(sign for sign in sent.client_name or "" if sign.isprintable() or sign == " ")
    return " ".join(shown.split())[:_LONGEST_NAME] or urlsplit(redirect_uris[0]).hostname or "-"
