"""Rules hear of tasks that are nobody's any more because a group has gone (contract 50, 4.1).

Where a guest or a member goes, open work is for who answers for it at once: it is never nobody's.
"""

from collections.abc import Sequence
from itertools import groupby

from procession.core.rules.model import Reassigned
from procession.domains.processes import store as processes
from procession.domains.processes.actions.progressing import refresh
from procession.domains.tasks import store as tasks
from procession.flows.rules.cascading import follow
from procession.kit.work import Work


def follow_abandoned(work: Work, task_ids: Sequence[str]) -> None:
    """`task_ids`: of those that named the group; their processes are locked.

    Only those that nobody is left on are an event: it makes no other condition true or false.
    """
    abandoned = tasks.list_abandoned(work, task_ids)
    for process_id, its in groupby(abandoned, lambda task: task.process_id):
        process = processes.lock_any(work, process_id)
        if follow(work, process, [Reassigned(task.step_id) for task in its]):
            refresh(work, process)
