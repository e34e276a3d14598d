"""What signing in looks at: the account behind an address, and where it belongs."""

import sqlalchemy as sa

from procession.domains.accounts.tables import identity_providers, sign_ins
from procession.domains.accounts.types import Login
from procession.domains.people.tables import memberships, users
from procession.kit.db import BigNumber, Statement
from procession.kit.work import Work

_IS_ACTIVE = sa.and_(memberships.c.disabled_at.is_(None), memberships.c.approved_at.is_not(None))


def _has_membership(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(memberships.c.user_id == users.c.id, *conditions)


IS_ENABLED = sa.or_(_has_membership(_IS_ACTIVE), sa.not_(_has_membership()))
#: No administrator in an organization that lets nobody else in by password.
MUST_USE_PROVIDER = _has_membership(
    _IS_ACTIVE,
    memberships.c.role != "admin",
    memberships.c.organization_id == identity_providers.c.organization_id,
    identity_providers.c.is_enforced,
)
_LOGIN = sa.select(
    users.c.id,
    users.c.password_hash,
    IS_ENABLED,
    MUST_USE_PROVIDER,
).where(users.c.is_bot == sa.false())
_LOGIN_BY_EMAIL = Statement(_LOGIN.where(users.c.email_key == sa.bindparam("email_key")))
_LOGIN_BY_ID = Statement(_LOGIN.where(users.c.id == sa.bindparam("user_id")))
_LOCK_LOGIN = Statement(
    sa.select(users.c.id).where(users.c.id == sa.bindparam("user_id")).with_for_update()
)
#: The active membership that is the oldest.
_DEFAULT_ORGANIZATION = Statement(
    sa.select(memberships.c.organization_id)
    .where(memberships.c.user_id == sa.bindparam("user_id"), _IS_ACTIVE)
    .order_by(memberships.c.joined_at, memberships.c.organization_id)
    .limit(1)
)


def find_login(work: Work, email: str) -> Login | None:
    return work.first(_LOGIN_BY_EMAIL, Login, email_key=email.lower())


def find_login_of(work: Work, user_id: int) -> Login | None:
    return work.first(_LOGIN_BY_ID, Login, user_id=user_id)


def lock_login(work: Work, user_id: int) -> Login | None:
    """Whoever changes the password meanwhile comes before or after this unit of work."""
    work.value(_LOCK_LOGIN, user_id=user_id)
    work.read_clock()
    return find_login_of(work, user_id)


def find_default_organization(work: Work, user_id: int) -> str | None:
    found: str | None = work.value(_DEFAULT_ORGANIZATION, user_id=user_id)
    return found


_SIGN_IN = sa.select(
    sa.bindparam("user_id", type_=BigNumber), sa.bindparam("now", type_=sa.BigInteger)
)
_SET_SIGNED_IN = Statement(
    sign_ins.insert().from_select(
        ["user_id", "last_at"],
        _SIGN_IN.where(sa.true()).suffix_with(
            "ON CONFLICT (user_id) DO UPDATE SET last_at = excluded.last_at"
        ),
    )
)


def set_signed_in(work: Work, user_id: int) -> None:
    work.run(_SET_SIGNED_IN, user_id=user_id)
