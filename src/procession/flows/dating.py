"""When a task is due, once it is there: by hand, or by its step again (contract 40, 7.2, 7.3)."""

from typing import Any

from procession.core.deadlines import after, before, into_work
from procession.core.times import Instant
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.flows.starting import calendar_of, to_launch
from procession.kit.work import Work


def into_working_time(work: Work, due_at: Instant) -> Instant:
    """Never earlier, and as it is where people work at that time."""
    calendar = calendar_of(work)
    return into_work(due_at, calendar["week"], calendar["zone"])


def unpinned(work: Work, process: Process, task: Task) -> dict[str, Any]:
    """Columns of a task whose deadline follows its step again."""
    content = templates.launched_content(work, process.template_id, process.template_version)
    step = next((one for one in to_launch(content.steps) if one.id == task.step_id), None)
    if step is None:
        return {"deadline_is_pinned": False}
    anchor = tasks.find_of_step(work, process.id, step.anchor) if step.anchor else None
    start: Instant | None = process.started_at
    if anchor is not None:
        counts_from_end = anchor.is_completed and not step.is_before
        start = anchor.completed_at if counts_from_end else anchor.deadline_at
    calendar = calendar_of(work)
    count = before if step.is_before else after
    offset = step.deadline or calendar["default_deadline"]
    due_at = count(process.started_at if start is None else start, offset, calendar["zone"])
    return {
        "deadline_at": into_work(due_at, calendar["week"], calendar["zone"]),
        "deadline_is_pinned": False,
        "waits_for_anchor": anchor is not None and anchor.is_open and not step.is_before,
    }
