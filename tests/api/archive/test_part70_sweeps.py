"""Part 70, section 3: what the clock does by rules. Rows 15, 18, 19, 21, 22, and sweeps of 2."""

from dataclasses import replace
from typing import Any

import pytest

from backdoor import change, set_process
from cast import Cast
from factories import launch, made, make_template
from kept import (
    RETENTION,
    allow_deletion,
    archived,
    at,
    confirmed,
    days,
    finished,
    now_of,
    pass_at,
    rule,
    state_of,
)
from letters import mails_of
from many import OPERATIONS, caller, items, reasons, undo
from procession.core.times import DAY, HOUR, day_range, wire_time
from procession.domains.accounts.tables import organizations
from procession.flows.archive import approving, operating, sweeping
from procession.kit.caller import Role
from wire import check_problem

#: An operation that nobody has to approve of.
FREELY: dict[str, Any] = {"approval": {"archive": "none", "delete": "none"}}


def operation(cast: Cast, number: int) -> Any:
    return made(cast.olga.get(f"{OPERATIONS}/{number}"), 200)


def preview(cast: Cast, moment: int) -> tuple[int, int]:
    found = made(cast.olga.get(f"{RETENTION}/preview?at={wire_time(moment)}"), 200)
    return found["would_archive"], found["would_delete"]


def test_part70_15_each_switch_moves_its_own_verb_alone(cast: Cast) -> None:
    now = now_of(cast)
    runs = [finished(cast, ago=40), archived(cast, ago=40)]
    confirmed(cast.olga, archive_after=days(30), delete_after=days(30), **FREELY)
    allow_deletion(cast)
    later = now + 2 * DAY
    # Only written down: previewed, and nothing else.
    assert preview(cast, later) == (1, 1)
    assert pass_at(cast, later) == []
    confirmed(cast.olga, enabled={"archive": True})
    (first,) = pass_at(cast, later + HOUR)
    assert state_of(cast, runs) == ["archived", "archived"]
    found = operation(cast, first)
    assert (found["kind"], found["verb"], found["status"]) == ("sweep", "archive", "finished")
    assert (found["total"], found["done"]) == (1, 1)
    assert found["rule"] == {"default": True, "checklists": []}
    run = made(cast.olga.get(f"/runs/{runs[0]}"), 200)
    assert (run["archived_via"], run["archived_operation"]) == ("sweep", first)
    confirmed(cast.olga, enabled={"archive": False, "delete": True})
    (second,) = pass_at(cast, later + 2 * HOUR)
    assert operation(cast, second)["verb"] == "delete"
    assert state_of(cast, runs) == ["archived", "gone"]


def test_part70_15_at_most_the_ceiling_and_the_rest_next_pass(cast: Cast) -> None:
    now = now_of(cast)
    runs = [finished(cast, ago=ago) for ago in (31, 35, 33, 34, 32)]
    confirmed(cast.olga, archive_after=days(30), ceiling_per_pass=2, enabled={"archive": True})
    found = made(cast.olga.get(RETENTION), 200)["backlog"]
    assert (found["due"], found["last_sweep"]) == (5, None)
    assert pass_at(cast, now) == [1]
    # Due longest first.
    assert state_of(cast, runs) == ["live", "archived", "live", "archived", "live"]
    # Not twice in an hour, whoever asks.
    assert sweeping.pass_over(at(cast, now + 10), cast.organization_id) is False
    assert pass_at(cast, now + HOUR) == [2]
    assert pass_at(cast, now + 2 * HOUR) == [3]
    assert state_of(cast, runs) == ["archived"] * 5
    assert pass_at(cast, now + 3 * HOUR) == []
    backlog = made(cast.olga.get(RETENTION), 200)["backlog"]
    assert (backlog["due"], backlog["last_sweep"]["number"], backlog["last_sweep"]["done"]) == (
        0, 3, 1,
    )  # fmt: skip
    undo(cast.olga, {"number": 3})
    assert state_of(cast, runs)[0] == "live"
    # Restored less than 30 days ago.
    assert pass_at(cast, now + 4 * HOUR) == []
    (left,) = made(cast.olga.get(f"{RETENTION}/candidates?reason=restored_recently"), 200)
    assert (left["id"], left["verb"]) == (runs[0], "archive")


