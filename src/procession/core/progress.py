"""How far a process is, computed from sums over its tasks (contract 30, 2.2 and 2.3).

A *visible* task is one that is neither hidden nor archived by itself.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from procession.core.times import DAY, Instant


class Status(StrEnum):
    ACTIVE = "active"
    PROBLEM = "problem"
    ISSUE = "issue"
    COMPLETE = "complete"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Totals:
    """Sums over the tasks and issues of one process."""

    visible: int = 0
    completed: int = 0
    #: Visible tasks with an open issue.
    troubled: int = 0
    #: Visible tasks that only few may see.
    secret: int = 0
    #: Those of them that are completed.
    secret_completed: int = 0
    #: Open issues of the process itself.
    open_issues: int = 0
    first_open_deadline_at: Instant | None = None
    last_deadline_at: Instant | None = None


class Progress(NamedTuple):
    complete: int
    total: int
    #: Whole percent, 0 to 100.
    percent: int


def all_work_is_done(totals: Totals, process_type: str, *, is_kickoff_complete: bool) -> bool:
    """The kick-off form and every task. Forms and documents are done without tasks; procedures
    need at least one."""
    has_something_done = totals.visible > 0 or process_type in ("form", "document")
    is_done = has_something_done and totals.completed == totals.visible
    return is_done and is_kickoff_complete


def lifecycle_status(*, open_issues: int, troubled: int, is_done: bool) -> Status:
    """The status as if it were not archived; the first that matches."""
    if open_issues:
        return Status.ISSUE
    if troubled:
        return Status.PROBLEM
    return Status.COMPLETE if is_done else Status.ACTIVE


def progress(complete: int, total: int, *, is_done: bool) -> Progress:
    if total == 0:
        return Progress(0, 0, 100 if is_done else 0)
    return Progress(complete, total, int(100 * complete / total + 0.5))


def is_past(due_at: Instant | None, now: Instant) -> bool:
    return due_at is not None and due_at < now


def is_soon(due_at: Instant | None, now: Instant) -> bool:
    """Due within the next 24 hours."""
    return due_at is not None and now <= due_at <= now + DAY
