"""Part 21, 9: custom fields, about records of ten kinds (rows 34 to 39)."""

from typing import Any

import pytest

from backdoor import add_fields, set_key
from cast import Cast, Person
from factories import (
    activity_of,
    complete,
    launch,
    made,
    make_oneoff,
    make_template,
    read,
    tasks_of,
)
from wire import check_problem

UNKNOWN = "0" * 32


def make_key(by: Person, key: str, applies_to: str, field_type: str = "text", **more: Any) -> Any:
    body = {"key": key, "applies_to": applies_to, "field_type": field_type, **more}
    return made(by.post("/custom-field-keys", body))


def put(by: Person, path: str, **values: Any) -> Any:
    return by.put(f"{path}/custom-fields", {"custom_fields": values})


def values(by: Person, path: str) -> Any:
    return made(by.get(f"{path}/custom-fields"), 200)["custom_fields"]


# --- Keys ---


def test_21_34_keys_are_the_administrators(cast: Cast) -> None:
    key = make_key(cast.olga, "region", "run", "dropdown", options=["North", {"text": "South"}])
    assert key == {
        "id": key["id"], "key": "region", "label": "region", "applies_to": "process",
        "field_type": "dropdown", "key_type": "org", "is_required": False, "is_active": True,
        "options": [
            {"id": 1, "text": "North", "value": None, "required": False},
            {"id": 2, "text": "South", "value": None, "required": False},
        ],
        "columns": [], "position": 1, "created_at": key["created_at"],
        "last_updated": key["last_updated"],
    }  # fmt: skip
    path = f"/custom-field-keys/{key['id']}"
    for person in (cast.mia, cast.leo):
        body = {"key": "x", "applies_to": "task", "field_type": "text"}
        check_problem(person.post("/custom-field-keys", body), 403)
        check_problem(person.put(path, {"label": "x"}), 403)
        check_problem(person.delete(path), 403)
        assert made(person.get(path), 200) == key
    for name, value in (
        ("key", "other"), ("applies_to", "task"), ("field_type", "text"), ("key_type", "system"),
    ):  # fmt: skip
        problem = check_problem(cast.olga.put(path, {name: value}), 422)
        assert list(problem["errors"]) == [name]
    echoed = cast.olga.put(path, {**key, "applies_to": "run"})
    assert (echoed.json()["data"], "X-Ignored-Fields" in echoed.headers) == (key, False)
    assert made(cast.olga.patch(path, {"label": "Where"}), 200)["label"] == "Where"
    made(cast.olga.delete(path), 200)
    check_problem(cast.olga.delete(path), 404)


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ({}, {"key", "applies_to", "field_type"}),
        ({"key": "Ä b"}, {"key"}),
        ({"key": "1a"}, {"key"}),
        ({"key": "a" * 65}, {"key"}),
        ({"applies_to": "cow"}, {"applies_to"}),
        ({"field_type": "cow", "key_type": "system"}, {"field_type", "key_type"}),
        ({"field_type": "radio"}, {"options"}),
        ({"field_type": "table", "columns": []}, {"columns"}),
        ({"field_type": "radio", "options": [" "]}, {"options.0.text"}),
        ({"field_type": "radio", "options": [{"id": 1, "text": "a"}, {"id": 1, "text": "b"}]},
         {"options"}),
    ],
)  # fmt: skip
def test_21_9_1_what_no_key_can_be(cast: Cast, body: Any, keys: set[str]) -> None:
    usual = {"key": "a", "applies_to": "task", "field_type": "text"} if body else {}
    problem = check_problem(cast.olga.post("/custom-field-keys", {**usual, **body}), 422)
    assert set(problem["errors"]) == keys


