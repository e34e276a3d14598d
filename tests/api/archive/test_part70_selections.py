"""Part 70, section 1: rows 1, 2, 3 and 4, who may select (13), and what a selection shows.

That a hold is among the reasons (row 1): test_part70_holds_everywhere.py.
"""

import hashlib
from typing import Any

import pytest

from backdoor import set_membership
from cast import Cast
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from many import OPERATIONS, SELECTIONS, caller, do_all, items, operate, reasons, select
from procession.api.archive.filters import _QUERIES as QUERIES
from procession.api.archive.filters import read_filter
from procession.core.archive import Verb
from procession.domains.processes.types import ProcessFilter
from procession.flows.archive import building, selecting
from procession.kit.errors import Invalid
from procession.kit.paging import PAGING
from procession.kit.strict_querying import narrowing
from server import ClockInHand
from wire import check_problem

NOBODYS = "0" * 32


def archive(cast: Cast, *runs: str) -> None:
    for run in runs:
        made(cast.olga.delete(f"/runs/{run}"), 200)


def test_part70_1_ids_are_passed_over_by_reason_and_only_the_rest_is_deleted(cast: Cast) -> None:
    runs = [launch(cast.olga)["id"] for _ in range(4)]
    archive(cast, *runs[1:])
    selection = select(cast.olga, "delete", ids=[*runs, NOBODYS, runs[1]])
    assert (selection["matching"], selection["will_change"]) == (5, 3)
    assert reasons(selection) == {"not_archived": 1, "not_found": 1}
    assert items(cast.olga, selection, "&result=skipped") == {
        runs[0]: "not_archived",
        NOBODYS: "not_found",
    }
    operation = operate(cast.olga, selection, confirm=3)
    assert (operation["status"], operation["done"], operation["total"]) == ("finished", 3, 5)
    assert cast.olga.get(f"/runs/{runs[0]}").status_code == 200
    assert [cast.olga.get(f"/runs/{run}").status_code for run in runs[1:]] == [404] * 3
    assert items(cast.olga, operation) == {
        **dict.fromkeys(runs[1:], "done"), runs[0]: "not_archived", NOBODYS: "not_found",
    }  # fmt: skip


def test_part70_1_a_filter_matches_what_its_maker_may_read_in_the_state_of_the_verb(
    cast: Cast,
) -> None:
    template = make_template(cast.olga, 1)
    everyones, closed, gone = (launch(cast.olga, template)["id"] for _ in range(3))
    made(cast.olga.put(f"/runs/{closed}/permissions", {"process_read": {"all": False}}), 200)
    archive(cast, gone)
    filtered: dict[str, Any] = {"filter": {"checklist_id": template["id"]}}
    assert items(cast.mia, select(cast.mia, **filtered)) == {everyones: "will_change"}
    assert set(items(cast.olga, select(cast.olga, **filtered))) == {everyones, closed}
    assert items(cast.olga, select(cast.olga, "activate", **filtered)) == {gone: "will_change"}


def test_part70_2_the_set_is_frozen_and_what_does_not_fit_any_more_is_named(cast: Cast) -> None:
    first, second, third = (launch(cast.olga)["id"] for _ in range(3))
    selection = select(cast.olga)
    late = launch(cast.olga)["id"]
    archive(cast, second)
    archive(cast, third)
    operation = operate(cast.olga, selection)
    assert reasons(operation) == {"already_archived": 2}
    assert operation["digest"] == selection["digest"]
    assert made(cast.olga.get(f"/runs/{late}"), 200)["status"] == "active"
    assert items(cast.olga, operation)[first] == "done"


