"""Part 21: definitions of form fields, on steps and on the kick-off form.

Rows that stand elsewhere: 32 (lists) and 34 to 39 (custom fields) with their own parts.
"""

from typing import Any

import pytest

from cast import Cast, Person
from factories import launch, made, make_rule, make_template

#: Each of the ten types with what it cannot do without.
TYPES: dict[str, dict[str, Any]] = {
    "text": {},
    "textarea": {},
    "email": {},
    "date": {},
    "radio": {"options": ["A", "B"]},
    "dropdown": {"options": ["A"]},
    "multiselect": {"options": ["A"]},
    "file": {},
    "table": {"columns": ["Item"]},
    "assignees_form": {},
}
KEYS = {
    "id", "step_id", "checklist_id", "alias", "label", "field_type", "guidance", "position",
    "required", "options", "columns", "default_value_enabled", "default_value", "collect_time",
    "use_wysiwyg_editor", "field_validation", "prefix", "suffix", "settings", "list",
    "custom_fields", "created_at", "last_updated",
}  # fmt: skip
IN_A_RULE = "Cannot delete a form field that is being used in a rule in other steps."
SOURCE = "Cannot change the type of a form field that a rule uses as its source."


class Form:
    """Fields of one step, or of the kick-off form, of a template with two steps."""

    def __init__(self, cast: Cast, home: str = "captures") -> None:
        self.cast = cast
        self.template = make_template(cast.olga, 2)
        self.path = f"/checklists/{self.template['id']}"
        self.steps = [step["id"] for step in made(cast.olga.get(f"{self.path}/steps"), 200)]
        self.home = home
        self.fields = self.fields_of(0) if home == "captures" else f"{self.path}/preruns"

    def fields_of(self, step: int) -> str:
        return f"{self.path}/steps/{self.steps[step]}/captures"

    def post(self, **keys: Any) -> Any:
        body = {"label": "Client name", "field_type": "text", "required": False, **keys}
        return self.cast.olga.post(self.fields, body)

    def add(self, **keys: Any) -> Any:
        return made(self.post(**keys))

    def add_all(self, *labels: str) -> list[Any]:
        return [self.add(label=label) for label in labels]

    def put(self, field: Any, **keys: Any) -> Any:
        return self.cast.olga.put(f"{self.fields}/{field['id']}", keys)

    def change(self, field: Any, **keys: Any) -> Any:
        return made(self.put(field, **keys), 200)

    def delete(self, field: Any) -> Any:
        return self.cast.olga.delete(f"{self.fields}/{field['id']}")

    def all(self, by: Person | None = None) -> list[Any]:
        return list(made((by or self.cast.olga).get(self.fields), 200))

    def labels(self) -> list[str]:
        fields = self.all()
        assert [field["position"] for field in fields] == list(range(1, len(fields) + 1))
        return [field["label"] for field in fields]

    def whole(self) -> Any:
        return made(self.cast.olga.get(f"{self.path}?with=steps"), 200)

    def entries(self) -> list[Any]:
        query = f"?entity_type=checklist&entity_id={self.template['id']}&without_pagination=true"
        kind = "Capture" if self.home == "captures" else "Prerun"
        return [
            entry
            for entry in made(self.cast.olga.get(f"/activity-feeds{query}"), 200)
            if entry["auditable_type"] == kind
        ]

    def add_rule(self, field: Any, statement: Any = "A", **action: Any) -> None:
        """One that compares the field's answer, or takes something from it (`action`)."""
        kind = "Capture" if self.home == "captures" else "Prerun"
        tested = {"conditionable_type": kind, "conditionable_id": field["id"]}
        tested |= {"operation": "equals", "statement": statement}
        if action:
            action |= {"actionable_type": kind, "actionable_id": field["id"]}
            tested = {"conditionable_type": "Step", "conditionable_id": self.steps[0]}
            tested |= {"operation": "completed"}
        shown = {"action_type": "visibility", "action_verb": "show"}
        shown |= {"target_step_id": self.steps[1], **action}
        make_rule(self.cast.olga, self.template, conditions=[tested], then_actions=[shown])

    def statement(self) -> Any:
        return self.whole()["automated_actions"][0]["conditions"][0]["statement"]


