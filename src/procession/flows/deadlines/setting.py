"""When a task is due once somebody says so, or takes it back (contract 40, 7.2 and 7.3)."""

from typing import Any

from procession.core.deadlines import into_work, read_week
from procession.core.times import Instant
from procession.domains.accounts import store as accounts
from procession.domains.processes.types import Process
from procession.domains.tasks.types import Task
from procession.flows.deadlines.redating import deadline_by_template
from procession.kit.work import Work


def into_working_time(work: Work, due_at: Instant) -> Instant:
    """Never earlier, and as it is where people work at that time."""
    week = read_week(accounts.get_settings(work)["working_days"])
    return into_work(due_at, week, accounts.get_timezone(work))


def pinned(due_at: Instant) -> dict[str, Any]:
    """Columns of a task whose deadline was set by hand: nothing recalculates it any more."""
    return {"deadline_at": due_at, "deadline_is_pinned": True, "waits_for_anchor": False}


def unpinned(work: Work, process: Process, task: Task) -> dict[str, Any]:
    """Columns of a task whose deadline follows its step again; `redate` is to follow."""
    due_at = deadline_by_template(work, process, task)
    return {"deadline_at": due_at, "deadline_is_pinned": False}
