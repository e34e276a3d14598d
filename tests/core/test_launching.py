"""The plan of a launch (contract 30, 3.2 and 3.4)."""

from procession.core.deadlines import Offset
from procession.core.launching import (
    Launch,
    Override,
    People,
    StepToLaunch,
    default_name,
    plan_tasks,
)
from procession.core.times import DAY, parse_instant

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