DEADLINE = {
    "action_type": "deadline",
    "action_verb": "deadline",
    "deadline": {"value": 2, "unit": "days", "option": "before"},
}
PEOPLE = {"action_type": "assignment", "action_verb": "assign"}


@pytest.fixture(params=["captures", "preruns"])
def form(cast: Cast, request: pytest.FixtureRequest) -> Form:
    return Form(cast, str(request.param))


# --- Creating ---


def test_21_1_a_new_field(form: Form) -> None:
    field = form.add()
    assert set(field) == KEYS - ({"step_id"} if form.home == "preruns" else set())
    assert (field["label"], field["field_type"], field["required"]) == (
        "Client name", "text", False,
    )  # fmt: skip
    assert (field["options"], field["columns"], field["settings"]) == ([], [], {})
    assert (field["position"], field["checklist_id"]) == (1, form.template["id"])
    assert len(field["id"]) == 32
    name, _, number = field["alias"].rpartition("-")
    assert (name, int(number) >= 1_000_000) == ("client-name", True)
    if form.home == "captures":
        assert field["step_id"] == form.steps[0]
    assert form.all() == [field]
    by_alias = form.fields.replace(form.template["id"], form.template["alias"])
    assert made(form.cast.mia.get(by_alias), 200) == [field]
    assert made(form.cast.mia.get(f"{form.fields}/{field['id']}"), 200) == field
    again = form.add()
    assert int(again["alias"].rpartition("-")[2]) > int(number)


@pytest.mark.parametrize("missing", ["label", "field_type", "required"])
def test_21_2_what_a_field_cannot_do_without(form: Form, missing: str) -> None:
    body = {"label": "L", "field_type": "text", "required": False}
    del body[missing]
    answer = form.cast.olga.post(form.fields, body)
    word = missing.replace("_", " ")
    assert answer.status_code == 422
    assert answer.json()["errors"] == {missing: [f"The {word} field is required."]}
    assert form.post(label=" ").json()["errors"] == {"label": ["The label field is required."]}
    assert form.all() == []


def test_21_2_all_that_is_wrong_is_told_at_once(form: Form) -> None:
    answer = form.post(field_type="radio", options=["A", {"id": 1}], settings={"must_check_all": 7})
    assert set(answer.json()["errors"]) == {"options.1.text", "settings.must_check_all"}
    answer = form.post(required="maybe", position=0, prefix="x" * 33)
    assert set(answer.json()["errors"]) == {"required", "position", "prefix"}


def test_21_3_each_of_the_ten_types(form: Form) -> None:
    for kind, needs in TYPES.items():
        assert form.add(field_type=kind, **needs)["field_type"] == kind
    answer = form.post(field_type="number_slider")
    assert answer.json()["errors"] == {"field_type": ["The selected field type is invalid."]}
    assert [field["field_type"] for field in form.all()] == list(TYPES)


def test_21_4_what_types_need(form: Form) -> None:
    wrong = {
        "dropdown": ({}, "options", "The options field is required."),
        "radio": ({"options": ["A"]}, "options", "The options must have at least 2 items."),
        "table": ({}, "columns", "The columns field is required."),
    }
    for kind, (keys, path, sentence) in wrong.items():
        answer = form.post(field_type=kind, **keys)
        assert answer.json()["errors"] == {path: [sentence]}
    assert form.all() == []


def test_21_5_options_in_whatever_shape(form: Form) -> None:
    sent = ["A", {"label": "B"}, {"id": "9", "text": " C "}, {"id": "x", "name": "D"}]
    field = form.add(field_type="dropdown", options=sent)
    assert field["options"] == [
        {"id": number, "text": text, "value": None, "required": False}
        for number, text in ((1, "A"), (2, "B"), (9, " C "), (3, "D"))
    ]
    table = form.add(field_type="table", columns=["Item", {"id": 5, "text": "Qty"}])
    assert table["columns"] == [{"id": 1, "label": "Item"}, {"id": 5, "label": "Qty"}]


