"""What every change inside a process checks first (contract 30, 2.2 and 10.5)."""

from procession.domains.processes.types import Process
from procession.kit.errors import Archived, Invalid


def require_live(process: Process) -> None:
    if process.is_archived:
        raise Archived({"process": ["Cannot update archived processes."]})


def require_tasks_open_to_change(process: Process) -> None:
    """An open issue of the process itself freezes its tasks."""
    require_live(process)
    if process.open_issue_count:
        sentence = "This process has an open issue. Resolve it before changing its tasks."
        raise Invalid({"process": [sentence]}, code="PROCESS_HAS_ISSUE")