def test_part70_1_a_selection_shows_what_goes_along(cast: Cast) -> None:
    template = make_template(cast.olga, 2)
    run = launch(cast.olga, template)
    child = launch(cast.olga, parent_id=run["id"])
    first, second = tasks_of(cast.olga, run)
    complete(cast.olga, first)
    made(cast.olga.post(f"/tasks/{second['id']}/comment", {"content": "Hello"}))
    shown = select(cast.olga, ids=[run["id"]])
    assert shown["also"] == {
        "tasks": 2, "open_tasks": 1, "people": 1, "guests": 0, "comments": 1, "files": 0,
        "bytes": 0, "children": 1,
    }  # fmt: skip
    (sample,) = shown["sample"]
    assert (sample["id"], sample["name"], sample["status"]) == (run["id"], run["name"], "active")
    assert sample["checklist_title"] == template["title"]
    assert shown["digest"] == hashlib.sha256(f"{run['id']}\n".encode()).hexdigest()
    assert len(shown["token"]) == 43
    assert made(cast.olga.get(f"{SELECTIONS}/{shown['token']}?with=also"), 200) == shown
    assert select(cast.olga, ids=[child["id"]])["also"]["children"] == 0


# --- Filters are taken at their word ---

_ID = "a" * 32
#: What a key says nothing without.
_OTHERS = {"kickoff_field": {"kickoff_value": "a"}, "custom_field_key": {"custom_field_value": "a"}}


@pytest.mark.parametrize("kind", QUERIES)
def test_part70_3_every_key_is_read_strictly(cast: Cast, kind: str) -> None:
    """Each with nothing, and with what it does not take; and each key that pages or shows."""
    refused: dict[str, Any] = {}
    known = narrowing(QUERIES[kind])  # type: ignore[arg-type]  # types are hashable
    for name, parameter in known.items():
        wrong: list[Any] = ["", None, [], {}, [None], "  "]
        if parameter.is_flag:
            wrong += ["perhaps", 2]
        elif parameter.strict.names not in ("", "addresses", "tags") or parameter.words:
            wrong += ["perhaps", True]
        if parameter.strict.names and parameter.strict.names not in ("tags", "addresses"):
            wrong.append("999999" if parameter.strict.names in ("members", "operations") else _ID)
        refused |= {f"{name} {value!r}": (name, value) for value in wrong}
    shown = [*PAGING, "cursor", "form_fields_values", "unheard_of", "organization_id"]
    refused |= {name: (name, "1") for name in shown}
    olga = caller(cast, cast.olga)

    def problems_of(sent: Any) -> Any:
        try:
            narrowed, named = read_filter(sent, kind, Verb.ACTIVATE, olga)
            selecting.check_filter(olga, kind, narrowed, named)
        except Invalid as wrong:
            return wrong.problems
        return {}

    for name, value in refused.values():
        assert f"filter.{name}" in problems_of({name: value, **_OTHERS.get(name, {})}), (
            name,
            value,
        )
    body = {"verb": "activate", "object": kind, "filter": {"tag": ""}}
    problem = check_problem(cast.olga.post(SELECTIONS, body), 422)
    assert problem["errors"] == {"filter.tag": ["The selected tag is invalid."]}


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ({"filter": {}}, "filter"),
        ({"filter": {"all": True, "q": "a"}}, "filter.all"),
        ({"filter": {"all": False}}, "filter.all"),
        ({"filter": "all"}, "filter"),
        ({}, "filter"),
        ({"filter": {"all": True}, "ids": [_ID]}, "filter"),
        ({"ids": []}, "ids"),
        ({"ids": [f"{number:032x}" for number in range(10_001)]}, "ids"),
        ({"ids": [_ID, 7]}, "ids.1"),
        ({"ids": ["x"]}, "ids"),
        ({"filter": {"archived": True}}, "filter.archived"),
        ({"filter": {"status": "archived"}}, "filter.status"),
        ({"filter": {"archived_by": "automatic"}}, "filter.archived_by"),
        ({"filter": {"kickoff_value": "a"}}, "filter.kickoff_field"),
        ({"filter": {"me": False}}, "filter.me"),
        ({"filter": {"completed_after": "2031-02-30"}}, "filter.completed_after"),
        ({"filter": {"storage": "cold"}}, "filter.storage"),
        ({"verb": "cool", "filter": {"all": True}}, "verb"),
        ({"verb": "burn", "filter": {"all": True}}, "verb"),
        ({"object": "step", "filter": {"all": True}}, "object"),
    ],
)
def test_part70_3_what_cannot_be_meant_is_refused(cast: Cast, sent: Any, key: str) -> None:
    problem = check_problem(cast.olga.post(SELECTIONS, {"verb": "archive", **sent}), 422)
    assert key in problem["errors"]


