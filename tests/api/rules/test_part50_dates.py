"""Part 50, 6.5 to 6.7: what rules do to deadlines that were chosen, and to start dates."""

from typing import Any

from cast import Cast
from factories import made
from letters import mails_of
from procession.flows.tasks.expiring import expire, list_expired
from ruled import Running, answer, do, field, rule, ruled, text, when
from server import ClockInHand

MONDAY = "2026-03-02T09:00:00Z"
AFTER_A = {"value": 2, "unit": "days", "option": "from", "step": "A"}


def due(step: str, value: int, option: str = "from", **more: Any) -> Any:
    """An action: so many days from its anchor."""
    deadline = {"value": value, "unit": "days", "option": option}
    return do("deadline", step, deadline=deadline, **more)


def step_ids(run: Running) -> dict[str, str]:
    steps = made(run.by.get(f"/checklists/{run.template['id']}/steps"), 200)
    return {step["title"]: step["id"] for step in steps}


def test_50_38_6_6_a_chosen_deadline_outlives_its_anchor_and_yields_to_rules_and_people(
    cast: Cast, clock: ClockInHand
) -> None:
    clock.stop_at(MONDAY)
    steps: dict[str, Any] = {"A": {}, "B": {"deadline": AFTER_A}, "C": {}}
    rules = [
        rule(
            when("A"), do("show", "D"), do("assign", "B", assignees={"users": [cast.mia.user_id]})
        ),
        rule(when("C"), due("B", 1, actionable_id="start_run")),
        rule(answer("x", "equals", "1"), due("B", 4, actionable_id="start_run")),
    ]
    template = ruled(cast.olga, {**steps, "D": {}}, rules, [text("x")])
    b = step_ids(Running(cast.olga, template))["B"]
    chosen = {b: {"deadline": "2026-04-01T08:00:00Z"}}
    run = Running(cast.olga, template, {"x": "0"}, tasks=chosen)
    clock.stop_at("2026-03-03T10:00:00Z")
    assert run.complete("A") == ["B", "D"]
    assert run.due("B") == "2026-04-01T08:00:00Z"
    assert run.complete("C") == ["B"]
    assert run.due("B") == "2026-03-03T09:00:00Z"
    # What a rule has set is chosen as well, until the next rule or person.
    run.reopen("A")
    run.complete("A")
    assert run.due("B") == "2026-03-03T09:00:00Z"
    run.put("B", deadline="2026-05-01T08:00:00Z")
    run.kick_off(x="1")
    assert run.due("B") == "2026-03-06T09:00:00Z"
    # At the launch, too: rules come after the launcher's wishes.
    assert Running(cast.olga, template, {"x": "1"}, tasks=chosen).due("B") == "2026-03-07T10:00:00Z"


def test_50_6_5_what_a_rule_counts_from(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    of_step = {"actionable_id": "C", "actionable_type": "Step"}
    of_field = {"actionable_id": "when", "actionable_type": "Capture"}
    steps: dict[str, Any] = {
        "A": {"captures": [field("when", "date", collect_time=True)]}, "C": {}, "S": {}, "N": {},
        "R": {}, "F": {}, "P": {},
    }  # fmt: skip
    rules = [
        rule(
            when("A"), due("S", 2, "before", **of_step), due("P", 1),
            due("N", -1, "before", actionable_id="now"), due("R", -1, actionable_id="start_run"),
        ),
        rule(answer("x", "equals", "1"), due("F", 1, **of_field)),
    ]  # fmt: skip
    run = Running(cast.olga, ruled(cast.olga, steps, rules, [text("x")]), {"x": "1"})
    assert run.due("F") == "2026-03-07T09:00:00Z"
    # The date arrives, and is another later.
    run.put("A", taskdata={"when": "2026-06-01T00:00:00Z"})
    assert run.due("F") == "2026-06-02T00:00:00Z"
    run.put("A", taskdata={"when": "2026-07-01T00:00:00Z"})
    assert run.due("F") == "2026-07-02T00:00:00Z"
    clock.stop_at("2026-03-04T12:00:00Z")
    run.put("C", deadline="2026-03-20T09:00:00Z")
    assert run.complete("A") == ["S", "N", "R", "P"]
    found = {title: task["deadline"] for title, task in run.tasks().items()}
    assert found["S"] == "2026-03-18T09:00:00Z"
    assert found["N"] == "2026-03-05T12:00:00Z"
    # In the past: late at once.
    assert (found["R"], run.tasks()["R"]["due_date_passed"]) == ("2026-03-01T09:00:00Z", True)
    assert found["P"] == "2026-03-08T09:00:00Z"


def test_50_48_an_email_that_is_hidden_is_not_sent_until_a_rule_shows_it(
    cast: Cast, clock: ClockInHand
) -> None:
    """By the clock, and it is no reason for rules; once it is shown, at once, as it is late."""
    clock.stop_at(MONDAY)
    mail = {"step_type": "expiring_email", "summary": "<p>Dear</p>", "guests": ["gus@guests.test"]}
    rules = [rule(when("A"), do("show", "M")), rule(when("M", "expired"), do("show", "B"))]
    steps: dict[str, Any] = {"A": {}, "M": mail, "B": {}}
    run = Running(cast.olga, ruled(cast.olga, steps, rules))
    clock.stop_at("2026-03-20T09:00:00Z")
    assert work_off(cast, run) == (0, "M B")
    run.complete("A")
    assert work_off(cast, run) == (2, "")
    assert work_off(cast, run) == (2, "")


def work_off(cast: Cast, run: Running) -> tuple[int, str]:
    """What the clock's job does; then how many mails there are, and which tasks are hidden."""
    for due_task in list_expired(cast.server.storage):
        if due_task.organization_id == cast.organization_id:
            expire(cast.server.storage, due_task)
    return len(mails_of(cast)), run.hidden()


def test_50_6_7_start_dates_order_and_never_stop_anybody(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    later = {"start_date": {"value": 3, "unit": "days"}}
    steps: dict[str, Any] = {
        "A": {**later, "is_soft_start_date": True}, "B": later, "C": later, "D": {}, "E": later,
    }  # fmt: skip
    rules = [
        rule(answer("x", "equals", "1"), due("C", 1, actionable_id="now"),
             due("E", 1, actionable_id="now")),
        rule(when("B", "completed"), do("show", "D")),
    ]  # fmt: skip
    template = ruled(cast.olga, steps, rules, [text("x")])
    e = step_ids(Running(cast.olga, template))["E"]
    wished = {e: {"started_at": "2026-03-10T09:00:00Z"}}
    run = Running(cast.olga, template, {"x": "1"}, tasks=wished)
    started = {title: task["started_at"] for title, task in run.tasks().items()}
    assert started == {
        "A": "2026-03-05T09:00:00Z",
        "B": "2026-03-05T09:00:00Z",
        # Not later than the deadline that a rule has set.
        "C": "2026-03-03T09:00:00Z",
        "D": MONDAY,
        "E": "2026-03-10T09:00:00Z",
    }
    assert run.put("A", started_at="2026-03-20T09:00:00Z") == []
    # Before its start, and both are done without a word.
    assert run.complete("B") == ["D"]
    assert run.complete("A") == []
