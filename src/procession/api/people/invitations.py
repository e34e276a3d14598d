"""Inviting members, and what becomes of an invitation."""

from typing import Any

from procession.api.people.members import LeavingQuery
from procession.api.people.shaping import ONE, USERS, member_shown
from procession.core.times import wire_time
from procession.domains.people.actions import including
from procession.domains.people.wire import (
    AcceptanceIn,
    InvitationIn,
    InvitationLinkOut,
    OpenInvitationOut,
    OrganizationNameOut,
    ResendingIn,
    UserOut,
    view_out,
)
from procession.flows.people import accepting, inviting, leaving
from procession.kit.http import HASHING, PUBLIC, Answer, Request, Routes, item

routes = Routes("Members")


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
    return member_shown(request, member)


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
    return member_shown(request, member)


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
    return member_shown(request, leaving.withdraw_invitation(request.caller, name, handover))


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
    place=HASHING,
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