def test_21_9_1_a_key_is_there_once_for_each_kind(cast: Cast) -> None:
    make_key(cast.olga, "a", "task")
    make_key(cast.olga, "a", "tag", "number", is_required=True)
    body = {"key": "a", "applies_to": "task", "field_type": "number"}
    problem = check_problem(cast.olga.post("/custom-field-keys", body), 422)
    assert problem["errors"] == {"key": ["The key has already been taken."]}

    def found(query: str) -> list[str]:
        rows = made(cast.leo.get(f"/custom-field-keys?{query}"), 200)
        return [row["applies_to"] for row in rows]

    assert sorted(found("")) == ["tag", "task"]
    assert found("applies_to=task") == ["task"]
    assert found("field_type=number&key_type=org") == ["tag"]
    assert found("is_required=false&is_active=true") == ["task"]
    assert found("key_type=system") == found("q=nothing") == []
    check_problem(cast.stranger().get("/custom-field-keys"), 404)


# --- Values of every kind of record ---


def records(cast: Cast) -> dict[str, str]:
    """Paths of one record of each kind."""
    template = make_template(cast.olga, 1)
    path = f"/checklists/{template['id']}"
    capture, prerun = add_fields(cast, template["id"])
    (step,) = made(cast.olga.get(f"{path}/steps"), 200)
    process = launch(cast.olga, name="P")
    guest = "gus@guests.test"
    task = make_oneoff(cast.olga, run_id=process["id"], owners={"guests": [guest]})
    folder = made(cast.olga.post("/folders", {"name": "F"}))["id"]
    tag = made(cast.olga.post("/tags", {"title": "T"}))["id"]
    return {
        "process": f"/runs/{process['id']}",
        "task": f"/runs/{process['id']}/tasks/{task['id']}",
        "member": f"/users/{cast.mia.user_id}",
        "guest": f"/guests/{guest}",
        "folder": f"/folders/{folder}",
        "tag": f"/tags/{tag}",
        "template": path,
        "step": f"{path}/steps/{step['id']}",
        "form_field": f"{path}/steps/{step['id']}/captures/{capture}",
        "kickoff_field": f"{path}/preruns/{prerun}",
    }


def test_21_35_values_are_replaced_as_a_whole(cast: Cast) -> None:
    for kind, path in records(cast).items():
        make_key(cast.olga, "a", kind)
        make_key(cast.olga, "b", kind, "number")
        needed = make_key(cast.olga, "needed", kind, is_required=True)
        gone = make_key(cast.olga, "gone", kind)
        made(cast.olga.put(f"/custom-field-keys/{gone['id']}", {"is_active": False}), 200)
        problem = check_problem(put(cast.olga, path, a=1, cow=1, gone="x"), 422)
        assert set(problem["errors"]) == {
            f"custom_fields.{name}" for name in ("a", "cow", "gone", "needed")
        }
        assert values(cast.olga, path) == {}
        first = made(put(cast.olga, path, needed="x", b="7.5"), 200)
        assert first == {"custom_fields": {"b": 7.5, "needed": "x"}}
        assert made(put(cast.olga, path, needed="y", a=" z "), 200) == {
            "custom_fields": {"a": " z ", "needed": "y"}
        }
        assert values(cast.olga, path) == {"a": " z ", "needed": "y"}
        check_problem(put(cast.olga, path), 422)
        made(cast.olga.put(f"/custom-field-keys/{needed['id']}", {"is_required": False}), 200)
        assert made(put(cast.olga, path, a=None), 200) == {"custom_fields": {}}
        for body in ({}, {"custom_fields": 1}, {"custom_fields": None}):
            check_problem(cast.olga.put(f"{path}/custom-fields", body), 422)


def test_21_36_one_value_at_a_time(cast: Cast) -> None:
    of_templates = ("template", "step", "form_field", "kickoff_field")
    for kind, path in records(cast).items():
        make_key(cast.olga, "a", kind)
        make_key(cast.olga, "needed", kind, is_required=True)
        one = f"{path}/custom-fields/a"
        if kind in of_templates:
            refused = cast.olga.patch(one, {"value": "x"})
            check_problem(refused, 405)
            assert "DELETE" in refused.headers["Allow"]
            made(put(cast.olga, path, a="x", needed="n"), 200)
        else:
            made(cast.olga.patch(one, {"value": "x"}), 200)
            made(cast.olga.patch(f"{path}/custom-fields/needed", {"value": "n"}), 200)
            check_problem(cast.olga.patch(f"{path}/custom-fields/cow", {"value": "n"}), 404)
            check_problem(cast.olga.patch(one, {"value": ["n"]}), 422)
            check_problem(cast.olga.patch(one, {}), 422)
        assert values(cast.olga, path) == {"a": "x", "needed": "n"}
        for _ in range(2):
            assert made(cast.olga.delete(one), 200)["custom_fields"] == {"needed": "n"}
        check_problem(cast.olga.delete(f"{path}/custom-fields/needed"), 422)
        check_problem(cast.olga.delete(f"{path}/custom-fields/cow"), 404)


