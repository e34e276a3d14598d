"""The one select of an organization's guests, as their caller may see them."""

from collections.abc import Collection
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID, groups_holding
from procession.domains.people.guest_codes import code_digest, guest_code
from procession.domains.people.tables import group_guests, guest_links, guests
from procession.domains.people.types import (
    GUEST_SORTING,
    GuestDetails,
    GuestFilter,
    GuestStats,
    LinkedGuest,
)
from procession.domains.processes.access import Sight, sight_of
from procession.domains.tasks import access as task_access
from procession.domains.tasks.access import tasks_and_processes
from procession.domains.tasks.tables import task_assignees, tasks
from procession.kit.db import BigNumber, Statement, any_of, like_pattern
from procession.kit.folding import holds, sort_key
from procession.kit.ids import find_number
from procession.kit.paging import Page, PageRequest
from procession.kit.reading import stored_reader
from procession.kit.work import Work


class _Row(msgspec.Struct, array_like=True, frozen=True):
    id: int
    email: str
    first_name: str | None
    last_name: str | None
    details: str
    code_version: int
    created_at: Instant
    updated_at: Instant
    disabled_at: Instant | None
    disabled_by: int | None
    reactivated_at: Instant | None
    reactivated_by: int | None
    last_accessed_at: Instant | None


_assignees = task_assignees.alias("assigned")
_KEY = sa.literal("e:", sa.Text).concat(sa.cast(guests.c.id, sa.Text))
#: Of the guest at hand: said outright, because SQLAlchemy looks only one select further out.
_GROUPS_OF_GUEST = groups_holding(group_guests, group_guests.c.guest_id == guests.c.id).correlate(
    guests
)
_IS_ASSIGNED = sa.or_(_assignees.c.person == _KEY, _assignees.c.person.in_(_GROUPS_OF_GUEST))
_tasks_with_assignees = tasks_and_processes.join(
    _assignees,
    sa.and_(
        _assignees.c.organization_id == tasks.c.organization_id,
        _assignees.c.task_id == tasks.c.id,
    ),
)


def _shares_task() -> sa.ColumnElement[bool]:
    """The guest is assigned, directly or by a group, to a task that the light member can read."""
    return (
        sa.select(sa.literal(1))
        .select_from(_tasks_with_assignees)
        .where(
            tasks.c.organization_id == ORGANIZATION_ID,
            task_access.is_visible(Sight.LIGHT),
            _IS_ASSIGNED,
        )
        .exists()
    )


def _is_among_those_who_share() -> sa.ColumnElement[bool]:
    """As `_shares_task`, of many guests: it depends on no guest, so the tasks that the light member
    can read are gone through once for all of them."""
    sharing = sa.cte(
        sa.select(_assignees.c.person)
        .select_from(_tasks_with_assignees)
        .where(tasks.c.organization_id == ORGANIZATION_ID, task_access.is_visible(Sight.LIGHT))
        .distinct(),
        "sharing",
    )
    persons = sa.select(sharing.c.person)
    in_groups = sa.select(group_guests.c.guest_id).where(
        group_guests.c.organization_id == ORGANIZATION_ID,
        sa.literal("g:", sa.Text).concat(group_guests.c.group_id).in_(persons),
    )
    return sa.or_(_KEY.in_(persons), guests.c.id.in_(in_groups))


@cache
def _is_seen(sight: Sight, *, are_many: bool) -> sa.ColumnElement[bool]:
    if sight is Sight.LIGHT:
        return _is_among_those_who_share() if are_many else _shares_task()
    return guests.c.id == CALLER_ID if sight is Sight.GUEST else sa.true()


@cache
def _visible(sight: Sight, *, are_many: bool) -> sa.Select[Any]:
    return (
        sa.select(guests.c.id, guests.c.email, *[guest_links.c[name] for name in _LINK_COLUMNS])
        .select_from(guests.join(guest_links, guest_links.c.guest_id == guests.c.id))
        .where(guest_links.c.organization_id == ORGANIZATION_ID, _is_seen(sight, are_many=are_many))
    )


_LINK_COLUMNS = _Row.__struct_fields__[2:]


@cache
def _named(sight: Sight) -> Statement:
    return Statement(
        _visible(sight, are_many=False).where(
            sa.or_(
                guest_links.c.code_digest == sa.bindparam("code_digest", type_=sa.Text),
                guests.c.email_key == sa.bindparam("email_key", type_=sa.Text),
                guests.c.id == sa.bindparam("guest_id", type_=BigNumber),
            )
        )
    )


@cache
def _among(sight: Sight) -> Statement:
    return Statement(_visible(sight, are_many=True).where(any_of(guests.c.id, "guest_ids")))


