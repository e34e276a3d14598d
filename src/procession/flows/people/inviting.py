"""Invite somebody into the organization, a guest too, or invite again (contract 10, 4.5, 5.8)."""

import re
from dataclasses import dataclass, replace

from procession.core.addresses import is_address
from procession.core.times import Instant
from procession.domains.accounts import store as accounts
from procession.domains.people import policy
from procession.domains.people import store as people
from procession.domains.people.actions.guest_changing import get_dismissible
from procession.domains.people.actions.guest_reading import get_guest
from procession.domains.people.actions.seats import check_seat
from procession.domains.people.actions.standing import get_member_to_change
from procession.domains.people.events import MemberInvited, about
from procession.domains.people.types import LinkedGuest, Member
from procession.domains.people.wire import InvitationIn, MembershipIn, ResendingIn
from procession.flows.people.converting import hand_guests_work_to_member, hold_guest
from procession.flows.telling import addresses, letters
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound, gathering, invalid
from procession.kit.mail import post
from procession.kit.work import Work, looking, writing

_LONGEST_NAME = 32
ROLES = ("admin", "standard", "light")
_WEB_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)


@dataclass(frozen=True)
class InvitationLink:
    link: str
    expires_at: Instant
    sent_at: Instant


@dataclass(frozen=True)
class _Invited:
    """Who is to become a member. A name that is not known comes from the address."""

    email: str
    first_name: str | None
    last_name: str | None
    role: str
    timezone: str


def lets_members_invite(caller: Caller) -> bool:
    """The organization's setting: its standard members may invite."""
    return bool(accounts.get_settings(looking(caller))["allow_user_invite"])


def invite_member(caller: Caller, sent: InvitationIn, public_url: str) -> Member:
    """An address that is invited already gets a new link; its names and role stay."""
    with writing(caller) as work:
        people.lock_member(work, caller.person_id)
        settings = accounts.get_settings(work)
        is_allowed = settings["allow_user_invite"]
        if not policy.can_invite(caller, None, is_allowed=is_allowed):
            raise Forbidden
        problems: dict[str, list[str]] = {}
        role = "light"
        with gathering(problems):
            role = read_role(sent.role or settings["sso_default_role"] or "light")
        if not policy.can_invite(caller, role, is_allowed=is_allowed):
            raise Forbidden("Only an administrator can invite administrators.")
        _check_way_in(work)
        with gathering(problems):
            _check(sent)
        guest = find_held_guest(work, sent.email)
        if problems:
            with gathering(problems):
                _find_known(work, sent.email)
            raise Invalid(problems)
        invited = _Invited(sent.email, sent.first_name, sent.last_name, role, work.caller.timezone)
        member = _enter(work, invited if guest is None else _named_as(guest, invited), guest)
        return _send(work, member, sent.message, public_url)


def make_guest_member(caller: Caller, name: str, sent: MembershipIn, public_url: str) -> Member:
    """Invited at once; what the guest had to do is the member's, before they accept."""
    with writing(caller) as work:
        people.lock_member(work, caller.person_id)
        hold_guest(work, get_guest(work, name))
        guest = get_dismissible(work, name)
        _check_way_in(work)
        role = read_role(sent.role or "standard")
        invited = _Invited(guest.email, None, None, role, work.caller.timezone)
        member = _enter(work, _named_as(guest, invited), guest)
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
        link = addresses.invitation_link(public_url, people.word_of(work, found))
        return InvitationLink(link, found.expires_at, found.sent_at)


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


def _check_way_in(work: Work) -> None:
    if accounts.is_enforced(work):
        raise Forbidden("Members join through single sign-on.")


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


def find_held_guest(work: Work, email: str) -> LinkedGuest | None:
    """Who is a guest of the organization, held against other changes."""
    guest = people.find_linked_guest(work, email)
    if guest is None:
        return None
    hold_guest(work, guest)
    return get_guest(work, str(guest.id), lock=True)


def names_of_guest(guest: LinkedGuest) -> tuple[str, str]:
    """As far as a member can have them."""
    first_name = guest.first_name or ""
    last_name = guest.last_name or ""
    if name_problems(first_name=first_name, last_name=last_name):
        return "", ""
    return first_name[:_LONGEST_NAME], last_name[:_LONGEST_NAME]


def _named_as(guest: LinkedGuest, invited: _Invited) -> _Invited:
    """With what is known of the guest where nothing else was said."""
    first_name, last_name = names_of_guest(guest)
    return replace(
        invited,
        first_name=invited.first_name or first_name,
        last_name=invited.last_name or last_name,
        timezone=guest.details.timezone or invited.timezone,
    )


def _enter(work: Work, invited: _Invited, guest: LinkedGuest | None) -> Member:
    """A member who has not accepted yet; a guest brings along what they have to do."""
    member = _find_known(work, invited.email) or _add(work, invited)
    if guest is not None:
        hand_guests_work_to_member(work, guest, member)
    return member


def _add(work: Work, invited: _Invited) -> Member:
    """The account is made unless another organization knows the address."""
    check_seat(work, invited.role)
    user = people.find_user(work, invited.email)
    user_id = (
        user.id
        if user is not None
        else people.add_user(
            work,
            email=invited.email,
            first_name=invited.first_name or invited.email.partition("@")[0][:_LONGEST_NAME],
            last_name=invited.last_name or "",
            timezone=invited.timezone,
            is_activated=False,
        )
    )
    people.add_membership(
        work, user_id, invited.role, is_accepted=False, invited_by=work.caller.person_id
    )
    member = people.lock_member(work, user_id)
    assert member is not None
    return member


def _send(work: Work, member: Member, message: str | None, public_url: str) -> Member:
    made = people.renew_invitation(work, member.id, message)
    organization = accounts.get_organization(work)
    inviter = people.find_member(work, work.caller.person_id)
    work.record(MemberInvited(**about(member, organization.id), role=member.role or ""))
    link = addresses.invitation_link(public_url, people.word_of(work, made))
    by = inviter.full_name if inviter is not None else organization.name
    zone = accounts.get_timezone(work)
    post(work, letters.invitation(member, organization.name, by, made, link, zone=zone))
    return member
