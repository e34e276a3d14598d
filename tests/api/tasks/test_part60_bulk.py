"""Part 60, 9: many tasks and processes at once."""

from typing import Any

from cast import Cast
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


def test_60_47_good_rows_are_applied_and_bad_ones_are_told(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 4))
    first, second, hidden, done = tasks_of(cast.olga, process)
    run = f"/runs/{process['id']}"
    made(cast.olga.put(f"{run}/tasks/{hidden['id']}/hide"), 200)
    complete(cast.olga, done)
    elsewhere = make_oneoff(cast.olga)
    people = {"users": [cast.mia.user_id]}
    rows = {
        first["id"]: {"title": "One", "owners": people, "deadline": "2031-05-15 12:00:00"},
        second["id"]: {"owners": {"users": [999999999]}},
        hidden["id"]: {"title": "Hidden still"},
        done["id"]: {"title": "Too late"},
        elsewhere["id"]: {"title": "Not here"},
        "nothing": {"title": "x"},
    }
    answer = cast.mia.put(f"{run}/tasks", {"tasks": rows})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert set(told["errors"]) == {second["id"], done["id"], elsewhere["id"], "nothing"}
    assert told["errors"][done["id"]].startswith("Completed tasks cannot be updated.")
    assert {task["title"] for task in told["data"]} == {"One", "Hidden still"}
    shown = made(cast.olga.get(f"/tasks/{first['id']}"), 200)
    assert shown["owners"]["users"] == people["users"]
    assert shown["deadline"] == "2031-05-15T12:00:00Z"
    kept = made(cast.olga.get(f"/tasks/{hidden['id']}"), 200)
    assert (kept["title"], kept["status"]) == ("Hidden still", "auto-skipped")
    assert made(cast.olga.get(f"/tasks/{done['id']}"), 200)["title"] == done["title"]
    again = cast.mia.put(f"{run}/tasks", {"tasks": {first["id"]: {"title": "One"}}}).json()
    assert again["errors"] == {}


def test_60_9_what_did_not_change_is_not_told(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 2))
    rows = {task["id"]: {"title": f"T{at}"} for at, task in enumerate(tasks_of(cast.olga, process))}
    before = len(activity_of(cast.olga, process))
    for _ in range(2):
        told = cast.olga.put(f"/runs/{process['id']}/tasks", {"tasks": rows, "notify": False})
        assert told.json()["errors"] == {}
    assert len(activity_of(cast.olga, process)) == before + 2


def test_60_9_a_frozen_or_archived_process_refuses_all(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    (task,) = tasks_of(cast.olga, process)
    run, body = f"/runs/{process['id']}", {"tasks": {task["id"]: {"title": "x"}}}
    made(cast.olga.post(f"{run}/problem", {"content": "Wrong"}))
    assert cast.olga.put(f"{run}/tasks", body).status_code == 422
    assert cast.stranger().put(f"{run}/tasks", body).status_code == 404
    many: Any = {"tasks": {str(number): {} for number in range(1001)}}
    assert cast.olga.put(f"{run}/tasks", many).status_code == 422


def test_60_9_one_verb_for_many_tasks(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 2))
    first, second = (task["id"] for task in tasks_of(cast.olga, process))
    alone = make_oneoff(cast.olga)["id"]

    def act(verb: str, *ids: str) -> list[tuple[bool, int]]:
        results = made(cast.olga.post("/tasks/bulk", {"ids": ids, "verb": verb}), 200)
        assert [each["id"] for each in results] == list(ids)
        return [(each["is_done"], each["http_status"]) for each in results]

    assert act("complete", first, "0" * 32, "x", alone) == [
        (True, 200), (False, 404), (False, 404), (True, 200),
    ]  # fmt: skip
    assert act("reopen", first, alone) == [(True, 200), (True, 200)]
    assert act("hide", second, alone) == [(True, 200), (False, 422)]
    assert act("show", second) == [(True, 200)]
    assert act("archive", first, alone) == [(False, 422), (True, 200)]
    assert act("restore", alone) == [(True, 200)]
    refused = cast.olga.post("/tasks/bulk", {"ids": [alone], "verb": "praise"})
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"verb"})
    many = {"ids": [f"{number:032x}" for number in range(1001)], "verb": "complete"}
    assert cast.olga.post("/tasks/bulk", many).status_code == 422


def test_60_9_one_verb_for_many_processes(cast: Cast) -> None:
    first, second = (launch(cast.olga, name=name) for name in "AB")
    body = {"ids": [first["id"], "x", second["id"]], "verb": "archive"}
    told = made(cast.leo.post("/runs/bulk", body), 200)
    assert {each["http_status"] for each in told} <= {403, 404}
    told = made(cast.olga.post("/runs/bulk", body), 200)
    assert [each["http_status"] for each in told] == [200, 404, 200]
    assert read(cast.olga, first)["status"] == read(cast.olga, second)["status"] == "archived"
    made(cast.olga.post("/runs/bulk", {**body, "ids": [first["id"]], "verb": "activate"}), 200)
    told = made(cast.olga.post("/runs/bulk", {**body, "verb": "delete"}), 200)
    assert [each["http_status"] for each in told] == [422, 404, 200]
    assert cast.olga.get(f"/runs/{second['id']}").status_code == 404
