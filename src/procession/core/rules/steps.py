"""Whether a condition on a step is met (contract 50, 3.1). A hidden task never meets one."""

from collections.abc import Callable, Mapping

from procession.core.rules.model import Condition, StepTask
from procession.core.times import DAY, Instant

APPROVAL = "approval"
EXPIRING = ("expiring", "expiring_email")
ON_TIME, EARLY, LATE = "on-time", "early_24", "late_24"


def is_met(condition: Condition, task: StepTask | None) -> bool:
    """`task`: None where the step has none."""
    if task is None or task.is_hidden:
        return False
    if condition.operation == "reopened":
        return task.is_open and task.was_completed
    if condition.operation == "not_assigned":
        return task.is_open and task.owners.is_empty
    if not task.is_completed:
        return False
    return _OUTCOMES[condition.operation](task) and _is_in_time(condition.statement, task)


_OUTCOMES: Mapping[str, Callable[[StepTask], bool]] = {
    "completed": lambda _: True,
    "approved": lambda task: task.task_type == APPROVAL and task.is_approved is True,
    "rejected": lambda task: task.task_type == APPROVAL and task.is_approved is False,
    "acknowledged": lambda task: task.task_type in EXPIRING and task.is_approved is not False,
    "expired": lambda task: task.task_type in EXPIRING and task.is_approved is False,
}
OPERATIONS = (*_OUTCOMES, "reopened", "not_assigned")


def _is_in_time(clause: object, task: StepTask) -> bool:
    """Any other clause restricts nothing."""
    done_at, due_at = task.completed_at, task.deadline_at
    if clause == ON_TIME:
        return due_at is None or _at(done_at) <= due_at
    if clause == EARLY:
        return due_at is not None and _at(done_at) <= due_at - DAY
    if clause == LATE:
        return due_at is not None and _at(done_at) >= due_at + DAY
    return True


def _at(instant: Instant | None) -> Instant:
    return 0 if instant is None else instant
