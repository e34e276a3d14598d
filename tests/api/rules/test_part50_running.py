"""Part 50, 4: what sets rules off besides the examples, and what never does."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from backdoor import set_content
from cast import Cast
from factories import activity_of, complete, made, make_oneoff, read_template
from forms import field_ids
from procession.domains.templates.types import (
    Action,
    Condition,
    Content,
    Field,
    Rule,
    RuleDeadline,
    Step,
)
from procession.flows.reaching.bots import operator
from procession.flows.rules.books import VersionBook, write_book
from procession.flows.tasks.completing import Completion, complete_task
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.db import Statement
from ruled import Running, answer, do, field, rule, ruled, text, when
from server import ClockInHand
from wire import check_problem

HOOK = {"webhook_url": "https://hooks.test/told", "alias_name": "Told"}


def calls(cast: Cast, run: Running) -> list[str]:
    """Sentences of the webhooks that rules called."""
    entries = activity_of(cast.olga, run.process)
    return [str(each) for each in entries if each["verb"] == ["emitted"]]


def test_50_27_a_process_keeps_the_rules_it_was_launched_with(cast: Cast) -> None:
    template = ruled(cast.olga, "A B", [rule(when("A"), do("show", "B"))])
    run = Running(cast.olga, template)
    (kept,) = read_template(cast.olga, template)["automated_actions"]
    made(cast.olga.delete(f"/checklists/{template['id']}/automated-actions/{kept['id']}"), 200)
    assert run.complete("A") == ["B"]
    assert Running(cast.olga, template).hidden() == ""


def test_50_30_31_33_what_is_complete_goes_on_and_nothing_fires_twice(cast: Cast) -> None:
    show = rule(answer("x", "equals", "1"), do("show", "B"), do("emit_webhook", "B", **HOOK))
    run = Running(cast.olga, ruled(cast.olga, "A B", [show], [text("x"), text("y")]), {"x": "0"})
    assert run.complete("A") == []
    assert run.read()["status"] == "complete"
    # Field endpoints are a way to store answers like any other.
    x = field_ids(cast.olga, run.template)["x"]
    body = {"id": x, "run_id": run.process["id"], "form_value": "1"}
    made(cast.olga.put("/form-field/value", body), 200)
    assert run.hidden() == ""
    assert run.read()["status"] == "active"
    run.kick_off(y="anything")
    run.kick_off(x="1.0")
    assert len(calls(cast, run)) == 1
    run.kick_off(x="2")
    run.kick_off(x="1")
    assert len(calls(cast, run)) == 2
    oneoff = complete(cast.olga, make_oneoff(cast.olga))
    assert "tasks_changed_by_rules" not in oneoff


def test_50_32_a_failing_request_sends_and_keeps_nothing(cast: Cast) -> None:
    rules = [rule(when("A"), do("emit_webhook", "A", **HOOK), do("show", "B"))]
    steps: dict[str, Any] = {"A": {"captures": [field("must", "text", required=True)]}, "B": {}}
    run = Running(cast.olga, ruled(cast.olga, steps, rules))
    check_problem(cast.olga.post(f"{run.path}/completed-tasks", {"task_id": run.ids["A"]}), 422)
    assert (calls(cast, run), run.hidden()) == ([], "B")
    run.put("A", taskdata={"must": "x"}, status="completed")
    (told,) = calls(cast, run)
    assert 'called the webhook "Told" for the task "A" by the rule "Rule"' in told
    assert "Member" in str(activity_of(cast.olga, run.process)[0]["source"])


def test_50_35_too_many_people_leave_the_task_as_it_is(cast: Cast) -> None:
    steps: dict[str, Any] = {"A": {}, "B": {"max_assignable": 1}}
    others = {"users": [cast.mia.user_id, cast.leo.user_id]}
    rules = [rule(when("A"), do("assign", "B", assignees=others), do("hide", "B"))]
    run = Running(cast.olga, ruled(cast.olga, steps, rules))
    assert run.complete("A") == ["B"]
    assert run.owners("B") == [cast.olga.user_id]
    assert "automation_action_skipped" in cast.server.log_text()


def test_50_4_1_people_set_rules_off(cast: Cast) -> None:
    """Whoever takes the last one off a task; who comes later is no event."""
    nobody = do("assign", "A", assignees={"groups": [cast.group(cast.mia)]})
    run = Running(cast.olga, ruled(cast.olga, "A", [rule(when("A", "not_assigned"), nobody)]))
    assert run.put("A", owners={"users": [], "guests": [], "groups": []}) == []
    assert run.owners("A") == ["g"]
    run.put("A", owners={"users": [cast.leo.user_id], "guests": [], "groups": []})
    assert run.owners("A") == [cast.leo.user_id]


def test_50_4_1_who_goes_for_ever_sets_rules_off_where_nobody_is_left(cast: Cast) -> None:
    """A guest's and a member's open work is for who answers for it: it is never nobody's."""
    gone, gus = cast.add(Role.STANDARD), "gus@guests.test"
    group = made(cast.olga.post("/groups", {"name": "Nobody", "members": []}))["id"]
    owners = {"A": {"groups": [group]}, "B": {"users": [gone.user_id]}, "C": {"guests": [gus]}}
    mia = do("assign", "A", assignees={"users": [cast.mia.user_id]})
    rules = [
        rule(when("A", "not_assigned"), mia, do("show", "D")),
        rule(when("B", "not_assigned"), do("show", "E")),
        rule(when("C", "not_assigned"), do("show", "E")),
    ]
    template = ruled(cast.olga, "A B C D E", rules)
    run, still, done = (Running(cast.olga, template) for _ in range(3))
    for each in (run, still, done):
        for title, named in owners.items():
            each.put(title, owners={"users": [], "guests": [], "groups": [], **named})
    done.complete("A")
    made(cast.olga.delete(still.path), 200)
    assert cast.olga.delete(f"/groups/{group}").status_code == 204
    assert (run.owners("A"), run.hidden()) == ([cast.mia.user_id], "E")
    assert [each.hidden() for each in (still, done)] == ["D E", "D E"]
    assert cast.olga.delete(f"/guests/{gus}").status_code in (200, 204)
    assert cast.olga.delete(f"/users/{gone.user_id}/disable").status_code == 200
    assert cast.olga.delete(f"/users/{gone.user_id}/delete").status_code in (200, 204)
    assert (run.owners("B"), run.hidden()) == ([cast.olga.user_id], "E")


