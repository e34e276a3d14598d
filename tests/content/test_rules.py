"""What is read from the body of a rule (contract 50, 2.1 and 3), without a server."""

from typing import Any

import msgspec
import pytest

from procession.domains.templates.content.conditions import FIELD_OPERATIONS, STEP_OPERATIONS
from procession.domains.templates.content.consequences import VERBS, KnownPeople
from procession.domains.templates.content.findings import Findings
from procession.domains.templates.content.rules import Against, changed_rule, new_rule, people_of
from procession.domains.templates.types import (
    Column,
    Content,
    Field,
    Option,
    Rule,
    Step,
    StepAssignees,
)
from procession.domains.templates.wire.rules import RuleIn, rule_out
from procession.kit.binding import bind
from procession.kit.errors import Invalid


def field(name: str, field_type: str, *options: str, **more: Any) -> Field:
    return Field(
        id=name,
        alias=name,
        label=name.capitalize(),
        field_type=field_type,
        required=False,
        options=tuple(Option(id=at, text=text) for at, text in enumerate(options, start=1)),
        created_at=1,
        updated_at=1,
        **more,
    )


def step(name: str, *fields: Field) -> Step:
    return Step(id=name, alias=name, title=name, fields=fields, created_at=1, updated_at=1)


CONTENT = Content(
    steps=(
        step("a", field("paid", "radio", "Yes", "No"), field("note", "text")),
        step("b", field("day", "date"), field("who", "assignees_form")),
        step("c"),
    ),
    kickoff=(
        field("vendor", "dropdown", "New", "Existing", "10"),
        field("services", "multiselect", "Catering", "DJ", "Video"),
        field("places", "multiselect", "Here, there", "Elsewhere"),
        field("items", "table", columns=(Column(1, "Name"), Column(2, "Qty"))),
        field("amount", "text"),
        field("event", "date"),
        field("lead", "assignees_form"),
    ),
)
KNOWN = KnownPeople(frozenset({7, 8}), frozenset({"gus@guests.test"}), frozenset({"g1"}))
SHOW = {"action_type": "visibility", "action_verb": "show", "target_step_id": "c"}
WHEN = {"conditionable_type": "Step", "conditionable_id": "a", "operation": "completed"}


def body(*, when: Any = WHEN, then: Any = SHOW, **more: Any) -> Any:
    conditions = when if isinstance(when, list) else [when]
    actions = then if isinstance(then, list) else [then]
    return {"automated_alias": "R", "conditions": conditions, "then_actions": actions, **more}


def read(sent: Any, *, was: Rule | None = None, found: Findings | None = None) -> Rule:
    found = found or Findings()
    bound = bind(sent, RuleIn)
    assert not bound.ignored
    if was is None:
        rule = new_rule(bound.value, Against(CONTENT, KNOWN, found, now=5))
    else:
        rule = changed_rule(was, bound.value, Against(CONTENT, people_of(was), found, now=9))
    found.problems.update({path: list(texts) for path, texts in bound.problems.items()})
    found.refuse_problems()
    return rule


def problems_of(sent: Any, was: Rule | None = None) -> Any:
    with pytest.raises(Invalid) as refused:
        read(sent, was=was)
    return refused.value.problems


def about(name: str, operation: str, statement: Any = None, **more: Any) -> Any:
    """A condition on a field."""
    is_kickoff = any(each.id == name for each in CONTENT.kickoff)
    return {
        "conditionable_type": "Prerun" if is_kickoff else "Capture",
        "conditionable_id": name,
        "operation": operation,
        "statement": statement,
        **more,
    }


def stored(condition: Any) -> Any:
    return read(body(when=condition)).conditions[0].statement


def test_50_4_every_part_is_needed() -> None:
    assert problems_of({}) == {
        "automated_alias": ["The automated alias field is required."],
        "conditions": ["The conditions field is required."],
        "then_actions": ["The then actions field is required."],
    }
    empty = {"automated_alias": " ", "conditions": [], "then_actions": []}
    assert set(problems_of(empty)) == {"automated_alias", "conditions", "then_actions"}
    assert problems_of(body(automated_alias="x" * 301)) == {
        "automated_alias": ["The automated alias may not be greater than 300 characters."]
    }
    assert read(body(automated_alias="x" * 300)).name == "x" * 300


