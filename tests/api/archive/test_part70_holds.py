"""Part 70, section 4: rows 23, 25 and 26. No path forgets to ask (24): test_part70_guard.py."""

from typing import Any

import pytest

from cast import Cast, Person
from factories import launch, made, make_oneoff, make_template, tasks_of
from wire import check_problem

HOLDS = "/holds"


def hold(by: Person, scope: str, thing_id: str | None = None, **fields: Any) -> Any:
    body = {"reason": "Litigation", "scope": {"type": scope, "id": thing_id}, **fields}
    return made(by.post(HOLDS, body))


def release(by: Person, held: Any) -> Any:
    return made(by.put(f"{HOLDS}/{held['id']}/release", {"reason": "Settled"}), 200)


def archived_run(by: Person, template: Any | None = None) -> str:
    run: str = launch(by, template)["id"]
    made(by.delete(f"/runs/{run}"), 200)
    return run


def check_held(response: Any, kind: str, *held: Any) -> None:
    problem = check_problem(response, 409)
    assert problem["code"] == "HELD"
    assert problem["message"] == f"This {kind} is on hold and cannot be deleted."
    named = {
        each["id"]: (each["reason"], each["reference"]) for each in problem["details"]["holds"]
    }
    assert named == {each["id"]: (each["reason"], each["reference"]) for each in held}


def test_part70_23_a_hold_is_placed_read_changed_and_released(cast: Cast) -> None:
    run = launch(cast.olga)
    before = hold(cast.olga, "run", run["id"], reference="Case 12", expires_at="2999-01-01T00:00Z")
    assert before["scope"] == {"type": "run", "id": run["id"]}
    assert before["covers"] == {"runs": 1, "checklists": 0, "tasks": 0}
    assert (before["created_by"], before["released_at"]) == (cast.olga.user_id, None)
    path = f"{HOLDS}/{before['id']}"
    assert made(cast.olga.get(path), 200) == before
    changed = made(cast.olga.put(path, {"reason": "Audit", "expires_at": None}), 200)
    assert (changed["reason"], changed["reference"]) == ("Audit", "Case 12")
    assert changed["expires_at"] is None
    released = release(cast.olga, before)
    assert (released["released_by"], released["release_reason"]) == (cast.olga.user_id, "Settled")
    again = made(cast.olga.put(f"{path}/release", {"reason": "Another"}), 200)
    assert again == released
    check_problem(cast.olga.put(path, {"reason": "More"}), 422)


