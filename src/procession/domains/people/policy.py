"""Who may do what with people (contract 00, 8.4)."""

from procession.domains.people.types import Member
from procession.kit.caller import Caller


def can_read_member(caller: Caller, member: Member) -> bool:
    return caller.is_admin or member.id == caller.person_id
