"""Members: listing, reading, changing them, and letting them go."""

from typing import Annotated

from msgspec import Meta

from procession.api.people.filters import MembersQuery, by_name, chosen
from procession.api.people.links import guest_link
from procession.api.people.shaping import ONE, USERS, member_shown
from procession.domains.people.actions import guest_reading, including, reading
from procession.domains.people.wire import (
    AddressIn,
    ProfileIn,
    RoleIn,
    UserOut,
    UsersListOut,
    user_list_item_out,
    view_out,
)
from procession.domains.people.wire.guests import GuestOut, guest_out, stats_out
from procession.flows.people import converting, credentials, leaving, profiles, standing
from procession.flows.people.leaving import Handover
from procession.kit.http import Answer, Request, Routes, item, listing, plain
from procession.kit.paging import PAGING, IncludeQuery, Page, check_everything_fits

routes = Routes("Members")

_EVERYBODY = 9999


class LeavingQuery(IncludeQuery, kw_only=True):
    with_reassignment: Annotated[
        bool | None, Meta(description="Hand open tasks, steps and possessions to `to`.")
    ] = None
    to: Annotated[int | None, Meta(description="The member who takes over.")] = None

    @property
    def handover(self) -> Handover:
        return Handover(bool(self.with_reassignment), self.to)


@routes.get(USERS, policy="visible", answers=UserOut, query=MembersQuery, is_list=True)
def list_members(request: Request) -> Answer:
    """List the members of an organization, the bot included."""
    wanted = request.page(request.query, default=_EVERYBODY, cap=_EVERYBODY)
    members = chosen(reading.list_members(request.caller), request.query)
    page = Page(members[wanted.offset : wanted.offset + wanted.size], len(members), wanted)
    check_everything_fits(page)
    views = including.view_members(request.caller, page.rows, request.includes)
    return listing(request, page, [view_out(view, request.now) for view in views])


@routes.get(
    "/organizations/{org}/users-list",
    policy="visible",
    answers=UsersListOut,
    query=MembersQuery,
    unused=PAGING,
    is_plain=True,
)
def list_names(request: Request) -> Answer:
    """List the members by name, in short form and on one page."""
    members = chosen(reading.list_members(request.caller), request.query)
    rows = [user_list_item_out(member) for member in sorted(members, key=by_name)]
    return plain(UsersListOut(rows, len(rows)))


@routes.get(ONE, policy="can_read_member", answers=UserOut, raises=(403,))
def get(request: Request) -> Answer:
    """Read one member; everybody but admins only themselves."""
    return member_shown(request, reading.get_member_named(request.caller, request.path["user"]))


@routes.put(
    ONE, policy="can_change_profile", answers=UserOut, body=ProfileIn, raises=(400, 403, 422)
)
def change(request: Request) -> Answer:
    """Change a member's profile and rights: only the keys that are sent."""
    name = request.path["user"]
    return member_shown(request, profiles.change_profile(request.caller, name, request.body))


@routes.put(
    f"{ONE}/update-email",
    policy="can_change_members",
    answers=UserOut,
    body=AddressIn,
    raises=(400, 403, 422),
)
def change_address(request: Request) -> Answer:
    """Change the address of a member who belongs to no other organization."""
    name = request.path["user"]
    return member_shown(request, credentials.change_address(request.caller, name, request.body))


@routes.put(
    f"{ONE}/role",
    policy="can_change_members",
    answers=UserOut,
    body=RoleIn,
    raises=(400, 403, 409, 422),
)
def change_role(request: Request) -> Answer:
    """Change a member's role, from the next request on."""
    name = request.path["user"]
    return member_shown(request, standing.change_member_role(request.caller, name, request.body))


@routes.put(
    f"{ONE}/default-admin",
    policy="can_change_members",
    answers=UserOut,
    reads_body=False,
    raises=(403, 422),
)
def appoint_default_admin(request: Request) -> Answer:
    """Make an active administrator the default one."""
    name = request.path["user"]
    return member_shown(request, standing.appoint_default_admin(request.caller, name))


@routes.put(
    f"{ONE}/enable",
    policy="can_change_members",
    answers=UserOut,
    reads_body=False,
    raises=(403, 409),
)
def enable(request: Request) -> Answer:
    """Let a disabled member in again."""
    return member_shown(request, standing.enable_member(request.caller, request.path["user"]))


@routes.put(
    f"{ONE}/approve",
    policy="can_change_members",
    answers=UserOut,
    reads_body=False,
    raises=(403,),
)
def approve(request: Request) -> Answer:
    """Approve a member who joined by themselves."""
    return member_shown(request, standing.approve_member(request.caller, request.path["user"]))


@routes.delete(
    f"{ONE}/disable",
    policy="can_change_members",
    answers=UserOut,
    query=LeavingQuery,
    reads_body=False,
    raises=(400, 403, 422),
)
def disable(request: Request) -> Answer:
    """Shut a member out; with a reassignment another takes over."""
    name, handover = request.path["user"], request.query.handover
    return member_shown(request, leaving.disable_member(request.caller, name, handover))


@routes.delete(
    ONE,
    policy="can_change_members",
    answers=UserOut,
    query=LeavingQuery,
    reads_body=False,
    raises=(400, 403, 422),
)
def remove(request: Request) -> Answer:
    """Disable a member, or withdraw an invitation."""
    name, handover = request.path["user"], request.query.handover
    return member_shown(request, leaving.remove_member(request.caller, name, handover))


@routes.delete(
    f"{ONE}/delete",
    policy="can_change_members",
    answers=UserOut,
    reads_body=False,
    raises=(400, 403),
)
def purge(request: Request) -> Answer:
    """Delete a disabled member for ever."""
    return member_shown(request, leaving.purge_member(request.caller, request.path["user"]))


@routes.put(
    f"{ONE}/to/guest",
    policy="can_change_members",
    answers=GuestOut,
    reads_body=False,
    # 422: an address in a domain whose people may be no guests.
    raises=(400, 403, 422),
)
def make_guest(request: Request) -> Answer:
    """Turn a member into a guest, who keeps their tasks."""
    guest = converting.make_member_guest(request.caller, request.path["user"], request.mailed_url)
    out = guest_out(guest, guest_link(request, guest))
    view = guest_reading.view_known(request.caller, guest, request.includes)
    if view.stats is not None:
        out.stats = stats_out(view.stats)
    return item(out)
