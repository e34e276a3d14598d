"""The plan of a launch (contract 30, 3.2 and 3.4)."""

from dataclasses import replace
from typing import Any

from procession.core.deadlines import Offset, read_week
from procession.core.launching import (
    Launch,
    Override,
    People,
    StepToLaunch,
    default_name,
    plan_tasks,
)
from procession.core.times import DAY, parse_instant, wire_time

AT = parse_instant("2025-05-15T22:30:00Z")
STARTER, OWNER = 7, 8


def circumstances(**overrides: Override) -> Launch:
    return Launch(
        starter_id=STARTER,
        owner_id=OWNER,
        at=AT,
        zone="UTC",
        default_deadline=Offset(5, "days"),
        overrides=overrides,
    )


def step(
    name: str = "a",
    people: People = People(),  # noqa: B008 (frozen)
    *,
    position: int = 1,
    deadline: Offset | None = None,
    assign_run_starter: bool = True,
) -> StepToLaunch:
    return StepToLaunch(name, position, people, deadline, assign_run_starter)


def people_of(planned_step: StepToLaunch, **overrides: Override) -> People:
    return plan_tasks([planned_step], circumstances(**overrides))[0].people


def test_who_gets_a_task() -> None:
    named = People(users=(1,))
    assert people_of(step(people=named)) == named
    assert people_of(step()) == People(users=(STARTER,))
    assert people_of(step(assign_run_starter=False)) == People()
    assert people_of(step(people=named), a=Override(people=People(groups=("g",)))) == People(
        groups=("g",)
    )
    assert people_of(step(people=named), a=Override(people=People())) == named


def test_a_task_of_guests_only_also_gets_the_owner() -> None:
    guests = People(guests=("jo@acme.test",))
    assert people_of(step(people=guests)) == People(users=(OWNER,), guests=guests.guests)


def test_deadlines_come_from_override_step_or_organization() -> None:
    steps = [step("a"), step("b", position=2, deadline=Offset(1, "days")), step("c", position=3)]
    planned = plan_tasks(steps, circumstances(c=Override(deadline_at=AT)))
    assert [task.deadline_at for task in planned] == [AT + 5 * DAY, AT + DAY, AT]
    assert [task.deadline_is_pinned for task in planned] == [False, False, True]


def test_positions_close_up_in_the_order_of_the_steps() -> None:
    planned = plan_tasks([step("b", position=9), step("a", position=4)], circumstances())
    assert [(task.step_id, task.position) for task in planned] == [("a", 1), ("b", 2)]


def test_the_usual_name_ends_in_the_day_of_the_organization() -> None:
    assert default_name("Onboarding", AT, "Europe/Berlin") == "Onboarding - 2025-05-16"
    assert len(default_name("x" * 600, AT, "UTC")) == 550


# --- Deadlines that count from other steps (contract 50, 6.1 and 11) ---

LAUNCHED = parse_instant("2026-03-02T09:00:00Z")
OFFICE = {"all_hours": False, "start": "09:00", "end": "17:00"}
OFFICE_WEEK = read_week(
    dict.fromkeys(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"), OFFICE)
)


def due(*steps: StepToLaunch, **fields: Any) -> dict[str, str]:
    usual = circumstances()
    planned = plan_tasks(steps, replace(usual, at=LAUNCHED, **fields))
    return {task.step_id: wire_time(task.deadline_at) for task in planned}


def hanging(name: str, offset: Offset, anchor: str, *, is_before: bool = False) -> StepToLaunch:
    return replace(step(name, deadline=offset), anchor=anchor, is_before=is_before)


def test_50_23_a_provisional_deadline() -> None:
    """E17 at the launch: what B depends on stands after it here."""
    assert due(hanging("B", Offset(2, "days"), "A"), step("A")) == {
        "A": "2026-03-07T09:00:00Z", "B": "2026-03-09T09:00:00Z",
    }  # fmt: skip


def test_50_23_before_another_step() -> None:
    """E18."""
    before_d = hanging("C", Offset(1, "weeks"), "D", is_before=True)
    assert due(before_d, step("D", deadline=Offset(1, "months"))) == {
        "C": "2026-03-26T09:00:00Z", "D": "2026-04-02T09:00:00Z",
    }  # fmt: skip


def test_50_23_pushed_into_the_work_week() -> None:
    """E14, without an event; what hangs on it counts from the pushed one."""
    pushed = due(step("B"), hanging("C", Offset(1, "hours"), "B"), week=OFFICE_WEEK)
    assert pushed == {"B": "2026-03-09T09:00:00Z", "C": "2026-03-09T10:00:00Z"}


def test_an_anchor_with_a_deadline_of_its_own_at_the_launch() -> None:
    override = Override(deadline_at=LAUNCHED + DAY)
    moved = due(step("A"), hanging("B", Offset(2, "days"), "A"), overrides={"A": override})
    assert moved == {"A": "2026-03-03T09:00:00Z", "B": "2026-03-05T09:00:00Z"}


def test_anchors_that_are_gone_or_go_round_count_from_the_launch() -> None:
    day = Offset(1, "days")
    assert due(hanging("A", day, "gone")) == {"A": "2026-03-03T09:00:00Z"}
    assert set(due(hanging("A", day, "B"), hanging("B", day, "A"))) == {"A", "B"}


def test_a_thousand_steps_in_a_chain() -> None:
    chain = [step("0")] + [
        hanging(str(at), Offset(1, "minutes"), str(at - 1)) for at in range(1, 1000)
    ]
    assert due(*reversed(chain))["999"] == "2026-03-08T01:39:00Z"


def test_work_begins_later_but_not_after_the_deadline() -> None:
    late = replace(step("late", deadline=Offset(1, "days")), start=Offset(2, "days"))
    soon = replace(step("soon"), start=Offset(2, "hours"))
    planned = plan_tasks([late, soon, step("now")], replace(circumstances(), at=LAUNCHED))
    assert [wire_time(task.started_at) for task in planned] == [
        "2026-03-03T09:00:00Z", "2026-03-02T11:00:00Z", "2026-03-02T09:00:00Z",
    ]  # fmt: skip
