"""Rules hear of tasks that are nobody's any more because a group, guest or member has gone
(contract 50, 4.1)."""

from collections.abc import Sequence
from itertools import groupby

from procession.core.rules.model import Reassigned
from procession.domains.processes import store as processes
from procession.domains.processes.actions.progressing import refresh
from procession.domains.tasks import store as tasks
from procession.flows.rules.cascading import follow
from procession.kit.work import Work


def follow_abandoned(work: Work, task_ids: Sequence[str]) -> None:
    """`task_ids`: of those that named who has gone; their processes are locked.

    Only those that nobody is left on are an event: who goes makes no other condition true or false.
    """
    abandoned = tasks.list_abandoned(work, task_ids)
    for process_id, its in groupby(abandoned, lambda task: task.process_id):
        process = processes.lock_any(work, process_id)
        if follow(work, process, [Reassigned(task.step_id) for task in its]):
            refresh(work, process)
