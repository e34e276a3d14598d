"""Signing in to the pages and out again: sessions of browsers.

A session is a row; the cookie holds a random secret, and the row nothing but its hash. Every way in
makes a new one: nobody can be led into a session that somebody else knows.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass, replace

from procession.core.times import MINUTE, SECOND, Instant
from procession.domains.accounts import store
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.actions.passwords import check_counted, wrong_credentials
from procession.domains.accounts.types import BrowserSession, Login
from procession.kit.caller import Caller, CallerKind
from procession.kit.db import Busy
from procession.kit.guessing import Origin, mark_for
from procession.kit.server import Server
from procession.kit.work import writing

#: How exactly it is known when a browser was last seen: each page must not write.
_RESOLUTION = 5 * MINUTE


@dataclass(frozen=True)
class NewSession:
    """What goes into the cookie, and for how long."""

    secret: str
    lifetime_s: int
    #: By which the browser is known again (`kit.guessing`); None: it was not by password.
    mark: str | None = None


def sign_in(
    visitor: Caller, origin: Origin, email: str, password: str, *, instead_of: str | None
) -> NewSession:
    """`instead_of`: the session that the browser had until now; it ends."""
    login = check_counted(visitor, origin, email, password)
    opened = open_session(visitor, login, instead_of=instead_of)
    return replace(opened, mark=mark_for(visitor.server, email))


def open_session(
    visitor: Caller, login: Login, *, instead_of: str | None, is_by_provider: bool = False
) -> NewSession:
    """For somebody who has just proved to be this person."""
    server, secret = visitor.server, secrets.token_urlsafe(32)
    lifetime_s = server.settings.session_lifetime
    with writing(visitor) as work:
        # A password that was changed since it was looked at lets nobody in: whoever changed it
        # meant to end all sessions.
        if store.lock_login(work, login.user_id) != login:
            raise wrong_credentials()
        store.set_signed_in(work, login.user_id)
        if instead_of is not None:
            store.delete_session(work, instead_of)
        expires_at = work.now + lifetime_s * SECOND
        store.add_session(
            work, token_digest(secret), login.user_id, expires_at, is_by_provider=is_by_provider
        )
        store.tell_of_account(work, login.user_id, "signed_in", "signed in with a browser")
    return NewSession(secret, lifetime_s)


def sign_out(caller: Caller, session: str) -> None:
    """Of this browser alone."""
    with writing(caller) as work:
        store.delete_session(work, session)
        store.tell_of_account(work, caller.person_id, "signed_out", "signed out of a browser")


def sign_out_everywhere(caller: Caller) -> int:
    """Of every browser; how many there were. Access tokens stay: programs are not signed in by it
    (00, 5.1)."""
    with writing(caller) as work:
        store.tell_of_account(work, caller.person_id, "signed_out", "signed out everywhere")
        return store.delete_sessions_of(work, caller.person_id)


def sign_out_everybody(operator: Caller) -> int:
    """Of every browser, whoever it is; how many there were."""
    with writing(operator) as work:
        return store.delete_all_sessions(work)


def find_session(server: Server, secret: str) -> BrowserSession | None:
    """Whose browser has this cookie; it counts as seen now."""
    now = server.clock()
    session = store.find_session(server.database.connection(), token_digest(secret))
    if session is None or not _is_live(session, now, server):
        return None
    idle = server.settings.session_idle_lifetime * SECOND
    unless_since = now - min(_RESOLUTION, idle // 10)
    if session.seen_at < unless_since:
        with suppress(Busy), server.database.writing_if_free() as connection:
            store.set_session_seen(connection, session.digest, now, unless_since)
    return session


def _is_live(session: BrowserSession, now: Instant, server: Server) -> bool:
    idle_at = session.seen_at + server.settings.session_idle_lifetime * SECOND
    return now < session.expires_at and now < idle_at


def as_user(visitor: Caller, session: BrowserSession) -> Caller:
    """From here on the visitor is who is signed in, outside of any organization."""
    return replace(
        visitor,
        kind=CallerKind.MEMBER,
        person_id=session.user_id,
        timezone=session.user_timezone,
    )


def forget_old_sessions(server: Server) -> None:
    """Those that let nobody in any more."""
    now = server.clock()
    idle_since = now - server.settings.session_idle_lifetime * SECOND
    with server.database.writing() as connection:
        store.delete_sessions_before(connection, now, idle_since)
