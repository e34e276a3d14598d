"""Part 40: one-off tasks with forms and people of their own, copies, reminders, a connector."""

from typing import Any

import pytest

from cast import GUS, Cast, Person
from factories import (
    activity_of,
    complete,
    launch,
    made,
    make_oneoff,
    make_template,
    read,
    tasks_of,
    verbs_of,
)
from letters import mails_of
from wire import check_refusal

BODY = {"title": "Desk", "task_type": "task", "deadline": "2031-05-15 14:30:00"}
DROPDOWN = {"label": "Size", "field_type": "select", "required": True, "options": ["S", "M"]}
TEXT = {"label": "Colour", "field_type": "short_text", "required": False, "guidance": "Any"}


def again(by: Person, task: Any, query: str = "") -> Any:
    return made(by.get(f"/tasks/{task['id']}{query}"), 200)


def copied(by: Person, task: Any) -> Any:
    return made(by.post(f"/tasks/{task['id']}/clone"))


# --- 5.2 to 5.4 ---


def test_40_1_and_3_created(cast: Cast) -> None:
    owners = {"users": [str(cast.mia.user_id)]}
    task = made(cast.olga.post("/tasks", {**BODY, "owners": owners}))
    assert (task["is_oneoff_task"], task["run_id"], task["status"], task["position"]) == (
        True, None, "not-started", 0,
    )  # fmt: skip
    assert task["owners"]["users"] == [cast.mia.user_id]
    path = f"/activity-feeds?entity_type=task&entity_id={task['id']}"
    assert sorted(entry["verb"][0] for entry in made(cast.olga.get(path), 200)) == [
        "created", "owners-updated",
    ]  # fmt: skip


def test_5_2_every_key_of_a_new_task(cast: Cast) -> None:
    olga = cast.olga
    tag = made(olga.post("/tags", {"title": "Urgent"}))["id"]
    plain = made(olga.post("/tasks", {**BODY, "owners": {}}))
    usual: dict[str, Any] = {
        "summary": None, "started_at": None, "is_soft_start_date": True, "status": "not-started",
        "everyone_must_complete": False, "can_complete_only_assignees": False,
        "prevent_guest_comment": False, "top_secret": False, "max_assignable": 0, "webhook": None,
        "completion_progress": None, "taskdata": {},
    }  # fmt: skip
    assert {key: plain[key] for key in usual} == usual
    sent = {
        "title": "t" * 600, "task_type": "approval", "summary": "<p>Oak</p>",
        # After the deadline, which is over.
        "deadline": "2020-01-01T00:00:00Z", "started_at": "2021-01-01T00:00:00Z",
        "everyone_must_complete": True, "can_complete_only_assignees": True,
        "prevent_guest_comment": True, "top_secret": True, "max_assignable": 2,
        "webhook": "https://hook.example.org/x",
    }  # fmt: skip
    more = {"description": "Not this", "status": "completed", "tags": f" {tag} ", "owners": {}}
    whole = made(olga.post("/tasks?with=tags", {**sent, **more}))
    assert {key: whole[key] for key in sent} == sent
    assert (whole["status"], whole["is_soft_start_date"]) == ("not-started", False)
    assert [entry["tag_id"] for entry in whole["tags"]["data"]] == [tag]
    assert whole["due_date_passed"] is True
    assert made(olga.post("/tasks", {**BODY, "owners": {}, "description": "D"}))["summary"] == "D"
    soft = {"started_at": "2031-01-01", "is_soft_start_date": True}
    assert made(olga.post("/tasks", {**BODY, "owners": {}, **soft}))["is_soft_start_date"] is True
    people = {"users": [cast.mia.user_id, cast.leo.user_id], "guests": [GUS]}
    wrong = {
        "max_assignable": 2, "owners": people, "tags": ["0" * 32], "webhook": "ftp://x",
    }  # fmt: skip
    before = made(olga.get("/tasks"), 200)
    assert set(check_refusal(olga.post("/tasks", {**BODY, **wrong}))) == {
        "owners",
        "tags.0",
        "webhook",
    }
    assert made(olga.get("/tasks"), 200) == before