def find_linked_guest(work: Work, name: str) -> LinkedGuest | None:
    """By code, address or number."""
    found = work.first(
        _named(sight_of(work.caller)),
        _Row,
        code_digest=code_digest(name),
        email_key=name.lower(),
        guest_id=find_number(name) or 0,
    )
    return None if found is None else _linked(work, found)


def linked_guests_among(work: Work, guest_ids: Collection[int]) -> dict[int, LinkedGuest]:
    """By id: those of them that the caller may see."""
    if not guest_ids:
        return {}
    rows = work.all(_among(sight_of(work.caller)), _Row, guest_ids=list(guest_ids))
    return {row.id: _linked(work, row) for row in rows}


_read_details = stored_reader(GuestDetails)


def _linked(work: Work, row: _Row) -> LinkedGuest:
    known = {name: getattr(row, name) for name in _Row.__struct_fields__}
    version = known.pop("code_version")
    known["details"] = _read_details(row.details)
    caller = work.caller
    code = guest_code(caller.server.secret_key, caller.organization_id, row.id, version)
    return LinkedGuest(code=code, **known)


_IS_MATCHING = sa.or_(holds(guests.c.email_folded), holds(guest_links.c.name_folded))
_STATUS: dict[str, sa.ColumnElement[bool]] = {
    "active": guest_links.c.disabled_at.is_(None),
    "disabled": guest_links.c.disabled_at.is_not(None),
}
_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "created_at": guest_links.c.created_at,
    "updated_at": guest_links.c.updated_at,
    "email": sort_key(guests.c.email_folded),
    "name": sort_key(guest_links.c.name_folded),
    "id": guests.c.id,
    "last_accessed_at": sa.func.coalesce(guest_links.c.last_accessed_at, 0),
}


@cache
def _narrowed(sight: Sight, status: str) -> sa.Select[Any]:
    return _visible(sight, are_many=True).where(_IS_MATCHING, _STATUS.get(status, sa.true()))


@cache
def _page(sight: Sight, status: str, sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [
        (_SORTS[key].desc() if is_descending else _SORTS[key].asc()) for key, is_descending in sort
    ]
    return Statement(
        _narrowed(sight, status)
        .order_by(*order, guests.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(sight: Sight, status: str) -> Statement:
    return Statement(sa.select(sa.func.count()).select_from(_narrowed(sight, status).subquery()))


def list_guests(work: Work, request: PageRequest, wanted: GuestFilter) -> Page[LinkedGuest]:
    """Unknown sort keys and states are ignored."""
    sight, status = sight_of(work.caller), wanted.status if wanted.status in _STATUS else ""
    values = {"pattern": like_pattern(wanted.q)}
    sort = GUEST_SORTING.known(wanted.sort, usual=("created_at", False))
    page = _page(sight, status, sort)
    rows = work.all(page, _Row, limit=request.size, offset=request.offset, **values)
    total = work.value(_count(sight, status), **values)
    return Page([_linked(work, row) for row in rows], total, request)


def _assigned_count() -> sa.ScalarSelect[Any]:
    return (
        sa.select(sa.func.count(sa.distinct(tasks.c.id)))
        .select_from(_tasks_with_assignees)
        .where(
            tasks.c.organization_id == ORGANIZATION_ID,
            tasks.c.state != "auto-skipped",
            _IS_ASSIGNED,
        )
        .correlate(guests)
        .scalar_subquery()
    )


def _completed(of: sa.ColumnElement[Any], *, is_oneoff: bool) -> sa.ScalarSelect[Any]:
    return (
        sa.select(of)
        .where(
            tasks.c.organization_id == ORGANIZATION_ID,
            tasks.c.completed_by_guest == guests.c.id,
            tasks.c.is_oneoff.is_(is_oneoff),
        )
        .correlate(guests)
        .scalar_subquery()
    )


_STATS = Statement(
    sa.select(
        guests.c.id,
        _assigned_count(),
        _completed(sa.func.count(), is_oneoff=False),
        _completed(sa.func.count(), is_oneoff=True),
        _completed(sa.func.max(tasks.c.completed_at), is_oneoff=False),
        _completed(sa.func.max(tasks.c.completed_at), is_oneoff=True),
    ).where(any_of(guests.c.id, "guest_ids"))
)


def guest_stats(work: Work, guest_ids: Collection[int]) -> dict[int, GuestStats]:
    if not guest_ids:
        return {}
    rows = work.all(_STATS, GuestStats, guest_ids=list(guest_ids))
    return {row.guest_id: row for row in rows}
