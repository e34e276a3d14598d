"""Part 50, 11: the worked examples by real calls, and by `try`."""
# ruff: noqa: N802 (examples are named as in the contract)

from collections.abc import Iterator
from typing import Any

import pytest

from cast import Cast
from factories import activity_of, made
from procession.flows.tasks.expiring import expire, list_expired
from ruled import Running, answer, do, field, rule, ruled, text, when
from server import ClockInHand
from wire import check_problem


@pytest.fixture(autouse=True)
def trials() -> Iterator[None]:
    """50-51: every process of an example ends as `try` says of its template and its events."""
    Running.launched.clear()
    yield
    for run in Running.launched:
        run.check_tried()


MONDAY = "2026-03-02T09:00:00Z"
ROLE = [{"id": 1, "text": "Field"}, {"id": 2, "text": "Office"}]
YES_NO = [{"id": 1, "text": "Yes"}, {"id": 2, "text": "No"}]


def test_50_E1_50_29_steps_appear_one_after_the_other(cast: Cast) -> None:
    rules = [
        rule(when("A"), do("show", "B"), name="Go on"),
        rule(when("B"), do("show", "C")),
    ]
    run = Running(cast.olga, ruled(cast.olga, "A B C", rules))
    assert run.hidden() == "B C"
    assert run.read()["progress"]["total"] == 1
    assert run.complete("A") == ["B"]
    assert run.hidden() == "C"
    for name in ("progress", "whole_progress"):
        progress = run.read()[name]
        assert (progress["complete"], progress["total"]) == (1, 2)
    assert run.complete("B") == ["C"]
    assert run.hidden() == ""
    (told, *_) = [each for each in activity_of(cast.olga, run.process) if each["field"]]
    assert told["field"] == ["status"]
    first = [each for each in activity_of(cast.olga, run.process) if "Go on" in str(each)]
    assert len(first) == 1
    assert 'by the rule "Go on"' in str(first[0])


def test_50_E2_what_was_shown_stays_shown(cast: Cast) -> None:
    rules = [
        rule(answer("Role", "equals", "Field"), do("show", "B")),
        rule(answer("Role", "equals", "Office"), do("show", "C")),
    ]
    kickoff = [field("Role", "radio", options=ROLE)]
    run = Running(cast.olga, ruled(cast.olga, "A B C", rules, kickoff), {"Role": "Field"})
    assert run.hidden() == "C"
    run.kick_off(Role="Office")
    assert run.hidden() == ""


def test_50_E3_targets_of_both_start_hidden(cast: Cast) -> None:
    paid = "Paid"
    rules = [
        rule(answer(paid, "equals", "Yes", type="Capture"), do("hide", "W"), do("show", "C")),
        rule(answer(paid, "equals", "No", type="Capture"), do("show", "W"), do("hide", "C")),
        rule(when("W"), do("show", "C")),
    ]
    steps = {"A": {"captures": [field(paid, "radio", options=YES_NO)]}, "W": {}, "C": {}}
    template = ruled(cast.olga, steps, rules)
    run = Running(cast.olga, template)
    assert run.hidden() == "W C"
    assert run.put("A", taskdata={paid: "No"}) == ["W"]
    assert run.hidden() == "C"
    assert run.complete("W") == ["C"]
    variant = Running(cast.olga, template)
    variant.put("A", taskdata={paid: "Yes"})
    assert variant.hidden() == "W"
    assert variant.put("A", taskdata={paid: "No"}) == ["W", "C"]
    assert variant.hidden() == "C"


def test_50_E4_numbers(cast: Cast) -> None:
    new = [{"id": 1, "text": "New"}, {"id": 2, "text": "Existing"}]
    both = [answer("Amount", "greater_than", "5000"), answer("Vendor", "equals", "New")]
    kickoff = [text("Amount"), field("Vendor", "dropdown", options=new)]
    template = ruled(cast.olga, "A M", [rule(both, do("show", "M"))], kickoff)
    for amount, vendor, is_shown in (
        ("6000", "New", True), ("5000", "New", False), ("$5,000.01", "New", True),
        ("6000", "Existing", False), ("", "New", False),
    ):  # fmt: skip
        run = Running(cast.olga, template, {"Amount": amount, "Vendor": vendor})
        assert (run.hidden() == "") is is_shown, (amount, vendor)