def test_21_6_ids_of_options_are_unique(form: Form) -> None:
    options = [{"id": 1, "text": "A"}, {"id": 1, "text": "B"}]
    answer = form.post(field_type="dropdown", options=options)
    assert answer.json()["errors"] == {"options": ["The options have duplicate ids."]}


def test_21_7_8_other_words(form: Form) -> None:
    field = form.add(field_type="member_picker", description="Who?")
    assert (field["field_type"], field["guidance"]) == ("assignees_form", "Who?")
    number = form.add(field_type="number")
    assert (number["field_type"], number["field_validation"]) == ("text", ["numeric"])
    answer = form.post(color="red")
    assert answer.headers["X-Ignored-Fields"] == "color"
    echoed = form.post(**{**field, "field_type": "text", "timeline_id": "7"})
    assert "X-Ignored-Fields" not in echoed.headers
    assert made(echoed)["id"] != field["id"]


# --- Order ---


def test_21_9_position_1_appends(form: Form) -> None:
    for label in "ABC":
        form.add(label=label, position=1)
    assert form.labels() == ["A", "B", "C"]
    form.add(label="D", position=99)
    assert form.labels() == ["A", "B", "C", "D"]


def test_21_10_other_positions_insert(form: Form) -> None:
    form.add_all("A", "B", "C")
    assert form.add(label="N", position=2)["position"] == 2
    assert form.labels() == ["A", "N", "B", "C"]
    assert form.post(position=0).status_code == form.post(position=10_000).status_code == 422
    assert form.labels() == ["A", "N", "B", "C"]


def test_21_15_reordering_one_after_the_other(form: Form) -> None:
    fields = form.add_all("A", "B", "C", "D")
    key = "capture_id" if form.home == "captures" else "prerun_id"
    for position, at in enumerate((2, 0, 3, 1), start=1):
        body = {key: fields[at]["id"], "position": str(position)}
        answer = form.cast.olga.put(form.fields, body)
        listed = made(answer, 200)
        assert listed[position - 1]["id"] == fields[at]["id"]
    assert form.labels() == ["C", "A", "D", "B"]
    before = len(form.entries())
    again = form.cast.olga.put(form.fields, {key: fields[1]["id"], "position": 9999})
    assert [field["label"] for field in made(again, 200)] == ["C", "A", "D", "B"]
    assert len(form.entries()) == before
    order = {"order": [field["id"] for field in fields[2:]]}
    assert [each["label"] for each in made(form.cast.olga.put(form.fields, order), 200)] == [
        "C", "D", "A", "B",
    ]  # fmt: skip
    assert form.entries()[0]["verb"] == ["re-ordered"]


def test_21_15_wrong_orders(form: Form) -> None:
    (field,) = form.add_all("A")
    key = "capture_id" if form.home == "captures" else "prerun_id"
    wrong = [
        ({}, {key, "position"}),
        ({key: field["id"]}, {"position"}),
        ({key: "f" * 32, "position": 1}, {key}),
        ({key: "x", "position": 1}, {key}),
        ({key: field["id"], "position": 0}, {"position"}),
        ({"order": [field["id"], "f" * 32]}, {"order.1"}),
    ]
    for body, paths in wrong:
        answer = form.cast.olga.put(form.fields, body)
        assert answer.status_code == 422
        assert set(answer.json()["errors"]) == paths


def test_21_16_moving_out(cast: Cast) -> None:
    form = Form(cast)
    first, second = form.add_all("A", "B")
    other = Form(cast)
    form.add_rule(first)
    path, target = f"{form.fields}/{first['id']}/move-out", form.steps[1]
    moved = made(cast.olga.put(path, {"target_step_id": target}), 200)
    assert (moved["step_id"], moved["position"]) == (target, 1)
    assert {**moved, "step_id": 0} == {**first, "step_id": 0}
    assert form.labels() == ["B"]
    assert cast.olga.put(path, {"target_step_id": target}).status_code == 404
    second_path = f"{form.fields}/{second['id']}/move-out"
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"target_step_id": target, "position": 0}, "position"),
        ({}, "target_step_id"),
        ({"target_step_id": other.steps[0]}, "target_step_id"),
        ({"target_step_id": "nothing"}, "target_step_id"),
    ]
    for body, key in wrong:
        answer = cast.olga.put(second_path, body)
        assert set(answer.json()["errors"]) == {key}
    assert answer.json()["message"] == "The selected target step id is invalid."
    body = {"target_step_id": target, "position": 9}
    assert made(cast.olga.put(second_path, body), 200)["position"] == 2
    back = f"{form.fields_of(1)}/{second['id']}/move-out"
    same = made(cast.olga.put(back, {"target_step_id": target, "position": 1}), 200)
    assert (same["step_id"], same["position"]) == (target, 1)
    assert len(form.whole()["automated_actions"]) == 1


