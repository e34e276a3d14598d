"""Part 40, 1.2: who may do what with a task they can read, cell by cell.

The routes by themselves stand in `matrix.py`; here are the keys of an update, and what the flag
`can_complete_only_assignees` (the asterisk of the table) takes away.
"""

from typing import Any

import pytest

from cast import Cast, Person
from factories import complete, launch, made, make_oneoff, make_template, tasks_of

FIELD = {"label": "Colour", "field_type": "text", "required": False}
EDITS: dict[str, Any] = {
    "title": "Other",
    "summary": "Other",
    "deadline": "2031-02-03",
    "started_at": "2031-01-03",
    "is_soft_start_date": False,
    "task_type": "approval",
    "position": 2,
    "max_assignable": 9,
    "webhook": "https://hook.test/x",
    "prevent_guest_comment": True,
    "top_secret": True,
    "everyone_must_complete": True,
    "can_complete_only_assignees": True,
    "owners": {"users": []},
}


def process_of(cast: Cast, **step: Any) -> tuple[Any, Any]:
    """Two tasks; everybody may read their process."""
    steps = [{"title": "Sign", "captures": [FIELD], **step}, {"title": "File"}]
    process = launch(cast.olga, make_template(cast.olga, steps))
    readers = {"process_read": {"users": [cast.leo.user_id, cast.mia.user_id]}}
    made(cast.olga.put(f"/runs/{process['id']}/permissions", readers), 200)
    first, second = tasks_of(cast.olga, process)
    return first, second


def status(by: Person, task: Any, **fields: Any) -> int:
    return by.put(f"/tasks/{task['id']}", fields).status_code


@pytest.mark.parametrize("is_assigned", [False, True], ids=["not assigned", "assigned"])
def test_1_2_light_members_fill_in_and_complete_and_edit_nothing(
    cast: Cast, is_assigned: bool
) -> None:
    people = [cast.leo.user_id] if is_assigned else [cast.mia.user_id]
    task, _ = process_of(cast, assignees=people)
    leo, path = cast.leo, f"/tasks/{task['id']}"
    before = made(leo.get(path), 200)
    for key, value in EDITS.items():
        assert status(leo, task, **{key: value}) == 403, key
        # Nothing of a request is done when one key of it is not allowed.
        assert status(leo, task, **{key: value, "taskdata": {"Colour": "Red"}}) == 403, key
    for word in ("hide", "show"):
        assert leo.put(f"/runs/{task['run_id']}{path}/{word}").status_code == 403
    assert leo.post(f"{path}/clone").status_code == 403
    assert leo.put(path, {"tags": "0" * 32}).status_code == 403
    assert made(leo.get(path), 200) == before
    assert status(leo, task, taskdata={"Colour": "Red"}) == 200
    assert complete(leo, task)["status"] == "completed"
    reopened = leo.delete(f"/completed-tasks/{task['id']}")
    assert reopened.status_code == (200 if is_assigned else 403)


def test_1_2_standard_members_edit_what_they_can_read(cast: Cast) -> None:
    """And who started a one-off task edits it, light or not."""
    task, _ = process_of(cast)
    for by, each in ((cast.mia, task), (cast.leo, make_oneoff(cast.leo))):
        for key, value in EDITS.items():
            if key not in ("top_secret", "can_complete_only_assignees", "position", "owners"):
                assert status(by, each, **{key: value}) == 200, key
    assert status(cast.mia, task, position=2) == 200
    assert status(cast.mia, task, owners={"users": [cast.mia.user_id]}) == 200
    mine = make_oneoff(cast.leo)
    assert status(cast.leo, mine, owners={"users": [cast.mia.user_id]}) == 200
    others = make_oneoff(cast.olga, owners={"users": [cast.leo.user_id]})
    assert status(cast.leo, others, title="Mine") == 403