def test_50_3_other_words_for_the_same() -> None:
    other = {"alias": "R", "conditions": [WHEN], "actions": [SHOW]}
    one, two = read(body()), read(other)
    assert (one.name, len(one.actions)) == (two.name, len(two.actions))
    wrong = {**other, "actions": [{**SHOW, "target_step_id": "z"}]}
    assert set(problems_of(wrong)) == {"actions.0.target_step_id"}


@pytest.mark.parametrize(
    ("condition", "key", "sentence"),
    [
        (WHEN | {"conditionable_type": "Foo"}, "conditionable_type", "selected"),
        (WHEN | {"conditionable_type": None}, "conditionable_type", "required"),
        (WHEN | {"conditionable_id": "z"}, "conditionable_id", "selected"),
        (WHEN | {"conditionable_id": ""}, "conditionable_id", "required"),
        (about("a", "is_empty"), "conditionable_id", "selected"),
        (about("vendor", "is_empty", conditionable_type="Capture"), "conditionable_id", "selected"),
        (about("paid", "is_empty", conditionable_type="Prerun"), "conditionable_id", "selected"),
        (WHEN | {"operation": "deadline overdue"}, "operation", "selected"),
        (WHEN | {"operation": "equals"}, "operation", "selected"),
        (WHEN | {"operation": None}, "operation", "required"),
        (about("amount", "completed", "x"), "operation", "selected"),
        (WHEN | {"logic": "xor"}, "logic", "selected"),
        (WHEN | {"statement": "whenever"}, "statement", "selected"),
        (WHEN | {"statement": 24}, "statement", "selected"),
        (about("amount", "contains"), "statement", "required"),
        (about("amount", "equals", " \u200b "), "statement", "required"),
        (about("amount", "equals_any", [" ", ""]), "statement", "required"),
        (about("amount", "greater_than", []), "statement", "required"),
        (about("amount", "equals", ["a", "b"]), "statement", "selected"),
        (about("services", "contains", ["DJ", "Video"]), "statement", "selected"),
        (about("amount", "equals_any", ["a", ["b"]]), "statement", "selected"),
        (about("amount", "equals", "a\x00b"), "statement", "selected"),
        (about("amount", "equals", "\ud800"), "statement", "selected"),
    ],
)
def test_50_5_6_wrong_conditions(condition: Any, key: str, sentence: str) -> None:
    path = f"conditions.1.{key}"
    said = f"The selected {path} is invalid."
    if sentence == "required":
        said = f"The {path} field is required."
    assert problems_of(body(when=[WHEN, condition])) == {path: [said]}


ANY_TIMES: list[Any] = [
    None, "", " ", "any", "ANYTIME", "always", "complete", "completed", "done", "true", True,
    "yes", "none", "null", "any_time", [], {},
]  # fmt: skip


@pytest.mark.parametrize("word", ["step", "STEP", "Step"])
def test_50_5_the_kind_is_stored_in_the_contracts_spelling(word: str) -> None:
    assert read(body(when=WHEN | {"conditionable_type": word})).conditions[0].source == "Step"


@pytest.mark.parametrize(
    ("sent", "clause"),
    [
        *[(word, "any_time") for word in ANY_TIMES],
        *[(word, "on-time") for word in ("on-time", "on_time", "OnTime")],
        *[(word, "early_24") for word in ("early_24", "early-24", "early24")],
        *[(word, "late_24") for word in ("late_24", "late-24", "late24")],
    ],
)  # fmt: skip
def test_50_2_time_clauses(sent: Any, clause: str) -> None:
    assert stored(WHEN | {"statement": sent}) == clause


def test_50_2_a_clause_left_out_and_those_without() -> None:
    assert stored(WHEN) == "any_time"
    for operation in STEP_OPERATIONS:
        assert stored(WHEN | {"operation": operation, "statement": operation}) == "any_time"
    for operation in ("reopened", "not_assigned"):
        assert stored(WHEN | {"operation": operation, "statement": "late_24"}) == "any_time"