def test_50_4_1_answers_of_guests_and_reported_issues_set_rules_off(cast: Cast) -> None:
    gus = "gus@guests.test"
    steps: dict[str, Any] = {
        "A": {"guests": [gus], "captures": [text("said")]}, "B": {}, "C": {},
    }  # fmt: skip
    rules = [
        rule(answer("said", "equals", "yes", type="Capture"), do("show", "B")),
        rule(when("A", "reopened"), do("show", "C")),
    ]
    run = Running(cast.olga, ruled(cast.olga, steps, rules))
    guest = cast.guest_of(run.tasks()["A"])
    made(guest.put(f"/tasks/{run.ids['A']}", {"taskdata": {"said": "Yes"}}), 200)
    assert run.hidden() == "C"
    run.complete("A")
    problem = {"label": "problem", "content": "Not so"}
    made(cast.olga.post(f"/tasks/{run.ids['A']}/comment", problem))
    assert run.hidden() == ""


def test_50_4_8_guests_are_let_in_and_get_a_member_beside_them(cast: Cast) -> None:
    new = {"guests": ["new@guests.test"]}
    rules = [rule(when("A"), do("assign_only", "B", assignees=new))]
    run = Running(cast.olga, ruled(cast.olga, "A B", rules), owner_id=cast.mia.user_id)
    assert run.complete("A") == ["B"]
    assert run.owners("B") == [cast.mia.user_id, "e"]
    assert made(cast.olga.get("/guests?q=new@guests.test"), 200)


def test_50_4_8_who_left_is_given_no_work(cast: Cast) -> None:
    gone = cast.add(Role.STANDARD)
    named = {"users": [gone.user_id, cast.mia.user_id]}
    rules = [rule(when("A"), do("assign_only", "B", assignees=named))]
    run = Running(cast.olga, ruled(cast.olga, "A B", rules))
    assert cast.olga.delete(f"/users/{gone.user_id}/disable").status_code == 200
    assert run.complete("A") == ["B"]
    assert run.owners("B") == [cast.mia.user_id]


