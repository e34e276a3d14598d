"""Hide and show tasks: the change itself, which people and rules make (contract 50, 4.7, 4.8)."""

from collections.abc import Sequence

from procession.core.times import Instant
from procession.domains.tasks import store
from procession.domains.tasks.types import Task, TaskState, Visibility
from procession.kit.work import Work


def turn(work: Work, turned: Sequence[Visibility]) -> None:
    """Of open tasks; who turns them tells of it."""
    store.set_visibility(work, turned)


def hidden(task: Task, *, is_locked: bool) -> Visibility:
    """An open one."""
    return Visibility(task.id, TaskState.HIDDEN.value, task.state, task.shown_at, is_locked)


def shown(task: Task, now: Instant, *, is_locked: bool) -> Visibility:
    """Back to what it was before it was hidden."""
    state = task.state_before_hiding or TaskState.NOT_STARTED.value
    return Visibility(task.id, state, None, now, is_locked)
