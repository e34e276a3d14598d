"""Part 40: tasks (create, read, list, complete, reopen, archive, delete).

Where the other rows are:

| rows | file |
|---|---|
| 16, 20 to 28, 55 (filling in), 56 | test_part31_*.py |
| section 2: every field, every include | test_part40_object.py |
| 9, 10, 12, 13; section 3: every parameter of the five lists | test_part40_lists.py |
| 5, 6, 14, 29, 30, 32 to 34, 45 and 58 (changes), 50, 51 | test_part40_changing.py, _oneoffs.py |
| 45, 58; section 1.2: every cell | test_part40_rights.py |
| 55; section 9: guests | test_part40_guests.py |
| 35, 36, 39, 40, 44, 46 (parts), 55 (completing) | test_part40_completing.py |
| 38 | test_part45_comments.py |
| 52 | tests/worker/test_expiry.py |
| 54 (anchors) | test_part50_deadlines.py |

Waiting: what rules change (part of 42), webhooks (39, 40), mails to assignees (39), uploads (28).
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
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


def from_now(**amount: float) -> str:
    return (datetime.now(UTC) + timedelta(**amount)).strftime("%Y-%m-%d %H:%M:%S")


def listed(by: Person, path: str) -> list[str]:
    """Ids of a list, in order."""
    return [row["id"] for row in made(by.get(path), 200)]


def one_task(by: Person, **step: Any) -> Any:
    """A process's only task, made from a step."""
    process = launch(by, make_template(by, [{"title": "Sign", **step}]))
    return tasks_of(by, process)[0]


def owned_by(*people: Person) -> dict[str, Any]:
    return {"users": [person.user_id for person in people], "guests": [], "groups": []}


def task_activity(by: Person, task: Any) -> list[str]:
    """Verbs of what happened to a task, oldest first."""
    path = f"/activity-feeds?entity_type=task&entity_id={task['id']}&sort=created_at"
    return [entry["verb"][0] for entry in made(by.get(path), 200)]


# --- Creating ---


def test_40_1_a_one_off_task_starts_open_and_outside_every_process(cast: Cast) -> None:
    task = make_oneoff(cast.mia, summary="<b>Oak</b><script>x</script>", webhook="https://a.test/")
    assert task["is_oneoff_task"] is True
    assert (task["run_id"], task["status"], task["position"]) == (None, "not-started", 0)
    assert task["deadline"] == "2031-05-15T14:30:00Z"
    assert (task["summary"], task["starter_id"]) == ("<b>Oak</b>", cast.mia.user_id)
    assert (task["taskdata"], task["started_at"], task["is_soft_start_date"]) == ({}, None, True)
    assert "tasks_changed_by_rules" not in task


@pytest.mark.parametrize("missing", ["title", "task_type", "deadline", "owners"])
def test_40_2_what_is_missing_is_named(cast: Cast, missing: str) -> None:
    body = {"title": "T", "task_type": "task", "deadline": "2031-05-15", "owners": {}}
    del body[missing]
    answer = cast.olga.post("/tasks", body)
    assert answer.status_code == 422
    name = missing.replace("_", " ")
    assert answer.json()["errors"] == {missing: [f"The {name} field is required."]}


def test_40_2_what_is_wrong_is_named_all_at_once(cast: Cast) -> None:
    body = {
        "title": "T" * 601,
        "task_type": "chore",
        "deadline": 1747319400,
        "owners": {"users": [0], "guests": ["nobody"], "groups": ["none"]},
    }
    assert set(cast.olga.post("/tasks", body).json()["errors"]) == {
        "title", "task_type", "deadline", "owners.users.0", "owners.guests.0", "owners.groups.0",
    }  # fmt: skip
    assert listed(cast.olga, "/tasks") == []


def test_40_3_users_may_be_sent_as_text_and_come_back_as_numbers(cast: Cast) -> None:
    mia = cast.mia.user_id
    task = make_oneoff(cast.olga, owners={"users": [str(mia), {"id": mia}]})
    assert task["owners"] == {"users": [mia], "guests": [], "groups": [], "taskUrls": []}