def test_part70_18_deletion_counts_from_the_latest_and_takes_the_finished(cast: Cast) -> None:
    now = now_of(cast)
    runs = [
        archived(cast, ago=400, lifecycle="active", completed_at=None),
        archived(cast, ago=400, lifecycle="issue"),
        archived(cast, ago=400),
        # Archived long after it was completed; restored in between; completed a moment before.
        archived(cast, ago=300, completed_at=now - 900 * DAY),
        archived(cast, ago=400, activated_at=now - 200 * DAY),
        finished(cast, ago=900),
    ]
    confirmed(cast.olga, delete_after=days(365), enabled={"delete": True}, **FREELY)
    allow_deletion(cast)
    (number,) = pass_at(cast, now + 2 * DAY)
    assert state_of(cast, runs) == ["archived", "archived", "gone", "archived", "archived", "live"]
    assert reasons(operation(cast, number)) == {"not_complete": 1, "open_issue": 1}
    assert items(cast.olga, {"number": number}) == {
        runs[0]: "not_complete", runs[1]: "open_issue", runs[2]: "done",
    }  # fmt: skip
    pass_at(cast, now + 66 * DAY)
    pass_at(cast, now + 166 * DAY)
    assert state_of(cast, runs) == ["archived", "archived", "gone", "gone", "gone", "live"]
    # The unfinished goes when an administrator says so; what has an open issue never does.
    confirmed(cast.olga, delete_unfinished=True)
    pass_at(cast, now + 167 * DAY)
    assert state_of(cast, runs[:2]) == ["gone", "archived"]


def test_part70_19_nothing_is_deleted_before_its_day_and_its_approval(cast: Cast) -> None:
    now = now_of(cast)
    (run,) = runs = [archived(cast, ago=100)]
    confirmed(cast.olga, delete_after=days(30), enabled={"delete": True})
    assert pass_at(cast, now + HOUR) == []
    allow_deletion(cast)
    assert pass_at(cast, now + 23 * HOUR) == []
    server = at(cast, now + 26 * HOUR)
    assert sweeping.pass_over(server, cast.organization_id)
    waiting = operation(cast, 1)
    assert (waiting["status"], waiting["verb"], waiting["total"]) == (
        "awaiting_approval",
        "delete",
        1,
    )
    assert operating.take_turn(server, cast.organization_id, 1) is False
    assert state_of(cast, runs) == ["archived"]
    # At most one waits, whatever falls due meanwhile.
    second = archived(cast, ago=100)
    assert pass_at(cast, now + 30 * HOUR) == []
    subjects = [mail.subject for mail in mails_of(cast)]
    assert subjects == ["Operation #1 waits for approval"]
    check_problem(cast.mia.put(f"{OPERATIONS}/1/approve"), 404)
    check_problem(cast.leo.put(f"{OPERATIONS}/1/approve"), 403)
    assert pass_at(cast, now + 17 * DAY) == []
    lapsed = operation(cast, 1)
    assert (lapsed["status"], reasons(lapsed)) == ("lapsed", {"cancelled": 1})
    check_problem(cast.olga.put(f"{OPERATIONS}/1/approve"), 409)
    check_problem(cast.olga.put(f"{OPERATIONS}/1/refuse"), 409)
    assert pass_at(cast, now + 46 * DAY) == []
    assert len(mails_of(cast)) == 1
    assert pass_at(cast, now + 48 * DAY) == [2]
    assert state_of(cast, [run, second]) == ["archived", "archived"]
    # As of the clock by which it was offered: deletion was allowed long ago.
    olga = replace(caller(cast, cast.olga), server=at(cast, now + 49 * DAY))
    assert approving.approve(olga, 2).done == 2
    done = operation(cast, 2)
    assert (done["status"], done["approved_by"]) == ("finished", cast.olga.user_id)
    assert made(cast.olga.put(f"{OPERATIONS}/2/approve"), 200) == done
    check_problem(cast.olga.put(f"{OPERATIONS}/2/refuse"), 409)
    assert state_of(cast, [run, second]) == ["gone", "gone"]


