"""What is hidden from the start, and the launch (contract 50, 4.5)."""

from collections.abc import Mapping

from procession.core.rules.acting import hidden, shown
from procession.core.rules.cascading import follow
from procession.core.rules.model import Book, Launched, Outcome, Situation, StepTask
from procession.core.rules.state import State


def hidden_steps(book: Book) -> frozenset[str]:
    """Those that some rule shows."""
    return frozenset(
        action.step_id for rule in book.rules for action in rule.actions if action.verb == "show"
    )


def start(book: Book, tasks: Mapping[str, StepTask]) -> dict[str, StepTask]:
    """Tasks as they are before the first rule is evaluated."""
    hides = hidden_steps(book)
    return {step: hidden(task) if step in hides else task for step, task in tasks.items()}


def begin(book: Book, situation: Situation) -> Outcome:
    """The launch: hide what rules show, evaluate all of them, and never leave everything hidden.

    `situation`: its tasks as they were planned, with their deadlines and people.
    """
    state = State(situation)
    for first in start(book, situation.tasks).values():
        if first.is_hidden:
            state.put(first)
    follow(book, state, [Launched()])
    tasks = [task for step_id in situation.tasks if (task := state.task(step_id)) is not None]
    is_all_hidden = bool(tasks) and all(task.is_hidden for task in tasks)
    if is_all_hidden:
        for task in tasks:
            state.put(shown(task, situation.now))
    return state.outcome(was_all_hidden=is_all_hidden)