def test_40_4_without_owners_it_is_found_as_unassigned(cast: Cast) -> None:
    task = make_oneoff(cast.olga)
    make_oneoff(cast.olga, owners=owned_by(cast.mia))
    assert listed(cast.olga, "/tasks?unassigned=true") == [task["id"]]


def test_40_7_a_process_may_refuse_further_tasks(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, can_add_oot=False))
    body = {"title": "T", "task_type": "task", "deadline": "2031-05-15", "owners": {}}
    answer = cast.olga.post("/tasks", {**body, "run_id": process["id"]})
    assert answer.status_code == 422
    assert answer.json()["message"] == "Ad-hoc tasks not allowed for this process"
    assert len(tasks_of(cast.olga, process)) == 3


def test_40_5_2_a_linked_task_joins_the_process_at_its_end(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    complete(cast.olga, tasks_of(cast.olga, process)[0])
    task = make_oneoff(cast.mia, run_id=process["id"])
    assert (task["run_id"], task["position"], task["is_oneoff_task"]) == (process["id"], 2, True)
    again = read(cast.olga, process)
    assert (again["status"], again["progress"]["total"]) == ("active", 2)
    assert cast.olga.post("/tasks", {**task, "run_id": "0" * 32}).status_code == 404


def test_40_31_a_task_of_guests_also_gets_a_member(cast: Cast) -> None:
    alone = make_oneoff(cast.mia, owners={"guests": [GUS]})
    assert alone["owners"]["users"] == [cast.mia.user_id]
    linked = make_oneoff(cast.mia, owners={"guests": [GUS]}, run_id=launch(cast.olga)["id"])
    assert linked["owners"]["users"] == [cast.olga.user_id]
    assert linked["owners"]["guests"] == [GUS]


# --- Lists ---


def test_40_8_own_tasks_are_the_open_ones_unless_asked_otherwise(cast: Cast) -> None:
    done, left = (make_oneoff(cast.olga, owners=owned_by(cast.leo)) for _ in range(2))
    complete(cast.leo, done)
    assert listed(cast.leo, "/me/tasks") == [left["id"]]
    assert listed(cast.leo, "/me/tasks?status=all") == [left["id"], done["id"]]
    path = f"/users/{cast.leo.user_id}/tasks"
    assert listed(cast.leo, path) == listed(cast.olga, path) == [left["id"]]


def test_40_3_1_lists_of_members(cast: Cast) -> None:
    assert cast.leo.get(f"/users/{cast.mia.user_id}/tasks").status_code == 403
    assert cast.mia.get(f"/users/{cast.leo.user_id}/tasks").status_code == 200
    assert cast.mia.get("/users/999999999/tasks").status_code == 404


def test_40_3_1_a_persons_list_is_only_narrowed_by_filters(cast: Cast) -> None:
    group = cast.group(cast.leo)
    hers = make_oneoff(cast.olga, owners=owned_by(cast.mia))
    both = make_oneoff(cast.olga, owners={"users": [cast.mia.user_id], "groups": [group]})
    make_oneoff(cast.olga, owners={"users": [cast.leo.user_id], "groups": [group]})
    assert listed(cast.mia, f"/me/tasks?groups={group}") == [both["id"]]
    assert listed(cast.mia, f"/me/tasks?owners={cast.leo.user_id}") == [both["id"]]
    assert listed(cast.mia, f"/me/tasks?owners={cast.mia.user_id}") == [both["id"], hers["id"]]


def test_40_9_completed_tasks_come_latest_completion_first(cast: Cast) -> None:
    first, second, third = (make_oneoff(cast.olga) for _ in range(3))
    for task in (second, first):
        complete(cast.olga, task)
    assert third["id"] not in listed(cast.olga, "/tasks?status=completed")
    assert listed(cast.olga, "/tasks?status=completed") == [first["id"], second["id"]]
    assert listed(cast.olga, "/tasks?status=complete") == [first["id"], second["id"]]


def test_40_10_words_of_status(cast: Cast) -> None:
    make_oneoff(cast.olga)
    for word, count in (("archived", 0), ("draft", 0), ("issue", 0), ("active", 1), ("all", 1)):
        assert len(listed(cast.olga, f"/tasks?status={word}")) == count, word
    refused = cast.olga.get("/tasks?status=late")
    assert refused.status_code == 422
    assert "overdue" in refused.json()["errors"]["status"][0]


def test_40_11_assigned_to_me_counts_groups(cast: Cast) -> None:
    group = cast.group(cast.leo, cast.mia)
    by_group = make_oneoff(cast.olga, owners={"groups": [group]})
    mine = make_oneoff(cast.olga, owners=owned_by(cast.leo))
    done = make_oneoff(cast.olga, owners=owned_by(cast.leo))
    make_oneoff(cast.olga, owners=owned_by(cast.olga))
    complete(cast.leo, done)
    assert by_group["owners"]["groups"] == [group]
    expected = [mine["id"], by_group["id"]]
    assert listed(cast.leo, "/tasks?assignee=me&status=active") == expected
    assert listed(cast.leo, "/me/tasks") == expected
    assert listed(cast.olga, f"/tasks?owners={cast.leo.user_id}&status=active") == expected
    assert made(cast.leo.get(f"/tasks/{by_group['id']}"), 200)["id"] == by_group["id"]


def test_40_12_pages_of_ten_or_everything(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 150))
    path = f"/runs/{process['id']}/tasks"
    page = cast.olga.get(path).json()
    assert len(page["data"]) == 10
    assert page["meta"]["pagination"]["total_pages"] == 15
    everything = cast.olga.get(f"{path}?without_pagination=true").json()
    assert len({task["id"] for task in everything["data"]}) == 150
    current = everything["data"][36]["id"]
    around = cast.olga.get(f"{path}?per_page=20&page=7&currentTask={current}").json()
    assert around["meta"]["pagination"]["current_page"] == 2
    assert current in [task["id"] for task in around["data"]]


