"""Keeping a process's sums and its completion true to its tasks (contract 30, 2.2)."""

import msgspec

from procession.core.progress import all_work_is_done
from procession.domains.processes import store
from procession.domains.processes.events import ProcessCompleted, ProcessReopened, about
from procession.domains.processes.types import Process
from procession.kit.work import Work


def refresh(work: Work, process: Process) -> Process:
    """Count anew after a change to its tasks or issues, and complete or reopen it accordingly."""
    totals = store.count_totals(work, process.id)
    is_done = all_work_is_done(
        totals, process.type, is_kickoff_complete=process.is_kickoff_complete
    )
    completed_at = (process.completed_at or work.now) if is_done else None
    store.set_totals(work, process.id, totals, completed_at)
    if is_done and process.completed_at is None:
        work.record(ProcessCompleted(**about(process)), among=process.concerned)
    if not is_done and process.completed_at is not None:
        work.record(ProcessReopened(**about(process)))
    return msgspec.structs.replace(
        process,
        visible_task_count=totals.visible,
        completed_task_count=totals.completed,
        problem_task_count=totals.troubled,
        secret_task_count=totals.secret,
        open_issue_count=totals.open_issues,
        completed_at=completed_at,
    )