def test_21_37_values_of_the_servers_own_keys_stay(cast: Cast) -> None:
    for kind, path in records(cast).items():
        key = make_key(cast.olga, "kept", kind)
        make_key(cast.olga, "own", kind)
        made(put(cast.olga, path, kept="x", own="y"), 200)
        set_key(cast, key["id"], is_system=True)
        check_problem(cast.olga.delete(f"{path}/custom-fields/kept"), 403)
        check_problem(put(cast.olga, path, kept="z"), 422)
        assert made(put(cast.olga, path), 200)["custom_fields"] == {"kept": "x"}
        check_problem(cast.olga.delete(f"/custom-field-keys/{key['id']}"), 403)


@pytest.mark.parametrize(
    ("field_type", "good", "bad"),
    [
        ("text", ["x"], [1, True, [], {}, "a\x00"]),
        ("textarea", ["x\ny"], [1]),
        ("number", [0, 7, 7.5, "8"], ["x", True, [], "1e999", "nan"]),
        ("boolean", [True, False, "true", 0], ["maybe", 7, []]),
        ("date", ["2031-05-15", "2031-05-15T14:30:00Z"], ["soon", 1, "2031-02-30"]),
        ("email", ["a@b.test"], ["a", "a b@c.test", 1]),
        ("url", ["https://a.test/x"], ["javascript:alert(1)", "a", 1]),
        ("radio", ["N"], ["X", 1, ["N"]]),
        ("dropdown", ["S"], ["s"]),
        ("multiselect", [["N", "S"], ["N"]], ["N", ["X"], [1], [[]]]),
        ("table", [[{"C": "1"}, {}]], [[{"D": "1"}], "x", [1], [{"C": {}}]]),
    ],
)
def test_21_9_2_each_type_takes_its_values(
    cast: Cast, field_type: str, good: list[Any], bad: list[Any]
) -> None:
    path = f"/runs/{launch(cast.olga)['id']}"
    make_key(cast.olga, "a", "process", field_type, options=["N", "S"], columns=["C"])
    for value in good:
        stored = made(put(cast.olga, path, a=value), 200)["custom_fields"]["a"]
        assert values(cast.olga, path)["a"] == stored
        assert made(put(cast.olga, path, a=stored), 200)["custom_fields"]["a"] == stored
    kept = values(cast.olga, path)
    for value in bad:
        problem = check_problem(put(cast.olga, path, a=value), 422)
        assert list(problem["errors"]) == ["custom_fields.a"]
    assert values(cast.olga, path) == kept
    made(put(cast.olga, path, a=None), 200)
    assert values(cast.olga, path) == {}