def test_40_13_deadline_filters(cast: Cast) -> None:
    days = ("2031-05-14", "2031-05-15", "2031-05-16")
    ids = dict(
        zip(days, (make_oneoff(cast.olga, deadline=f"{day} 23:59:59")["id"] for day in days),
            strict=True)
    )  # fmt: skip

    def found(query: str) -> list[str]:
        rows = listed(cast.olga, f"/tasks?sort=deadline&{query}")
        return [day for day in days if ids[day] in rows]

    assert found("deadline_before=2031-05-15") == ["2031-05-14"]
    assert found("deadline_after=2031-05-15") == ["2031-05-16"]
    assert found("deadline_on=2031-05-15&deadline_before=2031-05-01") == ["2031-05-15"]
    assert found("deadline_start_range=2031-05-15") == ["2031-05-15", "2031-05-16"]
    assert found("deadline_end_range=2031-05-15T23:59:58Z") == ["2031-05-14"]
    assert found("deadline_start_range=2031-05-14&deadline_end_range=2031-05-15") == list(days[:2])
    assert found(f"created={from_now()[:10]}") == list(days)
    assert found("created=2031-01-01:2031-01-02") == []
    refused = cast.olga.get("/tasks?deadline_on=soon&created=yesterday")
    assert set(refused.json()["errors"]) == {"deadline_on", "created"}


def test_40_15_a_processs_tasks_come_by_position(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 4))
    path = f"/runs/{process['id']}/tasks"
    positions = [task["position"] for task in made(cast.olga.get(path), 200)]
    assert positions == [1, 2, 3, 4]
    assert listed(cast.olga, f"{path}?sort=-position") == listed(cast.olga, path)[::-1]