@pytest.mark.parametrize(
    ("condition", "statement"),
    [
        (about("amount", "is_empty", "whatever"), None),
        (about("amount", "equals", 5000), "5000"),
        (about("amount", "equals", True), "true"),
        (about("amount", "equals", " a "), "a"),
        (about("amount", "equals", ["a"]), "a"),
        (about("amount", "equals_any", "a, b,,c"), ["a", "b", "c"]),
        (about("amount", "equals_any", '["a, b", "c"]'), ["a, b", "c"]),
        (about("amount", "equals_any", "[a, b"), ["[a", "b"]),
        (about("amount", "equals_any", "a"), ["a"]),
        (about("vendor", "equals", "new"), "New"),
        (about("vendor", "equals", 2), "Existing"),
        (about("vendor", "equals", "10"), "10"),
        (about("vendor", "equals", {"id": 2, "text": "Existing"}), "Existing"),
        (about("vendor", "equals", {"id": 2}), "Existing"),
        # A number to compare with, not an option's id.
        (about("vendor", "greater_than", 1), "1"),
        # Part of an option's text comes before an option's id.
        (about("vendor", "contains", "1"), "1"),
        (about("vendor", "contains", "2"), "Existing"),
        (about("vendor", "contains", "exist"), "exist"),
        (about("paid", "equals", "yes"), "Yes"),
        (about("services", "equals", "Catering"), "Catering"),
        (about("services", "equals", ["catering", 2]), ["Catering", "DJ"]),
        (about("services", "equals_any", "DJ,Video"), ["DJ", "Video"]),
        # An option holds a comma: the text is one.
        (about("places", "equals_any", "Here, there"), ["Here, there"]),
        (about("lead", "contains", 7), "7"),
        (about("event", "less_than", "2026-03-01"), "2026-03-01"),
    ],
)
def test_50_2_1_statements_of_fields(condition: Any, statement: Any) -> None:
    found = Findings()
    assert read(body(when=condition), found=found).conditions[0].statement == statement
    assert not found.warnings


def test_50_2_1_a_statement_that_is_no_option_is_reported() -> None:
    found = Findings()
    when = [about("vendor", "equals", "Purple"), about("services", "equals_any", ["DJ", "Tent"])]
    rule = read(body(when=when), found=found)
    assert [each.statement for each in rule.conditions] == ["Purple", ["DJ", "Tent"]]
    assert found.warnings == [
        'conditions.0.statement: "Purple" is none of the options of "Vendor".',
        'conditions.1.statement: "Tent" is none of the options of "Services".',
    ]


def test_50_1_columns_of_tables() -> None:
    found = Findings()
    when = [
        about("items", "contains", "lap", column_contains_name="name"),
        about("items", "contains", "lap", column_contains_name="Price"),
        about("items", "contains", "lap"),
        about("amount", "contains", "lap", column_contains_name="Name"),
    ]
    rule = read(body(when=when), found=found)
    assert [each.column for each in rule.conditions] == ["Name", "Price", None, None]
    assert found.warnings == ['conditions.1.column_contains_name: "Items" has no column "Price".']


def test_50_3_2_every_field_takes_every_field_operation() -> None:
    for each in CONTENT.all_fields():
        for operation in FIELD_OPERATIONS:
            (condition,) = read(body(when=about(each.id, operation, "1"))).conditions
            assert (condition.source_id, condition.operation) == (each.id, operation)


def test_50_12_the_logic_of_those_that_have_none() -> None:
    when = [WHEN, WHEN | {"logic": "AND"}, WHEN | {"logic": ""}]
    logics = [each.logic for each in read(body(when=when, condition_logic="OR")).conditions]
    assert logics == ["or", "and", "or"]
    assert [each.logic for each in read(body(when=when)).conditions] == ["and", "and", "and"]
    assert set(problems_of(body(condition_logic="xor"))) == {"condition_logic"}


@pytest.mark.parametrize(
    ("action", "key", "said"),
    [
        (SHOW | {"target_step_id": "z"}, "target_step_id", "selected"),
        (SHOW | {"target_step_id": None}, "target_step_id", "required"),
        (SHOW | {"target_step_id": "paid"}, "target_step_id", "selected"),
        (SHOW | {"action_type": "magic"}, "action_type", "selected"),
        (SHOW | {"action_verb": None}, "action_verb", "required"),
        (SHOW | {"action_verb": "reopen"}, "action_verb",
         'The action verb only accepts "show" or "hide".'),
        (SHOW | {"action_type": "status"}, "action_verb",
         'The action verb only accepts "reopen".'),
        (SHOW | {"action_type": "status", "action_verb": "complete"}, "action_verb",
         'The action verb only accepts "reopen".'),
        (SHOW | {"action_type": "assignment"}, "action_verb",
         'The action verb only accepts "assign", "assign_only", "unassign" or "clear_assignees".'),
        (SHOW | {"actionable_id": "z"}, "actionable_id", "selected"),
        (SHOW | {"actionable_id": "a", "actionable_type": "Foo"}, "actionable_type", "selected"),
        (SHOW | {"actionable_id": "a", "actionable_type": "Prerun"}, "actionable_id", "selected"),
    ],
)  # fmt: skip
def test_50_7_wrong_actions(action: Any, key: str, said: str) -> None:
    path = f"then_actions.1.{key}"
    sentence = {
        "selected": f"The selected {path} is invalid.",
        "required": f"The {path} field is required.",
    }.get(said, said)
    assert problems_of(body(then=[SHOW | {"target_step_id": "b"}, action])) == {path: [sentence]}


