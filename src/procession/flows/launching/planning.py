"""Between a template's steps, the plan of a launch, and the tasks that are stored."""

from collections.abc import Mapping, Sequence
from typing import Any

from procession.core.deadlines import Offset, read_week
from procession.core.launching import People, PlannedTask, StepToLaunch
from procession.core.progress import Totals
from procession.domains.accounts import store as accounts
from procession.domains.answers.types import Answers, values_of, write_answers
from procession.domains.people.types import Assignees
from procession.domains.tasks import store as tasks
from procession.domains.tasks.types import TaskState
from procession.domains.templates.types import Step
from procession.flows.launching.titles import filled
from procession.kit.ids import new_id
from procession.kit.work import Work


def calendar_of(work: Work) -> dict[str, Any]:
    """What deadlines depend on besides the template: fields of a Launch."""
    settings = accounts.get_settings(work)
    usual = settings["default_deadline"]
    return {
        "zone": work.caller.timezone,
        "default_deadline": Offset(usual["value"], usual["type"]),
        "week": read_week(settings["working_days"]),
    }


def to_launch(
    steps: Sequence[Step], by_title: Mapping[str, People] | None = None
) -> list[StepToLaunch]:
    """`by_title`: who fills the job titles."""
    return [
        _to_launch(step, position, filled(step, by_title or {}))
        for position, step in enumerate(steps, start=1)
    ]


def _to_launch(step: Step, position: int, named: People) -> StepToLaunch:
    deadline, start = step.deadline, step.start_date
    anchor = None if deadline is None or deadline.step == "start_run" else deadline.step
    return StepToLaunch(
        id=step.id,
        position=position,
        people=named,
        deadline=None if deadline is None else Offset(deadline.value, deadline.unit),
        assign_run_starter=step.assign_run_starter,
        anchor=anchor,
        is_before=deadline is not None and deadline.option == "prior_to",
        start=None if start is None else Offset(start.value, start.unit),
    )


def totals_of(planned: Sequence[PlannedTask], steps: Sequence[Step]) -> Totals:
    visible = [task for task in planned if not task.is_hidden]
    deadlines = [task.deadline_at for task in visible]
    effective = [task.deadline_at for task in visible if not task.waits_for_anchor]
    secret = {step.id for step in steps if step.top_secret}
    return Totals(
        visible=len(visible),
        secret=sum(task.step_id in secret for task in visible),
        first_open_deadline_at=min(effective, default=None),
        last_deadline_at=max(deadlines, default=None),
    )


def state_of(answers: Answers) -> str:
    """Answers that come along with the launch begin the work (contract 40, 4.1)."""
    return TaskState.IN_PROGRESS.value if values_of(answers) else TaskState.NOT_STARTED.value


def new_task(
    step: Step,
    task: PlannedTask,
    assigned: Assignees,
    *,
    template_id: str,
    process_id: str,
    starter_id: int,
    number: int,
    answers: Answers,
    max_assignable: int,
) -> tasks.NewTask:
    state = state_of(answers)
    return tasks.NewTask(
        id=new_id(),
        number=number,
        process_id=process_id,
        template_id=template_id,
        step_id=step.id,
        alias=step.alias,
        task_type=step.step_type,
        title=step.title,
        summary=step.summary,
        state=TaskState.HIDDEN.value if task.is_hidden else state,
        state_before_hiding=state if task.is_hidden else None,
        shown_at=task.shown_at,
        answers=write_answers(answers),
        is_oneoff=False,
        position=task.position,
        step_position=task.step_position,
        started_at=task.started_at,
        is_soft_start_date=step.is_soft_start_date,
        deadline_at=task.deadline_at,
        deadline_is_pinned=task.deadline_is_pinned,
        created_by=starter_id,
        everyone_must_complete=step.everyone_must_complete,
        can_complete_only_assignees=step.can_complete_only_assignees,
        allow_guest_owners=step.allow_guest_owners,
        prevent_guest_comment=step.prevent_guest_comment,
        top_secret=step.top_secret,
        max_assignable=max_assignable,
        webhook=step.webhook,
        stage_id=step.stage_id,
        send_chromeless=step.send_chromeless,
        anchor_step_id=task.anchor,
        waits_for_anchor=task.waits_for_anchor,
        assignees=assigned,
    )
