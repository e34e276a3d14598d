"""Part 31 on tasks: what `taskdata` takes (40, rows 22 to 28), two writers (31), defaults (37).

It is the validator of kick-off answers: tests/content/test_answers.py tries all its ways.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cast import Cast, Person
from factories import activity_of, complete, launch, made, make_oneoff, make_template, tasks_of

OPTIONS = [{"id": 1, "text": "Silver"}, {"id": 2, "text": "Gold"}]
FORM: list[dict[str, Any]] = [
    {"label": "text", "field_type": "text", "required": False},
    {"label": "long", "field_type": "textarea", "required": False},
    {"label": "day", "field_type": "date", "required": False},
    {"label": "plan", "field_type": "dropdown", "required": False, "options": OPTIONS},
    {"label": "level", "field_type": "radio", "required": False, "options": OPTIONS},
    {"label": "extras", "field_type": "multiselect", "required": False, "options": OPTIONS},
    {"label": "order", "field_type": "table", "required": False, "columns": ["Item", "Qty"]},
    {"label": "file", "field_type": "file", "required": False},
    {"label": "mail", "field_type": "email", "required": False},
    {"label": "who", "field_type": "assignees_form", "required": False},
]
GOLD = {"id": 2, "text": "Gold"}


@pytest.fixture(params=["of a process", "one-off"])
def task(request: Any, cast: Cast) -> Any:
    if request.param == "one-off":
        return make_oneoff(cast.olga, form_fields=FORM)
    return task_with(cast.olga, FORM)


def task_with(by: Person, captures: list[dict[str, Any]]) -> Any:
    template = make_template(by, [{"title": "Order", "captures": captures}, {"title": "Pay"}])
    return tasks_of(by, launch(by, template))[0]


def fields_of(by: Person, task: Any) -> dict[str, Any]:
    """By label."""
    read = made(by.get(f"/tasks/{task['id']}?with=form_fields"), 200)
    return {field["label"]: field for field in read["form_fields"]["data"]}


def put(by: Person, task: Any, **answers: Any) -> Any:
    return by.put(f"/tasks/{task['id']}", {"taskdata": answers})


def kept(by: Person, task: Any, **answers: Any) -> Any:
    """What is read of the one answer that was sent."""
    made(put(by, task, **answers), 200)
    ((label, _),) = answers.items()
    return fields_of(by, task)[label]["value"]


def check_refusal(by: Person, task: Any, **answers: Any) -> str:
    before = made(by.get(f"/tasks/{task['id']}"), 200)
    answer = put(by, task, **answers)
    assert answer.status_code == 422, answer.text
    ((path, (sentence,)),) = answer.json()["errors"].items()
    ((label, _),) = answers.items()
    assert path == f"taskdata.{fields_of(by, task)[label]['id']}"
    assert made(by.get(f"/tasks/{task['id']}"), 200) == before
    return str(sentence)


def test_40_22_a_wrapped_value(cast: Cast, task: Any) -> None:
    for field in FORM:
        check_refusal(cast.olga, task, **{field["label"]: {"value": "x"}})


def test_40_23_24_choices(cast: Cast, task: Any) -> None:
    olga = cast.olga
    invalid = "Invalid dropdown choice selected."
    assert check_refusal(olga, task, plan={"id": 1, "text": "Gold"}).startswith(invalid)
    assert check_refusal(olga, task, plan="Tin").startswith(invalid)
    assert kept(olga, task, plan="gold") == GOLD
    assert kept(olga, task, level=GOLD) == kept(olga, task, level="Gold") == "Gold"


def test_40_25_multiselect(cast: Cast, task: Any) -> None:
    selected = {**GOLD, "selected": True}
    assert kept(cast.olga, task, extras=[GOLD]) == [selected]
    silver = {**OPTIONS[0], "selected": False}
    assert kept(cast.olga, task, extras=[silver, GOLD]) == [silver, {**GOLD, "selected": False}]


def test_40_26_27_28_tables_texts_dates_and_files(cast: Cast, task: Any) -> None:
    olga = cast.olga
    wrong = "Number of columns does not match required columns"
    assert check_refusal(olga, task, order=["a"]) == wrong
    check_refusal(olga, task, day=1747319400)
    check_refusal(olga, task, long="x" * 30_001)
    assert kept(olga, task, text=7) == 7
    check_refusal(olga, task, file=[{"filename": "a"}])
    assert kept(olga, task, file="https://a.test/b.pdf")[0]["filename"] == "b.pdf"
    people = kept(olga, task, who={"users": [str(cast.mia.user_id)]})
    assert people == {"users": [cast.mia.user_id], "guests": [], "groups": []}


def test_31_31_two_writers_of_one_task(cast: Cast, task: Any) -> None:
    answers = {"text": "a", "long": "b", "day": "2026-03-04", "mail": "a@b.co", "level": "Gold"}

    def write(label: str) -> int:
        return int(put(cast.olga.again(), task, **{label: answers[label]}).status_code)

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(write, answers)) == {200}
    read = {label: field["value"] for label, field in fields_of(cast.olga, task).items()}
    assert {label: read[label] for label in answers} == answers


def test_31_5_8_a_change_is_told_with_what_was(cast: Cast) -> None:
    task = task_with(cast.olga, FORM)
    alias = fields_of(cast.olga, task)["text"]["alias"]
    made(put(cast.olga, task, text="a"), 200)
    made(put(cast.olga, task, text="b"), 200)
    told = activity_of(cast.olga, {"id": task["run_id"]})
    for _ in range(2):
        made(put(cast.olga, task, text="b"), 200)
    assert activity_of(cast.olga, {"id": task["run_id"]}) == told
    assert [(each["verb"], each["field"], each["old_value"]) for each in told[:2]] == [
        (["updated"], [f"taskdata.{alias}"], ["a"]), (["updated"], [f"taskdata.{alias}"], None),
    ]  # fmt: skip


def test_the_first_answer_of_a_hidden_task_begins_it(cast: Cast) -> None:
    task = task_with(cast.olga, FORM)
    path = f"/runs/{task['run_id']}/tasks/{task['id']}"
    made(cast.olga.put(f"{path}/hide"), 200)
    made(put(cast.olga, task, text=""), 200)
    assert made(put(cast.olga, task, text="a"), 200)["status"] == "auto-skipped"
    shown = made(cast.olga.put(f"{path}/show"), 200)
    assert (shown["status"], list(shown["taskdata"].values())) == ("in-progress", ["a"])


def test_clearing_what_was_never_answered_begins_nothing(cast: Cast, task: Any) -> None:
    before = made(cast.olga.get(f"/tasks/{task['id']}"), 200)
    made(put(cast.olga, task, text="", plan=None, order=[]), 200)
    cleared = made(cast.olga.get(f"/tasks/{task['id']}"), 200)
    assert cleared == before
    assert (cleared["status"], cleared["taskdata"]) == ("not-started", {})


def test_31_37_defaults_of_a_step_wait_for_its_completion(cast: Cast) -> None:
    default = {"required": True, "default_value_enabled": True, "default_value": "usual"}
    asked = [
        {**FORM[0], **default},
        {**FORM[0], **default, "label": "cleared", "required": False},
        {**FORM[0], **default, "label": "given"},
    ]
    task = task_with(cast.olga, asked)
    made(put(cast.olga, task, cleared="", given="mine"), 200)
    before = fields_of(cast.olga, task)
    assert (before["text"]["value"], before["text"]["default_value"]) == (None, "usual")
    complete(cast.olga, task)
    after = fields_of(cast.olga, task)
    values = {label: field["value"] for label, field in after.items()}
    assert values == {"text": "usual", "cleared": None, "given": "mine"}
    again = task_with(cast.olga, asked)
    made(put(cast.olga, again, text=""), 200)
    answer = cast.olga.post("/completed-tasks", {"task_id": again["id"]})
    assert answer.status_code == 422
    assert list(answer.json()["errors"].values()) == [["text is required"]]
