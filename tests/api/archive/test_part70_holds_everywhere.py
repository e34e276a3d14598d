"""Part 70, rows 24 (its second test), 25 and 26: every destroying route against every scope."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from cast import Cast, Person
from factories import launch, made, make_oneoff, make_template, tasks_of
from many import OPERATIONS, caller, do_all, items, reasons, select, start_here, take_turns
from procession.domains.holds.actions import placing
from procession.domains.holds.actions.asking import HoldGate
from procession.domains.holds.actions.placing import list_expired, release_if_expired
from procession.domains.holds.types import Subjects
from procession.domains.holds.wire import HoldIn, HoldScopeIn
from procession.flows.access import closing
from procession.flows.archive import operating
from procession.flows.reaching.bots import as_bot
from procession.kit.content import destroyed_by
from procession.kit.db import Busy, Statement, metadata
from procession.kit.errors import Held
from procession.kit.work import writing
from server import ClockInHand
from wire import check_problem

HOLDS = "/holds"


def hold(by: Person, scope: str, thing_id: str | None = None, **fields: Any) -> Any:
    body = {"reason": "Litigation", "scope": {"type": scope, "id": thing_id}, **fields}
    return made(by.post(HOLDS, body))


def release(by: Person, held: Any) -> Any:
    return made(by.put(f"{HOLDS}/{held['id']}/release", {"reason": "Settled"}), 200)


def content_of(cast: Cast) -> dict[str, list[Any]]:
    """Every row that holds content."""
    connection = cast.server.storage.database.connection()
    found = {}
    for table in metadata.sorted_tables:
        if "organization_id" in table.c and destroyed_by(table) and table.name != "activity":
            of = table.c.organization_id == sa.bindparam("organization_id", type_=sa.Text)
            rows = connection.fetch(
                Statement(sa.select(table).where(of)), {"organization_id": cast.organization_id}
            )
            found[table.name] = sorted(map(str, rows))
    return found


@dataclass
class Scene:
    """Things that can be destroyed, each by a path, and what covers each."""

    paths: dict[str, set[str]]
    scopes: dict[str, str | None]


def _said(by: Person, place: str) -> str:
    path = f"{place}/comment"
    return f"{path}/{made(by.post(path, {'content': 'Said', 'label': 'comment'}))['id']}"


def _linked(by: Person, kind: str, thing_id: str) -> str:
    sent = {"subject_type": kind, "subject_id": thing_id, "uploaded_from": "note"}
    sent |= {"source": "url", "url": "https://files.test/plan.pdf", "filename": "plan.pdf"}
    found = made(by.post("/file", sent), 200)
    return str((found[0] if isinstance(found, list) else found)["id"])


def build(by: Person) -> Scene:
    """A live and an archived process of one template, a one-off task alone, one that has left."""
    template = make_template(by, 1)
    alone, run, gone = make_oneoff(by), launch(by, template), launch(by, template)
    (task,) = tasks_of(by, run)
    left = make_oneoff(by, run_id=run["id"])
    made(by.put(f"/tasks/{left['id']}", {"title": left["title"], "run_id": None}), 200)
    made(by.delete(f"/runs/{gone['id']}"), 200)
    key = {"key": "cost", "label": "Cost", "applies_to": "run", "field_type": "text"}
    key_id = made(by.post("/custom-field-keys", key))["id"]
    values = {"custom_fields": {"cost": "5"}}
    made(by.put(f"/runs/{run['id']}/custom-fields", values), 200)
    within, of_task = {"run", "checklist"}, {"task"}
    paths = {
        f"/runs/{gone['id']}/delete": {"checklist"},
        _said(by, f"/runs/{run['id']}"): within,
        _said(by, f"/tasks/{task['id']}"): within,
        _said(by, f"/tasks/{alone['id']}"): of_task,
        _said(by, f"/checklists/{template['id']}"): {"checklist"},
        f"/file/{_linked(by, 'Run', run['id'])}": within,
        f"/file/{_linked(by, 'Checklist', template['id'])}": {"checklist"},
        f"/file/{_linked(by, 'Task', alone['id'])}": of_task,
        f"/tasks/{alone['id']}/delete": of_task,
        f"/custom-field-keys/{key_id}": within,
    }
    scopes = {
        "run": run["id"],
        "checklist": template["id"],
        "task": alone["id"],
        "organization": None,
    }
    return Scene({path: {*covered, "organization"} for path, covered in paths.items()}, scopes)


def test_part70_24_every_destroying_route_is_refused_by_every_scope_that_covers_it(
    cast: Cast,
) -> None:
    scene = build(cast.olga)
    before = content_of(cast)
    for scope, thing in scene.scopes.items():
        held = hold(cast.olga, scope, thing)
        for path, covered in scene.paths.items():
            if scope in covered:
                problem = check_problem(cast.olga.delete(path), 409)
                assert problem["code"] == "HELD", (scope, path, problem)
                assert [each["id"] for each in problem["details"]["holds"]] == [held["id"]]
        release(cast.olga, held)
    after = content_of(cast)
    assert {name: rows for name, rows in after.items() if name != "holds"} == {
        name: rows for name, rows in before.items() if name != "holds"
    }
    for path in scene.paths:
        assert cast.olga.delete(path).ok, path


def test_part70_24_the_command_line_deletes_no_organization_with_a_hold(cast: Cast) -> None:
    held = hold(cast.olga, "run", launch(cast.olga)["id"])
    before = content_of(cast)
    storage = cast.server.storage
    with pytest.raises(Held) as refused:
        closing.delete_organization(storage, cast.organization_id, lambda *_: None)
    assert refused.value.holds is not None
    assert [each.id for each in refused.value.holds] == [held["id"]]
    assert content_of(cast) == before
    release(cast.olga, held)
    closing.delete_organization(storage, cast.organization_id, lambda *_: None)
    assert not any(content_of(cast).values())


def test_part70_26_what_left_a_held_process_stays_held_as_long_as_that_hold(cast: Cast) -> None:
    run = launch(cast.olga, make_template(cast.olga, 1))
    early, late = (make_oneoff(cast.olga, run_id=run["id"]) for _ in range(2))

    def leave(task: Any) -> None:
        body = {"title": task["title"], "run_id": None}
        made(cast.olga.put(f"/tasks/{task['id']}", body), 200)

    leave(early)
    held = hold(cast.olga, "run", run["id"])
    leave(late)
    assert cast.olga.delete(f"/tasks/{early['id']}/delete").ok
    check_problem(cast.olga.delete(f"/tasks/{late['id']}/delete"), 409)
    release(cast.olga, held)
    # One that is placed now covers what is there now.
    hold(cast.olga, "run", run["id"])
    assert cast.olga.delete(f"/tasks/{late['id']}/delete").ok


def test_part70_26_an_expired_one_holds_until_the_bot_releases_it(
    cast: Cast, clock: ClockInHand
) -> None:
    clock.stop_at("2026-03-02T09:00:00Z")
    run = launch(cast.olga)["id"]
    made(cast.olga.delete(f"/runs/{run}"), 200)
    held = hold(cast.olga, "run", run, expires_at="2026-03-03T09:00:00Z")
    clock.move(days=2)
    check_problem(cast.olga.delete(f"/runs/{run}/delete"), 409)
    storage = cast.server.storage
    bot = as_bot(storage, cast.organization_id)
    assert (cast.organization_id, held["id"]) in {
        (each.organization_id, each.id) for each in list_expired(storage)
    }
    assert release_if_expired(bot, held["id"])
    assert not release_if_expired(bot, held["id"])
    seen = made(cast.olga.get(f"{HOLDS}/{held['id']}"), 200)
    assert (seen["released_by"], seen["release_reason"]) == (bot.person_id, "Its time was over.")
    assert cast.olga.delete(f"/runs/{run}/delete").ok


def test_part70_4_a_refusal_is_told_once_an_hour_and_never_under_a_key(
    cast: Cast, clock: ClockInHand
) -> None:
    clock.stop_at("2026-03-02T09:00:00Z")
    task = make_oneoff(cast.mia)["id"]
    hold(cast.olga, "task", task)
    path = f"/tasks/{task}/delete"

    def told() -> int:
        feed = made(cast.olga.get("/activity-feeds?per_page=100"), 200)
        return sum("hold-refused" in each["verb"] for each in feed)

    for _ in range(3):
        check_problem(cast.olga.delete(path), 409)
    assert told() == 1
    # Who may not place one is not told which it is.
    assert "details" not in check_problem(cast.mia.delete(path), 409)
    assert told() == 2
    clock.move(minutes=61)
    check_problem(cast.olga.delete(path), 409)
    assert told() == 3


def test_part70_1_what_is_held_is_passed_over_by_name(cast: Cast) -> None:
    runs = [launch(cast.olga)["id"] for _ in range(5)]
    live, held = runs[3], runs[4]
    do_all(cast.olga, ids=[each for each in runs if each != live])
    hold(cast.olga, "run", held)
    ids = [*runs, "f" * 32]
    selection = select(cast.olga, "delete", ids=ids)
    assert selection["will_change"] == 3
    assert reasons(selection) == {"held": 1, "not_archived": 1, "not_found": 1}
    body = {"token": selection["token"], "confirm": 3}
    operation = made(cast.olga.post(OPERATIONS, body), 200)
    assert operation["done"] == 3
    assert items(cast.olga, operation)[held] == "held"
    assert [cast.olga.get(f"/runs/{each}").status_code for each in runs] == [404] * 3 + [200] * 2


def test_part70_25_placed_while_an_operation_runs_the_rest_is_held(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = sorted(launch(cast.olga)["id"] for _ in range(6))
    do_all(cast.olga)
    selection = select(cast.olga, "delete")
    number = start_here(cast, cast.olga, selection, monkeypatch, _MOST_IN_A_TURN=2, confirm=6)
    operating.take_turn(cast.server.storage, cast.organization_id, number)
    hold(cast.olga, "organization")
    take_turns(cast, number)
    assert items(cast.olga, {"number": number}) == {
        **dict.fromkeys(runs[:2], "done"),
        **dict.fromkeys(runs[2:], "held"),
    }


def test_part70_25_who_places_one_waits_for_deletions_but_not_for_ever(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placing, "_PATIENCE_S", 0.05)
    olga = caller(cast, cast.olga)
    sent = HoldIn(reason="R", scope=HoldScopeIn(type="organization"))
    with ThreadPoolExecutor(1) as elsewhere:
        with writing(olga) as work:
            HoldGate(work).ask(Subjects(processes=["0" * 32]))
            with pytest.raises(Busy):
                elsewhere.submit(placing.place, olga, sent).result()
        hold, _ = elsewhere.submit(placing.place, olga, sent).result()
    assert hold.is_active


@pytest.mark.parametrize("scope", ["run", "checklist", "organization"])
def test_part70_25_hold_and_delete_raced_by_twenty(cast: Cast, scope: str) -> None:
    """Each pair ends in one of two ways: held and there, or gone and then nothing to hold."""
    template = make_template(cast.olga, 1)
    runs = [launch(cast.olga, template)["id"] for _ in range(10)]
    do_all(cast.olga, ids=runs)
    things = {"run": runs, "checklist": [template["id"]] * 10, "organization": [None] * 10}
    people = [cast.olga.again() for _ in range(20)]

    def act(number: int) -> tuple[int, int]:
        by, run = people[number], runs[number // 2]
        if number % 2:
            return number, by.delete(f"/runs/{run}/delete").status_code
        thing = things[scope][number // 2]
        sent = {"reason": "R", "scope": {"type": scope, "id": thing}}
        return number, by.post(HOLDS, sent).status_code

    with ThreadPoolExecutor(20) as pool:
        found = dict(pool.map(act, range(20)))
    for number, run in enumerate(runs):
        held, deleted = found[2 * number], found[2 * number + 1]
        is_there = cast.olga.get(f"/runs/{run}").status_code == 200
        assert deleted == (409 if is_there else 200), (held, deleted)
        if scope == "run":
            assert held == (201 if is_there else 422)
