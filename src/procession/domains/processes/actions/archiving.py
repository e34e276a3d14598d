"""Archive processes, and bring them back (contract 30, 7, 8 and 10).

The archived state is one mark on the process. Its tasks, comments and people are not touched:
they are hidden because their process is archived. So both directions are instant and exact.

One process and a hundred of an operation (contract 70, 2) go the same way: `archive_all`.
"""

from collections.abc import Sequence

import msgspec

from procession.domains.processes import policy, store
from procession.domains.processes.events import ProcessArchived, ProcessUnarchived, about
from procession.domains.processes.types import Process, ShelvedProcess
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.work import Work, writing


def archive_process(caller: Caller, process_id: str) -> Process:
    with writing(caller) as work:
        return archive(work, _get_archivable(work, process_id))


def unarchive_process(caller: Caller, process_id: str) -> Process:
    with writing(caller) as work:
        return unarchive(work, _get_archivable(work, process_id))


def archive(work: Work, process: Process) -> Process:
    """Archiving what is archived changes nothing and tells nothing."""
    names = archive_all(work, [process])
    if process.id not in names:
        return process
    return msgspec.structs.replace(
        process,
        archived_at=work.now,
        archived_by=work.caller.person_id,
        archived_via=work.caller.archives_via,
        archived_operation=work.caller.operation,
        archived_by_name=names[process.id],
        updated_at=work.now,
    )


def unarchive(work: Work, process: Process) -> Process:
    if not unarchive_all(work, [process]):
        return process
    due_at = process.first_open_deadline_at
    if due_at is not None and due_at < work.now:
        # Read again: its clock runs on, so more may be late by now.
        return store.get_visible(work, process.id)
    return msgspec.structs.replace(
        process,
        archived_at=None,
        archived_by=None,
        archived_via=None,
        archived_operation=None,
        archived_by_name=None,
        activated_at=work.now,
        updated_at=work.now,
    )


def archive_all(work: Work, processes: Sequence[Process | ShelvedProcess]) -> dict[str, str | None]:
    """Of processes that this work holds, those that were live: ids, each with what the caller is
    called, who archived it."""
    names = store.set_archived(work, [process.id for process in processes])
    for process in processes:
        if process.id in names:
            work.record(ProcessArchived(**about(process), status_before=process.status))
    return names


def unarchive_all(work: Work, processes: Sequence[Process | ShelvedProcess]) -> set[str]:
    """And those that were archived."""
    changed = store.clear_archived(work, [process.id for process in processes])
    for process in processes:
        if process.id in changed:
            work.record(ProcessUnarchived(**about(process)))
    return changed


def _get_archivable(work: Work, process_id: str) -> Process:
    process = store.get_visible(work, process_id, lock=True)
    if not policy.can_archive(work.caller):
        raise Forbidden("Your role cannot archive processes.")
    return process
