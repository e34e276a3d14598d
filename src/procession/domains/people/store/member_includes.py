"""What is shown beside members: their groups, organizations and ways to sign in."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from procession.domains.accounts.tables import organizations
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.people.store.groups import groups_with_ids
from procession.domains.people.tables import group_members, memberships, users
from procession.domains.people.types import Group, OrganizationName
from procession.kit.db import Statement, any_of
from procession.kit.folding import sort_key
from procession.kit.work import Work

#: As in the group itself: whoever is disabled is not in it until they are back.
_GROUPS_OF = Statement(
    sa.select(group_members.c.user_id, group_members.c.group_id)
    .select_from(
        group_members.join(
            memberships,
            sa.and_(
                memberships.c.organization_id == group_members.c.organization_id,
                memberships.c.user_id == group_members.c.user_id,
            ),
        )
    )
    .where(
        group_members.c.organization_id == ORGANIZATION_ID,
        any_of(group_members.c.user_id, "user_ids"),
        memberships.c.disabled_at.is_(None),
    )
)
_own = memberships.alias("own")
_ONLY = sa.bindparam("only", type_=sa.String(32))
#: Nobody learns who is in an organization that they are not, or no longer, let into; of
#: themselves everybody knows.
_SHARED = Statement(
    sa.select(memberships.c.user_id, organizations.c.id, organizations.c.name)
    .select_from(
        memberships.join(organizations, organizations.c.id == memberships.c.organization_id).join(
            _own,
            sa.and_(
                _own.c.organization_id == memberships.c.organization_id,
                _own.c.user_id == CALLER_ID,
            ),
        )
    )
    .where(
        any_of(memberships.c.user_id, "user_ids"),
        sa.or_(
            memberships.c.user_id == CALLER_ID,
            sa.and_(
                _own.c.disabled_at.is_(None),
                _own.c.approved_at.is_not(None),
                _own.c.accepted_at.is_not(None),
            ),
        ),
        sa.or_(_ONLY == "", organizations.c.id == _ONLY),
    )
    .order_by(sort_key(organizations.c.name_folded), organizations.c.id)
)
_WITH_PASSWORD = Statement(
    sa.select(users.c.id).where(any_of(users.c.id, "user_ids"), users.c.password_hash.is_not(None))
)


class _InGroup(msgspec.Struct, array_like=True, frozen=True):
    user_id: int
    group_id: str


class _InOrganization(msgspec.Struct, array_like=True, frozen=True):
    user_id: int
    id: str
    name: str


class _User(msgspec.Struct, array_like=True, frozen=True):
    id: int


def groups_of(work: Work, user_ids: Collection[int]) -> dict[int, list[Group]]:
    """By user id; the groups of each by name. Four statements for all of them."""
    held = work.all(_GROUPS_OF, _InGroup, user_ids=list(user_ids))
    pairs = {(row.user_id, row.group_id) for row in held}
    groups = groups_with_ids(work, {row.group_id for row in held})
    return {
        user_id: [group for group in groups if (user_id, group.id) in pairs] for user_id in user_ids
    }


def shared_organizations(
    work: Work, user_ids: Collection[int]
) -> dict[int, list[OrganizationName]]:
    """By user id: the organizations of theirs that the caller is in too, by name."""
    shared: dict[int, list[OrganizationName]] = {user_id: [] for user_id in user_ids}
    only = work.caller.token_organization_id or ""
    for row in work.all(_SHARED, _InOrganization, user_ids=list(user_ids), only=only):
        shared[row.user_id].append(OrganizationName(row.id, row.name))
    return shared


def sign_in_methods(work: Work, user_ids: Collection[int]) -> dict[int, list[str]]:
    """By user id: native, when there is a password."""
    found = {row.id for row in work.all(_WITH_PASSWORD, _User, user_ids=list(user_ids))}
    return {user_id: ["native"] if user_id in found else [] for user_id in user_ids}