def test_1_2_what_is_for_its_assignees_only(cast: Cast) -> None:
    task, _ = process_of(cast, assignees=[cast.leo.user_id], can_complete_only_assignees=True)
    mia, path = cast.mia, f"/tasks/{task['id']}"
    before = made(mia.get(path), 200)
    for key, value in EDITS.items():
        assert status(mia, task, **{key: value}) == (200 if value == before.get(key) else 403), key
    assert status(mia, task, owners={"users": [mia.user_id, cast.leo.user_id]}) == 403
    assert status(mia, task, taskdata={"Colour": "Red"}) == 403
    assert status(mia, task, status="in-progress") == 403
    assert status(mia, task, status="completed") == 403
    (field,) = made(mia.get(f"{path}?with=form_fields"), 200)["form_fields"]["data"]
    capture = {"id": field["id"], "value": "Red"}
    assert mia.post(f"{path}/captures", capture).status_code == 403
    value = {"id": field["unique_id"], "form_value": "Red"}
    assert mia.put("/form-field/value", value).status_code == 403
    connector = f"/processes/micro-functions/organizations/{cast.organization_id}{path}"
    dated = mia.client.put(f"{connector}/edit-deadline", {"deadline": "2031-01-01"})
    taken = mia.client.put(f"{connector}/remove-assignee/{cast.leo.user_id}")
    assert (dated.status_code, taken.status_code) == (403, 403)
    assert made(mia.get(path), 200) == before
    # Those rights of standard members have no asterisk.
    for word in ("hide", "show"):
        made(mia.put(f"/runs/{task['run_id']}{path}/{word}"), 200)
    made(mia.post(f"{path}/clone"))
    # A light assignee completes it, an administrator does everything.
    assert status(cast.leo, task, taskdata={"Colour": "Red"}) == 200
    assert complete(cast.leo, task)["status"] == "completed"
    assert mia.delete(f"/completed-tasks/{task['id']}").status_code == 403
    assert cast.olga.delete(f"/completed-tasks/{task['id']}").status_code == 200
    assert status(cast.olga, task, title="Other", owners={"users": [mia.user_id]}) == 200
    assert status(mia, task, title="Now mine") == 200


def test_1_2_whose_one_off_tasks_go(cast: Cast) -> None:
    """Archive, restore, delete: administrators, who started it, who owns its process."""
    olga, mia, leo = cast.olga, cast.mia, cast.leo
    run = launch(mia)
    of_olga = make_oneoff(olga, run_id=run["id"], owners={"users": [leo.user_id]})
    started = make_oneoff(leo, owners={"users": [mia.user_id]})
    cases = [(of_olga, mia, leo), (started, leo, mia), (make_oneoff(mia), olga, leo)]
    for task, may, may_not in cases:
        path = f"/tasks/{task['id']}"
        for method, tail in (("DELETE", ""), ("PUT", "/restore"), ("DELETE", "/delete")):
            assert may_not.call(method, f"{path}{tail}").status_code in (403, 404)
            assert may.call(method, f"{path}{tail}").status_code in (200, 204), (method, tail)


def test_1_2_light_members_create_for_members_only(cast: Cast) -> None:
    group = cast.group(cast.mia)
    body = {"title": "T", "task_type": "task", "deadline": "2031-05-15"}
    allowed: list[dict[str, Any]] = [
        {}, {"users": [cast.mia.user_id, cast.leo.user_id]}, {"groups": [group]}, {"guests": []},
    ]  # fmt: skip
    for owners in allowed:
        made(cast.leo.post("/tasks", {**body, "owners": owners}))
    with_guest = {"users": [cast.leo.user_id], "guests": ["new@guests.test"]}
    assert cast.leo.post("/tasks", {**body, "owners": with_guest}).status_code == 403
    split = {"owners": allowed[1], "separate_task_for_each_assignee": True}
    assert cast.leo.post("/tasks", {**body, **split}).status_code == 403
    assert cast.olga.get("/guests/new@guests.test").status_code == 404