def assign(verb: str = "assign", **more: Any) -> Any:
    return {"action_type": "assignment", "action_verb": verb, "target_step_id": "b", **more}


def test_50_8_9_an_assignment_needs_people() -> None:
    said = ["Please fill a list of assignees for the assignment action."]
    for verb in ("assign", "assign_only", "unassign"):
        nobody: list[Any] = [None, {}, {"users": [], "guests": [], "groups": []}]
        for people in nobody:
            sent = assign(verb, assignees=people)
            assert problems_of(body(then=sent)) == {"then_actions.0.assignees": said}
    # A step names nobody.
    sent = assign(actionable_type="Step", actionable_id="c")
    assert problems_of(body(then=sent)) == {"then_actions.0.assignees": said}
    assert read(body(then=assign("clear_assignees"))).actions[0].assignees is None


def test_50_people_of_assignments() -> None:
    people = {"users": ["7", 8, 7], "guests": ["gus@guests.test"], "groups": ["G1"]}
    kept = read(body(then=assign(assignees=people))).actions[0].assignees
    assert kept == StepAssignees((7, 8), ("gus@guests.test",), ("g1",))
    kept = read(body(then=assign(assignees={"assignees": [7]}))).actions[0].assignees
    assert kept == StepAssignees((7,))
    wrong = {"users": [7, 9], "guests": ["nobody"], "groups": ["g2"]}
    assert problems_of(body(then=assign(assignees=wrong))) == {
        "then_actions.0.assignees.users.1": ["The selected user is invalid."],
        "then_actions.0.assignees.guests.0": ["The selected guest is invalid."],
        "then_actions.0.assignees.groups.0": ["The selected group is invalid."],
    }
    wrong = {"users": ["somebody"]}
    assert set(problems_of(body(then=assign(assignees=wrong)))) == {
        "then_actions.0.assignees.users.0"
    }


def test_50_people_from_a_field() -> None:
    for name, kind in (("lead", "Prerun"), ("who", "Capture")):
        for sent in ({"actionable_type": kind}, {"actionable_type": kind.lower()}, {}):
            action = read(body(then=assign(actionable_id=name, **sent))).actions[0]
            assert (action.source, action.source_id, action.assignees) == (kind, name, None)
    assert problems_of(body(then=assign(actionable_id="amount"))) == {
        "then_actions.0.actionable_id": ["The actionable must be an assignees field."]
    }


def webhook(**more: Any) -> Any:
    return {"action_type": "webhook", "action_verb": "emit_webhook", "target_step_id": "b", **more}


def test_50_10_a_webhook_needs_address_and_label() -> None:
    path = "then_actions.0"
    assert problems_of(body(then=webhook())) == {
        f"{path}.webhook_url": ["Please provide a webhook URL for the webhook action."],
        f"{path}.alias_name": [f"The {path}.alias_name field is required."],
    }
    wrong = webhook(webhook_url="javascript:alert(1)", alias_name="x" * 301)
    assert set(problems_of(body(then=wrong))) == {f"{path}.webhook_url", f"{path}.alias_name"}
    kept = read(body(then=webhook(webhook_url="https://a.test/x", alias_name="Ping"))).actions[0]
    assert (kept.webhook_url, kept.webhook_label) == ("https://a.test/x", "Ping")


def deadline(value: Any = 2, unit: Any = "days", option: Any = "before", **more: Any) -> Any:
    sent = {"value": value, "unit": unit, "option": option}
    return {
        "action_type": "deadline",
        "action_verb": "deadline",
        "target_step_id": "b",
        "deadline": {key: each for key, each in sent.items() if each is not None},
        **more,
    }


