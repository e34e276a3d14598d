"""Part 50, 1 and 2: rules of templates. What they do in processes waits for its own issue."""

from typing import Any

import pytest

from backdoor import set_membership
from cast import Cast, Person
from factories import launch, made, make_rule, make_template
from wire import check_pagination, check_problem


def rules_path(template: Any) -> str:
    return f"/checklists/{template['id']}/automated-actions"


def rule_path(template: Any, rule: Any) -> str:
    return f"{rules_path(template)}/{rule['id']}"


def read(by: Person, template: Any) -> Any:
    return made(by.get(f"/checklists/{template['id']}"), 200)


def steps_of(by: Person, template: Any) -> list[Any]:
    return list(made(by.get(f"/checklists/{template['id']}/steps"), 200))


def feed_of(by: Person, template: Any) -> list[Any]:
    """Newest first."""
    path = f"/activity-feeds?entity_type=checklist&entity_id={template['id']}"
    return list(made(by.get(path), 200))


def when(step: Any, **more: Any) -> Any:
    return {
        "conditionable_type": "Step", "conditionable_id": step["id"], "operation": "completed",
        **more,
    }  # fmt: skip


def show(step: Any) -> Any:
    return {"action_type": "visibility", "action_verb": "show", "target_step_id": step["id"]}


def assign(step: Any, **people: Any) -> Any:
    return {
        "action_type": "assignment", "action_verb": "assign", "target_step_id": step["id"],
        "assignees": people,
    }  # fmt: skip


def test_50_1_a_template_without_rules_has_an_empty_list(cast: Cast) -> None:
    template = make_template(cast.olga)
    assert read(cast.olga, template)["automated_actions"] == []
    (row,) = made(cast.olga.get("/checklists"), 200)
    assert row["automated_actions"] == []
    assert made(cast.olga.get(rules_path(template)), 200) == []


def test_50_2_a_rule_is_added(cast: Cast) -> None:
    template = make_template(cast.olga)
    first, second, third = steps_of(cast.olga, template)
    before = read(cast.olga, template)
    body = {
        "automated_alias": " Go on ",
        "conditions": [when(first, statement=None)],
        "then_actions": [show(second), show(third)],
    }
    answer = cast.olga.post(rules_path(template), body)
    rule = made(answer)
    assert "X-Ignored-Fields" not in answer.headers
    assert "meta" not in answer.json()
    assert (rule["automated_alias"], rule["position"], rule["archived_at"]) == ("Go on", 1, None)
    (condition,) = rule["conditions"]
    assert condition == {
        "id": condition["id"], "conditionable_type": "Step", "conditionable_id": first["id"],
        "operation": "completed", "statement": "any_time", "logic": "and", "position": 1,
        "column_contains_name": None,
    }  # fmt: skip
    assert [each["position"] for each in rule["then_actions"]] == [1, 2]
    assert set(rule["then_actions"][0]) == {
        "id", "action_type", "action_verb", "target_step_id", "position", "actionable_id",
        "actionable_type", "deadline", "assignees", "webhook_url", "alias_name",
    }  # fmt: skip
    after = read(cast.olga, template)
    assert after["automated_actions"] == [rule]
    assert after["steps_count"] == before["steps_count"]
    assert after["last_updated_by"] == cast.olga.user_id
    second_rule = make_rule(cast.olga, template)
    assert [each["id"] for each in made(cast.leo.get(rules_path(template)), 200)] == [
        rule["id"], second_rule["id"],
    ]  # fmt: skip
    assert check_pagination(cast.olga.get(rules_path(template)))["total"] == 2
    assert made(cast.olga.get(f"{rules_path(template)}?page=2&per_page=1"), 200) == [second_rule]
    created = feed_of(cast.olga, template)[1]
    assert (created["verb"], created["type"]) == (["created"], ["Blueprint"])
    assert (created["auditable_type"], created["auditable_id"]) == ("AutomatedAction", rule["id"])
    assert (created["parentable_type"], created["parentable_id"]) == (
        "Checklist", template["id"],
    )  # fmt: skip


def test_50_3_other_words(cast: Cast) -> None:
    template = make_template(cast.olga)
    first, second, _ = steps_of(cast.olga, template)
    body = {"alias": "Go on", "conditions": [when(first)], "actions": [show(second)]}
    answer = cast.olga.post(rules_path(template), body)
    assert made(answer)["automated_alias"] == "Go on"
    assert "X-Ignored-Fields" not in answer.headers


