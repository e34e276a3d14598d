"""Whose permissions a caller has: their own, and those of the groups they are in."""

from typing import Any

import sqlalchemy as sa

from procession.domains.people.tables import group_guests, group_members, guests
from procession.kit.db import any_of

#: Bound by every statement that narrows rows to what its caller may see.
CALLER_ID = sa.bindparam("caller_id", type_=sa.Integer)
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


def is_guest_named(person: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """The stored person is a guest, or a group with one, whose address is bound under `name`.

    The addresses are bound in small letters.
    """
    is_meant = any_of(guests.c.email_key, name)
    key = sa.literal("e:", sa.Text).concat(sa.cast(guests.c.id, sa.Text))
    meant = sa.select(guests.c.id).where(is_meant)
    in_groups = groups_holding(group_guests, group_guests.c.guest_id.in_(meant))
    return person.in_(sa.select(key).where(is_meant).union_all(in_groups))