@pytest.mark.parametrize(
    ("action", "key", "said"),
    [
        (deadline(unit="day"), "deadline.unit", "selected"),
        (deadline(unit="years"), "deadline.unit", "selected"),
        (deadline(option="prior_to"), "deadline.option", "selected"),
        (deadline(value=10_000), "deadline.value", "selected"),
        (deadline(unit=None), "deadline.unit", "required"),
        (deadline(value=None), "deadline.value", "required"),
        (deadline(option=None), "deadline.option", "required"),
        (deadline() | {"deadline": None}, "deadline", "required"),
        (deadline(actionable_id="amount"), "actionable_id",
         "The actionable must be a date field."),
        (deadline(actionable_id="z"), "actionable_id", "selected"),
    ],
)  # fmt: skip
def test_50_11_wrong_deadlines(action: Any, key: str, said: str) -> None:
    path = f"then_actions.0.{key}"
    sentence = {
        "selected": f"The selected {path} is invalid.",
        "required": f"The {path} field is required.",
    }.get(said, said)
    assert problems_of(body(then=action)) == {path: [sentence]}


@pytest.mark.parametrize(
    ("sent", "source", "source_id"),
    [
        ({}, None, None),
        ({"actionable_id": "event"}, "Prerun", "event"),
        ({"actionable_id": "day", "actionable_type": "Capture"}, "Capture", "day"),
        ({"actionable_id": "c", "actionable_type": "step"}, "Step", "c"),
        ({"actionable_id": "start_run"}, None, "start_run"),
        ({"actionable_id": "NOW", "actionable_type": "Step"}, None, "now"),
        ({"actionable_type": "Step"}, None, None),
    ],
)
def test_50_what_deadlines_are_counted_from(sent: Any, source: Any, source_id: Any) -> None:
    action = read(body(then=deadline(-2, **sent))).actions[0]
    assert (action.source, action.source_id) == (source, source_id)
    assert action.deadline is not None
    assert action.deadline.value == -2


def test_50_18_once_a_step() -> None:
    said = ["A step can be targeted only once by this kind of action in a rule."]
    for first, second in ((SHOW, SHOW | {"action_verb": "hide"}), (deadline(), deadline(3))):
        path = "then_actions.1.target_step_id"
        assert problems_of(body(then=[first, second])) == {path: said}
    assert len(read(body(then=[SHOW, SHOW | {"target_step_id": "b"}])).actions) == 2
    assert len(read(body(then=[deadline(), assign(assignees={"users": [7]})])).actions) == 2
    both = [assign(assignees={"users": [7]}), assign("unassign", assignees={"users": [8]})]
    assert len(read(body(then=both)).actions) == 2


def reopen(step_id: str) -> Any:
    return {"action_type": "status", "action_verb": "reopen", "target_step_id": step_id}


def test_50_a_rule_does_not_reopen_what_triggers_it() -> None:
    said = ["A status action cannot reopen the step that triggers it."]
    path = "then_actions.0.target_step_id"
    assert problems_of(body(then=reopen("a"))) == {path: said}
    rule = read(body(then=reopen("b")))
    other = {"conditions": [WHEN | {"conditionable_id": "b"}]}
    assert problems_of(other, was=rule) == {path: said}
    assert problems_of({"then_actions": [reopen("a")]}, was=rule) == {path: said}


def test_50_everything_wrong_is_said_at_once() -> None:
    sent = body(
        when=[WHEN | {"operation": "x", "logic": "y"}, {}],
        then=[SHOW | {"target_step_id": "z"}, webhook(), deadline(unit="x", option="y")],
    )
    assert set(problems_of(sent)) == {
        "conditions.0.operation", "conditions.0.logic", "conditions.1.conditionable_type",
        "conditions.1.conditionable_id", "conditions.1.operation", "then_actions.0.target_step_id",
        "then_actions.1.webhook_url", "then_actions.1.alias_name", "then_actions.2.deadline.unit",
        "then_actions.2.deadline.option",
    }  # fmt: skip


EVERYTHING = body(
    when=[
        about("vendor", "equals_any", ["New", "10"], logic="or"),
        about("items", "contains", "lap", column_contains_name="Name"),
        about("services", "equals", ["DJ"]),
        WHEN | {"statement": "late24"},
        about("amount", "is_not_empty"),
    ],
    then=[
        SHOW,
        deadline(actionable_id="event"),
        deadline(actionable_id="now", target_step_id="c"),
        assign(assignees={"users": [7], "guests": ["gus@guests.test"], "groups": ["g1"]}),
        assign("assign_only", actionable_id="lead", assignees={"users": [8]}),
        assign("clear_assignees", target_step_id="c"),
        reopen("b"),
        webhook(webhook_url="https://a.test", alias_name="Ping"),
    ],
)


