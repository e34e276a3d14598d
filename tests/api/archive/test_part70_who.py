"""Part 70, row 46, and the filters of section 10: who archived something, and by what."""

from dataclasses import replace
from typing import Any

import pytest

from backdoor import change
from cast import Cast, Person
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from procession.domains.people.tables import users
from procession.domains.processes import store as processes
from procession.domains.processes.actions.archiving import archive
from procession.domains.processes.tables import processes as processes_table
from procession.flows.reaching.bots import as_bot
from procession.kit.work import writing
from robots import granted, trusted, with_password
from server import Client, ClockInHand
from wire import check_problem, ids

#: What makes each kind, and its paths: away, back, and where it is read.
OBJECTS: dict[str, tuple[Any, tuple[str, str, str]]] = {
    "run": (launch, ("/runs/{}", "/runs/{}/activate", "/runs/{}")),
    "task": (make_oneoff, ("/tasks/{}", "/tasks/{}/restore", "/tasks/{}")),
    "checklist": (
        make_template,
        ("/checklists/{}", "/checklists/{}/restore", "/checklists/{}?archived=1"),
    ),
}
LIVE = (None, None, None, None)


def who(seen: Any) -> tuple[Any, ...]:
    names = ("archived_by", "archived_via", "archived_operation", "archived_by_name")
    return tuple(seen[name] for name in names)


def name_of(person: Person) -> str:
    return str(made(person.client.get("/me"), 200)["full_name"])


def read_run(by: Person, run: Any) -> Any:
    return made(by.get(f"/runs/{run['id']}"), 200)


@pytest.mark.parametrize("kind", OBJECTS)
def test_part70_46_what_a_person_archived_says_so_until_it_is_back(cast: Cast, kind: str) -> None:
    make, paths = OBJECTS[kind]
    made_id = make(cast.olga)["id"]
    away, back, seen = (path.format(made_id) for path in paths)
    assert who(made(cast.olga.get(seen), 200)) == LIVE
    assert cast.olga.delete(away).ok
    expected = (cast.olga.user_id, "person", None, name_of(cast.olga))
    assert who(made(cast.olga.get(seen), 200)) == expected
    assert cast.olga.put(back).ok
    assert who(made(cast.olga.get(seen), 200)) == LIVE


def test_part70_46_the_answer_to_the_change_says_the_same(cast: Cast) -> None:
    run = launch(cast.olga, make_template(cast.olga, 1))
    archived = made(cast.mia.delete(f"/runs/{run['id']}"), 200)
    assert who(archived) == (cast.mia.user_id, "person", None, name_of(cast.mia))
    assert archived == read_run(cast.mia, run)
    # A task without a mark of its own says what is said of its process.
    (task,) = tasks_of(cast.mia, run)
    assert who(task) == who(archived)
    assert who(made(cast.mia.put(f"/runs/{run['id']}/activate"), 200)) == LIVE


def test_part70_46_a_program_with_a_token_of_its_own_is_told_from_a_person(cast: Cast) -> None:
    run = launch(cast.olga)
    token = granted(trusted(cast).by_password(with_password(cast, cast.olga)))["access_token"]
    program = replace(cast.olga, token=token, client=Client(cast.server.base_url, token))
    expected = (cast.olga.user_id, "application", None, name_of(cast.olga))
    assert who(made(program.delete(f"/runs/{run['id']}"), 200)) == expected


def test_part70_46_what_the_clock_archived_is_a_sweep(cast: Cast) -> None:
    run = launch(cast.olga)
    bot = as_bot(cast.server.storage, cast.organization_id)
    with writing(bot) as work:
        archive(work, processes.lock_any(work, run["id"]))
    assert who(read_run(cast.olga, run))[:3] == (bot.person_id, "sweep", None)


def test_part70_46_rows_from_before_are_the_bots_or_a_persons(cast: Cast) -> None:
    bot = as_bot(cast.server.storage, cast.organization_id).person_id
    for by, via in ((cast.mia.user_id, "person"), (bot, "sweep")):
        run = launch(cast.olga)
        made(cast.olga.delete(f"/runs/{run['id']}"), 200)
        row = processes_table.update().where(processes_table.c.id == run["id"])
        change(cast, row.values(archived_via=None, archived_by_name=None, archived_by=by))
        shown = who(read_run(cast.olga, run))
        assert shown[:3] == (by, via, None)
        assert shown[3]


def test_part70_46_the_name_stays_as_it_was_at_the_time(cast: Cast) -> None:
    run = launch(cast.olga)
    made(cast.mia.delete(f"/runs/{run['id']}"), 200)
    was = name_of(cast.mia)
    change(cast, users.update().where(users.c.id == cast.mia.user_id).values(last_name="Other"))
    assert name_of(cast.mia) != was
    assert who(read_run(cast.olga, run))[3] == was


# --- Filters of lists ---


def test_part70_10_lists_are_narrowed_by_when_and_by_whom(cast: Cast, clock: ClockInHand) -> None:
    runs = []
    for day, by in ((1, cast.olga), (2, cast.mia), (3, cast.olga)):
        clock.stop_at(f"2031-05-0{day}T12:00:00Z")
        run = launch(cast.olga, make_template(cast.olga, 1))
        complete(by, tasks_of(cast.olga, run)[0])
        made(by.delete(f"/runs/{run['id']}"), 200)
        runs.append(run["id"])
    first, second, third = runs

    def found(path: str = "/runs", **query: str | int) -> set[str]:
        return set(ids(cast.olga.get(path, params=query)))

    assert found(archived_by=str(cast.mia.user_id)) == {second}
    assert found(archived_by="automatic") == set()
    # A day is its start in the organization's timezone; an instant is itself.
    assert found(archived_before="2031-05-02T12:00:00Z") == {first}
    assert found(archived_before="2031-05-03") == {first, second}
    assert found(archived_after="2031-05-02", archived_before="2031-05-03") == {second}
    assert found(completed_before="2031-05-02", archived="only") == {first}
    assert found(last_updated_before="2031-05-03T12:00:00Z", archived="only") == {first, second}
    assert found(operation=1) == set()
    assert found(storage="hot", archived="only") == {first, second, third}
    tasks = found("/tasks", archived_by=str(cast.mia.user_id))
    assert tasks == {task["id"] for task in tasks_of(cast.olga, {"id": second})}
    assert len(found("/tasks", archived_before="2031-05-03")) == 2
    template = make_template(cast.olga, 1)["id"]
    assert cast.mia.delete(f"/checklists/{template}").status_code == 403
    assert cast.olga.delete(f"/checklists/{template}").ok
    mine = {"archived_by": str(cast.olga.user_id)}
    assert found("/checklists", **mine) == {template}
    assert found("/checklists", archived_before="2031-05-03") == set()
    assert found("/checklists", archived_after="2031-05-03") == {template}


@pytest.mark.parametrize("path", ["/runs", "/tasks", "/checklists"])
def test_part70_10_a_bad_value_is_refused_in_lists_too(cast: Cast, path: str) -> None:
    for query, sentence in (
        ({"archived_by": "mia"}, "The selected archived by is invalid."),
        ({"operation": "none"}, "The selected operation is invalid."),
        ({"archived_before": "soon"}, "The archived before is not a valid date."),
        ({"last_updated_before": "soon"}, "The last updated before is not a valid date."),
        ({"storage": "cold"}, "Cold storage is not part of this version."),
        ({"storage": "warm"}, "The selected storage is invalid."),
    ):
        (key,) = query
        problem = check_problem(cast.olga.get(path, params=query), 422)
        assert problem["errors"] == {key: [sentence]}
