"""Sentences of contract 50, 3 and 4 that random histories meet too seldom."""

from typing import Any

import pytest

from procession.core.deadlines import ALL_WEEK, Offset
from procession.core.launching import People
from procession.core.redating import Calendar
from procession.core.rules.cascading import cascade
from procession.core.rules.combining import combined
from procession.core.rules.fields import is_met
from procession.core.rules.firing import MOST_FIRINGS
from procession.core.rules.hiding import begin
from procession.core.rules.listening import write_book
from procession.core.rules.model import (
    Action,
    Completed,
    Condition,
    Directory,
    Event,
    Memory,
    Outcome,
    Reassigned,
    Rule,
    Situation,
    StepTask,
    Turned,
)
from procession.core.rules.values import Kind, Value, number, plain
from procession.core.times import DAY, parse_instant

NOW = parse_instant("2026-03-02T09:00:00Z")
_NONE = Value()


def when(about: str, operation: str = "completed", **more: Any) -> Condition:
    return Condition(id=about, about=about, is_about_step=True, operation=operation, **more)


def asked(operation: str, statement: Any = None, **more: Any) -> Condition:
    return Condition("c", "f", False, operation, statement, **more)


def do(verb: str, step: str, **more: Any) -> Action:
    return Action(id=f"{verb} {step}", verb=verb, step_id=step, **more)


def rule(name: str, conditions: Any, *actions: Action) -> Rule:
    listed = conditions if isinstance(conditions, tuple) else (conditions,)
    return Rule(name, name, listed, actions)


def run(
    rules: list[Rule],
    tasks: list[StepTask],
    *events: Event,
    answer: Value = _NONE,
    **more: Any,
) -> Outcome:
    fields = more.pop("fields", {})
    situation = Situation(
        tasks={task.step_id: task for task in tasks},
        memories=more.pop("memories", {}),
        started_at=NOW,
        now=NOW,
        value_of=lambda _: answer,
        calendar=lambda: Calendar("UTC", ALL_WEEK),
        directory=lambda: Directory(users=frozenset((1, 2, 3)), responsible=1),
    )
    book = write_book(rules, fields)
    return cascade(book, situation, events) if events else begin(book, situation)


def task(step: str, **more: Any) -> StepTask:
    return StepTask(id=step, step_id=step, **more)


def done(step: str, **more: Any) -> StepTask:
    return task(step, state="completed", was_completed=True, completed_at=NOW, **more)


def test_conditions_combine_from_the_left() -> None:
    conditions = [when("a"), when("b", logic="or"), when("c", logic="and")]
    assert not combined(conditions, [True, False, False])
    assert combined(conditions, [False, True, True])
    assert not combined([], [])


def test_a_rule_fires_once_a_cascade_and_what_is_dropped_is_not_put_off() -> None:
    """Hide and show A in turn: the first rule would fire again and again."""
    rules = [
        rule("hide", when("a", "not_assigned"), do("hide", "a")),
        rule("show", (when("a"), when("b", logic="or")), do("show", "a")),
    ]
    outcome = run(rules, [task("a"), done("b")], Reassigned("a"))
    assert [each.rule.id for each in outcome.firings] == ["hide", "show"]
    assert outcome.stopped == ("hide",)
    assert outcome.memories["hide"].last_result is True
    again = run(rules, [task("a"), done("b")], Turned("a"), memories=outcome.memories)
    assert again.firings == ()


def test_two_hundred_firings_are_the_most() -> None:
    rules = [rule(f"r{n}", when("a"), do("emit_webhook", "a")) for n in range(MOST_FIRINGS + 3)]
    outcome = run(rules, [done("a")], Completed("a"))
    assert len(outcome.firings) == MOST_FIRINGS
    assert len(outcome.stopped) == 3


def test_completing_evaluates_the_rules_on_its_form() -> None:
    """Defaults became answers, whether or not anybody says so."""
    rules = [rule("r", asked("is_not_empty"), do("show", "b"))]
    answer = Value(Kind.TEXT, ("x",), is_empty=False)
    tasks = [done("a"), task("b", state="auto-skipped")]
    outcome = run(rules, tasks, Completed("a"), answer=answer, fields={"a": ("f",)})
    assert outcome.tasks["b"].state == "not-started"
    assert run(rules, tasks, Completed("a"), answer=answer).firings == ()


def test_who_may_not_be_given_work_may_be_taken_off_it_however_many_there_are() -> None:
    crowded = task("a", owners=People((1, 2, 3, 9)), max_assignable=2)
    leave = do("unassign", "a", people=People((9,)))
    outcome = run([rule("r", when("b"), leave)], [crowded, done("b")], Completed("b"))
    assert outcome.tasks["a"].owners.users == (1, 2, 3)
    more = do("assign", "a", people=People((9,)))
    outcome = run([rule("r", when("b"), more)], [crowded, done("b")], Completed("b"))
    assert (outcome.tasks, len(outcome.skips)) == ({}, 1)


def test_the_deadline_of_the_task_itself_is_no_anchor_that_is_followed() -> None:
    """Else each evaluation would move it on."""
    later = do("deadline", "a", from_step="a", offset=Offset(1, "days"))
    rules = [rule("r", when("b"), later)]
    tasks = [task("a", deadline_at=NOW), done("b")]
    first = run(rules, tasks, Completed("b"))
    assert first.tasks["a"].deadline_at == NOW + DAY
    again = run(
        rules, [first.tasks["a"], done("b")], Completed("b"), memories=first.memories
    )  # fmt: skip
    assert (again.tasks, again.firings) == ({}, ())


