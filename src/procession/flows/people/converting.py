"""Turn a member into a guest; and what turning a guest into a member moves (contract 10, 4.8, 5.8).

Who is invited as a member while a guest is the ground of `flows/people/inviting.py`.
"""

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.actions.guest_reading import get_guest
from procession.domains.people.actions.guests import ensure_guests, ensure_links
from procession.domains.people.actions.standing import get_member_to_change, keep_administered
from procession.domains.people.events import MemberRoleChanged, about
from procession.domains.people.types import LinkedGuest, Member, guest_key, user_key
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.flows.people.handing_forms import hand_over_forms
from procession.flows.people.reassigning import lock_everything_of, move_possessions
from procession.flows.telling import letters
from procession.kit.caller import Caller
from procession.kit.errors import BadRequest
from procession.kit.mail import post
from procession.kit.work import Work, writing


def make_member_guest(caller: Caller, name: str, public_url: str) -> LinkedGuest:
    """What they work on stays theirs; the processes and templates they own become the caller's."""
    with writing(caller) as work:
        member = get_member_to_change(work, name)
        if member.is_bot:
            raise BadRequest("The bot cannot become a guest.")
        keep_administered(work, member)
        if member.id == caller.person_id:
            raise BadRequest("You cannot turn your own account into a guest.")
        lock_everything_of(work, user_key(member.id), member.id)
        guest = _let_in(work, member)
        _leave_as_guest(work, member, guest)
        work.record(
            MemberRoleChanged(
                **about(member, caller.organization_id), before=member.role, role="guest"
            )
        )
        link = f"{public_url}/{caller.organization_id}/guest/{guest.code}"
        post(work, letters.made_guest(member, accounts.get_organization(work).name, link))
        return guest


def hold_guest(work: Work, guest: LinkedGuest) -> None:
    """Their work before themselves, as whoever gives a guest a task of a process does."""
    lock_everything_of(work, guest_key(guest.id))
    people.lock_person(work, guest.id)


def hand_guests_work_to_member(work: Work, guest: LinkedGuest, member: Member) -> None:
    """The guest is this member from now on; what they completed and wrote keeps the address.

    The guest is held (`hold_guest`).
    """
    tasks.replace_assignee(work, guest_key(guest.id), [(user_key(member.id), str(member.id))])
    templates.make_step_assignee_member(work, guest.email, member.id)
    people.join_groups_of_guest(work, guest.id, member.id)
    people.delete_guest(work, guest.id)
    told = about(member, work.caller.organization_id)
    work.record(MemberRoleChanged(**told, before="guest", role=member.role or ""))


def _let_in(work: Work, member: Member) -> LinkedGuest:
    """By the names they have as a member, also where they were a disabled guest before."""
    known = ensure_guests(work, [member.email])
    ensure_links(work, known)
    guest = get_guest(work, str(known[0].id), lock=True)
    people.clear_guest_disabled(work, guest.id)
    names = {"first_name": member.first_name, "last_name": member.last_name or None}
    people.set_guest_columns(work, guest.id, names)
    return get_guest(work, str(guest.id))


def _leave_as_guest(work: Work, member: Member, guest: LinkedGuest) -> None:
    """As deleted for ever, but the account keeps its name: it may be invited again."""
    caller = people.find_member(work, work.caller.person_id)
    assert caller is not None
    move_possessions(work, member, caller)
    people.clear_invitation(work, member.id)
    people.delete_membership(work, member.id)
    hand_over_forms(work, member.id)
    is_elsewhere = people.belongs_elsewhere(work, member.id)
    accounts.revoke_tokens_of(work, member.id, only_here=is_elsewhere)
    if not is_elsewhere:
        accounts.delete_sessions_of(work, member.id)
    processes.remove_from_all(work, user_key(member.id))
    tasks.remove_reader_from_all(work, user_key(member.id))
    templates.remove_grantee(work, user_key(member.id))
    templates.make_step_assignee_guest(work, member.id, guest.email)
    tasks.make_assignee_guest(work, user_key(member.id), (guest_key(guest.id), guest.email))
