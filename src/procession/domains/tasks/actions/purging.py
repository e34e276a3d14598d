"""Delete a one-off task for ever (contract 40, 8.5)."""

from procession.domains.tasks import store
from procession.domains.tasks.events import TaskDeleted, about
from procession.domains.tasks.types import Task
from procession.kit.destroying import Clearance
from procession.kit.work import Work


def purge(work: Work, clearance: Clearance, task: Task) -> None:
    store.delete_task(work, clearance, task.id)
    work.record(TaskDeleted(**about(task, work.caller.organization_id)))