# --- Changing ---


def test_21_11_changes_are_partial(form: Form) -> None:
    field = form.add(field_type="dropdown", options=["A", "B"], prefix="$", default_value="B")
    changed = form.change(field, guidance="Help")
    assert {**changed, "guidance": None, "last_updated": 0} == {**field, "last_updated": 0}
    before, entries = form.whole(), len(form.entries())
    same = form.change(changed, **changed)
    assert same == changed
    assert "X-Ignored-Fields" not in form.put(changed, **changed).headers
    assert (form.whole(), len(form.entries())) == (before, entries)


def test_21_12_id_and_alias_stay(form: Form) -> None:
    field = form.add()
    changed = form.change(field, label="Vendor", id="f" * 32, alias="vendor", step_id="0")
    assert (changed["id"], changed["alias"]) == (field["id"], field["alias"])
    assert changed["label"] == "Vendor"


def test_21_13_changing_the_type(form: Form) -> None:
    field = form.add(default_value="x", default_value_enabled=True)
    answer = form.put(field, field_type="dropdown")
    assert answer.json()["errors"] == {"options": ["The options field is required."]}
    choice = form.change(field, field_type="dropdown", options=["A"])
    assert (choice["field_type"], choice["default_value"]) == ("dropdown", None)
    assert (choice["id"], choice["alias"]) == (field["id"], field["alias"])
    back = form.change(choice, field_type="text")
    assert (back["options"], back["field_type"]) == ([], "text")
    assert form.put(choice, options=[]).status_code == 200
    assert form.put(field, field_type="slider").status_code == 422


def test_21_14_the_source_of_a_rule_keeps_its_type(form: Form) -> None:
    date = form.add(field_type="date")
    people = form.add(field_type="assignees_form")
    form.add_rule(date, **DEADLINE)
    form.add_rule(people, **PEOPLE)
    for field in (date, people):
        answer = form.put(field, field_type="text")
        assert (answer.status_code, answer.json()["message"]) == (403, SOURCE)
        assert form.put(field, label="M", field_type=field["field_type"]).status_code == 200
    tested = form.add()
    form.add_rule(tested)
    assert form.put(tested, field_type="textarea").status_code == 200


def test_21_27_defaults(form: Form) -> None:
    options = [{"id": 1, "text": "14 days"}, {"id": 7, "text": "30 days"}]
    keys = {"field_type": "dropdown", "options": options, "default_value_enabled": True}
    field = form.add(**keys, default_value="30 days")
    assert field["default_value"] == {"id": 7, "text": "30 days"}
    answer = form.post(**keys, default_value="60 days")
    assert set(answer.json()["errors"]) == {"default_value"}
    for kind in ("file", "table", "assignees_form"):
        dropped = form.post(
            field_type=kind, default_value="x", default_value_enabled=True, **TYPES[kind]
        )
        made_one = made(dropped)
        assert (made_one["default_value"], made_one["default_value_enabled"]) == (None, False)
        assert set(dropped.headers["X-Ignored-Fields"].split(",")) == {
            "default_value", "default_value_enabled",
        }  # fmt: skip


def test_21_28_validation(form: Form) -> None:
    assert form.add(field_validation="numeric|min:0")["field_validation"] == ["numeric", "min:0"]
    answer = form.post(field_validation=["required", "starts_with:x"])
    assert made(answer)["field_validation"] == ["starts_with:x"]
    (warning,) = answer.json()["meta"]["warnings"]
    assert "starts_with:x" in warning
    assert form.post(field_validation="max:many").status_code == 422
    assert "meta" not in form.post(field_validation="numeric").json()


