"""What people and groups are called, wherever only their names are shown."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import groups, guest_links, guests, users
from procession.kit.db import Statement, any_of
from procession.kit.work import Work


class _Person(msgspec.Struct, array_like=True):
    key: int | str
    first: str | None
    last: str | None

    @property
    def full_name(self) -> str:
        return f"{self.first or ''} {self.last or ''}".strip()


class _Group(msgspec.Struct, array_like=True):
    id: str
    name: str


_USERS = Statement(
    sa.select(users.c.id, users.c.first_name, users.c.last_name).where(
        any_of(users.c.id, "user_ids")
    )
)
_GUESTS = Statement(
    sa.select(guests.c.email_key, guest_links.c.first_name, guest_links.c.last_name)
    .select_from(guests.join(guest_links, guest_links.c.guest_id == guests.c.id))
    .where(
        guest_links.c.organization_id == ORGANIZATION_ID, any_of(guests.c.email_key, "email_keys")
    )
)
_GROUPS = Statement(
    sa.select(groups.c.id, groups.c.name).where(
        groups.c.organization_id == ORGANIZATION_ID, any_of(groups.c.id, "group_ids")
    )
)


def names_of_users(work: Work, user_ids: Collection[int]) -> dict[int, str]:
    """Full names, also of those who have left; people without a name are left out."""
    if not user_ids:
        return {}
    rows = work.all(_USERS, _Person, user_ids=sorted(set(user_ids)))
    return {int(row.key): row.full_name for row in rows if row.full_name}


def names_of_guests(work: Work, addresses: Collection[str]) -> dict[str, str]:
    """By lower-cased address; guests who never gave a name are left out."""
    if not addresses:
        return {}
    keys = sorted({address.lower() for address in addresses})
    rows = work.all(_GUESTS, _Person, email_keys=keys)
    return {str(row.key): row.full_name for row in rows if row.full_name}


def names_of_groups(work: Work, group_ids: Collection[str]) -> dict[str, str]:
    if not group_ids:
        return {}
    rows = work.all(_GROUPS, _Group, group_ids=sorted(set(group_ids)))
    return {row.id: row.name for row in rows}