def test_50_4_5_7_10_11_what_is_wrong_is_named(cast: Cast) -> None:
    template = make_template(cast.olga)
    first, second, _ = steps_of(cast.olga, template)
    before = read(cast.olga, template)
    empty = check_problem(cast.olga.post(rules_path(template), {}), 422)
    assert set(empty["errors"]) == {"automated_alias", "conditions", "then_actions"}
    assert empty["message"] == "The automated alias field is required. (and 2 more errors)"
    body = {
        "automated_alias": "R",
        "conditions": [when(first, conditionable_type="Foo")],
        "then_actions": [
            {**show(second), "action_verb": "reopen"},
            {"action_type": "webhook", "action_verb": "emit_webhook",
             "target_step_id": second["id"]},
            {"action_type": "deadline", "action_verb": "deadline", "target_step_id": second["id"],
             "deadline": {"value": 1, "unit": "day"}},
        ],
    }  # fmt: skip
    wrong = check_problem(cast.olga.post(rules_path(template), body), 422)["errors"]
    assert wrong == {
        "conditions.0.conditionable_type": [
            "The selected conditions.0.conditionable_type is invalid."
        ],
        "then_actions.0.action_verb": ['The action verb only accepts "show" or "hide".'],
        "then_actions.1.webhook_url": ["Please provide a webhook URL for the webhook action."],
        "then_actions.1.alias_name": ["The then_actions.1.alias_name field is required."],
        "then_actions.2.deadline.option": ["The then_actions.2.deadline.option field is required."],
        "then_actions.2.deadline.unit": ["The selected then_actions.2.deadline.unit is invalid."],
    }
    assert read(cast.olga, template) == before


def test_50_6_steps_of_other_templates_are_none(cast: Cast) -> None:
    template, other = make_template(cast.olga), make_template(cast.olga)
    first, second, _ = steps_of(cast.olga, template)
    foreign = steps_of(cast.olga, other)[0]
    body = {"automated_alias": "R", "conditions": [when(foreign)], "then_actions": [show(foreign)]}
    errors = check_problem(cast.olga.post(rules_path(template), body), 422)["errors"]
    assert set(errors) == {"conditions.0.conditionable_id", "then_actions.0.target_step_id"}
    body |= {"conditions": [when(first)], "then_actions": [{**show(second), "actionable_id": "x"}]}
    errors = check_problem(cast.olga.post(rules_path(template), body), 422)["errors"]
    assert set(errors) == {"then_actions.0.actionable_id"}


def add_fields(by: Person, template: Any) -> tuple[str, str, str]:
    """A kick-off dropdown, a date of the first step and a picker of people of the second one."""
    path = f"/checklists/{template['id']}"
    first, second, *_ = steps_of(by, template)
    role = {"label": "Role", "field_type": "dropdown", "required": False,
            "options": ["Field", "Office, or home"]}  # fmt: skip
    day = {"label": "Day", "field_type": "date", "required": False}
    lead = {"label": "Lead", "field_type": "assignees_form", "required": False}
    return (
        made(by.post(f"{path}/preruns", role))["id"],
        made(by.post(f"{path}/steps/{first['id']}/captures", day))["id"],
        made(by.post(f"{path}/steps/{second['id']}/captures", lead))["id"],
    )


