"""Accounts, memberships and groups."""

from collections.abc import Collection, Sequence

import msgspec
import sqlalchemy as sa

from procession.core.folding import lower_ascii
from procession.domains.accounts.tables import sign_ins
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import groups, memberships, users
from procession.domains.people.types import Account, Member, User
from procession.kit.db import BigNumber, Statement, any_of
from procession.kit.db import lower_ascii as lower_ascii_in_sql
from procession.kit.ids import find_number
from procession.kit.journal import activity
from procession.kit.work import Work

_FIRST_OF_MEMBERSHIP = Member.__struct_fields__.index("role")
_OF_USER = Member.__struct_fields__[:_FIRST_OF_MEMBERSHIP]
_OF_MEMBERSHIP = Member.__struct_fields__[_FIRST_OF_MEMBERSHIP:-1]
MEMBER_COLUMNS = (
    *[users.c[name] for name in _OF_USER],
    *[memberships.c[name] for name in _OF_MEMBERSHIP],
    sa.select(sign_ins.c.last_at).where(sign_ins.c.user_id == users.c.id).scalar_subquery(),
)


_MEMBERS = (
    sa.select(*MEMBER_COLUMNS)
    .select_from(users.join(memberships, memberships.c.user_id == users.c.id))
    .where(memberships.c.organization_id == ORGANIZATION_ID)
)


_MEMBER = Statement(_MEMBERS.where(users.c.id == sa.bindparam("user_id")))


_NAME = sa.bindparam("name", type_=sa.Text)
_NAME_KEY = sa.bindparam("name_key", type_=sa.Text)
_USERNAME_KEY = sa.bindparam("username_key", type_=sa.Text)
_NUMBER = sa.bindparam("number", type_=BigNumber)
#: Usernames may look like somebody else's id: the id comes first, then the address.
_MEMBER_NAMED = Statement(
    _MEMBERS.where(
        sa.or_(
            users.c.id == _NUMBER,
            users.c.email_key == _NAME_KEY,
            users.c.username == _NAME,
            lower_ascii_in_sql(users.c.username) == _USERNAME_KEY,
        )
    )
    .order_by(
        (users.c.id == _NUMBER).desc(),
        (users.c.email_key == _NAME_KEY).desc(),
        (users.c.username == _NAME).desc(),
        users.c.id,
    )
    .limit(1)
)


_EVERY_MEMBERSHIP = memberships.alias("every_membership")


#: An account through its default membership: the active one it has had longest.
_ACCOUNT = Statement(
    sa.select(*MEMBER_COLUMNS)
    .add_columns(
        memberships.c.organization_id,
        sa.select(sa.func.count())
        .select_from(_EVERY_MEMBERSHIP)
        .where(_EVERY_MEMBERSHIP.c.user_id == sa.bindparam("user_id"))
        .scalar_subquery(),
    )
    .select_from(users.outerjoin(memberships, memberships.c.user_id == users.c.id))
    .where(users.c.id == sa.bindparam("user_id"))
    .order_by(
        memberships.c.disabled_at.is_not(None),
        memberships.c.accepted_at.is_(None),
        memberships.c.joined_at,
        memberships.c.organization_id,
    )
    .limit(1)
)


_MEMBERS_AMONG = Statement(_MEMBERS.where(any_of(users.c.id, "user_ids")))


_ALL_MEMBERS = Statement(_MEMBERS.order_by(users.c.id))


_BOT = Statement(_MEMBERS.where(memberships.c.role == "bot"))


_ACTIVE_AMONG = Statement(
    sa.select(memberships.c.user_id, memberships.c.role).where(
        memberships.c.organization_id == ORGANIZATION_ID,
        any_of(memberships.c.user_id, "user_ids"),
        memberships.c.disabled_at.is_(None),
        memberships.c.role != "bot",
    )
)


