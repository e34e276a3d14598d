"""Part 70, section 5: rows 27 to 29, and families in selections."""

import threading
from typing import Any

import pytest

from backdoor import change, check_sums
from cast import Cast, Person
from factories import launch, made
from many import caller, do_all, items, operate, read_operation, reasons, select, take_turns, undo
from procession.core.archive import Verb
from procession.domains.processes.tables import processes
from procession.domains.processes.types import ProcessFilter
from procession.flows.archive import building, families, selecting
from wire import check_problem

WITH = "with_children=true"


def family(by: Person, *, deep: int = 3) -> list[str]:
    """A line of processes, each launched from the one before; the first has another child."""
    runs = [launch(by)["id"]]
    for _ in range(deep - 1):
        runs.append(launch(by, parent_id=runs[-1])["id"])
    return [*runs, launch(by, parent_id=runs[0])["id"]]


def states(by: Person, runs: list[str]) -> list[str]:
    answers = [by.get(f"/runs/{run}") for run in runs]
    return [made(each, 200)["status"] if each.ok else "gone" for each in answers]


def done(answer: Any, status: int = 200) -> tuple[int, int | None, dict[str, int]]:
    """How many, by which operation, and who was passed over."""
    assert answer.status_code == status, answer.text
    meta = answer.json()["meta"]
    return meta["family"]["done"], meta["operation"], reasons(meta["family"])


def shape(node: Any) -> list[Any]:
    return [node["id"], *map(shape, node["children"])]


def test_part70_27_three_levels_archive_restore_and_go_as_one(cast: Cast) -> None:
    runs = family(cast.olga)
    early, others = runs[3], runs[:3]
    made(cast.olga.delete(f"/runs/{early}"), 200)
    archived = cast.mia.delete(f"/runs/{runs[0]}?{WITH}")
    assert done(archived) == (3, 1, {"already_archived": 1})
    assert archived.json()["data"]["id"] == runs[0]
    back = archived.json()["meta"]["undo"].partition(cast.organization_id)[2]
    assert states(cast.olga, runs) == ["archived"] * 4
    seen = [made(cast.olga.get(f"/runs/{run}"), 200) for run in runs]
    assert [each["archived_operation"] for each in seen] == [1, 1, 1, None]
    assert [each["archived_via"] for each in seen] == [*["operation"] * 3, "person"]
    operation = read_operation(cast.mia, {"number": 1})
    assert (operation["kind"], operation["status"], operation["can_undo"]) == (
        "family", "finished", True,
    )  # fmt: skip
    # Repeated: nothing is done, and nothing is told.
    assert done(cast.mia.delete(f"/runs/{runs[0]}?{WITH}")) == (0, None, {"already_archived": 4})
    assert done(cast.mia.put(back)) == (3, 2, {})
    assert states(cast.olga, runs) == ["active", "active", "active", "archived"]
    assert done(cast.mia.put(back)) == (0, None, {"already_live": 1})
    made(cast.olga.delete(f"/runs/{runs[0]}?{WITH}"), 200)
    gone = cast.olga.delete(f"/runs/{runs[0]}/delete?{WITH}&confirm=4")
    assert done(gone) == (4, 4, {})
    assert (gone.json()["data"]["verb"], gone.json()["data"]["kind"]) == ("delete", "family")
    assert states(cast.olga, [*others, early]) == ["gone"] * 4
    check_sums(cast)


def test_part70_27_the_root_restored_alone_then_undo_brings_the_rest(cast: Cast) -> None:
    runs = family(cast.olga)
    made(cast.olga.delete(f"/runs/{runs[0]}?{WITH}"), 200)
    made(cast.olga.put(f"/runs/{runs[0]}/activate"), 200)
    assert states(cast.olga, runs) == ["active", *["archived"] * 3]
    ended = undo(cast.olga, {"number": 1})
    assert (ended["done"], reasons(ended)) == (3, {"changed_since": 1})
    assert states(cast.olga, runs) == ["active"] * 4