def test_21_29_the_default_goes_with_its_option(form: Form) -> None:
    field = form.add(
        field_type="dropdown", options=["A", "B"], default_value="A", default_value_enabled=True
    )
    answer = form.put(field, options=[{"id": 2, "text": "B"}])
    changed = made(answer, 200)
    assert (changed["default_value"], changed["default_value_enabled"]) == (None, False)
    assert "default_value" in answer.json()["meta"]["warnings"][0]


def test_21_30_rules_follow_renamed_options_only(form: Form) -> None:
    field = form.add(field_type="dropdown", options=["Silver", "Gold"])
    form.add_rule(field, "Gold")
    inserted = [{"id": at, "text": text} for at, text in enumerate(("New", "Silver", "Gold"), 1)]
    answer = form.put(field, options=inserted)
    assert "meta" not in answer.json()
    assert form.statement() == "Gold"
    inserted[2]["text"] = "Platinum"
    form.change(field, options=inserted)
    assert form.statement() == "Platinum"
    answer = form.put(field, options=inserted[:2])
    assert answer.status_code == 200
    assert "Platinum" in answer.json()["meta"]["warnings"][0]
    assert form.statement() == "Platinum"


def test_21_31_settings(form: Form) -> None:
    assert form.add(settings=[])["settings"] == {}
    kept = {"theme": {"a": [1, "x"]}}
    field = form.add(settings=kept)
    assert field["settings"] == kept
    assert form.change(field, **field)["settings"] == kept
    assert form.change(field, settings=None)["settings"] == {}


def test_21_5_2_processes_keep_what_they_were_launched_with(form: Form) -> None:
    field = form.add()
    launch(form.cast.olga, form.template)
    form.change(field, label="M")
    whole = form.whole()
    assert whole["version"] == 2
    assert form.change(field, label="N")["label"] == "N"
    assert form.whole()["version"] == 2
    old = made(form.cast.olga.get(f"{form.path}?version=1"), 200)
    assert old["id"] == whole["id"]


def test_21_8_options_from_a_list(form: Form) -> None:
    body = {"title": "Towns", "columns": ["Name"], "rows": ["Oslo", "Bonn"]}
    kept = made(form.cast.olga.post("/lists", body))
    answer = form.post(field_type="radio", list=kept["id"].upper(), options=["Own"])
    linked = made(answer)
    assert (linked["list"], [each["text"] for each in linked["options"]]) == (
        kept["id"], ["Oslo", "Bonn"],
    )  # fmt: skip
    assert answer.headers["X-Ignored-Fields"] == "options"
    assert form.change(linked, **linked) == linked
    own = form.add(field_type="dropdown", options=["Own"])
    assert form.change(own, list=kept["id"])["options"] == linked["options"]
    freed = form.change(own, list=None)
    assert (freed["list"], freed["options"]) == (None, linked["options"])
    for unknown in ("f" * 32, "x"):
        assert set(form.put(own, list=unknown).json()["errors"]) == {"list"}
    rows = [{"id": 1, "cells": {"1": "Rome"}}, {"id": 2, "cells": {"1": "Bonn"}}]
    made(form.cast.olga.put(f"/lists/{kept['id']}", {"rows": rows}), 200)
    read = next(field for field in form.all() if field["id"] == linked["id"])
    assert [each["text"] for each in read["options"]] == ["Rome", "Bonn"]
    asked = {**_plain("T"), "field_type": "dropdown", "list": kept["id"]}
    template = make_template(form.cast.olga, [{"title": "S", "captures": [asked]}], prerun=[asked])
    assert template["prerun"][0]["options"] == read["options"]


# --- Deleting ---


def test_21_17_25_deleting(form: Form) -> None:
    tested, free, third = form.add_all("A", "B", "C")
    form.add_rule(tested)
    answer = form.delete(tested)
    assert (answer.status_code, answer.json()["message"]) == (403, IN_A_RULE)
    (dependant,) = answer.json()["details"]["dependants"]
    assert dependant["type"] == "AutomatedAction"
    assert form.labels() == ["A", "B", "C"]
    answer = form.delete(free)
    assert (answer.status_code, answer.content) == (204, b"")
    assert form.delete(free).status_code == 404
    assert form.labels() == ["A", "C"]
    made(form.put(third, field_type="date"), 200)
    form.add_rule(third, **DEADLINE)
    assert form.delete(third).status_code == 403


