"""Part 50, 13: trying the draft of a template (`test_part50_examples` tries the examples)."""

import json
from typing import Any

import msgspec
import sqlalchemy as sa

from backdoor import set_content
from cast import Cast
from factories import made, make_template
from procession.domains.templates.types import Content
from procession.flows.demo.example_templates import example_names, example_text
from procession.kit.db import Statement, metadata
from ruled import Running, answer, do, field, rule, ruled, text, when
from wire import check_problem

HOOK = {"webhook_url": "https://hooks.test/told", "alias_name": "Told"}


def rows(cast: Cast) -> dict[str, int]:
    """How many there are in each table; sessions of others in the same database stay out."""
    connection = cast.server.storage.database.connection()
    return {
        table.name: connection.fetch(
            Statement(
                sa.select(sa.func.count())
                .select_from(table)
                .where(table.c.organization_id == sa.bindparam("organization_id"))
            ),
            {"organization_id": cast.organization_id},
        )[0][0]
        for table in metadata.sorted_tables
        if "organization_id" in table.c
    }


def test_50_52_trying_keeps_nothing_and_goes_on_after_a_refusal(cast: Cast) -> None:
    mia = cast.mia.user_id
    everyone = {"everyone_must_complete": True, "assignees": [cast.olga.user_id, mia]}
    steps: dict[str, Any] = {
        "A": {"captures": [field("must", "text", required=True)]}, "B": {}, "C": everyone,
    }  # fmt: skip
    rules = [
        rule(when("A"), do("show", "B"), do("emit_webhook", "B", **HOOK), name="Go on"),
        rule(answer("x", "equals", "1"), do("assign", "B", assignees={"guests": ["gus@x.test"]})),
    ]
    template = ruled(cast.olga, steps, rules, [text("x")])
    # Of a template that was launched the next edit makes a draft; that is what is tried.
    steps_of = Running(cast.olga, template).steps
    a, b, c = (steps_of[title] for title in "ABC")
    path = f"/checklists/{template['id']}/automated-actions/try"
    counted = rows(cast)
    sent = {
        "prerun": {"x": "1"},
        "started_at": "2026-03-02T09:00:00Z",
        "events": [
            {"complete": a},
            {"complete": b},
            {"complete": a, "taskdata": {"must": "x"}, "at": "2026-03-03T09:00:00Z"},
            {"report": b},
            {"complete": b},
            {"resolve": b},
            {"acknowledge": b},
            {"expire": b},
            {"complete": c, "at": "2026-03-02T09:00:00Z"},
            {"assign": b, "owners": {"users": [mia], "guests": []}},
            {"complete": c},
            {"hide": b},
            {"clock": "2026-05-01T00:00:00Z"},
        ],
    }
    tried = made(cast.olga.post(path, sent), 200)
    assert rows(cast) == counted
    refused = [place for place, each in enumerate(tried["timeline"]) if "refused" in each]
    # The first entry is the launch.
    assert refused == [1, 2, 5, 7, 8, 9], tried["timeline"]
    assert "must" in str(tried["timeline"][1]["refused"])
    assert tried["timeline"][2]["refused"] == ["Hidden tasks cannot be completed."]
    launched, shown = tried["timeline"][0]["fired"], tried["timeline"][3]["fired"]
    assert launched[0]["because"][0]["value"] == "1"
    assert launched[0]["actions"][0]["effect"]["after"]["guests"] == ["gus@x.test"]
    assert [each["alias"] for each in shown] == ["Go on"]
    (hook,) = tried["webhooks"]
    assert (hook["alias_name"], hook["at"]) == ("Told", "2026-03-03T09:00:00Z")
    assert [each["status"] for each in tried["steps"]] == [
        "completed", "auto-skipped", "completed",
    ]  # fmt: skip
    assert tried["steps"][1]["owners"]["users"] == [mia]
    assert (tried["process"]["status"], tried["truncated"]) == ("complete", False)
    many = made(cast.olga.post(path, {"events": [{"clock": "2099-01-01"}] * 201}), 200)
    assert many["truncated"] is True
    # No time makes the server fail.
    for at in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"):
        sent = {"started_at": at, "events": [{"set": {"x": "1"}}, {"expire": a}, {"clock": at}]}
        assert cast.olga.post(path, sent).status_code in (200, 422), at
    # What cannot be meant refuses the whole.
    wrong: list[dict[str, Any]] = [
        {"events": [{"complete": "f" * 32}]}, {"events": [{}]}, {"events": [{"set": {"no": "1"}}]},
        {"events": [{"complete": a, "hide": b}]}, {"events": [{"assign": b}]},
        {"prerun": {"x": ["not", "a", "text"]}}, {"owner_id": 999_999},
    ]  # fmt: skip
    for body in wrong:
        check_problem(cast.olga.post(path, body), 422)
    assert rows(cast) == counted
    check_problem(cast.leo.post(path, {}), 403)
    check_problem(cast.stranger().post(path, {}), 404)


