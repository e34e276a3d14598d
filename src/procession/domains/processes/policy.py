"""Who may do what with a process they can read (contract 00, 8.4; 30, 7 to 9)."""

from procession.core.archive import Reason, Verb, state_refuses
from procession.domains.processes.types import Process
from procession.kit.caller import Caller


def can_start_without_template(caller: Caller) -> bool:
    return caller.is_admin or caller.is_standard


def can_start_for_another(caller: Caller) -> bool:
    return caller.is_admin


def can_archive(caller: Caller) -> bool:
    """Activating needs the same right."""
    return caller.is_admin or (caller.is_standard and caller.can_archive_processes)


def can_purge(caller: Caller) -> bool:
    return caller.is_admin


def why_not(caller: Caller, verb: Verb, *, is_archived: bool) -> Reason | None:
    """Why the caller may not do this to a process in this state; None: they may."""
    may = can_purge(caller) if verb is Verb.DELETE else can_archive(caller)
    return state_refuses(verb, is_archived=is_archived) if may else Reason.NOT_ALLOWED


def can_arrange(caller: Caller) -> bool:
    """Name, owner and process-level people."""
    return caller.is_admin or caller.is_standard


def can_answer_kickoff(caller: Caller, process: Process) -> bool:
    """Change the answers of the kick-off form, complete it, reopen it (contract 31, 11)."""
    if caller.is_guest:
        return caller.person_id == process.submitted_by_guest
    return can_arrange(caller) or caller.person_id == process.started_by


def can_export(caller: Caller) -> bool:
    return caller.is_admin or caller.is_standard


def can_export_many(caller: Caller) -> bool:
    return caller.is_admin


def can_publish(caller: Caller, process: Process) -> bool:
    """Notes, who may read it, and the public link."""
    return caller.is_admin or caller.person_id in (process.owner_id, process.started_by)


def can_add_task(caller: Caller, *, is_assigned: bool) -> bool:
    return caller.is_admin or caller.is_standard or (caller.is_light and is_assigned)
