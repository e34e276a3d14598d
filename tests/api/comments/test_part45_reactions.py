"""Part 45, 3.8: reactions to comments."""

from typing import Any

from cast import GUS, Cast, Person
from factories import activity_of, launch, made, make_oneoff, make_template, tasks_of
from talking import say, threads_of
from wire import check_problem


def react(by: Person, thread: Any, *reactions: str, path: str = "") -> Any:
    place = path or f"/tasks/{thread['task_id']}"
    answer = by.put(f"{place}/comment/{thread['id']}/reactions", {"reactions": list(reactions)})
    return made(answer, 200)["reactions"]


def test_45_3_8_people_react_and_take_it_back(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, [{"title": "A", "guests": [GUS]}]))
    (task,) = tasks_of(cast.olga, process)
    guest, mia, olga = cast.guest_of(task), cast.mia.user_id, cast.olga.user_id
    path = f"/tasks/{task['id']}"
    thread = say(cast.olga, path, "Done?", state="open")
    hidden = say(cast.olga, path, "Not for Gus")
    assert thread["reactions"] == []
    react(cast.mia, thread, "thanks", "like")
    assert react(cast.olga, thread, "like") == [
        {"reaction": "like", "users": [mia, olga], "guests": []},
        {"reaction": "thanks", "users": [mia], "guests": []},
    ]
    told = len(activity_of(cast.olga, process))
    assert len(react(cast.olga, thread, "like")) == 2
    assert len(activity_of(cast.olga, process)) == told
    by_guest = react(guest, thread, "love")
    assert [len(each["guests"]) for each in by_guest] == [0, 1, 0]
    body = {"reactions": ["like"]}
    check_problem(guest.put(f"{path}/comment/{hidden['id']}/reactions", body), 404)
    for wrong in ({"reactions": ["yawn"]}, {}):
        answer = cast.mia.put(f"{path}/comment/{thread['id']}/reactions", wrong)
        assert "reactions" in check_problem(answer, 422)["errors"]
    assert react(cast.mia, thread) == [
        {"reaction": "like", "users": [olga], "guests": []},
        {"reaction": "love", "users": [], "guests": by_guest[1]["guests"]},
    ]
    # What was said stays as it was for who edits it meanwhile, and who has read it reads it again.
    one = f"{path}/comment/{thread['id']}"
    tag = cast.olga.get(one).headers["ETag"]
    react(cast.mia, thread, "sad")
    assert cast.olga.get(one, headers={"If-None-Match": tag}).status_code == 200
    edited = cast.olga.put(one, {"content": "Done!"}, headers={"If-Match": tag})
    assert [each["reaction"] for each in made(edited, 200)["reactions"]] == ["like", "love", "sad"]
    shown = threads_of(cast.olga, task)
    assert [len(each["reactions"]) for each in shown] == [3, 0]


def test_45_3_8_of_a_process_and_of_what_is_archived(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 1))
    path = f"/runs/{process['id']}"
    thread = say(cast.mia, path, "Well done")
    (reaction,) = react(cast.olga, thread, "celebrate", path=path)
    assert reaction["users"] == [cast.olga.user_id]
    made(cast.olga.delete(path), 200)
    answer = cast.mia.put(f"{path}/comment/{thread['id']}/reactions", {"reactions": ["like"]})
    check_problem(answer, 422, "ARCHIVED")
    (shown,) = made(cast.olga.get(f"{path}?with=threads"), 200)["threads"]["data"]
    assert shown["reactions"] == [reaction]
    task = make_oneoff(cast.leo)
    other = say(cast.leo, f"/tasks/{task['id']}", "Mine")
    body = {"reactions": ["like"]}
    foreign = cast.stranger().put(f"/tasks/{task['id']}/comment/{other['id']}/reactions", body)
    check_problem(foreign, 404)