def test_50_4_8_reopening_lets_everyone_do_their_part_again(cast: Cast) -> None:
    steps: dict[str, Any] = {
        "A": {"assignees": [cast.mia.user_id], "everyone_must_complete": True}, "B": {},
    }  # fmt: skip
    run = Running(cast.olga, ruled(cast.olga, steps, [rule(when("B"), do("reopen", "A"))]))
    complete(cast.mia, {"id": run.ids["A"]})
    assert run.complete("B") == ["A"]
    again = run.tasks()["A"]
    assert (again["status"], again["completed_at"]) == ("in-progress", None)
    complete(cast.mia, {"id": run.ids["A"]})
    assert run.states()["A"] == "completed"
    reopened = [each for each in activity_of(cast.olga, run.process) if "re-opened" in each["verb"]]
    assert len(reopened) == 1


def test_50_6_1_what_counts_from_a_task_follows_the_rule_that_moves_it(
    cast: Cast, clock: ClockInHand
) -> None:
    """And nothing is provisional that counts from a hidden task (6.4)."""
    clock.stop_at("2026-03-02T09:00:00Z")
    later = do("deadline", "B", deadline={"value": 1, "unit": "weeks", "option": "from"},
               actionable_id="start_run")  # fmt: skip
    after_b = {"value": 2, "unit": "days", "option": "from", "step": "B"}
    after_d = {**after_b, "step": "D"}
    steps: dict[str, Any] = {
        "A": {}, "B": {}, "C": {"deadline": after_b}, "D": {}, "E": {"deadline": after_d},
    }  # fmt: skip
    rules = [
        rule(when("A"), later),
        rule(answer("x", "equals", "1"), later),
        rule(when("C"), do("show", "D")),
    ]
    template = ruled(cast.olga, steps, rules, [text("x")])
    run = Running(cast.olga, template, {"x": "0"})
    assert run.due("C") == "2026-03-09T09:00:00Z"
    assert run.complete("A") == ["B", "C"]
    assert (run.due("B"), run.due("C")) == ("2026-03-09T09:00:00Z", "2026-03-11T09:00:00Z")
    at_launch = Running(cast.olga, template, {"x": "1"})
    assert at_launch.due("C") == "2026-03-11T09:00:00Z"
    # E counts from D, which is hidden: so it is late in its time, and C, after open B, is not.
    clock.stop_at("2026-03-12T10:00:00Z")
    late = {title: task["due_date_passed"] for title, task in at_launch.tasks().items()}
    assert (late["C"], late["E"]) == (False, True)


def test_50_4_9_nothing_runs_at_a_restore(cast: Cast) -> None:
    run = Running(cast.olga, ruled(cast.olga, "A B", [rule(when("A"), do("show", "B"))]))
    run.complete("A")
    run.turn("B", "hide")
    before = len(activity_of(cast.olga, run.process))
    made(cast.olga.delete(run.path), 200)
    made(cast.olga.put(f"{run.path}/activate"), 200)
    assert run.hidden() == "B"
    assert len(activity_of(cast.olga, run.process)) == before + 2


def test_50_4_a_rule_that_names_what_is_gone_is_left_out(cast: Cast) -> None:
    """As an old version may hold one; the others run."""
    rules = [rule(when("A"), do("show", "B")), rule(when("A"), do("show", "C"))]
    template = ruled(cast.olga, "A B C", rules)

    def break_first(content: Content) -> Content:
        broken, sound = content.rules
        (condition,) = broken.conditions
        gone = msgspec.structs.replace(condition, source_id="f" * 32)
        broken = msgspec.structs.replace(broken, conditions=(gone,))
        return msgspec.structs.replace(content, rules=(broken, sound))

    set_content(cast, template, break_first)
    run = Running(cast.olga, template)
    assert run.hidden() == "C"
    assert run.complete("A") == ["C"]
    assert "automation_rule_skipped" in cast.server.log_text()


@pytest.mark.parametrize(
    "wrong",
    [
        {"source_id": "gone"}, {"operation": "sings"}, {"source": "Capture", "source_id": "gone"},
        {"source": "Prerun", "source_id": "f", "operation": "contains", "statement": {"a": 1}},
        {"source": "Prerun", "source_id": "f", "operation": "equals", "statement": None},
        {"source": "Prerun", "source_id": "f", "operation": "equals", "statement": " "},
        {"source": "Prerun", "source_id": "f", "operation": "equals_any", "statement": []},
    ],
)  # fmt: skip
def test_50_4_what_no_condition_may_say_is_broken(wrong: Any) -> None:
    assert len(book_with(condition=wrong).broken) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"step_id": "gone"}, {"verb": "sing"}, {"verb": "deadline"},
        {"verb": "deadline", "deadline": RuleDeadline(1, "centuries", "from")},
        {"verb": "assign", "source": "Prerun", "source_id": "gone"},
        {"verb": "deadline", "deadline": RuleDeadline(1, "days", "from"), "source": "Step",
         "source_id": "gone"},
    ],
)  # fmt: skip
def test_50_4_what_no_action_may_say_is_broken(wrong: Any) -> None:
    assert len(book_with(action=wrong).broken) == 1
    assert book_with().broken == ()