_FIRST_ADMIN = Statement(
    sa.select(sa.func.min(memberships.c.user_id)).where(
        memberships.c.organization_id == ORGANIZATION_ID,
        memberships.c.role == "admin",
        memberships.c.accepted_at.is_not(None),
        memberships.c.disabled_at.is_(None),
    )
)


_USER = sa.bindparam("user_id", type_=BigNumber)
#: Whoever is a member, or was one when something was done in their name.
_IS_KNOWN = Statement(
    sa.select(
        sa.or_(
            sa.exists().where(
                memberships.c.organization_id == ORGANIZATION_ID, memberships.c.user_id == _USER
            ),
            sa.exists().where(
                activity.c.organization_id == ORGANIZATION_ID,
                activity.c.actor_kind != "guest",
                activity.c.actor_id == _USER,
            ),
        )
    )
)


def known_among(work: Work, user_ids: Collection[int]) -> set[int]:
    """Those who are members, or have done something here before they left."""
    return {each for each in user_ids if work.value(_IS_KNOWN, user_id=each)}


_GROUPS_AMONG = Statement(
    sa.select(groups.c.id).where(
        groups.c.organization_id == ORGANIZATION_ID, any_of(groups.c.id, "group_ids")
    )
)


_MEMBERS_BY_EMAIL = Statement(
    sa.select(users.c.email_key, users.c.id)
    .select_from(users.join(memberships, memberships.c.user_id == users.c.id))
    .where(
        memberships.c.organization_id == ORGANIZATION_ID,
        memberships.c.disabled_at.is_(None),
        any_of(users.c.email_key, "email_keys"),
    )
)


_DISABLED_AMONG = Statement(
    sa.select(users.c.email_key, users.c.id)
    .select_from(users.join(memberships, memberships.c.user_id == users.c.id))
    .where(
        memberships.c.organization_id == ORGANIZATION_ID,
        memberships.c.disabled_at.is_not(None),
        any_of(users.c.email_key, "email_keys"),
    )
)


_USER_BY_EMAIL = Statement(
    sa.select(
        users.c.id, users.c.email, users.c.first_name, users.c.last_name, users.c.timezone
    ).where(users.c.email_key == sa.bindparam("email_key"))
)


_USERNAME_TAKEN = Statement(
    sa.select(sa.literal(1)).where(users.c.username == sa.bindparam("username"))
)


def inserting_once(table: sa.Table, *names: str) -> sa.Insert:
    """Two requests may name the same new person at once: the second finds the first's row."""
    values = sa.select(*[sa.bindparam(name, type_=table.c[name].type) for name in names])
    unless_there = values.where(sa.true()).suffix_with("ON CONFLICT DO NOTHING")
    return table.insert().from_select(list(names), unless_there)


_INSERT_USER = Statement(
    inserting_once(
        users,
        "email", "email_key", "username", "first_name", "last_name", "timezone", "is_bot",
        "activated_at", "created_at", "updated_at",
    ).returning(users.c.id)
)  # fmt: skip


_INSERT_MEMBERSHIP = Statement(
    inserting_once(
        memberships,
        "organization_id", "user_id", "role", "is_default_admin", "joined_at", "approved_at",
        "accepted_at", "invited_by",
    )
)  # fmt: skip


def find_member(work: Work, user_id: int) -> Member | None:
    return work.first(_MEMBER, Member, user_id=user_id)


def find_member_named(work: Work, name: str) -> Member | None:
    """By id, address or username."""
    return work.first(
        _MEMBER_NAMED,
        Member,
        number=find_number(name) or 0,
        name=name,
        name_key=name.lower(),
        username_key=lower_ascii(name),
    )


def get_account(work: Work, user_id: int) -> Account:
    return work.all(_ACCOUNT, Account, user_id=user_id)[0]


def list_members(work: Work) -> list[Member]:
    """Every member of every status, the bot included."""
    return work.all(_ALL_MEMBERS, Member)


def members_among(work: Work, user_ids: Collection[int]) -> list[Member]:
    """Those of `user_ids` that are members, of any status."""
    if not user_ids:
        return []
    return work.all(_MEMBERS_AMONG, Member, user_ids=list(user_ids))


