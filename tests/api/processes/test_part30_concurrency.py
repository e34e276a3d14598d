"""Part 30, rows 20 to 22, and section 10.6: whatever meets, the result is some serial order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import requests

from cast import Cast, Person
from factories import activity_of, launch, make_template, read, tasks_of, verbs_of

Call = Callable[[Person], requests.Response]


def at_once(by: Person, calls: list[Call]) -> list[requests.Response]:
    """All calls at the same moment, each on a connection of its own that is open already."""
    people = [by.again() for _ in calls]
    for person in people:
        person.client.get("/health")
    start = Barrier(len(calls))

    def run(pair: tuple[Call, Person]) -> requests.Response:
        start.wait()
        return pair[0](pair[1])

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, zip(calls, people, strict=True)))


def archive(process: Any) -> Call:
    return lambda person: person.delete(f"/runs/{process['id']}")


def activate(process: Any) -> Call:
    return lambda person: person.put(f"/runs/{process['id']}/activate")


def purge(process: Any) -> Call:
    return lambda person: person.delete(f"/runs/{process['id']}/delete")


def complete(task: Any) -> Call:
    return lambda person: person.post("/completed-tasks", {"task_id": task["id"]})


def launch_below(parent: Any) -> Call:
    return lambda person: person.post("/runs", {"name": "child", "parent_id": parent["id"]})


def statuses(answers: list[requests.Response]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def test_30_20_twenty_archives_at_once_are_one(cast: Cast) -> None:
    process = launch(cast.olga)
    answers = at_once(cast.olga, [archive(process)] * 20)
    assert statuses(answers) == [200] * 20
    assert len({answer.json()["data"]["archived_at"] for answer in answers}) == 1
    assert verbs_of(cast.olga, process) == ["created", "archived"]


def test_30_21_archive_and_completion_never_mix(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    for _ in range(6):
        process = launch(cast.olga, template)
        (task,) = tasks_of(cast.olga, process)
        archived, completed = at_once(cast.olga, [archive(process), complete(task)])
        assert archived.status_code == 200
        (after,) = tasks_of(cast.olga, process)
        verbs = verbs_of(cast.olga, process)
        if completed.status_code == 200:
            assert after["status"] == "completed"
            assert verbs == ["created", "completed", "completed", "archived"]
        else:
            assert (completed.status_code, after["status"]) == (422, "not-started")
            assert verbs == ["created", "archived"]


def test_30_22_activate_and_purge_end_in_one_of_two_ways(cast: Cast) -> None:
    for _ in range(6):
        process = launch(cast.olga)
        assert cast.olga.delete(f"/runs/{process['id']}").status_code == 200
        activated, purged = at_once(cast.olga, [activate(process), purge(process)])
        ends = (activated.status_code, purged.status_code)
        assert ends in ((200, 422), (404, 200))
        still_there = cast.olga.get(f"/runs/{process['id']}").status_code
        assert still_there == (200 if ends == (200, 422) else 404)


def test_two_purges_are_one(cast: Cast) -> None:
    process = launch(cast.olga)
    assert cast.olga.delete(f"/runs/{process['id']}").status_code == 200
    assert statuses(at_once(cast.olga, [purge(process)] * 4)) == [200, 404, 404, 404]
    assert activity_of(cast.olga, process)[0]["verb"] == ["deleted"]


def test_twenty_mixed_calls_leave_one_event_for_each_real_change(cast: Cast) -> None:
    process = launch(cast.olga)
    mixed = [archive(process), activate(process)] * 9 + [purge(process)] * 2
    answers = at_once(cast.olga, mixed)
    assert set(statuses(answers)) <= {200, 404, 422}
    verbs = verbs_of(cast.olga, process)
    assert verbs[0] == "created"
    state = "live"
    for verb in verbs[1:]:
        state = {
            "live": {"archived": "archived"},
            "archived": {"unarchived": "live", "deleted": "gone"},
        }[state][verb]
    found = cast.olga.get(f"/runs/{process['id']}")
    assert found.status_code == (404 if state == "gone" else 200)
    if state != "gone":
        assert read(cast.olga, process)["status"] == {"live": "active"}.get(state, state)
    numbers = [entry["process_entry"] for entry in reversed(activity_of(cast.olga, process))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_40_40_completions_at_once_are_one(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga, 2))
    task, _ = tasks_of(cast.olga, process)
    assert statuses(at_once(cast.olga, [complete(task)] * 8)) == [200] * 8
    assert verbs_of(cast.olga, process) == ["created", "completed"]


def test_archive_and_launch_below_it_never_mix(cast: Cast) -> None:
    for _ in range(5):
        parent = launch(cast.olga)
        archived, launched = at_once(cast.olga, [archive(parent), launch_below(parent)])
        assert archived.status_code == 200
        assert launched.status_code in (201, 422)
        if launched.status_code == 201:
            child = launched.json()["data"]
            assert child["created_at"] <= archived.json()["data"]["archived_at"]


def test_00_55_repeats_at_the_same_time_get_the_answer_of_the_first(cast: Cast) -> None:
    body = {"name": "One"}
    calls: list[Call] = [lambda person: person.post_with_key("/runs", body, "together")] * 6
    answers = at_once(cast.olga, calls)
    assert statuses(answers) == [201] * 6
    assert len({answer.json()["data"]["id"] for answer in answers}) == 1


def test_a_new_guest_named_twice_at_once_is_one_guest(cast: Cast) -> None:
    address = f"new-{cast.organization_id[:8]}@guests.test"
    template = make_template(cast.olga, [{"title": "Sign", "guests": [address]}])
    body = {"checklist_id": template["id"], "name": "x"}
    launches: list[Call] = [lambda person: person.post("/runs", body)] * 8
    assert statuses(at_once(cast.olga, launches)) == [201] * 8
    feed = cast.olga.get("/activity-feeds?type=user&verb=created").json()["data"]
    assert [entry["description"] for entry in feed] == [[f"added the guest {address}"]]