def test_part70_3_who_refuses_is_not_asked_again_unless_they_say_so(cast: Cast) -> None:
    now = now_of(cast)
    finished(cast, ago=100)
    needed = {"archive": "required"}
    confirmed(cast.olga, archive_after=days(30), enabled={"archive": True}, approval=needed)
    assert pass_at(cast, now) == [1]
    refused = made(cast.olga.put(f"{OPERATIONS}/1/refuse"), 200)
    assert (refused["status"], refused["done"]) == ("refused", 0)
    assert made(cast.olga.put(f"{OPERATIONS}/1/refuse"), 200) == refused
    assert pass_at(cast, now + DAY) == []
    made(cast.olga.put(f"{RETENTION}/offer"), 200)
    assert pass_at(cast, now + 2 * DAY) == [2]
    assert made(cast.olga.put(f"{OPERATIONS}/2/approve"), 200)["done"] == 1


def test_part70_3_four_eyes(cast: Cast) -> None:
    now = now_of(cast)
    finished(cast, ago=100)
    other = cast.add(Role.ADMIN)
    confirmed(
        cast.olga, archive_after=days(30), enabled={"archive": True}, four_eyes=True,
        approval={"archive": "required"},
    )  # fmt: skip
    assert pass_at(cast, now) == [1]
    check_problem(cast.olga.put(f"{OPERATIONS}/1/approve"), 403)
    # Nor by taking the eyes away first.
    rule(cast.olga, four_eyes=False)
    check_problem(cast.olga.put(f"{OPERATIONS}/1/approve"), 403)
    assert made(other.put(f"{OPERATIONS}/1/approve"), 200)["approved_by"] == other.user_id


def test_part70_3_what_changed_since_the_sweep_is_passed_over_by_name(cast: Cast) -> None:
    now = now_of(cast)
    template = make_template(cast.olga, 1)
    restored, issue, ruled, gone, plain = runs = [
        finished(cast, each, ago=100) for each in (None, None, template, None, None)
    ]
    needed = {"archive": "required"}
    confirmed(cast.olga, archive_after=days(30), enabled={"archive": True}, approval=needed)
    assert pass_at(cast, now) == [1]
    set_process(cast, restored, activated_at=now + 1)
    set_process(cast, issue, lifecycle="issue")
    own = f"/checklists/{template['id']}/retention"
    made(cast.olga.put(own, {"enabled": {"archive": False}}), 200)
    made(cast.olga.delete(f"/runs/{gone}"), 200)
    made(cast.olga.put(f"{OPERATIONS}/1/approve"), 200)
    assert items(cast.olga, {"number": 1}) == {
        restored: "restored_recently", issue: "open_issue", ruled: "rule_changed",
        gone: "already_archived", plain: "done",
    }  # fmt: skip
    assert state_of(cast, runs) == ["live", "live", "live", "archived", "archived"]


@pytest.mark.parametrize(
    ("zone", "started", "due"),
    [
        # Over a change of clocks: the same time by the clock on the wall.
        ("Europe/Berlin", ("2026-03-15", 10 * HOUR), ("2026-04-15", 10 * HOUR)),
        ("Europe/Berlin", ("2026-10-10", 10 * HOUR), ("2026-11-10", 10 * HOUR)),
        # No day of February looks back on the 31st of January.
        ("America/New_York", ("2026-01-31", 10 * HOUR), ("2026-03-01", 0)),
    ],
)
def test_part70_21_a_preview_at_a_date_is_what_then_happens(
    cast: Cast, zone: str, started: tuple[str, int], due: tuple[str, int]
) -> None:
    zoned = organizations.update().where(organizations.c.id == cast.organization_id)
    change(cast, zoned.values(timezone=zone))
    began, then = (day_range(day, zone)[0] + after for day, after in (started, due))
    first, second = (finished(cast, ago=1) for _ in range(2))
    set_process(cast, first, completed_at=began)
    set_process(cast, second, completed_at=began + 5 * DAY)
    month = {"unit": "months", "value": 1}
    confirmed(cast.olga, archive_after=month, enabled={"archive": True})
    assert preview(cast, then - 1_000_000) == (0, 0)
    assert preview(cast, then) == (1, 0)
    assert pass_at(cast, then - 1_000_000) == []
    assert pass_at(cast, then + HOUR) == [1]
    assert state_of(cast, [first, second]) == ["archived", "live"]