def test_50_E5_E6_folding_from_the_left_and_empty_answers(cast: Cast) -> None:
    conditions = [
        answer("a", "equals", "1"), answer("b", "equals", "1", logic="or"),
        answer("c", "equals", "1", logic="and"),
    ]  # fmt: skip
    other = [answer("f", "not_equals", "Red"), answer("g", "not_equals", "Blue", logic="or")]
    rules = [rule(conditions, do("show", "X")), rule(other, do("show", "Y"))]
    template = ruled(cast.olga, "A X Y", rules, [text(name) for name in "abcfg"])
    for sent, hidden in (
        ({"a": "1", "b": "0", "c": "0"}, "X"), ({"a": "1", "b": "0", "c": "1"}, ""),
        ({"a": "0", "b": "0", "c": "1"}, "X"), ({"f": "Red", "g": "Blue", "a": "1"}, "X Y"),
        ({"f": "Red", "g": "Green"}, "X"),
    ):  # fmt: skip
        assert Running(cast.olga, template, sent).hidden() == hidden, sent


def test_50_E7_E8_choices_and_tables(cast: Cast) -> None:
    services = [{"id": n, "text": t} for n, t in enumerate(("Catering", "DJ", "Video"), 1)]
    columns = [{"id": 1, "label": "Name"}, {"id": 2, "label": "Qty"}]
    kickoff = [
        field("Services", "multiselect", options=services),
        field("Items", "table", columns=columns),
    ]
    lap = answer("Items", "contains", "lap", column_contains_name="Name")
    rules = [
        rule(answer("Services", "contains", "Catering"), do("show", "P")),
        rule(answer("Services", "equals", "Catering"), do("show", "Q")),
        rule(answer("Services", "equals_any", ["DJ", "Video"]), do("show", "S")),
        rule(lap, do("show", "X")),
    ]
    template = ruled(cast.olga, "A P Q S X", rules, kickoff)
    sent = {"Services": ["Catering", "DJ"], "Items": [["Laptop"], [""]]}
    assert Running(cast.olga, template, sent).hidden() == "Q"
    sent = {"Services": ["Catering"], "Items": [["Desk"], ["lap"]]}
    assert Running(cast.olga, template, sent).hidden() == "S X"


def test_50_E9_the_four_verbs(cast: Cast) -> None:
    olga, mia = cast.olga.user_id, cast.mia.user_id
    always = answer("Loc", "equals", "Toronto")
    rules = [
        rule(always, do("assign", "B", assignees={"users": [mia]})),
        rule(always, do("assign_only", "C", assignees={"users": [mia]})),
        rule(always, do("clear_assignees", "D")),
        rule(always, do("unassign", "E", assignees={"users": [olga]})),
    ]
    run = Running(cast.olga, ruled(cast.olga, "B C D E", rules, [text("Loc")]), {"Loc": "toronto "})
    assert run.owners("B") == sorted((olga, mia))
    assert run.owners("C") == [mia]
    assert run.owners("D") == run.owners("E") == []


def test_50_E10_E11_50_34_people_out_of_a_field(cast: Cast) -> None:
    olga, mia, leo = (each.user_id for each in (cast.olga, cast.mia, cast.leo))
    group = cast.group(cast.mia)
    lead = {"actionable_id": "Lead", "actionable_type": "Prerun"}
    always = answer("x", "is_not_empty")
    rules = [
        rule(answer("Lead", "is_not_empty"), do("assign_only", "B", **lead)),
        rule(answer("Lead", "is_empty"), do("assign_only", "B", assignees={"groups": [group]})),
        rule(always, do("assign_only", "C", **lead, assignees={"users": [leo]})),
        rule(always, do("assign_only", "D", **lead)),
        rule(always, do("assign", "E", **lead)),
    ]
    kickoff = [field("Lead", "assignees_form"), text("x")]
    template = ruled(cast.olga, "B C D E", rules, kickoff)
    named = Running(cast.olga, template, {"Lead": {"users": [mia]}, "x": "1"})
    assert [named.owners(title) for title in "BCDE"] == [
        [mia], [mia], [mia], sorted((olga, mia)),
    ]  # fmt: skip
    empty = Running(cast.olga, template, {"x": "1"})
    # Nobody resolves for D, so it is left as it was.
    assert [empty.owners(title) for title in "BCDE"] == [["g"], [leo], [olga], [olga]]
    # (c) Another answer, while the conditions stay true.
    named.kick_off(Lead={"users": [leo]})
    assert [named.owners(title) for title in "BCDE"] == [
        [leo], [leo], [leo], sorted((olga, leo)),
    ]  # fmt: skip


