"""Keep deadlines true that count from other steps (contract 40, 7.3; 50, 6.1 and 6.4).

Every flow that completes, reopens, hides or shows a task, or gives it another deadline, calls
`redate` before it settles the process.
"""

from collections.abc import Callable, Collection
from functools import cache

from procession.core import redating
from procession.core.deadlines import Offset, read_week
from procession.core.redating import Calendar, Redated, Rule
from procession.core.times import Instant, optional_wire_time
from procession.domains.accounts import store as accounts
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.events import TaskChanged
from procession.domains.tasks.types import Task
from procession.domains.templates import store as templates
from procession.domains.templates.types import Step
from procession.kit.work import Work


def redate(work: Work, process: Process | None, moved: Collection[str] = ()) -> list[str]:
    """Count anew what depends on the tasks `moved`; returns the tasks with another deadline now.

    `moved`: ids of tasks that were just completed, or given another deadline. After a task was
    reopened, hidden or shown no date moves, but whether the deadlines that count from it are
    provisional does change: call it with nothing moved.
    """
    if process is None or not process.has_anchors:
        return []
    redated = redating.redate(
        tasks.list_dated(work, process.id),
        moved,
        cache(lambda: _rules(work, process)),
        _calendar(work),
    )
    tasks.set_dates(work, redated)
    for each in redated:
        if each.is_moved and each.task.is_open:
            work.record(_told(work, process, each))
    return [each.task.id for each in redated if each.is_moved]


def deadline_by_template(work: Work, process: Process, task: Task) -> Instant | None:
    """When the task is due by its step, if nobody had chosen a deadline by hand (40, 7.3).

    Whoever sets it also clears `deadline_is_pinned`, and then calls `redate` with the task moved.
    """
    step = _steps(work, process).get(task.step_id or "")
    if step is None:
        return task.deadline_at
    rule, anchor_step_id = _rule(work, step), _anchor(step)
    # Of the launch, or of what has added it to the process since.
    start: Instant | None = task.created_at
    for dated in tasks.list_dated(work, process.id) if anchor_step_id else ():
        if dated.step_id == anchor_step_id:
            completed_at = None if rule.is_before else dated.last_completed_at
            start = dated.deadline_at if completed_at is None else completed_at
    return task.deadline_at if start is None else redating.counted(start, rule, _calendar(work)())


def _told(work: Work, process: Process, each: Redated) -> TaskChanged:
    return TaskChanged(
        organization_id=work.caller.organization_id,
        id=each.task.id,
        number=each.task.number,
        title=each.task.title,
        run_id=process.id,
        field="deadline",
        before=optional_wire_time(each.task.deadline_at),
    )


def _steps(work: Work, process: Process) -> dict[str, Step]:
    """Of the version that was launched."""
    content = templates.launched_content(work, process.template_id, process.template_version)
    return {step.id: step for step in content.steps}


def _rules(work: Work, process: Process) -> dict[str, Rule]:
    """Of the steps that count from others."""
    steps = _steps(work, process).values()
    return {step.id: _rule(work, step) for step in steps if _anchor(step) is not None}


def _anchor(step: Step) -> str | None:
    deadline = step.deadline
    return None if deadline is None or deadline.step == "start_run" else deadline.step


def _rule(work: Work, step: Step) -> Rule:
    deadline = step.deadline
    if deadline is None:
        usual = accounts.get_settings(work)["default_deadline"]
        return Rule(Offset(usual["value"], usual["type"]))
    return Rule(Offset(deadline.value, deadline.unit), is_before=deadline.option == "prior_to")


def _calendar(work: Work) -> Callable[[], Calendar]:
    """The organization's, read when it is needed."""
    return cache(
        lambda: Calendar(
            accounts.get_timezone(work), read_week(accounts.get_settings(work)["working_days"])
        )
    )
