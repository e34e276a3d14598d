"""Auto-archive: finished processes leave the lists after the chosen time (contract 30, 10.4)."""

from datetime import timedelta

from procession.core.progress import Status
from procession.core.times import Instant
from procession.domains.accounts import store as accounts
from procession.domains.processes import store as processes
from procession.domains.processes.actions.archiving import archive
from procession.domains.processes.types import Process
from procession.flows.reaching.bots import as_bot
from procession.kit.server import Server
from procession.kit.work import writing


def archive_one_finished(server: Server) -> bool:
    """Archive one process whose time has come; False when there is none."""
    for organization_id in accounts.organizations_archiving(server.database.connection()):
        if _archive_one_of(server, organization_id):
            return True
    return False


def _archive_one_of(server: Server, organization_id: str) -> bool:
    """In the bot's name, by the same verb that people use."""
    with writing(as_bot(server, organization_id)) as work:
        settings = accounts.get_settings(work)
        period = settings["auto_archive_processes_after"]
        before: Instant = work.now - _microseconds(period["unit"], period["value"])
        process_id = processes.find_finished_before(work, before)
        if process_id is None:
            return False
        process = processes.lock_any(work, process_id)
        # It may have been reopened, archived or restored while we waited for it.
        if _is_finished_before(process, before):
            archive(work, process)
        return True


def _is_finished_before(process: Process, before: Instant) -> bool:
    """As the store's `find_finished_before`."""
    return (
        process.status is Status.COMPLETE
        and process.completed_at is not None
        and max(process.completed_at, process.activated_at or 0) < before
    )


def _microseconds(unit: str, value: int) -> int:
    return timedelta(**{unit: value}) // timedelta(microseconds=1)
