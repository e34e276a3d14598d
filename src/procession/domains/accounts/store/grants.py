"""Refresh tokens and authorization codes: each is good once."""

import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.accounts.store.holders import bound
from procession.domains.accounts.tables import oauth_codes, refresh_tokens
from procession.domains.accounts.types import Code, RefreshToken
from procession.kit.db import Statement
from procession.kit.work import Work

_INSERT_REFRESH = Statement(
    refresh_tokens.insert().values(
        bound("digest", "user_id", "client_id", "scopes", "family", "created_at", "expires_at")
    )
)
_REFRESH = Statement(
    sa.select(
        refresh_tokens.c.id,
        refresh_tokens.c.user_id,
        refresh_tokens.c.client_id,
        refresh_tokens.c.scopes,
        refresh_tokens.c.family,
        refresh_tokens.c.expires_at,
        refresh_tokens.c.used_at,
        refresh_tokens.c.sealed_answer,
        refresh_tokens.c.revoked_at,
    )
    .where(refresh_tokens.c.digest == sa.bindparam("digest"))
    .with_for_update()
)
_USE_REFRESH = Statement(
    refresh_tokens.update()
    .where(refresh_tokens.c.id == sa.bindparam("refresh_id"))
    .values(used_at=sa.bindparam("used_at"), sealed_answer=sa.bindparam("new_sealed_answer"))
)
_INSERT_CODE = Statement(
    oauth_codes.insert().values(
        bound(
            "digest", "user_id", "client_id", "redirect_uri", "scopes", "challenge", "family",
            "created_at", "expires_at",
        )
    )
)  # fmt: skip
_CODE = Statement(
    sa.select(
        oauth_codes.c.user_id,
        oauth_codes.c.client_id,
        oauth_codes.c.redirect_uri,
        oauth_codes.c.scopes,
        oauth_codes.c.challenge,
        oauth_codes.c.family,
        oauth_codes.c.expires_at,
        oauth_codes.c.used_at,
    )
    .where(oauth_codes.c.digest == sa.bindparam("digest"))
    .with_for_update()
)
_USE_CODE = Statement(
    oauth_codes.update()
    .where(oauth_codes.c.digest == sa.bindparam("digest"))
    .values(used_at=sa.bindparam("used_at"))
)


def add_refresh_token(
    work: Work,
    *,
    digest: str,
    user_id: int,
    client_id: int,
    scopes: str,
    family: str,
    expires_at: Instant,
) -> None:
    work.run(
        _INSERT_REFRESH,
        digest=digest,
        user_id=user_id,
        client_id=client_id,
        scopes=scopes,
        family=family,
        created_at=work.now,
        expires_at=expires_at,
    )


def find_refresh_token(work: Work, digest: str) -> RefreshToken | None:
    """Others who ask with the same one wait until this unit of work has ended."""
    found = work.first(_REFRESH, RefreshToken, digest=digest)
    work.read_clock()
    return found


def set_refresh_token_used(work: Work, refresh_id: int, sealed_answer: str) -> None:
    work.run(_USE_REFRESH, refresh_id=refresh_id, used_at=work.now, new_sealed_answer=sealed_answer)


def add_code(work: Work, digest: str, code: Code) -> None:
    work.run(
        _INSERT_CODE,
        digest=digest,
        user_id=code.user_id,
        client_id=code.client_id,
        redirect_uri=code.redirect_uri,
        scopes=code.scopes,
        challenge=code.challenge,
        family=code.family,
        created_at=work.now,
        expires_at=code.expires_at,
    )


def find_code(work: Work, digest: str) -> Code | None:
    """Others who ask with the same one wait until this unit of work has ended."""
    found = work.first(_CODE, Code, digest=digest)
    work.read_clock()
    return found


def set_code_used(work: Work, digest: str) -> None:
    work.run(_USE_CODE, digest=digest, used_at=work.now)
