"""Who may do what with a task they can see (contract 40, 1.2)."""

from procession.domains.tasks.types import Task
from procession.kit.caller import Caller


def can_complete(caller: Caller, task: Task) -> bool:
    """Only-assignees tasks are for their assignees, and always for administrators."""
    if caller.is_guest:
        return task.is_callers
    return caller.is_admin or not task.can_complete_only_assignees or task.is_callers


def can_reopen(caller: Caller, task: Task) -> bool:
    if caller.is_guest:
        return False
    if caller.is_light:
        return task.is_callers
    return can_complete(caller, task)


def can_create_oneoff(caller: Caller, *, names_guests: bool) -> bool:
    if caller.is_light:
        return not names_guests
    return caller.is_admin or caller.is_standard


def can_archive(caller: Caller, task: Task) -> bool:
    """Archive, restore and delete a one-off task."""
    if caller.is_guest:
        return False
    is_theirs = task.created_by == caller.person_id
    if caller.is_standard:
        return is_theirs or task.process_owner_id == caller.person_id
    return caller.is_admin or is_theirs


def can_complete_for_another(caller: Caller) -> bool:
    return caller.is_admin


def can_comment(caller: Caller, task: Task) -> bool:
    """Guests talk about their own tasks, unless the template keeps them out of the talk."""
    return not caller.is_guest or (task.is_callers and not task.prevent_guest_comment)