def test_50_E12_back_and_forth(cast: Cast) -> None:
    steps = {"D": {}, "V2": {"step_type": "approval"}}
    rules = [rule(when("V2", "rejected"), do("reopen", "D")), rule(when("D"), do("reopen", "V2"))]
    run = Running(cast.olga, ruled(cast.olga, steps, rules))
    assert run.complete("D") == []
    for _ in range(2):
        assert run.complete("V2", is_approved=False) == ["D"]
        tasks = run.tasks()
        assert (tasks["D"]["status"], tasks["V2"]["status"]) == ("in-progress", "completed")
        assert tasks["V2"]["is_approved"] is False
        assert run.read()["status"] == "active"
        assert run.complete("D") == ["V2"]
        tasks = run.tasks()
        assert (tasks["V2"]["status"], tasks["V2"]["is_approved"]) == ("in-progress", None)
    assert run.complete("V2", is_approved=True) == []
    assert run.read()["status"] == "complete"


def test_50_E13_all_of_them(cast: Cast) -> None:
    steps: dict[str, Any] = {"L": {"step_type": "approval"}, "C": {"step_type": "approval"}}
    both = [when("L", "approved"), when("C", "approved")]
    run = Running(cast.olga, ruled(cast.olga, {**steps, "F": {}}, [rule(both, do("show", "F"))]))
    assert run.complete("L", is_approved=True) == []
    assert run.complete("C", is_approved=False) == []
    assert run.reopen("C") == []
    assert run.hidden() == "F"
    assert run.complete("C", is_approved=True) == ["F"]
    assert run.hidden() == ""


def before(length: str, **source: Any) -> Any:
    value, unit, option = length.split()
    return {"deadline": {"value": int(value), "unit": unit, "option": option}, **source}


EVENT = {"actionable_id": "Event", "actionable_type": "Prerun"}


