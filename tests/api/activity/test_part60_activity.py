"""Part 60, section 1: the activity feed.

Origins are in processes/test_part50_linked_launch.py; entries of tags, folders, groups, files and
webhooks beside what they are. Guests are refused by the matrix (`test_part00_matrix.py`).
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cast import GUS, Cast, Person
from factories import activity_of, complete, launch, made, make_oneoff, make_template, tasks_of
from wire import check_problem


def feed(by: Person, query: str = "") -> list[Any]:
    return list(made(by.get(f"/activity-feeds?per_page=100&{query}"), 200))


def verbs(by: Person, query: str) -> list[str]:
    """Newest first."""
    return [entry["verb"][0] for entry in feed(by, query)]


def make_private(by: Person, process: Any) -> None:
    closed = {"process_read": {"all_members": False, "users": [], "groups": []}}
    made(by.put(f"/runs/{process['id']}/permissions", closed), 200)


def test_60_1_each_action_is_told_once(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 2))
    task = tasks_of(cast.olga, process)[0]
    about = f"entity_type=run&entity_id={process['id']}"
    seen = len(feed(cast.olga, about))
    for method, path, body, verb in (
        ("POST", "/completed-tasks", {"task_id": task["id"]}, "completed"),
        ("DELETE", f"/completed-tasks/{task['id']}", None, "re-opened"),
        ("POST", f"/tasks/{task['id']}/comment", {"content": "Hello"}, "commented"),
        ("DELETE", f"/runs/{process['id']}", None, "archived"),
        ("DELETE", f"/runs/{process['id']}", None, None),
        ("PUT", f"/runs/{process['id']}/activate", None, "unarchived"),
        ("PUT", f"/runs/{process['id']}/activate", None, None),
    ):
        assert cast.olga.call(method, path, json=body).ok
        seen += verb is not None
        entries = feed(cast.olga, about)
        assert len(entries) == seen, verb
        assert verb is None or entries[0]["verb"] == [verb]


def test_60_2_the_feed_of_a_process_holds_its_tasks_and_nothing_else(cast: Cast) -> None:
    process, other = launch(cast.olga, make_template(cast.olga)), launch(cast.olga)
    for task in tasks_of(cast.olga, process):
        complete(cast.olga, task)
    make_oneoff(cast.olga, run_id=other["id"])
    for _ in range(20):
        made(cast.olga.post(f"/runs/{process['id']}/comment", {"content": "Hello"}))
    path = f"/activity-feeds?entity_type=run&entity_id={process['id']}"
    page = cast.olga.get(path).json()
    pagination = page["meta"]["pagination"]
    assert (len(page["data"]), pagination["per_page"], pagination["total"]) == (20, 20, 25)
    ids = [entry["id"] for entry in activity_of(cast.olga, process)]
    assert ids == sorted(ids, reverse=True)
    oldest = made(cast.olga.get(f"{path}&sort=created_at&per_page=100"), 200)
    assert [entry["id"] for entry in oldest] == ids[::-1]


def test_60_3_filters(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    process = launch(cast.olga, template)
    made(cast.mia.put(f"/runs/{process['id']}", {"name": "Ann stays"}), 200)
    (task,) = tasks_of(cast.olga, process)
    made(cast.mia.post(f"/tasks/{task['id']}/comment", {"content": "Hello"}))
    mia = made(cast.mia.get("/me"), 200)["email"]
    today = datetime.now(UTC).date()
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    about_run = f"entity_type=run&entity_id={process['id']}"
    everything = ["commented", "updated", "created"]
    for query, expected in {
        "": everything,
        "verb=updated": ["updated"],
        "type=process": ["updated", "created"],
        "type=Comment": ["commented"],
        "field=name": ["updated"],
        "field=title": [],
        f"actor_email={mia.upper()}": ["commented", "updated"],
        "actor_email=nobody@nowhere.test": [],
        f"actor_type=user&actor_id={cast.olga.user_id}": ["created"],
        "actor_type=guest": [],
        "source=Member": everything,
        "source=Guest": [],
        "source=Webhook": [],
        "search=LAUNCHED": ["created"],
        "search=100%25": [],
        f"created_after={today}&created_before={today}": everything,
        f"created_after={tomorrow}": [],
        f"created_before={yesterday}": [],
        f"verb=updated&actor_id={cast.olga.user_id}": [],
    }.items():
        assert verbs(cast.olga, f"{about_run}&{query}") == expected, query
    thread = feed(cast.olga, "type=Comment")[0]["auditable_id"]
    assert verbs(cast.mia, f"entity_type=thread&entity_id={thread}") == ["commented"]
    assert verbs(cast.mia, f"entity_type=task&entity_id={task['id']}") == ["commented"]
    about_template = f"entity_type=checklist&entity_id={template['id']}"
    assert verbs(cast.mia, about_template) == ["updated", "created", "created"]
    assert "invited" not in verbs(cast.olga, "entity_type=task")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("entity_id=1", "entity_type"),
        ("entity_type=user", "entity_type"),
        ("verb=eaten", "verb"),
        ("type=Weather", "type"),
        ("source=Radio", "source"),
        ("actor_type=cat", "actor_type"),
        ("search=x", "search"),
        ("search=" + "x" * 101, "search"),
        ("created_after=soon", "created_after"),
        ("created_before=2031-02-30", "created_before"),
    ],
)
def test_60_3_wrong_filters_are_named(cast: Cast, query: str, field: str) -> None:
    answer = cast.olga.get(f"/activity-feeds?{query}")
    assert (answer.status_code, set(answer.json()["errors"])) == (422, {field})


def test_60_4_an_entry(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    (task,) = tasks_of(cast.olga, process)
    made(cast.mia.put(f"/runs/{process['id']}", {"name": "Ann stays"}), 200)
    comment = made(cast.mia.post(f"/tasks/{task['id']}/comment", {"content": "Hello"}))
    told, renamed, _ = activity_of(cast.olga, process)
    assert isinstance(told["id"], int)
    assert told["organization_id"] == cast.organization_id
    assert (told["verb"], told["type"], told["source"]) == (["commented"], ["Comment"], ["Member"])
    assert (told["actor_type"], told["actor_id"]) == (["User"], [cast.mia.user_id])
    assert set(told["actor"][0]) == {
        "email", "username", "first_name", "last_name", "full_name", "profile_pic",
        "resize_profile_pic",
    }  # fmt: skip
    assert (told["auditable_type"], told["auditable_id"]) == ("Thread", comment["id"])
    assert (told["parentable_type"], told["parentable_id"]) == ("Task", task["id"])
    assert (told["text"], told["field"], told["old_value"]) == (["Hello"], None, None)
    assert isinstance(told["description"][0], str)
    assert told["undoable"] is False
    assert told["audit"] == {"data": {"id": comment["id"], "content": "Hello"}}
    assert told["parent"] == {"data": {"id": task["id"], "title": task["title"]}}
    assert (told["references"], told["origin"]) == (None, None)
    assert told["created_at"].endswith("Z")
    assert (renamed["field"], renamed["old_value"]) == (["name"], ["Ann joins"])
    assert (renamed["auditable_type"], renamed["parentable_type"]) == ("Run", "Checklist")
    assert renamed["audit"]["data"] == {"id": process["id"], "name": "Ann stays"}


def test_60_5_who_reads_what(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    process, public = launch(cast.olga, template), launch(cast.olga, template, name="Open")
    make_private(cast.olga, process)
    (task,) = tasks_of(cast.olga, process)
    thread = made(cast.olga.post(f"/runs/{process['id']}/comment", {"content": "Hello"}))
    for kind, entity in (("run", process), ("task", task), ("thread", thread)):
        path = f"/activity-feeds?entity_type={kind}&entity_id={entity['id']}"
        for by in (cast.mia, cast.leo):
            refused = by.get(path)
            assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
        assert cast.stranger().get(path).status_code == 404
        assert cast.olga.get(path).status_code == 200
    unknown = cast.mia.get(f"/activity-feeds?entity_type=run&entity_id={'0' * 32}")
    assert unknown.status_code == 403
    subjects = {entry["auditable_id"] for entry in feed(cast.mia)}
    assert {template["id"], public["id"]} == subjects
    about_template = feed(cast.mia, f"entity_type=checklist&entity_id={template['id']}")
    assert {entry["auditable_id"] for entry in about_template} == subjects
    assert {entry["type"][0] for entry in feed(cast.mia)} == {"Blueprint", "Process"}
    assert "User" in {entry["type"][0] for entry in feed(cast.olga)}
    gus = cast.guest_of(make_oneoff(cast.olga, owners={"guests": [GUS]}))
    assert gus.client.get(cast.olga.path("/activity-feeds")).status_code == 401


def test_60_5_the_history_of_a_secret_task_is_secret(cast: Cast) -> None:
    steps = [{"title": "Salary", "top_secret": True, "assignees": [cast.leo.user_id]},
             {"title": "Desk"}]  # fmt: skip
    process = launch(cast.olga, make_template(cast.olga, steps))
    secret, desk = tasks_of(cast.olga, process)
    alone = make_oneoff(cast.olga, top_secret=True)
    for task in (secret, desk, alone):
        made(cast.olga.post(f"/tasks/{task['id']}/comment", {"content": "Hello"}))
        complete(cast.olga, task)
    run = f"entity_type=run&entity_id={process['id']}"
    for query in ("", run):
        rows = feed(cast.mia, query)
        touched = {row["auditable_id"] for row in rows} | {row["parentable_id"] for row in rows}
        assert desk["id"] in touched
        assert not {secret["id"], alone["id"]} & touched
        assert "Salary" not in str(rows)
    for by in (cast.olga, cast.leo):
        assert secret["id"] in {row["auditable_id"] for row in feed(by, run)}
    path = f"/activity-feeds?entity_type=task&entity_id={secret['id']}"
    assert [by.get(path).status_code for by in (cast.mia, cast.leo)] == [403, 200]


def test_60_6_what_happened_stays_told_when_its_object_is_gone(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    (task,) = tasks_of(cast.olga, process)
    complete(cast.olga, task)
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    before = activity_of(cast.olga, process)
    assert cast.olga.delete(f"/runs/{process['id']}/delete").status_code == 200
    deleted, *after = activity_of(cast.olga, process)
    assert [entry.pop("audit") for entry in after] == [{"data": {}}] * len(after)
    assert [entry.pop("audit")["data"] for entry in before] != [{}] * len(before)
    assert [entry.pop("parent") for entry in after] != [entry.pop("parent") for entry in before]
    assert after == before
    assert deleted["verb"] == ["deleted"]
    assert deleted["audit_state"]["name"] == "Ann joins"
    assert all(entry["audit_state"] for entry in after)
    alone = make_oneoff(cast.olga)
    cast.olga.delete(f"/tasks/{alone['id']}/delete")
    about = f"entity_type=task&entity_id={alone['id']}"
    assert verbs(cast.olga, about) == ["deleted", "created"]
    assert feed(cast.olga, about)[0]["audit_state"]["title"] == alone["title"]


def test_60_entries_of_a_process_are_numbered_without_gaps(cast: Cast) -> None:
    process, other = launch(cast.olga, make_template(cast.olga, 4)), launch(cast.olga)
    tasks = tasks_of(cast.olga, process)

    def act(number: int) -> int:
        by, task = cast.olga.again(), tasks[number % 4]
        if number % 3:
            return by.post("/completed-tasks", {"task_id": task["id"]}).status_code
        return by.post(f"/runs/{process['id']}/comment", {"content": "Hello"}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(act, range(12))) <= {200, 201}
    numbers = [entry["process_entry"] for entry in activity_of(cast.olga, process)]
    assert numbers == list(range(len(numbers), 0, -1))
    assert [entry["process_entry"] for entry in activity_of(cast.olga, other)] == [1]
    assert feed(cast.olga, "type=User")[0]["process_entry"] is None


def test_60_1_4_the_feed_of_a_step_is_for_who_may_read_the_template(cast: Cast) -> None:
    template = make_template(cast.olga)
    steps = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    path = f"/activity-feeds?entity_type=step&entity_id={steps[0]['id']}"

    for person in (cast.olga, cast.mia, cast.leo):
        assert person.get(path).status_code == 200
    nobody = {"all_members": False}
    rights = {"checklist_read": nobody, "process_read": nobody}
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", rights), 200)
    for person in (cast.mia, cast.leo):
        check_problem(person.get(path), 403, "FORBIDDEN")
    unknown = f"/activity-feeds?entity_type=step&entity_id={'0' * 32}"
    check_problem(cast.mia.get(unknown), 403, "FORBIDDEN")
