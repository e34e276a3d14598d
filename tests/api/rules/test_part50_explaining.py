"""Part 50, 13: why a process is as it is, and what a completion would set off."""

from typing import Any

from cast import Cast
from factories import activity_of, made
from ruled import Running, answer, do, field, rule, ruled, text, when
from wire import check_problem


def explained(run: Running) -> dict[str, Any]:
    """By the names of the rules."""
    return {each["automated_alias"]: each for each in made(run.by.get(f"{run.path}/rules"), 200)}


def test_50_53_each_rule_says_what_it_sees_and_did(cast: Cast) -> None:
    conditions = [answer("x", "equals", "1"), when("A", "completed")]
    rules = [
        rule(conditions, do("show", "B"), name="Show"),
        rule(when("A"), do("assign", "C", assignees={"users": [cast.mia.user_id]}), name="Give"),
    ]
    template = ruled(cast.olga, "A B C", rules, [text("x")])
    run = Running(cast.olga, template, {"x": "1"})
    steps = {title: task["step_id"] for title, task in run.tasks().items()}
    before = explained(run)
    show = before["Show"]
    assert show["hides"] == [steps["B"]]
    assert [(each["result"], each["operation"]) for each in show["conditions"]] == [
        (True, "equals"), (False, "completed"),
    ]  # fmt: skip
    assert show["conditions"][0]["value"] == "1"
    assert show["conditions"][1]["value"]["status"] == "not-started"
    assert (show["is_active"], show["last_result"], show["fired_count"]) == (True, False, 0)
    assert show["entries"] == []
    run.complete("A")
    after = explained(run)
    assert after["Show"]["hides"] == []
    assert (after["Show"]["last_result"], after["Show"]["fired_count"]) == (True, 1)
    assert after["Show"]["last_fired_at"] is not None
    (shown,), (given,) = after["Show"]["entries"], after["Give"]["entries"]
    assert (shown["field"], given["field"]) == (["status"], ["owners"])
    assert shown["id"] in [entry["id"] for entry in activity_of(cast.olga, run.process)]
    # Who may not read the process is told nothing, and paging works as everywhere.
    assert check_problem(cast.olga.get("/runs/" + "0" * 32 + "/rules"), 404)
    (second,) = made(cast.olga.get(f"{run.path}/rules?per_page=1&page=2"), 200)
    assert second["automated_alias"] == "Give"


def test_50_53_what_is_secret_is_not_explained(cast: Cast) -> None:
    steps: dict[str, Any] = {
        "A": {}, "S": {"top_secret": True, "captures": [field("pin", "text")]}, "B": {},
    }  # fmt: skip
    rules = [
        rule(answer("pin", "contains", "7", type="Capture"), do("show", "B")),
        rule(when("A"), do("show", "S"), name="Secret"),
    ]
    template = ruled(cast.olga, steps, rules)
    run = Running(cast.olga, template, users=[cast.mia.user_id])
    run.put("S", taskdata={"pin": "1771"})
    for person, value, hides in ((cast.olga, "1771", 1), (cast.mia, None, 0)):
        seen = {
            each["automated_alias"]: each for each in made(person.get(f"{run.path}/rules"), 200)
        }
        (condition,) = seen["Rule"]["conditions"]
        assert condition["value"] == value
        assert condition["result"] is (None if value is None else True)
        assert len(seen["Rule"]["entries"]) == 1
        assert (len(seen["Secret"]["entries"]), len(seen["Secret"]["hides"])) == (0, hides)


def test_50_54_a_preview_keeps_nothing(cast: Cast) -> None:
    rules = [
        rule(when("A", "approved"), do("show", "B"), do("emit_webhook", "B", **HOOK), name="Yes"),
        rule(when("A", "rejected"), do("reopen", "B"), name="No"),
    ]
    steps: dict[str, Any] = {
        "A": {"step_type": "approval", "captures": [field("must", "text", required=True)]},
        "B": {},
    }
    run = Running(cast.olga, ruled(cast.olga, steps, rules))
    path, task = f"{run.path}/rules/preview", run.ids["A"]
    entries = len(activity_of(cast.olga, run.process))
    sent = {"approve": task, "taskdata": {"must": "x"}}
    # With a key as without one.
    for key in ("one", "one", "two"):
        foreseen = made(cast.olga.post_with_key(path, sent, key), 200)
        (shown,) = foreseen["tasks_changed_by_rules"]["data"]
        assert (shown["title"], shown["status"]) == ("B", "not-started")
        (fired,) = foreseen["fired"]
        assert (fired["alias"], fired["is_again"]) == ("Yes", False)
        (reason,) = fired["because"]
        assert (reason["result"], reason["value"]["is_approved"]) == (True, True)
        assert [each["effect"]["field"] for each in fired["actions"]] == ["status", "webhook"]
    sent = {"reject": task, "taskdata": {"must": "x"}}
    (fired,) = made(cast.olga.post(path, sent), 200)["fired"]
    assert fired["actions"][0]["skipped"] == "the task is not completed"
    assert (run.hidden(), len(activity_of(cast.olga, run.process))) == ("B", entries)
    # Refused as the completion itself is.
    for body in ({"approve": task}, {"complete": task, "taskdata": {"must": "x"}}, {}):
        check_problem(cast.olga.post(path, body), 422)
    check_problem(cast.olga.post(path, {"complete": "f" * 32}), 404)
    assert run.hidden() == "B"


HOOK = {"webhook_url": "https://hooks.test/told", "alias_name": "Told"}
