"""Changes to a member's standing that they are told of by mail (contract 10, 4.6 and 4.7)."""

from procession.domains.accounts import store as accounts
from procession.domains.people.actions import standing
from procession.domains.people.actions.standing import get_member_to_change
from procession.domains.people.types import Member
from procession.domains.people.wire import RoleIn
from procession.flows.people import onboarding
from procession.flows.people.inviting import read_role
from procession.flows.telling import letters
from procession.kit.caller import Caller
from procession.kit.mail import post
from procession.kit.work import writing


def change_member_role(caller: Caller, name: str, sent: RoleIn) -> Member:
    with writing(caller) as work:
        member = get_member_to_change(work, name)
        role = read_role(sent.role)
        changed = standing.change_role(work, member, role)
        if changed is not member:
            organization = accounts.get_organization(work).name
            post(work, letters.role_changed(changed, organization, member.role or "", role))
        return changed


def enable_member(caller: Caller, name: str) -> Member:
    with writing(caller) as work:
        member = get_member_to_change(work, name)
        changed = standing.enable(work, member)
        if changed is not member:
            post(work, letters.enabled(changed, accounts.get_organization(work).name))
        template_id = onboarding.welcome(work, changed)
    onboarding.start(caller, changed, template_id)
    return changed


def approve_member(caller: Caller, name: str) -> Member:
    with writing(caller) as work:
        member = standing.approve(work, get_member_to_change(work, name))
        template_id = onboarding.welcome(work, member)
    onboarding.start(caller, member, template_id)
    return member


def appoint_default_admin(caller: Caller, name: str) -> Member:
    with writing(caller) as work:
        return standing.make_default_admin(work, get_member_to_change(work, name))
