"""Part 45, 3.2, 3.3 and 4.4: changing and deleting what was said, reopening issues."""

from typing import Any

from cast import GUS, Cast
from factories import activity_of, complete, made, make_oneoff, read, verbs_of
from procession.kit.caller import Role
from talking import new_process, report, resolve, said_at, say, threads_of


def test_45_4_5_the_author_changes_it_and_nobody_else_but_an_administrator(cast: Cast) -> None:
    process, task = new_process(cast)
    path = f"/tasks/{task['id']}"
    first = say(cast.mia, path, "Teh desk", label="advice", state="open")
    one = f"{path}/comment/{first['id']}"
    other = cast.add(Role.STANDARD)
    assert other.put(one, {"content": "Mine"}).status_code == 403
    assert other.delete(one).status_code == 403
    changed = made(cast.mia.put(one, {"content": "The desk"}), 200)
    assert (changed["content"], changed["label"], changed["state"]) == (
        "The desk",
        "advice",
        "open",
    )
    assert changed["author_id"] == cast.mia.user_id
    assert made(cast.mia.get(one), 200)["content"] == "The desk"
    by_admin = made(cast.olga.put(one, {"content": "A desk", "label": "comment"}), 200)
    assert (by_admin["label"], by_admin["author_id"]) == ("comment", cast.mia.user_id)
    before = len(activity_of(cast.olga, process))
    same = made(cast.mia.put(one, {"content": "A desk"}), 200)
    assert same["updated_at"] == by_admin["updated_at"]
    assert len(activity_of(cast.olga, process)) == before
    for body in ({}, {"content": " "}, {"content": "x", "label": "praise"}):
        assert cast.mia.put(one, body).status_code == 422
    assert [entry["verb"][0] for entry in activity_of(cast.olga, process)][:3] == ["updated"] * 3


def test_45_6_7_29_deleting_is_for_ever(cast: Cast) -> None:
    process, task = new_process(cast)
    path = f"/tasks/{task['id']}"
    thread = say(cast.mia, path, "Never mind")
    elsewhere = f"/tasks/{make_oneoff(cast.olga)['id']}/comment/{thread['id']}"
    for at in (elsewhere, f"/runs/{process['id']}/comment/{thread['id']}", f"{path}/comment/x"):
        assert cast.mia.put(at, {"content": "x"}).status_code == 404
        assert cast.mia.delete(at).status_code == 404
    one = f"{path}/comment/{thread['id']}"
    answer = cast.mia.delete(one)
    assert (answer.status_code, answer.json()) == (200, {"data": {"id": thread["id"]}})
    assert threads_of(cast.olga, task) == []
    assert cast.mia.delete(one).status_code == cast.mia.get(one).status_code == 404
    entry = activity_of(cast.olga, process)[0]
    assert (entry["verb"], entry["text"]) == (["comment-deleted"], ["Never mind"])


def test_45_22_deleting_an_open_issue_unflags_the_task(cast: Cast) -> None:
    process, task = new_process(cast)
    path = f"/tasks/{task['id']}"
    problem = report(cast.mia, path)
    made(cast.mia.delete(f"{path}/comment/{problem['id']}"), 200)
    assert made(cast.olga.get(path), 200)["problem"] is False
    assert read(cast.olga, process)["status"] == "active"


def test_45_22_deleting_what_resolved_an_issue_reopens_it(cast: Cast) -> None:
    process, task = new_process(cast)
    path = f"/tasks/{task['id']}"
    problems = [report(cast.mia, path, text) for text in ("One", "Two")]
    both = say(cast.olga, path, "Mended", label="resolve")
    complete(cast.olga, task)
    made(cast.olga.delete(f"{path}/comment/{both['id']}"), 200)
    shown = made(cast.olga.get(path), 200)
    assert (shown["problem"], shown["status"]) == (True, "in-progress")
    assert [each["id"] for each in threads_of(cast.olga, task, "issues")] == [
        each["id"] for each in problems
    ]
    assert read(cast.olga, process)["status"] == "problem"


def test_45_4_4_an_issue_is_reopened(cast: Cast) -> None:
    process, task = new_process(cast)
    path = f"/tasks/{task['id']}"
    first, second = report(cast.mia, path, "One"), report(cast.mia, path, "Two")
    both = say(cast.olga, path, "Mended", label="resolve")
    reopen = f"{path}/resolved-threads"
    comment = say(cast.olga, path, "Hm")
    assert cast.olga.delete(f"{reopen}/{comment['id']}").status_code == 422
    assert cast.olga.delete(f"{reopen}/{'0' * 32}").status_code == 404
    opened = made(cast.mia.delete(f"{reopen}/{first['id']}"), 200)
    assert (opened["id"], opened["resolve_id"]) == (first["id"], None)
    assert made(cast.olga.get(path), 200)["problem"] is True
    # It closed another one still, which is the first of them now.
    (kept,) = [each for each in threads_of(cast.olga, task) if each["id"] == both["id"]]
    assert kept["resolves_id"] == second["id"]
    opened = made(cast.mia.delete(f"{reopen}/{both['id']}"), 200)
    assert opened["id"] == second["id"]
    assert both["id"] not in [each["id"] for each in threads_of(cast.olga, task)]
    again = made(cast.mia.delete(f"{reopen}/{second['id']}"), 200)
    assert again["resolve_id"] is None
    assert verbs_of(cast.olga, process).count("issue-reported") == 4


