"""Deadlines counted from other steps: what follows what, and what stays where it is."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from procession.core.deadlines import ALL_WEEK, Offset, read_week
from procession.core.redating import Calendar, DatedTask, Rule, redate
from procession.core.times import DAY, HOUR, Instant, parse_instant, wire_time

_START = parse_instant("2026-03-02T09:00:00Z")
_UTC = Calendar("UTC", ALL_WEEK)
_TWO_DAYS = Rule(Offset(2, "days"))
_WEEK_BEFORE = Rule(Offset(1, "weeks"), is_before=True)


def task(step: str, anchor: str | None = None, **fields: Any) -> DatedTask:
    plain: dict[str, Any] = {
        "is_completed": False,
        "is_hidden": False,
        "deadline_at": _START + 5 * DAY,
        "deadline_is_pinned": False,
        "waits_for_anchor": anchor is not None,
        "last_completed_at": None,
        "number": 1,
        "title": step,
    }
    return DatedTask(id=step.lower(), step_id=step, anchor_step_id=anchor, **{**plain, **fields})


def redated(
    tasks: list[DatedTask], *moved: str, **rules: Rule
) -> dict[str, tuple[Instant | None, bool]]:
    """By step: the deadline and whether it waits; only of tasks that are others now."""
    return redated_in(_UTC, tasks, *moved, **rules)


def redated_in(
    calendar: Calendar, tasks: list[DatedTask], *moved: str, **rules: Rule
) -> dict[str, tuple[Instant | None, bool]]:
    found = redate(tasks, moved, lambda: rules, lambda: calendar)
    return {each.task.step_id: (each.deadline_at, each.waits_for_anchor) for each in found}


def done(step: str, at: Instant, anchor: str | None = None, **fields: Any) -> DatedTask:
    return task(step, anchor, is_completed=True, last_completed_at=at, **fields)


def test_what_counts_from_a_completed_step_counts_from_its_completion() -> None:
    at = _START + 8 * DAY + 3 * HOUR
    found = redated([done("A", at), task("B", "A")], "a", B=_TWO_DAYS)
    assert found == {"B": (at + 2 * DAY, False)}


def test_it_goes_on_through_what_is_still_open() -> None:
    at = _START + 8 * DAY
    tasks = [done("A", at), task("B", "A"), task("C", "B"), task("D", "C")]
    found = redated(tasks, "a", B=_TWO_DAYS, C=_TWO_DAYS, D=_WEEK_BEFORE)
    assert found == {
        "B": (at + 2 * DAY, False),
        "C": (at + 4 * DAY, True),
        "D": (at - 3 * DAY, False),
    }


def test_another_deadline_of_an_open_anchor_takes_its_dependants_along() -> None:
    anchor = task("A", deadline_at=_START + 20 * DAY)
    before = task("C", "A", waits_for_anchor=False)
    found = redated([anchor, task("B", "A"), before], "a", B=_TWO_DAYS, C=_WEEK_BEFORE)
    assert found == {"B": (_START + 22 * DAY, True), "C": (_START + 13 * DAY, False)}


def test_pinned_and_completed_ones_never_move_and_nothing_moves_behind_them() -> None:
    at = _START + 8 * DAY
    pinned = task("B", "A", deadline_is_pinned=True, waits_for_anchor=False)
    finished = done("D", _START, "A", waits_for_anchor=False)
    tasks = [done("A", at), pinned, task("C", "B"), finished]
    assert redated(tasks, "a", B=_TWO_DAYS, C=_TWO_DAYS, D=_TWO_DAYS) == {}


def test_hidden_ones_move_too() -> None:
    hidden = task("B", "A", is_hidden=True)
    found = redated([done("A", _START), hidden], "a", B=_TWO_DAYS)
    assert found == {"B": (_START + 2 * DAY, False)}


def test_reopening_leaves_the_dates_and_makes_them_provisional() -> None:
    at = _START + 8 * DAY
    reopened = task("A", last_completed_at=at)
    dependant = task("B", "A", deadline_at=at + 2 * DAY, waits_for_anchor=False)
    assert redated([reopened, dependant], B=_TWO_DAYS) == {"B": (at + 2 * DAY, True)}
    # Whatever else a date would come to by now, under another work week.
    other = task("B", "A", deadline_at=at + 3 * DAY, waits_for_anchor=True)
    assert redated([reopened, other], "a", B=_TWO_DAYS) == {}
    # Another deadline of the reopened step moves what lies before it, and nothing after it.
    before = task("C", "A", waits_for_anchor=False)
    found = redated([reopened, dependant, before], "a", B=_TWO_DAYS, C=_WEEK_BEFORE)
    assert found == {"B": (at + 2 * DAY, True), "C": (_START - 2 * DAY, False)}


def test_a_hidden_anchor_blocks_nobody() -> None:
    hidden = task("A", is_hidden=True)
    assert redated([hidden, task("B", "A")], B=_TWO_DAYS) == {"B": (_START + 5 * DAY, False)}


def test_what_a_deadline_is_moved_to_is_working_time() -> None:
    hours = {"all_hours": False, "start": "09:00", "end": "17:00"}
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    week = read_week(dict.fromkeys(days, hours) | {"Saturday": None, "Sunday": None})
    at = parse_instant("2026-03-06T18:30:00Z")
    found = redated_in(Calendar("UTC", week), [done("A", at), task("B", "A")], "a", B=_TWO_DAYS)
    assert wire_time(found["B"][0] or 0) == "2026-03-09T09:00:00Z"


def test_nothing_is_worked_out_where_nothing_has_moved() -> None:
    """Not even the organization's settings are read: a work week changed since moves no date."""

    def never() -> Any:
        raise AssertionError

    tasks = [task("A"), task("B", "A", deadline_at=_START)]
    assert redate(tasks, [], lambda: {"B": _TWO_DAYS}, never) == []


def test_a_thousand_steps_in_a_row_and_a_circle_that_cannot_be() -> None:
    rules = {f"S{place}": Rule(Offset(1, "days")) for place in range(1, 2000)}
    tasks = [done("S0", _START)]
    tasks += [task(f"S{place}", f"S{place - 1}", deadline_at=_START) for place in range(1, 2000)]
    assert redated(tasks, "s0", **rules)["S1999"] == (_START + 1999 * DAY, True)
    circle = [task("A", "B"), task("B", "A")]
    assert set(redated(circle, "a", A=_TWO_DAYS, B=_TWO_DAYS)) == {"B"}


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(-50, 50)), max_size=12))
def test_counting_anew_a_second_time_changes_nothing(drawn: list[tuple[bool, bool, int]]) -> None:
    tasks = [done("S0", _START)]
    rules = {}
    for place, (is_pinned, is_before, days) in enumerate(drawn, start=1):
        tasks.append(task(f"S{place}", f"S{place - 1}", deadline_is_pinned=is_pinned))
        rules[f"S{place}"] = Rule(Offset(days, "days"), is_before)
    first = redated(tasks, "s0", **rules)
    after = [
        task(
            each.step_id,
            each.anchor_step_id,
            is_completed=each.is_completed,
            last_completed_at=each.last_completed_at,
            deadline_is_pinned=each.deadline_is_pinned,
            deadline_at=first.get(each.step_id, (each.deadline_at, False))[0],
            waits_for_anchor=first.get(each.step_id, (None, each.waits_for_anchor))[1],
        )
        for each in tasks
    ]
    assert redated(after, "s0", **rules) == {}
