"""Ruling 37: a process launched before the server evaluated rules keeps them asleep until somebody
wakes them, who can look first."""

from typing import Any

from backdoor import change, forget_rules, set_process
from cast import Cast
from factories import activity_of, made
from procession.domains.tasks.tables import tasks
from ruled import Running, answer, changed, do, rule, ruled, text, when
from wire import check_problem

HOOK = {"webhook_url": "https://hooks.test/told", "alias_name": "Told"}


def asleep(cast: Cast, run: Running) -> Running:
    """As the release before left it."""
    set_process(cast, run.process["id"], rules_active=False)
    forget_rules(cast, run.process["id"])
    shown = {"state": "not-started", "state_before_hiding": None, "shown_at": None}
    change(cast, tasks.update().where(tasks.c.process_id == run.process["id"]).values(shown))
    return run


def wake(run: Running, **body: Any) -> Any:
    return made(run.by.post(f"{run.path}/rules/wake", body), 200)


def test_ruling_37_rules_sleep_until_somebody_wakes_them(cast: Cast) -> None:
    mia = do("assign", "D", assignees={"users": [cast.mia.user_id]})
    rules = [
        rule(when("A"), do("show", "B"), do("reopen", "G"), do("emit_webhook", "A", **HOOK)),
        rule(when("B"), do("show", "C"), mia),
        rule(answer("x", "equals", "1"), mia, do("show", "E")),
        rule(answer("x", "equals", "2"), do("show", "F")),
    ]
    template = ruled(cast.olga, "A B C D E F G", rules, [text("x")])
    run = asleep(cast, Running(cast.olga, template, {"x": "1"}))
    run.put("D", owners={"users": [cast.leo.user_id], "guests": [], "groups": []})
    run.put("F", status="in-progress")
    assert run.complete("G") == run.complete("A") == []
    assert run.read()["rules_active"] is False
    told = len(activity_of(cast.olga, run.process))

    check_problem(cast.leo.post(f"{run.path}/rules/wake", {}), 403)
    foreseen = wake(run, preview=True)
    # B is there for the completed A, and E for the answer; F has been begun.
    assert changed(foreseen) == ["C", "D"]
    assert (run.hidden(), run.read()["rules_active"]) == ("", False)
    assert len(activity_of(cast.olga, run.process)) == told

    woken = wake(run)
    assert woken["rules_active"] is True
    as_foreseen = [task["id"] for task in foreseen["tasks_changed_by_rules"]["data"]]
    assert [task["id"] for task in woken["tasks_changed_by_rules"]["data"]] == as_foreseen
    assert run.hidden() == "C"
    # What is past is not done again.
    assert run.states()["G"] == "completed"
    assert run.owners("D") == sorted([cast.leo.user_id, cast.mia.user_id])
    entries = activity_of(cast.olga, run.process)[:-told]
    fields = sorted(each["field"] for each in entries)
    assert fields == [["owners"], ["rules_active"], ["status"]]
    assert woken["progress"]["total"] == 6

    # Awake, it goes on as every other; waking it again changes nothing.
    assert wake(run)["tasks_changed_by_rules"] == {"data": []}
    assert run.complete("B") == ["C"]


def test_ruling_37_not_everything_is_hidden_and_nothing_that_stands_still_wakes(cast: Cast) -> None:
    rules = [rule(when("A"), do("show", "B")), rule(when("B"), do("show", "A"))]
    run = asleep(cast, Running(cast.olga, ruled(cast.olga, "A B", rules)))
    made(cast.olga.delete(run.path), 200)
    check_problem(cast.olga.post(f"{run.path}/rules/wake", {}), 422)
    made(cast.olga.put(f"{run.path}/activate"), 200)
    assert wake(run)["tasks_changed_by_rules"] == {"data": []}
    assert run.hidden() == ""