def test_values_stand_in_their_objects(cast: Cast) -> None:
    paths = records(cast)
    for kind, path in paths.items():
        make_key(cast.olga, "a", kind)
        made(put(cast.olga, path, a=kind), 200)
    for kind in ("process", "task", "folder", "tag", "template"):
        assert made(cast.olga.get(paths[kind]), 200)["custom_fields"] == {"a": kind}
    whole = made(cast.olga.get(f"{paths['template']}?with=steps"), 200)
    (step,) = whole["steps"]["data"]
    assert step["custom_fields"] == {"a": "step"}
    assert step["captures"][0]["custom_fields"] == {"a": "form_field"}
    assert whole["prerun"][0]["custom_fields"] == {"a": "kickoff_field"}
    assert made(cast.olga.get(f"{paths['template']}/steps"), 200) == [step]
    assert [row["custom_fields"] for row in made(cast.olga.get("/tags"), 200)] == [{"a": "tag"}]
    (folder,) = made(cast.olga.get("/folders?with=children"), 200)
    assert folder["custom_fields"] == {"a": "folder"}
    (listed,) = made(cast.olga.get("/checklists"), 200)
    assert listed["custom_fields"] == {"a": "template"}
    (run,) = made(cast.olga.get("/runs?with=tasks"), 200)
    assert run["custom_fields"] == {"a": "process"}
    assert run["tasks"]["data"][0]["custom_fields"] == {"a": "task"}
    for kind in ("member", "guest"):
        assert "custom_fields" not in made(cast.olga.get(paths[kind]), 200)
    changed = made(cast.olga.put(paths["process"], {"name": "Q", "custom_fields": {"a": "x"}}), 200)
    assert changed["custom_fields"] == {"a": "process"}


# --- Who, and when ---


def test_21_9_2_who_may_write(cast: Cast) -> None:
    make_key(cast.olga, "a", "task")
    make_key(cast.olga, "a", "member")
    template = make_template(cast.olga, [{"title": "S", "assignees": [cast.leo.user_id]}])
    process = launch(cast.olga, template)
    (task,) = tasks_of(cast.olga, process)
    path = f"/tasks/{task['id']}"
    check_problem(put(cast.mia, path, a="x"), 403)
    made(put(cast.leo, path, a="x"), 200)
    assert values(cast.mia, path) == {"a": "x"}
    (entry,) = [
        entry for entry in activity_of(cast.olga, process) if entry["field"] == ["custom_fields.a"]
    ]
    assert (entry["verb"], entry["type"], entry["auditable_id"], entry["parentable_id"]) == (
        ["updated"], ["Task"], task["id"], process["id"],
    )  # fmt: skip
    made(put(cast.leo, path, a="x"), 200)
    made(put(cast.leo, path), 200)
    (latest, *_) = activity_of(cast.olga, process)
    assert (latest["field"], latest["old_value"]) == (["custom_fields.a"], ["x"])
    me = f"/users/{cast.leo.user_id}"
    made(put(cast.leo, me, a="x"), 200)
    made(put(cast.olga, me, a="y"), 200)
    assert values(cast.leo, "/users/me") == {"a": "y"}
    for call in (put(cast.mia, me, a="z"), cast.mia.get(f"{me}/custom-fields")):
        check_problem(call, 403)
    stan = cast.stranger()
    check_problem(stan.get(f"{path}/custom-fields"), 404)


def test_30_10_5_values_of_an_archived_process_stand_still(cast: Cast) -> None:
    for kind in ("process", "task"):
        make_key(cast.olga, "a", kind)
    process = launch(cast.olga, make_template(cast.olga, 1))
    (task,) = tasks_of(cast.olga, process)
    paths = (f"/runs/{process['id']}", f"/tasks/{task['id']}")
    for path in paths:
        made(put(cast.olga, path, a="x"), 200)
    complete(cast.olga, task)
    made(cast.olga.delete(paths[0]), 200)
    for path in paths:
        assert check_problem(put(cast.olga, path, a="y"), 422)["code"] == "ARCHIVED"
        assert check_problem(cast.olga.delete(f"{path}/custom-fields/a"), 422)["code"] == "ARCHIVED"
        assert values(cast.olga, path) == {"a": "x"}
    made(cast.olga.put(f"{paths[0]}/activate"), 200)
    assert read(cast.olga, process)["custom_fields"] == {"a": "x"}


def test_20_50_values_of_an_archived_template_are_not_found(cast: Cast) -> None:
    paths = records(cast)
    made(cast.olga.delete(paths["template"]), 200)
    for kind in ("template", "step", "form_field", "kickoff_field"):
        check_problem(cast.olga.get(f"{paths[kind]}/custom-fields"), 404)
        check_problem(put(cast.olga, paths[kind]), 404)