def test_50_6_fields_of_the_template(cast: Cast) -> None:
    template = make_template(cast.olga)
    role, day, lead = add_fields(cast.olga, template)
    _, _, third = steps_of(cast.olga, template)
    on_role = {"conditionable_type": "Prerun", "conditionable_id": role}
    conditions = [
        {**on_role, "operation": "equals", "statement": "field"},
        {**on_role, "operation": "equals_any", "statement": "Office, or home", "logic": "or"},
        {**on_role, "operation": "not_equals", "statement": "Nowhere"},
        {"conditionable_type": "capture", "conditionable_id": day, "operation": "is_not_empty",
         "statement": "?"},
    ]  # fmt: skip
    actions = [
        {"action_type": "deadline", "action_verb": "deadline", "target_step_id": third["id"],
         "deadline": {"value": "2", "unit": "days", "option": "before"}, "actionable_id": day,
         "actionable_type": "Capture"},
        {**assign(third), "action_verb": "assign_only", "actionable_id": lead,
         "actionable_type": "Capture"},
    ]  # fmt: skip
    path = rules_path(template)
    body = {"automated_alias": "R", "conditions": conditions, "then_actions": actions}
    answer = cast.olga.post(path, body)
    rule = made(answer)
    assert [each["statement"] for each in rule["conditions"]] == [
        "Field", ["Office, or home"], "Nowhere", None,
    ]  # fmt: skip
    assert answer.json()["meta"]["warnings"] == [
        'conditions.2.statement: "Nowhere" is none of the options of "Role".'
    ]
    assert rule["then_actions"][0]["deadline"] == {"value": 2, "unit": "days", "option": "before"}
    assert made(cast.olga.put(rule_path(template, rule), rule), 200) == rule

    wrong = [{**conditions[0], "conditionable_type": "Capture"}]
    errors = check_problem(cast.olga.post(path, {**body, "conditions": wrong}), 422)["errors"]
    assert set(errors) == {"conditions.0.conditionable_id"}
    wrong = [{**actions[0], "actionable_id": role, "actionable_type": "Prerun"}]
    message = check_problem(cast.olga.post(path, {**body, "then_actions": wrong}), 422)["message"]
    assert "actionable must be a date field" in message


def test_50_17_what_rules_use_is_not_deleted(cast: Cast) -> None:
    template = make_template(cast.olga)
    role, day, lead = add_fields(cast.olga, template)
    first, second, third = steps_of(cast.olga, template)
    on_role = {"conditionable_type": "Prerun", "conditionable_id": role, "operation": "is_empty"}
    picked = {**assign(third), "actionable_id": lead}
    rule = make_rule(cast.olga, template, conditions=[on_role], then_actions=[picked])
    before, path = read(cast.olga, template), f"/checklists/{template['id']}"
    steps = "Cannot delete this step because there are rules dependent on it."
    fields = "Cannot delete a form field that is being used in a rule in other steps."
    for answer, sentence in (
        (cast.olga.delete(f"{path}/steps/{third['id']}"), steps),
        (cast.olga.delete(f"{path}/steps/{second['id']}"), steps),
        (cast.olga.delete(f"{path}/steps/{second['id']}/captures/{lead}"), fields),
        (cast.olga.delete(f"{path}/preruns/{role}"), fields),
    ):
        assert check_problem(answer, 403)["message"] == sentence
    assert read(cast.olga, template) == before
    assert cast.olga.delete(f"{path}/steps/{first['id']}/captures/{day}").status_code == 204
    made(cast.olga.delete(rule_path(template, rule)), 200)
    assert cast.olga.delete(f"{path}/preruns/{role}").status_code == 204
    assert cast.olga.delete(f"{path}/steps/{second['id']}").status_code == 204


def test_50_8_9_people_of_assignments(cast: Cast) -> None:
    template, group = make_template(cast.olga), cast.group(cast.leo)
    first, second, _ = steps_of(cast.olga, template)
    mia, leo = cast.mia.user_id, cast.leo.user_id

    def add(action: Any) -> Any:
        body = {"automated_alias": "R", "conditions": [when(first)], "then_actions": [action]}
        return cast.olga.post(rules_path(template), body)

    nobody = check_problem(add(assign(second)), 422)
    assert nobody["message"] == "Please fill a list of assignees for the assignment action."
    clearing = {**assign(second), "action_verb": "clear_assignees", "assignees": None}
    assert made(add(clearing))["then_actions"][0]["assignees"] is None
    people = {"users": [str(mia)], "guests": ["gus@guests.test"], "groups": [group]}
    rule = made(add(assign(second, **people)))
    assert rule["then_actions"][0]["assignees"] == {**people, "users": [mia]}
    assert made(add(assign(second, assignees=[mia])))["then_actions"][0]["assignees"] == {
        "users": [mia], "guests": [], "groups": [],
    }  # fmt: skip
    wrong = {"users": [mia, 0], "guests": ["nobody", "a b@c.test"], "groups": ["0" * 32]}
    errors = check_problem(add(assign(second, **wrong)), 422)["errors"]
    places = ("users.1", "guests.0", "guests.1", "groups.0")
    assert set(errors) == {f"then_actions.0.assignees.{place}" for place in places}
    strange = check_problem(add(assign(second, users=["mia"])), 422)
    assert set(strange["errors"]) == {"then_actions.0.assignees.users.0"}
    set_membership(cast, cast.leo, disabled_at=1)
    check_problem(add(assign(second, users=[leo])), 422)


