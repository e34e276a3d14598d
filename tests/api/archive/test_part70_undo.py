"""Part 70, section 2: rows 9 and 10, and that restoring is exact (promise 2)."""

from typing import Any

import pytest
import sqlalchemy as sa

from cast import Cast
from factories import launch, made, make_oneoff, make_template
from many import (
    OPERATIONS,
    caller,
    do_all,
    items,
    read_operation,
    reasons,
    select,
    start_here,
    take_turns,
    undo,
)
from procession.flows.archive import building, selecting, undoing
from procession.kit.db import Statement, metadata
from wire import check_problem

#: What archiving and restoring change: the marks, and what tells of them.
_MARKS = {"updated_at", "updated_by", "activated_at", "row_version"}
_OF_OPERATIONS = {
    "activity", "outbox", "notices", "selections", "selection_items", "operations", "process_sums",
    "tokens",
}  # fmt: skip


def rows(cast: Cast) -> dict[str, list[Any]]:
    """Everything of the organization, without what archiving and restoring change."""
    found = {}
    for table in metadata.sorted_tables:
        if "organization_id" not in table.c or table.name in _OF_OPERATIONS:
            continue
        columns = [column for column in table.c if column.name not in _MARKS]
        chosen = sa.select(*columns).where(table.c.organization_id == sa.bindparam("org"))
        fetched = cast.server.storage.database.connection().fetch(
            Statement(chosen), {"org": cast.organization_id}
        )
        found[table.name] = sorted(map(repr, map(tuple, fetched)))
    return found


def test_part70_9_undo_restores_its_own_exactly_but_for_what_was_touched(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    runs = [launch(cast.olga, template)["id"] for _ in range(4)]
    made(cast.olga.delete(f"/runs/{runs[3]}"), 200)
    before = rows(cast)
    operation = do_all(cast.olga, filter={"checklist_id": template["id"]})
    assert operation["done"] == 3
    undoing_one = undo(cast.olga, operation)
    assert (undoing_one["kind"], undoing_one["undoes"]) == ("undo", operation["number"])
    assert rows(cast) == before
    again = do_all(cast.olga, filter={"checklist_id": template["id"]})
    made(cast.olga.put(f"/runs/{runs[0]}/activate"), 200)
    made(cast.olga.put(f"/runs/{runs[1]}/activate"), 200)
    made(cast.olga.delete(f"/runs/{runs[1]}"), 200)
    preview = made(cast.olga.get(f"{OPERATIONS}/{again['number']}/undo"), 200)
    assert preview == {"will_change": 1, "skipped": [{"reason": "changed_since", "count": 2}]}
    assert items(cast.olga, undo(cast.olga, again)) == {
        runs[0]: "changed_since", runs[1]: "changed_since", runs[2]: "done",
    }  # fmt: skip
    status = {run: made(cast.olga.get(f"/runs/{run}"), 200)["status"] for run in runs}
    assert status == {
        runs[0]: "active", runs[1]: "archived", runs[2]: "active", runs[3]: "archived",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["run", "checklist", "task"])
def test_part70_10_an_undo_can_be_undone(cast: Cast, kind: str) -> None:
    make = {"run": launch, "checklist": make_template, "task": make_oneoff}[kind]
    first, second = (make(cast.olga)["id"] for _ in range(2))
    operation = do_all(cast.olga, object=kind)
    back = undo(cast.olga, operation)
    assert undo(cast.olga, operation) == back
    assert read_operation(cast.olga, operation)["undone_by"] == back["number"]
    # Somebody works with one of them meanwhile.
    path = {"run": "runs", "checklist": "checklists", "task": "tasks"}[kind]
    changed = {"title": "Another"} if kind != "run" else {"name": "Another"}
    made(cast.olga.put(f"/{path}/{first}", changed), 200)
    there = undo(cast.olga, back)
    assert (there["verb"], reasons(there)) == ("archive", {"changed_since": 1})
    assert items(cast.olga, there, "&result=done") == {second: "done"}
    assert read_operation(cast.olga, there)["can_undo"]


def test_part70_10_what_cannot_be_undone_is_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    launch(cast.olga)
    do_all(cast.olga)
    deleted = do_all(cast.olga, "delete")
    assert not deleted["can_undo"]
    for call in (cast.olga.get, cast.olga.post):
        problem = check_problem(call(f"{OPERATIONS}/{deleted['number']}/undo"), 422)
        assert problem["errors"]["operation"] == ["Permanent deletion cannot be undone."]
    launch(cast.olga)
    number = start_here(cast, cast.olga, select(cast.olga), monkeypatch)
    check_problem(cast.olga.post(f"{OPERATIONS}/{number}/undo"), 409)
    take_turns(cast, number)
    assert undo(cast.olga, {"number": number})["done"] == 1
    assert cast.olga.post(f"{OPERATIONS}/99/undo").status_code == 404


def test_part70_10_a_large_undo_is_collected_by_the_worker(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = [launch(cast.olga)["id"] for _ in range(5)]
    operation = do_all(cast.olga)
    for module in (selecting, undoing):
        monkeypatch.setattr(module, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(building, "PORTION", 2)
    monkeypatch.setattr(undoing, "_IN_A_REQUEST", 2)
    begun = undoing.undo(caller(cast, cast.olga), operation["number"])
    assert (begun.status, begun.total) == ("waiting", 5)
    while building.build_one(cast.server.storage):
        pass
    take_turns(cast, begun.number)
    ended = read_operation(cast.olga, {"number": begun.number})
    assert (ended["status"], ended["done"], ended["digest"]) == ("finished", 5, operation["digest"])
    assert {made(cast.olga.get(f"/runs/{run}"), 200)["status"] for run in runs} == {"active"}
