"""Open links to choose another password by: one of each account."""

import secrets

import sqlalchemy as sa

from procession.core.times import HOUR
from procession.domains.people.guest_codes import code_digest
from procession.domains.people.tables import password_resets, users
from procession.kit.db import BigNumber, Statement
from procession.kit.work import Work

_LIFETIME = HOUR
_USER_ID = sa.bindparam("user_id", type_=BigNumber)
_CODE_DIGEST = sa.bindparam("code_digest", type_=sa.Text)
_NOW = sa.bindparam("now", type_=sa.BigInteger)
_CLEAR = Statement(password_resets.delete().where(password_resets.c.user_id == _USER_ID))
_INSERT = Statement(
    password_resets.insert().values(
        {column.name: sa.bindparam(column.name) for column in password_resets.c}
    )
)
_FIND = Statement(
    sa.select(password_resets.c.user_id)
    .select_from(password_resets.join(users, users.c.id == password_resets.c.user_id))
    .where(
        password_resets.c.code_digest == _CODE_DIGEST,
        password_resets.c.expires_at > _NOW,
        users.c.email_key == sa.bindparam("email_key", type_=sa.Text),
    )
)
_LOCK_USER = Statement(sa.select(users.c.id).where(users.c.id == _USER_ID).with_for_update())


def renew_password_reset(work: Work, user_id: int) -> str:
    """A new code, good for an hour; the one before is good no longer."""
    work.value(_LOCK_USER, user_id=user_id)
    work.read_clock()
    clear_password_reset(work, user_id)
    code = secrets.token_urlsafe(32)
    work.run(
        _INSERT,
        user_id=user_id,
        code_digest=code_digest(code),
        expires_at=work.now + _LIFETIME,
    )
    return code


def find_password_reset(work: Work, code: str, email: str) -> int | None:
    """Whose password may be changed by this code; None when it is good no longer."""
    found: int | None = work.value(_FIND, code_digest=code_digest(code), email_key=email.lower())
    return found


def use_password_reset(work: Work, user_id: int, code: str, email: str) -> bool:
    """Good once: of two at the same time one comes first, and the other gets False."""
    work.value(_LOCK_USER, user_id=user_id)
    work.read_clock()
    if find_password_reset(work, code, email) != user_id:
        return False
    clear_password_reset(work, user_id)
    return True


def clear_password_reset(work: Work, user_id: int) -> None:
    work.run(_CLEAR, user_id=user_id)
