"""One change, and all that follows from it (contract 50, 4.3 and 4.4)."""

from collections import deque
from collections.abc import Iterable

from procession.core.rules.firing import evaluate
from procession.core.rules.listening import listening
from procession.core.rules.model import Book, Event, Outcome, Situation
from procession.core.rules.state import State


def cascade(book: Book, situation: Situation, events: Iterable[Event]) -> Outcome:
    """`situation`: after the change. `events`: what it was, in the order in which it happened."""
    state = State(situation)
    follow(book, state, events)
    return state.outcome()


def follow(book: Book, state: State, events: Iterable[Event]) -> None:
    """Each event evaluates its rules in their order against the state as it is by then; what
    their actions change are events behind those that wait."""
    queue = deque(events)
    while queue:
        event = queue.popleft()
        for rule in listening(book, event):
            queue.extend(evaluate(state, rule, event))
