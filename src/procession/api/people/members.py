"""Endpoints of the caller's own profile, of members and of invitations."""

from typing import Annotated, Any

from msgspec import Meta

from procession.api.people.filters import MembersQuery, by_name, chosen
from procession.api.people.links import guest_link
from procession.core.times import wire_time
from procession.domains.people.actions import guest_reading, including, reading
from procession.domains.people.types import Account, Member
from procession.domains.people.wire import (
    AcceptanceIn,
    AddressIn,
    InvitationIn,
    InvitationLinkOut,
    MeOut,
    OpenInvitationOut,
    OrganizationNameOut,
    OwnAddressIn,
    PasswordIn,
    ProfileIn,
    ResendingIn,
    RoleIn,
    UserOut,
    UsersListOut,
    me_out,
    user_list_item_out,
    view_out,
)
from procession.domains.people.wire.guests import GuestOut, guest_out, stats_out
from procession.flows.people import (
    accepting,
    converting,
    credentials,
    inviting,
    leaving,
    profiles,
    standing,
)
from procession.flows.people.leaving import Handover
from procession.kit.http import PUBLIC, USER, Answer, Request, Routes, item, listing, plain
from procession.kit.paging import IncludeQuery, Page, check_everything_fits

routes = Routes("Members")

_EVERYBODY = 9999
ME = "/organizations/{org}/me"
USERS = "/organizations/{org}/users"
ONE = f"{USERS}/{{user}}"


class LeavingQuery(IncludeQuery, kw_only=True):
    with_reassignment: Annotated[
        bool | None, Meta(description="Hand open tasks, steps and possessions to `to`.")
    ] = None
    to: Annotated[int | None, Meta(description="The member who takes over.")] = None

    @property
    def handover(self) -> Handover:
        return Handover(bool(self.with_reassignment), self.to)


def _shown(request: Request, member: Member, status: int = 200) -> Answer:
    view = including.view_member(request.caller, member, request.includes)
    return item(view_out(view, request.now), status)


def _account(request: Request, account: Account) -> Answer:
    view = including.view_account(request.caller, account, request.includes)
    return item(me_out(account, view, request.now))


@routes.get("/me", door=USER, policy="visible", answers=MeOut)
def get_me(request: Request) -> Answer:
    """Read the user a token belongs to."""
    return _account(request, reading.get_account(request.caller))


@routes.put("/me", door=USER, policy="visible", answers=MeOut, body=ProfileIn, raises=(403, 422))
def change_me(request: Request) -> Answer:
    """Change the caller's own profile: only the keys that are sent."""
    return _account(request, profiles.change_own_account(request.caller, request.body))


@routes.put(
    "/me/update-password",
    door=USER,
    policy="visible",
    answers=MeOut,
    body=PasswordIn,
    raises=(422,),
)
def change_password(request: Request) -> Answer:
    """Change the caller's password; `revoke_tokens` ends every access, this one too."""
    return _account(request, credentials.change_password(request.caller, request.body))


@routes.put(
    "/me/update-email",
    door=USER,
    policy="visible",
    answers=MeOut,
    body=OwnAddressIn,
    raises=(422,),
)
def change_own_address(request: Request) -> Answer:
    """Change the caller's address; needs the password."""
    return _account(request, credentials.change_own_address(request.caller, request.body))


@routes.put(f"{ME}/update-email", policy="visible", answers=MeOut, body=OwnAddressIn, raises=(422,))
def change_own_address_here(request: Request) -> Answer:
    """Change the caller's address, told in this organization."""
    return change_own_address(request)


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
    return _shown(request, credentials.change_address(request.caller, name, request.body))


@routes.get(ME, policy="visible", answers=UserOut)
def get_self(request: Request) -> Answer:
    """Read the caller as a member of one organization."""
    return _shown(request, reading.get_self(request.caller))


@routes.put(ME, policy="visible", answers=UserOut, body=ProfileIn, raises=(403, 422))
def change_self(request: Request) -> Answer:
    """Change the caller's own profile, told in this organization."""
    return _shown(request, profiles.change_own_profile(request.caller, request.body))


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
    is_plain=True,
)
def list_names(request: Request) -> Answer:
    """List the members by name, in short form and on one page."""
    members = chosen(reading.list_members(request.caller), request.query)
    rows = [user_list_item_out(member) for member in sorted(members, key=by_name)]
    return plain(UsersListOut(rows, len(rows)))


@routes.post(
    f"{USERS}/invite",
    policy="can_invite",
    answers=UserOut,
    body=InvitationIn,
    raises=(403, 409, 422),
)
def invite(request: Request) -> Answer:
    """Invite somebody by mail; whoever is invited already gets a new link."""
    member = inviting.invite_member(request.caller, request.body, request.mailed_url)
    return _shown(request, member)


@routes.get(ONE, policy="can_read_member", answers=UserOut, raises=(403,))
def get(request: Request) -> Answer:
    """Read one member; everybody but admins only themselves."""
    return _shown(request, reading.get_member_named(request.caller, request.path["user"]))