def test_part70_5_a_child_live_below_an_archived_parent_is_warned_of(cast: Cast) -> None:
    runs = family(cast.olga, deep=2)
    made(cast.olga.delete(f"/runs/{runs[0]}?{WITH}"), 200)
    back = cast.olga.put(f"/runs/{runs[1]}/activate").json()
    assert back["data"]["status"] == "active"
    assert back["meta"]["warnings"] == [
        'The process "Ann joins", from which it was launched, is still archived.'
    ]


def test_part70_5_a_parent_deleted_alone_is_remembered(cast: Cast) -> None:
    root, child, _ = family(cast.olga, deep=2)
    made(cast.olga.delete(f"/runs/{root}"), 200)
    assert cast.olga.delete(f"/runs/{root}/delete").content == b""
    seen = made(cast.olga.get(f"/runs/{child}"), 200)
    assert (seen["parent_id"], seen["former_parent_id"]) == (None, root)


def test_part70_28_deleting_needs_all_archived_and_the_number(cast: Cast) -> None:
    runs = family(cast.olga)
    made(cast.olga.delete(f"/runs/{runs[0]}"), 200)
    path = f"/runs/{runs[0]}/delete?{WITH}"
    problem = check_problem(cast.olga.delete(path), 422)
    assert "3 of the 4" in problem["errors"]["process"][0]
    assert "confirm: 4" in problem["errors"]["confirm"][0]
    made(cast.olga.delete(f"/runs/{runs[0]}?{WITH}"), 200)
    for confirm in ("", "&confirm=3", "&confirm=many"):
        assert list(check_problem(cast.olga.delete(path + confirm), 422)["errors"]) == ["confirm"]
    check_problem(cast.mia.delete(f"{path}&confirm=4"), 403)
    assert states(cast.olga, runs) == ["archived"] * 4


def test_part70_5_the_body_says_it_as_well_as_the_query(cast: Cast) -> None:
    runs = family(cast.olga)
    path, both = f"/runs/{runs[0]}", {"with_children": True}
    for word in ("perhaps", 2):
        problem = check_problem(cast.olga.delete(path, json={"with_children": word}), 422)
        assert list(problem["errors"]) == ["with_children"]
    assert states(cast.olga, runs) == ["active"] * 4
    answer = cast.olga.delete(path, json=both)
    assert answer.json()["meta"]["family"]["done"] == 4
    made(cast.olga.put(f"{path}/activate", both), 200)
    assert states(cast.olga, runs) == ["active"] * 4
    made(cast.olga.delete(f"{path}?{WITH}", json={"with_children": False}), 200)
    for confirm in ({}, {"confirm": 3}, {"confirm": "many"}):
        problem = check_problem(cast.olga.delete(f"{path}/delete", json={**both, **confirm}), 422)
        assert list(problem["errors"]) == ["confirm"]
    made(cast.olga.delete(f"{path}/delete", json={**both, "confirm": 4}), 200)
    assert states(cast.olga, runs) == ["gone"] * 4


def test_part70_28_one_on_hold_keeps_all_of_them(cast: Cast) -> None:
    runs = family(cast.olga)
    made(cast.olga.delete(f"/runs/{runs[0]}?{WITH}"), 200)
    scope = {"type": "run", "id": runs[2]}
    made(cast.olga.post("/holds", {"reason": "A case", "scope": scope}))
    path = f"/runs/{runs[0]}/delete?{WITH}"
    check_problem(cast.olga.delete(f"{path}&confirm=3"), 422)
    assert check_problem(cast.olga.delete(f"{path}&confirm=4"), 409)["code"] == "HELD"
    assert states(cast.olga, runs) == ["archived"] * 4
    shown = made(cast.olga.get(f"/runs/{runs[1]}/family"), 200)
    assert (shown["held"], shown["children"][0]["held"]) == (False, True)
    selection = select(cast.olga, "delete", ids=[runs[0]], with_children=True)
    assert items(cast.olga, selection) == {
        runs[0]: "family_held", runs[1]: "family_held", runs[2]: "held", runs[3]: "will_change",
    }  # fmt: skip