def test_40_17_18_summary_step_and_run_are_shown_when_asked_for(cast: Cast) -> None:
    task = one_task(cast.olga, summary="Read it first")
    path = f"/runs/{task['run_id']}/tasks"
    assert "summary" not in task
    single = made(cast.olga.get(f"/tasks/{task['id']}?with=step,run.checklist"), 200)
    assert (single["summary"], single["original_summary"]) == ("Read it first", "Read it first")
    assert single["step"]["data"]["id"] == task["step_id"]
    assert single["run"]["data"]["id"] == task["run_id"]
    assert single["run"]["data"]["checklist"]["data"]["id"] == task["checklist_id"]
    row = made(cast.olga.get(f"{path}?with=summary,step,form_fields,nonsense"), 200)[0]
    assert (row["summary"], row["step"]["data"]["title"]) == ("Read it first", "Sign")
    assert row["form_fields"] == {"data": []}
    oneoff = make_oneoff(cast.olga)
    alone = made(cast.olga.get(f"/tasks/{oneoff['id']}?with=step,run,threads,tags"), 200)
    assert (alone["step"], alone["run"]) == (None, None)
    assert (alone["threads"], alone["tags"]) == ({"data": []}, {"data": []})


def test_40_19_a_task_is_found_in_its_own_process_only(cast: Cast) -> None:
    task, other = one_task(cast.olga), one_task(cast.olga)
    oneoff = make_oneoff(cast.olga)
    assert cast.olga.get(f"/runs/{task['run_id']}/tasks/{task['id']}").status_code == 200
    for strange in (other["id"], oneoff["id"], "0" * 32, "nothing"):
        path = f"/runs/{task['run_id']}/tasks/{strange}"
        assert cast.olga.get(path).status_code == 404
        body = {"task_id": strange}
        refused = cast.olga.post(f"/runs/{task['run_id']}/completed-tasks", body)
        assert refused.status_code == 404
    assert cast.stranger().get(f"/tasks/{task['id']}").status_code == 404


# --- Completing and reopening ---


def test_40_36_an_approval_needs_a_decision(cast: Cast) -> None:
    task = one_task(cast.olga, step_type="approval")
    refused = cast.olga.post("/completed-tasks", {"task_id": task["id"]})
    assert refused.status_code == 422
    assert refused.json()["message"] == "The is approved field is required."
    assert complete(cast.olga, task, is_approved=False)["is_approved"] is False
    twice = cast.olga.post("/completed-tasks", {"task_id": task["id"], "is_approved": True})
    assert twice.status_code == 422
    other = make_oneoff(cast.olga, task_type="approval")
    assert complete(cast.olga, other, is_approved="1")["is_approved"] is True


def test_40_37_an_expiring_task_is_acknowledged_never_rejected(cast: Cast) -> None:
    task = make_oneoff(cast.olga, task_type="expiring")
    body = {"task_id": task["id"], "is_approved": False}
    assert cast.olga.post("/completed-tasks", body).status_code == 422
    assert complete(cast.olga, task)["is_approved"] is True
    plain = make_oneoff(cast.olga)
    assert complete(cast.olga, plain, is_approved=True)["is_approved"] is None


def test_40_39_completing_twice_happens_once(cast: Cast) -> None:
    task = one_task(cast.olga)
    first = complete(cast.olga, task)
    second = complete(cast.mia, task)
    assert first == second
    assert task_activity(cast.olga, task) == ["completed"]


def test_40_40_completing_at_the_same_time_happens_once(cast: Cast) -> None:
    task, alone = one_task(cast.olga), make_oneoff(cast.olga)
    callers = [by.again() for by in (cast.olga, cast.mia, cast.olga, cast.mia)]
    with ThreadPoolExecutor(len(callers)) as pool:
        for each in (task, alone):
            body = {"task_id": each["id"]}
            answers = list(pool.map(lambda by, b=body: by.post("/completed-tasks", b), callers))
            assert {answer.status_code for answer in answers} == {200}
            assert len({answer.json()["data"]["completer_id"] for answer in answers}) == 1
    assert task_activity(cast.olga, task) == ["completed"]
    assert task_activity(cast.olga, alone) == ["created", "completed"]
    assert verbs_of(cast.olga, {"id": task["run_id"]}).count("completed") == 2


