"""Part 31, section 8: form fields with their answers, wherever they are shown."""

import secrets
from typing import Any

import pytest

from backdoor import set_answers, set_form, text_field
from cast import Cast
from factories import launch, made, make_oneoff, make_template, read, tasks_of
from forms import asked, by_label, field_ids, forms_of, process_asking, template_with

KEYS = {
    "id", "timeline_id", "unique_id", "capture_value_id", "alias", "label", "field_type",
    "required", "guidance", "position", "options", "columns", "field_validation", "collect_time",
    "use_wysiwyg_editor", "prefix", "suffix", "default_value_enabled", "default_value", "settings",
    "list", "checklist_id", "run_id", "step_id", "step_title", "task_id", "task_status", "value",
    "field_value", "last_updated", "custom_fields",
}  # fmt: skip


def test_31_23_all_fields_of_a_process_as_bare_lists(cast: Cast) -> None:
    steps = [
        {"title": "First", "captures": [asked("A"), asked("Plan", "dropdown")]},
        {"title": "Second", "captures": [asked("B", "table", guidance="<p>How many</p>")]},
    ]
    template = template_with(cast.olga, steps, [asked("Client"), asked("Since", "date")])
    process = launch(cast.olga, template)
    first, second = tasks_of(cast.olga, process)
    ids = field_ids(cast.olga, template)
    set_answers(cast, process, {ids["Client"]: "Acme"})
    set_answers(cast, first, {ids["Plan"]: {"id": 2, "text": "Gold"}})
    shown = forms_of(cast.mia, process)
    assert list(shown) == ["id", "name", "checklist_id", "form_fields", "ko_form_fields"]
    assert [each["label"] for each in shown["form_fields"]] == ["A", "Plan", "B"]
    assert [each["label"] for each in shown["ko_form_fields"]] == ["Client", "Since"]
    every = [*shown["form_fields"], *shown["ko_form_fields"]]
    assert all(set(each) == KEYS for each in every)
    assert len({each["unique_id"] for each in every}) == len(every)
    for each in every:
        assert each["id"] == each["timeline_id"] == ids[each["label"]]
        assert len(each["unique_id"]) == 32
        assert each["unique_id"] == each["capture_value_id"]
        assert each["value"] == each["field_value"]
        assert each["run_id"] == process["id"]
        assert each["checklist_id"] == template["id"]
    plan, table = by_label(every)["Plan"], by_label(every)["B"]
    assert plan["value"] == {"id": 2, "text": "Gold"}
    assert plan["last_updated"]
    assert (plan["task_id"], plan["step_title"]) == (first["id"], "First")
    assert (plan["position"], plan["task_status"]) == (2, "not-started")
    assert [option["text"] for option in plan["options"]] == ["Silver", "Gold"]
    assert (table["task_id"], table["value"], table["last_updated"]) == (second["id"], None, None)
    assert table["columns"] == [{"id": 1, "label": "Item"}, {"id": 2, "label": "Qty"}]
    assert table["guidance"] == "<p>How many</p>"
    client = by_label(every)["Client"]
    assert client["value"] == "Acme"
    for key in ("step_id", "step_title", "task_id", "task_status"):
        assert client[key] is None, key


def test_31_23_also_archived_and_after_the_template_is_gone(cast: Cast) -> None:
    steps = [{"title": "First", "captures": [asked("A")]}]
    template = template_with(cast.olga, steps, [asked("Client")])
    process = launch(cast.olga, template)
    before = forms_of(cast.olga, process)
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    assert forms_of(cast.olga, process) == before
    assert cast.olga.delete(f"/checklists/{template['id']}/delete").status_code in (200, 204)
    assert forms_of(cast.olga, process) == before
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    assert forms_of(cast.olga, process) == before
    shown = read(cast.olga, process, "?with=form_fields,ko_form_fields,stages")
    assert shown["form_fields"]["data"] == before["form_fields"]
    assert shown["ko_form_fields"]["data"] == before["ko_form_fields"]


def test_value_ids_stay_and_differ_from_process_to_process(cast: Cast) -> None:
    template = template_with(cast.olga, [{"title": "S", "captures": [asked("A")]}], [asked("K")])
    shown = [forms_of(cast.olga, launch(cast.olga, template)) for _ in range(2)]
    ids = [each["unique_id"] for one in shown for key in one if key.endswith("form_fields")
           for each in one[key]]  # fmt: skip
    assert len(set(ids)) == 4


