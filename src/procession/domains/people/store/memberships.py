"""Changes to accounts and memberships."""

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.store.members import MEMBER_COLUMNS, find_member
from procession.domains.people.tables import group_members, memberships, users
from procession.domains.people.types import Member
from procession.kit.db import BigNumber, Statement, any_of
from procession.kit.journal import activity
from procession.kit.work import Work

_USER_ID = sa.bindparam("user_id", type_=BigNumber)
_THIS = (memberships.c.organization_id == ORGANIZATION_ID, memberships.c.user_id == _USER_ID)
#: Administrators are locked with whoever is changed, so that two of them never lose their role
#: at once, each trusting that the other stays.
_LOCK = Statement(
    sa.select(memberships.c.user_id)
    .where(
        memberships.c.organization_id == ORGANIZATION_ID,
        sa.or_(memberships.c.role == "admin", memberships.c.user_id == _USER_ID),
    )
    .order_by(memberships.c.user_id)
    .with_for_update()
)
_HOLD = Statement(
    sa.select(memberships.c.user_id)
    .where(
        memberships.c.organization_id == ORGANIZATION_ID,
        any_of(memberships.c.user_id, "user_ids"),
    )
    .order_by(memberships.c.user_id)
    .with_for_update(read=True, key_share=True)
)
_OTHER_ADMINS = Statement(
    sa.select(*MEMBER_COLUMNS)
    .select_from(users.join(memberships, memberships.c.user_id == users.c.id))
    .where(
        memberships.c.organization_id == ORGANIZATION_ID,
        memberships.c.role == "admin",
        memberships.c.user_id != _USER_ID,
        memberships.c.approved_at.is_not(None),
        memberships.c.accepted_at.is_not(None),
        memberships.c.disabled_at.is_(None),
    )
    .order_by(memberships.c.joined_at, memberships.c.user_id)
)
_TOUCH = Statement(
    users.update()
    .where(users.c.id == _USER_ID)
    .values(updated_at=sa.bindparam("now", type_=sa.BigInteger))
)
_CLEAR_DEFAULT_ADMIN = Statement(
    memberships.update()
    .where(
        memberships.c.organization_id == ORGANIZATION_ID, memberships.c.is_default_admin.is_(True)
    )
    .values(is_default_admin=False)
)
_WELCOME = Statement(
    memberships.update()
    .where(*_THIS, memberships.c.welcomed_at.is_(None))
    .values(welcomed_at=sa.bindparam("now", type_=sa.BigInteger))
)
_DELETE_MEMBERSHIP = Statement(memberships.delete().where(*_THIS))
_DELETE_FROM_GROUPS = Statement(
    group_members.delete().where(
        group_members.c.organization_id == ORGANIZATION_ID, group_members.c.user_id == _USER_ID
    )
)
_DELETE_USER = Statement(users.delete().where(users.c.id == _USER_ID))
_MEMBERSHIPS_ELSEWHERE = Statement(
    sa.select(sa.func.count()).where(
        memberships.c.user_id == _USER_ID, memberships.c.organization_id != ORGANIZATION_ID
    )
)
_ACTED_ELSEWHERE = Statement(
    sa.select(activity.c.actor_id)
    .where(
        activity.c.actor_kind == "user",
        activity.c.actor_id.is_not(None),
        activity.c.organization_id != ORGANIZATION_ID,
    )
    .distinct()
)
_SEATS = Statement(
    sa.select(sa.func.count()).where(
        memberships.c.organization_id == ORGANIZATION_ID,
        memberships.c.disabled_at.is_(None),
        any_of(memberships.c.role, "roles"),
    )
)
_SECRETS = Statement(
    sa.select(users.c.password_hash, users.c.activated_at).where(users.c.id == _USER_ID)
)


class Secrets(msgspec.Struct, array_like=True, frozen=True):
    """What tells whether an account is in use."""

    password_hash: str | None
    activated_at: int | None


def lock_member(work: Work, user_id: int) -> Member | None:
    """As it is once nobody else is changing it; None when it has gone meanwhile.

    Before guests, processes and tasks are locked, never after: two requests would wait for each
    other.
    """
    work.all(_LOCK, _Id, user_id=user_id)
    work.read_clock()
    return find_member(work, user_id)


def hold_members(work: Work, user_ids: Sequence[int]) -> None:
    """Kept from leaving until this work ends, and waited for if they are leaving just now.

    The same order as in `lock_member`: before everything else.
    """
    if user_ids:
        work.all(_HOLD, _Id, user_ids=list(user_ids))
        work.read_clock()


class _Id(msgspec.Struct, array_like=True):
    id: int


def other_active_admins(work: Work, user_id: int) -> list[Member]:
    """Who else administers, the longest-serving first."""
    return work.all(_OTHER_ADMINS, Member, user_id=user_id)


@cache
def _setting_membership(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=memberships.c[name].type) for name in names}
    return Statement(memberships.update().where(*_THIS).values(new))


def set_membership(work: Work, user_id: int, **changes: object) -> None:
    new = {f"new_{name}": value for name, value in changes.items()}
    work.run(_setting_membership(tuple(sorted(changes))), user_id=user_id, **new)
    work.run(_TOUCH, user_id=user_id)


@cache
def _setting_user(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=users.c[name].type) for name in names}
    new["updated_at"] = sa.bindparam("now", type_=sa.BigInteger)
    return Statement(users.update().where(users.c.id == _USER_ID).values(new))


def set_user(work: Work, user_id: int, changes: Mapping[str, object]) -> None:
    new = {f"new_{name}": value for name, value in changes.items()}
    work.run(_setting_user(tuple(sorted(changes))), user_id=user_id, **new)


def count_seats(work: Work, roles: Sequence[str]) -> int:
    """Members with one of these roles who are not disabled, invited ones included."""
    count: int = work.value(_SEATS, roles=list(roles))
    return count


def set_default_admin(work: Work, user_id: int) -> None:
    """Exactly one member holds the mark."""
    work.run(_CLEAR_DEFAULT_ADMIN)
    set_membership(work, user_id, is_default_admin=True)


def set_welcomed(work: Work, user_id: int) -> bool:
    """False when they were an active member before."""
    return work.run(_WELCOME, user_id=user_id) > 0


def delete_membership(work: Work, user_id: int) -> None:
    work.run(_DELETE_FROM_GROUPS, user_id=user_id)
    work.run(_DELETE_MEMBERSHIP, user_id=user_id)


def delete_user(work: Work, user_id: int) -> None:
    work.run(_DELETE_USER, user_id=user_id)


def belongs_elsewhere(work: Work, user_id: int) -> bool:
    return bool(work.value(_MEMBERSHIPS_ELSEWHERE, user_id=user_id))


def acted_elsewhere(work: Work) -> set[int]:
    """All who have done something in another organization. Reads the whole feed."""
    return {row.id for row in work.all(_ACTED_ELSEWHERE, _Actor)}


class _Actor(msgspec.Struct, array_like=True, frozen=True):
    id: int


def get_secrets(work: Work, user_id: int) -> Secrets:
    return work.all(_SECRETS, Secrets, user_id=user_id)[0]
