"""What people and groups are called, wherever only their names are shown."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.guest_codes import guest_code
from procession.domains.people.tables import groups, guest_links, guests, users
from procession.kit.db import BigNumber, Statement, any_of
from procession.kit.server import Server
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


class PersonCard(msgspec.Struct, array_like=True, frozen=True):
    """Whom a member's number means, for programs that know nobody here."""

    id: int
    email: str
    first_name: str | None
    last_name: str | None

    @property
    def full_name(self) -> str:
        return f"{self.first_name or ''} {self.last_name or ''}".strip() or self.email


class GuestKey(msgspec.Struct, array_like=True, frozen=True):
    """What a guest's code is derived from, by their address."""

    email: str
    id: int
    version: int


_CARDS = Statement(
    sa.select(users.c.id, users.c.email, users.c.first_name, users.c.last_name).where(
        any_of(users.c.id, "user_ids")
    )
)
_KEYS = Statement(
    sa.select(guests.c.email, guests.c.id, guest_links.c.code_version)
    .select_from(guests.join(guest_links, guest_links.c.guest_id == guests.c.id))
    .where(
        guest_links.c.organization_id == ORGANIZATION_ID,
        guest_links.c.disabled_at.is_(None),
        any_of(guests.c.email_key, "email_keys"),
    )
    .order_by(guests.c.id)
)


def cards_of_users(work: Work, user_ids: Collection[int]) -> dict[int, PersonCard]:
    """Also of those who have left."""
    if not user_ids:
        return {}
    return {row.id: row for row in work.all(_CARDS, PersonCard, user_ids=sorted(user_ids))}


def guest_keys(work: Work, addresses: Collection[str]) -> list[GuestKey]:
    """Of guests of the organization who may come in."""
    if not addresses:
        return []
    keys = sorted({address.lower() for address in addresses})
    return work.all(_KEYS, GuestKey, email_keys=keys)


def code_of_guest(server: Server, organization_id: str, guest_id: int, version: int) -> str:
    """It lets them in; as it was when `version` was theirs."""
    return guest_code(server.secret_key, organization_id, guest_id, version)


_GUEST_ADDRESS = Statement(
    sa.select(guests.c.email).where(guests.c.id == sa.bindparam("guest_id", type_=BigNumber))
)


def address_of_guest(work: Work, guest_id: int) -> str:
    """Empty for one who is gone."""
    return str(work.value(_GUEST_ADDRESS, guest_id=guest_id) or "")
