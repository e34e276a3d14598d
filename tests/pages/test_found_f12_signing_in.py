"""Found, F12: the page to sign in on offers what there is, and shows a password to who types it."""

from collections.abc import Callable

from browsers import Browser, check_page
from cast import Cast, assemble
from procession.domains.accounts.store import set_provider
from procession.domains.accounts.types import IdentityProvider
from procession.flows.reaching.bots import as_bot
from procession.kit.work import writing
from procession.pages.assets import script
from server import running_server


def test_found_f12_single_sign_on_is_offered_where_somebody_has_a_provider(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    with running_server(database_kind, new_database(database_kind)) as server:
        cast = assemble(server)
        assert "Sign in through" not in Browser(cast).get("/app/sign-in").text
        connect(cast)
        assert "Sign in through" in Browser(cast).get("/app/sign-in").text


def connect(cast: Cast) -> None:
    """A provider, as the store keeps it."""
    provider = IdentityProvider(
        organization_id=cast.organization_id,
        issuer="https://login.test",
        client_id="x",
        sealed_secret="x",
        is_enforced=False,
    )
    with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
        set_provider(work, provider)


def test_found_f12_a_password_can_be_shown(cast: Cast) -> None:
    """By our script; without scripts there is no box that does nothing."""
    for path in ("/app/sign-in", "/app/new-password?token=x&email=a%40b.test"):
        shown = Browser(cast).get(path)
        check_page(shown)
        assert "script-src 'self';" in shown.headers["Content-Security-Policy"]
        assert script().address in shown.text
        assert "Show password" in script().content.decode()
        assert "Show password" not in shown.text
    for path in ("/app/forgotten-password", "/app/single-sign-on", "/app/nowhere"):
        answer = Browser(cast).get(path)
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.text
