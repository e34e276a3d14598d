"""Everything that can become of a small process: which steps it ever shows (contract 50, 13).

`checking` looks at rules without the order in which things happen; this looks at every state that
a process can come to. That is possible where what happens is a matter of answers and decisions
alone, and where there are few of both.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from math import prod

from procession.core.deadlines import ALL_WEEK
from procession.core.redating import Calendar
from procession.core.rules.acting import hidden, shown
from procession.core.rules.cascading import cascade
from procession.core.rules.hiding import begin
from procession.core.rules.listening import write_book
from procession.core.rules.model import (
    COMPLETED,
    HIDDEN,
    NOT_STARTED,
    Answered,
    Book,
    Completed,
    Condition,
    Directory,
    Event,
    Memory,
    Outcome,
    Reopened,
    Rule,
    Situation,
    StepTask,
    Turned,
)
from procession.core.rules.steps import APPROVAL, EARLY, EXPIRING, LATE, ON_TIME
from procession.core.rules.values import Value

_MOST_STEPS, _MOST_RULES, _MOST_ANSWERS = 8, 12, 100
#: Cascades that are followed before it is given up: a second or so.
_MOST_FOLLOWED = 20_000
#: Actions that change what conditions look at.
_TURNING = ("show", "hide", "reopen")
_DECIDED = frozenset(("approved", "rejected", "acknowledged", "expired"))
_DECISIONS: Mapping[str, tuple[bool | None, ...]] = {
    # By the clock, too, which decides nothing.
    APPROVAL: (True, False, None),
    **dict.fromkeys(EXPIRING, (True, False, None)),
}


@dataclass(frozen=True)
class _Stand:
    """A process, as far as what comes next depends on it."""

    tasks: tuple[StepTask, ...]
    #: Rules whose last result was true.
    held: frozenset[str]
    #: Places among the answers of each field.
    answers: tuple[int, ...]


@dataclass(frozen=True)
class _World:
    """What does not change."""

    book: Book
    answers: Mapping[str, tuple[Value, ...]]
    #: What conditions on steps look at: nothing that is done to other steps makes a difference.
    asked: frozenset[str]
    operations: frozenset[str]

    def situation(self, stand: _Stand) -> Situation:
        places = zip(self.answers.items(), stand.answers, strict=True)
        values = {field: choices[at] for (field, choices), at in places}
        return Situation(
            tasks={task.step_id: task for task in stand.tasks},
            memories={name: Memory(last_result=True) for name in stand.held},
            started_at=0,
            now=0,
            value_of=values.__getitem__,
            calendar=lambda: Calendar("UTC", ALL_WEEK),
            directory=Directory,
        )

    def after(self, stand: _Stand, outcome: Outcome) -> _Stand:
        held = set(stand.held)
        for name, memory in outcome.memories.items():
            (held.add if memory.last_result else held.discard)(name)
        tasks = (outcome.tasks.get(task.step_id, task) for task in stand.tasks)
        return replace(stand, tasks=tuple(map(self._plain, tasks)), held=frozenset(held))

    def _plain(self, task: StepTask) -> StepTask:
        """States that no condition tells apart are one."""
        was_completed = task.was_completed and "reopened" in self.operations
        if task.is_completed:
            return replace(task, was_completed=was_completed)
        state, before = (HIDDEN, NOT_STARTED) if task.is_hidden else (NOT_STARTED, None)
        return replace(
            task, state=state, state_before_hiding=before, shown_at=None,
            was_completed=was_completed,
        )  # fmt: skip

    def decisions(self, task: StepTask) -> tuple[bool | None, ...]:
        if not self.operations & _DECIDED:
            return (None,)
        return _DECISIONS.get(task.task_type, (None,))


def never_visible(
    rules: Iterable[Rule],
    fields_of_steps: Mapping[str, tuple[str, ...]],
    types: Mapping[str, str],
    answers: Mapping[str, tuple[Value, ...]],
) -> frozenset[str]:
    """Steps that no process ever shows, as long as nobody shows what rules have hidden.

    Empty where that cannot be told. `types`: of every step. `answers`: all that a field can have.
    """
    turning = [each for each in map(_without_the_rest, rules) if each.actions]
    if len(turning) > _MOST_RULES:
        return frozenset()
    conditions = [condition for rule in turning for condition in rule.conditions]
    of_steps = [each for each in conditions if each.is_about_step]
    fields = {each.about for each in conditions if not each.is_about_step}
    known = {field: answers[field] for field in sorted(fields) if field in answers}
    if len(known) < len(fields) or not _is_small(of_steps, known):
        return frozenset()
    world = _World(
        book=write_book(turning, fields_of_steps),
        answers=known,
        asked=frozenset(each.about for each in of_steps),
        operations=frozenset(each.operation for each in of_steps),
    )
    targets = {action.step_id for rule in turning for action in rule.actions}
    kept = [step for step in types if step in world.asked | targets]
    # The rest are always visible, and so there is one in the place of all.
    others = [step for step in types if step not in kept][:1]
    if len(kept) > _MOST_STEPS:
        return frozenset()
    return _explored(world, tuple(StepTask(step, step, types[step]) for step in (*kept, *others)))


def _is_small(of_steps: Sequence[Condition], answers: Mapping[str, tuple[Value, ...]]) -> bool:
    together = prod(len(choices) for choices in answers.values())
    return together <= _MOST_ANSWERS and not any(
        each.operation == "not_assigned" or each.statement in (ON_TIME, EARLY, LATE)
        for each in of_steps
    )


def _without_the_rest(rule: Rule) -> Rule:
    return replace(rule, actions=tuple(each for each in rule.actions if each.verb in _TURNING))


def _explored(world: _World, tasks: tuple[StepTask, ...]) -> frozenset[str]:
    hidden_yet = {task.step_id for task in tasks}
    reached: set[_Stand] = set()
    waiting: list[_Stand] = []
    followed = 0
    for answers in _every_answer(world):
        stand = _Stand(tasks, frozenset(), answers)
        waiting.append(world.after(stand, begin(world.book, world.situation(stand))))
    for stand in waiting:  # Grows meanwhile.
        if stand in reached:
            continue
        reached.add(stand)
        hidden_yet -= {task.step_id for task in stand.tasks if not task.is_hidden}
        if not hidden_yet or followed > _MOST_FOLLOWED:
            return frozenset()
        for changed, events in _moves(world, stand):
            followed += 1
            outcome = cascade(world.book, world.situation(changed), events)
            after = world.after(changed, outcome)
            if after not in reached:
                waiting.append(after)
    return frozenset(hidden_yet)


def _every_answer(world: _World) -> Iterator[tuple[int, ...]]:
    return product(*(range(len(choices)) for choices in world.answers.values()))


# --- What can happen ---


def _moves(world: _World, stand: _Stand) -> Iterator[tuple[_Stand, list[Event]]]:
    of_steps = world.book.fields_of_steps
    own = set(chain.from_iterable(of_steps.values()))
    kickoff = tuple(field for field in world.answers if field not in own)
    for fields in (kickoff, *of_steps.values()):
        yield from _answered(world, stand, fields)
    for place, task in enumerate(stand.tasks):
        if task.step_id not in world.asked:
            continue
        if task.is_hidden:
            if task.visibility_locked:  # By a person, who may show it again.
                turned = replace(shown(task, 0), visibility_locked=False)
                yield _with(stand, place, turned), [Turned(task.step_id)]
        elif task.is_completed:
            open_again = replace(task, state=NOT_STARTED, is_approved=None, completed_at=None)
            yield _with(stand, place, open_again), [Reopened(task.step_id)]
        else:
            away = replace(hidden(task), visibility_locked=not task.visibility_locked)
            yield _with(stand, place, away), [Turned(task.step_id)]
            yield from _completed(world, stand, place)


def _answered(
    world: _World, stand: _Stand, fields: Iterable[str]
) -> Iterator[tuple[_Stand, list[Event]]]:
    """Any of them at once."""
    for answers in _every_answer(world):
        pairs = zip(world.answers, stand.answers, answers, strict=True)
        changed = [field for field, was, now in pairs if was != now]
        if changed and set(changed) <= set(fields):
            yield replace(stand, answers=answers), [Answered(tuple(changed))]


def _completed(world: _World, stand: _Stand, place: int) -> Iterator[tuple[_Stand, list[Event]]]:
    """In every way, and with the answers of its form."""
    task = stand.tasks[place]
    done = replace(task, state=COMPLETED, was_completed=True, completed_at=0)
    fields = world.book.fields_of_steps.get(task.step_id, ())
    answered: list[tuple[_Stand, list[Event]]] = [(stand, [])]
    answered += _answered(world, stand, fields)
    for decision in world.decisions(task):
        for changed, events in answered:
            now = _with(changed, place, replace(done, is_approved=decision))
            yield now, [*events, Completed(task.step_id)]


def _with(stand: _Stand, place: int, task: StepTask) -> _Stand:
    return replace(stand, tasks=(*stand.tasks[:place], task, *stand.tasks[place + 1 :]))
