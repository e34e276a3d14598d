"""What applications do for an organization: bring members in, and act for them (00, 5.3)."""

from procession.core.addresses import is_address
from procession.core.zones import is_zone
from procession.domains.accounts import store as accounts
from procession.domains.accounts.actions.signing import get_signer
from procession.domains.accounts.actions.tokens import issue_signed
from procession.domains.accounts.wire import GrantOut, ProvisionIn
from procession.domains.people import store as people
from procession.domains.people.actions.including import view_member
from procession.domains.people.actions.seats import check_seat
from procession.domains.people.types import MemberView
from procession.flows.people import onboarding
from procession.flows.people.entering import enter
from procession.flows.people.inviting import ROLES, name_problems
from procession.kit.caller import Caller, Role
from procession.kit.errors import NotFound, invalid, raise_if_any
from procession.kit.work import Work, writing

_TAKEN = "The email has already been taken."


def provision_member(
    caller: Caller, sent: ProvisionIn, includes: frozenset[str] = frozenset()
) -> MemberView:
    """A member who is active at once, without a password and without a mail."""
    with writing(caller) as work:
        people.lock_member(work, caller.person_id)
        problems = _problems(sent)
        user = people.find_user(work, sent.email)
        if user is not None and people.find_member(work, user.id) is not None:
            problems["email"] = [_TAKEN]
        raise_if_any(problems)
        role = _role(work, sent)
        check_seat(work, role)
        member = enter(
            work,
            email=sent.email,
            first_name=sent.first_name,
            last_name=sent.last_name,
            role=role,
            timezone=sent.timezone or caller.timezone,
        )
        template_id = onboarding.welcome(work, member)
    onboarding.start(caller, member, template_id)
    return view_member(caller, member, includes)


def issue_member_token(caller: Caller, email: str) -> GrantOut:
    """To act as the member, in this organization alone."""
    signer = get_signer(caller.server)
    with writing(caller) as work:
        user = people.find_user(work, email)
        if user is None:
            raise NotFound("User not found")
        member = people.find_member(work, user.id)
        if member is None or member.role not in ROLES or member.status != "active":
            raise invalid("email", "The user is not an active member of this organization.")
        issued = issue_signed(
            work,
            signer,
            user_id=member.id,
            client_id=caller.client_id,
            name="Application",
            lifetime_s=caller.server.settings.application_user_lifetime,
            organization_id=caller.organization_id,
        )
    return GrantOut(expires_in=issued.lifetime_s, access_token=issued.text)


def _role(work: Work, sent: ProvisionIn) -> Role:
    if sent.role is not None:
        return Role(sent.role.lower())
    usual = accounts.get_settings(work)["sso_default_role"]
    return Role(usual) if usual in ROLES else Role.LIGHT


def _problems(sent: ProvisionIn) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if not is_address(sent.email):
        problems["email"] = ["The email must be a valid email address."]
    problems |= name_problems(first_name=sent.first_name, last_name=sent.last_name)
    if sent.role is not None and sent.role.lower() not in ROLES:
        problems["role"] = ["The selected role is invalid."]
    if sent.timezone is not None and not is_zone(sent.timezone):
        problems["timezone"] = ["The selected timezone is invalid."]
    return problems
