"""The launch cascade: what the rules of the version make of the plan (contract 50, 4.5 and 4.8).

It runs before anything is stored, on the plan itself: tasks are stored once, as they are after it.
What it did is told afterwards.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from procession.core.launching import Launch, Override, PlannedTask, StepToLaunch
from procession.core.redating import Calendar, DatedTask, Rule, redate
from procession.core.rules.hiding import begin, start
from procession.core.rules.model import HIDDEN, Memory, Outcome, Situation, StepTask
from procession.domains.answers.types import Answers
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates.types import Content
from procession.flows.launching.answers import LaunchAnswers
from procession.flows.launching.planning import state_of
from procession.flows.reaching.bots import bot_beside
from procession.flows.rules.books import VersionBook, write_book
from procession.flows.rules.situations import directory_of, values_in
from procession.flows.rules.telling import Told, log_broken, log_stops, tell
from procession.flows.rules.witnessing import Witnessed
from procession.kit.work import Work


@dataclass(frozen=True)
class Ruled:
    """A plan after the rules, and what they did."""

    planned: Sequence[PlannedTask]
    known: VersionBook
    outcome: Outcome

    @property
    def is_active(self) -> bool:
        """The process has rules to evaluate."""
        return bool(self.known.book.rules)


def run_rules(
    work: Work,
    content: Content,
    planned: Sequence[PlannedTask],
    *,
    steps: Sequence[StepToLaunch],
    launch: Launch,
    answers: LaunchAnswers,
    most_assigned: Mapping[str, int],
) -> Ruled:
    """`steps`: as they were planned; `most_assigned`: by step, 0 for no limit."""
    known = write_book(content)
    if not known.book.rules:
        return Ruled(planned, known, Outcome())
    types = {step.id: step.step_type for step in content.steps}
    plan = {
        task.step_id: StepTask(
            id=task.step_id,
            step_id=task.step_id,
            task_type=types[task.step_id],
            state=state_of(answers.by_step.get(task.step_id, {})),
            deadline_at=task.deadline_at,
            deadline_is_pinned=task.deadline_is_pinned,
            owners=task.people,
            max_assignable=most_assigned[task.step_id],
        )
        for task in planned
    }
    answers_of = _answers_in(known, answers)
    outcome = begin(known.book, _situation(work, known, plan, launch, answers_of))
    if work.caller.server.witness is not None:
        at_first = start(known.book, plan)
        work.caller.server.witness(Witnessed(at_first, outcome, None, answers_of))
    ruled = [_as_ruled(task, outcome.tasks.get(task.step_id), launch) for task in planned]
    moved = {step for step, task in outcome.tasks.items() if task.deadline_is_pinned}
    return Ruled(_redated(ruled, steps, moved, launch), known, outcome)


def _answers_in(known: VersionBook, answers: LaunchAnswers) -> Callable[[str], Answers]:

    def answers_of(field_id: str) -> Answers:
        step_id = known.book.steps_of_fields.get(field_id)
        return answers.kickoff if step_id is None else answers.by_step.get(step_id, {})

    return answers_of


def _situation(
    work: Work,
    known: VersionBook,
    plan: Mapping[str, StepTask],
    launch: Launch,
    answers_of: Callable[[str], Answers],
) -> Situation:
    value_of = values_in(known.fields, answers_of, launch.zone)
    responsible = [launch.owner_id, launch.starter_id]
    has_guests = any(task.owners.guests for task in plan.values())
    return Situation(
        tasks=plan,
        memories={},
        started_at=launch.at,
        now=launch.at,
        value_of=value_of,
        calendar=lambda: Calendar(launch.zone, launch.week),
        directory=directory_of(work, known.book, value_of, responsible, has_guests=has_guests),
    )


def _as_ruled(planned: PlannedTask, task: StepTask | None, launch: Launch) -> PlannedTask:
    """Work that is due earlier now begins not after that, unless the launcher said when (6.7)."""
    if task is None:
        return planned
    is_pinned = task.deadline_is_pinned
    wished = launch.overrides.get(planned.step_id, Override()).started_at
    deadline_at = task.deadline_at or planned.deadline_at
    return replace(
        planned,
        people=task.owners,
        started_at=min(planned.started_at, deadline_at) if wished is None else planned.started_at,
        deadline_at=deadline_at,
        deadline_is_pinned=is_pinned,
        waits_for_anchor=planned.waits_for_anchor and not is_pinned,
        is_hidden=task.state == HIDDEN,
        shown_at=task.shown_at,
    )


def _redated(
    planned: Sequence[PlannedTask],
    steps: Sequence[StepToLaunch],
    moved: set[str],
    launch: Launch,
) -> list[PlannedTask]:
    """Deadlines that count from tasks with another one now, or from hidden ones (6.1 and 6.4)."""
    rules = {
        step.id: Rule(step.deadline or launch.default_deadline, is_before=step.is_before)
        for step in steps
        if step.anchor is not None
    }
    dated = [
        DatedTask(
            id=task.step_id,
            step_id=task.step_id,
            anchor_step_id=task.anchor,
            is_completed=False,
            is_hidden=task.is_hidden,
            deadline_at=task.deadline_at,
            deadline_is_pinned=task.deadline_is_pinned,
            waits_for_anchor=task.waits_for_anchor,
            last_completed_at=None,
            number=0,
            title="",
        )
        for task in planned
    ]
    found = redate(dated, moved, lambda: rules, lambda: Calendar(launch.zone, launch.week))
    new = {each.task.step_id: each for each in found}
    return [
        replace(
            task,
            deadline_at=new[task.step_id].deadline_at or task.deadline_at,
            waits_for_anchor=new[task.step_id].waits_for_anchor,
        )
        if task.step_id in new
        else task
        for task in planned
    ]


def tell_of_rules(
    work: Work,
    process_id: str,
    ruled: Ruled,
    new_tasks: Sequence[tasks.NewTask],
    memories: Mapping[str, Memory] = {},
) -> None:
    """Once the process and its tasks are stored, and their launch is told.

    `memories`: of rules that it had before.
    """
    if ruled.outcome.memories:
        processes.set_memories(work, process_id, {**memories, **ruled.outcome.memories})
    if ruled.outcome.effects:
        told = {task.step_id or "": Told(task.id, task.number, task.title) for task in new_tasks}
        person = work.caller
        work.act_as(bot_beside(work))
        tell(work, process_id, ruled.outcome, told)
        work.act_as(person)
    if work.caller.server.witness is not None:
        return
    log_stops(work, process_id, ruled.outcome)
    log_broken(work, process_id, [rule.id for rule in ruled.known.broken])
