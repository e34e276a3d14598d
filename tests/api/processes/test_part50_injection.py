"""Part 50, 4.12: completing a task adds the tasks of a template to its own process."""

from typing import Any

import pytest

from backdoor import set_process
from cast import Cast, Person
from factories import activity_of, made, make_template
from forms import asked
from ruled import Running, answer, do, rule, ruled, text, when
from server import ClockInHand

AFTER_P = {"value": 2, "unit": "days", "option": "from", "step": "P"}


def adding(by: Person, target: Any, steps: str = "Sign Last", rules: Any = ()) -> Any:
    """A template whose first step adds `target`."""
    template = ruled(by, steps, list(rules))
    path = f"/checklists/{template['id']}/steps"
    first = made(by.get(path), 200)[0]
    inside = {"id": target["id"], "default_name_format": None, "tasks_within_process": True}
    body = {"title": first["title"], "bp_to_launch": inside}
    made(by.put(f"{path}/{first['id']}", body), 200)
    return template


def notes_on(by: Person, task: Any) -> list[str]:
    threads = made(by.get(f"/tasks/{task['id']}?with=threads"), 200)["threads"]["data"]
    return [thread["content"] for thread in threads if thread["author_type"] == "bot"]


def order(run: Running) -> str:
    return " ".join(run.tasks())


def learn(run: Running) -> None:
    run.ids = {title: task["id"] for title, task in run.tasks().items()}


def target_with_rules(by: Person) -> Any:
    steps: dict[str, Any] = {
        "P": {"captures": [text("said")]}, "Q": {}, "R": {"deadline": AFTER_P}, "S": {},
    }  # fmt: skip
    rules = [
        rule(answer("said", "equals", "yes", type="Capture"), do("show", "Q")),
        rule(
            [answer("size", "equals", "big"), when("P")],
            do("assign", "S", assignees={"guests": ["gus@guests.test"]}),
        ),
    ]
    default = asked("size", id="size", alias="size", default_value="big", **DEFAULT)
    return ruled(by, steps, rules, [default], title="Added")


DEFAULT: Any = {"default_value_enabled": True}


def test_50_4_12_50_49_its_tasks_come_after_it_once_with_their_own_rules(
    cast: Cast, clock: ClockInHand
) -> None:
    clock.stop_at("2026-03-02T09:00:00Z")
    own = rule(when("Last"), do("assign", "Sign", assignees={"users": [cast.mia.user_id]}))
    run = Running(cast.olga, adding(cast.olga, target_with_rules(cast.olga), rules=[own]))
    assert (order(run), run.read()["progress"]["total"]) == ("Sign Last", 2)
    clock.stop_at("2026-03-12T09:00:00Z")
    assert run.complete("Sign") == []
    assert order(run) == "Sign P Q R S Last"
    assert run.hidden() == "Q"
    learn(run)
    sign = run.tasks()["Sign"] | {"run_id": run.process["id"]}
    assert ["Added 4 tasks of the template" in note for note in notes_on(cast.olga, sign)] == [True]
    assert any(each["verb"] == ["linked"] for each in activity_of(cast.olga, run.process))
    # Their deadlines count from now.
    assert (run.due("P"), run.due("R")) == ("2026-03-17T09:00:00Z", "2026-03-19T09:00:00Z")
    run.put("P", deadline="2026-04-01T09:00:00Z")
    run.put("P", deadline=None)
    assert run.due("P") == "2026-03-17T09:00:00Z"
    # Readers see one process, launched from its first version.
    path = f"{run.path}?with=checklist,ko_form_fields,form_fields,stages"
    whole = made(cast.olga.get(path), 200)
    assert (whole["checklist_id"], whole["prerun_length"]) == (run.template["id"], 1)
    assert [field["label"] for field in whole["ko_form_fields"]["data"]] == ["size"]
    exported = made(cast.olga.get(f"{run.path}/export"), 200)["rows"]
    assert {row["blueprint_version"] for row in exported} == {1}
    versions = made(cast.olga.get(f"/checklists/{run.template['id']}/versions"), 200)
    assert [each["version"] for each in versions] == [1]
    # Their forms, rules and anchors work as if they had been there from the beginning.
    assert run.put("P", taskdata={"said": "Yes"}) == ["Q"]
    assert run.complete("P") == ["R", "S"]
    assert run.due("R") == "2026-03-14T09:00:00Z"
    assert run.owners("S") == [cast.olga.user_id, "e"]
    # What was there goes on, and its rules do.
    assert run.complete("Last") == []
    run.reopen("Sign")
    assert run.complete("Last") == []
    assert run.complete("Sign") == []
    assert len(run.tasks()) == 6
    assert "adds no tasks again" in "".join(notes_on(cast.olga, sign))
    run.complete("Q"), run.complete("R"), run.complete("S")
    assert run.read()["status"] == "complete"


@pytest.mark.parametrize("reason", ["twice", "itself", "archived", "asks", "asleep"])
def test_50_4_12_what_is_not_added_and_what_sleeps(cast: Cast, reason: str) -> None:
    target = target_with_rules(cast.olga)
    template = adding(cast.olga, target)
    path, prerun = f"/checklists/{target['id']}", f"/checklists/{target['id']}/preruns"
    if reason == "twice":
        steps = f"/checklists/{template['id']}/steps"
        last = made(cast.olga.get(steps), 200)[1]
        inside = {"id": target["id"], "tasks_within_process": True}
        body = {"title": "Last", "bp_to_launch": inside}
        made(cast.olga.put(f"{steps}/{last['id']}", body), 200)
    elif reason == "archived":
        assert cast.olga.delete(path).status_code in (200, 204)
    elif reason == "asks":
        made(cast.olga.post(prerun, asked("Who", required=True)))
    elif reason == "itself":
        template = make_template(cast.olga, [{"title": "Sign"}, {"title": "Last"}])
        steps = f"/checklists/{template['id']}/steps"
        first = made(cast.olga.get(steps), 200)[0]
        inside = {"id": template["id"], "tasks_within_process": True}
        answered = cast.olga.put(
            f"{steps}/{first['id']}", {"title": "Sign", "bp_to_launch": inside}
        )
        if answered.status_code == 422:
            return
    run = Running(cast.olga, template)
    if reason == "asleep":
        template = adding(cast.olga, target, rules=[rule(when("Sign"), do("show", "Last"))])
        run = Running(cast.olga, template)
        set_process(cast, run.process["id"], rules_active=False)
    assert run.complete("Sign") == []
    if reason == "twice":
        assert run.complete("Last") == []
    found = run.tasks()
    sign = found["Last" if reason == "twice" else "Sign"] | {"run_id": run.process["id"]}
    if reason == "asleep":
        assert (order(run), run.hidden()) == ("Sign P Q R S Last", "Last")
        return
    assert len(found) == (6 if reason == "twice" else 2)
    assert "No tasks were added: " in notes_on(cast.olga, sign)[0]