def test_part70_28_who_may_not_be_read_is_counted_and_left_alone(cast: Cast) -> None:
    root = launch(cast.olga)["id"]
    hidden = launch(cast.olga, parent_id=root)["id"]
    closed = {"process_read": {"all_members": False}}
    made(cast.olga.put(f"/runs/{hidden}/permissions", closed), 200)
    below = launch(cast.olga, parent_id=hidden)["id"]
    assert cast.mia.get(f"/runs/{hidden}").status_code == 404
    seen = cast.mia.get(f"/runs/{root}/family")
    assert shape(made(seen, 200)) == [root, [below]]
    assert hidden not in seen.text
    assert seen.json()["meta"] == {"hidden": 1, "more": 0}
    assert shape(made(cast.olga.get(f"/runs/{root}/family"), 200)) == [root, [hidden, [below]]]
    archived = cast.mia.delete(f"/runs/{root}?{WITH}")
    assert done(archived) == (2, 1, {"hidden": 1})
    assert hidden not in archived.text
    assert states(cast.olga, [root, hidden, below]) == ["archived", "active", "archived"]
    shown = cast.mia.get("/archive/operations/1/items")
    assert hidden not in shown.text
    check_problem(cast.leo.delete(f"/runs/{root}?{WITH}"), 404)


def test_part70_5_a_circle_of_parents_ends(cast: Cast) -> None:
    runs = [launch(cast.olga)["id"] for _ in range(3)]
    for run, parent in zip(runs, [runs[2], *runs[:2]], strict=True):
        change(cast, processes.update().where(processes.c.id == run).values(parent_id=parent))
    assert shape(made(cast.olga.get(f"/runs/{runs[0]}/family"), 200)) == [
        runs[0], [runs[1], [runs[2]]],
    ]  # fmt: skip
    assert done(cast.olga.delete(f"/runs/{runs[1]}?{WITH}"))[0] == 3
    assert done(cast.olga.put(f"/runs/{runs[2]}/activate?{WITH}"))[0] == 3
    made(cast.olga.delete(f"/runs/{runs[1]}?{WITH}"), 200)
    assert done(cast.olga.delete(f"/runs/{runs[0]}/delete?{WITH}&confirm=3"))[0] == 3


# --- More than are changed at once ---


def large(by: Any, cast: Cast, monkeypatch: pytest.MonkeyPatch, act: Any, *sent: Any) -> int:
    """An operation that the worker does; its number."""
    monkeypatch.setattr(families, "_MOST_AT_ONCE", 2)
    found = act(caller(cast, by), *sent)
    assert found.operation is not None
    assert found.operation.is_unfinished
    number: int = found.operation.number
    return number


