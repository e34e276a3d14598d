"""Invite somebody into the organization, invite again, or think better of it (contract 10, 4.5)."""

import re
from dataclasses import dataclass

from procession.core.times import Instant
from procession.domains.accounts import store as accounts
from procession.domains.people import policy
from procession.domains.people import store as people
from procession.domains.people.actions.joining import is_address
from procession.domains.people.actions.standing import get_member_to_change
from procession.domains.people.events import MemberInvited, about
from procession.domains.people.types import Member
from procession.domains.people.wire import InvitationIn, ResendingIn
from procession.flows import letters
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound, invalid
from procession.kit.mail import post
from procession.kit.work import Work, writing

ROLES = ("admin", "standard", "light")
_WEB_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)


@dataclass(frozen=True)
class InvitationLink:
    link: str
    expires_at: Instant
    sent_at: Instant


def invite_member(caller: Caller, sent: InvitationIn, public_url: str) -> Member:
    """An address that is invited already gets a new link; its names and role stay."""
    with writing(caller) as work:
        settings = accounts.get_settings(work)
        is_allowed = settings["allow_user_invite"]
        if not policy.can_invite(caller, None, is_allowed=is_allowed):
            raise Forbidden
        role = read_role(sent.role or settings["sso_default_role"] or "light")
        if not policy.can_invite(caller, role, is_allowed=is_allowed):
            raise Forbidden("Only an administrator can invite administrators.")
        _check(sent)
        member = _find_known(work, sent.email) or _add(work, sent, role)
        return _send(work, member, sent.message, public_url)


def resend_invitation(caller: Caller, name: str, sent: ResendingIn, public_url: str) -> Member:
    with writing(caller) as work:
        member = get_member_to_change(work, name)
        message = sent.message
        if member.status != "invited" or member.is_bot:
            raise invalid("user", "This person has no open invitation.")
        return _send(work, member, message, public_url)


def get_invitation_link(caller: Caller, name: str, public_url: str) -> InvitationLink:
    """For servers without mail: an administrator can hand the link over."""
    with writing(caller) as work:
        member = get_member_to_change(work, name)
        found = people.find_invitation(work, member.id)
        if found is None or member.status != "invited":
            raise NotFound
        link = invitation_link(public_url, people.code_of(work, found))
        return InvitationLink(link, found.expires_at, found.sent_at)


def invitation_link(public_url: str, code: str) -> str:
    return f"{public_url}/invitations/{code}"


def read_role(text: str) -> str:
    role = text.strip().lower()
    if role not in ROLES:
        raise invalid("role", "The selected role is invalid. It can be: admin, standard, light.")
    return role


def name_problems(**names: str) -> dict[str, list[str]]:
    """Names that are web addresses lure whoever gets a mail about them."""
    return {
        field: [f"The {field.replace('_', ' ')} must not be a web address."]
        for field, name in names.items()
        if _WEB_ADDRESS.search(name)
    }


def _check(sent: InvitationIn) -> None:
    problems = name_problems(first_name=sent.first_name or "", last_name=sent.last_name or "")
    if not is_address(sent.email):
        problems["email"] = ["The email must be a valid email address."]
    if problems:
        raise Invalid(problems)


def _find_known(work: Work, email: str) -> Member | None:
    """Who is invited already; refuses whoever is more than that."""
    user = people.find_user(work, email)
    member = people.lock_member(work, user.id) if user is not None else None
    if member is None:
        return None
    if member.status == "disabled":
        raise invalid("email", f"{email} belongs to a disabled member. Enable the member instead.")
    if member.status == "active":
        raise invalid("email", f"{email} already belongs to a member of this organization.")
    return member


def _add(work: Work, sent: InvitationIn, role: str) -> Member:
    """The account is made unless another organization knows the address."""
    user = people.find_user(work, sent.email)
    user_id = (
        user.id
        if user is not None
        else people.add_user(
            work,
            email=sent.email,
            first_name=sent.first_name or sent.email.partition("@")[0][:32],
            last_name=sent.last_name or "",
            timezone=work.caller.timezone,
            is_activated=False,
        )
    )
    people.add_membership(work, user_id, role, is_accepted=False, invited_by=work.caller.person_id)
    member = people.lock_member(work, user_id)
    assert member is not None
    return member


def _send(work: Work, member: Member, message: str | None, public_url: str) -> Member:
    made = people.renew_invitation(work, member.id, message)
    organization = accounts.get_organization(work)
    inviter = people.find_member(work, work.caller.person_id)
    work.record(MemberInvited(**about(member, organization.id), role=member.role or ""))
    link = invitation_link(public_url, people.code_of(work, made))
    by = inviter.full_name if inviter is not None else organization.name
    post(work, letters.invitation(member, organization.name, by, made, link))
    return member
