"""Endpoints of groups."""

from typing import ClassVar

from procession.api.people.links import guest_link
from procession.core.sorting import Sorting
from procession.domains.people.actions import groups
from procession.domains.people.actions.groups import GroupView
from procession.domains.people.policy import can_see_guest_code as shows_codes
from procession.domains.people.types import GROUP_SORTING, GroupFilter
from procession.domains.people.wire import user_out
from procession.domains.people.wire.groups import GroupChangesIn, GroupIn, GroupOut, group_out
from procession.domains.people.wire.guests import guest_out
from procession.flows.people import grouping
from procession.kit.http import Answer, Request, Routes, item, listing, nothing
from procession.kit.paging import PageQuery, Search, check_everything_fits, sort_keys

routes = Routes("Groups")

GROUPS = "/organizations/{org}/groups"
GROUP = f"{GROUPS}/{{group}}"
#: Read-only keys of a group, which clients send back.
_ECHOES = frozenset(
    (
        "id", "logo", "members_count", "guests_count", "created_at", "last_updated",
        "updated_at", "deleted_at", "users", "guest_details", "assets",
    )
)  # fmt: skip


class GroupsQuery(PageQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = GROUP_SORTING

    q: Search = None


@routes.get(GROUPS, policy="visible", answers=GroupOut, query=GroupsQuery, is_list=True)
def list_groups(request: Request) -> Answer:
    """List the groups of an organization."""
    query: GroupsQuery = request.query
    page, views = groups.list_groups(
        request.caller,
        request.page(query, cap=100),
        GroupFilter(q=query.q or "", sort=tuple(sort_keys(query))),
        query.includes,
    )
    check_everything_fits(page)
    return listing(request, page, [_out(request, view) for view in views])


@routes.get(GROUP, policy="visible", answers=GroupOut)
def get(request: Request) -> Answer:
    """Read a group."""
    return _answer(request, request.id("group"), 200)


@routes.post(
    GROUPS,
    policy="can_change_groups",
    answers=GroupOut,
    status=201,
    body=GroupIn,
    raises=(403, 422),
    echoes=_ECHOES,
)
def create(request: Request) -> Answer:
    """Create a group. Unknown addresses in it become guests."""
    return _answer(request, grouping.create_group(request.caller, request.body), 201)


@routes.put(
    GROUP,
    policy="can_change_groups",
    answers=GroupOut,
    status=201,
    body=GroupChangesIn,
    raises=(403, 422),
    echoes=_ECHOES,
)
def update(request: Request) -> Answer:
    """Change a group. Only the keys that are sent change; lists are replaced."""
    grouping.update_group(request.caller, request.id("group"), request.body)
    return _answer(request, request.id("group"), 201)


@routes.delete(GROUP, policy="can_change_groups", status=204, reads_body=False, raises=(403,))
def delete(request: Request) -> Answer:
    """Delete a group for ever. Its people take its place on tasks."""
    grouping.delete_group(request.caller, request.id("group"))
    return nothing()


def _answer(request: Request, group_id: str, status: int) -> Answer:
    view = groups.view_group(request.caller, group_id, request.includes)
    return item(_out(request, view), status)


def _out(request: Request, view: GroupView) -> GroupOut:
    out = group_out(view.group)
    if view.users is not None:
        out.users = {"data": [user_out(member, request.now) for member in view.users]}
    if view.guests is not None:
        shown = [
            guest_out(guest, guest_link(request, guest) if shows_codes(request.caller) else None)
            for guest in view.guests
        ]
        out.guest_details = {"data": shown}
    if "assets" in request.includes:
        out.assets = {"data": []}
    return out
