"""Part 45, 3.7: who is mentioned, who hears of it, and what they may read then."""

from typing import Any

from backdoor import facts_of
from cast import GUS, Cast
from factories import launch, made, make_oneoff, make_template, read, tasks_of
from talking import new_process, said_at, say, threads_of


def private_process(cast: Cast, **step: Any) -> tuple[Any, Any]:
    """That only administrators, its owner and who works on it may read."""
    template = make_template(cast.olga, [{"title": "Sign", **step}])
    rights = {"process_read": {"all_members": False, "users": [], "groups": []}}
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", rights), 200)
    process = launch(cast.olga, template)
    return process, tasks_of(cast.olga, process)[0]


def test_45_8_9_a_member_is_called_by_name_and_a_stranger_is_text(cast: Cast) -> None:
    _, task = new_process(cast)
    text = f"@[{cast.mia.user_id}] look, @[999999999] too"
    thread = say(cast.olga, f"/tasks/{task['id']}", text)
    name = made(cast.olga.get(f"/users/{cast.mia.user_id}"), 200)["full_name"]
    assert thread["content"] == f"<strong>{name}</strong> look, @[999999999] too"
    assert (thread["original_content"], thread["sent_to"]) == (text, [cast.mia.user_id])
    assert threads_of(cast.mia, task)[0]["content"] == thread["content"]
    (fact,) = facts_of(cast, "comment.added")
    assert (fact["mentioned_users"], fact["mentioned_guests"]) == ([cast.mia.user_id], [])
    stranger = cast.stranger()
    by_editor = f'<p>See <span data-id="{cast.leo.user_id}">@L</span> @[{stranger.user_id}]</p>'
    again = say(cast.olga, f"/tasks/{task['id']}", by_editor)
    assert again["sent_to"] == [cast.leo.user_id]
    assert f"@[{stranger.user_id}]</p>" in again["content"]
    assert "data-id" not in again["content"]
    assert again["original_content"] == by_editor


def test_45_10_11_who_is_addressed_is_mentioned_once(cast: Cast) -> None:
    _, task = new_process(cast)
    path, mia = f"/tasks/{task['id']}", cast.mia.user_id
    thread = say(cast.olga, path, "Please look", sent_to=[mia, str(mia)])
    assert (thread["original_content"], thread["sent_to"]) == (f"@[{mia}] Please look", [mia])
    assert facts_of(cast, "comment.added")[0]["mentioned_users"] == [mia]
    one = f"{path}/comment/{thread['id']}"
    body = {"content": f"@[{mia}] Please look again", "sent_to": thread["sent_to"]}
    assert made(cast.olga.put(one, body), 200)["original_content"] == body["content"]
    assert facts_of(cast, "comment.edited")[0]["mentioned_users"] == []
    body["content"] += f" @[{cast.leo.user_id}]"
    assert made(cast.olga.put(one, body), 200)["sent_to"] == [mia, cast.leo.user_id]
    assert facts_of(cast, "comment.edited")[1]["mentioned_users"] == [cast.leo.user_id]
    refused = cast.olga.post(f"{path}/comment", {"content": "x", "sent_to": [mia, 999999999]})
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"sent_to.1"})


def test_45_12_who_is_mentioned_may_read_it(cast: Cast) -> None:
    process, task = private_process(cast)
    path = f"/tasks/{task['id']}"
    for person in (cast.mia, cast.leo):
        assert person.get(path).status_code == 404
        say(cast.olga, path, f"@[{person.user_id}] see")
        assert person.user_id not in made(person.get(path), 200)["owners"]["users"]
        assert read(person, process)["id"] == process["id"]
    rights = read(cast.olga, process, "?with=permissions")["permissions"]["data"]["process_read"]
    assert rights["users"] == sorted((cast.mia.user_id, cast.leo.user_id))
    nobody = cast.add_light()
    group = cast.group(nobody)
    assert nobody.get(path).status_code == 404
    thread = say(cast.olga, f"/runs/{process['id']}", f"@[{group}] see")
    assert thread["content"].startswith("<strong>")
    assert nobody.get(path).status_code == 200
    assert facts_of(cast, "comment.added")[-1]["mentioned_users"] == [nobody.user_id]


