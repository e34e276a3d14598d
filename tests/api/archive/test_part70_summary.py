"""Part 70, row 47: the archive in numbers."""

from typing import Any

import pytest

from backdoor import check_sums
from cast import Cast, Person
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from kept import YEAR, allow_deletion, archived, confirmed
from many import caller, do_all
from procession.flows.archive import summarizing
from server import ClockInHand
from wire import check_problem

SUMMARY = "/archive/summary"


def summary(by: Person, query: str = "") -> Any:
    return made(by.get(f"{SUMMARY}{query}"), 200)


def test_part70_47_the_summary_is_a_count_of_what_is_there(cast: Cast) -> None:
    assert summary(cast.olga)["archived"] == {"run": 0, "checklist": 0, "task": 0}
    template = make_template(cast.olga, 1)
    runs = [launch(cast.olga, template)["id"] for _ in range(3)]
    complete(cast.olga, tasks_of(cast.olga, {"id": runs[0]})[0])
    launch(cast.olga)
    do_all(cast.olga, ids=runs)
    made(cast.olga.put(f"/runs/{runs[1]}/activate"), 200)
    closed = {"process_read": {"all_members": False}}
    made(cast.olga.put(f"/runs/{runs[1]}/permissions", closed), 200)
    made(cast.olga.delete(f"/runs/{runs[1]}"), 200)
    assert cast.olga.delete(f"/tasks/{make_oneoff(cast.olga)['id']}").ok
    seen = summary(cast.olga)
    assert seen["archived"] == {"run": 3, "checklist": 0, "task": 1}
    assert seen["status_before"] == {"active": 2, "complete": 1}
    assert seen["storage"] == {"hot": 3, "cold": 0}
    assert (seen["mine"], seen["parts"], seen["others"]) == (None, None, 0)
    assert [each["number"] for each in seen["operations"]] == [1]
    of_mia = summary(cast.mia)
    assert (of_mia["archived"]["run"], of_mia["mine"], of_mia["operations"]) == (2, 0, [])
    check_sums(cast)


def test_part70_47_by_template_and_by_month(
    cast: Cast, clock: ClockInHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = make_template(cast.olga, 1, title="Bake")
    for day, count in (("2031-03-31T21:30:00Z", 2), ("2031-05-02T12:00:00Z", 1)):
        clock.stop_at(day)
        for _ in range(count):
            run = launch(cast.olga, template)["id"]
            made(cast.olga.delete(f"/runs/{run}"), 200)
    alone = launch(cast.olga)["id"]
    made(cast.olga.delete(f"/runs/{alone}"), 200)
    by_template = summary(cast.olga, "?by=template")
    first = by_template["parts"][0]
    assert (first["key"], first["name"], first["count"]) == (template["id"], "Bake", 3)
    by_month = summary(cast.olga, "?by=month")
    assert [(each["key"], each["count"]) for each in by_month["parts"]] == [
        ("2031-05", 2), ("2031-03", 2),
    ]  # fmt: skip
    assert by_month["others"] == 0
    assert summary(cast.mia, "?by=month")["parts"] == by_month["parts"]
    monkeypatch.setattr(summarizing, "MOST_PARTS", 1)
    cut = summarizing.summarize(caller(cast, cast.olga), "template")
    assert (len(cut.parts or ()), cut.rest) == (1, 1)


def test_part70_47_who_may_see_it(cast: Cast) -> None:
    check_problem(cast.leo.get(SUMMARY), 403)
    problem = check_problem(cast.olga.get(f"{SUMMARY}?by=colour"), 422)
    assert list(problem["errors"]) == ["by"]


def test_part70_47_what_is_on_hold_and_what_rules_will_delete(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    soon, later, unfinished = (
        archived(cast, template, ago=340),
        archived(cast, template, ago=300),
        archived(cast, template, ago=400, lifecycle="active"),
    )
    seen = summary(cast.olga)
    assert (seen["held"], seen["due_for_deletion"]) == (0, 0)
    confirmed(cast.olga, delete_after=YEAR, enabled={"delete": True})
    assert summary(cast.olga)["due_for_deletion"] == 0  # Rules may not delete yet.
    allow_deletion(cast)
    assert summary(cast.olga)["due_for_deletion"] == 1
    for run in (soon, later):
        scope = {"type": "run", "id": run}
        made(cast.olga.post("/holds", {"reason": "An audit", "scope": scope}))
    seen = summary(cast.olga)
    assert (seen["held"], seen["due_for_deletion"]) == (2, 0)
    of_mia = summary(cast.mia)
    assert (of_mia["held"], of_mia["due_for_deletion"]) == (None, None)
    assert unfinished
