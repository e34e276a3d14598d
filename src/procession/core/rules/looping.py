"""Rules that set each other off until they are stopped (contract 50, 4.4 and 13).

Within one cascade only `not_assigned` can be met, not be met, and be met again: rules take people
off steps and put them on others. Found are rings of such rules that nothing else meddles with, and
the engine itself is the proof that they are stopped.
"""

from collections.abc import Mapping, Sequence
from functools import cache

from procession.core.deadlines import ALL_WEEK
from procession.core.launching import People
from procession.core.redating import Calendar
from procession.core.rules.acting import ASSIGNMENTS
from procession.core.rules.cascading import cascade
from procession.core.rules.model import Book, Directory, Reassigned, Rule, Situation, StepTask
from procession.core.rules.values import Value

_SOMEBODY = People(users=(1,))


def loops(book: Book, step_ids: Sequence[str]) -> list[tuple[Rule, ...]]:
    """Each ring once, its rules in their order."""
    by_step = _alone(book, step_ids)
    found: dict[frozenset[str], tuple[Rule, ...]] = {}
    for step_id in by_step:
        fired = _fired_until_stopped(book, by_step, step_id)
        if fired:
            ring = tuple(rule for rule in book.rules if rule.id in fired)
            found.setdefault(fired, ring)
    return list(found.values())


def _alone(book: Book, step_ids: Sequence[str]) -> dict[str, Rule]:
    """By step: the one rule that hears that nobody is assigned to it, and does nothing else but
    assign; where no other kind of rule touches any of these steps."""
    turned = {
        action.step_id
        for rule in book.rules
        for action in rule.actions
        if action.verb in ("show", "hide", "reopen")
    }
    alone = {}
    for step_id in step_ids:
        heard = [book.rules[place] for place in book.on_owners.get(step_id, ())]
        if len(heard) == 1 and step_id not in turned and _only_assigns(heard[0]):
            alone[step_id] = heard[0]
    assigning: dict[str, set[str]] = {}
    for rule in book.rules:
        for action in rule.actions:
            if action.verb in ASSIGNMENTS:
                assigning.setdefault(action.step_id, set()).add(rule.id)
    while True:
        inside = {rule.id for rule in alone.values()}
        kept = {step: rule for step, rule in alone.items() if assigning.get(step, set()) <= inside}
        if kept == alone:
            return alone
        alone = kept


def _only_assigns(rule: Rule) -> bool:
    return len(rule.conditions) == 1 and all(
        action.verb in ASSIGNMENTS and action.from_field is None for action in rule.actions
    )


def _fired_until_stopped(
    book: Book, by_step: Mapping[str, Rule], step_id: str
) -> frozenset[str] | None:
    """Everybody is at work, and a person takes everyone off one step: which rules fire until one
    is stopped? None: it ends by itself."""
    named = {
        user
        for rule in by_step.values()
        for action in rule.actions
        for user in action.people.users
    }  # fmt: skip
    people = Directory(users=frozenset(named))
    tasks = {
        step: StepTask(step, step, owners=People() if step == step_id else _SOMEBODY)
        for step in by_step
    }
    situation = Situation(
        tasks=tasks,
        memories={},
        started_at=0,
        now=0,
        value_of=lambda _: Value(),
        calendar=cache(lambda: Calendar("UTC", ALL_WEEK)),
        directory=lambda: people,
    )
    outcome = cascade(book, situation, [Reassigned(step_id)])
    if by_step[step_id].id not in outcome.stopped:
        return None
    return frozenset(firing.rule.id for firing in outcome.firings)
