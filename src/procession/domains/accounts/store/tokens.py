"""Access tokens."""

from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.scopes import EVERYTHING
from procession.core.times import MINUTE, Instant
from procession.domains.accounts.store.holders import bound
from procession.domains.accounts.tables import oauth_clients, organizations, refresh_tokens, tokens
from procession.domains.accounts.types import OWN_CLIENT, ApplicationHolder, Token
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.people.tables import memberships, users
from procession.kit.db import BigNumber, Connection, Statement, decode
from procession.kit.work import Work

#: The one organization that a token is good in; null when it is good in all.
ONLY_ORGANIZATION = sa.bindparam("only_organization_id", type_=sa.String(32))

_INSERT_TOKEN = Statement(
    tokens.insert()
    .values(
        {
            **bound("digest", "user_id", "client_id", "scopes", "family", "name"),
            **bound("created_at", "expires_at"),
            "organization_id": ONLY_ORGANIZATION,
        }
    )
    .returning(tokens.c.id)
)
_TOKEN_COLUMNS = sa.select(
    tokens.c.id,
    tokens.c.user_id,
    users.c.email,
    tokens.c.client_id,
    tokens.c.organization_id,
    tokens.c.scopes,
    tokens.c.name,
    tokens.c.created_at,
    tokens.c.expires_at,
    tokens.c.revoked_at,
    tokens.c.last_used_at,
).select_from(tokens.join(users, users.c.id == tokens.c.user_id))
_TOKENS = Statement(_TOKEN_COLUMNS.order_by(tokens.c.id))
_NOW = sa.bindparam("now", type_=sa.BigInteger)
#: A token that is good in one organization knows nothing of those that are good elsewhere.
_WITHIN_REACH = sa.or_(ONLY_ORGANIZATION.is_(None), tokens.c.organization_id == ONLY_ORGANIZATION)
_OWN_TOKENS = Statement(
    _TOKEN_COLUMNS.where(
        tokens.c.user_id == CALLER_ID,
        _WITHIN_REACH,
        tokens.c.revoked_at.is_(None),
        sa.or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > _NOW),
    ).order_by(tokens.c.id)
)