def test_45_12_who_is_mentioned_on_a_task_alone_may_read_it(cast: Cast) -> None:
    task = make_oneoff(cast.olga)
    path = f"/tasks/{task['id']}"
    assert cast.leo.get(path).status_code == 404
    say(cast.olga, path, f"@[{cast.leo.user_id}] see")
    assert made(cast.leo.get(path), 200)["owners"]["users"] == task["owners"]["users"]
    assert task["id"] in [each["id"] for each in made(cast.leo.get("/tasks"), 200)]
    say(cast.leo, path, "I have seen it")
    say(cast.olga, path, f"@[{cast.leo.user_id}] again")


def test_45_3_7_a_secret_task_is_for_its_assignees(cast: Cast) -> None:
    _, task = new_process(cast, top_secret=True, assignees=[cast.mia.user_id])
    path = f"/tasks/{task['id']}"
    say(cast.olga, path, f"@[{cast.mia.user_id}] look")
    refused = cast.olga.post(f"{path}/comment", {"content": f"@[{cast.leo.user_id}] look"})
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"content"})
    assert len(said_at(cast.olga, path)) == 1


def test_45_13_a_newcomer_is_put_on_the_task(cast: Cast) -> None:
    _, task = new_process(cast, assignees=[cast.leo.user_id])
    path = f"/tasks/{task['id']}"
    say(cast.leo, path, "+nobody@guests.test by a light member is text")
    assert made(cast.olga.get(path), 200)["owners"]["guests"] == []
    thread = say(cast.mia, path, "<p>+guest@x.test, please, and not a+b@x.test</p>")
    assert "+guest@x.test" in thread["content"]
    shown = made(cast.olga.get(path), 200)
    assert shown["owners"]["guests"] == ["guest@x.test"]
    (guest,) = facts_of(cast, "comment.added")[-1]["mentioned_guests"]
    assert guest > 0
    assert said_at(cast.guest_of(shown), path) == [thread["content"]]
    assert len(facts_of(cast, "task.owners_changed")) == 1
    # Who was taken off again does not come back because the text is mended.
    made(cast.olga.put(path, {"owners": {"guests": []}}), 200)
    body = {"content": "<p>+guest@x.test, please</p>"}
    made(cast.mia.put(f"{path}/comment/{thread['id']}", body), 200)
    assert made(cast.olga.get(path), 200)["owners"]["guests"] == []


def test_45_3_7_a_guest_who_is_mentioned_sees_it(cast: Cast) -> None:
    _, task = new_process(cast, guests=[GUS])
    gus, path = cast.guest_of(task), f"/tasks/{task['id']}"
    say(cast.olga, path, "Between us")
    say(cast.olga, path, f"For @{GUS}.")
    assert said_at(gus, path) == [f"For @{GUS}."]
    assert len(facts_of(cast, "comment.added")[-1]["mentioned_guests"]) == 1
    group = made(cast.olga.post("/groups", {"name": "All", "guests": [GUS]}))["id"]
    say(cast.olga, path, f"@[{group}]")
    assert said_at(gus, path)[1:] == ["<strong>All</strong>"]
    # Of a task that is not theirs they are told nothing.
    say(cast.olga, f"/tasks/{make_oneoff(cast.olga)['id']}", f"@{GUS} look")
    assert facts_of(cast, "comment.added")[-1]["mentioned_guests"] == []


def test_45_3_7_not_everybody_at_once(cast: Cast) -> None:
    _, task = new_process(cast)
    crowd = " ".join(f"@[{number}]" for number in range(1, 102))
    refused = cast.olga.post(f"/tasks/{task['id']}/comment", {"content": crowd})
    assert (refused.status_code, set(refused.json()["errors"])) == (422, {"content"})
    assert said_at(cast.olga, f"/tasks/{task['id']}") == []