def test_who_may_read_them(cast: Cast) -> None:
    sent = {"title": "Sign", "captures": [asked("A")], "guests": ["gus@guests.test"]}
    process = launch(cast.olga, template_with(cast.olga, [sent]))
    (task,) = tasks_of(cast.olga, process)
    path = f"/runs/{process['id']}/form-fields"
    assert cast.leo.get(path).status_code == 404
    assert cast.stranger().get(path).status_code == 404
    assert cast.olga.get("/runs/nonsense/form-fields").status_code == 404
    assert cast.nobody.get(cast.olga.path(path)).status_code == 401
    code = {"X-Guest-Code": cast.guest_of(task).code}
    # Gus works in it; what it asks as a whole is not his to know.
    assert cast.nobody.get(cast.olga.path(path), headers=code).status_code == 403
    other = launch(cast.olga)
    path = cast.olga.path(f"/runs/{other['id']}/form-fields")
    assert cast.nobody.get(path, headers=code).status_code == 404


def test_40_16_fields_of_tasks(cast: Cast) -> None:
    process, task, ids = process_asking(cast, "A", "B")
    set_answers(cast, task, {ids["A"]: 7})
    plain = made(cast.olga.get(f"/tasks/{task['id']}"), 200)
    assert "form_fields" not in plain
    assert plain["taskdata"] == {ids["A"]: 7}
    one = made(cast.olga.get(f"/tasks/{task['id']}?with=form_fields,ko_form_fields"), 200)
    first, second = one["form_fields"]["data"]
    assert set(first) == KEYS
    assert (first["label"], first["value"], first["field_value"]) == ("A", 7, 7)
    assert (second["label"], second["value"]) == ("B", None)
    assert one["ko_form_fields"] == {"data": []}
    (listed,) = made(cast.olga.get(f"/runs/{process['id']}/tasks?with=form_fields"), 200)
    assert listed["form_fields"] == one["form_fields"]
    inside = read(cast.olga, process, "?with=tasks,tasks.form_fields")
    assert inside["tasks"]["data"][0]["form_fields"] == one["form_fields"]


@pytest.mark.parametrize("name", ["ko_form_fields", "ko-form-fields"])
def test_kickoff_fields_beside_a_task(cast: Cast, name: str) -> None:
    process = launch(cast.olga, template_with(cast.olga, [{"title": "S"}], [asked("Client")]))
    (task,) = made(cast.olga.get(f"/runs/{process['id']}/tasks?with={name}"), 200)
    (field,) = task["ko_form_fields"]["data"]
    assert (field["label"], field["task_id"], field["run_id"]) == ("Client", None, process["id"])
    shown = read(cast.olga, process, f"?with={name}")
    assert shown["ko_form_fields"]["data"] == [field]


def test_a_guest_reads_the_fields_of_their_task_alone(cast: Cast) -> None:
    sent = {"title": "Sign", "captures": [asked("A")], "guests": ["gus@guests.test"]}
    template = template_with(cast.olga, [sent], [asked("Salary")])
    process = launch(cast.olga, template)
    (task,) = tasks_of(cast.olga, process)
    set_answers(cast, process, {field_ids(cast.olga, template)["Salary"]: "plenty"})
    guest = cast.guest_of(task)
    shown = made(guest.get(f"/tasks/{task['id']}?with=form_fields,ko_form_fields"), 200)
    (field,) = shown["form_fields"]["data"]
    assert (field["label"], field["custom_fields"]) == ("A", None)
    assert "ko_form_fields" not in shown
    assert "plenty" not in str(shown)


def test_values_of_all_tasks_where_they_are_asked_for(cast: Cast) -> None:
    process, task, ids = process_asking(cast, "A", "B")
    assert "form_fields_values" not in read(cast.olga, process)
    assert read(cast.olga, process, "?form_fields_values=true")["form_fields_values"] == {}
    set_answers(cast, task, {ids["A"]: "x", ids["B"]: None})
    shown = read(cast.olga, process, "?form_fields_values=True")
    assert shown["form_fields_values"] == {ids["A"]: "x"}
    assert "form_fields" not in shown
    (listed,) = made(cast.olga.get("/runs?form_fields_values=1"), 200)
    assert listed["form_fields_values"] == {ids["A"]: "x"}
    assert "form_fields_values" not in made(cast.olga.get("/runs"), 200)[0]
    assert "form_fields_values" not in read(cast.olga, process, "?form_fields_values=false")