def test_50_people_who_left_may_be_sent_back(cast: Cast) -> None:
    template = make_template(cast.olga)
    _, second, _ = steps_of(cast.olga, template)
    people = {"users": [cast.leo.user_id]}
    rule = make_rule(cast.olga, template, then_actions=[assign(second, **people)])
    set_membership(cast, cast.leo, disabled_at=1)
    assert made(cast.olga.put(rule_path(template, rule), rule), 200) == rule


def test_50_12_the_logic_of_those_that_have_none(cast: Cast) -> None:
    template = make_template(cast.olga)
    first, second, _ = steps_of(cast.olga, template)
    sent = [when(first), when(second), when(first, logic="and")]
    third = steps_of(cast.olga, template)[2]
    rule = make_rule(
        cast.olga, template, conditions=sent, then_actions=[show(third)], condition_logic="OR"
    )
    assert [each["logic"] for each in rule["conditions"]] == ["or", "or", "and"]
    joined = made(cast.olga.put(rule_path(template, rule), {"condition_logic": "and"}), 200)
    assert [each["logic"] for each in joined["conditions"]] == ["and"] * 3


def test_50_13_14_changing(cast: Cast) -> None:
    template = make_template(cast.olga)
    rule = make_rule(cast.olga, template)
    path, before = rule_path(template, rule), read(cast.olga, template)
    (echo,) = before["automated_actions"]
    for sent in (echo, {}, {"automated_alias": "Go on"}):
        answer = cast.olga.put(path, sent)
        assert made(answer, 200) == rule
        assert "X-Ignored-Fields" not in answer.headers
    assert read(cast.olga, template) == before
    events = len(feed_of(cast.olga, template))

    renamed = made(cast.olga.patch(path, {"automated_alias": "Next"}), 200)
    assert renamed["automated_alias"] == "Next"
    for key in ("id", "conditions", "then_actions", "created_at", "position"):
        assert renamed[key] == rule[key]
    first, second, third = steps_of(cast.olga, template)
    sent = {"conditions": [*rule["conditions"], when(second)], "then_actions": [show(third)]}
    changed = made(cast.olga.put(path, sent), 200)
    assert changed["conditions"][0] == rule["conditions"][0]
    assert [each["conditionable_id"] for each in changed["conditions"]] == [
        first["id"], second["id"],
    ]  # fmt: skip
    assert [each["target_step_id"] for each in changed["then_actions"]] == [third["id"]]
    told = feed_of(cast.olga, template)[: len(feed_of(cast.olga, template)) - events]
    fields = [entry["field"] for entry in reversed(told)]
    assert fields == [["automated_alias"], ["conditions"], ["then_actions"]]
    olds = [entry["old_value"] for entry in reversed(told)]
    assert olds == [["Go on"], [rule["conditions"]], [rule["then_actions"]]]
    assert {entry["auditable_id"] for entry in told} == {rule["id"]}

    ignored = cast.olga.put(path, {"colour": 1, "then_actions": [show(third) | {"when": "now"}]})
    assert ignored.headers["X-Ignored-Fields"] == "colour,then_actions.0.when"


def test_50_15_a_deleted_rule_is_answered_once_more(cast: Cast) -> None:
    template = make_template(cast.olga)
    first, second = make_rule(cast.olga, template), make_rule(cast.olga, template)
    assert made(cast.olga.delete(rule_path(template, first)), 200) == first
    assert read(cast.olga, template)["automated_actions"] == [{**second, "position": 1}]
    for answer in (
        cast.olga.delete(rule_path(template, first)),
        cast.olga.put(rule_path(template, first), {"automated_alias": "R"}),
        cast.olga.put(rule_path(make_template(cast.olga), second), {"automated_alias": "R"}),
        # Who may not edit is told the same.
        cast.mia.delete(rule_path(template, first)),
    ):
        check_problem(answer, 404, "RESOURCE_NOT_FOUND")
    newest = feed_of(cast.olga, template)[0]
    assert (newest["verb"], newest["auditable_id"]) == (["deleted"], first["id"])


