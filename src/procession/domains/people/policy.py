"""Who may do what with people (contract 00, 8.4)."""

from procession.domains.people.types import LinkedGuest, Member
from procession.kit.caller import Caller


def can_read_member(caller: Caller, member: Member) -> bool:
    return caller.is_admin or member.id == caller.person_id


def can_change_profile(caller: Caller, member: Member) -> bool:
    return caller.is_admin or member.id == caller.person_id


def can_invite(caller: Caller, role: str | None, *, is_allowed: bool) -> bool:
    """`is_allowed`: the organization lets its standard members invite, though not as admins."""
    return caller.is_admin or (caller.is_standard and is_allowed and role != "admin")


def can_change_members(caller: Caller) -> bool:
    """Roles, invitations, who may come in and who must go."""
    return caller.is_admin


def can_change_groups(caller: Caller, *, is_allowed_to_standard: bool) -> bool:
    """`is_allowed_to_standard`: the organization's setting `allow_manage_groups`."""
    return caller.is_admin or (caller.is_standard and is_allowed_to_standard)


def can_change_guests(caller: Caller) -> bool:
    """Add guests, and write down who they are."""
    return caller.is_admin or caller.is_standard


def can_dismiss_guests(caller: Caller) -> bool:
    """Let guests in and out: disable, enable, delete, make another link, turn into a member."""
    return caller.is_admin


def can_set_preferences(caller: Caller, guest: LinkedGuest) -> bool:
    return caller.is_admin or (caller.is_guest and caller.person_id == guest.id)


def can_see_guest_code(caller: Caller) -> bool:
    """A guest sees only themselves, so only their own."""
    return not caller.is_light


def can_change_job_titles(caller: Caller) -> bool:
    return caller.is_admin