def book_with(condition: Any = {}, action: Any = {}) -> VersionBook:  # noqa: B006
    """One rule, sound but for what is given."""
    at: dict[str, Any] = {"created_at": 0, "updated_at": 0}
    about: dict[str, Any] = {
        "id": "c",
        "source": "Step",
        "source_id": "s",
        "operation": "completed",
    }
    does: dict[str, Any] = {"id": "a", "action_type": "visibility", "verb": "show", "step_id": "s"}
    field = Field(id="f", alias="f", label="F", field_type="text", required=False, **at)
    made_rule = Rule(
        id="r", name="R", conditions=(Condition(**{**about, **condition}),),
        actions=(Action(**{**does, **action}),), **at,
    )  # fmt: skip
    step = Step(id="s", alias="s", title="S", **at)
    return write_book(Content(steps=(step,), kickoff=(field,), rules=(made_rule,)))


# --- What it costs ---


def member(cast: Cast) -> Caller:
    bot = operator(cast.server.storage, cast.organization_id)
    return replace(bot, kind=CallerKind.MEMBER, person_id=cast.olga.user_id, role=Role.ADMIN)


def test_50_56_statements_do_not_grow_with_rules_or_tasks(
    cast: Cast, clock: ClockInHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.stop_at("2026-03-02T09:00:00Z")
    connection = type(cast.server.storage.database.connection())
    counted, inside = [0], list[str]()

    def counting(name: str) -> None:
        real = getattr(connection, name)

        def call(self: object, statement: Statement, values: object) -> object:
            written = statement.expression
            is_told = isinstance(written, sa.Insert) and written.table.name in (
                "activity",
                "outbox",
                "notices",
            )
            counted[0] += not (is_told or inside)
            # Many in one go may be sent as one.
            inside.append(name)
            try:
                return real(self, statement, values)
            finally:
                inside.pop()

        monkeypatch.setattr(connection, name, call)

    def cost(rules: list[Any], steps: int) -> int:
        """Of completing A. The version is old enough to be remembered, and is."""
        titles = " ".join(["A", *(f"S{number}" for number in range(steps))])
        template = ruled(cast.olga, titles, rules)
        clock.stop_at("2026-03-02T09:00:00Z")
        ids = [Running(cast.olga, template).ids["A"] for _ in range(2)]
        clock.stop_at("2026-03-02T10:00:00Z")
        complete_task(member(cast), Completion(ids[0]))
        counted[0] = 0
        complete_task(member(cast), Completion(ids[1]))
        return counted[0]

    for name in ("fetch", "execute", "execute_many"):
        counting(name)
    two_days = {"deadline": {"value": 2, "unit": "days", "option": "from"}}
    mia = {"assignees": {"users": [cast.mia.user_id]}}

    def firing(count: int, *verbs: str, **more: Any) -> list[Any]:
        return [rule(when("A"), *(do(v, f"S{n}", **more) for v in verbs)) for n in range(count)]

    plain = cost([], 3)
    unheard = [rule(when(f"S{n}"), do("show", "S0")) for n in range(3)]
    assert cost(unheard, 3) == plain
    costs = {
        "show": (cost(firing(1, "show"), 4), cost(firing(4, "show"), 4)),
        "deadline": (
            cost(firing(1, "deadline", **two_days), 4),
            cost(firing(4, "deadline", **two_days), 4),
        ),
        "assign": (cost(firing(1, "assign", **mia), 4), cost(firing(4, "assign", **mia), 4)),
    }
    assert all(one == four for one, four in costs.values()), costs
    # Finding the tasks and what is remembered, writing that, and answering with what changed.
    more = {kind: one - plain - 4 for kind, (one, _) in costs.items()}
    assert more["show"] <= 1
    assert more["deadline"] <= 2
    assert more["assign"] <= 3
    # So three kinds of change cost no more than three statements each, and that answer.
    every = cost(firing(4, "show", "deadline", "assign", **two_days, **mia), 4)
    assert every - plain <= 3 * 3 + 1