def test_part70_3_lists_are_json_or_texts_with_commas(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at("2031-05-01T12:00:00Z")
    one, two = (launch(cast.olga, make_template(cast.olga, 1)) for _ in range(2))
    both = [one["checklist_id"], two["checklist_id"]]
    for value in (both, ",".join(both)):
        assert select(cast.olga, filter={"checklist_id": value})["matching"] == 2
    assert select(cast.olga, filter={"created": "2031-05-01"})["matching"] == 2
    assert select(cast.olga, filter={"created": ":2031-04-30"})["matching"] == 0
    assert select(cast.olga, filter={"last_updated_before": "2031-05-02"})["matching"] == 2
    assert select(cast.olga, filter={"started_by": cast.olga.user_id})["matching"] == 2
    assert select(cast.olga, filter={"status": "active", "untagged": True})["matching"] == 2


# --- Tokens ---


def test_part70_4_a_used_token_answers_the_same_operation(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at("2031-05-01T12:00:00Z")
    launch(cast.olga)
    used, left = select(cast.olga), select(cast.olga)
    operation = operate(cast.olga, used)
    clock.move(hours=2)
    assert operate(cast.olga, used, confirm=7, comment="Again") == operation
    expired = cast.olga.post(OPERATIONS, {"token": left["token"]})
    assert check_problem(expired, 410, "EXPIRED")["message"] == "This selection has expired."
    assert [each["number"] for each in made(cast.olga.get(OPERATIONS), 200)] == [1]
    storage = cast.server.storage
    while building.forget_ended(storage):
        pass
    assert cast.olga.get(f"{SELECTIONS}/{left['token']}").status_code == 404
    assert operate(cast.olga, used) == operation


def test_part70_4_a_selection_is_its_makers_and_administrators(cast: Cast) -> None:
    launch(cast.olga)
    of_mia, of_olga = select(cast.mia), select(cast.olga)
    for path in ("", "/items"):
        assert cast.olga.get(f"{SELECTIONS}/{of_mia['token']}{path}").status_code == 200
        assert cast.mia.get(f"{SELECTIONS}/{of_olga['token']}{path}").status_code == 404
    assert cast.mia.post(OPERATIONS, {"token": of_olga["token"]}).status_code == 404
    assert operate(cast.olga, of_mia)["requested_by"] == cast.olga.user_id
    assert cast.mia.get(f"{SELECTIONS}/{'x' * 43}").status_code == 404


def test_part70_4_twenty_unused_ones_are_enough(cast: Cast) -> None:
    for _ in range(20):
        select(cast.mia, ids=[NOBODYS])
    body = {"verb": "archive", "ids": [NOBODYS]}
    check_problem(cast.mia.post(SELECTIONS, body), 429)
    select(cast.olga, ids=[NOBODYS])


# --- What is too large for a request ---


def test_part70_1_a_large_one_is_built_by_the_worker(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = sorted(launch(cast.olga)["id"] for _ in range(5))
    monkeypatch.setattr(selecting, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(selecting, "PORTION", 2)
    monkeypatch.setattr(building, "PORTION", 2)
    wanted = selecting.Wanted(
        verb=Verb.ARCHIVE, kind="run", filter={"all": True}, narrowed=ProcessFilter()
    )
    selection, token = selecting.select(caller(cast, cast.olga), wanted)
    seen = made(cast.olga.get(f"{SELECTIONS}/{token}"), 200)
    assert (selection.is_ready, seen["status"], seen["expires_at"]) == (False, "building", None)
    check_problem(cast.olga.post(OPERATIONS, {"token": token}), 409)
    while building.build_one(cast.server.storage):
        pass
    seen = made(cast.olga.get(f"{SELECTIONS}/{token}"), 200)
    assert (seen["status"], seen["matching"], seen["will_change"]) == ("ready", 5, 5)
    assert (seen["also"]["tasks"], seen["also"]["people"]) == (0, None)
    digest = hashlib.sha256("".join(f"{run}\n" for run in runs).encode()).hexdigest()
    assert seen["digest"] == digest
    assert sorted(items(cast.olga, seen)) == runs
    assert operate(cast.olga, seen)["done"] == 5


def test_part70_13_who_may_select(cast: Cast) -> None:
    body = {"verb": "archive", "filter": {"all": True}}
    launch(cast.mia)
    check_problem(cast.leo.post(SELECTIONS, body), 403)
    check_problem(cast.leo.get(OPERATIONS), 403)
    check_problem(cast.leo.post(OPERATIONS, {"token": "x"}), 403)
    set_membership(cast, cast.mia, can_archive_processes=False)
    assert reasons(select(cast.mia)) == {"not_allowed": 1}
    set_membership(cast, cast.mia, can_archive_processes=True)
    assert reasons(select(cast.mia)) == {}
    assert reasons(select(cast.mia, "delete")) == {}


def test_part70_13_tokens_for_processes_open_selections_and_nothing_else(cast: Cast) -> None:
    """By section 10: holds and rules of retention are opened by `*` alone."""
    run = launch(cast.olga)["id"]
    body = {"verb": "archive", "filter": {"all": True}}
    read, write, other = (
        cast.limited(scope)
        for scope in ("mcp.processes.read", "mcp.processes.write", "mcp.tasks.write")
    )
    path = cast.olga.path
    for reader in (read, write):
        for address in ("/archive/summary", OPERATIONS, f"/runs/{run}/family"):
            assert reader.get(path(address)).status_code == 200
            check_problem(other.get(path(address)), 403, "INSUFFICIENT_SCOPE")
        for address in ("/holds", "/retention", "/retention/preview", "/retention/candidates"):
            check_problem(reader.get(path(address)), 403, "INSUFFICIENT_SCOPE")
    for client in (read, other):
        check_problem(client.post(path(SELECTIONS), body), 403, "INSUFFICIENT_SCOPE")
        check_problem(client.post(path(OPERATIONS), {"token": "x"}), 403, "INSUFFICIENT_SCOPE")
    held = {"reason": "R", "scope": {"type": "run", "id": run}}
    check_problem(write.post(path("/holds"), held), 403, "INSUFFICIENT_SCOPE")
    token = made(write.post(path(SELECTIONS), body))["token"]
    assert made(write.post(path(OPERATIONS), {"token": token}), 200)["done"] == 1
    assert made(write.post(path(f"{OPERATIONS}/1/undo")), 200)["done"] == 1


def test_part70_14_each_object_has_its_selection(cast: Cast) -> None:
    task = make_oneoff(cast.olga)["id"]
    template = make_template(cast.olga, 1)["id"]
    run = launch(cast.olga, {"id": template})
    for kind, found in (("task", {task}), ("checklist", {template}), ("run", {run["id"]})):
        shown = select(cast.olga, object=kind)
        assert set(items(cast.olga, shown)) == found, kind
        assert {each["object"] for each in shown["sample"]} == {kind}
    shown = select(cast.olga, object="checklist", ids=[template])
    assert shown["also"] == {
        "processes": 1, "live_processes": 1, "schedules": 0, "references": 0,
    }  # fmt: skip
    assert do_all(cast.olga, object="task")["done"] == 1