def test_part70_5_a_large_family_goes_in_turns_children_first(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("procession.flows.archive.operating._MOST_IN_A_TURN", 2)
    runs = family(cast.olga)
    for act, state in (
        (families.archive_family, "archived"), (families.activate_family, "active"),
        (families.archive_family, "archived"),
    ):  # fmt: skip
        number = large(cast.olga, cast, monkeypatch, act, runs[0])
        take_turns(cast, number)
        assert read_operation(cast.olga, {"number": number})["done"] == 4
        assert states(cast.olga, runs) == [state] * 4
    number = large(cast.olga, cast, monkeypatch, families.delete_family, runs[0], 4)
    # Somebody takes one back meanwhile: what is above it stays, too.
    made(cast.olga.put(f"/runs/{runs[1]}/activate"), 200)
    take_turns(cast, number)
    assert items(cast.olga, {"number": number}) == {
        runs[0]: "family_held", runs[1]: "not_archived", runs[2]: "done", runs[3]: "done",
    }  # fmt: skip


def test_part70_5_a_large_circle_goes_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = family(cast.olga)
    root = processes.update().where(processes.c.id == runs[0])
    change(cast, root.values(parent_id=runs[2]))
    made(cast.olga.delete(f"/runs/{runs[0]}?{WITH}"), 200)
    number = large(cast.olga, cast, monkeypatch, families.delete_family, runs[0], 4)
    take_turns(cast, number)
    assert states(cast.olga, runs) == ["gone"] * 4


# --- Selections ---


def test_part70_5_a_selection_takes_families_along(cast: Cast) -> None:
    runs = family(cast.olga)
    alone = select(cast.olga, ids=[runs[0]])
    assert (alone["will_change"], alone["also"]["children"]) == (1, 2)
    made(cast.olga.delete(f"/runs/{runs[3]}"), 200)
    operation = do_all(cast.olga, ids=[runs[0]], with_children=True)
    assert (operation["done"], reasons(operation)) == (3, {"already_archived": 1})
    # What another act archived stays.
    back = do_all(cast.olga, "activate", ids=[runs[0]], with_children=True)
    assert (back["done"], back["skipped"]) == (3, [])
    assert states(cast.olga, runs) == [*["active"] * 3, "archived"]
    made(cast.olga.delete(f"/runs/{runs[0]}"), 200)
    made(cast.olga.delete(f"/runs/{runs[1]}"), 200)
    selection = select(cast.olga, "delete", filter={"all": True}, with_children=True)
    assert items(cast.olga, selection) == {
        runs[0]: "family_held", runs[1]: "family_held", runs[2]: "not_archived",
        runs[3]: "will_change",
    }  # fmt: skip
    made(cast.olga.delete(f"/runs/{runs[2]}"), 200)
    selection = select(cast.olga, "delete", ids=[runs[0]], with_children=True)
    assert operate(cast.olga, selection, confirm=4)["done"] == 4
    sent = {"verb": "archive", "object": "task", "ids": ["0" * 32], "with_children": True}
    problem = check_problem(cast.olga.post("/archive/selections", sent), 422)
    assert list(problem["errors"]) == ["with_children"]


def test_part70_5_the_worker_takes_families_along_each_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = family(cast.olga)
    others = [launch(cast.olga)["id"] for _ in range(2)]
    at_once = select(cast.olga, with_children=True)
    monkeypatch.setattr(selecting, "MOST_AT_ONCE", 1)
    for name in ("PORTION", "_READ_AT_ONCE", "_UNPACKED_AT_ONCE"):
        monkeypatch.setattr(building, name, 2)
    wanted = selecting.Wanted(
        verb=Verb.ARCHIVE,
        kind="run",
        filter={"all": True},
        narrowed=ProcessFilter(),
        with_children=True,
    )
    begun, token = selecting.select(caller(cast, cast.olga), wanted)
    assert not begun.is_ready
    while building.build_one(cast.server.storage):
        pass
    built = made(cast.olga.get(f"/archive/selections/{token}"), 200)
    assert (built["will_change"], built["digest"]) == (6, at_once["digest"])
    assert set(items(cast.olga, {"token": token})) == {*runs, *others}


# --- Raced ---


def test_part70_29_a_grandchild_launched_meanwhile_is_in_it_or_refused(cast: Cast) -> None:
    for _ in range(4):
        root, child, _other = family(cast.olga, deep=2)
        start = threading.Barrier(4)
        answers: list[Any] = []

        def launch_below(start: Any = start, child: str = child, answers: Any = answers) -> None:
            by = cast.mia.again()
            start.wait()
            answers.append(by.post("/runs", {"name": "Late", "parent_id": child}))

        threads = [threading.Thread(target=launch_below) for _ in range(3)]
        for thread in threads:
            thread.start()
        start.wait()
        count, _, skipped = done(cast.olga.delete(f"/runs/{root}?{WITH}"))
        for thread in threads:
            thread.join()
        launched = [each.json()["data"]["id"] for each in answers if each.status_code == 201]
        assert {each.status_code for each in answers} <= {201, 422}
        assert (count, skipped) == (3 + len(launched), {})
        assert states(cast.olga, [root, child, *launched]) == ["archived"] * (2 + len(launched))


def test_part70_29_single_calls_beside_it_end_as_if_one_after_the_other(cast: Cast) -> None:
    runs = family(cast.olga)
    start = threading.Barrier(4)
    answers: list[int] = []

    def call(path: str, verb: str) -> None:
        by = cast.olga.again()
        start.wait()
        answers.append(getattr(by, verb)(path).status_code)

    calls = [
        (f"/runs/{runs[0]}?{WITH}", "delete"), (f"/runs/{runs[2]}/activate", "put"),
        (f"/runs/{runs[1]}", "delete"), (f"/runs/{runs[0]}/activate?{WITH}", "put"),
    ]  # fmt: skip
    threads = [threading.Thread(target=call, args=each) for each in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {200}
    check_sums(cast)
