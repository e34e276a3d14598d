"""Found F1: walking a list by cursors misses nothing, whatever leaves it meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest

from cast import Cast, Person
from factories import complete, launch, made, make_oneoff, make_template
from wire import check_problem, ids


def walk(
    by: Person, path: str, between: Callable[[list[str]], object] = lambda _: None, **query: Any
) -> list[str]:
    """Every page, by the links; `between` happens after each, with its rows."""
    found: list[str] = []
    answer = by.get(path, params={"cursor": "start", **query})
    while True:
        page = ids(answer)
        pagination = answer.json()["meta"]["pagination"]
        assert pagination["count"] == len(page)
        assert pagination["has_more_pages"] is (pagination["next_cursor"] is not None)
        found += page
        between(page)
        if not pagination["has_more_pages"]:
            assert pagination["links"] == {}
            return found
        link = pagination["links"]["next"]
        assert pagination["next_cursor"] in link
        answer = by.client.call("GET", link.removeprefix(by.client.base_url))


def test_found_f1_nothing_is_missed_while_pages_are_archived(cast: Cast) -> None:
    runs = [launch(cast.olga, name=f"Run {number:02}")["id"] for number in range(25)]

    def archive(page: list[str]) -> None:
        for run in page:
            made(cast.olga.delete(f"/runs/{run}"), 200)

    assert walk(cast.olga, "/runs", archive, per_page=10) == runs[::-1]
    assert ids(cast.olga.get("/runs")) == []
    assert sorted(walk(cast.olga, "/runs", per_page=10, archived="only")) == sorted(runs)


def test_found_f1_nothing_is_missed_while_tasks_are_completed(cast: Cast) -> None:
    made_tasks = [make_oneoff(cast.olga)["id"] for _ in range(7)]

    def finish(page: list[str]) -> None:
        for task in page:
            complete(cast.olga, {"id": task})

    found = walk(cast.olga, "/tasks", finish, status="active", per_page=3)
    assert found == made_tasks[::-1]


@pytest.mark.parametrize(
    "sort", ["name", "-name", "created_at", "updated_at", "due_date", "-due_date", "completed_at",
             "-completed_at", "status", "status,-name", "-name,created_at", "archived_at"],
)  # fmt: skip
@pytest.mark.parametrize("who", ["olga", "mia", "leo"])
def test_found_f1_processes_walked_in_every_order_are_the_list(
    cast: Cast, sort: str, who: str
) -> None:
    template = make_template(cast.olga, steps=1)
    for number in range(7):
        run = launch(cast.olga, template, name=("Öl", "ol", "Zoo")[number % 3],
                     users=[cast.leo.user_id])  # fmt: skip
        if number % 2:
            task = cast.olga.get(f"/runs/{run['id']}/tasks").json()["data"][0]
            due = {"deadline": f"2031-05-1{number}T12:00:00Z"}
            made(cast.olga.put(f"/runs/{run['id']}/tasks/{task['id']}", due), 200)
            if number % 3 == 0:
                complete(cast.olga, task)
    by: Person = getattr(cast, who)
    whole = ids(by.get("/runs", params={"sort": sort, "archived": "true"}))
    assert len(whole) == 7
    for size in (1, 2, 3, 7, 8):
        assert walk(by, "/runs", sort=sort, per_page=size, archived="true") == whole, size


@pytest.mark.parametrize(
    "sort", ["name", "-name", "deadline", "-deadline", "problems", "-problems", "position",
             "completed_at", "-updated_at"],
)  # fmt: skip
def test_found_f1_tasks_walked_in_every_order_are_the_list(cast: Cast, sort: str) -> None:
    people = [cast.leo.user_id]
    template = make_template(cast.olga, [{"title": "ol", "users": people}])
    for number in range(3):
        launch(cast.olga, template)
        due = f"2031-05-1{number}T12:00:00Z"
        task = make_oneoff(cast.olga, title="Öl", deadline=due, owners={"users": people})
        if number == 1:
            complete(cast.olga, task)
    for by, path in ((cast.olga, "/tasks"), (cast.mia, "/tasks"), (cast.leo, "/me/tasks")):
        whole = ids(by.get(path, params={"sort": sort, "status": "all"}))
        assert len(whole) == 6
        for size in (1, 2, 6):
            assert walk(by, path, sort=sort, per_page=size, status="all") == whole, (path, size)


def test_found_f1_a_cursor_is_good_for_its_list_alone(cast: Cast) -> None:
    for _ in range(2):
        launch(cast.olga)
        make_oneoff(cast.olga)
    answer = cast.olga.get("/runs", params={"cursor": "start", "per_page": 1})
    cursor = answer.json()["meta"]["pagination"]["next_cursor"]
    other = cast.stranger()
    forged = ["x", "é", cursor[:-2], cursor[::-1], f"{cursor}A", "=" * 9, "c3RhcnQ"]
    for by, path, query in (
        (cast.olga, "/tasks", {"cursor": cursor}),
        (cast.olga, "/runs", {"cursor": cursor, "sort": "name"}),
        *((cast.olga, "/runs", {"cursor": each}) for each in forged),
    ):
        assert list(check_problem(by.get(path, params=query), 422)["errors"]) == ["cursor"]
    mine = Person(other.user_id, other.token, other.client, cast.stranger().organization_id)
    assert mine.get("/runs", params={"cursor": cursor}).status_code in (403, 404, 422)