# --- Reading ---


def test_21_18_26_where_fields_are_read(cast: Cast) -> None:
    steps, kickoff = Form(cast), None
    assert made(cast.leo.get(f"{steps.path}/form-fields"), 200) == {
        "id": steps.template["id"], "title": "Onboarding", "form_fields": [], "ko_form_fields": [],
    }  # fmt: skip
    kickoff = Form(cast, "preruns")
    kickoff.path, kickoff.template = steps.path, steps.template
    kickoff.fields = f"{steps.path}/preruns"
    later = made(cast.olga.post(steps.fields_of(1), _plain("Later")))
    first, second = steps.add_all("A", "B")
    asked = kickoff.add(label="Asked")
    whole = steps.whole()
    assert whole["prerun"] == [asked]
    assert [step["captures"] for step in whole["steps"]["data"]] == [[first, second], [later]]
    listed = made(cast.mia.get(f"{steps.path}/steps"), 200)
    assert [step["captures"] for step in listed] == [[first, second], [later]]
    read = made(cast.leo.get(f"{steps.path}/form-fields"), 200)
    assert set(read) == {"id", "title", "form_fields", "ko_form_fields"}
    assert [field["id"] for field in read["form_fields"]] == [
        field["id"] for field in (first, second, later)
    ]
    assert [field["step_position"] for field in read["form_fields"]] == [1, 1, 2]
    assert read["ko_form_fields"] == [asked]
    listed_template = made(cast.mia.get("/checklists"), 200)[0]
    assert listed_template["prerun"] == [asked]
    page = cast.mia.get(f"{steps.fields}?per_page=1&page=2").json()
    assert [field["label"] for field in page["data"]] == ["B"]


def _plain(label: str) -> dict[str, Any]:
    return {"label": label, "field_type": "text", "required": False}


# --- Who may ---


def test_21_33_who_may_write(form: Form) -> None:
    field = form.add()
    path = f"{form.fields}/{field['id']}"
    for by in (form.cast.mia, form.cast.leo):
        answers = [
            by.post(form.fields, {}),
            by.put(path, {"required": "maybe"}),
            by.patch(path, {}),
            by.put(form.fields, {}),
            by.delete(path),
        ]
        if form.home == "captures":
            answers.append(by.put(f"{path}/move-out", {}))
        assert {answer.status_code for answer in answers} == {403}
        assert made(by.get(path), 200) == field
    stranger = form.cast.stranger()
    assert stranger.get(path).status_code == stranger.delete(path).status_code == 404


def test_20_50_fields_of_an_archived_template_are_not_found(form: Form) -> None:
    field = form.add()
    form.cast.olga.delete(form.path)
    path = f"{form.fields}/{field['id']}"
    answers = [
        form.cast.olga.get(form.fields), form.cast.olga.get(path), form.post(),
        form.put(field, label="M"), form.delete(field), form.cast.olga.put(form.fields, {}),
        form.cast.olga.get(f"{form.path}/form-fields"),
    ]  # fmt: skip
    assert {answer.status_code for answer in answers} == {404}


def test_21_5_fields_of_another_step_or_template_are_not_found(cast: Cast) -> None:
    form, other = Form(cast), Form(cast)
    field = form.add()
    nowhere = [f"{form.path}/steps/{step}/captures" for step in ("f" * 32, "x")]
    for base in (form.fields_of(1), other.fields, f"{form.path}/preruns", *nowhere):
        path = f"{base}/{field['id']}"
        assert cast.olga.get(path).status_code == 404
        assert cast.olga.put(path, {"label": "M"}).status_code == 404
        assert cast.olga.delete(path).status_code == 404
    assert cast.olga.get(f"{form.path}/steps/{'f' * 32}/captures").status_code == 404
    assert cast.olga.post(f"{form.path}/steps/{'f' * 32}/captures", {}).status_code == 404
    assert form.labels() == ["Client name"]