def test_40_6_a_choice_without_options(cast: Cast) -> None:
    before = made(cast.olga.get("/tasks"), 200)
    wrong = check_refusal(
        cast.olga.post(
            "/tasks",
            {
                **BODY,
                "owners": {"users": [2**31 - 1]},
                "form_fields": [
                    {"label": "Size", "field_type": "dropdown", "required": True},
                    {"field_type": "colour"},
                    {},
                ],
            },
        )
    )
    assert set(wrong) == {
        "form_fields.0.options", "form_fields.1.label", "form_fields.1.field_type",
        "form_fields.1.required", "form_fields.2.label", "form_fields.2.field_type",
        "form_fields.2.required", "owners.users.0",
    }  # fmt: skip
    assert made(cast.olga.get("/tasks"), 200) == before
    check_refusal(cast.olga.post("/tasks", {**BODY, "owners": {}, "form_fields": [7]}))
    check_refusal(cast.olga.post("/tasks", {**BODY, "owners": {}, "form_fields": "x"}))
    many = [TEXT] * 201
    assert set(
        check_refusal(cast.olga.post("/tasks", {**BODY, "owners": {}, "form_fields": many}))
    ) == {"form_fields"}


def test_40_7_where_no_tasks_are_added(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1, can_add_oot=False))
    sent = {**BODY, "owners": {}, "run_id": process["id"]}
    response = cast.olga.post("/tasks", sent)
    assert response.status_code == 422
    assert response.json()["message"] == "Ad-hoc tasks not allowed for this process"


@pytest.mark.parametrize("is_in_process", [False, True])
def test_40_5_one_task_for_each(cast: Cast, is_in_process: bool) -> None:
    olga = cast.olga
    group = cast.group(cast.leo, cast.mia)
    people, guest = [olga.user_id, cast.mia.user_id], f"Gus-{cast.organization_id}@guests.test"
    sent = {
        **BODY,
        "owners": {"users": people, "groups": [group], "guests": [guest, guest.upper()]},
        "form_fields": [TEXT],
        "separate_task_for_each_assignee": True,
    }
    process = launch(olga, make_template(olga, 2)) if is_in_process else None
    if process is not None:
        sent |= {"run_id": process["id"], "position": 2}
    first = made(olga.post("/tasks", sent))
    assert first["run"]["id"] == first["run"]["data"]["id"] == first["run_id"]
    assert first["owners"]["users"] == [olga.user_id]
    run = read(olga, {"id": first["run_id"]})
    found = [task for task in tasks_of(olga, run) if task["is_oneoff_task"]]
    named = [(task["owners"]["users"], task["owners"]["guests"]) for task in found]
    # A guest never works alone: the owner of the process goes with them.
    assert named == [
        ([olga.user_id], []), ([cast.mia.user_id], []), ([cast.leo.user_id], []),
        ([olga.user_id], [guest]),
    ]  # fmt: skip
    assert first["id"] == found[0]["id"]
    assert {task["title"] for task in found} == {"Desk"}
    # Each has a copy of the form of its own.
    forms = [again(olga, task, "?with=form_fields")["form_fields"]["data"] for task in found]
    assert [[field["label"] for field in form] for form in forms] == [["Colour"]] * 4
    assert len({field["id"] for form in forms for field in form}) == 4
    assert len({task["deadline"] for task in found}) == 1
    if process is None:
        assert (run["name"], run["owner_id"], run["status"]) == ("Desk", olga.user_id, "active")
        assert [task["position"] for task in found] == [1, 2, 3, 4]
        assert run["progress"]["total"] == 4
    else:
        assert run["id"] == process["id"]
        assert [task["position"] for task in tasks_of(olga, run)] == [1, 2, 3, 4, 5, 6]
        assert [task["position"] for task in found] == [2, 3, 4, 5]


def test_5_4_nobody_and_who_may_not(cast: Cast) -> None:
    sent = {**BODY, "owners": {}, "separate_task_for_each_assignee": True}
    assert set(check_refusal(cast.olga.post("/tasks", sent))) == {"owners"}
    theirs = {**sent, "owners": {"users": [cast.leo.user_id]}}
    check_refusal(cast.leo.post("/tasks", theirs), 403)
    assert made(cast.leo.post("/tasks", {**theirs, "separate_task_for_each_assignee": False}))


def test_5_2_place_template_and_step(cast: Cast) -> None:
    olga = cast.olga
    template = make_template(olga, 2)
    step = made(olga.get(f"/checklists/{template['id']}/steps"), 200)[1]
    other = make_template(olga, 1)
    process = launch(olga, template)
    first = make_oneoff(olga, run_id=process["id"], position=1, linked_step_id=step["id"])
    assert (first["position"], first["linked_step_id"]) == (1, step["id"])
    assert first["checklist_id"] == template["id"]
    assert [task["position"] for task in tasks_of(olga, process)] == [1, 2, 3]
    assert tasks_of(olga, process)[0]["id"] == first["id"]
    last = make_oneoff(olga, run_id=process["id"], position=99)
    assert last["position"] == 4
    assert verbs_of(olga, process)[-2:] == ["created", "linked"]
    alone = make_oneoff(olga, linked_step_id=step["id"])
    assert (alone["run_id"], alone["checklist_id"]) == (None, template["id"])
    assert make_oneoff(olga, checklist_id=other["id"])["checklist_id"] == other["id"]
    for sent in (
        {"checklist_id": "0" * 32},
        {"checklist_id": "x"},
        {"linked_step_id": "0" * 32},
        {"linked_step_id": step["id"], "checklist_id": other["id"]},
        {"checklist_id": other["id"], "run_id": process["id"]},
        {"position": 0, "run_id": process["id"]},
    ):
        (field,) = check_refusal(olga.post("/tasks", {**BODY, "owners": {}, **sent}))
        assert field in sent


