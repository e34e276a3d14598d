"""Part 70, section 2: rows 4 to 8, 11 to 14.

Undo (9, 10): test_part70_undo.py. Workers that are killed (7): tests/worker/test_operations.py.
"""

import itertools
import threading
from typing import Any

import pytest
import sqlalchemy as sa

from backdoor import check_sums, set_membership
from cast import Cast
from factories import activity_of, complete, launch, made, make_oneoff, make_template, tasks_of
from letters import address_of, announce
from many import (
    OPERATIONS,
    caller,
    do_all,
    items,
    operate,
    read_operation,
    reasons,
    select,
    start_here,
    take_turns,
    undo,
)
from procession.domains.watchers.tables import watched_news
from procession.domains.webhooks.tables import webhook_deliveries
from procession.flows.announcing import operations
from procession.flows.archive import operating
from procession.flows.archive.kinds import MANY
from procession.kit.db import Statement
from procession.kit.journal import outbox
from wire import check_problem


def status_of(cast: Cast, run: str) -> str:
    return str(made(cast.olga.get(f"/runs/{run}"), 200)["status"])


def test_part70_2_an_operation_says_what_it_did(cast: Cast) -> None:
    runs = [launch(cast.olga)["id"] for _ in range(3)]
    operation = do_all(cast.mia, filter={"q": "ann"})
    assert (operation["number"], operation["kind"], operation["verb"]) == (1, "manual", "archive")
    assert (operation["status"], operation["total"], operation["done"]) == ("finished", 3, 3)
    assert (operation["requested_by"], operation["filter"]) == (cast.mia.user_id, {"q": "ann"})
    assert operation["per_second"] > 0
    assert (operation["eta_seconds"], operation["can_undo"]) == (None, True)
    assert read_operation(cast.mia, operation) == operation
    run = made(cast.olga.get(f"/runs/{runs[0]}"), 200)
    assert (run["archived_via"], run["archived_operation"]) == ("operation", 1)
    assert run["archived_by"] == cast.mia.user_id
    assert {each["id"] for each in made(cast.olga.get("/runs?operation=1"), 200)} == set(runs)
    check_sums(cast)


def test_part70_2_its_entries_are_those_of_single_calls_with_its_number(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    many, single = (launch(cast.olga, template) for _ in range(2))
    do_all(cast.olga, ids=[many["id"]])
    made(cast.olga.delete(f"/runs/{single['id']}"), 200)
    ours, theirs = (activity_of(cast.olga, run)[0] for run in (many, single))
    same = ("verb", "type", "description", "old_value", "field", "actor_id", "process_entry")
    assert [ours[name] for name in same] == [theirs[name] for name in same]
    assert ours["references"] == [{"type": "Operation", "id": "1", "name": "#1"}]
    assert theirs["references"] is None


def test_part70_2_the_feed_folds_an_operation_to_one_entry(cast: Cast) -> None:
    runs = [launch(cast.olga)["id"] for _ in range(3)]
    do_all(cast.mia)
    feed = "/activity-feeds?per_page=100"
    entries = made(cast.olga.get(f"{feed}&operation=1"), 200)
    assert [each["verb"][0] for each in entries] == [
        "operation-finished", *["archived"] * 3, "operation-started",
    ]  # fmt: skip
    assert {each["type"][0] for each in (entries[0], entries[-1])} == {"Organization"}
    folded = made(cast.olga.get(f"{feed}&operation=1&operations=folded"), 200)
    assert [each["verb"][0] for each in folded] == [
        "operation-finished", "archived", "operation-started",
    ]  # fmt: skip
    # Who asked for it is told as well; who did not sees what happened to what they may read.
    assert made(cast.mia.get(f"{feed}&operation=1"), 200) == entries
    assert {each["auditable_id"] for each in entries} == {"1", *runs}
    assert made(cast.leo.get(f"{feed}&operation=1"), 200) == []


def test_part70_4_two_at_once_make_one_operation(cast: Cast) -> None:
    launch(cast.olga)
    selection = select(cast.olga)
    found: list[Any] = []

    def use() -> None:
        found.append(cast.olga.again().post(OPERATIONS, {"token": selection["token"]}).json())

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each["data"]["number"] for each in found} == {1}
    assert len(made(cast.olga.get(OPERATIONS), 200)) == 1
    assert read_operation(cast.olga, {"number": 1})["done"] == 1