def _revoking(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> Statement:
    return Statement(
        table.update()
        .where(*conditions, table.c.revoked_at.is_(None))
        .values(revoked_at=sa.bindparam("revoked_at"))
    )


_REVOKE_TOKEN = _revoking(tokens, tokens.c.id == sa.bindparam("token_id"))
_REVOKE_OWN_TOKEN = _revoking(
    tokens, tokens.c.id == sa.bindparam("token_id"), tokens.c.user_id == CALLER_ID, _WITHIN_REACH
)
_REVOKE_OWN_TOKENS = _revoking(tokens, tokens.c.user_id == CALLER_ID, _WITHIN_REACH)
_REVOKE_OWN_REFRESH_TOKENS = _revoking(refresh_tokens, refresh_tokens.c.user_id == CALLER_ID)
_REVOKE_BY_DIGEST = _revoking(
    tokens,
    tokens.c.digest == sa.bindparam("digest"),
    tokens.c.client_id == sa.bindparam("client_id"),
)
_OF_USER = sa.bindparam("of_user", type_=BigNumber)
_REVOKE_ALL = (
    _revoking(tokens, tokens.c.user_id == _OF_USER),
    _revoking(refresh_tokens, refresh_tokens.c.user_id == _OF_USER),
)
_REVOKE_HERE = _revoking(
    tokens,
    tokens.c.user_id == _OF_USER,
    tokens.c.organization_id == sa.bindparam("organization_id", type_=sa.String(32)),
)
_REVOKE_FAMILY = [
    _revoking(table, table.c.family == sa.bindparam("family")) for table in (tokens, refresh_tokens)
]
_IS_TOKEN_TAKEN = Statement(sa.select(tokens.c.id).where(tokens.c.digest == sa.bindparam("digest")))

_APPLICATION = Statement(
    sa.select(
        tokens.c.user_id,
        tokens.c.expires_at,
        tokens.c.revoked_at,
        tokens.c.client_id,
        oauth_clients.c.organization_id,
        # Of who acts for it in its organization, looked up there.
        sa.null(),
        sa.null(),
        tokens.c.last_used_at,
    )
    .select_from(tokens.join(oauth_clients, oauth_clients.c.id == tokens.c.client_id))
    .where(tokens.c.digest == sa.bindparam("digest"))
)
_ACTING_BOT = Statement(
    sa.select(organizations.c.timezone, memberships.c.user_id)
    .select_from(
        organizations.join(memberships, memberships.c.organization_id == organizations.c.id)
    )
    .where(organizations.c.id == ORGANIZATION_ID, memberships.c.role == "bot")
)


def find_application(connection: Connection, digest: str) -> ApplicationHolder | None:
    """Before there is a caller: so this takes a connection, not a unit of work.

    Two statements: the token is at home on the whole server, who acts for it in an organization.
    """
    found = decode(connection.fetch(_APPLICATION, {"digest": digest}), ApplicationHolder)
    if not found or found[0].organization_id is None:
        return found[0] if found else None
    values = {"organization_id": found[0].organization_id}
    bots = decode(connection.fetch(_ACTING_BOT, values), _ActingBot)
    if not bots:
        return found[0]
    return msgspec.structs.replace(found[0], timezone=bots[0].timezone, bot_id=bots[0].user_id)


class _ActingBot(msgspec.Struct, array_like=True, frozen=True):
    timezone: str
    user_id: int


def is_token_taken(work: Work, digest: str) -> bool:
    """Revoked tokens are taken too."""
    return work.value(_IS_TOKEN_TAKEN, digest=digest) is not None


def add_token(
    work: Work,
    *,
    digest: str,
    user_id: int | None,
    name: str,
    expires_at: Instant | None,
    client_id: int = OWN_CLIENT,
    scopes: str = EVERYTHING,
    organization_id: str | None = None,
    family: str | None = None,
) -> int:
    token_id: int = work.value(
        _INSERT_TOKEN,
        digest=digest,
        user_id=user_id,
        client_id=client_id,
        only_organization_id=organization_id,
        scopes=scopes,
        family=family,
        name=name,
        created_at=work.now,
        expires_at=expires_at,
    )
    return token_id


def list_tokens(work: Work) -> list[Token]:
    return work.all(_TOKENS, Token)


def list_own_tokens(work: Work) -> list[Token]:
    """The caller's, as far as they are good."""
    return work.all(_OWN_TOKENS, Token, **_reach(work))


def set_token_revoked(work: Work, token_id: int) -> int:
    return work.run(_REVOKE_TOKEN, token_id=token_id, revoked_at=work.now)


def set_own_token_revoked(work: Work, token_id: int) -> int:
    return work.run(_REVOKE_OWN_TOKEN, token_id=token_id, revoked_at=work.now, **_reach(work))


def set_own_tokens_revoked(work: Work) -> None:
    """Refresh tokens too: those are good everywhere, so only who is good everywhere may."""
    work.run(_REVOKE_OWN_TOKENS, revoked_at=work.now, **_reach(work))
    if work.caller.token_organization_id is None:
        work.run(_REVOKE_OWN_REFRESH_TOKENS, revoked_at=work.now)


def set_token_revoked_by_digest(work: Work, digest: str, client_id: int) -> int:
    return work.run(_REVOKE_BY_DIGEST, digest=digest, client_id=client_id, revoked_at=work.now)


def set_family_revoked(work: Work, family: str) -> None:
    """Everything that one sign-in led to."""
    for statement in _REVOKE_FAMILY:
        work.run(statement, family=family, revoked_at=work.now)


def _reach(work: Work) -> dict[str, Any]:
    return {"only_organization_id": work.caller.token_organization_id}


def revoke_tokens_of(work: Work, user_id: int, *, only_here: bool) -> None:
    """`only_here`: those that are good in this organization alone. Refresh tokens are good
    everywhere."""
    statements = (_REVOKE_HERE,) if only_here else _REVOKE_ALL
    for statement in statements:
        work.run(statement, of_user=user_id, revoked_at=work.now)


_USE = Statement(
    tokens.update()
    .where(
        tokens.c.id.in_(
            sa.select(tokens.c.id)
            .where(
                tokens.c.digest == sa.bindparam("digest"),
                sa.func.coalesce(tokens.c.last_used_at, 0) <= sa.bindparam("before"),
            )
            # Waits for nobody: a token that is being changed just now is left alone.
            .with_for_update(key_share=True, skip_locked=True)
        )
    )
    .values(last_used_at=_NOW)
)


def set_token_used(connection: Connection, digest: str, now: Instant) -> None:
    """Unless that was noted within the last five minutes."""
    connection.execute(_USE, {"digest": digest, "before": now - 5 * MINUTE, "now": now})
