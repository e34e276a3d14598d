"""Part 70, section 3: rules, the reference's two settings, previews. Rows 16, 17, 20, of 13.

What the clock does by them: test_part70_sweeps.py."""

from typing import Any

import pytest

from backdoor import facts_of
from cast import Cast
from factories import made, make_template
from kept import (
    RETENTION,
    archived,
    confirmed,
    days,
    finished,
    now_of,
    pass_at,
    rule,
    state_of,
)
from wire import check_problem

PREVIEW = f"{RETENTION}/preview"
ON = {"archive": True}
USUAL: dict[str, Any] = {
    "archive_after": {"unit": "weeks", "value": 52},
    "archive_from": "completed",
    "cold_after": None,
    "delete_after": None,
    "delete_unfinished": False,
    "enabled": {"archive": False, "cool": False, "delete": False},
    "approval": {"archive": "none", "cool": "none", "delete": "required"},
    "four_eyes": False,
    "ceiling_per_pass": 1000,
    "families": "single",
}


def preview(cast: Cast, at: str = "") -> Any:
    return made(cast.olga.get(PREVIEW + (f"?at={at}" if at else "")), 200)


def counts(seen: Any) -> tuple[int, int]:
    return seen["would_archive"], seen["would_delete"]


def test_part70_3_a_new_organization_has_a_rule_that_does_nothing(cast: Cast) -> None:
    found = made(cast.olga.get(RETENTION), 200)
    assert {name: found[name] for name in USUAL} == USUAL
    assert (found["deletion_allowed"], found["written_by"]) == (False, None)
    assert found["backlog"] == {
        "due": 0, "oldest_due_at": None, "skipped": [], "last_sweep": None,
    }  # fmt: skip


def test_part70_3_a_put_is_partial_and_one_entry(cast: Cast) -> None:
    found = rule(cast.olga, delete_after={"unit": "months", "value": 6}, enabled={"delete": True})
    changed = {
        "delete_after": {"unit": "months", "value": 6},
        "enabled": {"archive": False, "cool": False, "delete": True},
    }
    assert {name: found[name] for name in USUAL} == {**USUAL, **changed}
    assert found["written_by"] == cast.olga.user_id
    assert rule(cast.olga, four_eyes=False, **changed) == found
    (entry,) = made(cast.olga.get("/activity-feeds?type=Organization&verb=updated"), 200)[:1]
    assert (entry["field"], entry["actor_id"]) == (["retention"], [cast.olga.user_id])
    (fact,) = facts_of(cast, "retention.changed")
    assert fact["before"] == {"delete_after": None, "enabled": USUAL["enabled"]}


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ({"archive_after": {"unit": "years", "value": 1}}, "archive_after.unit"),
        ({"archive_after": {"unit": "days", "value": 0}}, "archive_after.value"),
        ({"delete_after": {"unit": "days", "value": 1201}}, "delete_after.value"),
        ({"archive_from": "launched"}, "archive_from"),
        ({"cold_after": {"unit": "days", "value": 1}}, "cold_after"),
        ({"enabled": {"cool": True}}, "enabled.cool"),
        ({"approval": {"delete": "perhaps"}}, "approval.delete"),
        ({"ceiling_per_pass": 0}, "ceiling_per_pass"),
        ({"ceiling_per_pass": 100_001}, "ceiling_per_pass"),
        ({"families": "apart"}, "families"),
    ],
)
def test_part70_3_what_a_rule_cannot_say(cast: Cast, sent: Any, path: str) -> None:
    answer = cast.olga.put(RETENTION, sent)
    check_problem(answer, 422)
    assert path in answer.json()["errors"]
    assert made(cast.olga.get(RETENTION), 200)["written_by"] is None


def test_part70_3_nothing_is_cold_in_this_version(cast: Cast) -> None:
    answer = cast.olga.put(RETENTION, {"cold_after": {"unit": "days", "value": 1}})
    assert answer.json()["errors"] == {"cold_after": ["Cold storage is not part of this version."]}
    assert rule(cast.olga, cold_after=None)["cold_after"] is None
    assert preview(cast)["would_cool"] == 0


