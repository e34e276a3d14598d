"""Notifications in the application (contract 60, 7)."""

from cast import Cast
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from letters import announce, bells_of

_PATH = "/me/notifications"


def test_part60_the_bell_rings_for_what_happened_and_counts_what_is_unread(cast: Cast) -> None:
    owners = {"users": [cast.mia.user_id, cast.olga.user_id], "guests": []}
    first = make_oneoff(cast.olga, owners=owners)
    made(cast.olga.post(f"/tasks/{first['id']}/comment", {"content": "Look"}))
    complete(cast.olga, first)
    announce(cast)
    assert bells_of(cast.olga) == []
    answer = cast.mia.get(f"{_PATH}?per_page=2").json()
    assert answer["meta"]["unread"] == 2
    assert [(bell["kind"], bell["text"]) for bell in answer["data"]] == [
        ("task_completed", "Completed: Order a desk"),
        ("comment", "New comment: Order a desk"),
    ]
    bell = answer["data"][0]
    assert (bell["subject_type"], bell["subject_id"]) == ("Task", first["id"])
    assert bell["read_at"] is None

    read = made(cast.mia.put(f"{_PATH}/{bell['id']}/read"), 200)
    again = made(cast.mia.put(f"{_PATH}/{bell['id']}/read"), 200)
    assert read["read_at"] is not None
    assert again == read
    assert [each["kind"] for each in bells_of(cast.mia, "?unread=true")] == ["comment"]
    assert cast.leo.put(f"{_PATH}/{bell['id']}/read").status_code == 404
    assert made(cast.mia.put(f"{_PATH}/read-all"), 200) == {"read": 1}
    assert cast.mia.get(f"{_PATH}?unread=true").json()["meta"]["unread"] == 0


def test_part60_tasks_of_one_process_are_one_notification_and_go_with_it(cast: Cast) -> None:
    step = {"assignees": [cast.leo.user_id]}
    template = make_template(cast.olga, [{"title": "A", **step}, {"title": "B", **step}])
    process = launch(cast.olga, template)
    announce(cast)
    (bell,) = bells_of(cast.leo)
    assert (bell["subject_type"], bell["subject_id"]) == ("Run", process["id"])
    assert bell["text"] == "2 tasks for you"
    assert len(tasks_of(cast.olga, process)) == 2
    made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    assert cast.olga.delete(f"/runs/{process['id']}/delete").status_code == 200
    assert bells_of(cast.leo) == []
