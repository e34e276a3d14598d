"""Who may define custom fields, and fill in those of people and tasks (contract 21, 9.2).

Those of processes and templates are for who may change these: their own domains' policies decide.
"""

from procession.kit.caller import Caller


def can_change_keys(caller: Caller) -> bool:
    return caller.is_admin


def can_describe_member(caller: Caller, user_id: int) -> bool:
    """Reading them is for the same people: a member's profile is their own."""
    return caller.is_admin or caller.person_id == user_id


def can_describe_guest(caller: Caller) -> bool:
    return caller.is_admin


def can_describe_task(caller: Caller, *, is_assignee: bool) -> bool:
    return caller.is_admin or is_assignee