def find_bot(work: Work) -> Member | None:
    return work.first(_BOT, Member)


class _UserRole(msgspec.Struct, array_like=True):
    id: int
    role: str


class _GroupId(msgspec.Struct, array_like=True):
    id: str


class _Address(msgspec.Struct, array_like=True):
    email: str
    person_id: int


def active_users_among(work: Work, user_ids: Sequence[int]) -> set[int]:
    """Those of `user_ids` that are members and not disabled; never the bot."""
    return {row.id for row in _active_among(work, user_ids)}


def active_roles_among(work: Work, user_ids: Sequence[int]) -> dict[int, str]:
    """The same, each with their role."""
    return {row.id: row.role for row in _active_among(work, user_ids)}


def authors_among(work: Work, user_ids: Sequence[int]) -> set[int]:
    """Those of `user_ids` that may own templates: active administrators and standard members."""
    return {row.id for row in _active_among(work, user_ids) if row.role in ("admin", "standard")}


def _active_among(work: Work, user_ids: Sequence[int]) -> list[_UserRole]:
    if not user_ids:
        return []
    return work.all(_ACTIVE_AMONG, _UserRole, user_ids=list(user_ids))


def get_first_admin(work: Work) -> int:
    admin: int = work.value(_FIRST_ADMIN)
    return admin


def groups_among(work: Work, group_ids: Sequence[str]) -> set[str]:
    if not group_ids:
        return set()
    rows = work.all(_GROUPS_AMONG, _GroupId, group_ids=list(group_ids))
    return {row.id for row in rows}


def members_by_email(work: Work, emails: Sequence[str]) -> dict[str, int]:
    """Lower-cased address -> user id, for addresses of active members."""
    keys = [email.lower() for email in emails]
    rows = work.all(_MEMBERS_BY_EMAIL, _Address, email_keys=keys)
    return {row.email: row.person_id for row in rows}


def disabled_among(work: Work, emails: Sequence[str]) -> set[str]:
    """Lower-cased addresses, those of them that are disabled members'."""
    keys = [email.lower() for email in emails]
    return {row.email for row in work.all(_DISABLED_AMONG, _Address, email_keys=keys)}


def find_user(work: Work, email: str) -> User | None:
    return work.first(_USER_BY_EMAIL, User, email_key=email.lower())


def add_user(
    work: Work,
    *,
    email: str,
    first_name: str,
    last_name: str,
    timezone: str,
    is_bot: bool = False,
    is_activated: bool = True,
) -> int:
    """The new user's id. The username is the local part of the address, numbered when taken."""
    local, number = email.partition("@")[0], 1
    while True:
        username = local if number == 1 else f"{local}{number}"
        number += 1
        if work.value(_USERNAME_TAKEN, username=username) is not None:
            continue
        user_id: int | None = work.value(
            _INSERT_USER,
            email=email,
            email_key=email.lower(),
            username=username,
            first_name=first_name,
            last_name=last_name,
            timezone=timezone,
            is_bot=is_bot,
            activated_at=work.now if is_activated else None,
            created_at=work.now,
            updated_at=work.now,
        )
        # Somebody else may have taken the name, or made the account, just now.
        made = find_user(work, email) if user_id is None else None
        if made is not None:
            return made.id
        if user_id is not None:
            return user_id


def add_membership(
    work: Work,
    user_id: int,
    role: str,
    *,
    is_default_admin: bool = False,
    is_accepted: bool = True,
    invited_by: int | None = None,
) -> bool:
    """False when there is one already."""
    added = work.run(
        _INSERT_MEMBERSHIP,
        user_id=user_id,
        role=role,
        is_default_admin=is_default_admin,
        joined_at=work.now,
        approved_at=work.now,
        accepted_at=work.now if is_accepted else None,
        invited_by=invited_by,
    )
    return added > 0