def test_31_35_what_is_asked_in_secret_is_shown_to_nobody_else(cast: Cast) -> None:
    open_step = {"title": "Open", "captures": [asked("A")]}
    secret_step = {"title": "Secret", "top_secret": True, "captures": [asked("Pay")]}
    template = template_with(cast.olga, [open_step, secret_step])
    process = launch(cast.olga, template, users=[cast.mia.user_id])
    ids = field_ids(cast.olga, template)
    secret = tasks_of(cast.olga, process)[1]
    set_answers(cast, secret, {ids["Pay"]: "plenty"})
    assert [each["label"] for each in forms_of(cast.olga, process)["form_fields"]] == ["A", "Pay"]
    assert [each["label"] for each in forms_of(cast.mia, process)["form_fields"]] == ["A"]
    beside = "?form_fields_values=true&with=form_fields,tasks.form_fields,stages,tasks_meta"
    assert "plenty" in str(read(cast.olga, process, beside))
    shown = read(cast.mia, process, beside)
    assert "plenty" not in str(shown)
    assert ids["Pay"] not in str(shown)
    export = made(cast.mia.get(f"/runs/{process['id']}/export"), 200)
    assert "plenty" not in str(export)
    assert "Secret" not in str(export)
    assert "plenty" not in cast.mia.get(f"/runs/{process['id']}/export?format=csv").text


def test_a_task_without_a_form(cast: Cast) -> None:
    task = make_oneoff(cast.olga)
    shown = made(cast.olga.get(f"/tasks/{task['id']}?with=form_fields,ko_form_fields"), 200)
    assert shown["form_fields"] == shown["ko_form_fields"] == {"data": []}


def test_a_one_off_task_has_a_form_of_its_own(cast: Cast) -> None:
    """A standalone one belongs to no process and no template."""
    task = make_oneoff(cast.olga, title="Order {{what}}")
    what = text_field("What", guidance="<p>{{what}}</p>")
    set_form(cast, task, what)
    path = f"/tasks/{task['id']}?with=form_fields"
    assert made(cast.olga.get(path), 200)["title"] == "Order "
    sent = {"id": what.id, "task_id": task["id"], "form_value": "a desk"}
    made(cast.mia.put("/form-field/value", sent), 200)
    shown = made(cast.olga.get(path), 200)
    assert shown["title"] == "Order a desk"
    (field,) = shown["form_fields"]["data"]
    assert set(field) == KEYS
    for key in ("run_id", "checklist_id", "step_id", "step_title"):
        assert field[key] is None, key
    assert (field["task_id"], field["value"]) == (task["id"], "a desk")
    assert field["guidance"] == "<p>a desk</p>"
    sent = {"id": field["unique_id"], "form_value": "a chair"}
    assert made(cast.olga.put("/form-field/value", sent), 200)["value"] == "a chair"


def test_forms_of_one_off_tasks_are_among_those_of_their_process(cast: Cast) -> None:
    process = launch(cast.olga)
    task = make_oneoff(cast.olga, run_id=process["id"])
    set_form(cast, task, text_field("What"))
    (field,) = forms_of(cast.olga, process)["form_fields"]
    assert (field["run_id"], field["task_id"]) == (process["id"], task["id"])
    assert (field["step_id"], field["step_title"]) == (None, None)
    assert field["checklist_id"] == process["checklist_id"]
    sent = {"id": field["id"], "run_id": process["id"], "form_value": "a desk"}
    made(cast.olga.put("/form-field/value", sent), 200)
    values = read(cast.olga, process, "?form_fields_values=1")["form_fields_values"]
    assert values == {field["id"]: "a desk"}
    row = made(cast.olga.get(f"/runs/{process['id']}/export"), 200)["rows"][1]
    assert (row["question_in_form_field"], row["process_task_alias"]) == ("What", task["id"])


def test_milestones_with_the_tasks_in_them(cast: Cast) -> None:
    stages = [{"id": "one", "name": "One"}, {"id": "two", "name": "Two"}]
    steps = [
        {"title": "A", "stage_id": "two"},
        {"title": "B"},
        {"title": "C", "stage_id": "two"},
    ]
    template = make_template(cast.olga, steps, stages=stages)
    process = launch(cast.olga, template)
    first, second, third = tasks_of(cast.olga, process)
    one, two = read(cast.olga, process, "?with=stages")["stages"]["data"]
    assert (one["name"], one["position"], one["task_ids"]) == ("One", 1, [])
    assert (two["name"], two["position"]) == ("Two", 2)
    assert two["task_ids"] == [first["id"], third["id"]]
    assert first["stage_id"] == two["id"]
    assert second["stage_id"] is None


