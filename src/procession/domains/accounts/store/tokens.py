"""Access tokens."""

import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.accounts.store.holders import bound
from procession.domains.accounts.tables import (
    tokens,
)
from procession.domains.accounts.types import Token
from procession.domains.people.tables import users
from procession.kit.db import Statement
from procession.kit.work import Work

_INSERT_TOKEN = Statement(
    tokens.insert()
    .values(
        {
            **bound("digest", "user_id", "name", "created_at", "expires_at"),
            "organization_id": sa.bindparam("only_organization_id", type_=sa.String(32)),
        }
    )
    .returning(tokens.c.id)
)
_TOKEN_COLUMNS = sa.select(
    tokens.c.id,
    tokens.c.user_id,
    users.c.email,
    tokens.c.organization_id,
    tokens.c.name,
    tokens.c.created_at,
    tokens.c.expires_at,
    tokens.c.revoked_at,
).select_from(tokens.join(users, users.c.id == tokens.c.user_id))
_TOKENS = Statement(_TOKEN_COLUMNS.order_by(tokens.c.id))
_REVOKE_TOKEN = Statement(
    tokens.update()
    .where(tokens.c.id == sa.bindparam("token_id"), tokens.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("revoked_at"))
)


_IS_TOKEN_TAKEN = Statement(sa.select(tokens.c.id).where(tokens.c.digest == sa.bindparam("digest")))


def is_token_taken(work: Work, digest: str) -> bool:
    """Revoked tokens are taken too."""
    return work.value(_IS_TOKEN_TAKEN, digest=digest) is not None


def add_token(
    work: Work, *, digest: str, user_id: int, name: str, expires_at: Instant | None
) -> int:
    token_id: int = work.value(
        _INSERT_TOKEN,
        digest=digest,
        user_id=user_id,
        only_organization_id=None,
        name=name,
        created_at=work.now,
        expires_at=expires_at,
    )
    return token_id


def list_tokens(work: Work) -> list[Token]:
    return work.all(_TOKENS, Token)


def set_token_revoked(work: Work, token_id: int) -> int:
    return work.run(_REVOKE_TOKEN, token_id=token_id, revoked_at=work.now)


def _revoking(*conditions: sa.ColumnElement[bool]) -> Statement:
    return Statement(
        tokens.update()
        .where(
            tokens.c.user_id == sa.bindparam("of_user", type_=sa.Integer),
            tokens.c.revoked_at.is_(None),
            *conditions,
        )
        .values(revoked_at=sa.bindparam("now", type_=sa.BigInteger))
    )


_REVOKE_ALL = _revoking()
_REVOKE_HERE = _revoking(
    tokens.c.organization_id == sa.bindparam("organization_id", type_=sa.String(32))
)


def revoke_tokens_of(work: Work, user_id: int, *, only_here: bool) -> None:
    """`only_here`: those that are good in this organization alone."""
    work.run(_REVOKE_HERE if only_here else _REVOKE_ALL, of_user=user_id)
