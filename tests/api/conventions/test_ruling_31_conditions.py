"""Ruling 31: what reads a thing says which state it is, and a change may ask for that state."""

import threading
from typing import Any

import sqlalchemy as sa

from cast import GUS, Cast
from factories import complete, launch, made, make_template, read_template, tasks_of
from homes import named_statements
from procession.domains.comments.tables import threads
from procession.domains.processes.tables import processes
from procession.domains.tasks.tables import tasks
from procession.domains.templates.tables import templates
from procession.kit.db import SQLITE_DIALECT
from procession.web.routes import ALL_ROUTES
from talking import say

#: What else each path needs to be changed.
BODIES: dict[str, Any] = {
    "/checklists/{checklist}": {"title": "Other"},
    "/checklists/{checklist}/steps/{step}": {"title": "Other"},
    "/runs/{run}": {"name": "Other"},
    "/runs/{run}/tasks/{task}": {"title": "Other"},
    "/tasks/{task}": {"title": "Other"},
    "/guests/{guest}/tasks/{task}": {"taskdata": {}},
    "/tasks/{task}/comment/{thread}": {"content": "Other"},
    "/guests/{guest}/tasks/{task}/comment/{thread}": {"content": "Other"},
    "/runs/{run}/comment/{on_run}": {"content": "Other"},
    "/checklists/{checklist}/comment/{on_template}": {"content": "Other"},
    "/checklists/{checklist}/steps/{step}/comment/{on_step}": {"content": "Other"},
}


def scene(cast: Cast) -> dict[str, str]:
    template = make_template(cast.olga, [{"title": "Sign", "guests": [GUS]}])
    step = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)[0]["id"]
    process = launch(cast.olga, template)
    task = tasks_of(cast.olga, process)[0]
    guest = cast.guest_of(task)
    base = f"/checklists/{template['id']}"
    return {
        "checklist": template["id"], "step": step, "run": process["id"], "task": task["id"],
        "guest": guest.code,
        "thread": say(guest, f"/tasks/{task['id']}", "Hello")["id"],
        "on_run": say(cast.olga, f"/runs/{process['id']}", "Hello")["id"],
        "on_template": say(cast.olga, base, "Hello")["id"],
        "on_step": say(cast.olga, f"{base}/steps/{step}", "Hello")["id"],
    }  # fmt: skip


def test_31_every_change_of_what_is_counted_asks_for_its_state(cast: Cast) -> None:
    ids = scene(cast)
    paths = {path.replace(f"{{{on}}}", "{thread}"): path for path in BODIES
             for on in ("on_run", "on_template", "on_step", "none")}  # fmt: skip
    counted = [route for route in ALL_ROUTES if route.subject is not None]
    assert {route.path.removeprefix("/organizations/{org}") for route in counted} <= set(paths)
    for route in counted:
        path = paths[route.path.removeprefix("/organizations/{org}")]
        filled = path.format(**ids)
        if route.method == "GET":
            answer = cast.olga.get(filled)
            tag = answer.headers["ETag"]
            known = cast.olga.get(filled, headers={"If-None-Match": tag})
            assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", tag)
            other = {"If-None-Match": f'W/"0", "{"0" * 9}"'}
            assert cast.olga.get(filled, headers=other).status_code == 200
            whole = cast.olga.get(f"{filled}?with=threads", headers={"If-None-Match": tag})
            assert whole.status_code == 200
            continue
        body = None if route.method == "DELETE" else BODIES[path]
        answer = cast.olga.call(route.method, filled, json=body, headers={"If-Match": '"0"'})
        assert answer.status_code == 412, f"{route.method} {path}: {answer.text}"
        assert answer.json()["code"] == "CHANGED_SINCE"
        tag = cast.olga.get(filled).headers["ETag"]
        if route.method != "DELETE":
            good = cast.olga.call(route.method, filled, json=body, headers={"If-Match": tag})
            assert good.status_code == 200, f"{route.method} {path}: {good.text}"


