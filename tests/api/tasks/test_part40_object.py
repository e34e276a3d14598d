"""Part 40, section 2: what a task is made of, in single answers and in lists."""

from typing import Any

import pytest

from cast import Cast
from factories import complete, launch, made, make_oneoff, make_template, tasks_of

#: Every row of the table but the two that are in lists only when asked for.
FIELDS: dict[str, Any] = {
    "id": str, "increment_id": int, "title": str, "original_title": str, "run_id": str,
    "checklist_id": str, "step_id": str, "linked_step_id": None, "stage_id": None, "alias": str,
    "task_type": str, "status": str, "status_label": str, "is_approved": None,
    "is_completable": bool, "is_oneoff_task": bool, "position": int, "blueprint_position": int,
    "owners": dict, "taskdata": dict, "started_at": str, "is_soft_start_date": bool,
    "deadline": str, "created_at": str, "last_updated": str, "completed_at": None,
    "archived_at": None, "archived_by": None, "archived_via": None, "archived_operation": None,
    "archived_by_name": None, "held": bool, "starter_id": int, "completer_id": None,
    "completer_guest": None,
    "completer_guest_id": None, "everyone_must_complete": bool, "completion_progress": None,
    "completed_by_assignees": dict, "can_complete_only_assignees": bool, "allow_guest_owners": bool,
    "prevent_guest_comment": bool, "top_secret": bool, "max_assignable": int,
    "has_deadline_dependent_child_tasks": bool, "problem": bool, "due_date_passed": bool,
    "due_soon": bool, "webhook": None, "send_chromeless": None, "run_status": str,
    "visibility_locked": bool, "shown_at": None, "custom_fields": dict,
}  # fmt: skip
OF_PROCESSES_ONLY = (
    "run_id", "checklist_id", "step_id", "alias", "blueprint_position", "run_status", "started_at",
)  # fmt: skip
TEXTS = {"summary", "original_summary"}


def check_types(task: Any, *null: str) -> None:
    for name, kind in FIELDS.items():
        value = task[name]
        if kind is None or name in null:
            assert value is None, name
        else:
            assert type(value) is kind, (name, value)


def test_2_every_field_of_a_task(cast: Cast) -> None:
    olga = cast.olga
    (task,) = tasks_of(olga, launch(olga, make_template(olga, 1)))
    oneoff = make_oneoff(olga)
    rows = {row["id"]: row for row in made(olga.get("/tasks"), 200)}
    for each, null in ((task, ()), (oneoff, OF_PROCESSES_ONLY)):
        row, single = rows[each["id"]], made(olga.get(f"/tasks/{each['id']}"), 200)
        assert set(row) == set(FIELDS)
        assert set(single) == set(FIELDS) | TEXTS
        assert {name: single[name] for name in FIELDS} == row
        check_types(row, *null)
        assert row["status_label"] == row["status"]
        assert set(row["owners"]) == {"users", "guests", "groups", "taskUrls"}
    assert (task["position"], task["blueprint_position"], oneoff["position"]) == (1, 1, 0)


def test_2_what_can_be_completed(cast: Cast) -> None:
    olga = cast.olga
    process = launch(olga, make_template(olga, 3))
    plain, hidden, troubled = tasks_of(olga, process)
    alone = make_oneoff(olga)

    def shown() -> list[bool]:
        return [
            made(olga.get(f"/tasks/{each['id']}"), 200)["is_completable"]
            for each in (plain, hidden, troubled, alone)
        ]

    assert shown() == [True] * 4
    made(olga.put(f"/runs/{process['id']}/tasks/{hidden['id']}/hide"), 200)
    made(olga.post(f"/tasks/{troubled['id']}/problem", {"content": "Torn"}))
    assert olga.delete(f"/tasks/{alone['id']}").status_code == 204
    assert shown() == [True, False, False, False]
    complete(olga, plain)
    assert shown()[0] is True
    made(olga.delete(f"/runs/{process['id']}"), 200)
    assert shown() == [False] * 4


def test_2_what_hangs_on_an_anchor(cast: Cast) -> None:
    olga = cast.olga
    template = make_template(olga, 2)
    path = f"/checklists/{template['id']}/steps"
    first, second = made(olga.get(path), 200)
    deadline = {"value": 2, "unit": "days", "option": "from", "step": first["id"]}
    made(olga.put(f"{path}/{second['id']}", {"title": "Pay", "deadline": deadline}), 200)
    process = launch(olga, template)

    def has_dependants() -> list[bool]:
        return [task["has_deadline_dependent_child_tasks"] for task in tasks_of(olga, process)]

    assert has_dependants() == [True, False]
    complete(olga, tasks_of(olga, process)[1])
    assert has_dependants() == [False, False]


INCLUDES = {
    "run": dict, "step": dict, "form_fields": list, "ko_form_fields": list, "threads": list,
    "issues": list, "threads_count": dict, "assets": list, "activities": list, "tags": list,
    "folders": list, "roles": list, "member_watchers": list, "guest_watchers": list,
    "selected_text_comment": list,
}  # fmt: skip


@pytest.mark.parametrize("is_list", [False, True], ids=["one", "list"])
def test_2_1_every_include_has_its_shape(cast: Cast, is_list: bool) -> None:
    olga = cast.olga
    process = launch(olga, make_template(olga, 1))
    (task,) = tasks_of(olga, process)
    made(olga.post(f"/tasks/{task['id']}/problem", {"content": "Torn"}))

    def shown(names: str) -> Any:
        if is_list:
            return made(olga.get(f"/runs/{process['id']}/tasks?with={names}"), 200)[0]
        return made(olga.get(f"/tasks/{task['id']}?with={names}"), 200)

    plain = set(shown("nonsense"))
    assert not plain & set(INCLUDES)
    for name, kind in INCLUDES.items():
        whole = shown(name)
        assert set(whole) - plain == {name}
        assert set(whole[name]) == {"data"}
        assert type(whole[name]["data"]) is kind, name
    assert set(shown("comments")) - plain == {"threads"}
    assert set(shown("ko-form-fields")) - plain == {"ko_form_fields"}
    counted = shown("threads_count")["threads_count"]["data"]
    assert counted == {"total": 1, "problems": 1}
    assert len(shown("issues")["issues"]["data"]) == 1


def test_2_1_what_happened_to_a_task_comes_with_it(cast: Cast) -> None:
    """As the feed tells it, newest first, at most 100 of each task."""
    olga = cast.olga
    process = launch(olga, make_template(olga, 2))
    first, second = tasks_of(olga, process)
    for number in range(101):
        made(olga.put(f"/tasks/{first['id']}", {"title": f"Sign {number}"}), 200)
    made(cast.mia.post(f"/tasks/{first['id']}/comment", {"content": "Look"}))
    complete(olga, second)
    path = f"/runs/{process['id']}/tasks?with=activities"
    listed = {row["id"]: row["activities"]["data"] for row in made(olga.get(path), 200)}
    for task, count in ((first, 100), (second, 1)):
        query = f"entity_type=task&entity_id={task['id']}&per_page=100"
        feed = made(olga.get(f"/activity-feeds?{query}"), 200)
        assert listed[task["id"]] == feed
        assert len(feed) == count
        single = made(olga.get(f"/tasks/{task['id']}?with=activities"), 200)
        assert single["activities"]["data"] == feed
    assert [entry["verb"] for entry in listed[first["id"]][:2]] == [["commented"], ["updated"]]