def test_part70_13_roles_of_retention(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    own = f"/checklists/{template['id']}/retention"
    for person, status in ((cast.mia, 403), (cast.leo, 403)):
        for path in ("", "/preview", "/candidates", f"/templates/{template['id']}"):
            check_problem(person.get(RETENTION + path), status)
        for path, body in (("", {}), ("/deletion", {"allowed": True}), ("/offer", None)):
            check_problem(person.put(RETENTION + path, body), status)
    check_problem(cast.leo.get(own), 403)
    check_problem(cast.mia.get(own), 403)


def test_part70_3_editors_of_a_template_lengthen_archiving_and_nothing_else(cast: Cast) -> None:
    template = make_template(cast.mia, 1)
    own = f"/checklists/{template['id']}/retention"
    found = made(cast.mia.get(own), 200)
    assert (found["inherited"], found["archive_after"]) == (True, USUAL["archive_after"])
    longer = {"unit": "months", "value": 13}
    found = made(cast.mia.put(own, {"archive_after": longer, "archive_from": "last_activity"}), 200)
    assert (found["inherited"], found["archive_after"]) == (False, longer)
    for shorter in ({"unit": "days", "value": 363}, {"unit": "months", "value": 11}):
        answer = cast.mia.put(own, {"archive_after": shorter})
        check_problem(answer, 422)
        assert [*answer.json()["errors"]] == ["archive_after"]
    check_problem(cast.mia.put(own, {"delete_after": days(9)}), 403)
    # What says what is said already is no change.
    made(cast.mia.put(own, {"delete_after": None, "archive_after": None}), 200)
    assert made(cast.olga.put(own, {"archive_after": days(1)}), 200)["archive_after"] == days(1)
    assert made(cast.olga.delete(own), 200)["inherited"] is True


def test_part70_16_the_reference_settings_are_a_view_of_the_rule(cast: Cast) -> None:
    confirmed(cast.olga, delete_after=days(30), enabled={"archive": False, "delete": False})
    changed = made(cast.olga.put("", {"auto_archive": True}), 200)
    assert changed["auto_archive"] is True
    assert made(cast.olga.get(RETENTION), 200)["enabled"] == {**USUAL["enabled"], "archive": True}
    rule(cast.olga, enabled={"delete": True})
    assert made(cast.olga.put("", {"auto_archive": False}), 200)["auto_archive"] is False
    found = made(cast.olga.get(RETENTION), 200)
    assert (found["enabled"]["delete"], found["delete_after"]) == (True, days(30))
    check_problem(cast.olga.put("", {"auto_archive": True, "name": ""}), 422)
    assert made(cast.olga.get(""), 200)["auto_archive"] is False


@pytest.mark.parametrize(
    ("period", "shown"),
    [
        ({"unit": "months", "value": 6}, {"unit": "weeks", "value": 27}),
        ({"unit": "months", "value": 1}, {"unit": "days", "value": 31}),
        ({"unit": "days", "value": 300}, {"unit": "weeks", "value": 43}),
        ({"unit": "days", "value": 90}, {"unit": "days", "value": 90}),
        ({"unit": "weeks", "value": 104}, {"unit": "weeks", "value": 90}),
        (None, {"unit": "weeks", "value": 52}),
    ],
)
def test_part70_16_what_cannot_be_said_is_shown_and_put_back(
    cast: Cast, period: Any, shown: Any
) -> None:
    before = rule(cast.olga, archive_after=period)
    organization = made(cast.olga.get(""), 200)
    assert organization["auto_archive_processes_after"] == shown
    entries = made(cast.olga.get("/activity-feeds?type=Organization"), 200)
    assert made(cast.olga.put("", organization), 200) == organization
    assert made(cast.olga.get(RETENTION), 200) == before
    assert made(cast.olga.get("/activity-feeds?type=Organization"), 200) == entries
    other = {"auto_archive_processes_after": {"unit": "days", "value": 17}}
    assert made(cast.olga.put("", other), 200)["auto_archive_processes_after"] == days(17)
    assert made(cast.olga.get(RETENTION), 200)["archive_after"] == days(17)


def test_part70_17_a_templates_rule_beats_the_default_and_outlives_it(cast: Cast) -> None:
    template, other = make_template(cast.olga, 1), make_template(cast.olga, 1)
    own = f"/checklists/{template['id']}/retention"
    runs = [finished(cast, each, ago=20) for each in (template, other)]
    rule(cast.olga, archive_after=days(30))
    made(cast.olga.put(own, {"archive_after": days(10)}), 200)
    lines = {each["checklist_id"]: each for each in preview(cast)["checklists"]}
    assert [*lines] == [template["id"]]
    assert counts(lines[template["id"]]) == (1, 0)
    assert lines[template["id"]]["inherited"] is False
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)
    made(cast.olga.put(own, {"archive_after": days(15)}), 200)
    assert made(cast.olga.get(own), 200)["archive_after"] == days(15)
    assert cast.olga.delete(f"/checklists/{template['id']}/delete").status_code in (200, 204)
    check_problem(cast.olga.get(own), 404)
    left = f"{RETENTION}/templates/{template['id']}"
    assert made(cast.olga.get(left), 200)["archive_after"] == days(15)
    made(cast.olga.put(left, {"enabled": ON, "confirm": {"archive": 1}}), 200)
    assert pass_at(cast, now_of(cast)) == [1]
    assert state_of(cast, runs) == ["archived", "live"]
    check_problem(cast.olga.get(f"{RETENTION}/templates/{'0' * 32}"), 404)


def test_part70_20_who_adds_is_asked(cast: Cast) -> None:
    template = make_template(cast.olga, 1)
    for _ in range(12):
        archived(cast, template, ago=100)
    allowed = cast.olga.put(f"{RETENTION}/deletion", {"allowed": True})
    assert made(allowed, 200)["deletion_allowed"] is True
    sent = {"delete_after": days(90), "enabled": {"delete": True}}
    answer = cast.olga.put(RETENTION, sent)
    check_problem(answer, 422)
    (said,) = answer.json()["errors"]["confirm"]
    assert '{"archive": 0, "delete": 12}' in said
    check_problem(cast.olga.put(RETENTION, {**sent, "confirm": {"delete": 11}}), 422)
    made(cast.olga.put(RETENTION, {**sent, "confirm": {"delete": 13}}), 200)
    rule(cast.olga, ceiling_per_pass=5)
    rule(cast.olga, delete_after=days(95))
    # Less adds nothing, and what comes back adds.
    rule(cast.olga, delete_after=days(120))
    check_problem(cast.olga.put(RETENTION, {"delete_after": days(99)}), 422)
    made(cast.olga.put(f"{RETENTION}/deletion", {"allowed": False}), 200)
    rule(cast.olga, delete_after=days(99))
    answer = cast.olga.put(f"{RETENTION}/deletion", {"allowed": True})
    check_problem(answer, 422)
    assert '"delete": 12' in answer.json()["errors"]["confirm"][0]
    own = f"/checklists/{template['id']}/retention"
    made(cast.olga.put(own, {"delete_after": None}), 200)
    made(cast.olga.put(f"{RETENTION}/deletion", {"allowed": True}), 200)
    check_problem(cast.olga.delete(own), 422)
    made(cast.olga.delete(own, json={"confirm": {"archive": 0, "delete": 12}}), 200)
