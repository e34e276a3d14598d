"""Getting hold of a task for a change: visible to the caller, and held against other writers.

Whoever changes a process, its tasks or its comments first locks the process's row, so every
result equals some order one after the other (contract 30, 10.6).
"""

from collections.abc import Collection
from dataclasses import dataclass

from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_tasks_open_to_change
from procession.domains.processes.actions.progressing import refresh
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.kit.errors import Archived, NotFound
from procession.kit.expecting import check_unchanged
from procession.kit.work import Work


@dataclass(frozen=True)
class Reached:
    """A task and the process it is in (None: standalone), as they are under the lock."""

    task: Task
    process: Process | None


@dataclass(frozen=True)
class Change:
    """A task after a change, and what else of its process changed along with it (50, 4.10)."""

    task: Task
    #: In the order of their positions; None for a standalone task, and where nothing else can.
    others: list[Task] | None = None


def reach(work: Work, task_id: str, process_id: str | None = None) -> Reached:
    """Raises NotFound for what the caller cannot see, and for a task of another process."""
    while True:
        process = processes.lock_of_task(work, task_id)
        if process is None and not tasks.lock_standalone(work, task_id):
            raise NotFound(kind="Task")
        task = tasks.get_visible(work, task_id, process_id)
        if task.process_id == (None if process is None else process.id):
            check_unchanged(work, "task", task.id, task.row_version)
            return Reached(task, process)
        # Somebody has put it into a process, or taken it out, while this waited.


def require_open_to_change(reached: Reached) -> None:
    """Refuses what is archived or frozen (contract 40, 1.1)."""
    if reached.process is not None:
        require_tasks_open_to_change(reached.process)
    if reached.task.archived_at is not None:
        raise Archived({"task": ["Cannot update archived tasks."]})


def settle(work: Work, reached: Reached) -> None:
    """After a change to a task: bring its process's sums and completion up to date."""
    if reached.process is not None:
        refresh(work, reached.process)


def changed(work: Work, reached: Reached, also: Collection[str] = ()) -> Change:
    """What there is to answer after a change to the task. `also`: ids of others that changed.

    The caller is shown the others only as far as they may see them.
    """
    task_id = reached.task.id
    # Whoever completes a task, hands it on or makes it secret may not see it any more.
    task = tasks.find_visible(work, task_id) or tasks.get_any(work, task_id)
    if reached.process is None:
        return Change(task)
    seen = tasks.visible_among(work, {*also} - {task_id})
    return Change(task, sorted(seen.values(), key=lambda other: (other.position, other.number)))
