"""Put a one-off task into a process, and take it out (contract 40, 5.5: `run_id`)."""

import msgspec

from procession.domains.comments import store as comments
from procession.domains.holds import store as holds
from procession.domains.processes import policy as process_policy
from procession.domains.processes import store as processes
from procession.domains.processes.actions.guarding import require_tasks_open_to_change
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.events import TaskLinked, TaskUnlinked, about
from procession.flows.reaching.tasks import Reached, settle
from procession.kit.errors import Forbidden, NotFound, invalid
from procession.kit.ids import find_id
from procession.kit.work import Work

NO_AD_HOC = "Ad-hoc tasks not allowed for this process"


def process_to_join(work: Work, run_id: str) -> Process:
    """Where a task may be added: readable, theirs to add to, open to change, and open to tasks."""
    process_id = find_id(run_id)
    if process_id is None:
        raise NotFound
    process = processes.get_visible(work, process_id, lock=True)
    is_theirs = work.caller.person_id in process.collaborators
    is_assigned = is_theirs or processes.is_assigned(work, process_id)
    if not process_policy.can_add_task(work.caller, is_assigned=is_assigned):
        raise Forbidden
    require_tasks_open_to_change(process)
    if not process.can_add_tasks:
        raise invalid("run_id", NO_AD_HOC)
    return process


def link_task(work: Work, reached: Reached, process: Process) -> Reached:
    """Into `process`, at its end; out of the one it was in."""
    if reached.process is not None:
        reached = unlink_task(work, reached)
    task = reached.task
    _put(work, reached, process, tasks.last_position(work, process.id) + 1)
    linked = msgspec.structs.replace(task, process_id=process.id)
    work.record(TaskLinked(**about(linked, work.caller.organization_id)))
    return Reached(tasks.get_any(work, task.id), process)


def unlink_task(work: Work, reached: Reached) -> Reached:
    """Alone again. The process it leaves is settled; what the task holds stays with it, and what
    is on hold there stays so."""
    if reached.process is not None:
        left = reached.process
        holds.note_departure(work, reached.task.id, left.id, left.template_id)
    _put(work, reached, None, 0)
    work.record(TaskUnlinked(**about(reached.task, work.caller.organization_id)))
    settle(work, reached)
    return Reached(tasks.get_any(work, reached.task.id), None)


def _put(work: Work, reached: Reached, process: Process | None, position: int) -> None:
    """A task alone names a template only where it names one of its steps."""
    task = reached.task
    template_id = process.template_id if process is not None else None
    step_id = task.linked_step_id
    if process is None and step_id is not None:
        template_id = task.template_id
    if process is not None and template_id != task.template_id:
        step_id = None
    tasks.set_process(
        work,
        task.id,
        process_id=None if process is None else process.id,
        template_id=template_id,
        linked_step_id=step_id,
        position=position,
    )
    comments.set_process_of_task(work, task.id, None if process is None else process.id)