def test_a_completed_process_goes_on_with_a_new_task(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    complete(cast.olga, tasks_of(cast.olga, process)[0])
    assert read(cast.olga, process)["status"] == "complete"
    make_oneoff(cast.olga, run_id=process["id"])
    assert read(cast.olga, process)["status"] == "active"


# --- 8.2 ---


def test_40_50_a_copy(cast: Cast) -> None:
    olga = cast.olga
    tag = made(olga.post("/tags", {"title": "Urgent"}))["id"]
    step = {
        "title": "Sign", "step_type": "approval", "assignees": [cast.mia.user_id],
        "guests": [GUS], "summary": "<p>Here</p>", "top_secret": True, "captures": [TEXT],
        "everyone_must_complete": True, "max_assignable": 3,
    }  # fmt: skip
    process = launch(olga, make_template(olga, [step, {"title": "File"}]))
    task, after = tasks_of(olga, process)
    made(olga.put(f"/tasks/{task['id']}", {"tags": [tag]}), 200)
    made(olga.post(f"/tasks/{task['id']}/comment", {"content": "Look"}))
    made(olga.put(f"/tasks/{task['id']}", {"taskdata": {"Colour": "Red"}}), 200)
    made(olga.put(f"/runs/{process['id']}/tasks/{task['id']}/hide"), 200)
    copy = copied(olga, task)
    same = (
        "task_type", "deadline", "top_secret", "everyone_must_complete", "max_assignable",
        "summary", "owners", "run_id", "checklist_id",
    )  # fmt: skip
    task = again(olga, task)
    strip = {**copy, "owners": {**copy["owners"], "taskUrls": []}}
    assert {key: strip[key] for key in same} == {key: task[key] for key in same} | {
        "owners": {**task["owners"], "taskUrls": []}
    }
    assert (copy["title"], copy["status"], copy["is_oneoff_task"]) == (
        "Sign - Copy", "not-started", True,
    )  # fmt: skip
    assert (copy["position"], again(olga, after)["position"]) == (2, 3)
    whole = again(olga, copy, "?with=threads,tags,form_fields")
    assert list(task["taskdata"].values()) == ["Red"]
    (field,) = whole["form_fields"]["data"]
    assert (field["label"], field["guidance"], field["value"]) == ("Colour", "Any", None)
    assert field["id"] not in task["taskdata"]
    assert whole["threads"]["data"] == []
    assert [entry["tag_id"] for entry in whole["tags"]["data"]] == [tag]
    assert whole["taskdata"] == {}
    assert whole["starter_id"] == olga.user_id
    assert read(olga, process)["progress"]["total"] == 2


def test_8_2_a_copy_of_what_is_alone_and_done(cast: Cast) -> None:
    task = make_oneoff(cast.olga, title="x" * 600, form_fields=[TEXT])
    complete(cast.olga, task)
    copy = copied(cast.mia, task)
    assert copy["title"] == "x" * 593 + " - Copy"
    assert (copy["status"], copy["position"], copy["run_id"]) == ("not-started", 0, None)
    assert (copy["completed_at"], copy["completer_id"]) == (None, None)
    assert cast.olga.delete(f"/tasks/{task['id']}").status_code == 204
    check_refusal(cast.olga.post(f"/tasks/{task['id']}/clone"))
    check_refusal(cast.leo.post(f"/tasks/{make_oneoff(cast.leo)['id']}/clone"), 403)


def test_8_2_not_into_a_process_that_takes_no_tasks(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1, can_add_oot=False))
    (task,) = tasks_of(cast.olga, process)
    check_refusal(cast.olga.post(f"/tasks/{task['id']}/clone"))
    assert len(tasks_of(cast.olga, process)) == 1


# --- 8.6 ---