def test_31_who_was_slower_is_told_who_was_quicker(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    task = tasks_of(cast.olga, launch(cast.olga, template))[0]
    path = f"/tasks/{task['id']}"
    mine = {"If-Match": cast.olga.get(path).headers["ETag"]}
    quicker = cast.mia.put(path, {"title": "Mia's"}, headers=mine)
    assert quicker.headers["ETag"] == cast.olga.get(path).headers["ETag"] != mine["If-Match"]
    slower = cast.olga.put(path, {"title": "Olga's", "summary": "x"}, headers=mine)
    told = slower.json()["details"]
    assert (slower.status_code, told["current"]) == (412, {"title": "Mia's", "summary": None})
    assert (told["changed_by"]["id"], told["changed_by"]["type"]) == (cast.mia.user_id, "user")
    assert told["changed_at"].endswith("Z")
    assert slower.headers["ETag"] == quicker.headers["ETag"]
    assert made(cast.olga.get(path), 200)["title"] == "Mia's"
    assert cast.olga.put(path, {"title": "Olga's"}, headers={"If-Match": "*"}).status_code == 200
    stranger = cast.stranger().put(path, {"title": "x"}, headers=mine)
    assert stranger.status_code == 404


def test_31_a_launch_is_in_no_editors_way(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    path = f"/checklists/{template['id']}"
    tag = cast.olga.get(path).headers["ETag"]
    launch(cast.olga, template)
    assert cast.olga.get(path, headers={"If-None-Match": tag}).status_code == 200
    assert cast.olga.patch(path, {"title": "Other"}, headers={"If-Match": tag}).status_code == 200
    assert read_template(cast.olga, template)["title"] == "Other"


def test_31_one_of_many_at_once_is_the_quickest(cast: Cast) -> None:
    task = tasks_of(cast.olga, launch(cast.olga, make_template(cast.olga, 1)))[0]
    path = f"/tasks/{task['id']}"
    tag, found = cast.olga.get(path).headers["ETag"], []

    def rename(number: int) -> None:
        by, headers = cast.olga.again(), {"If-Match": tag}
        found.append(by.put(path, {"title": f"T{number}"}, headers=headers).status_code)

    racing = [threading.Thread(target=rename, args=(number,)) for number in range(4)]
    for each in racing:
        each.start()
    for each in racing:
        each.join()
    assert sorted(found) == [200, 412, 412, 412]


def test_31_a_tag_changes_with_what_it_stands_for(cast: Cast) -> None:
    template = make_template(cast.olga, 2)
    process = launch(cast.olga, template)
    first, second = tasks_of(cast.olga, process)
    run, path = f"/runs/{process['id']}", f"/tasks/{first['id']}"

    def tag(of: str) -> str:
        return str(cast.olga.get(of).headers["ETag"])

    before = tag(run), tag(path), tag(f"/tasks/{second['id']}")
    complete(cast.olga, first)
    after = tag(run), tag(path), tag(f"/tasks/{second['id']}")
    assert [was == now for was, now in zip(before, after, strict=True)] == [False, False, True]
    made(cast.olga.put(path, {"tags": []}), 200)
    assert tag(path) == after[1]


def test_31_every_update_counts() -> None:
    """Rows with a counter are changed by `kit.db.changing`; launches are counted apart, and
    reactions are in nobody's way who edits the comment."""
    apart = {"_COUNT_LAUNCH", "_COUNT_LAUNCH_AND_FREEZE", "_UNCOUNT_LAUNCH", "_SET_REACTIONS"}
    counted = {threads, processes, tasks, templates}
    for name, statement in named_statements().items():
        expression = statement.expression
        if isinstance(expression, sa.Update) and expression.table in counted:
            is_counting = "row_version" in str(expression.compile(dialect=SQLITE_DIALECT))
            assert is_counting != (name.rpartition(".")[2] in apart), name
