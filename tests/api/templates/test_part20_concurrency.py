"""Part 20: whatever meets at one template, the result is some serial order."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import requests

from backdoor import stored_versions
from cast import Cast, Person
from factories import launch, made, make_template, tasks_of

Call = Callable[[Person], requests.Response]


def at_once(by: Person, calls: list[Call]) -> list[int]:
    """Statuses of all calls, made at the same moment on connections that are open already."""
    people = [by.again() for _ in calls]
    for person in people:
        person.client.get("/health")
    start = Barrier(len(calls))

    def run(pair: tuple[Call, Person]) -> int:
        start.wait()
        return pair[0](pair[1]).status_code

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, zip(calls, people, strict=True)))


def path_of(template: Any) -> str:
    return f"/checklists/{template['id']}"


def patch(template: Any, **changes: Any) -> Call:
    return lambda person: person.patch(path_of(template), changes)


def test_20_34_of_two_who_want_one_alias_one_gets_it(cast: Cast) -> None:
    templates = [make_template(cast.olga, 0) for _ in range(6)]
    statuses = at_once(cast.olga, [patch(each, alias="wanted") for each in templates])
    assert sorted(statuses) == [200] + [422] * 5


def test_20_34_editors_do_not_undo_each_other(cast: Cast) -> None:
    template = make_template(cast.olga)
    keys = ("summary", "guidance", "kickoff_title", "kickoff_description", "icon", "webhook")
    calls = [patch(template, **{key: "https://x.test"}) for key in keys]
    assert at_once(cast.olga, [*calls, *calls]) == [200] * 12
    changed = made(cast.olga.get(path_of(template)), 200)
    assert {changed[key] for key in keys} == {"https://x.test"}
    feed = f"/activity-feeds?entity_type=checklist&entity_id={template['id']}&verb=updated"
    entries = made(cast.olga.get(f"{feed}&without_pagination=true"), 200)
    assert sorted(entry["field"][0] for entry in entries) == sorted(keys)


def test_20_31_a_launch_freezes_what_it_read(cast: Cast) -> None:
    template = make_template(cast.olga, 1, summary="0")

    def launch_it(person: Person) -> requests.Response:
        return person.post("/runs", {"checklist_id": template["id"], "name": "N"})

    for _ in range(4):
        edits = [patch(template, summary=f"{number}") for number in range(1, 4)]
        statuses = at_once(cast.olga, [*edits, launch_it, launch_it])
        assert statuses == [200] * 3 + [201] * 2
    rows = made(cast.olga.get(f"{path_of(template)}/versions"), 200)
    assert sum(row["launches"] for row in rows) == 8
    assert made(cast.olga.get(path_of(template)), 200)["started_processes"] == 8
    for process in made(cast.olga.get("/runs?without_pagination=true"), 200):
        assert len(tasks_of(cast.olga, process)) == 1


def test_20_32_one_star_however_often_it_is_set(cast: Cast) -> None:
    template = make_template(cast.olga)

    def star(person: Person) -> requests.Response:
        return person.put(f"{path_of(template)}/star", {"starred": True})

    assert at_once(cast.leo, [star] * 8) == [200] * 8


def test_20_39_publishing_at_once_is_publishing_once(cast: Cast) -> None:
    template = make_template(cast.olga)

    def publish(person: Person) -> requests.Response:
        return person.put(f"{path_of(template)}/publish")

    assert at_once(cast.olga, [publish] * 6) == [200] * 6
    feed = f"/activity-feeds?entity_type=checklist&entity_id={template['id']}&verb=updated"
    assert len(made(cast.olga.get(feed), 200)) == 1


def test_20_37_nothing_is_left_of_what_goes_at_once(cast: Cast) -> None:
    template = make_template(cast.olga)
    processes = [launch(cast.olga, template) for _ in range(4)]
    for process in processes:
        made(cast.olga.delete(f"/runs/{process['id']}"), 200)
    made(cast.olga.delete(path_of(template)), 200)

    def purge(path: str) -> Call:
        return lambda person: person.delete(f"{path}/delete")

    calls = [purge(f"/runs/{process['id']}") for process in processes]
    assert at_once(cast.olga, [*calls, purge(path_of(template))]) == [200] * 5
    assert stored_versions(cast, template) == []