def test_40_41_42_any_task_completes_at_the_organizations_address(cast: Cast) -> None:
    task = one_task(cast.olga)
    done = complete(cast.olga, task, taskdata={})
    assert (done["status"], done["run_id"]) == ("completed", task["run_id"])
    assert (done["completer_id"], done["run_status"]) == (cast.olga.user_id, "complete")
    assert done["tasks_changed_by_rules"] == {"data": []}
    assert "tasks_changed_by_rules" not in complete(cast.olga, make_oneoff(cast.olga))
    assert read(cast.olga, {"id": task["run_id"]})["status"] == "complete"
    answer = cast.olga.post("/completed-tasks", {"task_id": task["id"], "taskdata": {"a": 1}})
    assert answer.headers["X-Ignored-Fields"] == "taskdata"
    assert cast.olga.post("/completed-tasks", {}).status_code == 422


def test_40_43_completing_in_anothers_name_is_for_administrators(cast: Cast) -> None:
    task = one_task(cast.olga)
    body = {"task_id": task["id"], "override_user": cast.leo.user_id}
    assert cast.mia.post("/completed-tasks", body).status_code == 403
    unknown = cast.olga.post("/completed-tasks", {**body, "override_user": 999_999_999})
    assert set(unknown.json()["errors"]) == {"override_user"}
    assert complete(cast.olga, task, override_user=cast.leo.user_id)["completer_id"] == (
        cast.leo.user_id
    )


def test_40_45_only_assignees_complete_and_reopen_where_the_template_says_so(cast: Cast) -> None:
    people = {"assignees": [cast.leo.user_id], "can_complete_only_assignees": True}
    task = one_task(cast.olga, **people)
    path = f"/completed-tasks/{task['id']}"
    assert cast.mia.post("/completed-tasks", {"task_id": task["id"]}).status_code == 403
    assert complete(cast.leo, task)["completer_id"] == cast.leo.user_id
    assert cast.mia.delete(path).status_code == 403
    assert cast.leo.delete(path).status_code == 200
    assert complete(cast.olga, task)["status"] == "completed"


def test_40_46_reopening(cast: Cast) -> None:
    task = one_task(cast.olga, step_type="approval")
    complete(cast.olga, task, is_approved=True)
    path = f"/runs/{task['run_id']}/completed-tasks/{task['id']}"
    opened = made(cast.mia.delete(path), 200)
    assert opened["status"] == "in-progress"
    for gone in ("completed_at", "completer_id", "completer_guest", "is_approved"):
        assert opened[gone] is None
    assert (opened["taskdata"], opened["tasks_changed_by_rules"]) == ({}, {"data": []})
    assert opened["run_status"] == "active"
    assert made(cast.mia.delete(path), 200) == opened
    assert task_activity(cast.olga, task) == ["completed", "re-opened"]
    assert complete(cast.olga, task, is_approved=False)["is_approved"] is False


def test_40_59_posting_reopens_too(cast: Cast) -> None:
    task, alone = one_task(cast.olga), make_oneoff(cast.olga)
    for each in (task, alone):
        complete(cast.olga, each)
    in_process = cast.olga.post(f"/runs/{task['run_id']}/completed-tasks/{task['id']}")
    assert made(in_process, 200)["status"] == "in-progress"
    anywhere = cast.olga.post(f"/completed-tasks/{alone['id']}")
    assert made(anywhere, 200)["status"] == "in-progress"


def test_40_60_a_completion_may_say_something(cast: Cast) -> None:
    task = one_task(cast.olga)
    complete(cast.mia, task, comment="Signed on Monday")
    threads = made(cast.olga.get(f"/tasks/{task['id']}?with=threads"), 200)["threads"]["data"]
    assert [(each["content"], each["author_id"]) for each in threads] == [
        ("Signed on Monday", cast.mia.user_id)
    ]
    complete(cast.mia, task, comment="Signed on Monday")
    assert [
        verb for verb in verbs_of(cast.olga, {"id": task["run_id"]}) if verb == "commented"
    ] == ["commented"]


# --- Archiving, restoring and deleting one-off tasks ---


