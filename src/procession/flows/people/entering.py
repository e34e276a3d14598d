"""Become a member at once, without an invitation: by an application or by the operator."""

from procession.domains.people import store as people
from procession.domains.people.actions.joining import check_address, join
from procession.domains.people.types import Member
from procession.flows.people.converting import hand_guests_work_to_member
from procession.flows.people.inviting import find_held_guest, names_of_guest
from procession.kit.caller import Role
from procession.kit.work import Work


def enter(
    work: Work, *, email: str, first_name: str, last_name: str, role: Role, timezone: str
) -> Member:
    """Who was a guest of the organization brings along what they have to do (contract 10, 5.8).

    Names that are blank are the guest's, or else the address stands for them.
    """
    check_address(email)
    people.lock_member(work, work.caller.person_id)
    guest = find_held_guest(work, email)
    known = ("", "") if guest is None else names_of_guest(guest)
    member = join(
        work,
        email=email,
        first_name=first_name or known[0] or email.partition("@")[0],
        last_name=last_name or known[1],
        role=role,
        timezone=timezone,
    )
    if guest is not None:
        hand_guests_work_to_member(work, guest, member)
    return member