def test_custom_fields_of_form_fields_are_told(cast: Cast) -> None:
    process, _, ids = process_asking(cast, "A")
    key = f"k{secrets.token_hex(4)}"
    made(cast.olga.post("/custom-field-keys", {
        "key": key, "applies_to": "form_field", "field_type": "text"}))  # fmt: skip
    template, step = process["checklist_id"], forms_of(cast.olga, process)["form_fields"][0]
    path = f"/checklists/{template}/steps/{step['step_id']}/captures/{ids['A']}/custom-fields"
    made(cast.olga.put(path, {"custom_fields": {key: "x"}}), 200)
    (field,) = forms_of(cast.olga, process)["form_fields"]
    assert field["custom_fields"] == {key: "x"}


def test_hidden_tasks_keep_their_fields_and_milestones_leave_them_out(cast: Cast) -> None:
    stages = [{"id": "one", "name": "One"}]
    steps = [
        {"title": title, "captures": [asked(title)], "stage_id": "one"} for title in ("A", "B")
    ]
    template = make_template(cast.olga, steps, stages=stages)
    process = launch(cast.olga, template)
    first, second = tasks_of(cast.olga, process)
    sent = {"taskdata": {"A": "x"}}
    made(cast.olga.put(f"/tasks/{first['id']}", sent), 200)
    made(cast.olga.put(f"/runs/{process['id']}/tasks/{first['id']}/hide"), 200)
    shown = read(cast.olga, process, "?with=form_fields,stages,tasks&form_fields_values=true")
    labels = {each["label"]: each["task_status"] for each in shown["form_fields"]["data"]}
    assert labels == {"A": "auto-skipped", "B": "not-started"}
    assert list(shown["form_fields_values"].values()) == ["x"]
    assert shown["stages"]["data"][0]["task_ids"] == [second["id"]]
    assert [task["id"] for task in shown["tasks"]["data"]] == [second["id"]]


def test_31_37_a_default_is_no_answer_until_the_task_is_completed(cast: Cast) -> None:
    default: dict[str, Any] = {"default_value_enabled": True, "default_value": "usual"}
    process, task, _ = process_asking(cast, "A", captures=[asked("A", **default)])
    (field,) = forms_of(cast.olga, process)["form_fields"]
    assert (field["value"], field["default_value"]) == (None, "usual")
    made(cast.olga.post("/completed-tasks", {"task_id": task["id"]}), 200)
    (field,) = forms_of(cast.olga, process)["form_fields"]
    assert field["value"] == "usual"


def test_31_30_what_a_launch_was_told_is_what_is_shown(cast: Cast) -> None:
    """From one end to the other: a name, a title and the fields of one launch."""
    kickoff = [
        asked("Plan", "dropdown", alias="plan", position=1),
        asked("Add", "multiselect", alias="add", position=2),
        asked("Day", "date", alias="day", position=3),
    ]
    step = {"title": "Sell {{plan}} with {{add}} on {{day}}", "captures": [asked("A")]}
    template = make_template(
        cast.olga,
        [step],
        prerun=kickoff,
        auto_naming=True,
        default_process_name_format="{{plan}}, {{add}}, {{day}}",
    )
    ids = field_ids(cast.olga, template)
    prerun = {ids["Plan"]: "Gold", ids["Add"]: ["Silver", "Gold"], ids["Day"]: "2026-03-04"}
    process = made(cast.olga.post("/runs", {"checklist_id": template["id"], "prerun": prerun}))
    assert process["name"] == "Gold, Silver, Gold, 2026-03-04"
    (task,) = tasks_of(cast.olga, process)
    assert task["title"] == "Sell Gold with Silver, Gold on 2026-03-04"
    answers = {
        each["label"]: each["value"] for each in forms_of(cast.olga, process)["ko_form_fields"]
    }
    assert answers["Plan"] == {"id": 2, "text": "Gold"}
    assert answers["Day"] == "2026-03-04"
    rows = made(cast.olga.get(f"/runs/{process['id']}/export"), 200)["rows"]
    assert [row["answer_in_form_field"] for row in rows[:3]] == [
        "Gold", "Silver, Gold", "2026-03-04",
    ]  # fmt: skip