def test_40_47_archiving_and_restoring_a_one_off_task(cast: Cast) -> None:
    task = make_oneoff(cast.mia)
    path = f"/tasks/{task['id']}"
    answer = cast.mia.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert cast.mia.delete(path).status_code == 204
    assert listed(cast.mia, "/tasks") == []
    for query in ("archived=only", "archived=true", "status=archived"):
        assert listed(cast.mia, f"/tasks?{query}") == [task["id"]]
    assert made(cast.mia.get(path), 200)["archived_at"] is not None
    refused = cast.mia.post("/completed-tasks", {"task_id": task["id"]})
    assert refused.status_code == 422
    assert made(cast.mia.put(f"{path}/restore"), 200)["archived_at"] is None
    assert made(cast.mia.put(f"{path}/restore"), 200)["archived_at"] is None
    assert listed(cast.mia, "/tasks") == [task["id"]]
    assert task_activity(cast.mia, task) == ["created", "archived", "unarchived"]


def test_40_47_whose_they_are(cast: Cast) -> None:
    task = make_oneoff(cast.olga, owners=owned_by(cast.mia, cast.leo))
    linked = make_oneoff(cast.olga, run_id=launch(cast.mia)["id"])
    path = f"/tasks/{task['id']}"
    for by in (cast.mia, cast.leo):
        assert by.delete(path).status_code == 403
        assert by.put(f"{path}/restore").status_code == 403
        assert by.delete(f"{path}/delete").status_code == 403
    assert cast.mia.delete(f"/tasks/{linked['id']}").status_code == 204
    assert cast.olga.delete(path).status_code == 204


def test_40_48_tasks_of_a_template_go_with_their_process_only(cast: Cast) -> None:
    task, alone = one_task(cast.olga), make_oneoff(cast.olga)
    refused = cast.olga.delete(f"/tasks/{task['id']}")
    assert refused.status_code == 422
    assert refused.json()["message"] == (
        "Only one-off tasks can be archived; archive the process instead."
    )
    assert cast.olga.delete(f"/tasks/{task['id']}/delete").status_code == 422
    assert cast.olga.delete(f"/tasks/{alone['id']}/delete").status_code == 204
    assert cast.olga.get(f"/tasks/{alone['id']}").status_code == 404
    assert cast.olga.delete(f"/tasks/{alone['id']}/delete").status_code == 404


def test_40_49_a_completed_task_keeps_its_completion_in_the_archive(cast: Cast) -> None:
    task = complete(cast.olga, make_oneoff(cast.olga))
    assert cast.olga.delete(f"/tasks/{task['id']}").status_code == 204
    restored = made(cast.olga.put(f"/tasks/{task['id']}/restore"), 200)
    assert (restored["status"], restored["completed_at"]) == ("completed", task["completed_at"])


