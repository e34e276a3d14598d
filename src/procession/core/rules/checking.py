"""What can be said of rules for certain before any process runs (contract 50, 13).

Everything here errs on one side: where it cannot be known, a condition counts as one that can be
met, a rule as one that can fire. So what is found is so. By hand anything can be shown, and a
task made an approval; what is said here is so as long as nobody does that.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

from procession.core.launching import People
from procession.core.rules import fields, steps
from procession.core.rules.combining import combined
from procession.core.rules.exploring import never_visible
from procession.core.rules.looping import loops
from procession.core.rules.model import (
    COMPLETED,
    HIDDEN,
    IN_PROGRESS,
    Action,
    Book,
    Condition,
    Rule,
    StepTask,
)
from procession.core.rules.values import Value
from procession.core.times import DAY, HOUR

#: Of the conditions of one rule together; beyond it nothing is said.
_MOST_COMBINATIONS = 4096
_SOMEBODY = People(users=(1,))


@dataclass(frozen=True)
class Found:
    """Something that is so. `about`: what it names, for the sentence."""

    kind: str
    rules: tuple[Rule, ...]
    step_id: str | None = None
    condition: Condition | None = None


@dataclass(frozen=True)
class CheckedStep:
    id: str
    task_type: str
    #: Somebody is assigned at every launch, whoever launches.
    has_people: bool


@dataclass(frozen=True)
class Checked:
    """What is looked at."""

    book: Book
    steps: Sequence[CheckedStep]
    #: Of a field: every answer that it can have, no answer included. Others can have any.
    answers: Mapping[str, tuple[Value, ...]]


def check(checked: Checked) -> list[Found]:
    possible = {step.id: _every_task(step.task_type) for step in checked.steps}
    contradictory = [rule for rule in checked.book.rules if not _can_hold(checked, rule, possible)]
    sound = [rule for rule in checked.book.rules if rule not in contradictory]
    return [
        *(Found("contradiction", (rule,)) for rule in contradictory),
        *_dead_statements(checked),
        *_never_shown(checked, possible),
        *_ties(checked.book, sound),
        *(Found("loop", ring) for ring in loops(checked.book, [each.id for each in checked.steps])),
        *_nobody(checked),
    ]


# --- Whether conditions can be met ---


#: What the task of a step can be like, by step. Of one that is not in it: hidden.
_Possible = Mapping[str, tuple[StepTask, ...]]
_HIDDEN = (StepTask("", "", state=HIDDEN),)


def _can_hold(checked: Checked, rule: Rule, possible: _Possible) -> bool:
    about: dict[tuple[bool, str], list[int]] = {}
    for place, condition in enumerate(rule.conditions):
        about.setdefault((condition.is_about_step, condition.about), []).append(place)
    together = 1
    choices = []
    for (is_step, name), places in about.items():
        conditions = [rule.conditions[place] for place in places]
        if is_step:
            found = _of_step(conditions, possible.get(name, _HIDDEN))
        else:
            found = _of_field(conditions, checked.answers.get(name))
        together *= len(found)
        choices.append([list(zip(places, results, strict=True)) for results in found])
    if together > _MOST_COMBINATIONS:
        return True
    return any(_holds(rule, combination) for combination in product(*choices))


def _holds(rule: Rule, combination: Iterable[list[tuple[int, bool]]]) -> bool:
    results = dict(each for part in combination for each in part)
    return combined(rule.conditions, [results[place] for place in range(len(results))])


#: Results of several conditions about the same thing.
_Results = tuple[bool, ...]


def _of_step(conditions: Sequence[Condition], tasks: tuple[StepTask, ...]) -> set[_Results]:
    """All that can be together, whatever the task is."""
    return {tuple(steps.is_met(condition, task) for condition in conditions) for task in tasks}


@cache
def _at_launch() -> tuple[StepTask, ...]:
    return (*_HIDDEN, StepTask("", ""), StepTask("", "", owners=_SOMEBODY))


@cache
def _every_task(task_type: str) -> tuple[StepTask, ...]:
    """Everything that conditions tell apart."""
    found = list(_at_launch())
    for owners in (People(), _SOMEBODY):
        found.append(StepTask("", "", state=IN_PROGRESS, was_completed=True, owners=owners))
    due = 100 * DAY
    moments = (due - 2 * DAY, due - DAY, due - HOUR, due, due + HOUR, due + DAY, due + 2 * DAY)
    for is_approved, completed_at, deadline in product((None, True, False), moments, (due, None)):
        task = StepTask("", "", task_type, COMPLETED, is_approved=is_approved)
        found.append(
            replace(task, was_completed=True, completed_at=completed_at, deadline_at=deadline)
        )
    return tuple(found)


def _of_field(conditions: Sequence[Condition], answers: tuple[Value, ...] | None) -> set[_Results]:
    if answers is not None:
        return {
            tuple(fields.is_met(condition, answer) for condition in conditions)
            for answer in answers
        }
    return _of_any_answer(conditions)


def _of_any_answer(conditions: Sequence[Condition]) -> set[_Results]:
    """No answer, or one that meets any of the positive operations."""
    empty = tuple(fields.is_met(condition, Value()) for condition in conditions)
    asked = list(dict.fromkeys(map(_positive, conditions)))
    if 2 ** len(asked) > _MOST_COMBINATIONS:
        return set(product((False, True), repeat=len(conditions)))
    found = {empty}
    for results in product((False, True), repeat=len(asked)):
        so = dict(zip(asked, results, strict=True))
        if so.get(("is_empty", None)):
            continue
        found.add(tuple(_says(condition, so[_positive(condition)]) for condition in conditions))
    return found


def _positive(condition: Condition) -> tuple[object, ...]:
    """What it is the same as, or the opposite of. A column alone can be empty: it stays apart."""
    operation = condition.operation
    if operation in ("is_empty", "is_not_empty"):
        return "is_empty", condition.column
    return operation.removeprefix("not_"), condition.statement, condition.column


def _says(condition: Condition, is_so: bool) -> bool:
    return is_so != (
        condition.operation.startswith("not_") or condition.operation == "is_not_empty"
    )


# --- What is found ---

_COMPARED = ("equals", "not_equals", "equals_any", "contains", "not_contains")


def _dead_statements(checked: Checked) -> list[Found]:
    """Of what is compared with, nothing is or is in any option."""
    return [
        Found("dead_statement", (rule,), condition=condition)
        for rule in checked.book.rules
        for condition in rule.conditions
        if condition.operation in _COMPARED and _is_dead(condition, checked.answers)
    ]


def _is_dead(condition: Condition, answers: Mapping[str, tuple[Value, ...]]) -> bool:
    known = answers.get(condition.about) if not condition.is_about_step else None
    if known is None:
        return False
    operation = condition.operation.removeprefix("not_")
    positive = replace(condition, operation=operation)
    return not any(fields.is_met(positive, answer) for answer in known)


def _never_shown(checked: Checked, possible: _Possible) -> list[Found]:
    """Steps that no rule can ever show, and those that all that can happen leaves hidden."""
    shows, hides = _rules_that(checked.book, "show"), _rules_that(checked.book, "hide")
    types = {step.id: step.task_type for step in checked.steps}
    unseen = set(
        never_visible(checked.book.rules, checked.book.fields_of_steps, types, checked.answers)
    )
    at_first = types.keys() - shows.keys()
    # All may be hidden after the launch, and then all are shown (4.5).
    if not at_first <= _hidden_at_launch(checked):
        unseen |= shows.keys() - _ever_visible(checked, at_first, possible)
    return [
        Found("never_shown", tuple(shows.get(step_id) or hides[step_id]), step_id)
        for step_id in dict.fromkeys((*shows, *types))
        if step_id in unseen
    ]


def _rules_that(book: Book, verb: str) -> dict[str, list[Rule]]:
    """By the step that they do it to."""
    found: dict[str, list[Rule]] = {}
    for rule in book.rules:
        for action in rule.actions:
            if action.verb == verb:
                found.setdefault(action.step_id, []).append(rule)
    return found


def _hidden_at_launch(checked: Checked) -> set[str]:
    possible = {step.id: _at_launch() for step in checked.steps}
    hiding = [
        (action, rule)
        for rule in checked.book.rules
        for action in rule.actions
        if action.verb == "hide"
    ]
    return {action.step_id for action, rule in hiding if _can_hold(checked, rule, possible)}


def _ever_visible(checked: Checked, at_first: set[str], possible: _Possible) -> set[str]:
    visible, waiting = set(at_first), list(checked.book.rules)
    while True:
        seen = {step_id: tasks for step_id, tasks in possible.items() if step_id in visible}
        fire = [rule for rule in waiting if _can_hold(checked, rule, seen)]
        shown = {each.step_id for rule in fire for each in rule.actions if each.verb == "show"}
        if shown <= visible:
            return visible
        visible |= shown
        fired = {rule.id for rule in fire}
        waiting = [rule for rule in waiting if rule.id not in fired]


def _ties(book: Book, rules: Sequence[Rule]) -> list[Found]:
    """Two that fire at the same moments, and do the opposite to a step."""
    same: dict[tuple[object, ...], list[Rule]] = {}
    for rule in rules:
        said = tuple(replace(each, id="", logic=each.logic if place else "and")
                     for place, each in enumerate(rule.conditions))  # fmt: skip
        same.setdefault(said, []).append(rule)
    unsteady = _unsteady(book)
    return [
        tie
        for alike in same.values()
        if len(alike) > 1 and not any(_is_unsteady(each, unsteady) for each in alike[0].conditions)
        for tie in _ties_among(alike)
    ]


#: What is so of completed tasks alone, which nobody hides.
_OF_COMPLETED = ("completed", "approved", "rejected", "acknowledged", "expired")


def _unsteady(book: Book) -> dict[str, set[str]]:
    """By step, what rules do to it: of two, the later may see another state than the earlier."""
    verbs: dict[str, set[str]] = {}
    for rule in book.rules:
        for action in rule.actions:
            if action.verb != "emit_webhook":
                verbs.setdefault(action.step_id, set()).add(action.verb)
    return verbs


def _is_unsteady(condition: Condition, verbs: Mapping[str, set[str]]) -> bool:
    if not condition.is_about_step:
        return False
    done = verbs.get(condition.about, set())
    harmless = {"show", "hide"} if condition.operation in _OF_COMPLETED else set()
    return bool(done - harmless)


def _ties_among(alike: Sequence[Rule]) -> Iterator[Found]:
    last: dict[str, tuple[Rule, str]] = {}
    for rule in alike:
        for action in rule.actions:
            if not _turns(action):
                continue
            earlier, verb = last.get(action.step_id, (rule, action.verb))
            if verb != action.verb:
                yield Found("tie", (earlier, rule), action.step_id)
            last[action.step_id] = rule, action.verb


def _turns(action: Action) -> bool:
    return action.verb in ("show", "hide")


def _nobody(checked: Checked) -> list[Found]:
    """Approvals that are there from the start, and neither template nor rule gives to anybody."""
    actions = [action for rule in checked.book.rules for action in rule.actions]
    touched = {
        action.step_id
        for action in actions
        if action.verb in ("show", "hide", "assign", "assign_only")
    }
    return [
        Found("nobody", (), step.id)
        for step in checked.steps
        if step.task_type == steps.APPROVAL and not step.has_people and step.id not in touched
    ]