def test_a_rule_that_was_stopped_recalculates_nothing() -> None:
    follows = do("deadline", "a", from_field="f", offset=Offset(1, "days"))
    rules = [rule("r", when("b"), follows)]
    memories = {"r": Memory(last_result=True)}
    answer = Value(Kind.DATE, ("2026-03-05",), is_empty=False, instant=NOW, day="2026-03-05")
    tasks = [task("a"), done("b")]
    assert run(rules, tasks, Completed("b"), answer=answer, memories=memories).tasks == {}


def test_the_launch_never_leaves_everything_hidden() -> None:
    rules = [
        rule("r1", when("a"), do("show", "b")),
        rule("r2", when("b"), do("show", "a")),
    ]
    outcome = run(rules, [task("a"), task("b")])
    assert outcome.was_all_hidden
    assert {each.state for each in outcome.tasks.values()} == {"not-started"}
    with_another = run(rules, [task("a"), task("b"), task("c")])
    assert not with_another.was_all_hidden
    assert {each.state for each in with_another.tasks.values()} == {"auto-skipped"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5), ("-5.5", -5.5), ("+5", 5), ("1,000", 1000), ("1,234,567.5", 1234567.5),
        ("$5,000.01", 5000.01), ("-$5", -5), ("€ 5", 5), ("1 000", 1000), ("5.", 5), (".5", 0.5),
        ("kg 5 t", 5), ("5,5", None), ("1,00", None), ("", None), ("five", None), ("5e3", None),
        ("--5", None), ("1.2.3", None), ("\u0665", None),
    ],
)  # fmt: skip
def test_numbers(text: str, expected: float | None) -> None:
    found = number(plain(text), "kg ", " t")
    assert (None if found is None else float(found)) == expected


def text_value(*texts: str, kind: Kind = Kind.TEXT, **more: Any) -> Value:
    return Value(kind, tuple(map(plain, texts)), is_empty=False, **more)


@pytest.mark.parametrize(
    ("operation", "statement", "value", "expected"),
    [
        ("contains", "WINE", text_value(" Red wine\u200b"), True),
        ("contains", "wine", Value(), False),
        ("not_contains", "wine", Value(), True),
        ("not_equals", "x", Value(), True),
        ("equals", "1000", text_value("1,000.0"), True),
        ("greater_than", "1000", text_value("1,000"), False),
        ("less_than", "1000", text_value("1,000"), False),
        ("less_than", "1000", text_value("a few"), False),
        ("greater_than", "1", text_value("2", "3", kind=Kind.TEXTS), False),
        ("equals", ("b", "a"), text_value("A", "B", kind=Kind.TEXTS), True),
        ("equals", "a", text_value("A", "B", kind=Kind.TEXTS), False),
        ("equals_any", ("a", "x"), text_value("A", "B", kind=Kind.TEXTS), True),
        ("contains", "a", text_value("12", kind=Kind.PEOPLE), False),
        ("contains", "1", text_value("12", kind=Kind.PEOPLE), False),
        ("contains", "12", text_value("12", kind=Kind.PEOPLE), True),
        ("contains", "<b>x</b>", text_value("x y", is_rich=True), True),
        ("contains", "<b>x</b>", text_value("x y"), False),
        ("is_empty", None, Value(), True),
        ("is_not_empty", None, text_value("x"), True),
    ],
)  # fmt: skip
def test_comparisons(operation: str, statement: Any, value: Value, expected: bool) -> None:
    assert is_met(asked(operation, statement), value) is expected


@pytest.mark.parametrize(
    ("operation", "statement", "expected"),
    [
        ("equals", "2026-03-04", True), ("equals", "2026-03-05", False),
        ("equals", "2026-03-05T03:00:00Z", True),
        ("greater_than", "2026-03-04", True), ("greater_than", "2026-03-05", False),
        ("less_than", "2026-03-05T03:00:01Z", True), ("less_than", "soon", False),
        ("greater_than", "soon", False), ("contains", "03-05", True), ("equals", "soon", False),
    ],
)  # fmt: skip
def test_dates_are_days_of_the_organization(operation: str, statement: str, expected: bool) -> None:
    """Ten in the evening in New York, of the fourth."""
    value = text_value(
        "2026-03-05T03:00:00Z", kind=Kind.DATE, day="2026-03-04", zone="America/New_York",
        instant=parse_instant("2026-03-05T03:00:00Z"),
    )  # fmt: skip
    assert is_met(asked(operation, statement), value) is expected


def test_a_table_is_looked_at_whole_or_by_a_column() -> None:
    table = text_value(
        "Desk", "lap", kind=Kind.TEXTS, columns={"name": ("desk",), "qty": ("lap",), "no": ()}
    )
    assert is_met(asked("contains", "lap"), table)
    assert is_met(asked("contains", "lap", column="Qty"), table)
    assert not is_met(asked("contains", "lap", column="Name"), table)
    assert is_met(asked("is_empty", column="No"), table)
    assert is_met(asked("not_contains", "lap", column="gone"), table)
