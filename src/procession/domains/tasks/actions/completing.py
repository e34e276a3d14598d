"""Complete a task, and reopen it: the change to the task itself (contract 40, 6).

What follows for its process is the flow's part (`flows/advancing.py`).
"""

from dataclasses import dataclass

import msgspec

from procession.domains.tasks import store
from procession.domains.tasks.events import TaskCompleted, TaskReopened, about
from procession.domains.tasks.types import EXPIRING_TYPES, Task, TaskState, TaskType
from procession.kit.errors import Invalid, invalid
from procession.kit.work import Work


@dataclass(frozen=True)
class Completer:
    """Who counts as having completed it: a member or a guest."""

    user_id: int | None = None
    guest_id: int | None = None


def check_completable(task: Task, is_approved: bool | None) -> None:
    """Refusals that depend on the task alone, in the contract's order."""
    if task.is_hidden:
        raise invalid("task_id", "Hidden tasks cannot be completed.")
    if task.open_issue_count:
        raise invalid("task_id", "This task has unresolved issues.")
    if task.task_type == TaskType.APPROVAL and is_approved is None:
        raise invalid("is_approved", "The is approved field is required.")
    if task.task_type in EXPIRING_TYPES and is_approved is False:
        raise invalid("is_approved", "Expiring tasks are acknowledged, not rejected.")


def complete(work: Work, task: Task, completer: Completer, is_approved: bool | None) -> Task:
    """Completing what is completed changes nothing; another decision about it is refused."""
    if task.is_completed:
        if is_approved is not None and task.is_approved not in (None, is_approved):
            sentence = "This task was decided already. Reopen it to decide again."
            raise Invalid({"is_approved": [sentence]})
        return task
    check_completable(task, is_approved)
    decision = _decision(task, is_approved)
    changes = {
        "state": TaskState.COMPLETED.value,
        "is_approved": decision,
        "completed_at": work.now,
        "completed_by": completer.user_id,
        "completed_by_guest": completer.guest_id,
    }
    store.set_columns(work, task.id, {**changes, "last_completed_at": work.now})
    work.record(
        TaskCompleted(**about(task, work.caller.organization_id), outcome=_outcome(task, decision))
    )
    return msgspec.structs.replace(task, **changes, updated_at=work.now)


def reopen(work: Work, task: Task) -> Task:
    """Reopening what is open changes nothing."""
    if not task.is_completed:
        return task
    changes = {
        "state": TaskState.IN_PROGRESS.value,
        "is_approved": None,
        "completed_at": None,
        "completed_by": None,
        "completed_by_guest": None,
    }
    store.set_columns(work, task.id, changes)
    work.record(TaskReopened(**about(task, work.caller.organization_id)))
    return msgspec.structs.replace(task, **changes, completing_guest=None, updated_at=work.now)


def _decision(task: Task, is_approved: bool | None) -> bool | None:
    """What `is_approved` means after completion (contract 40, 6.3)."""
    if task.task_type == TaskType.APPROVAL:
        return is_approved
    return True if task.task_type in EXPIRING_TYPES else None


def _outcome(task: Task, decision: bool | None) -> str:
    if task.task_type == TaskType.APPROVAL:
        return "approved" if decision else "rejected"
    return "acknowledged" if task.task_type in EXPIRING_TYPES else "completed"
