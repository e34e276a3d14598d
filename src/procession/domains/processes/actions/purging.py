"""Delete an archived process for ever, with all that belongs to it (contract 30, 9).

What stays is the record: every activity entry, and one more that tells of the deletion.
"""

from procession.domains.processes import policy, store
from procession.domains.processes.events import ProcessDeleted, about
from procession.domains.processes.types import Process
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.work import Work, writing


def purge_process(caller: Caller, process_id: str) -> None:
    with writing(caller) as work:
        process = store.get_visible(work, process_id, lock=True)
        if not policy.can_purge(caller):
            raise Forbidden("Only administrators can permanently delete processes.")
        if not process.is_archived:
            raise invalid("process", "Archive this process before deleting it permanently.")
        purge(work, process)


def purge(work: Work, process: Process) -> None:
    store.delete_process(work, process.id)
    work.record(ProcessDeleted(**about(process)))