def test_21_38_a_launch_takes_the_values_over(cast: Cast) -> None:
    for kind in ("template", "process", "step", "task"):
        make_key(cast.olga, "a", kind)
    make_key(cast.olga, "b", "template", "number")
    make_key(cast.olga, "b", "process", "text")
    make_key(cast.olga, "c", "template")
    template = make_template(cast.olga, 2)
    path = f"/checklists/{template['id']}"
    first, _ = made(cast.olga.get(f"{path}/steps"), 200)
    made(put(cast.olga, path, a="T", b=1, c="only here"), 200)
    made(put(cast.olga, f"{path}/steps/{first['id']}", a="S"), 200)
    process = launch(cast.olga, template)
    assert process["custom_fields"] == {"a": "T"}
    made(put(cast.olga, path, a="Other"), 200)
    made(put(cast.olga, f"{path}/steps/{first['id']}"), 200)
    assert read(cast.olga, process)["custom_fields"] == {"a": "T"}
    assert [task["custom_fields"] for task in tasks_of(cast.olga, process)] == [{"a": "S"}, {}]
    seen = read(cast.olga, process, "?with=checklist")["checklist"]["data"]
    assert seen["custom_fields"]["a"] == "Other"


def test_20_23_a_clone_has_the_values_of_its_original(cast: Cast) -> None:
    paths = records(cast)
    for kind in ("template", "step", "form_field", "kickoff_field"):
        make_key(cast.olga, "a", kind)
        made(put(cast.olga, paths[kind], a=kind), 200)
    copy = made(cast.olga.post(f"{paths['template']}/clone?with=steps"))
    (step,) = copy["steps"]["data"]
    assert copy["custom_fields"] == {"a": "template"}
    assert copy["prerun"][0]["custom_fields"] == {"a": "kickoff_field"}
    assert step["custom_fields"] == {"a": "step"}
    assert step["captures"][0]["custom_fields"] == {"a": "form_field"}


def test_21_39_guests_and_the_public_learn_nothing(cast: Cast) -> None:
    make_key(cast.olga, "a", "task")
    make_key(cast.olga, "a", "guest")
    task = make_oneoff(cast.olga, owners={"guests": ["gus@guests.test"]})
    guest = cast.guest_of(task)
    made(put(cast.olga, f"/tasks/{task['id']}", a="secret"), 200)
    made(put(cast.olga, "/guests/gus@guests.test", a="difficult"), 200)
    assert values(cast.mia, f"/guests/{guest.code}") == {"a": "difficult"}
    seen = made(guest.get(f"/tasks/{task['id']}?with=tags,folders"), 200)
    assert seen["custom_fields"] is None
    (listed,) = made(guest.get("/tasks"), 200)
    assert listed["custom_fields"] is None
    done = made(guest.post("/completed-tasks", {"task_id": task["id"]}), 200)
    assert done["custom_fields"] is None
    for call in (guest.get("/custom-fields"), put(guest, "", a="nice")):
        check_problem(call, 403)
    process = launch(cast.olga, is_public=True)
    key = process["public_url"].rsplit("/", 1)[1]
    shown = made(cast.nobody.get(f"/public/runs/{key}"), 200)
    assert "custom_fields" not in shown


def test_values_go_with_their_records(cast: Cast) -> None:
    paths = records(cast)
    for kind, path in paths.items():
        make_key(cast.olga, "a", kind)
        made(put(cast.olga, path, a="x"), 200)
    for kind in ("process", "template"):
        made(cast.olga.delete(paths[kind]), 200)
        assert cast.olga.delete(f"{paths[kind]}/delete").ok
    for kind in ("folder", "tag"):
        assert cast.olga.delete(paths[kind]).ok
    made(cast.olga.delete(f"{paths['member']}/disable"), 200)
    assert cast.olga.delete(f"{paths['member']}/delete").ok
    assert cast.olga.delete(paths["guest"]).ok
    for kind, path in paths.items():
        if kind != "guest":
            check_problem(cast.olga.get(f"{path}/custom-fields"), 404)
    rows = made(cast.olga.get("/custom-field-keys?without_pagination=true"), 200)
    for row in rows:
        made(cast.olga.delete(f"/custom-field-keys/{row['id']}"), 200)
