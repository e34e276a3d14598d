"""Whose permissions a caller has: their own, and those of the groups they are in."""

from collections.abc import Collection
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.archive import ArchivedVia
from procession.core.since import ArchivedBy, Until
from procession.domains.people.tables import (
    group_guests,
    group_members,
    guests,
    memberships,
    users,
)
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


# --- Who has archived something (contract 70, 10) ---


def _name_of(user_id: Any) -> sa.ColumnElement[Any]:
    name = sa.func.trim(users.c.first_name.concat(" ").concat(users.c.last_name))
    return sa.select(name).where(users.c.id == user_id).scalar_subquery()


#: What an update sets with `archived_at`; `marks_of` is bound with it.
ARCHIVING: dict[str, Any] = {
    "archived_by": CALLER_ID,
    "archived_via": sa.bindparam("archived_via", type_=sa.Text),
    "archived_operation": sa.bindparam("archived_operation", type_=sa.Integer),
    "archived_by_name": _name_of(CALLER_ID),
}
#: And what it clears.
UNARCHIVING: dict[str, None] = dict.fromkeys(ARCHIVING)


def marks_of(work: Work) -> dict[str, Any]:
    """Of whoever archives."""
    caller = work.caller
    return {
        "archived_via": caller.archives_via.value,
        "archived_operation": caller.operation,
    }


def is_bots(user_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The number is that of the organization's bot."""
    return user_id.in_(
        sa.select(memberships.c.user_id).where(
            memberships.c.organization_id == ORGANIZATION_ID, memberships.c.role == "bot"
        )
    )


def shown_via(table: sa.FromClause) -> sa.ColumnElement[Any]:
    """By what a row was archived. What was before that was kept, the bot did by the clock."""
    return sa.case(
        (table.c.archived_at.is_(None), None),
        (table.c.archived_via.is_not(None), table.c.archived_via),
        (is_bots(table.c.archived_by), ArchivedVia.SWEEP.value),
        else_=ArchivedVia.PERSON.value,
    )


def shown_name(table: sa.FromClause) -> sa.ColumnElement[Any]:
    """What who archived a row was called then; now, where that was not kept."""
    return sa.case(
        (table.c.archived_at.is_(None), None),
        (table.c.archived_by_name.is_not(None), table.c.archived_by_name),
        else_=_name_of(table.c.archived_by),
    )


def archived_by(table: sa.FromClause) -> tuple[sa.ColumnElement[Any], ...]:
    """Number, word, operation and name, as they are shown; null while a row is live."""
    is_live = table.c.archived_at.is_(None)
    return (
        sa.case((is_live, None), else_=table.c.archived_by),
        shown_via(table),
        sa.case((is_live, None), else_=table.c.archived_operation),
        shown_name(table),
    )


def archived_conditions(
    archived_at: sa.ColumnElement[Any],
    archived_by: sa.ColumnElement[Any],
    archived_operation: sa.ColumnElement[Any],
    is_held: sa.ColumnElement[bool],
) -> dict[str, sa.ColumnElement[bool]]:
    """Of lists, by their names in `core.since`; `archived_values` is bound with them."""
    return {
        "archived_before": archived_at < sa.bindparam("archived_before", type_=sa.BigInteger),
        "archived_by": archived_by == sa.bindparam("archived_by_user", type_=BigNumber),
        "archived_automatically": is_bots(archived_by),
        "archived_operation": archived_operation
        == sa.bindparam("of_operation", type_=sa.BigInteger),
        "held": is_held,
        "not_held": ~is_held,
    }


def archived_values(until: Until, by: ArchivedBy) -> dict[str, Any]:
    return {
        "updated_before": until.updated,
        "completed_before": until.completed,
        "archived_before": until.archived,
        "archived_by_user": by.user_id,
        "of_operation": by.operation,
    }