def test_part70_5_deleting_needs_the_number_and_an_administrator(cast: Cast) -> None:
    run = launch(cast.olga)["id"]
    made(cast.olga.delete(f"/runs/{run}"), 200)
    of_mia, of_olga = select(cast.mia, "delete"), select(cast.olga, "delete")
    assert reasons(of_mia) == {"not_allowed": 1}
    check_problem(cast.mia.post(OPERATIONS, {"token": of_mia["token"], "confirm": 0}), 403)
    for confirm in ({}, {"confirm": 0}, {"confirm": 2}):
        body = {"token": of_olga["token"], **confirm}
        problem = check_problem(cast.olga.post(OPERATIONS, body), 422)
        assert "confirm: 1" in problem["errors"]["confirm"][0]
    assert status_of(cast, run) == "archived"
    assert operate(cast.olga, of_olga, confirm=1)["done"] == 1
    assert cast.olga.get(f"/runs/{run}").status_code == 404


def test_part70_6_who_waits_is_answered_when_it_is_done(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One waits at a time; a second one is answered at once, and so is everybody else."""
    launch(cast.olga)
    number = start_here(cast, cast.olga, select(cast.olga), monkeypatch)
    olga = caller(cast, cast.olga)
    begun = operating.get_operation(olga, number)
    waited: list[Any] = []
    first = threading.Thread(target=lambda: waited.append(operating.wait_for(olga, begun, 5)))
    first.start()
    while not operating._waiting.locked():
        pass
    assert operating.wait_for(olga, begun, 5).status == "waiting"
    take_turns(cast, number)
    first.join()
    assert waited[0].status == "finished"
    answer = cast.olga.post(
        OPERATIONS, {"token": select(cast.olga, "activate")["token"]}, headers={"Prefer": "wait=5"}
    )
    assert made(answer, 200)["status"] == "finished"


def test_part70_7_whoever_dies_in_a_turn_leaves_it_to_the_next(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a turn everything of it is undone; nothing is done twice, nothing lost."""
    runs = [launch(cast.olga)["id"] for _ in range(7)]
    number = start_here(cast, cast.olga, select(cast.olga), monkeypatch, _MOST_IN_A_TURN=3)
    server, organization = cast.server.storage, cast.organization_id
    assert operating.take_turn(server, organization, number)
    change = MANY["run"].change

    def die(*given: Any) -> Any:
        change(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(type(MANY["run"]), "change", lambda _, *given: die(*given))
        with pytest.raises(KeyboardInterrupt):
            operating.take_turn(server, organization, number)
    half = read_operation(cast.olga, {"number": number})
    assert (half["status"], half["done"]) == ("running", 3)
    assert half["eta_seconds"] is not None
    take_turns(cast, number)
    assert read_operation(cast.olga, {"number": number})["done"] == 7
    for run in runs:
        entries = activity_of(cast.olga, {"id": run})
        assert [each["verb"][0] for each in entries] == ["archived", "created"]
        assert [each["process_entry"] for each in entries] == [2, 1]
    check_sums(cast)


def test_part70_8_cancelled_it_stops_and_the_rest_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        launch(cast.olga)
    number = start_here(cast, cast.mia, select(cast.mia), monkeypatch, _MOST_IN_A_TURN=2)
    operating.take_turn(cast.server.storage, cast.organization_id, number)
    path = f"{OPERATIONS}/{number}"
    cancelled = made(cast.mia.put(f"{path}/cancel"), 200)
    assert (cancelled["status"], cancelled["done"]) == ("cancelled", 2)
    assert reasons(cancelled) == {"cancelled": 3}
    assert made(cast.mia.put(f"{path}/cancel"), 200) == cancelled
    assert not operating.take_turn(cast.server.storage, cast.organization_id, number)
    found = items(cast.mia, cancelled)
    assert sorted(found.values()) == ["cancelled"] * 3 + ["done"] * 2
    assert len(items(cast.mia, cancelled, "&result=skipped&reason=cancelled")) == 3
    check_problem(cast.mia.put(f"{OPERATIONS}/{do_all(cast.mia)['number']}/cancel"), 409)


def test_part70_11_two_over_one_set_do_each_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        launch(cast.olga)
    limits = {"_MOST_IN_A_TURN": 2}
    first, second = (
        start_here(cast, cast.olga, select(cast.olga), monkeypatch, **limits) for _ in range(2)
    )
    server, organization = cast.server.storage, cast.organization_id
    for number in (first, second, second, first, first, second):
        operating.take_turn(server, organization, number)
    take_turns(cast, second)
    done, passed = (read_operation(cast.olga, {"number": number}) for number in (first, second))
    assert (done["done"], reasons(done)) == (4, {})
    assert passed["done"] == 0
    assert reasons(passed) == {"already_archived": 2, "in_other_operation": 2}


def test_part70_12_what_single_calls_told_is_delivered_first(cast: Cast) -> None:
    run = launch(cast.olga, template := make_template(cast.olga, 1))
    other = launch(cast.olga, template)
    watching = {"notification_type": "webhook", "webhook": "https://hooks.test/w"}
    for kind, watched in (("run", run["id"]), ("organization", cast.organization_id)):
        body = {"object_type": kind, "object_id": watched, **watching}
        made(cast.olga.post("/users/me/add-watcher", body))
    do_all(cast.olga, ids=[run["id"]])
    complete(cast.olga, tasks_of(cast.olga, other)[0])
    events = _waiting(cast, outbox)
    assert events[-3:] == ["operation.started", "process.archived", "operation.finished"]
    assert events.count("process.launched") == 2
    sent = _waiting(cast, webhook_deliveries)
    assert sent == ["task.completed", "process.completed", "process.archived"]


def _waiting(cast: Cast, table: sa.Table) -> list[str]:
    """Events in the order in which they are delivered."""
    listed = Statement(
        sa.select(table.c.event)
        .where(table.c.organization_id == cast.organization_id)
        .order_by(table.c.due_at, table.c.id)
    )
    return [row[0] for row in cast.server.storage.database.connection().fetch(listed, {})]


def test_part70_12_who_watches_gets_one_mail_when_it_ends(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many they watch, and however often they want to hear of them."""
    monkeypatch.setattr(operations, "_LOOKED_AT_ONCE", 10)
    closed = {"process_read": {"all_members": False}}
    runs = [launch(cast.olga)["id"] for _ in range(23)]
    for run, often in zip(runs, itertools.cycle(["electric", "mindful", "chilled"])):
        body = {"object_type": "run", "object_id": run, "frequency": often}
        for person in (cast.mia, cast.olga):
            made(person.post("/users/me/add-watcher", body))
    made(cast.olga.put(f"/runs/{runs[0]}/permissions", closed), 200)
    announce(cast)
    operation = do_all(cast.olga)
    (letter,) = announce(cast)
    assert (letter.to, letter.subject) == (address_of(cast.mia), "22 processes archived")
    assert letter.text.count("* Ann joins") == 20
    assert "And 2 more." in letter.text
    undo(cast.olga, operation)
    (letter,) = announce(cast)
    assert (letter.to, letter.subject) == (address_of(cast.mia), "22 processes restored")
    assert _waiting(cast, watched_news) == []


def test_part70_13_rights_are_those_of_the_moment(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        launch(cast.olga)
    limits = {"_MOST_IN_A_TURN": 2}
    number = start_here(cast, cast.mia, select(cast.mia), monkeypatch, **limits)
    operating.take_turn(cast.server.storage, cast.organization_id, number)
    set_membership(cast, cast.mia, can_archive_processes=False)
    operating.take_turn(cast.server.storage, cast.organization_id, number)
    set_membership(cast, cast.mia, disabled_at=1)
    take_turns(cast, number)
    operation = read_operation(cast.olga, {"number": number})
    assert (operation["done"], reasons(operation)) == (2, {"not_allowed": 3})
    set_membership(cast, cast.mia, disabled_at=None)
    # Somebody else's operation is not there; an administrator sees all.
    others = do_all(cast.olga)
    for path in ("", "/items", "/undo"):
        assert cast.mia.get(f"{OPERATIONS}/{others['number']}{path}").status_code == 404
    for path, call in (("/cancel", cast.mia.put), ("/undo", cast.mia.post)):
        assert call(f"{OPERATIONS}/{others['number']}{path}").status_code == 404
    assert [each["number"] for each in made(cast.mia.get(OPERATIONS), 200)] == [number]
    assert len(made(cast.olga.get(OPERATIONS), 200)) == 2
    assert len(made(cast.olga.get(f"{OPERATIONS}?requested_by={cast.mia.user_id}"), 200)) == 1
    assert made(cast.olga.get(f"{OPERATIONS}?status=waiting"), 200) == []


@pytest.mark.parametrize("kind", ["run", "checklist", "task"])
def test_part70_14_each_object_is_archived_restored_and_deleted(cast: Cast, kind: str) -> None:
    make = {"run": launch, "checklist": make_template, "task": make_oneoff}[kind]
    plural = {"run": "runs", "checklist": "checklists", "task": "tasks"}[kind]
    made_ids = {make(cast.olga)["id"] for _ in range(2)}
    for verb, is_archived in (("archive", True), ("activate", False), ("archive", True)):
        operation = do_all(cast.olga, verb, object=kind)
        assert set(items(cast.olga, operation, "&result=done")) == made_ids
        for each in made_ids:
            seen = made(cast.olga.get(f"/{plural}/{each}?archived=1"), 200)
            assert (seen["archived_at"] is not None) is is_archived
            assert seen["archived_operation"] == (operation["number"] if is_archived else None)
    assert do_all(cast.olga, "delete", object=kind)["done"] == 2
    assert [cast.olga.get(f"/{plural}/{each}?archived=1").status_code for each in made_ids] == [
        404, 404,
    ]  # fmt: skip
    assert do_all(cast.olga, "delete", object=kind, ids=list(made_ids))["done"] == 0


def test_part70_14_tasks_are_passed_over_by_their_own_reasons(cast: Cast) -> None:
    archived, frozen = (launch(cast.olga, make_template(cast.olga, 1)) for _ in range(2))
    linked = make_oneoff(cast.olga, run_id=archived["id"])["id"]
    stopped = make_oneoff(cast.olga, run_id=frozen["id"])["id"]
    alone = make_oneoff(cast.olga)["id"]
    (of_step,) = [task["id"] for task in tasks_of(cast.olga, frozen) if not task["is_oneoff_task"]]
    made(cast.olga.delete(f"/runs/{archived['id']}"), 200)
    made(cast.olga.post(f"/runs/{frozen['id']}/problem", {"content": "Wrong"}))
    wanted: dict[str, Any] = {"object": "task", "ids": [linked, stopped, alone, of_step]}
    expected = {linked: "process_archived", stopped: "open_issue", of_step: "not_allowed"}
    assert items(cast.olga, select(cast.olga, **wanted), "&result=skipped") == expected
    assert items(cast.olga, do_all(cast.olga, **wanted)) == {**expected, alone: "done"}
    assert items(cast.mia, select(cast.mia, "activate", **wanted))[alone] == "not_allowed"


def test_part70_2_an_object_that_fails_is_passed_over(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = sorted(launch(cast.olga)["id"] for _ in range(3))
    number = start_here(cast, cast.olga, select(cast.olga), monkeypatch)
    change = type(MANY["run"]).change

    def fail(self: Any, work: Any, verb: Any, ids: Any) -> Any:
        verdicts = change(self, work, verb, ids)
        if runs[1] in ids:
            raise ValueError("of ours")
        return verdicts

    monkeypatch.setattr(type(MANY["run"]), "change", fail)
    take_turns(cast, number)
    found = items(cast.olga, {"number": number})
    assert found == {runs[0]: "done", runs[1]: "failed", runs[2]: "done"}
    assert status_of(cast, runs[1]) == "active"


def test_part70_2_a_single_archive_says_how_it_is_taken_back(cast: Cast) -> None:
    run = launch(cast.olga)["id"]
    undo = cast.olga.delete(f"/runs/{run}").json()["meta"]["undo"]
    assert undo == f"/organizations/{cast.organization_id}/runs/{run}/activate"
    assert made(cast.olga.client.put(undo), 200)["status"] == "active"