def test_50_13_the_draft_is_tried_and_forgotten(cast: Cast) -> None:
    """What was tried is not remembered of the version that is launched afterwards."""
    template = ruled(cast.olga, "A B", [rule(when("A"), do("show", "B"))])
    path = f"/checklists/{template['id']}/automated-actions"
    (kept,) = made(cast.olga.get(path), 200)
    event = {"clock": "2099-01-01T00:00:00Z"}
    tried = made(cast.olga.post(f"{path}/try", {"events": [event]}), 200)
    assert [each["status"] for each in tried["steps"]] == ["not-started", "auto-skipped"]
    made(cast.olga.delete(f"{path}/{kept['id']}"), 200)
    tried = made(cast.olga.post(f"{path}/try", {}), 200)
    assert [each["status"] for each in tried["steps"]] == ["not-started", "not-started"]
    run = Running(cast.olga, template)
    assert run.hidden() == ""
    assert made(cast.olga.get(f"{run.path}/rules"), 200) == []


def test_50_13_what_completing_launches_and_adds_is_tried_as_well(cast: Cast) -> None:
    launched = make_template(cast.olga, 2, title="Launched")
    added = make_template(cast.olga, 2, title="Added")
    tag = made(cast.olga.post("/tags", {"title": "Tried"}))
    template = ruled(cast.olga, "A B C", [rule(when("A"), do("show", "C"))])
    path = f"/checklists/{template['id']}"
    steps = made(cast.olga.get(f"{path}/steps"), 200)
    for step, target, is_inside in zip(steps, (launched, added), (False, True), strict=False):
        linked = {
            "id": target["id"],
            "default_name_format": None,
            "tasks_within_process": is_inside,
        }
        body = {"title": step["title"], "bp_to_launch": linked, "tags": [tag["id"]]}
        made(cast.olga.put(f"{path}/steps/{step['id']}", body), 200)
    counted = rows(cast)
    a, b, c = (step["id"] for step in steps)
    events = [{"complete": b}, {"report": a}, {"resolve": a}, {"complete": a}, {"complete": c}]
    tried = made(cast.olga.post(f"{path}/automated-actions/try", {"events": events}), 200)
    assert not [each for each in tried["timeline"] if "refused" in each]
    assert [each["checklist_id"] for each in tried["launches"]] == [launched["id"]]
    # Two that were added are open.
    assert tried["process"]["progress"]["total"] == 5
    assert rows(cast) == counted


def test_50_55_what_is_wrong_for_certain(cast: Cast) -> None:
    choice = field("Role", "radio", options=[{"id": 1, "text": "Red"}, {"id": 2, "text": "Blue"}])
    red, blue = (answer("Role", "equals", each) for each in ("Red", "Blue"))
    mia = {"users": [cast.mia.user_id]}
    rules = [
        rule([red, blue], do("show", "B"), name="Both"),
        rule(red, do("show", "C"), name="Shows"),
        rule(red, do("hide", "C"), name="Hides"),
        rule(answer("Role", "equals", "Green"), do("hide", "D"), name="Green"),
        rule(when("L", "not_assigned"), do("assign", "L", assignees=mia),
             do("clear_assignees", "M"), name="Left"),
        rule(when("M", "not_assigned"), do("assign", "M", assignees=mia),
             do("clear_assignees", "L"), name="Right"),
        rule(when("A"), do("hide", "D"), name="Fine"),
    ]  # fmt: skip
    lonely = {"step_type": "approval", "assign_run_starter": False}
    steps: dict[str, Any] = {"A": {}, "B": {}, "C": {}, "D": {}, "L": {}, "M": {}, "N": lonely}
    template = ruled(cast.olga, steps, rules, [choice])
    path = f"/checklists/{template['id']}/automated-actions"
    named = {each["id"]: each["automated_alias"] for each in made(cast.olga.get(path), 200)}
    found = made(cast.olga.get(f"{path}/check"), 200)
    seen = [(each["kind"], [named[one] for one in each["rule_ids"]]) for each in found]
    # No answer is Green, so its rule can never fire either.
    assert seen == [
        ("contradiction", ["Both"]), ("contradiction", ["Green"]), ("dead_statement", ["Green"]),
        ("never_shown", ["Both"]), ("never_shown", ["Shows"]), ("tie", ["Shows", "Hides"]),
        ("loop", ["Left", "Right"]), ("nobody", []),
    ]  # fmt: skip
    texts = {each["kind"]: each["text"] for each in found}
    assert 'compares with "Green"' in texts["dead_statement"]
    assert '"N"' in texts["nobody"]
    check_problem(cast.leo.get(f"{path}/check"), 403)
    check_problem(cast.stranger().get(f"{path}/check"), 404)

    def forget_a_step(content: Content) -> Content:
        rule, *others = content.rules
        gone = msgspec.structs.replace(rule.actions[0], step_id="f" * 32)
        broken = msgspec.structs.replace(rule, actions=(gone,))
        return msgspec.structs.replace(content, rules=(broken, *others))

    # What was imported once may name what is gone.
    set_content(cast, template, forget_a_step)
    (missing,) = made(cast.olga.get(f"{path}/check?per_page=1"), 200)
    assert (missing["kind"], [named[one] for one in missing["rule_ids"]]) == (
        "missing_target", ["Both"],
    )  # fmt: skip


def test_50_55_nothing_is_wrong_with_the_examples(cast: Cast) -> None:
    for name in example_names():
        template = made(cast.olga.post("/checklists", json.loads(example_text(name))))
        path = f"/checklists/{template['id']}/automated-actions/check"
        assert made(cast.olga.get(path), 200) == [], name