@routes.put(
    ONE, policy="can_change_profile", answers=UserOut, body=ProfileIn, raises=(400, 403, 422)
)
def change(request: Request) -> Answer:
    """Change a member's profile and rights: only the keys that are sent."""
    name = request.path["user"]
    return _shown(request, profiles.change_profile(request.caller, name, request.body))


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
    return _shown(request, standing.change_member_role(request.caller, name, request.body))


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
    return _shown(request, standing.appoint_default_admin(request.caller, name))


@routes.put(
    f"{ONE}/enable",
    policy="can_change_members",
    answers=UserOut,
    reads_body=False,
    raises=(403, 409),
)
def enable(request: Request) -> Answer:
    """Let a disabled member in again."""
    return _shown(request, standing.enable_member(request.caller, request.path["user"]))


@routes.put(
    f"{ONE}/approve",
    policy="can_change_members",
    answers=UserOut,
    reads_body=False,
    raises=(403,),
)
def approve(request: Request) -> Answer:
    """Approve a member who joined by themselves."""
    return _shown(request, standing.approve_member(request.caller, request.path["user"]))


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
    return _shown(request, leaving.disable_member(request.caller, name, handover))


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
    return _shown(request, leaving.remove_member(request.caller, name, handover))


@routes.delete(
    f"{ONE}/delete",
    policy="can_change_members",
    answers=UserOut,
    reads_body=False,
    raises=(400, 403),
)
def purge(request: Request) -> Answer:
    """Delete a disabled member for ever."""
    return _shown(request, leaving.purge_member(request.caller, request.path["user"]))


@routes.put(
    f"{ONE}/to/guest",
    policy="can_change_members",
    answers=GuestOut,
    reads_body=False,
    raises=(400, 403),
)
def make_guest(request: Request) -> Answer:
    """Turn a member into a guest, who keeps their tasks."""
    guest = converting.make_member_guest(request.caller, request.path["user"], request.mailed_url)
    out = guest_out(guest, guest_link(request, guest))
    view = guest_reading.view_known(request.caller, guest, request.includes)
    if view.stats is not None:
        out.stats = stats_out(view.stats)
    return item(out)


@routes.get(
    f"{ONE}/invitation",
    policy="can_change_members",
    answers=InvitationLinkOut,
    raises=(403,),
)
def get_invitation(request: Request) -> Answer:
    """Read the link of an open invitation, to hand it over without mail."""
    found = inviting.get_invitation_link(request.caller, request.path["user"], request.public_url)
    return item(
        InvitationLinkOut(
            link=found.link,
            expires_at=wire_time(found.expires_at),
            sent_at=wire_time(found.sent_at),
        )
    )


_RESENDING: dict[str, Any] = {
    "policy": "can_change_members",
    "answers": UserOut,
    "body": ResendingIn,
    "raises": (403, 422),
}


@routes.post(f"{ONE}/resend-invite", **_RESENDING)
@routes.put(f"{ONE}/resend-invite", **_RESENDING, is_alias=True)
def resend(request: Request) -> Answer:
    """Send an invitation again; the link before leads nowhere from now on."""
    name = request.path["user"]
    member = inviting.resend_invitation(request.caller, name, request.body, request.mailed_url)
    return _shown(request, member)


@routes.delete(
    f"{ONE}/withdraw-invite",
    policy="can_change_members",
    answers=UserOut,
    query=LeavingQuery,
    reads_body=False,
    raises=(403, 422),
)
def withdraw(request: Request) -> Answer:
    """Withdraw an invitation: its link leads nowhere, and the member is gone."""
    name, handover = request.path["user"], request.query.handover
    return _shown(request, leaving.withdraw_invitation(request.caller, name, handover))


@routes.get(
    "/invitations/{token}", door=PUBLIC, policy="visible", answers=OpenInvitationOut, raises=(422,)
)
def read_invitation(request: Request) -> Answer:
    """Read an invitation by its link."""
    found = accepting.read_invitation(request.caller, request.path["token"])
    return item(
        OpenInvitationOut(
            organization=OrganizationNameOut(
                id=found.organization_id, name=found.organization_name
            ),
            email=found.member.email,
            first_name=found.member.first_name,
            last_name=found.member.last_name,
            invited_by_name=found.invited_by_name,
            message=found.message,
            expires_at=wire_time(found.expires_at),
            needs_password=found.needs_password,
        )
    )


@routes.post(
    "/invitations/{token}/accept",
    door=PUBLIC,
    policy="visible",
    answers=UserOut,
    body=AcceptanceIn,
    raises=(422,),
)
def accept_invitation(request: Request) -> Answer:
    """Accept an invitation: a new account gets its password."""
    caller, member = accepting.accept_invitation(
        request.caller, request.path["token"], request.body
    )
    return item(view_out(including.view_member(caller, member, request.includes), request.now))