def test_45_3_2_a_label_opens_an_issue_and_withdraws_it(cast: Cast) -> None:
    process, task = new_process(cast)
    path = f"/tasks/{task['id']}"
    thread = say(cast.mia, path, "It is broken")
    one = f"{path}/comment/{thread['id']}"
    opened = made(cast.mia.put(one, {"content": "It is broken", "label": "problem"}), 200)
    assert (opened["label"], opened["resolve_id"]) == ("problem", None)
    assert read(cast.olga, process)["status"] == "problem"
    made(cast.mia.put(one, {"content": "It is broken", "label": "comment"}), 200)
    assert made(cast.olga.get(path), 200)["problem"] is False
    assert verbs_of(cast.olga, process)[1:] == ["commented", "issue-reported", "issue-resolved"]
    problem = report(cast.mia, path)
    resolution = resolve(cast.mia, path, problem)
    for kept in (problem, resolution):
        at, body = f"{path}/comment/{kept['id']}", {"content": "x", "label": "comment"}
        assert set(cast.olga.put(at, body).json()["errors"]) == {"label"}
        made(cast.olga.put(at, {"content": "Other words"}), 200)


def test_45_3_2_what_is_archived_or_frozen(cast: Cast) -> None:
    process, task = new_process(cast)
    run, path = f"/runs/{process['id']}", f"/tasks/{task['id']}"
    thread, problem = say(cast.mia, path, "Hello"), report(cast.mia, run)
    one = f"{path}/comment/{thread['id']}"
    made(cast.mia.put(one, {"content": "Still said while it is frozen"}), 200)
    named = {"content": "+new@guests.test shall see to it"}
    assert cast.olga.put(one, named).status_code == 422
    resolve(cast.mia, run, problem)
    made(cast.olga.delete(run), 200)
    for answer in (
        cast.mia.put(one, {"content": "x"}),
        cast.mia.delete(one),
        cast.mia.delete(f"{run}/resolved-threads/{problem['id']}"),
        cast.mia.post(f"{path}/bot-comment", {"content": "x"}),
    ):
        assert answer.status_code == 422
        assert answer.json()["message"] == "Cannot update archived processes."
    assert said_at(cast.mia, path) == ["Still said while it is frozen"]


def test_45_23_guests_change_their_own_alone(cast: Cast) -> None:
    _, task = new_process(cast, guests=[GUS])
    gus, path = cast.guest_of(task), f"/tasks/{task['id']}"
    hidden, shown = say(cast.olga, path, "Between us"), say(cast.olga, path, "All", state="open")
    own = say(gus, path, "Mien")
    changed = made(gus.put(f"{path}/comment/{own['id']}", {"content": "Mine"}), 200)
    assert (changed["content"], set(changed["author"])) == (
        "Mine", {"first_name", "last_name", "full_name"},
    )  # fmt: skip
    assert said_at(gus, path) == ["All", "Mine"]
    for thread, status in ((hidden, 404), (shown, 403)):
        at = f"{path}/comment/{thread['id']}"
        assert gus.put(at, {"content": "x"}).status_code == status
        assert gus.delete(at).status_code == status
    problem = report(gus, path)
    body = {"thread_id": problem["id"], "content": "x"}
    assert gus.post(f"{path}/resolved-threads", body).status_code == 404
    made(gus.delete(f"{path}/comment/{own['id']}"), 200)
    assert said_at(gus, path) == ["All", "Wrong person"]
    assert made(cast.olga.get(f"{path}/comments"), 200)[0]["content"] == "Between us"


def test_45_2_lists_of_what_was_said(cast: Cast) -> None:
    process, task = new_process(cast)
    path = f"/tasks/{task['id']}"
    say(cast.mia, path, "Advice", label="advice", state="open")
    problem = report(cast.mia, path, "First")
    report(cast.mia, path, "Second")
    resolve(cast.mia, path, problem)
    assert said_at(cast.mia, f"/runs/{process['id']}") == []
    assert said_at(cast.olga, path) == ["Advice", "First", "Second", "Mended"]
    assert said_at(cast.olga, path, "?sort=-created_at")[0] == "Mended"
    assert said_at(cast.olga, path, "?resolved=true") == ["First"]
    assert said_at(cast.olga, path, "?resolved=false") == ["Second"]
    assert said_at(cast.olga, path, "?label=advice,resolve") == ["Advice", "Mended"]
    assert said_at(cast.olga, path, "?state=open&label=advice") == ["Advice"]
    assert cast.olga.get(f"{path}/comments?label=praise").status_code == 422
    page: Any = cast.olga.get(f"{path}/threads?per_page=3&page=2").json()
    assert [each["content"] for each in page["data"]] == ["Mended"]
    assert page["meta"]["pagination"]["total"] == 4
    assert cast.olga.get(f"/tasks/{'0' * 32}/comments").status_code == 404
