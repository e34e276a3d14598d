"""Rules that begin in the middle of a process (contract README, ruling 37)."""

from dataclasses import dataclass, replace

from procession.core.rules.acting import hidden
from procession.core.rules.cascading import follow
from procession.core.rules.hiding import hidden_steps
from procession.core.rules.model import (
    NOT_STARTED,
    Book,
    Firing,
    Launched,
    Outcome,
    Rule,
    Situation,
)
from procession.core.rules.state import State

_VISIBILITY = ("show", "hide")
#: What was done stays done, and nobody outside is told of what is long past.
_LEFT_OUT = ("reopen", "emit_webhook")


@dataclass(frozen=True)
class Woken:
    outcome: Outcome
    #: Steps whose tasks are hidden now because no rule shows them, as they were from a launch on.
    hides: frozenset[str]


def wake(book: Book, situation: Situation) -> Woken:
    """As at the launch, with what has happened since: what rules show is hidden, unless somebody
    has begun it, and all rules are evaluated.

    `situation`: every task that was made from a step.
    """
    tasks = situation.tasks
    asleep = {
        step_id
        for step_id in hidden_steps(book) & tasks.keys()
        if tasks[step_id].state == NOT_STARTED
        and not (tasks[step_id].was_completed or tasks[step_id].visibility_locked)
    }
    state = State(situation)
    for step_id in asleep:
        state.put(hidden(tasks[step_id]))
    follow(_without_echoes(book), state, [Launched()])
    hides = {step_id for step_id in asleep if _is_hidden(state, step_id)}
    if all(_is_hidden(state, step_id) for step_id in tasks):
        hides = set()
    for step_id in asleep - hides:
        # For whom it was there all the time, nothing has happened to it.
        was, now = tasks[step_id], state.task(step_id) or tasks[step_id]
        state.put(replace(now, state=was.state, state_before_hiding=None, shown_at=was.shown_at))
    outcome = state.outcome()
    firings = tuple(_told(each, asleep) for each in outcome.firings)
    return Woken(replace(outcome, firings=firings), frozenset(hides))


def _is_hidden(state: State, step_id: str) -> bool:
    task = state.task(step_id)
    return task is not None and task.is_hidden


def _without_echoes(book: Book) -> Book:
    def still_done(rule: Rule) -> Rule:
        kept = tuple(action for action in rule.actions if action.verb not in _LEFT_OUT)
        return replace(rule, actions=kept)

    return replace(book, rules=tuple(map(still_done, book.rules)))


def _told(firing: Firing, asleep: set[str]) -> Firing:
    """Without the way in which tasks went that were put to sleep to begin with."""
    done = tuple(
        each
        for each in firing.done
        if not (each.action.verb in _VISIBILITY and each.action.step_id in asleep)
    )
    return replace(firing, done=done)
