"""Who may do what with a task they can see (contract 40, 1.2)."""

from procession.core.archive import Reason, Verb, state_refuses
from procession.core.progress import Status
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


def can_split(caller: Caller) -> bool:
    """One task for each assignee: that starts a process."""
    return caller.is_admin or caller.is_standard


def can_archive(caller: Caller, task: Task) -> bool:
    """Archive, restore and delete a one-off task."""
    if caller.is_guest:
        return False
    is_theirs = task.created_by == caller.person_id
    if caller.is_standard:
        return is_theirs or task.process_owner_id == caller.person_id
    return caller.is_admin or is_theirs


def why_not(caller: Caller, verb: Verb, task: Task) -> Reason | None:
    """Why the caller may not do this to a one-off task as it is; None: they may."""
    if not can_archive(caller, task):
        return Reason.NOT_ALLOWED
    if task.process_status == Status.ARCHIVED:
        return Reason.PROCESS_ARCHIVED
    if task.process_status == Status.ISSUE:
        return Reason.OPEN_ISSUE
    return state_refuses(verb, is_archived=task.archived_at is not None)


def can_complete_for_another(caller: Caller) -> bool:
    return caller.is_admin


def can_comment(caller: Caller, task: Task) -> bool:
    """Guests talk about their own tasks, unless the template keeps them out of the talk."""
    return not caller.is_guest or (task.is_callers and not task.prevent_guest_comment)


def can_edit(caller: Caller, task: Task) -> bool:
    """Title, texts, dates, type, place, settings and people: all of it but the answers."""
    if caller.is_guest:
        return False
    if caller.is_light and not (task.is_oneoff and task.created_by == caller.person_id):
        return False
    # Whoever could assign themselves could complete what is for its assignees alone.
    return can_complete(caller, task)


def can_change(caller: Caller, task: Task) -> bool:
    """Anything that an update may hold; each key asks for its own right besides."""
    return can_complete(caller, task) or can_edit(caller, task) or can_hide(caller)


def can_assign_guests(caller: Caller) -> bool:
    return caller.is_admin or caller.is_standard


def can_delegate(caller: Caller, task: Task) -> bool:
    """Add further guests: guests to their own tasks, members wherever they assign guests."""
    if caller.is_guest:
        return task.is_callers
    return can_edit(caller, task) and can_assign_guests(caller)


def can_hide(caller: Caller) -> bool:
    """Hide a task, and show it again."""
    return caller.is_admin or caller.is_standard


def can_clone(caller: Caller) -> bool:
    return caller.is_admin or caller.is_standard


def can_remind(caller: Caller, task: Task) -> bool:
    """Light members remind who works with them, and whom they gave work."""
    if caller.is_light:
        return task.is_callers or task.created_by == caller.person_id
    return caller.is_admin or caller.is_standard
