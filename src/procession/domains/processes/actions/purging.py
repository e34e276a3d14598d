"""Delete an archived process for ever, with all that belongs to it (contract 30, 9).

What stays is the record: every activity entry, and one more that tells of the deletion.
"""

from procession.domains.processes import store
from procession.domains.processes.events import ProcessDeleted, about
from procession.domains.processes.types import Process
from procession.kit.destroying import Clearance
from procession.kit.work import Work


def purge(work: Work, clearance: Clearance, process: Process) -> None:
    store.delete_process(work, clearance, process.id)
    work.record(ProcessDeleted(**about(process)))
