"""Whose permissions a caller has: their own, and those of the groups they are in."""

from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.people.tables import group_guests, group_members, guests
from procession.domains.people.types import group_key, guest_key, user_key
from procession.kit.db import BigNumber, Statement, any_of
from procession.kit.work import Work

#: Bound by every statement that narrows rows to what its caller may see.
CALLER_ID = sa.bindparam("caller_id", type_=BigNumber)
CALLER_PERSON = sa.bindparam("caller_person", type_=sa.Text)
ORGANIZATION_ID = sa.bindparam("organization_id", type_=sa.String(32))


def is_caller(person: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The stored person is the calling member, or a group that holds them."""
    return person.in_(_with_groups(group_members, group_members.c.user_id))


def is_calling_guest(person: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The stored person is the calling guest, or a group that holds them."""
    return person.in_(_with_groups(group_guests, group_guests.c.guest_id))


def _with_groups(held: sa.Table, person_id: sa.ColumnElement[Any]) -> sa.CompoundSelect[Any]:
    return groups_holding(held, person_id == CALLER_ID).union_all(sa.select(CALLER_PERSON))


def groups_holding(held: sa.Table, condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Groups with somebody for whom the condition holds, as lists of people store them.

    `held` is the table of members or of guests of groups.
    """
    return sa.select(sa.literal("g:", sa.Text).concat(held.c.group_id)).where(
        held.c.organization_id == ORGANIZATION_ID, condition
    )


# --- Keys: who somebody is in lists of people, themselves and the groups that hold them ---
#
# Lists look them up first and bind them, so that the database knows how few they are when it
# chooses how to find what they name.

_GROUPS_OF_USERS = Statement(
    sa.select(group_members.c.user_id, group_members.c.group_id).where(
        group_members.c.organization_id == ORGANIZATION_ID,
        any_of(group_members.c.user_id, "user_ids"),
    )
)
_GROUPS_OF_GUESTS = Statement(
    sa.select(group_guests.c.guest_id, group_guests.c.group_id).where(
        group_guests.c.organization_id == ORGANIZATION_ID,
        any_of(group_guests.c.guest_id, "guest_ids"),
    )
)
_GUESTS_NAMED = Statement(sa.select(guests.c.id).where(any_of(guests.c.email_key, "addresses")))


class _Held(msgspec.Struct, array_like=True, frozen=True):
    id: int
    group_id: str


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: int


def keys_of_users(work: Work, user_ids: Collection[int]) -> dict[int, list[str]]:
    keys = {user_id: [user_key(user_id)] for user_id in user_ids}
    if keys:
        for held in work.all(_GROUPS_OF_USERS, _Held, user_ids=list(keys)):
            keys[held.id].append(group_key(held.group_id))
    return keys


def keys_of_guests(work: Work, guest_ids: Collection[int]) -> list[str]:
    """Of all of them together."""
    if not guest_ids:
        return []
    held = work.all(_GROUPS_OF_GUESTS, _Held, guest_ids=list(guest_ids))
    return [*map(guest_key, guest_ids), *sorted({group_key(each.group_id) for each in held})]


def keys_of_addresses(work: Work, addresses: Collection[str]) -> list[str]:
    """Of the guests who have these addresses, in whatever case."""
    if not addresses:
        return []
    small = [address.lower() for address in addresses]
    found = work.all(_GUESTS_NAMED, _Id, addresses=small)
    return keys_of_guests(work, [guest.id for guest in found])
