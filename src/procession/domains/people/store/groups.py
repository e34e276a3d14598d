"""Groups, and who is in them."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.accounts.tables import organizations
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import (
    group_guests,
    group_members,
    groups,
    guest_links,
    guests,
    memberships,
)
from procession.domains.people.types import GROUP_SORTING, Group, GroupFilter, Guest
from procession.kit.db import BigNumber, Statement, any_of, like_pattern
from procession.kit.folding import holds, sort_key, with_folds
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_GROUP_ID = sa.bindparam("group_id", type_=sa.String(32))
_THIS = (groups.c.organization_id == ORGANIZATION_ID, groups.c.id == _GROUP_ID)
_GROUPS = sa.select(
    groups.c.id, groups.c.name, groups.c.description, groups.c.created_at, groups.c.updated_at
).where(groups.c.organization_id == ORGANIZATION_ID)
_GROUP = Statement(_GROUPS.where(groups.c.id == _GROUP_ID))
_MATCHING = _GROUPS.where(sa.or_(holds(groups.c.name_folded), holds(groups.c.description_folded)))
_COUNT = Statement(sa.select(sa.func.count()).select_from(_MATCHING.subquery()))
_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "name": sort_key(groups.c.name_folded),
    "created_at": groups.c.created_at,
    "updated_at": groups.c.updated_at,
    "id": groups.c.id,
}
#: Members who are not disabled: they come back when they are enabled again.
_MEMBERS = Statement(
    sa.select(group_members.c.group_id, group_members.c.user_id)
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
        any_of(group_members.c.group_id, "group_ids"),
        memberships.c.disabled_at.is_(None),
    )
    .order_by(group_members.c.user_id)
)
_GUESTS = Statement(
    sa.select(guests.c.id, guests.c.email, guest_links.c.disabled_at, group_guests.c.group_id)
    .select_from(
        group_guests.join(guests, guests.c.id == group_guests.c.guest_id).join(
            guest_links,
            sa.and_(
                guest_links.c.organization_id == group_guests.c.organization_id,
                guest_links.c.guest_id == group_guests.c.guest_id,
            ),
        )
    )
    .where(
        group_guests.c.organization_id == ORGANIZATION_ID,
        any_of(group_guests.c.group_id, "group_ids"),
        guest_links.c.disabled_at.is_(None),
    )
    .order_by(sort_key(guests.c.email_folded), guests.c.id)
)


class _MemberOf(msgspec.Struct, array_like=True):
    group_id: str
    user_id: int


class _GuestOf(Guest, array_like=True, frozen=True, kw_only=True):
    group_id: str


def find_group(work: Work, group_id: str) -> Group | None:
    found = work.first(_GROUP, Group, group_id=group_id)
    return found and with_people(work, [found])[0]


@cache
def _page(sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [
        (_SORTS[key].desc() if is_descending else _SORTS[key].asc()) for key, is_descending in sort
    ]
    return Statement(
        _MATCHING.order_by(*order, groups.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


_AMONG = Statement(
    _GROUPS.where(any_of(groups.c.id, "group_ids")).order_by(sort_key(groups.c.name_folded))
)


def groups_with_ids(work: Work, group_ids: Collection[str]) -> list[Group]:
    """By name; three statements for all of them."""
    if not group_ids:
        return []
    return with_people(work, work.all(_AMONG, Group, group_ids=list(group_ids)))


def list_groups(work: Work, request: PageRequest, wanted: GroupFilter) -> Page[Group]:
    """Unknown sort keys are ignored."""
    values = {"pattern": like_pattern(wanted.q)}
    sort = GROUP_SORTING.known(wanted.sort, usual=("created_at", False))
    page = _page(sort)
    rows = work.all(page, Group, limit=request.size, offset=request.offset, **values)
    return Page(with_people(work, rows), work.value(_COUNT, **values), request)


def with_people(work: Work, found: Sequence[Group]) -> list[Group]:
    """Two statements for all of them."""
    if not found:
        return []
    ids = [group.id for group in found]
    members: dict[str, list[int]] = {group_id: [] for group_id in ids}
    guests_of: dict[str, list[Guest]] = {group_id: [] for group_id in ids}
    for member in work.all(_MEMBERS, _MemberOf, group_ids=ids):
        members[member.group_id].append(member.user_id)
    for guest in work.all(_GUESTS, _GuestOf, group_ids=ids):
        guests_of[guest.group_id].append(guest)
    return [
        msgspec.structs.replace(
            group, members=tuple(members[group.id]), guests=tuple(guests_of[group.id])
        )
        for group in found
    ]


def guests_of_groups(work: Work, group_ids: Collection[str]) -> dict[str, list[str]]:
    """Addresses of the guests in each who are not disabled, in order."""
    found: dict[str, list[str]] = {}
    for guest in work.all(_GUESTS, _GuestOf, group_ids=list(group_ids)) if group_ids else ():
        found.setdefault(guest.group_id, []).append(guest.email)
    return found


_LOCK = Statement(
    sa.select(organizations.c.id)
    .where(organizations.c.id == ORGANIZATION_ID)
    # Rows that only refer to the organization may come and go meanwhile.
    .with_for_update(key_share=True)
)
_NAME_TAKEN = Statement(
    sa.select(groups.c.id).where(
        groups.c.organization_id == ORGANIZATION_ID, groups.c.name_key == sa.bindparam("name_key")
    )
)
_INSERT = Statement(
    groups.insert().values(
        {
            name: sa.bindparam(name)
            for name in (
                "organization_id", "id", "name", "name_key", "name_folded", "description",
                "description_folded", "created_at", "updated_at",
            )
        }
    )
)  # fmt: skip
_DELETE = Statement(groups.delete().where(*_THIS))


def lock_names(work: Work) -> None:
    """Changes to groups and job titles of an organization wait for each other, so that names
    stay unique."""
    work.value(_LOCK)
    work.read_clock()


def find_group_named(work: Work, name: str) -> str | None:
    """Its id, whatever the case of the name."""
    found: str | None = work.value(_NAME_TAKEN, name_key=name.lower())
    return found


def add_group(work: Work, group_id: str, name: str, description: str | None) -> None:
    work.run(
        _INSERT,
        id=group_id,
        name_key=name.lower(),
        **with_folds(groups, {"name": name, "description": description}),
        created_at=work.now,
        updated_at=work.now,
    )


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=groups.c[name].type) for name in names}
    now = sa.bindparam("now", type_=sa.BigInteger)
    return Statement(groups.update().where(*_THIS).values(new | {"updated_at": now}))


def set_group_columns(work: Work, group_id: str, changes: Mapping[str, Any]) -> None:
    """With no columns it only marks the group as changed now."""
    columns = with_folds(groups, changes)
    if "name" in columns:
        columns["name_key"] = columns["name"].lower()
    new = {f"new_{name}": value for name, value in columns.items()}
    work.run(_setting(tuple(sorted(columns))), group_id=group_id, **new)


def delete_group(work: Work, group_id: str) -> None:
    """Its lists of people go with it by their foreign keys."""
    work.run(_DELETE, group_id=group_id)


def _replacing(table: sa.Table, person: str, held: sa.Table) -> tuple[Statement, Statement]:
    """Who is disabled is not in the lists that clients read and send back: they stay, for the
    day they are enabled again."""
    clear = table.delete().where(
        table.c.organization_id == ORGANIZATION_ID,
        table.c.group_id == _GROUP_ID,
        ~sa.exists().where(
            held.c.organization_id == table.c.organization_id,
            held.c[person] == table.c[person],
            held.c.disabled_at.is_not(None),
        ),
    )
    columns = ("organization_id", "group_id", person)
    values: dict[str, Any] = {name: sa.bindparam(name) for name in columns}
    return Statement(clear), Statement(table.insert().values(values))


_CLEAR_MEMBERS, _INSERT_MEMBER = _replacing(group_members, "user_id", memberships)
_CLEAR_GUESTS, _INSERT_GUEST = _replacing(group_guests, "guest_id", guest_links)


_MEMBER_FOR_GUEST = Statement(
    group_members.insert().from_select(
        ["organization_id", "group_id", "user_id"],
        sa.select(
            group_guests.c.organization_id,
            group_guests.c.group_id,
            sa.bindparam("user_id", type_=BigNumber),
        )
        .where(
            group_guests.c.organization_id == ORGANIZATION_ID,
            group_guests.c.guest_id == sa.bindparam("guest_id", type_=BigNumber),
        )
        .suffix_with("ON CONFLICT DO NOTHING"),
    )
)


def join_groups_of_guest(work: Work, guest_id: int, user_id: int) -> None:
    """The member is in every group that the guest is in."""
    work.run(_MEMBER_FOR_GUEST, guest_id=guest_id, user_id=user_id)


def set_group_members(work: Work, group_id: str, user_ids: Collection[int]) -> None:
    work.run(_CLEAR_MEMBERS, group_id=group_id)
    of = {"organization_id": work.caller.organization_id, "group_id": group_id}
    work.run_many(_INSERT_MEMBER, [{**of, "user_id": user_id} for user_id in user_ids])


def set_group_guests(work: Work, group_id: str, guest_ids: Collection[int]) -> None:
    work.run(_CLEAR_GUESTS, group_id=group_id)
    of = {"organization_id": work.caller.organization_id, "group_id": group_id}
    work.run_many(_INSERT_GUEST, [{**of, "guest_id": guest_id} for guest_id in guest_ids])