# --- What is told ---


def test_21_5_each_write_is_told_once(form: Form) -> None:
    field = form.add()
    form.change(field, label="Vendor", prefix="$")
    form.change(field, label="Vendor")
    form.add(label="Other")
    key = "capture_id" if form.home == "captures" else "prerun_id"
    made(form.cast.olga.put(form.fields, {key: field["id"], "position": 2}), 200)
    form.delete(field)
    entries = [entry for entry in reversed(form.entries()) if entry["auditable_id"] == field["id"]]
    told = [(entry["verb"][0], (entry["field"] or [None])[0]) for entry in entries]
    assert told == [
        ("created", None), ("updated", "label"), ("updated", "prefix"), ("re-ordered", None),
        ("deleted", None),
    ]  # fmt: skip
    assert entries[1]["old_value"] == ["Client name"]
    assert {entry["type"][0] for entry in entries} == {"Blueprint"}
    assert {entry["parentable_type"] for entry in entries} == {"Checklist"}


def test_21_5_limits(form: Form) -> None:
    template = make_template(
        form.cast.olga,
        [{"title": "S", "captures": [_plain(str(at)) for at in range(200)]}],
        prerun=[_plain(str(at)) for at in range(200)],
    )
    path = f"/checklists/{template['id']}"
    (step,) = made(form.cast.olga.get(f"{path}/steps"), 200)
    assert len(step["captures"]) == len(template["prerun"]) == 200
    full = f"{path}/steps/{step['id']}/captures" if form.home == "captures" else f"{path}/preruns"
    answer = form.cast.olga.post(full, _plain("N"))
    assert answer.status_code == 422
    assert "200 fields" in answer.json()["message"]


# --- With the template ---


def test_21_6_fields_sent_with_a_new_template(cast: Cast) -> None:
    captures = [{**_plain("B"), "position": 2}, {**_plain("A"), "position": 1}]
    template = make_template(
        cast.olga,
        [{"title": "S", "captures": captures}],
        prerun=[_plain("Vendor"), {"name": "Items", "type": "table", "required": 0,
                                   "columns": ["Item"]}],
    )  # fmt: skip
    assert [field["label"] for field in template["prerun"]] == ["Vendor", "Items"]
    (step,) = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    assert [field["label"] for field in step["captures"]] == ["A", "B"]
    aliases = [field["alias"] for field in (*template["prerun"], *step["captures"])]
    assert len({alias.rpartition("-")[2] for alias in aliases}) == 4
    assert all(field["step_id"] == step["id"] for field in step["captures"])


def test_20_8_4_fields_sent_with_a_new_step(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    odd = {**_plain("B"), "options": ["x"], "field_validation": "starts_with:x"}
    body = {"title": "S", "captures": [_plain("A"), odd]}
    answer = cast.olga.post(f"/checklists/{template['id']}/steps", body)
    step = made(answer)
    assert [field["label"] for field in step["captures"]] == ["A", "B"]
    assert answer.headers["X-Ignored-Fields"] == "captures.1.options"
    (warning,) = answer.json()["meta"]["warnings"]
    assert warning.startswith("captures.1.field_validation: ")
    body["captures"] = [{"label": "A"}]
    refused = cast.olga.post(f"/checklists/{template['id']}/steps", body)
    assert set(refused.json()["errors"]) == {"captures.0.field_type", "captures.0.required"}


def test_21_6_wrong_fields_are_named_by_their_place_and_nothing_is_made(cast: Cast) -> None:
    body = {
        "title": "T",
        "type": "procedure",
        "prerun": [_plain("A"), {**_plain("B"), "field_type": "radio", "options": ["x"]}],
        "steps": [{"title": "S", "captures": [{"label": "C", "field_type": "slider"}]}],
    }
    answer = cast.olga.post("/checklists", body)
    assert set(answer.json()["errors"]) == {
        "prerun.1.options", "steps.0.captures.0.field_type", "steps.0.captures.0.required",
    }  # fmt: skip
    assert made(cast.olga.get("/checklists"), 200) == []
