"""What is said of rules for certain, against a search through what can happen.

`RULE_CHECKS=3000 pytest tests/core/rules/test_checking.py` checks as many templates.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from random import Random
from typing import Any

from procession.core.deadlines import ALL_WEEK
from procession.core.redating import Calendar
from procession.core.rules.cascading import cascade
from procession.core.rules.checking import Checked, CheckedStep, Found, check
from procession.core.rules.combining import combined
from procession.core.rules.hiding import begin
from procession.core.rules.listening import write_book
from procession.core.rules.model import (
    COMPLETED,
    IN_PROGRESS,
    Action,
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
)
from procession.core.rules.state import State
from procession.core.rules.values import Value

TEMPLATES = int(os.environ.get("RULE_CHECKS", "15"))
#: Of templates in which only the order of things hides a step: once missed.
HARD = (124, 410, 941, 978)
MOST_STATES = 150
ANSWERS = (Value(), *(Value(texts=(text,), is_empty=False) for text in ("red", "blue")))
FIELDS = ("f", "g")


def of_step(step: str, operation: str = "completed", logic: str = "and") -> Condition:
    return Condition(f"{step}{operation}", step, True, operation, "any_time", logic)


def of_field(name: str, operation: str, said: str | None = None, logic: str = "and") -> Condition:
    return Condition(f"{name}{operation}{said}", name, False, operation, said, logic)


def to(verb: str, step: str, **more: Any) -> Action:
    return Action(f"{verb}{step}", verb, step, **more)


def checked(rules: list[Rule], steps: str = "abcd", types: Any = None) -> Checked:
    # Step d is the approval, and nobody's.
    types = {"d": "approval"} if types is None else types
    known = [CheckedStep(name, types.get(name, "task"), name != "d") for name in steps]
    return Checked(write_book(rules, {}), known, dict.fromkeys(FIELDS, ANSWERS))


def rule(name: str, conditions: Any, *actions: Action) -> Rule:
    listed = conditions if isinstance(conditions, list) else [conditions]
    return Rule(name, name, tuple(listed), actions)


def kinds(found: list[Found]) -> list[tuple[str, str]]:
    return sorted((each.kind, "".join(rule.id for rule in each.rules)) for each in found)


def test_50_55_each_kind_in_rules_made_for_it() -> None:
    is_red, is_blue = of_field("f", "equals", "Red"), of_field("f", "equals", "Blue")
    never = rule("1", [is_red, is_blue], to("show", "b"))
    assert kinds(check(checked([never], "abc"))) == [("contradiction", "1"), ("never_shown", "1")]
    # Its step is hidden for ever, so nothing that waits for it is shown either.
    chain = [never, rule("2", of_step("b"), to("show", "c"))]
    assert ("never_shown", "2") in kinds(check(checked(chain, "abc")))
    either = [is_red, replace(is_blue, logic="or")]
    assert kinds(check(checked([rule("1", either, to("show", "b"))], "abc"))) == []
    both = [rule("1", is_red, to("show", "b")), rule("2", is_red, to("hide", "b"))]
    # The later wins whenever the earlier fires, so nothing ever shows it.
    assert kinds(check(checked(both, "abc"))) == [("never_shown", "1"), ("tie", "12")]
    # The first makes the condition of the second untrue before that is evaluated.
    first = rule("1", of_step("a"), to("show", "b"), to("reopen", "a"))
    assert kinds(check(checked([first, rule("2", of_step("a"), to("hide", "b"))], "abc"))) == []
    green = [
        rule("1", of_field("f", "equals_any", "green"), to("hide", "b")),
        rule("2", of_field("g", "not_contains", "z"), to("hide", "b")),
    ]
    dead = [each for each in kinds(check(checked(green, "abc"))) if each[0] == "dead_statement"]
    assert dead == [("dead_statement", "1"), ("dead_statement", "2")]
    somebody = {"people": replace(StepTask("", "").owners, users=(7,))}
    ring = [
        rule("1", of_step("a", "not_assigned"), to("assign", "a", **somebody),
             to("clear_assignees", "b")),
        rule("2", of_step("b", "not_assigned"), to("assign", "b", **somebody),
             to("clear_assignees", "a")),
    ]  # fmt: skip
    assert kinds(check(checked(ring, "abc"))) == [("loop", "12")]
    assert kinds(check(checked(ring[:1], "abc"))) == []
    assert [each.step_id for each in check(checked([])) if each.kind == "nobody"] == ["d"]
    given = rule("1", of_step("a"), to("assign", "d", **somebody))
    assert check(checked([given])) == []


# --- The search ---


@dataclass(frozen=True)
class Stand:
    """A process, as far as what comes next depends on it."""

    tasks: tuple[StepTask, ...]
    held: frozenset[str]
    #: Places among ANSWERS, by field.
    answers: tuple[int, ...]


def situation(stand: Stand) -> Situation:
    answers = {name: ANSWERS[at] for name, at in zip(FIELDS, stand.answers, strict=True)}
    return Situation(
        tasks={task.step_id: task for task in stand.tasks},
        memories={name: Memory(last_result=True) for name in stand.held},
        started_at=0,
        now=0,
        value_of=answers.__getitem__,
        calendar=lambda: Calendar("UTC", ALL_WEEK),
        directory=Directory,
    )


def after(stand: Stand, outcome: Outcome) -> Stand:
    held = set(stand.held)
    for name, memory in outcome.memories.items():
        (held.add if memory.last_result else held.discard)(name)
    tasks = tuple(outcome.tasks.get(task.step_id, task) for task in stand.tasks)
    return replace(stand, tasks=tasks, held=frozenset(held))


def moves(stand: Stand) -> Iterator[tuple[Stand, Event]]:
    for place, task in enumerate(stand.tasks):
        changed: list[StepTask] = []
        if task.is_open:
            done = replace(task, state=COMPLETED, was_completed=True, completed_at=0)
            decisions = (True, False, None) if task.task_type == "approval" else (None,)
            changed = [replace(done, is_approved=each) for each in decisions]
        elif task.is_completed:
            changed = [replace(task, state=IN_PROGRESS, is_approved=None, completed_at=None)]
        for each in changed:
            tasks = (*stand.tasks[:place], each, *stand.tasks[place + 1 :])
            event = Completed(task.step_id) if task.is_open else Reopened(task.step_id)
            yield replace(stand, tasks=tasks), event
    for place, value in product(range(len(FIELDS)), range(len(ANSWERS))):
        if stand.answers[place] != value:
            answers = (*stand.answers[:place], value, *stand.answers[place + 1 :])
            yield replace(stand, answers=answers), Answered((FIELDS[place],))


def search(book: Book, tasks: tuple[StepTask, ...]) -> tuple[set[Stand], list[Outcome], bool]:
    """Stands that can be reached, what happened on the way, and whether that is all."""
    reached: set[Stand] = set()
    outcomes: list[Outcome] = []
    waiting: list[Stand] = []
    for answers in product(range(len(ANSWERS)), repeat=len(FIELDS)):
        stand = Stand(tasks, frozenset(), answers)
        outcomes.append(begin(book, situation(stand)))
        waiting.append(after(stand, outcomes[-1]))
    while waiting and len(reached) < MOST_STATES:
        stand = waiting.pop(0)
        if stand in reached:
            continue
        reached.add(stand)
        for changed, event in moves(stand):
            outcomes.append(cascade(book, situation(changed), [event]))
            waiting.append(after(changed, outcomes[-1]))
    return reached, outcomes, not waiting


def random_rules(chance: Random, steps: str) -> list[Rule]:
    made: list[Rule] = []
    for number in range(chance.randint(1, 3)):
        conditions = []
        for place in range(chance.choice((1, 2, 2, 3))):
            logic = chance.choice(("and", "and", "or"))
            if chance.random() < 0.5:
                operation = chance.choice(("completed", "approved", "rejected", "reopened"))
                about = of_step(chance.choice(steps), operation, logic)
            else:
                operation = chance.choice(("equals", "not_equals", "is_empty", "is_not_empty"))
                about = of_field(
                    chance.choice(FIELDS), operation, chance.choice(("red", "blue")), logic
                )
            conditions.append(replace(about, id=f"{number}.{place}"))
        verbs = [
            chance.choice(("show", "show", "hide", "reopen")) for _ in range(chance.choice((1, 2)))
        ]
        actions = list(
            {
                each.step_id: each for each in (to(verb, chance.choice(steps)) for verb in verbs)
            }.values()
        )
        if made and chance.random() < 0.3:
            conditions = list(made[-1].conditions)
        made.append(rule(str(number), conditions, *actions))
    return made


def test_50_55_what_is_found_is_so_and_what_is_so_is_found() -> None:
    """Steps that are never shown: all that the search shows, where it came to its end.
    Contradictions: all, by every answer and everything that a task can be."""
    certain = 0
    for seed in (*range(TEMPLATES), *HARD):
        chance = Random(seed)
        steps = "abcd"[: chance.randint(1, 4)]
        rules = random_rules(chance, steps)
        tasks = tuple(StepTask(name, name, chance.choice(("task", "approval"))) for name in steps)
        look = checked(rules, steps, {task.step_id: task.task_type for task in tasks})
        found = check(look)
        reached, outcomes, is_all = search(look.book, tasks)
        shown = {task.step_id for stand in reached for task in stand.tasks if not task.is_hidden}
        fired = [[each.rule.id for each in outcome.firings] for outcome in outcomes]
        for each in found:
            ids = [one.id for one in each.rules]
            where = f"seed {seed}: {each.kind} {ids} {each.step_id}"
            if each.kind == "never_shown":
                assert each.step_id not in shown, where
            elif each.kind == "contradiction":
                assert not any(ids[0] in names for names in fired), where
                assert not any(holds(stand, each.rules[0]) for stand in reached), where
            elif each.kind == "tie":
                assert all(
                    ids[1] in names[names.index(ids[0]) :] for names in fired if ids[0] in names
                ), where
            assert each.kind != "loop"
        contradictory = {each.rules[0].id for each in found if each.kind == "contradiction"}
        assert contradictory == {each.id for each in rules if not can_hold(tasks, each)}, seed
        if is_all:
            said = {each.step_id for each in found if each.kind == "never_shown"}
            assert said == set(steps) - shown, f"seed {seed}"
            certain += len(said)
    assert certain > 0


def can_hold(tasks: tuple[StepTask, ...], one: Rule) -> bool:
    """For some answers, and some way in which each task can be when no rule does anything."""
    free = search(write_book([], {}), tasks)[0]
    ways = []
    for place, task in enumerate(tasks):
        seen = {stand.tasks[place] for stand in free}
        ways.append([*seen, replace(task, state="auto-skipped")])
    answers = product(range(len(ANSWERS)), repeat=len(FIELDS))
    together = product(product(*ways), answers)
    return any(holds(Stand(every, frozenset(), chosen), one) for every, chosen in together)


def holds(stand: Stand, one: Rule) -> bool:
    state = State(situation(stand))
    return combined(one.conditions, [state.is_met(each) for each in one.conditions])


def test_50_13_many_rules_are_checked_at_once() -> None:
    """200 steps with 2,000 rules: two seconds at most (issue 15)."""
    chance = Random(7)
    steps = [f"s{number}" for number in range(200)]
    rules = [
        rule(
            str(number),
            [of_step(chance.choice(steps)), of_field(chance.choice(FIELDS), "equals", "red", "or")],
            to(chance.choice(("show", "hide")), chance.choice(steps)),
        )
        for number in range(2000)
    ]
    known = [CheckedStep(name, "task", True) for name in steps]
    look = Checked(write_book(rules, {}), known, dict.fromkeys(FIELDS, ANSWERS))
    began = time.process_time()
    check(look)
    assert time.process_time() - began < 2
