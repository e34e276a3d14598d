"""Delete a process for ever, and what of its template was kept for it alone (contract 30, 9)."""

from procession.domains.files.actions.removing import delete_all_of
from procession.domains.files.types import FileSubject, SubjectKind
from procession.domains.holds.actions.asking import HoldGate
from procession.domains.holds.types import Scope
from procession.domains.processes import policy
from procession.domains.processes import store as processes
from procession.domains.processes.actions import purging
from procession.domains.processes.types import Process
from procession.domains.templates import store as templates
from procession.kit.caller import Caller
from procession.kit.destroying import Clearance
from procession.kit.errors import Forbidden, invalid
from procession.kit.work import Work, writing


def purge_process(caller: Caller, process_id: str) -> None:
    with writing(caller) as work:
        gate = HoldGate(work)
        process = processes.get_visible(work, process_id, lock=True)
        if not policy.can_purge(caller):
            raise Forbidden("Only administrators can permanently delete processes.")
        if not process.is_archived:
            raise invalid("process", "Archive this process before deleting it permanently.")
        purge(work, gate.clear(Scope.RUN, process.id), process)


def purge(work: Work, clearance: Clearance, process: Process) -> None:
    """The last process of a deleted template takes the version it showed along."""
    # In the order in which editors lock: first the template, then its versions.
    templates.uncount_launch(work, process.template_id)
    templates.lock_versions(work, process.template_id)
    delete_all_of(work, clearance, FileSubject(SubjectKind.PROCESS, process.id))
    purging.purge(work, clearance, process)
    templates.delete_leftover(work, clearance, process.id, process.template_id)
