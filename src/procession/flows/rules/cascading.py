"""What follows from a change in a process, in the transaction of the change (contract 50, 4.3).

Whoever completes, reopens, hides, shows or hands on a task, gives it another deadline, or stores
answers, calls `follow` once all of it is written, and settles the process afterwards.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from procession.core.rules.cascading import cascade
from procession.core.rules.listening import reached_steps
from procession.core.rules.model import Event, Outcome, Situation, StepEvent
from procession.domains.answers.types import Answers, read_answers
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.domains.tasks import store as tasks
from procession.domains.tasks.store import RuledTask
from procession.domains.tasks.types import Task
from procession.flows.deadlines.redating import redate
from procession.flows.reaching.bots import bot_beside
from procession.flows.rules.applying import apply
from procession.flows.rules.books import VersionBook, launched_book
from procession.flows.rules.situations import StepTasks, calendar_of, directory_of, values_in
from procession.flows.rules.telling import Told, log_stops, tell
from procession.flows.rules.witnessing import Witnessed
from procession.kit.work import Work


def follow(
    work: Work,
    process: Process | None,
    events: Sequence[Event],
    moved: Collection[str] = (),
    kickoff: Answers | None = None,
) -> list[str]:
    """Ids of the tasks that rules, or deadlines that count from others, have changed.

    `events`: what happened, in its order. `moved`: ids of tasks that were completed or given
    another deadline, as for `redate`. `kickoff`: the answers of the kick-off form, where they are
    others than in `process`.
    """
    if process is None or not (events or moved):
        return []
    changed, dated = _cascade(work, process, events, kickoff)
    counted = redate(work, process, [*moved, *dated])
    return list(dict.fromkeys([*changed, *counted]))


def about_task(kind: type[StepEvent], task: Task) -> list[Event]:
    """What happened to a task; nothing that rules hear of when it was not made from a step."""
    return [] if task.step_id is None else [kind(task.step_id)]


def _cascade(
    work: Work, process: Process, events: Sequence[Event], kickoff: Answers | None
) -> tuple[list[str], list[str]]:
    """Tasks that rules changed, and those of them with another deadline.

    A process without rules costs nothing here; one in which no rule listens, no statement.
    """
    if not process.rules_active or process.is_archived or not events:
        return [], []
    known = launched_book(work, process.template_id, process.template_version)
    reached = reached_steps(known.book, events)
    if not reached:
        return [], []
    stored = {task.step_id: task for task in tasks.list_ruled(work, process.id, reached)}
    answers = process.kickoff_answers if kickoff is None else kickoff
    situation = situation_of(work, process, known, stored, answers)
    outcome = cascade(known.book, situation, events)
    if work.caller.server.witness is not None:
        seen = answers_in(known, stored, answers)
        work.caller.server.witness(Witnessed(situation.tasks, outcome, process.id, seen))
    return keep(work, process, stored, situation, outcome)


def keep(
    work: Work,
    process: Process,
    stored: Mapping[str, RuledTask],
    situation: Situation,
    outcome: Outcome,
) -> tuple[list[str], list[str]]:
    """Write what rules did, and tell it. `stored`: by step, as they found them.

    Returns ids of tasks that they changed, and of those of them with another deadline.
    """
    if outcome.memories:
        memories = {**situation.memories, **outcome.memories}
        processes.set_memories(work, process.id, memories)
    if outcome.effects:
        person = work.caller
        work.act_as(bot_beside(work))
        apply(work, process.id, stored, outcome)
        tell(work, process.id, outcome, _told(stored))
        work.act_as(person)
    if work.caller.server.witness is None:
        log_stops(work, process.id, outcome)
    changed = sorted((stored[step_id] for step_id in outcome.tasks), key=lambda task: task.position)
    dated = [
        task.id for task in changed if task.deadline_at != outcome.tasks[task.step_id].deadline_at
    ]
    return [task.id for task in changed], dated


def _told(stored: Mapping[str, RuledTask]) -> dict[str, Told]:
    return {step_id: Told(task.id, task.number, task.title) for step_id, task in stored.items()}


def answers_in(
    known: VersionBook, stored: Mapping[str, RuledTask], kickoff: Answers
) -> Callable[[str], Answers]:
    """The answers of the form that a field is in, by the field."""

    def answers(field_id: str) -> Answers:
        step_id = known.book.steps_of_fields.get(field_id)
        if step_id is None:
            return kickoff
        task = stored.get(step_id)
        return {} if task is None else read_answers(task.answers)

    return answers


def situation_of(
    work: Work,
    process: Process,
    known: VersionBook,
    stored: Mapping[str, RuledTask],
    kickoff: Answers,
) -> Situation:
    """`stored`: the tasks that matter, by step."""
    value_of = values_in(known.fields, answers_in(known, stored, kickoff), work.caller.timezone)
    responsible = [process.owner_id, process.started_by]
    has_guests = any("e:" in (task.assigned or "") for task in stored.values())
    return Situation(
        tasks=StepTasks(stored),
        memories=processes.get_memories(work, process.id),
        started_at=process.started_at,
        now=work.now,
        value_of=value_of,
        calendar=calendar_of(work),
        directory=directory_of(work, known.book, value_of, responsible, has_guests=has_guests),
    )