def test_50_16_who_may(cast: Cast) -> None:
    template = make_template(cast.olga)
    rule = make_rule(cast.olga, template)
    path, order = rules_path(template), {"order": [rule["id"]]}
    for by in (cast.mia, cast.leo):
        for answer in (
            # A body that is wrong, too: the right is asked for first.
            by.post(path, {"conditions": 7}),
            by.put(rule_path(template, rule), {}),
            by.put(f"{path}/reorder", order),
            by.delete(rule_path(template, rule)),
        ):
            assert check_problem(answer, 403)["message"] == (
                "You do not have the right to edit this template."
            )
        assert made(by.get(path), 200) == [rule]
    closed = {
        name: {"all_members": False}
        for name in ("checklist_read", "process_read", "process_launch", "checklist_edit")
    }
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", closed), 200)
    for answer in (cast.mia.post(path, {}), cast.mia.get(path)):
        check_problem(answer, 404)
    editors = {"checklist_edit": {"users": [cast.mia.user_id]}}
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", editors), 200)
    assert make_rule(cast.mia, template)["position"] == 2


def test_50_18_one_show_for_each_step(cast: Cast) -> None:
    template = make_template(cast.olga)
    first, second, third = steps_of(cast.olga, template)
    body = {"automated_alias": "R", "conditions": [when(first)]}
    twice = {**body, "then_actions": [show(second), show(second)]}
    check_problem(cast.olga.post(rules_path(template), twice), 422)
    made(
        cast.olga.post(rules_path(template), {**body, "then_actions": [show(second), show(third)]})
    )


def test_50_the_order_of_rules(cast: Cast) -> None:
    template = make_template(cast.olga)
    one, two, three = (make_rule(cast.olga, template)["id"] for _ in range(3))
    path = f"{rules_path(template)}/reorder"
    listed = made(cast.olga.put(path, {"order": [three, one.upper()]}), 200)
    assert [(each["id"], each["position"]) for each in listed] == [(three, 1), (one, 2), (two, 3)]
    events = len(feed_of(cast.olga, template))
    assert made(cast.olga.put(path, {"order": [three, one, two]}), 200) == listed
    assert len(feed_of(cast.olga, template)) == events
    assert feed_of(cast.olga, template)[0]["verb"] == ["re-ordered"]
    wrong = check_problem(cast.olga.put(path, {"order": [two, "0" * 32]}), 422)
    assert set(wrong["errors"]) == {"order.1"}
    check_problem(cast.olga.put(path, {}), 422)
    assert made(cast.olga.get(rules_path(template)), 200) == listed


def test_50_27_an_edit_after_a_launch_starts_another_version(cast: Cast) -> None:
    template = make_template(cast.olga)
    rule = make_rule(cast.olga, template)
    assert read(cast.olga, template)["version"] == 1
    launch(cast.olga, template)
    made(cast.olga.put(rule_path(template, rule), {"automated_alias": "Next"}), 200)
    make_rule(cast.olga, template)
    assert read(cast.olga, template)["version"] == 2


def test_20_50_rules_of_an_archived_template(cast: Cast) -> None:
    template = make_template(cast.olga)
    rule = make_rule(cast.olga, template)
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    for answer in (
        cast.olga.get(rules_path(template)),
        cast.olga.post(rules_path(template), {}),
        cast.olga.put(rule_path(template, rule), rule),
        cast.olga.put(f"{rules_path(template)}/reorder", {"order": []}),
        cast.olga.delete(rule_path(template, rule)),
    ):
        check_problem(answer, 404, "RESOURCE_NOT_FOUND")
    made(cast.olga.put(f"/checklists/{template['id']}/restore"), 200)
    assert read(cast.olga, template)["automated_actions"] == [rule]


@pytest.mark.parametrize(
    "body",
    [
        {"automated_alias": ["x"], "conditions": "x", "then_actions": {"0": 1}},
        {"automated_alias": "R", "conditions": ["x", 7, None], "then_actions": [[]]},
        {"automated_alias": "R", "conditions": [{"conditionable_id": {"a": 1}}],
         "then_actions": [{"deadline": "soon", "assignees": "mia"}]},
        {"automated_alias": "a\x00b", "conditions": [{}], "then_actions": [{}]},
        {"automated_alias": "R", "conditions": [{"position": "first"}],
         "then_actions": [{"deadline": {"value": 10**30, "unit": "days", "option": "from"}}]},
    ],
)  # fmt: skip
def test_50_hostile_bodies_are_refused(cast: Cast, body: Any) -> None:
    template = make_template(cast.olga)
    before = read(cast.olga, template)
    check_problem(cast.olga.post(rules_path(template), body), 422)
    assert read(cast.olga, template) == before
