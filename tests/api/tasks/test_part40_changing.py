"""Part 40: changing tasks: their own values, people, place, process, visibility."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cast import GUS, Cast, Person
from factories import activity_of, complete, launch, made, make_oneoff, make_template, tasks_of
from procession.kit.caller import Role
from wire import check_refusal


def process_task(by: Person, **step: Any) -> Any:
    """The only task of a process, made from a step."""
    process = launch(by, make_template(by, [{"title": "Sign", **step}]))
    return tasks_of(by, process)[0]


def path_of(task: Any) -> str:
    return f"/runs/{task['run_id']}/tasks/{task['id']}"


def changed(by: Person, task: Any, **fields: Any) -> Any:
    return made(by.put(f"/tasks/{task['id']}", fields), 200)


def again(by: Person, task: Any) -> Any:
    return made(by.get(f"/tasks/{task['id']}"), 200)


def told_of(by: Person, task: Any) -> list[tuple[str, str | None, Any]]:
    """What the feed says about a task, oldest first: verb, field and value before."""
    path = f"/activity-feeds?entity_type=task&entity_id={task['id']}&without_pagination=true"
    return [
        (entry["verb"][0], (entry["field"] or [None])[0], (entry["old_value"] or [None])[0])
        for entry in reversed(made(by.get(path), 200))
    ]


def owners(**named: Any) -> dict[str, Any]:
    return {"users": [], "guests": [], "groups": [], **named}


EVERYTHING = {
    "title": "Sign here",
    "summary": "<p>Both copies</p>",
    "started_at": "2031-01-02T03:04:05Z",
    "is_soft_start_date": False,
    "deadline": "2031-02-03T04:05:06Z",
    "task_type": "approval",
    "max_assignable": 7,
    "webhook": "https://hook.example.org/x",
    "everyone_must_complete": True,
    "can_complete_only_assignees": True,
    "prevent_guest_comment": True,
    "top_secret": True,
}  # fmt: skip


@pytest.mark.parametrize("is_oneoff", [True, False], ids=["one-off", "process"])
def test_5_5_every_key_is_changed_and_told(cast: Cast, is_oneoff: bool) -> None:
    olga = cast.olga
    task = make_oneoff(olga) if is_oneoff else process_task(olga)
    path = f"/tasks/{task['id']}" if is_oneoff else path_of(task)
    before, had = again(olga, task), told_of(olga, task)
    response = olga.put(path, EVERYTHING)
    answer = made(response, 200)
    assert {key: answer[key] for key in EVERYTHING} == EVERYTHING
    assert ("tasks_changed_by_rules" in answer) is not is_oneoff
    assert again(olga, task) == {
        key: value for key, value in answer.items() if key != "tasks_changed_by_rules"
    }
    fresh = told_of(olga, task)[len(had) :]
    assert {verb for verb, _, _ in fresh} == {"updated"}
    assert {field: value for _, field, value in fresh} == {key: before[key] for key in EVERYTHING}


def test_5_5_a_whole_task_sent_back_changes_nothing(cast: Cast) -> None:
    olga = cast.olga
    tag = made(olga.post("/tags", {"title": "Urgent"}))["id"]
    task = process_task(olga, guests=[GUS], assignees=[cast.mia.user_id])
    changed(olga, task, tags=[tag])
    oneoff = make_oneoff(olga, owners=owners(users=[cast.leo.user_id], guests=[GUS]), tags=[tag])
    for each in (task, oneoff):
        path = f"/tasks/{each['id']}?with=tags,threads,run,step,issues,folders"
        whole, told = made(olga.get(path), 200), told_of(olga, each)
        response = olga.put(f"/tasks/{each['id']}", whole)
        assert response.headers.get("X-Ignored-Fields") == "custom_fields"
        answer = made(response, 200)
        assert answer["last_updated"] == whole["last_updated"]
        assert answer["owners"] == whole["owners"]
        assert told_of(olga, each) == told
        assert again(olga, each)["deadline"] == each["deadline"]


def test_5_5_mails_without_branding_and_a_decision_alone(cast: Cast) -> None:
    olga = cast.olga
    mail = process_task(olga, step_type="email")
    assert mail["send_chromeless"] is False
    assert changed(olga, mail, send_chromeless=True)["send_chromeless"] is True
    assert told_of(olga, mail)[-1] == ("updated", "send_chromeless", False)
    # It says nothing of another type, and a decision nothing without the completion.
    task = process_task(olga, step_type="approval")
    told = told_of(olga, task)
    answer = changed(olga, task, send_chromeless=True, is_approved=True)
    assert (answer["send_chromeless"], answer["is_approved"]) == (None, None)
    assert (answer["status"], told_of(olga, task)) == ("not-started", told)


def test_5_5_the_same_change_twice_is_told_once(cast: Cast) -> None:
    task = process_task(cast.olga)
    fields = {**EVERYTHING, "owners": owners(users=[cast.mia.user_id], guests=[GUS])}
    first = changed(cast.olga, task, **fields)
    told = told_of(cast.olga, task)
    assert changed(cast.olga, task, **fields) == first
    assert told_of(cast.olga, task) == told


def test_5_5_null_and_empty(cast: Cast) -> None:
    task = make_oneoff(
        cast.olga, summary="Text", webhook="https://a.example.org", started_at="2031-01-01"
    )
    path = f"/tasks/{task['id']}"
    answer = changed(cast.olga, task, summary="", webhook=None, started_at=None)
    assert (answer["summary"], answer["webhook"], answer["started_at"]) == (None, None, None)
    for empty in (None, "", "   "):
        wrong = check_refusal(cast.olga.put(path, {"title": empty, "deadline": None}))
        assert wrong == {
            "title": ["The title field is required."],
            "deadline": ["The deadline field is required."],
        }
    described = changed(cast.olga, task, description="<p>By its other name</p>")
    assert described["summary"] == "<p>By its other name</p>"
    assert changed(cast.olga, task, summary="Wins", description="Not")["summary"] == "Wins"


def test_5_5_all_problems_at_once(cast: Cast) -> None:
    task = process_task(cast.olga)
    wrong = check_refusal(
        cast.olga.put(
            path_of(task),
            {
                "title": "", "task_type": "nap", "webhook": "ftp://x", "position": 0,
                "tags": ["0" * 32], "owners": {"users": [2**31 - 1], "guests": ["no address"]},
                "status": "sleeping", "run_id": None,
            },
        )
    )  # fmt: skip
    assert set(wrong) == {
        "title", "task_type", "webhook", "position", "tags.0", "owners.users.0",
        "owners.guests.0", "status", "run_id",
    }  # fmt: skip
    assert again(cast.olga, task) == again(cast.olga, task) | {"title": "Sign"}


@pytest.mark.parametrize(
    "sent",
    [
        {"title": "x" * 601},
        {"title": ["x"]},
        {"deadline": "tomorrow"},
        {"deadline": 1767225600},
        {"max_assignable": -1},
        {"max_assignable": 2**31},
        {"owners": "mia"},
        {"owners": {"users": "1"}},
        {"owners": {"guests": [{}]}},
        {"position": "first"},
        {"position": -3},
        {"tags": 7},
        {"tags": [None]},
        {"tags": [{}]},
        {"status": "archived"},
        {"status": 1},
        {"task_type": ""},
        {"run_id": ["x"]},
        {"webhook": "x" * 2049},
    ],
    ids=str,
)
def test_5_5_hostile_values(cast: Cast, sent: dict[str, Any]) -> None:
    task = make_oneoff(cast.olga)
    check_refusal(cast.olga.put(f"/tasks/{task['id']}", sent))
    assert again(cast.olga, task) == again(cast.olga, task) | {"title": task["title"]}


def test_40_19_of_another_process(cast: Cast) -> None:
    task, other = process_task(cast.olga), process_task(cast.olga)
    for path in (
        f"/runs/{other['run_id']}/tasks/{task['id']}",
        f"/runs/{other['run_id']}/tasks/{task['id']}/hide",
        f"/runs/{other['run_id']}/tasks/{task['id']}/show",
    ):
        check_refusal(cast.olga.put(path, {"title": "Mine"}), 404)
    check_refusal(cast.stranger().put(f"/tasks/{task['id']}", {"title": "Mine"}), 404)
    assert again(cast.olga, task)["title"] == "Sign"


def test_40_29_a_bucket_that_is_not_sent_stays(cast: Cast) -> None:
    group = cast.group(cast.mia)
    task = make_oneoff(cast.olga, owners=owners(guests=[GUS], groups=[group]))
    answer = changed(cast.olga, task, owners={"users": [cast.leo.user_id]})["owners"]
    assert (answer["users"], answer["guests"], answer["groups"]) == (
        [cast.leo.user_id], [GUS], [group],
    )  # fmt: skip
    answer = changed(cast.olga, task, owners={"groups": []})["owners"]
    assert (answer["users"], answer["guests"], answer["groups"]) == ([cast.leo.user_id], [GUS], [])
    told = told_of(cast.olga, task)[-1]
    assert told[:2] == ("owners-updated", "owners")
    assert told[2] == {"users": [cast.leo.user_id], "guests": [GUS], "groups": [group]}
    answer = changed(cast.olga, task, owners={"users": [], "guests": []})["owners"]
    assert (answer["users"], answer["guests"], answer["groups"]) == ([], [], [])


def test_5_5_owners_are_read_as_clients_write_them(cast: Cast) -> None:
    task, mia = process_task(cast.olga), cast.mia.user_id
    guest = f"Gus-{cast.organization_id}@guests.test"
    answer = changed(
        cast.olga, task, owners={"users": [str(mia), {"id": mia}], "guests": [guest, guest.upper()]}
    )["owners"]
    assert (answer["users"], answer["guests"]) == ([mia], [guest])
    address = made(cast.olga.get(f"/users/{cast.leo.user_id}"), 200)["email"]
    answer = changed(cast.olga, task, owners={"guests": [address.upper()]})["owners"]
    assert (answer["users"], answer["guests"]) == (sorted([mia, cast.leo.user_id]), [])


def test_5_5_unknown_and_disabled_people(cast: Cast) -> None:
    gone = cast.add(Role.STANDARD)
    task = make_oneoff(cast.olga, owners=owners(users=[cast.mia.user_id]))
    made(cast.olga.delete(f"/users/{gone.user_id}/disable"), 200)
    wrong = check_refusal(
        cast.olga.put(
            f"/tasks/{task['id']}",
            {"owners": {"users": [cast.mia.user_id, gone.user_id], "groups": ["0" * 32]}},
        )
    )
    assert set(wrong) == {"owners.users.1", "owners.groups.0"}
    assert again(cast.olga, task)["owners"]["users"] == [cast.mia.user_id]


def test_40_31_guests_alone_get_a_member(cast: Cast) -> None:
    task = make_oneoff(cast.mia)
    answer = changed(cast.olga, task, owners=owners(guests=[GUS]))["owners"]
    assert (answer["users"], answer["guests"]) == ([cast.mia.user_id], [GUS])
    template = make_template(cast.olga, 1)
    process = launch(cast.olga, template, owner_id=cast.mia.user_id)
    (task,) = tasks_of(cast.olga, process)
    answer = changed(cast.olga, task, owners=owners(guests=[GUS]))["owners"]
    assert (answer["users"], answer["guests"]) == ([cast.mia.user_id], [GUS])
    told = told_of(cast.olga, task)
    # Taking the member off puts the same one back: nothing has changed.
    assert changed(cast.olga, task, owners={"users": []})["owners"] == answer
    assert told_of(cast.olga, task) == told


def test_40_32_too_many_people(cast: Cast) -> None:
    task = make_oneoff(
        cast.olga, owners=owners(users=[cast.mia.user_id], guests=[GUS]), max_assignable=2
    )
    before = again(cast.olga, task)
    wrong = check_refusal(
        cast.olga.put(
            f"/tasks/{task['id']}",
            {"title": "No", "owners": {"users": [cast.mia.user_id, cast.leo.user_id]}},
        )
    )
    assert set(wrong) == {"owners"}
    assert again(cast.olga, task) == before
    wrong = check_refusal(cast.olga.put(f"/tasks/{task['id']}", {"max_assignable": 1}))
    assert set(wrong) == {"max_assignable"}
    changed(cast.olga, task, max_assignable=1, owners={"guests": []})
    changed(cast.olga, task, max_assignable=0, owners={"guests": [GUS, "more@guests.test"]})


def test_40_30_only_a_summary(cast: Cast) -> None:
    task = make_oneoff(cast.olga, owners=owners(users=[cast.mia.user_id]))
    answer = changed(cast.olga, task, summary="<p>More</p>")
    kept = ("title", "deadline", "owners", "task_type", "position", "status")
    assert {key: answer[key] for key in kept} == {key: task[key] for key in kept}
    assert answer["summary"] == "<p>More</p>"


def test_40_33_a_completed_task(cast: Cast) -> None:
    olga = cast.olga
    process = launch(olga, make_template(olga, 3))
    first, _, last = tasks_of(olga, process)
    complete(olga, first)
    path, sentence = path_of(first), "Completed tasks cannot be updated. Reopen the task first."
    for fields in (
        {"title": "Other"},
        {"owners": {"users": [cast.mia.user_id]}},
        {"deadline": "2031-01-01"},
        {"run_id": None},
    ):
        response = olga.put(path, fields)
        assert (response.status_code, response.json()["message"]) == (422, sentence), fields
    whole = again(olga, first)
    assert made(olga.put(path, whole), 200)["title"] == whole["title"]
    tag = made(olga.post("/tags", {"title": "Done"}))["id"]
    answer = made(olga.put(f"{path}?with=tags", {"position": 3, "tags": tag}), 200)
    assert answer["position"] == 3
    assert [entry["tag_id"] for entry in answer["tags"]["data"]] == [tag]
    assert again(olga, last)["position"] == 2
    assert told_of(olga, first)[-1][:2] == ("re-ordered", "position")


def test_40_34_working_time(cast: Cast) -> None:
    """In an organization that works on Mondays to Fridays from 9 to 17."""
    hours = {"all_hours": False, "start": "09:00", "end": "17:00"}
    week = dict.fromkeys(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), hours)
    made(cast.olga.put("", {"working_days": {**week, "Saturday": None, "Sunday": None}}), 200)
    saturday, monday = "2031-05-17 14:30:00", "2031-05-19T09:00:00Z"
    made_one = make_oneoff(cast.olga, deadline=saturday)
    assert made_one["deadline"] == monday
    for task in (make_oneoff(cast.olga), process_task(cast.olga)):
        assert changed(cast.olga, task, deadline=saturday)["deadline"] == monday
        told = told_of(cast.olga, task)
        # What comes to the same time is no change.
        assert changed(cast.olga, task, deadline=saturday)["deadline"] == monday
        assert told_of(cast.olga, task) == told
        early = changed(cast.olga, task, deadline="2031-05-20 06:00:00")
        assert early["deadline"] == "2031-05-20T09:00:00Z"
        exact = changed(cast.olga, task, deadline="2031-05-20 17:00:00")
        assert exact["deadline"] == "2031-05-20T17:00:00Z"


def test_7_3_null_takes_the_deadline_back(cast: Cast) -> None:
    steps = [
        {"title": "First", "deadline": {"value": 2, "unit": "days", "option": "from"}},
        {"title": "Second"},
    ]
    template = make_template(cast.olga, steps)
    process = launch(cast.olga, template)
    for task in tasks_of(cast.olga, process):
        moved = changed(cast.olga, task, deadline="2031-01-01 00:00:00")
        assert moved["deadline"] == "2031-01-01T00:00:00Z"
        assert changed(cast.olga, task, deadline=None)["deadline"] == task["deadline"]
        told = told_of(cast.olga, task)
        assert [entry[:2] for entry in told[-2:]] == [("updated", "deadline")] * 2
        assert changed(cast.olga, task, deadline=None)["deadline"] == task["deadline"]
        assert told_of(cast.olga, task) == told


def test_5_5_positions(cast: Cast) -> None:
    olga = cast.olga
    process = launch(olga, make_template(olga, 4))
    ids = [task["id"] for task in tasks_of(olga, process)]

    def order() -> list[int]:
        found = tasks_of(olga, process)
        assert [task["position"] for task in found] == [1, 2, 3, 4]
        return [ids.index(task["id"]) for task in found]

    last = {"id": ids[3]}
    assert changed(olga, last, position=2)["position"] == 2
    assert order() == [0, 3, 1, 2]
    assert told_of(olga, last)[-1] == ("re-ordered", "position", 4)
    told = told_of(olga, last)
    changed(olga, last, position=2)
    assert told_of(olga, last) == told
    assert changed(olga, last, position=2**31 - 1)["position"] == 4
    told = told_of(olga, last)
    changed(olga, last, position=9999)
    assert (told_of(olga, last), order()) == (told, [0, 1, 2, 3])
    assert changed(olga, last, position=1)["position"] == 1
    assert order() == [3, 0, 1, 2]


# --- Who may ---


def test_40_45_only_assignees(cast: Cast) -> None:
    task = process_task(cast.olga, can_complete_only_assignees=True)
    mia = cast.mia
    path = path_of(task)
    for fields in (
        {"title": "Mine"},
        {"owners": {"users": [mia.user_id]}},
        {"status": "completed"},
    ):
        check_refusal(mia.put(path, fields), 403)
    check_refusal(mia.post("/completed-tasks", {"task_id": task["id"]}), 403)
    changed(cast.olga, task, title="By the administrator", owners={"users": [mia.user_id]})
    assert changed(mia, task, title="By an assignee")["title"] == "By an assignee"
    complete(mia, task)
    made(cast.olga.delete(f"/completed-tasks/{task['id']}"), 200)
    changed(cast.olga, task, owners={"users": []})
    check_refusal(mia.delete(f"/completed-tasks/{task['id']}"), 403)


def test_40_58_light_members(cast: Cast) -> None:
    leo, olga = cast.leo, cast.olga
    task = process_task(olga, assignees=[leo.user_id])
    refusals: list[dict[str, Any]] = [
        {"deadline": "2031-01-01"}, {"owners": {"users": []}}, {"title": "X"},
    ]  # fmt: skip
    for fields in refusals:
        check_refusal(leo.put(path_of(task), fields), 403)
    # What is sent back as it is needs no right.
    assert made(leo.put(path_of(task), again(leo, task)), 200)["title"] == "Sign"
    assert changed(leo, task, status="in-progress")["status"] == "in-progress"
    complete(leo, task)
    mine = make_oneoff(leo)
    assert changed(leo, mine, title="Mine", owners={"users": [leo.user_id]})["title"] == "Mine"
    check_refusal(leo.put(f"/tasks/{mine['id']}", {"owners": {"guests": [GUS]}}), 403)
    assert leo.post("/tasks", {
        "title": "T", "task_type": "task", "deadline": "2031-01-01", "owners": {"guests": [GUS]},
    }).status_code == 403  # fmt: skip
    changed(olga, mine, owners={"guests": [GUS]})
    # Who is there already may stay, and may be taken off.
    changed(leo, mine, owners={"users": [leo.user_id], "guests": [GUS]})
    assert changed(leo, mine, owners={"guests": []})["owners"]["guests"] == []


def test_1_1_archived_and_frozen(cast: Cast) -> None:
    olga = cast.olga
    task = process_task(olga)
    problem = made(olga.post(f"/runs/{task['run_id']}/problem", {"content": "Broken"}))
    response = olga.put(path_of(task), {"title": "X"})
    assert response.status_code == 422
    assert "open issue" in response.json()["message"]
    assert olga.put(f"{path_of(task)}/hide").status_code == 422
    sent = {"thread_id": problem["id"], "content": "Done"}
    made(olga.post(f"/runs/{task['run_id']}/resolved-threads", sent))
    made(olga.delete(f"/runs/{task['run_id']}"), 200)
    for response in (
        olga.put(path_of(task), {"title": "X"}),
        olga.put(path_of(task), {}),
        olga.put(f"{path_of(task)}/hide"),
        olga.put(f"{path_of(task)}/show"),
    ):
        assert response.status_code == 422
        assert response.json()["message"] == "Cannot update archived processes."
    alone = make_oneoff(olga)
    assert olga.delete(f"/tasks/{alone['id']}").status_code == 204
    assert olga.put(f"/tasks/{alone['id']}", {"title": "X"}).status_code == 422


def test_who_makes_a_task_secret_still_gets_an_answer(cast: Cast) -> None:
    task = make_oneoff(cast.olga)
    assert changed(cast.mia, task, top_secret=True)["top_secret"] is True
    check_refusal(cast.mia.get(f"/tasks/{task['id']}"), 404)


# --- Statuses ---


def test_5_6_statuses(cast: Cast) -> None:
    olga = cast.olga
    task = process_task(olga, step_type="approval")
    path = path_of(task)
    assert changed(olga, task, status="in-progress")["status"] == "in-progress"
    assert told_of(olga, task)[-1] == ("updated", "status", "not-started")
    assert changed(olga, task, status="active")["status"] == "in-progress"
    assert changed(olga, task, status="not-started")["status"] == "not-started"
    assert set(check_refusal(olga.put(path, {"status": "completed"}))) == {"is_approved"}
    assert again(olga, task)["status"] == "not-started"
    done = changed(olga, task, status="completed", is_approved=False, title="Judge")
    assert (done["status"], done["is_approved"], done["title"]) == ("completed", False, "Judge")
    assert done["completer_id"] == olga.user_id
    told = told_of(olga, task)
    assert changed(olga, task, status="completed", is_approved=False)["status"] == "completed"
    assert told_of(olga, task) == told
    assert set(check_refusal(olga.put(path, {"status": "completed", "is_approved": True}))) == {
        "is_approved"
    }
    for word in ("in-progress", "not-started", "active", "auto-skipped"):
        assert set(check_refusal(olga.put(path, {"status": word}))) == {"status"}, word


def test_completing_the_last_task_by_an_update_completes_the_process(cast: Cast) -> None:
    task = process_task(cast.olga)
    changed(cast.olga, task, status="completed")
    assert made(cast.olga.get(f"/runs/{task['run_id']}"), 200)["status"] == "complete"


@pytest.mark.parametrize("by", ["route", "status"])
def test_40_51_hiding(cast: Cast, by: str) -> None:
    olga = cast.olga
    process = launch(olga, make_template(olga, [{"title": "A", "captures": FORM}, {"title": "B"}]))
    task, other = tasks_of(olga, process)
    complete(olga, other)
    data = changed(olga, task, taskdata={"Size": "M"})["taskdata"]
    assert list(data.values()) == [{"id": 2, "text": "M"}]

    def turn(word: str, status: str) -> Any:
        if by == "route":
            return made(olga.put(f"{path_of(task)}/{word}", {"comment": "Because"}), 200)
        return made(olga.put(path_of(task), {"status": status}), 200)

    hidden = turn("hide", "auto-skipped")
    assert (hidden["status"], hidden["visibility_locked"]) == ("auto-skipped", True)
    assert told_of(olga, task)[-1 if by == "status" else -2][:2] == ("updated", "status")
    assert made(olga.get(f"/runs/{process['id']}"), 200)["status"] == "complete"
    check_refusal(olga.post("/completed-tasks", {"task_id": task["id"]}))
    told = told_of(olga, task)
    assert turn("hide", "auto-skipped")["status"] == "auto-skipped"
    assert told_of(olga, task) == told
    shown = turn("show", "active")
    assert (shown["status"], shown["visibility_locked"]) == ("in-progress", False)
    assert hidden["taskdata"] == shown["taskdata"] == data
    assert shown["shown_at"] is not None
    assert made(olga.get(f"/runs/{process['id']}"), 200)["status"] == "active"
    threads = made(olga.get(f"/tasks/{task['id']}?with=threads"), 200)["threads"]["data"]
    assert [thread["content"] for thread in threads] == (["Because"] * 2 if by == "route" else [])


def test_8_1_what_is_never_hidden(cast: Cast) -> None:
    olga = cast.olga
    task = process_task(olga)
    complete(olga, task)
    linked = make_oneoff(olga, run_id=task["run_id"])
    for each in (task, linked):
        for word in ("hide", "show"):
            check_refusal(olga.put(f"{path_of(each)}/{word}"))
        check_refusal(olga.put(path_of(each), {"status": "auto-skipped"}))
    fresh = process_task(olga, assignees=[cast.leo.user_id])
    for word in ("hide", "show"):
        check_refusal(cast.leo.put(f"{path_of(fresh)}/{word}"), 403)
    check_refusal(cast.leo.put(path_of(fresh), {"status": "auto-skipped"}), 403)


# --- Into a process and out ---


def test_5_5_linking(cast: Cast) -> None:
    olga = cast.olga
    template = make_template(olga, 2)
    first, second = launch(olga, template), launch(olga, make_template(olga, 1))
    (only,) = tasks_of(olga, second)
    complete(olga, only)
    task = make_oneoff(olga, owners=owners(users=[cast.leo.user_id]))
    linked = changed(olga, task, run_id=first["id"])
    assert (linked["run_id"], linked["position"], linked["checklist_id"]) == (
        first["id"], 3, template["id"],
    )  # fmt: skip
    assert linked["tasks_changed_by_rules"] == {"data": []}
    assert told_of(olga, task)[-1][0] == "linked"
    made(olga.post(f"/tasks/{task['id']}/comment", {"content": "Look"}))
    assert "linked" in [entry["verb"][0] for entry in activity_of(olga, first)]
    assert made(olga.get(f"/runs/{first['id']}"), 200)["progress"]["total"] == 3
    assert made(cast.leo.get(f"/runs/{first['id']}"), 200)["id"] == first["id"]
    # On to another one, which goes on because of it, to the place that was asked for.
    moved = changed(olga, task, run_id=second["id"], position=1)
    assert (moved["run_id"], moved["position"]) == (second["id"], 1)
    assert made(olga.get(f"/runs/{second['id']}"), 200)["status"] == "active"
    assert made(olga.get(f"/runs/{first['id']}"), 200)["progress"]["total"] == 2
    check_refusal(cast.leo.get(f"/runs/{first['id']}"), 404)
    told = told_of(olga, task)
    assert changed(olga, task, run_id=second["id"])["position"] == 1
    assert told_of(olga, task) == told
    alone = changed(olga, task, run_id=None)
    assert (alone["run_id"], alone["position"], alone["checklist_id"]) == (None, 0, None)
    assert "tasks_changed_by_rules" not in alone
    assert told_of(olga, task)[-1][0] == "unlinked"
    assert made(olga.get(f"/runs/{second['id']}"), 200)["status"] == "complete"
    threads = made(olga.get(f"/tasks/{task['id']}?with=threads"), 200)["threads"]["data"]
    assert [thread["content"] for thread in threads] == ["Look"]
    # What was said goes with it: deleting the process it was in takes nothing from it.
    made(olga.delete(f"/runs/{first['id']}"), 200)
    assert olga.delete(f"/runs/{first['id']}/delete").status_code == 200
    threads = made(olga.get(f"/tasks/{task['id']}?with=threads"), 200)["threads"]["data"]
    assert len(threads) == 1


def test_5_5_where_a_task_cannot_go(cast: Cast) -> None:
    olga = cast.olga
    process = launch(olga, make_template(olga, 1))
    made(olga.delete(f"/runs/{process['id']}"), 200)
    task = make_oneoff(olga)
    path = f"/tasks/{task['id']}"
    check_refusal(olga.put(path, {"run_id": process["id"]}))
    check_refusal(olga.put(path, {"run_id": "0" * 32}), 404)
    check_refusal(olga.put(path, {"run_id": "no id"}), 404)
    mine = make_oneoff(cast.leo)
    live = launch(olga, make_template(olga, 1))
    readers = {"process_read": {"users": [cast.leo.user_id]}}
    made(olga.put(f"/runs/{live['id']}/permissions", readers), 200)
    check_refusal(cast.leo.put(f"/tasks/{mine['id']}", {"run_id": live["id"]}), 403)
    fixed = tasks_of(olga, live)[0]
    other = launch(olga, make_template(olga, 1, can_add_oot=False))
    sentence = ["Ad-hoc tasks not allowed for this process"]
    assert check_refusal(olga.put(path, {"run_id": other["id"]})) == {"run_id": sentence}
    assert set(check_refusal(olga.put(path_of(fixed), {"run_id": other["id"]}))) == {"run_id"}


# --- Guests ---


def test_9_a_guest_changes_little(cast: Cast) -> None:
    olga = cast.olga
    task = process_task(olga, guests=[GUS], assignees=[olga.user_id])
    gus = cast.guest_of(again(olga, task))
    path = f"/tasks/{task['id']}"
    response = gus.put(path, {
        "title": "Mine", "deadline": "2031-01-01", "position": 9, "run_id": None, "tags": ["x"],
        "owners": {"guests": ["colleague@guests.test"], "users": []}, "unheard": 1,
    })  # fmt: skip
    made(response, 200)
    assert response.headers["X-Ignored-Fields"] == "unheard"
    seen = again(olga, task)
    assert (seen["title"], seen["deadline"], seen["position"]) == ("Sign", task["deadline"], 1)
    assert seen["owners"]["guests"] == ["colleague@guests.test", GUS]
    assert seen["owners"]["users"] == [olga.user_id]
    told = activity_of(olga, {"id": task["run_id"]})[0]
    assert told["verb"] == ["owners-updated"]
    made(gus.put(path, {"owners": {"guests": []}}), 200)
    assert again(olga, task)["owners"] == seen["owners"]
    made(gus.put(path, {"status": "auto-skipped"}), 200)
    assert again(olga, task)["status"] == "not-started"
    done = made(gus.put(path, {"status": "completed"}), 200)
    assert (done["status"], done["completer_guest"]) == ("completed", GUS)
    check_refusal(gus.put(path, {"owners": {"guests": ["third@guests.test"]}}))
    assert gus.client.delete(gus.path(f"/completed-tasks/{task['id']}")).status_code == 403


def test_40_55_a_guest_and_tasks_of_others(cast: Cast) -> None:
    olga = cast.olga
    mine, other = process_task(olga, guests=[GUS]), process_task(olga)
    gus = cast.guest_of(again(olga, mine))
    check_refusal(gus.put(f"/tasks/{other['id']}", {"status": "completed"}), 404)
    made(olga.delete(f"/runs/{mine['run_id']}"), 200)
    check_refusal(gus.put(f"/tasks/{mine['id']}", {"status": "completed"}), 404)


def test_9_a_guest_of_a_public_process_only_reads_the_rest(cast: Cast) -> None:
    olga = cast.olga
    template = make_template(olga, [{"title": "A", "guests": [GUS]}, {"title": "B"}])
    process = launch(olga, template, is_public=True)
    first, second = tasks_of(olga, process)
    gus = cast.guest_of(first)
    made(gus.get(f"/tasks/{second['id']}"), 200)
    check_refusal(gus.put(f"/tasks/{second['id']}", {"status": "completed"}), 403)
    check_refusal(gus.put(f"/tasks/{second['id']}", {"owners": {"guests": [GUS]}}), 403)


# --- Answers, and what else of the process changes ---

FORM = [
    {"label": "Order", "field_type": "text", "required": True},
    {"label": "Size", "field_type": "dropdown", "required": False, "options": ["S", "M"]},
]


def field_ids(by: Person, task: Any) -> list[str]:
    """As the sentence about an unknown field names them."""
    response = by.put(f"/tasks/{task['id']}", {"taskdata": {"no such": 1}})
    (sentence,) = check_refusal(response)["taskdata.no such"]
    return [word.split(")")[0] for word in sentence.split("(")[1:]]


@pytest.mark.parametrize("is_oneoff", [True, False], ids=["one-off", "process"])
def test_40_20_and_21_answers_in_an_update(cast: Cast, is_oneoff: bool) -> None:
    olga = cast.olga
    task = make_oneoff(olga, form_fields=FORM) if is_oneoff else process_task(olga, captures=FORM)
    order, size = field_ids(olga, task)
    first = changed(olga, task, taskdata={order: "PO-1"})
    assert (first["taskdata"], first["status"]) == ({order: "PO-1"}, "in-progress")
    second = changed(olga, task, taskdata={"Size": "m"}, title="Order it")
    assert second["taskdata"] == {order: "PO-1", size: {"id": 2, "text": "M"}}
    told = told_of(olga, task)
    nothings: list[Any] = [{}, [], None, second["taskdata"]]
    for nothing in nothings:
        assert changed(olga, task, taskdata=nothing)["taskdata"] == second["taskdata"]
    assert told_of(olga, task) == told
    wrong = check_refusal(
        olga.put(
            f"/tasks/{task['id']}",
            {"title": "", "taskdata": {order: "PO-2", size: "XL", "zzz": 1}},
        )
    )
    assert set(wrong) == {"title", f"taskdata.{size}", "taskdata.zzz"}
    assert again(olga, task)["taskdata"] == second["taskdata"]
    assert set(check_refusal(olga.put(f"/tasks/{task['id']}", {"taskdata": "x"}))) == {"taskdata"}


def test_answers_and_completion_in_one_update(cast: Cast) -> None:
    olga = cast.olga
    task = process_task(olga, captures=FORM)
    order, _ = field_ids(olga, task)
    done = changed(olga, task, taskdata={order: "PO-1"}, status="completed")
    assert (done["status"], done["taskdata"]) == ("completed", {order: "PO-1"})
    response = olga.put(path_of(task), {"taskdata": {order: "PO-2"}})
    assert response.status_code == 422
    assert response.json()["message"].startswith("Completed tasks cannot be updated.")
    assert changed(olga, task, taskdata={order: "PO-1"})["taskdata"] == {order: "PO-1"}


def test_40_55_a_guest_fills_in(cast: Cast) -> None:
    olga = cast.olga
    task = process_task(olga, guests=[GUS], captures=FORM)
    gus = cast.guest_of(task)
    order, size = field_ids(olga, task)
    path = f"/tasks/{task['id']}"
    seen = made(gus.put(path, {"taskdata": {"Order": "PO-1"}}), 200)
    assert (seen["taskdata"], seen["status"]) == ({order: "PO-1"}, "in-progress")
    assert set(check_refusal(gus.put(path, {"taskdata": {size: "XL"}, "status": "completed"}))) == {
        f"taskdata.{size}"
    }
    done = made(gus.put(path, {"taskdata": {size: "S"}, "status": "completed"}), 200)
    assert done["status"] == "completed"
    check_refusal(gus.put(path, {"taskdata": {order: "PO-2"}}))


def anchor(by: Person, template: Any, step: Any, deadline: dict[str, Any]) -> None:
    made(by.patch(f"/checklists/{template['id']}/steps/{step['id']}", {"deadline": deadline}), 200)


def test_7_3_deadlines_that_count_from_a_changed_one(cast: Cast) -> None:
    """They are told as changed, and one that was set by hand stays."""
    olga = cast.olga
    template = make_template(olga, 3)
    first, second, third = made(olga.get(f"/checklists/{template['id']}/steps"), 200)
    for step in (second, third):
        offset = {"value": 1, "unit": "days", "option": "from", "step": first["id"]}
        anchor(olga, template, step, offset)
    process = launch(olga, template)
    one, two, three = tasks_of(olga, process)
    changed(olga, three, deadline="2031-03-03 00:00:00")
    answer = changed(olga, one, deadline="2031-01-01 09:00:00")
    (other,) = answer["tasks_changed_by_rules"]["data"]
    assert (other["id"], other["deadline"]) == (two["id"], "2031-01-02T09:00:00Z")
    assert again(olga, three)["deadline"] == "2031-03-03T00:00:00Z"
    # It follows again once nobody holds it.
    freed = changed(olga, three, deadline=None)
    assert freed["deadline"] == "2031-01-02T09:00:00Z"
    back = changed(olga, one, deadline=None)
    assert back["deadline"] == one["deadline"]
    assert {task["id"] for task in back["tasks_changed_by_rules"]["data"]} == {
        two["id"], three["id"],
    }  # fmt: skip


def test_50_6_4_a_hidden_anchor_makes_deadlines_count(cast: Cast, clock: Any) -> None:
    olga = cast.olga
    clock.stop_at("2031-01-01T09:00:00Z")
    template = make_template(olga, 2)
    first, second = made(olga.get(f"/checklists/{template['id']}/steps"), 200)
    offset = {"value": 1, "unit": "hours", "option": "from", "step": first["id"]}
    anchor(olga, template, second, offset)
    one, two = tasks_of(olga, launch(olga, template))
    clock.stop_at("2032-01-01T09:00:00Z")
    assert again(olga, two)["due_date_passed"] is False
    made(olga.put(f"{path_of(one)}/hide"), 200)
    assert again(olga, two)["due_date_passed"] is True
    made(olga.put(f"{path_of(one)}/show"), 200)
    assert again(olga, two)["due_date_passed"] is False


def test_50_7_texts_with_variables_survive_a_whole_task_sent_back(cast: Cast) -> None:
    olga = cast.olga
    text = "Sign {{TEMPLATE_NAME}}"
    process = launch(olga, make_template(olga, [{"title": text, "summary": f"<p>{text}</p>"}]))
    (task,) = tasks_of(olga, process)
    whole = again(olga, task)
    assert (whole["title"], whole["original_title"]) == ("Sign Onboarding", text)
    answer = made(olga.put(path_of(task), {**whole, "max_assignable": 3}), 200)
    assert (answer["original_title"], answer["original_summary"]) == (text, f"<p>{text}</p>")
    assert [entry[:2] for entry in told_of(olga, task)] == [("updated", "max_assignable")]
    # Alone it is what its sender wants.
    filled = changed(olga, task, title=whole["title"], summary="Yours")
    assert (filled["original_title"], filled["original_summary"]) == ("Sign Onboarding", "Yours")


TYPES: list[dict[str, Any]] = [
    {"label": "Plan", "field_type": "dropdown", "options": ["Silver", "Gold"]},
    {"label": "Way", "field_type": "radio", "options": ["Mail", "Call"]},
    {"label": "Kit", "field_type": "multiselect", "options": ["Badge", "Desk"]},
    {"label": "Items", "field_type": "table", "columns": ["Item", "Qty"]},
    {"label": "Due", "field_type": "date"},
    {"label": "Why", "field_type": "textarea"},
    {"label": "Name", "field_type": "text"},
]
GOLD: dict[str, Any] = {"id": 2, "text": "Gold"}
BADGE: dict[str, Any] = {"id": 1, "text": "Badge", "selected": True}
TAKEN = [
    ("Plan", "gold", GOLD),
    ("Plan", GOLD, GOLD),
    ("Way", {"id": 2, "text": "Call"}, "Call"),
    ("Kit", [{"id": 1, "text": "Badge"}], [BADGE]),
    ("Kit", [{**BADGE, "selected": False}], [{**BADGE, "selected": False}]),
    ("Items", ["Desk", "2"], ["Desk", "2"]),
    ("Name", 7, 7),
]
WRONG = [
    ("Plan", {"id": 1, "text": "Gold"}, "Invalid dropdown choice selected."),
    ("Plan", "Tin", "Invalid dropdown choice selected."),
    ("Items", ["Desk"], "Number of columns does not match required columns"),
    ("Due", 1767225600, ""),
    ("Why", "x" * 30_001, ""),
    *[(field["label"], {"value": "x"}, "") for field in TYPES],
]


@pytest.mark.parametrize("is_oneoff", [True, False], ids=["one-off", "process"])
def test_40_22_to_27_answers_of_every_type(cast: Cast, is_oneoff: bool) -> None:
    olga, form = cast.olga, [{**field, "required": False} for field in TYPES]
    task = make_oneoff(olga, form_fields=form) if is_oneoff else process_task(olga, captures=form)
    ids = dict(zip([field["label"] for field in TYPES], field_ids(olga, task), strict=True))
    for label, sent, stored in TAKEN:
        taskdata = changed(olga, task, taskdata={ids[label]: sent})["taskdata"]
        assert taskdata[ids[label]] == stored, label
    before = again(olga, task)
    for label, sent, sentence in WRONG:
        wrong = check_refusal(olga.put(f"/tasks/{task['id']}", {"taskdata": {ids[label]: sent}}))
        assert list(wrong) == [f"taskdata.{ids[label]}"], label
        assert wrong[f"taskdata.{ids[label]}"][0].startswith(sentence)
    assert again(olga, task) == before
    cleared = changed(olga, task, taskdata=dict.fromkeys(ids.values()))
    assert cleared["taskdata"] == {}


def test_40_14_hidden_tasks_in_the_list_of_their_process(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 2))
    first, second = tasks_of(cast.olga, process)
    made(cast.olga.put(f"{path_of(first)}/hide"), 200)
    states = [(task["id"], task["status"]) for task in tasks_of(cast.olga, process)]
    assert states == [(first["id"], "auto-skipped"), (second["id"], "not-started")]
    active = made(cast.olga.get(f"/runs/{process['id']}/tasks?status=active"), 200)
    assert [task["id"] for task in active] == [second["id"]]


# --- At the same time ---


def test_two_tasks_change_places_without_waiting_for_each_other(cast: Cast) -> None:
    """Each goes into the process that the other leaves; nobody waits in a circle."""
    olga = cast.olga
    processes = [launch(olga, make_template(olga, 1)) for _ in range(2)]
    moving = [make_oneoff(olga, run_id=process["id"]) for process in processes]

    def move(which: int) -> list[int]:
        by, statuses = olga.again(), []
        for round_ in range(6):
            target = processes[(which + round_ + 1) % 2]
            response = by.put(f"/tasks/{moving[which]['id']}", {"run_id": target["id"]})
            statuses.append(response.status_code)
        return statuses

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(move, range(2))) == [[200] * 6] * 2
    shown = [made(olga.get(f"/runs/{process['id']}"), 200) for process in processes]
    assert [process["progress"]["total"] for process in shown] == [2, 2]


def test_different_fields_at_the_same_time_are_both_kept(cast: Cast) -> None:
    olga = cast.olga
    process = launch(olga, make_template(olga, 6))
    found = tasks_of(olga, process)

    def change(number: int) -> int:
        task, fields = found[0], dict[str, Any](title="New")
        if number % 2 == 0:
            fields = {"summary": "<p>New</p>"}
        if number > 3:
            task, fields = found[number % 6], {"position": 1 + number % 3}
        return olga.again().put(f"/tasks/{task['id']}", fields).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(change, range(12))) == {200}
    answer = again(olga, found[0])
    assert (answer["title"], answer["summary"]) == ("New", "<p>New</p>")
    assert [task["position"] for task in tasks_of(olga, process)] == [1, 2, 3, 4, 5, 6]
    titles = [entry for entry in told_of(olga, found[0]) if entry[1] == "title"]
    assert titles == [("updated", "title", "Step 1")]


def test_a_step_whose_flag_means_nothing_is_no_change_either(cast: Cast) -> None:
    """Texts and flags that a step may hold and an update would read otherwise."""
    olga = cast.olga
    task = process_task(olga, step_type="expiring", everyone_must_complete=True)
    whole, told = again(olga, task), told_of(olga, task)
    assert changed(olga, task, **whole)["last_updated"] == whole["last_updated"]
    assert told_of(olga, task) == told
    oneoff = make_oneoff(olga, task_type="approval", everyone_must_complete=True)
    now = changed(olga, oneoff, task_type="email", everyone_must_complete=True)
    assert (now["task_type"], now["everyone_must_complete"]) == ("email", False)
