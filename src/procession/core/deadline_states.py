"""How something with a deadline stands: the seven states that people see (contract 95, 1)."""

from enum import StrEnum

from procession.core.progress import is_past, is_soon
from procession.core.times import Instant


class DeadlineState(StrEnum):
    """Each has an icon, a word and a colour of its own on pages."""

    ON_TIME = "on-time"
    DUE_SOON = "due-soon"
    OVERDUE = "overdue"
    COMPLETED = "completed"
    COMPLETED_LATE = "completed-late"
    PROBLEM = "problem"
    EXPIRED = "expired"


def deadline_state(
    *,
    due_at: Instant | None,
    completed_at: Instant | None,
    clock: Instant,
    has_problem: bool = False,
    expires: bool = False,
) -> DeadlineState:
    """The first that matches. `clock`: now, or when it was archived. `expires`: it ends at its
    deadline by itself, so whatever ended then has expired."""
    if has_problem:
        return DeadlineState.PROBLEM
    if completed_at is None:
        if is_past(due_at, clock):
            return DeadlineState.OVERDUE
        return DeadlineState.DUE_SOON if is_soon(due_at, clock) else DeadlineState.ON_TIME
    if due_at is None or completed_at <= due_at:
        return DeadlineState.COMPLETED
    return DeadlineState.EXPIRED if expires else DeadlineState.COMPLETED_LATE
