"""Browsers that somebody is signed in with."""

import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.accounts.store.holders import bound
from procession.domains.accounts.store.signing_in import IS_ENABLED, MUST_USE_PROVIDER
from procession.domains.accounts.tables import browser_sessions
from procession.domains.accounts.types import BrowserSession
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import memberships, users
from procession.kit.db import BigNumber, Connection, Statement, decode
from procession.kit.work import Work

_DIGEST = sa.bindparam("digest", type_=sa.Text)
_OF_USER = sa.bindparam("of_user", type_=BigNumber)
_BEFORE = sa.bindparam("older_than", type_=sa.BigInteger)
_INSERT = Statement(
    browser_sessions.insert().values(
        bound("digest", "user_id", "is_by_provider", "created_at", "seen_at", "expires_at")
    )
)
#: Whoever is disabled everywhere is signed in nowhere; and whoever may not come by password any
#: more is not signed in by one.
_SESSION = Statement(
    sa.select(
        browser_sessions.c.digest,
        users.c.id,
        users.c.timezone,
        browser_sessions.c.seen_at,
        browser_sessions.c.expires_at,
    )
    .select_from(browser_sessions.join(users, users.c.id == browser_sessions.c.user_id))
    .where(
        browser_sessions.c.digest == _DIGEST,
        IS_ENABLED,
        sa.or_(browser_sessions.c.is_by_provider, sa.not_(MUST_USE_PROVIDER)),
    )
)
_SET_SEEN = Statement(
    browser_sessions.update()
    .where(browser_sessions.c.digest == _DIGEST, browser_sessions.c.seen_at < _BEFORE)
    .values(seen_at=sa.bindparam("new_seen_at"))
)
_DELETE = Statement(browser_sessions.delete().where(browser_sessions.c.digest == _DIGEST))
_DELETE_OF = Statement(browser_sessions.delete().where(browser_sessions.c.user_id == _OF_USER))
_DELETE_ALL = Statement(browser_sessions.delete())
_DELETE_OLD = Statement(
    browser_sessions.delete().where(
        sa.or_(
            browser_sessions.c.expires_at <= _BEFORE,
            browser_sessions.c.seen_at <= sa.bindparam("idle_since", type_=sa.BigInteger),
        )
    )
)

_IS_ANYBODY_BY_PROVIDER = Statement(
    sa.select(
        sa.exists().where(
            browser_sessions.c.is_by_provider,
            memberships.c.user_id == browser_sessions.c.user_id,
            memberships.c.organization_id == ORGANIZATION_ID,
        )
    )
)


def is_anybody_in_by_provider(work: Work) -> bool:
    """Of the organization's members, at the moment."""
    return bool(work.value(_IS_ANYBODY_BY_PROVIDER))


def add_session(
    work: Work, digest: str, user_id: int, expires_at: Instant, *, is_by_provider: bool
) -> None:
    work.run(
        _INSERT,
        digest=digest,
        user_id=user_id,
        is_by_provider=is_by_provider,
        created_at=work.now,
        seen_at=work.now,
        expires_at=expires_at,
    )


def find_session(connection: Connection, digest: str) -> BrowserSession | None:
    """Before there is a caller: so this takes a connection, not a unit of work."""
    found = decode(connection.fetch(_SESSION, {"digest": digest}), BrowserSession)
    return found[0] if found else None


def set_session_seen(connection: Connection, digest: str, now: Instant, unless_since: int) -> None:
    values = {"digest": digest, "new_seen_at": now, "older_than": unless_since}
    connection.execute(_SET_SEEN, values)


def delete_session(work: Work, digest: str) -> None:
    work.run(_DELETE, digest=digest)


def delete_sessions_of(work: Work, user_id: int) -> int:
    return work.run(_DELETE_OF, of_user=user_id)


def delete_all_sessions(work: Work) -> int:
    return work.run(_DELETE_ALL)


def delete_sessions_before(connection: Connection, expired: Instant, idle_since: Instant) -> int:
    return connection.execute(_DELETE_OLD, {"older_than": expired, "idle_since": idle_since})