def test_40_8_3_a_linked_task_counts_for_its_process_while_it_is_there(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    extra = make_oneoff(cast.olga, run_id=process["id"])
    complete(cast.olga, tasks_of(cast.olga, process)[0])
    assert read(cast.olga, process)["status"] == "active"
    cast.olga.delete(f"/tasks/{extra['id']}")
    assert read(cast.olga, process)["status"] == "complete"
    cast.olga.put(f"/tasks/{extra['id']}/restore")
    assert read(cast.olga, process)["progress"] == {"complete": 1, "total": 2, "percent": 50}
    cast.olga.delete(f"/tasks/{extra['id']}/delete")
    assert read(cast.olga, process)["status"] == "complete"


# --- Time, archive, guests, secrets, roles ---


def test_40_53_soon_and_late(cast: Cast) -> None:
    amounts = {"soon": {"hours": 23}, "later": {"hours": 25}, "late": {"hours": -1}}
    tasks = {
        name: make_oneoff(cast.olga, deadline=from_now(**amount))
        for name, amount in amounts.items()
    }
    shown = {name: (task["due_soon"], task["due_date_passed"]) for name, task in tasks.items()}
    assert shown == {"soon": (True, False), "later": (False, False), "late": (False, True)}
    meta = cast.olga.get("/tasks").json()["meta"]
    assert (meta["overdue_tasks"], meta["tasks_due_soon"]) == (1, 1)
    for word, name in (("overdue", "late"), ("due_soon", "soon"), ("on_time", "later")):
        assert listed(cast.olga, f"/tasks?status={word}") == [tasks[name]["id"]]
    done = [complete(cast.olga, tasks[name]) for name in ("soon", "late")]
    assert not any(task["due_soon"] or task["due_date_passed"] for task in done)


def test_40_54_nothing_of_an_archived_process_is_written(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga))
    first, second, _ = tasks_of(cast.olga, process)
    complete(cast.olga, first)
    extra = make_oneoff(cast.olga, run_id=process["id"])
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    before = activity_of(cast.olga, process)
    answers = [
        cast.olga.post("/completed-tasks", {"task_id": second["id"]}),
        cast.olga.delete(f"/completed-tasks/{first['id']}"),
        cast.olga.delete(f"/tasks/{extra['id']}"),
        cast.olga.delete(f"/tasks/{extra['id']}/delete"),
        cast.olga.post("/tasks", {**extra, "owners": {}}),
        cast.olga.post(f"/tasks/{second['id']}/comment", {"content": "Hello"}),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert answer.json()["message"] == "Cannot update archived processes."
        assert answer.json()["code"] == "ARCHIVED"
    assert activity_of(cast.olga, process) == before
    assert made(cast.olga.get(f"/tasks/{first['id']}"), 200)["run_status"] == "archived"


def test_40_55_a_guest_sees_and_completes_what_is_theirs(cast: Cast) -> None:
    process = launch(
        cast.olga, make_template(cast.olga, [{"title": "Sign", "guests": [GUS]}, {"title": "Pay"}])
    )
    theirs, other = tasks_of(cast.olga, process)
    gus = cast.guest_of(theirs)
    assert listed(gus, "/tasks") == listed(cast.olga, f"/guests/{GUS}/tasks") == [theirs["id"]]
    shown = made(gus.get(f"/tasks/{theirs['id']}?with=run,step"), 200)
    assert set(shown["run"]["data"]) == {"id", "name", "status", "progress"}
    assert (shown["run"]["data"]["progress"]["total"], shown["step"]) == (1, None)
    assert (shown["custom_fields"], shown["owners"]["taskUrls"]) == (None, [])
    done = made(gus.post("/completed-tasks", {"task_id": theirs["id"]}), 200)
    assert (done["status"], done["completer_guest"], done["completer_id"]) == (
        "completed",
        GUS,
        None,
    )
    assert listed(gus, "/tasks") == []
    assert gus.delete(f"/completed-tasks/{theirs['id']}").status_code == 403
    assert gus.get(f"/tasks/{other['id']}").status_code == 404
    assert gus.post("/completed-tasks", {"task_id": other["id"]}).status_code == 404
    (entry,) = [each for each in activity_of(cast.olga, process) if each["verb"] == ["completed"]]
    assert (entry["source"], entry["actor"][0]["email"]) == (["Guest"], GUS)


def test_40_1_1_guests_of_a_public_process_read_its_other_tasks(cast: Cast) -> None:
    steps = [
        {"title": "Sign", "guests": [GUS], "prevent_guest_comment": True},
        {"title": "Pay", "assignees": [cast.mia.user_id]},
        {"title": "Salary", "top_secret": True},
    ]
    process = launch(cast.olga, make_template(cast.olga, steps), is_public=True)
    theirs, other, secret = tasks_of(cast.olga, process)
    gus = cast.guest_of(theirs)
    made(cast.olga.post(f"/tasks/{other['id']}/comment", {"content": "x", "state": "open"}))
    shown = made(gus.get(f"/tasks/{other['id']}?with=threads"), 200)
    assert shown["owners"] == {"users": [], "guests": [], "groups": [], "taskUrls": []}
    assert shown["threads"] == {"data": []}
    assert gus.get(f"/tasks/{secret['id']}").status_code == 404
    assert listed(gus, "/tasks") == [theirs["id"]]
    for task, word in ((other, {}), (theirs, {"comment": "Not asked for"})):
        assert gus.post("/completed-tasks", {"task_id": task["id"], **word}).status_code == 403
    assert gus.post(f"/tasks/{other['id']}/comment", {"content": "x"}).status_code == 403
    made(cast.olga.put(f"/runs/{process['id']}", {"is_public": False}), 200)
    assert gus.get(f"/tasks/{other['id']}").status_code == 404


def test_40_55_a_guest_sees_one_organization_at_a_time(cast: Cast) -> None:
    here = make_oneoff(cast.olga, owners={"guests": [GUS]})
    stan = cast.stranger()
    elsewhere = cast.stranger()
    own = stan.client.get("/me/organizations").json()["data"][0]["id"]
    stan.organization_id = own
    there = make_oneoff(stan, owners={"guests": [GUS]})
    gus = cast.guest_of(here)
    assert listed(gus, "/tasks?status=all") == [here["id"]]
    assert gus.get(f"/tasks/{there['id']}").status_code == 404
    gus.organization_id = own
    assert gus.get("/tasks").status_code == 401
    assert elsewhere.get(f"/guests/{GUS}/tasks").status_code == 404


def test_40_57_a_secret_task_is_known_to_few(cast: Cast) -> None:
    alone = make_oneoff(cast.olga, top_secret=True, owners=owned_by(cast.leo))
    step = {"title": "Salary", "top_secret": True, "assignees": [cast.leo.user_id]}
    process = launch(cast.olga, make_template(cast.olga, [step, {"title": "Desk"}]))
    inside, open_one = tasks_of(cast.olga, process)
    for task in (alone, inside):
        assert cast.mia.get(f"/tasks/{task['id']}").status_code == 404
        assert cast.mia.post("/completed-tasks", {"task_id": task["id"]}).status_code == 404
        for by in (cast.olga, cast.leo):
            assert by.get(f"/tasks/{task['id']}").status_code == 200
    assert listed(cast.mia, "/tasks") == [open_one["id"]]
    assert [task["id"] for task in tasks_of(cast.mia, process)] == [open_one["id"]]
    assert read(cast.mia, process)["progress"]["total"] == 1


def test_40_58_what_light_members_do(cast: Cast) -> None:
    process = launch(
        cast.olga,
        make_template(
            cast.olga, [{"title": "Mine", "assignees": [cast.leo.user_id]}, {"title": "Not"}]
        ),
    )
    mine, other = tasks_of(cast.olga, process)
    assert complete(cast.leo, mine)["status"] == "completed"
    assert complete(cast.leo, other)["status"] == "completed"
    assert cast.leo.delete(f"/completed-tasks/{other['id']}").status_code == 403
    assert cast.leo.delete(f"/completed-tasks/{mine['id']}").status_code == 200
    body = {"title": "T", "task_type": "task", "deadline": "2031-05-15"}
    assert cast.leo.post("/tasks", {**body, "owners": {"guests": [GUS]}}).status_code == 403
    hidden = make_oneoff(cast.olga)
    own = make_oneoff(cast.leo, owners=owned_by(cast.mia))
    linked = make_oneoff(cast.leo, run_id=process["id"], owners=owned_by(cast.mia))
    assert cast.leo.get(f"/tasks/{hidden['id']}").status_code == 404
    assert listed(cast.leo, "/tasks?is_oneoff=true") == [linked["id"], own["id"]]
    assert cast.leo.delete(f"/tasks/{own['id']}").status_code == 204


def test_40_5_2_light_members_add_tasks_where_they_work(cast: Cast) -> None:
    group = cast.group(cast.leo)
    by_group = one_task(cast.olga, groups=[group])["run_id"]
    reader_only = launch(cast.olga)
    permissions = {"process_read": {"users": [cast.leo.user_id]}}
    made(cast.olga.put(f"/runs/{reader_only['id']}/permissions", permissions), 200)
    assert make_oneoff(cast.leo, run_id=by_group)["run_id"] == by_group
    body = {"title": "T", "task_type": "task", "deadline": "2031-05-15", "owners": {}}
    refused = cast.leo.post("/tasks", {**body, "run_id": reader_only["id"]})
    assert refused.status_code == 403