def test_50_E14_E15_E16_deadlines(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    rules = [
        rule(
            answer("Event", "is_not_empty"), do("deadline", "B", **before("2 days before", **EVENT))
        ),
        rule(
            [answer("Pkg", "equals", "Premium"), answer("Note", "is_not_empty")],
            do("deadline", "C", **before("3 days before")),
        ),
    ]
    kickoff = [field("Event", "date", collect_time=True), text("Pkg"), text("Note")]
    template = ruled(cast.olga, "A B C", rules, kickoff)
    # E15, in a week of seven days; the answers of another rule.
    run = Running(cast.olga, template, {"Event": "2026-03-20T00:00:00Z"})
    assert run.due("B") == "2026-03-18T00:00:00Z"
    run.kick_off(Event="2026-03-25T00:00:00Z")
    assert run.due("B") == "2026-03-23T00:00:00Z"
    # E16
    run.kick_off(Pkg="Premium", Note="a")
    assert run.due("C") == "2026-03-04T09:00:00Z"
    run.kick_off(Note="b")
    assert run.due("C") == "2026-03-04T09:00:00Z"
    # E14, in another week.
    run.check_tried()
    Running.launched.clear()
    day = {"all_hours": False, "start": "09:00", "end": "17:00"}
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    week = {**dict.fromkeys(days, day), "Saturday": None, "Sunday": None}
    made(cast.olga.put("", {"working_days": week}), 200)
    for event, due in (
        ("2026-03-18T10:00:00Z", "2026-03-16T10:00:00Z"),
        ("2026-03-16T10:00:00Z", "2026-03-16T09:00:00Z"),
        (None, "2026-03-09T09:00:00Z"),
    ):
        sent = {} if event is None else {"Event": event}
        assert Running(cast.olga, template, sent).due("B") == due


def due(
    value: int, step: str = "start_run", *, unit: str = "days", option: str = "from"
) -> dict[str, Any]:
    return {"value": value, "unit": unit, "option": option, "step": step}


def test_50_E17_what_counts_from_a_step_waits_for_it(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    steps = {"A": {"deadline": due(5)}, "B": {"deadline": due(2, "A")}}
    run = Running(cast.olga, ruled(cast.olga, steps, []))
    assert run.due("B") == "2026-03-09T09:00:00Z"
    clock.stop_at("2026-03-10T12:00:00Z")
    assert run.complete("A") == ["B"]
    assert run.due("B") == "2026-03-12T12:00:00Z"


def test_50_E18_before_another_step(cast: Cast, clock: ClockInHand) -> None:
    clock.stop_at(MONDAY)
    steps = {
        "C": {"deadline": due(1, "D", unit="weeks", option="prior_to")},
        "D": {"deadline": due(1, unit="months")},
    }
    run = Running(cast.olga, ruled(cast.olga, steps, []))
    assert (run.due("C"), run.due("D")) == ("2026-03-26T09:00:00Z", "2026-04-02T09:00:00Z")


def test_50_E19_E20_what_expires_hands_on(cast: Cast, clock: ClockInHand) -> None:
    def pass_by(now: str) -> None:
        clock.stop_at(now)
        for run in (late, done):
            run.happened.append({"clock": now})
        for each in list_expired(cast.server.storage):
            if each.organization_id == cast.organization_id:
                expire(cast.server.storage, each)

    olga, mia = cast.olga.user_id, cast.mia.user_id
    steps: dict[str, Any] = {
        "J": {"deadline": due(5)},
        "X": {"step_type": "expiring", "deadline": due(6)},
        "Y": {"step_type": "expiring", "deadline": due(1, "J")},
    }
    rules = [
        rule(when("X", "expired"), do("assign", "J", assignees={"users": [mia]})),
        rule(when("Y", "expired"), do("clear_assignees", "J")),
    ]
    template = ruled(cast.olga, steps, rules)
    clock.stop_at(MONDAY)
    late, done = Running(cast.olga, template), Running(cast.olga, template)
    clock.stop_at("2026-03-04T09:00:00Z")
    done.complete("J")
    pass_by("2026-03-08T09:01:00Z")
    assert late.owners("J") == sorted((olga, mia))
    tasks = late.tasks()
    assert (tasks["X"]["status"], tasks["X"]["is_approved"]) == ("completed", False)
    assert done.owners("J") == [olga]
    assert done.states()["X"] == "completed"
    # E20: Y waits for J, so nothing happens.
    pass_by("2026-04-30T09:00:00Z")
    assert late.states()["Y"] == "not-started"
    assert late.owners("J") == sorted((olga, mia))


def test_50_E21_by_hand_beats_rules(cast: Cast) -> None:
    rules = [
        rule(answer("x", "equals", "1"), do("show", "B")),
        rule(when("A"), do("show", "B")),
        rule(when("C"), do("hide", "B")),
    ]
    run = Running(cast.olga, ruled(cast.olga, "A B C", rules, [text("x")]), {"x": "1"})
    assert run.hidden() == ""
    run.turn("B", "hide")
    assert run.complete("A") == []
    assert run.hidden() == "B"
    run.turn("B", "show")
    assert run.complete("C") == ["B"]
    assert run.hidden() == "B"


def test_50_E22_E26_what_is_completed_stays_and_the_later_rule_wins(cast: Cast) -> None:
    show, hide = (
        rule(answer("x", "equals", "1"), do(verb, "B"), name=verb) for verb in ("show", "hide")
    )
    run = Running(cast.olga, ruled(cast.olga, "A B", [show, hide], [text("x")]), {"x": "1"})
    assert run.hidden() == "B"
    run = Running(cast.olga, ruled(cast.olga, "A B", [hide, show], [text("x")]), {"x": "1"})
    assert run.hidden() == ""
    run = Running(cast.olga, ruled(cast.olga, "A B", [rule(when("A"), do("hide", "B"))]))
    run.complete("B")
    assert run.complete("A") == []
    assert run.states()["B"] == "completed"


def test_50_E23_E24_hidden_tasks_and_the_safety_net(cast: Cast) -> None:
    rules = [
        rule(answer("Role", "equals", "X"), do("show", "B")),
        rule(when("B"), do("show", "C")),
    ]
    run = Running(cast.olga, ruled(cast.olga, "A B C", rules, [text("Role")]), {"Role": "Y"})
    refused = cast.olga.post(f"{run.path}/completed-tasks", {"task_id": run.ids["B"]})
    assert "Hidden tasks cannot be completed." in str(check_problem(refused, 422)["errors"])
    assert run.hidden() == "B C"
    rules = [rule(when("A"), do("show", "B")), rule(when("B"), do("show", "A"))]
    run = Running(cast.olga, ruled(cast.olga, "A B", rules))
    assert run.hidden() == ""
    assert "all_tasks_hidden_reset" in cast.server.log_text()


def test_50_E25_clauses(cast: Cast, clock: ClockInHand) -> None:
    clauses = {"P": "on-time", "Q": "early_24", "S": "late_24", "T": None}
    rules = [rule(when("A", statement=each), do("show", title)) for title, each in clauses.items()]
    template = ruled(cast.olga, "A P Q S T", rules)
    for at, hidden in (
        ("2026-03-07T09:00:00Z", "Q S"), ("2026-03-06T09:00:00Z", "S"),
        ("2026-03-08T09:00:00Z", "P Q"),
    ):  # fmt: skip
        clock.stop_at(MONDAY)
        run = Running(cast.olga, template)
        clock.stop_at(at)
        run.complete("A")
        assert run.hidden() == hidden, at


def test_50_E27_a_circle_ends(cast: Cast) -> None:
    rules = [rule(when("A"), do("reopen", "B")), rule(when("B", "reopened"), do("reopen", "A"))]
    run = Running(cast.olga, ruled(cast.olga, "A B", rules))
    run.complete("B")
    assert run.complete("A") == ["B"]
    assert run.states() == {"A": "in-progress", "B": "in-progress"}


def test_50_E28_days_keep_the_time_on_the_wall(cast: Cast, clock: ClockInHand) -> None:
    made(cast.olga.client.put(cast.olga.path(""), {"timezone": "America/New_York"}), 200)
    clock.stop_at("2026-03-07T14:00:00Z")
    run = Running(cast.olga, ruled(cast.olga, {"A": {"deadline": due(1)}}, []))
    assert run.due("A") == "2026-03-08T13:00:00Z"


def test_50_E29_E30_titles_and_names(cast: Cast) -> None:
    steps: dict[str, Any] = {"Call {{client-name}} ({{nope}})": {}}
    template = ruled(cast.olga, steps, [], [field("client-name", "text")])
    run = Running(cast.olga, template, {"client-name": "Acme"})
    (title,) = run.ids
    assert title == "Call Acme ({{nope}})"
    run.kick_off(**{"client-name": "Beta"})
    (task,) = run.tasks().values()
    assert task["title"] == "Call Beta ({{nope}})"
    assert task["original_title"] == "Call {{client-name}} ({{nope}})"
    plans = [{"id": 1, "text": "Silver"}, {"id": 2, "text": "Gold"}]
    for may_change, name in ((False, "T - Gold"), (True, "mine")):
        template = ruled(
            cast.olga, "A", [], [field("plan", "dropdown", options=plans)], title="T",
            auto_naming=True, default_process_name_format="{{TEMPLATE_NAME}} - {{plan}}",
            allow_launcher_change_name=may_change,
        )  # fmt: skip
        run = Running(cast.olga, template, {"plan": {"id": 2, "text": "Gold"}}, name="mine")
        assert run.process["name"] == name
