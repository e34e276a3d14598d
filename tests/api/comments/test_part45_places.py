"""Part 45, 3.4, 3.5 and 5: what the bot says, improvements, comments on processes, templates and
steps."""

from typing import Any

import pytest

from backdoor import facts_of
from cast import GUS, Cast
from factories import activity_of, launch, made, make_template, read, read_template, tasks_of
from talking import new_process, report, resolve, said_at, say, threads_of


def steps_of(cast: Cast, template: Any, query: str = "") -> list[Any]:
    return list(made(cast.olga.get(f"/checklists/{template['id']}/steps{query}"), 200))


def test_45_24_the_bot_says_it_and_nobody_is_told(cast: Cast) -> None:
    process, task = new_process(cast, assignees=[cast.leo.user_id])
    path = f"/tasks/{task['id']}/bot-comment"
    thread = made(cast.leo.post(path, {"content": f"Done, @[{cast.mia.user_id}]"}))
    assert (thread["author_type"], thread["author"], thread["author_id"]) == (
        "bot", None, cast.leo.user_id,
    )  # fmt: skip
    assert (thread["label"], thread["state"], thread["sent_to"]) == (
        "comment", "hide-for-guests", [],
    )  # fmt: skip
    assert facts_of(cast, "comment.added") == []
    assert activity_of(cast.olga, process)[0]["verb"] == ["commented"]
    assert cast.leo.post(path, {"content": " "}).status_code == 422
    one = f"/tasks/{task['id']}/comment/{thread['id']}"
    assert cast.leo.delete(one).status_code == 403
    made(cast.olga.delete(one), 200)


def test_45_25_an_improvement_stands_on_the_step(cast: Cast) -> None:
    template = make_template(cast.olga, 2)
    process = launch(cast.olga, template)
    path = f"/tasks/{tasks_of(cast.olga, process)[0]['id']}"
    thread = say(cast.mia, path, "Ask first", label="improvement")
    first, second = steps_of(cast, template, "?with=threads,issues,threads_count")
    (copy,) = first["threads"]["data"]
    assert (copy["content"], copy["label"], copy["author_id"]) == (
        "Ask first", "improvement", cast.mia.user_id,
    )  # fmt: skip
    assert copy["subject"] == {"id": first["id"], "type": "Step"}
    assert second["threads"] == first["issues"] == {"data": []}
    assert first["threads_count"] == {"data": {"total": 1, "problems": 0}}
    step = f"/checklists/{template['id']}/steps/{first['id']}"
    one = f"{path}/comment/{thread['id']}"
    made(cast.mia.put(one, {"content": "Ask twice"}), 200)
    assert said_at(cast.olga, step) == ["Ask twice"]
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    assert cast.olga.delete(f"/runs/{process['id']}/delete").ok
    assert said_at(cast.olga, step) == ["Ask twice"]
    again = tasks_of(cast.olga, launch(cast.olga, template))[0]
    other = say(cast.mia, f"/tasks/{again['id']}", "Never mind", label="improvement")
    made(cast.mia.delete(f"/tasks/{again['id']}/comment/{other['id']}"), 200)
    assert said_at(cast.olga, step) == ["Ask twice"]


def test_45_26_an_issue_of_a_process_is_changed_reopened_and_deleted(cast: Cast) -> None:
    process, _ = new_process(cast)
    path = f"/runs/{process['id']}"
    problem = report(cast.mia, path)
    body = {"content": "Wrong person, again"}
    assert made(cast.mia.put(f"{path}/comment/{problem['id']}", body), 200)["label"] == "problem"
    shown = read(cast.olga, process, "?with=comments,issues,threads_count")
    assert shown["threads_count"] == {"data": {"total": 1, "problems": 1}}
    assert shown["threads"] == shown["issues"]
    resolve(cast.olga, path, problem)
    made(cast.olga.delete(f"{path}/resolved-threads/{problem['id']}"), 200)
    assert read(cast.olga, process)["status"] == "issue"
    made(cast.mia.delete(f"{path}/comment/{problem['id']}"), 200)
    assert read(cast.olga, process)["status"] == "active"
    assert said_at(cast.olga, path) == []


