"""Ruling 26: lists of processes and tasks tell what was changed, completed, archived since."""

from collections.abc import Callable
from typing import Any

import pytest

from cast import Cast, Person
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from server import ClockInHand
from wire import check_problem, ids

DAY = "2031-05-1{}T12:00:00Z"


def at(clock: ClockInHand, day: int, act: Callable[..., Any], *given: Any) -> Any:
    clock.stop_at(DAY.format(day))
    return act(*given)


def archive(by: Person, run: str) -> None:
    made(by.delete(f"/runs/{run}"), 200)


def finish(by: Person, run: str) -> None:
    complete(by, tasks_of(by, {"id": run})[0])


def since(by: Person, path: str, name: str, day: int, **query: str | int) -> list[str]:
    answer = by.get(path, params={f"{name}_after": DAY.format(day), **query})
    found = ids(answer)
    if "per_page" not in query:
        assert answer.json()["meta"]["pagination"]["total"] == len(found)
    return found


@pytest.fixture
def runs(cast: Cast, clock: ClockInHand) -> list[str]:
    """Of days 1 to 4, each with one task: everybody's but the third, which is olga's alone."""
    everyone = make_template(cast.olga, steps=1)
    closed = make_template(cast.olga, steps=1)
    made(
        cast.olga.put(f"/checklists/{closed['id']}/permissions", {"process_read": {"all": False}}),
        200,
    )
    return [
        at(clock, day, launch, cast.olga, template)["id"]
        for day, template in ((1, everyone), (2, everyone), (3, closed), (4, everyone))
    ]


def test_ruling_26_processes_changed_since(cast: Cast, clock: ClockInHand, runs: list[str]) -> None:
    first, second, third, fourth = runs
    at(clock, 5, lambda: made(cast.olga.put(f"/runs/{second}", {"summary": "Changed"}), 200))
    assert since(cast.olga, "/runs", "updated", 3) == [third, fourth, second]
    assert since(cast.olga, "/runs", "updated", 5) == [second]
    assert since(cast.olga, "/runs", "updated", 6) == []
    assert since(cast.olga, "/runs", "updated", 1, sort="-created_at") == runs[::-1]
    assert since(cast.olga, "/runs", "updated", 1, per_page=2, page=2) == [fourth, second]
    at(clock, 6, archive, cast.olga, first)
    assert since(cast.olga, "/runs", "updated", 5) == [second]
    assert since(cast.olga, "/runs", "updated", 5, archived="true") == [second, first]


def test_ruling_26_processes_completed_since(
    cast: Cast, clock: ClockInHand, runs: list[str]
) -> None:
    first, second, third, _ = runs
    for day, run in ((5, third), (6, first), (7, second)):
        at(clock, day, finish, cast.olga, run)
    assert since(cast.olga, "/runs", "completed", 5) == [third, first, second]
    assert since(cast.olga, "/runs", "completed", 6) == [first, second]
    assert since(cast.olga, "/runs", "completed", 6, sort="-completed_at") == [second, first]
    at(clock, 8, archive, cast.olga, second)
    assert since(cast.olga, "/runs", "completed", 6) == [first]
    assert since(cast.olga, "/runs", "completed", 6, archived="true") == [first, second]
    assert since(cast.olga, "/runs", "completed", 6, updated_after=DAY.format(7)) == []


def test_ruling_26_processes_archived_since(
    cast: Cast, clock: ClockInHand, runs: list[str]
) -> None:
    first, second, third, _ = runs
    for day, run in ((5, second), (6, third), (7, first)):
        at(clock, day, archive, cast.olga, run)
    assert since(cast.olga, "/runs", "archived", 6) == [third, first]
    assert since(cast.olga, "/runs", "archived", 6, archived="true") == [third, first]
    assert since(cast.olga, "/runs", "archived", 6, archived="only", sort="name,-archived_at") == [
        first, third,
    ]  # fmt: skip
    at(clock, 8, lambda: made(cast.olga.put(f"/runs/{first}/activate"), 200))
    assert since(cast.olga, "/runs", "archived", 6) == [third]


def test_ruling_26_everybody_polls_what_they_may_see(
    cast: Cast, clock: ClockInHand, runs: list[str]
) -> None:
    first, second, third, fourth = runs
    mine = at(clock, 5, lambda: launch(cast.mia)["id"])
    assert since(cast.mia, "/runs", "updated", 2) == [second, fourth, mine]
    assert since(cast.olga, "/runs", "updated", 2) == [second, third, fourth, mine]
    assert since(cast.leo, "/runs", "updated", 1) == []
    made(cast.olga.put(f"/runs/{third}", {"users": [cast.mia.user_id, cast.leo.user_id]}), 200)
    assert since(cast.mia, "/runs", "updated", 2) == [second, fourth, mine, third]
    assert since(cast.leo, "/runs", "updated", 1) == [third]
    assert first in since(cast.mia, "/runs", "updated", 1)


def test_ruling_26_tasks(cast: Cast, clock: ClockInHand) -> None:
    one, two, three = (
        at(clock, day, lambda: make_oneoff(cast.olga, owners={"users": [cast.leo.user_id]}))
        for day in (1, 2, 3)
    )
    at(clock, 4, lambda: made(cast.olga.put(f"/tasks/{one['id']}", {"title": "Changed"}), 200))
    for path, by in (("/tasks", cast.olga), ("/me/tasks", cast.leo), ("/tasks", cast.mia)):
        assert since(by, path, "updated", 2) == [two["id"], three["id"], one["id"]], path
        assert since(by, path, "updated", 4, sort="-created_at") == [one["id"]]
    at(clock, 5, lambda: complete(cast.olga, three))
    at(clock, 6, lambda: complete(cast.olga, two))
    assert since(cast.olga, "/tasks", "completed", 5) == [three["id"], two["id"]]
    assert since(cast.leo, "/me/tasks", "completed", 6, status="completed") == [two["id"]]
    assert since(cast.olga, "/tasks", "completed", 7) == []


def test_ruling_26_tasks_archived_since(cast: Cast, clock: ClockInHand, runs: list[str]) -> None:
    """By themselves, or with their processes."""
    alone = make_oneoff(cast.olga)
    at(clock, 5, archive, cast.olga, runs[1])
    at(clock, 6, lambda: cast.olga.delete(f"/tasks/{alone['id']}"))
    at(clock, 7, archive, cast.olga, runs[2])
    of = {run: tasks_of(cast.olga, {"id": run})[0]["id"] for run in runs}
    assert since(cast.olga, "/tasks", "archived", 5) == [of[runs[1]], alone["id"], of[runs[2]]]
    assert since(cast.olga, "/tasks", "archived", 6) == [alone["id"], of[runs[2]]]
    assert since(cast.olga, "/tasks", "archived", 7) == [of[runs[2]]]
    assert since(cast.olga, "/tasks", "archived", 8) == []


@pytest.mark.parametrize("path", ["/runs", "/tasks", "/me/tasks"])
def test_ruling_26_what_is_no_instant_is_told_all_at_once(cast: Cast, path: str) -> None:
    names = ("updated_after", "completed_after", "archived_after")
    answer = cast.olga.get(path, params={**dict.fromkeys(names[:2], "soon"), names[2]: ""})
    assert set(check_problem(answer, 422)["errors"]) == set(names[:2])
