"""Who may do what with people (contract 00, 8.4)."""

from procession.domains.people.types import Member
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