def test_40_8_6_and_60_46_a_reminder_is_mailed_to_all_but_who_asks_for_it(cast: Cast) -> None:
    olga = cast.olga
    silent = cast.add_light()
    off = ("task_assigned", "others_task_updates", "comments", "mentions", "process_completed",
           "deadline_changed")  # fmt: skip
    made(silent.put("/me", {"notifications": dict.fromkeys(off, False)}), 200)
    made(cast.mia.put("/me", {"digest_enabled": False}), 200)
    group = cast.group(cast.mia, cast.leo)
    people = {
        "users": [olga.user_id, cast.mia.user_id, silent.user_id], "groups": [group],
        "guests": [guest := f"gus-{cast.organization_id}@guests.test"],
    }  # fmt: skip
    task = make_oneoff(olga, owners=people)
    assert made(olga.post(f"/tasks/{task['id']}/remind"), 200) == {"sent": 3}
    addresses = [
        made(olga.get(f"/users/{person.user_id}"), 200)["email"]
        for person in (cast.mia, cast.leo, olga, silent)
    ]
    counts = [len(mails_of(cast, address)) for address in (*addresses, guest)]
    assert counts == [1, 1, 0, 0, 1]
    (mail,) = mails_of(cast, guest)
    assert mail.subject == "Reminder: Order a desk"
    assert cast.guest_of(task).code in mail.text
    assert "Thursday, 15 May 2031, 14:30 (UTC)" in mail.text


def test_40_8_6_and_60_46_nobody_is_reminded_of_what_is_not_open(cast: Cast) -> None:
    olga = cast.olga
    process = launch(olga, make_template(olga, 2))
    done, hidden = tasks_of(olga, process)
    complete(olga, done)
    made(olga.put(f"/runs/{process['id']}/tasks/{hidden['id']}/hide"), 200)
    for task in (done, hidden):
        check_refusal(olga.post(f"/tasks/{task['id']}/remind"))
    readers = {"process_read": {"users": [cast.leo.user_id]}}
    made(olga.put(f"/runs/{process['id']}/permissions", readers), 200)
    check_refusal(cast.leo.post(f"/tasks/{done['id']}/remind"), 403)


# --- 10 ---


@pytest.mark.parametrize("mount", ["", "/api"])
def test_10_calls_of_a_connector(cast: Cast, mount: str) -> None:
    olga = cast.olga
    base = f"{mount}/processes/micro-functions/organizations/{cast.organization_id}/tasks"
    sent = {
        "name": "Desk", "description": "<p>Oak</p>", "task_type": "task",
        "owners": {"users": [olga.user_id, cast.mia.user_id], "guests": [GUS]},
        "deadline": "2031-05-15 14:30:00",
    }  # fmt: skip
    task = made(olga.client.post(base, sent), 200)
    assert (task["title"], task["description"], task["summary"], task["owner_id"]) == (
        "Desk", "<p>Oak</p>", "<p>Oak</p>", olga.user_id,
    )  # fmt: skip
    path = f"{base}/{task['id']}"
    for key, day in (("Deadline", "2031-06-01"), ("deadline", "2031-06-02")):
        moved = made(olga.client.put(f"{path}/edit-deadline", {key: day}), 200)
        assert moved["deadline"] == f"{day}T00:00:00Z"
    assert set(check_refusal(olga.client.put(f"{path}/edit-deadline", {}))) == {"deadline"}
    check_refusal(olga.client.put(f"{path}/edit-deadline", {"Deadline": "soon"}))
    for _ in range(2):
        left = made(olga.client.put(f"{path}/remove-guest/{GUS.upper()}"), 200)["owners"]
        assert left["guests"] == []
    for _ in range(2):
        gone = f"{path}/remove-assignee/{cast.mia.user_id}"
        assert made(olga.client.put(gone), 200)["owners"]["users"] == [olga.user_id]
    check_refusal(olga.client.put(f"{path}/remove-assignee/nobody"), 404)
    check_refusal(olga.client.put(f"{base}/{'0' * 32}/remove-guest/{GUS}"), 404)
    path = f"/activity-feeds?entity_type=task&entity_id={task['id']}"
    verbs = [entry["verb"][0] for entry in made(olga.get(path), 200)]
    assert verbs.count("owners-updated") == 3


def test_a_task_of_a_step_is_a_task_of_its_own_when_copied(cast: Cast) -> None:
    """Its form comes along, with fields of its own."""
    olga = cast.olga
    process = launch(olga, make_template(olga, [{"title": "S", "captures": [DROPDOWN, TEXT]}]))
    (task,) = tasks_of(olga, process)
    copy = copied(olga, task)
    assert copy["step_id"] is None
    assert "created" in [entry["verb"][0] for entry in activity_of(olga, process)]