def test_50_13_a_rule_sent_back_as_it_was_read_stays_the_same() -> None:
    rule = read(EVERYTHING)
    echo = msgspec.to_builtins(rule_out(rule, 4))
    assert read(echo, was=rule) is rule
    # A client that knows no ids of parts makes others, with the same meaning.
    for part in (*echo["conditions"], *echo["then_actions"]):
        del part["id"], part["position"]
    again = read(echo, was=rule)
    assert {each.id for each in again.conditions}.isdisjoint(each.id for each in rule.conditions)
    assert again.updated_at == 9


def test_50_14_keys_left_out_stay() -> None:
    rule = read(EVERYTHING)
    renamed = read({"automated_alias": "S"}, was=rule)
    assert (renamed.name, renamed.conditions, renamed.actions) == (
        "S",
        rule.conditions,
        rule.actions,
    )
    assert (renamed.id, renamed.created_at, renamed.updated_at) == (rule.id, 5, 9)
    assert read({}, was=rule) is rule
    assert read({"then_actions": [SHOW]}, was=rule).conditions == rule.conditions
    assert problems_of({"conditions": []}, was=rule) == {
        "conditions": ["The conditions field is required."]
    }


def test_50_logic_alone_joins_the_stored_conditions() -> None:
    rule = read(body(when=[WHEN, WHEN | {"conditionable_id": "b"}]))
    changed = read({"condition_logic": "or"}, was=rule)
    assert [each.logic for each in changed.conditions] == ["or", "or"]


def test_50_known_ids_of_parts_are_kept_once() -> None:
    rule = read(body(when=[WHEN, about("amount", "is_empty")]))
    first, second = (each.id for each in rule.conditions)
    sent = [
        about("amount", "is_empty") | {"id": second},
        WHEN | {"id": second},
        WHEN | {"id": "0" * 32},
        WHEN,
    ]
    ids = [each.id for each in read({"conditions": sent}, was=rule).conditions]
    assert ids[0] == second
    assert len(set(ids)) == 4
    assert {first, "0" * 32}.isdisjoint(ids)
    assert read(body(when=WHEN | {"id": first})).conditions[0].id != first


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ([None, None, None], [0, 1, 2]),
        ([3, 2, 1], [2, 1, 0]),
        ([None, 1, 2], [0, 1, 2]),
        ([3, None, None], [0, 1, 2]),
        ([2, None, 1], [2, 0, 1]),
        ([1, 1, 1], [0, 1, 2]),
    ],
)
def test_50_positions_of_parts(positions: Any, expected: Any) -> None:
    names = ["a", "b", "c"]
    sent = [
        WHEN | {"conditionable_id": name, "position": position}
        for name, position in zip(names, positions, strict=True)
    ]
    rule = read(body(when=sent))
    assert [each.source_id for each in rule.conditions] == [names[at] for at in expected]
    actions = [
        SHOW | {"target_step_id": name, "position": position}
        for name, position in zip(names, positions, strict=True)
    ]
    rule = read(body(then=actions))
    assert [each.step_id for each in rule.actions] == [names[at] for at in expected]


def test_50_who_left_may_be_sent_back() -> None:
    rule = read(body(then=assign(assignees={"users": [7]})))
    # `read` knows only the people of the rule itself when it changes one.
    kept = read({"then_actions": [assign("unassign", assignees={"users": [7]})]}, was=rule)
    assert kept.actions[0].verb == "unassign"
    sent = {"then_actions": [assign(assignees={"users": [8]})]}
    assert set(problems_of(sent, was=rule)) == {"then_actions.0.assignees.users.0"}


def test_50_limits() -> None:
    many = [SHOW | {"target_step_id": "c"}] * 1001
    assert "then_actions" in problems_of(body(then=many))
    assert "conditions" in problems_of(body(when=[WHEN] * 1001))


def test_50_verbs_are_read_whatever_their_case() -> None:
    action = read(body(then=SHOW | {"action_type": "Visibility", "action_verb": "HIDE"})).actions[0]
    assert (action.action_type, action.verb) == ("visibility", "hide")
    assert set(VERBS) == {"visibility", "deadline", "assignment", "status", "webhook"}


@pytest.mark.parametrize("key", ["created_at", "last_updated", "archived_at", "id", "position"])
def test_50_keys_of_the_server_are_no_surprise(key: str) -> None:
    assert bind(body(**{key: "x"}), RuleIn).ignored == ()
    if key not in ("id", "position"):
        assert bind(body(when=WHEN | {key: "x"}), RuleIn).ignored == ()
    assert bind(body(when=WHEN | {"colour": "x"}), RuleIn).ignored == ("conditions.0.colour",)
