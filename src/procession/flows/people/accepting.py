"""Accept an invitation: whoever has its link becomes a member (contract 10, 2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from procession.core.zones import is_zone
from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.events import MemberJoined, about
from procession.domains.people.types import Invitation, Member
from procession.domains.people.wire import AcceptanceIn
from procession.flows.people import onboarding
from procession.flows.people.inviting import name_problems
from procession.flows.telling import letters
from procession.kit.caller import Caller, CallerKind
from procession.kit.errors import Invalid, NotFound
from procession.kit.mail import post
from procession.kit.passwords import hash_password, weakness
from procession.kit.work import Work, looking, writing


@dataclass(frozen=True)
class OpenInvitation:
    """What the invited person is shown before they accept."""

    organization_id: str
    organization_name: str
    member: Member
    invited_by_name: str
    message: str | None
    expires_at: int
    needs_password: bool


def read_invitation(visitor: Caller, word: str) -> OpenInvitation:
    """Raises NotFound for a link that was used, replaced or withdrawn."""
    caller, found = _reach(visitor, word)
    work = looking(caller)
    member = people.find_member(work, caller.person_id)
    if member is None:
        raise NotFound
    _check(work, member, found)
    organization = accounts.get_organization(work)
    inviter = people.find_member(work, member.invited_by or 0)
    return OpenInvitation(
        organization_id=organization.id,
        organization_name=organization.name,
        member=member,
        invited_by_name=inviter.full_name if inviter is not None else organization.name,
        message=found.message,
        expires_at=found.expires_at,
        needs_password=_is_new(member),
    )


def accept_invitation(visitor: Caller, word: str, sent: AcceptanceIn) -> tuple[Caller, Member]:
    """Names and password are set for an account that was never used. Anybody else's stay theirs:
    an administrator can read the link, and must not get into accounts of other organizations."""
    caller, found = _reach(visitor, word)
    invited = people.find_member(looking(caller), caller.person_id)
    if invited is None:
        raise NotFound
    _check(looking(caller), invited, found)
    shortest = visitor.server.settings.password_minimum
    chosen = _profile(sent, invited, shortest) if _is_new(invited) else {}
    with writing(caller) as work:
        member = people.lock_member(work, caller.person_id)
        if member is None or people.find_invitation(work, caller.person_id) != found:
            raise NotFound
        _check(work, member, found)
        member = accept(work, member, chosen)
        template_id = onboarding.welcome(work, member)
    onboarding.start(caller, member, template_id)
    return caller, member


def accept(work: Work, member: Member, chosen: Mapping[str, object]) -> Member:
    """`chosen`: what an account gets that was never used."""
    if _is_new(member):
        people.set_user(work, member.id, {**chosen, "activated_at": work.now})
    people.set_membership(work, member.id, accepted_at=work.now)
    people.clear_invitation(work, member.id)
    member = people.find_member(work, member.id) or member
    told = about(member, work.caller.organization_id)
    work.record(MemberJoined(**told, role=member.role or ""))
    _tell(work, member)
    return member


def _reach(visitor: Caller, word: str) -> tuple[Caller, Invitation]:
    """From here on the visitor is the invited person."""
    found = people.find_invitation_by_code(visitor.server.database.connection(), word)
    if found is None:
        raise NotFound
    caller = replace(
        visitor,
        kind=CallerKind.MEMBER,
        person_id=found.user_id,
        organization_id=found.organization_id,
    )
    return caller, found


def _check(work: Work, member: Member, found: Invitation) -> None:
    if member.status != "invited":
        raise NotFound
    if found.expires_at <= work.now:
        sentence = "This invitation has expired. Ask for a new one."
        raise Invalid({"token": [sentence]}, code="INVITATION_EXPIRED")


def _is_new(member: Member) -> bool:
    return member.activated_at is None


def _profile(sent: AcceptanceIn, member: Member, shortest: int) -> dict[str, object]:
    problems = name_problems(first_name=sent.first_name or "", last_name=sent.last_name or "")
    own = own_words(
        member.email,
        sent.first_name or member.first_name,
        member.last_name if sent.last_name is msgspec.UNSET else sent.last_name or "",
    )
    problems |= password_problems(sent.password, sent.password_confirmation, shortest, own)
    timezone = sent.timezone or member.timezone
    if not is_zone(timezone):
        problems["timezone"] = ["The selected timezone is invalid."]
    if problems:
        raise Invalid(problems)
    return {
        "first_name": sent.first_name or member.first_name,
        "last_name": member.last_name if sent.last_name is msgspec.UNSET else sent.last_name or "",
        "timezone": timezone,
        "password_hash": hash_password(sent.password or ""),
    }


def password_problems(
    password: str | None, confirmation: str | None, shortest: int, own: Sequence[str]
) -> dict[str, list[str]]:
    """`own`: what `own_words` gives."""
    if not password:
        return {"password": ["The password field is required."]}
    weak = weakness(password, shortest, own)
    if weak is not None:
        return {"password": [weak]}
    if confirmation is not None and confirmation != password:
        return {"password": ["The password confirmation does not match."]}
    return {}


def own_words(email: str, first_name: str, last_name: str) -> list[str]:
    """What somebody is called, in the ways that a password could be it."""
    local_part = email.partition("@")[0]
    names = (first_name, last_name, f"{first_name} {last_name}", f"{last_name} {first_name}")
    return [email, local_part, *names]


def _tell(work: Work, member: Member) -> None:
    organization = accounts.get_organization(work)
    post(work, letters.welcome(member, organization.name))
    inviter = people.find_member(work, member.invited_by or 0)
    if inviter is not None and inviter.is_active:
        post(work, letters.accepted(inviter, member, organization.name))