def test_part70_22_one_ceiling_binds_all_rules_and_verbs(cast: Cast) -> None:
    now = now_of(cast)
    templates = [make_template(cast.olga, 1) for _ in range(2)]
    live = [finished(cast, each, ago=50 + ago) for ago, each in enumerate((*templates, None) * 2)]
    old = [archived(cast, each, ago=112 + ago) for ago, each in enumerate((*templates, None) * 2)]
    on: Any = {"enabled": {"archive": True, "delete": True}, **FREELY}
    confirmed(cast.olga, archive_after=days(30), delete_after=days(80), ceiling_per_pass=5, **on)
    for each in templates:
        own = f"/checklists/{each['id']}/retention"
        confirmed(cast.olga, own, archive_after=days(20), delete_after=days(90), ceiling_per_pass=2)
    allow_deletion(cast)
    begun = pass_at(cast, now + 2 * DAY)
    done = [operation(cast, number)["done"] for number in begun]
    assert (len(begun), sum(done)) == (2, 5)
    gone = state_of(cast, [*live, *old])
    assert gone.count("gone") + gone[:6].count("archived") == 5
    for number in range(10):
        pass_at(cast, now + 3 * DAY + number * HOUR)
    assert state_of(cast, [*live, *old]) == ["archived"] * 6 + ["gone"] * 6


def test_part70_3_families_together_wait_for_each_other(cast: Cast) -> None:
    now = now_of(cast)
    parent = finished(cast, ago=100)
    child = launch(cast.olga, parent_id=parent)["id"]
    confirmed(cast.olga, archive_after=days(30), enabled={"archive": True}, families="together")
    assert pass_at(cast, now) == []
    (left,) = made(cast.olga.get(f"{RETENTION}/candidates"), 200)
    assert (left["id"], left["reason"]) == (parent, "open_children")
    set_process(cast, child, completed_at=now - 40 * DAY, lifecycle="complete")
    (number,) = pass_at(cast, now + HOUR)
    assert operation(cast, number)["done"] == 2
    # And nothing is deleted whose family is live: whatever the rule says of families.
    made(cast.olga.put(f"/runs/{child}/activate"), 200)
    set_process(cast, parent, archived_at=now - 100 * DAY, updated_at=now - 100 * DAY)
    confirmed(
        cast.olga, delete_after=days(30), families="single", **FREELY,
        enabled={"archive": False, "delete": True},
    )  # fmt: skip
    allow_deletion(cast)
    assert pass_at(cast, now + 2 * DAY) == []
    (left,) = made(cast.olga.get(f"{RETENTION}/candidates?verb=delete"), 200)
    assert (left["id"], left["reason"]) == (parent, "open_children")


def test_part70_26_what_was_on_hold_counts_anew(cast: Cast) -> None:
    now = now_of(cast)
    template = make_template(cast.olga, 1)
    alone, of_template, free = runs = [
        archived(cast, each, ago=100) for each in (None, template, None)
    ]
    scopes = ({"type": "run", "id": alone}, {"type": "checklist", "id": template["id"]})
    holds = [
        made(cast.olga.post("/holds", {"reason": "Audit", "scope": scope}))["id"]
        for scope in scopes
    ]
    confirmed(cast.olga, delete_after=days(30), enabled={"delete": True}, **FREELY)
    allow_deletion(cast)
    (number,) = pass_at(cast, now + 2 * DAY)
    assert items(cast.olga, {"number": number}) == {
        alone: "held", of_template: "held", free: "done",
    }  # fmt: skip
    for hold in holds:
        made(cast.olga.put(f"/holds/{hold}/release", {"reason": "Over"}), 200)
    # Thirty days from the release on.
    assert pass_at(cast, now + 29 * DAY) == []
    (number,) = pass_at(cast, now + 31 * DAY)
    assert state_of(cast, runs) == ["gone"] * 3
