"""Telling people about templates: shared with everybody, or handed to a new owner."""

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.flows.telling import letters
from procession.kit.mail import post
from procession.kit.work import Work


def tell_administrators(work: Work, title: str) -> None:
    """Anybody with the link can read the template from now on (contract 20, 3.3)."""
    members = people.list_members(work)
    names = {member.id: member.full_name for member in members}
    organization = accounts.get_organization(work).name
    for member in members:
        if member.is_active and member.role == "admin":
            who = names.get(work.caller.person_id, organization)
            post(work, letters.template_shared(member, organization, title, who))


def tell_new_owner(work: Work, title: str, owner_id: int) -> None:
    """Whoever takes a template over needs no mail about it."""
    owner = people.find_member(work, owner_id)
    if owner is not None and owner_id != work.caller.person_id:
        post(work, letters.template_handed(owner, accounts.get_organization(work).name, title))