def test_45_27_comments_of_a_template_stay_with_it(cast: Cast) -> None:
    template = make_template(cast.olga, [{"title": "Sign", "guests": [GUS]}])
    path = f"/checklists/{template['id']}"
    (step,) = steps_of(cast, template)
    at_step = f"{path}/steps/{step['id']}"
    thread = say(cast.leo, path, f"Too long, @[{cast.mia.user_id}]")
    assert thread["subject"] == {"id": template["id"], "type": "Checklist"}
    assert (thread["checklist_id"], thread["run_id"], thread["task_id"]) == (
        template["id"], None, None,
    )  # fmt: skip
    problem = report(cast.mia, path)
    on_step = say(cast.mia, at_step, "Which pen?")
    assert (on_step["step_id"], on_step["subject"]["type"]) == (step["id"], "Step")
    shown = read_template(cast.olga, template, "?with=threads,issues,threads_count")
    assert shown["threads_count"] == {"data": {"total": 2, "problems": 1}}
    assert [each["id"] for each in shown["issues"]["data"]] == [problem["id"]]
    assert said_at(cast.leo, at_step) == ["Which pen?"]
    process = launch(cast.olga, template)
    task = tasks_of(cast.olga, process)[0]
    assert threads_of(cast.olga, task) == said_at(cast.olga, f"/runs/{process['id']}") == []
    resolve(cast.leo, path, problem)
    assert said_at(cast.olga, path, "?resolved=false") == []
    made(cast.mia.put(f"{at_step}/comment/{on_step['id']}", {"content": "Which ink?"}), 200)
    assert cast.leo.delete(f"{at_step}/comment/{on_step['id']}").status_code == 403
    assert cast.mia.delete(f"{path}/comment/{on_step['id']}").status_code == 404
    made(cast.mia.delete(f"{at_step}/comment/{on_step['id']}"), 200)
    feed = made(
        cast.leo.get(f"/activity-feeds?entity_type=checklist&entity_id={template['id']}"), 200
    )
    assert {"commented", "issue-reported", "issue-resolved"} <= {each["verb"][0] for each in feed}
    gus = cast.guest_of(task)
    assert cast.nobody.get(
        cast.olga.path(f"{path}/comments"), headers={"X-Guest-Code": gus.code}
    ).status_code in (401, 403, 404)


@pytest.mark.parametrize("place", ["template", "step"])
def test_45_5_who_cannot_read_a_template_is_not_there(cast: Cast, place: str) -> None:
    template = make_template(cast.olga, 1)
    path = f"/checklists/{template['id']}"
    rights = {"checklist_read": {"all_members": False, "users": [], "groups": []}}
    for name in ("process_launch", "process_read"):
        rights[name] = rights["checklist_read"]
    made(cast.olga.put(f"{path}/permissions", rights), 200)
    if place == "step":
        path += f"/steps/{template['steps'][0]['id']}" if "steps" in template else ""
    for by in (cast.mia, cast.leo, cast.stranger()):
        assert by.post(f"{path}/comment", {"content": "Hello"}).status_code == 404
    thread = say(cast.olga, path, f"@[{cast.mia.user_id}] does not hear of it")
    assert (thread["sent_to"], facts_of(cast, "comment.added")[0]["mentioned_users"]) == ([], [])
    assert cast.mia.get(f"/checklists/{template['id']}").status_code == 404


def test_45_27_a_template_that_goes_takes_its_comments_along(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    path = f"/checklists/{template['id']}"
    say(cast.olga, path, "Hello")
    made(cast.olga.delete(path), 200)
    assert cast.olga.post(f"{path}/comment", {"content": "x"}).status_code == 404
    assert cast.olga.delete(f"{path}/delete").status_code == 200
    assert cast.olga.get(f"{path}/comments").status_code == 404