def test_part70_23_what_cannot_be_a_hold_is_refused(cast: Cast) -> None:
    run = launch(cast.olga)["id"]
    scope = {"type": "run", "id": run}
    for body, key in (
        ({"scope": scope}, "reason"),
        ({"scope": scope, "reason": ""}, "reason"),
        ({"scope": scope, "reason": "x" * 1001}, "reason"),
        ({"scope": scope, "reason": "x", "reference": "x" * 201}, "reference"),
        ({"scope": scope, "reason": "x", "expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"scope": {"type": "world", "id": run}, "reason": "x"}, "scope.type"),
        ({"scope": {"type": "run", "id": "f" * 32}, "reason": "x"}, "scope.id"),
        ({"scope": {"type": "checklist", "id": run}, "reason": "x"}, "scope.id"),
        ({"scope": {"type": "run"}, "reason": "x"}, "scope.id"),
    ):
        problem = check_problem(cast.olga.post(HOLDS, body), 422)
        assert key in problem["errors"], (body, problem)
    assert made(cast.olga.get(HOLDS), 200) == []


def test_part70_23_they_are_listed_narrowed_and_sorted(cast: Cast) -> None:
    run = launch(cast.olga)["id"]
    first = hold(cast.olga, "run", run, reason="Ärger mit Kunden", reference="A-1")
    second = hold(cast.olga, "organization")
    release(cast.olga, first)
    for query, expected in (
        ("", [second, first]),
        ("?active=true", [second]),
        ("?active=false", [first]),
        ("?scope=organization", [second]),
        (f"?scope={run}", [first]),
        ("?reference=a-1", [first]),
        ("?q=äRGER", [first]),
        ("?q=A-1", [first]),
        ("?sort=id", sorted([first, second], key=lambda each: str(each["id"]))),
    ):
        found = made(cast.olga.get(HOLDS + query), 200)
        assert [each["id"] for each in found] == [each["id"] for each in expected], query
    check_problem(cast.olga.get(f"{HOLDS}?scope=world"), 422)


def _run(cast: Cast) -> tuple[str, str, dict[str, str]]:
    template = make_template(cast.olga, 1)
    run = archived_run(cast.olga, template)
    return f"/runs/{run}/delete", "process", {"run": run, "checklist": template["id"]}


def _template(cast: Cast) -> tuple[str, str, dict[str, str]]:
    template = make_template(cast.olga, 1)["id"]
    assert cast.olga.delete(f"/checklists/{template}").ok
    return f"/checklists/{template}/delete", "template", {"checklist": template}


def _task(cast: Cast) -> tuple[str, str, dict[str, str]]:
    task = make_oneoff(cast.olga)["id"]
    return f"/tasks/{task}/delete", "task", {"task": task}


@pytest.mark.parametrize("make", [_run, _template, _task])
def test_part70_23_whatever_covers_it_refuses_until_the_last_is_released(
    cast: Cast, make: Any
) -> None:
    path, kind, scopes = make(cast)
    placed = [hold(cast.olga, scope, thing) for scope, thing in scopes.items()]
    placed += [hold(cast.olga, "organization", reference="All")]
    while placed:
        check_held(cast.olga.delete(path), kind, *placed)
        release(cast.olga, placed.pop())
    assert cast.olga.delete(path).ok


def test_part70_23_404_comes_before_403_before_422_before_409(cast: Cast) -> None:
    run = launch(cast.olga)["id"]
    hold(cast.olga, "run", run)
    path = f"/runs/{run}/delete"
    check_problem(cast.olga.delete(f"/runs/{'f' * 32}/delete"), 404)
    check_problem(cast.mia.delete(path), 403)
    assert "errors" in check_problem(cast.olga.delete(path), 422)
    made(cast.olga.delete(f"/runs/{run}"), 200)
    check_problem(cast.mia.delete(path), 403)
    assert check_problem(cast.olga.delete(path), 409)["code"] == "HELD"


def seen(by: Person, path: str) -> Any:
    return made(by.get(path), 200).get("held", "absent")


def test_part70_4_what_is_held_says_so_to_those_whom_a_refusal_would_tell(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    run, alone = launch(cast.olga, template, users=[cast.leo.user_id]), make_oneoff(cast.olga)
    (task,) = tasks_of(cast.olga, run)
    paths = {
        f"/runs/{run['id']}": {"run", "checklist"},
        f"/tasks/{task['id']}": {"run", "checklist"},
        f"/checklists/{template['id']}": {"checklist"},
        f"/tasks/{alone['id']}": {"task"},
    }
    scopes = {"run": run["id"], "checklist": template["id"], "task": alone["id"]}
    assert {seen(cast.olga, path) for path in paths} == {False}
    for scope, thing in {**scopes, "organization": None}.items():
        held = hold(cast.olga, scope, thing)
        for path, covered in paths.items():
            expected = scope in {*covered, "organization"}
            assert seen(cast.olga, path) is expected, (scope, path)
        assert seen(cast.mia, f"/runs/{run['id']}") is (scope != "task")
        assert seen(cast.leo, f"/runs/{run['id']}") is None
        listed = made(cast.olga.get("/runs"), 200) + made(cast.olga.get("/tasks"), 200)
        assert {each["held"] for each in listed} >= {True}
        for path, covered in paths.items():
            found = made(cast.olga.get(f"{path}?with=holds"), 200)["holds"]["data"]
            named = [held["id"]] if scope in {*covered, "organization"} else []
            assert [each["id"] for each in found] == named
            assert "holds" not in made(cast.mia.get(f"/runs/{run['id']}?with=holds"), 200)
        release(cast.olga, held)
    assert {seen(cast.olga, path) for path in paths} == {False}


@pytest.mark.parametrize("kind", ["runs", "checklists", "tasks"])
def test_part70_4_administrators_find_what_is_held(cast: Cast, kind: str) -> None:
    template = make_template(cast.olga, 1)
    held, free = launch(cast.olga, template), launch(cast.olga, make_template(cast.olga, 1))
    hold(cast.olga, "checklist", template["id"])
    expected = {
        "runs": ({held["id"]}, {free["id"]}),
        "checklists": ({held["checklist_id"]}, {free["checklist_id"]}),
        "tasks": tuple({each["id"] for each in tasks_of(cast.olga, run)} for run in (held, free)),
    }[kind]
    for word, wanted in zip(("true", "false"), expected, strict=True):
        assert {each["id"] for each in made(cast.olga.get(f"/{kind}?held={word}"), 200)} == wanted
    check_problem(cast.olga.get(f"/{kind}?held=perhaps"), 422)
    check_problem(cast.mia.get(f"/{kind}?held=true"), 422)
