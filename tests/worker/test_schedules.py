"""Launches by schedules (part 50, 9, row 50), the clock in hand.

The worker's step runs in the test's process, on the server's clock; where a worker has to die, it
is a process of its own.
"""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from backdoor import set_membership
from cast import Cast, Person, assemble
from factories import let_all_launch, made, make_template
from forms import asked
from procession.flows.launching.recurring import launch_due, list_due
from procession.worker.sweep import Clockwork
from server import ClockInHand, RunningServer
from wire import check_problem

START = "2026-03-02T09:00:00Z"


@pytest.fixture
def people(alone: RunningServer) -> Cast:
    alone.clock.stop_at(START)
    return assemble(alone)


@pytest.fixture
def hand(alone: RunningServer) -> ClockInHand:
    return alone.clock


def schedule(by: Person, template: Any, cron: Any = "30 9 * * *", **more: Any) -> Any:
    body = {"checklist_id": template["id"], "cron": cron, **more}
    return made(by.post("/recurring-jobs", body))


def again(by: Person, one: Any) -> Any:
    return made(by.get(f"/recurring-jobs/{one['id']}"), 200)


def launched(by: Person) -> list[str]:
    """Names, in the order of their launches."""
    found = made(by.get("/runs?without_pagination=true&sort=created_at"), 200)
    return [process["name"] for process in found]


def pass_by(cast: Cast) -> int:
    clockwork, found = Clockwork(cast.server.storage), 0
    while clockwork.launch_one_due():
        found += 1
    return found


def test_50_9_a_schedule_launches_when_it_is_due(people: Cast, hand: ClockInHand) -> None:
    field = asked("Client", id="client", alias="client", required=True)
    template = make_template(people.olga, 1, title="Review", prerun=[field])
    body = {"checklist_id": template["id"], "cron": "0 9 * * *", "prerun": {"client": "x"},
            "owner_id": people.mia.user_id}  # fmt: skip
    problem = check_problem(people.olga.post("/recurring-jobs", body), 422)
    assert problem["errors"] == {"owner_id": ["The owner may not launch this template."]}
    let_all_launch(people.olga, template)
    one = schedule(
        people.olga, template, {"every": "month", "time": "09:30", "day": 31},
        name_format="{{TEMPLATE_NAME}} of {{client}}, {{DATE}}",
        prerun={"client": "<b>Ann</b>"}, owner_id=people.mia.user_id,
    )  # fmt: skip
    assert one == {
        "id": one["id"], "checklist_id": template["id"], "owner_id": people.mia.user_id,
        "name_format": "{{TEMPLATE_NAME}} of {{client}}, {{DATE}}",
        "prerun": {"client": "<b>Ann</b>"}, "timezone": None, "active": True,
        "cron": {"every": "month", "time": "09:30", "day": 31}, "last_run_at": None,
        "next_run_at": "2026-03-31T09:30:00Z", "last_run_id": None, "last_error": None,
        "created_by": people.olga.user_id, "created_at": START, "last_updated": START,
    }  # fmt: skip
    assert pass_by(people) == 0
    hand.stop_at("2026-03-31T09:30:00Z")
    assert (pass_by(people), pass_by(people)) == (1, 0)
    now = again(people.mia, one)
    assert (now["last_run_at"], now["next_run_at"], now["last_error"]) == (
        "2026-03-31T09:30:00Z", "2026-04-30T09:30:00Z", None,
    )  # fmt: skip
    process = made(people.olga.get(f"/runs/{now['last_run_id']}"), 200)
    assert process["name"] == "Review of Ann, 2026-03-31"
    assert (process["launched_via"], process["started_by"], process["owner_id"]) == (
        "schedule", people.mia.user_id, people.mia.user_id,
    )  # fmt: skip
    # What was missed while nobody was there is one launch; the next is in time again.
    hand.stop_at("2026-08-01T00:00:00Z")
    assert pass_by(people) == 1
    assert launched(people.olga)[1:] == ["Review of Ann, 2026-08-01"]
    assert again(people.olga, one)["next_run_at"] == "2026-08-31T09:30:00Z"


def test_50_50_four_workers_launch_once(people: Cast, hand: ClockInHand) -> None:
    template = make_template(people.olga, 1)
    for minute in range(5):
        schedule(people.olga, template, f"{minute} 10 * * *", name_format=f"N{minute}")
    hand.stop_at("2026-03-02T10:30:00Z")
    storage = people.server.storage
    due = list_due(storage)
    assert len(due) == 5
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda each: launch_due(storage, each), [*due, *due, *due, *due]))
    assert sorted(launched(people.olga)) == [f"N{minute}" for minute in range(5)]
    assert pass_by(people) == 0


def test_50_9_a_launch_that_fails_is_told_and_tried_again(people: Cast, hand: ClockInHand) -> None:
    template = make_template(people.olga, 1)
    other = make_template(people.olga, 1, title="Other")
    path = f"/checklists/{template['id']}"
    one = schedule(people.olga, template)
    schedule(people.olga, other)
    made(people.olga.post(f"{path}/preruns", asked("Client", required=True)))
    hand.stop_at("2026-03-02T09:31:00Z")
    assert pass_by(people) == 2
    assert len(launched(people.olga)) == 1
    now = again(people.olga, one)
    assert "Client" in now["last_error"]
    assert (now["last_run_id"], now["next_run_at"]) == (None, "2026-03-03T09:30:00Z")
    feed = made(people.olga.get("/activity-feeds?per_page=100"), 200)
    assert any("could not launch by the schedule" in str(entry) for entry in feed)
    assert people.olga.delete(path).status_code == 200
    hand.stop_at("2026-03-03T10:00:00Z")
    assert pass_by(people) == 2
    assert "archived" in again(people.olga, one)["last_error"]
    made(people.olga.put(f"{path}/restore"), 200)
    let_all_launch(people.olga, template)
    made(people.olga.put(f"/recurring-jobs/{one['id']}", {"owner_id": people.mia.user_id}), 200)
    set_membership(people, people.mia, disabled_at=1)
    hand.stop_at("2026-03-04T10:00:00Z")
    assert pass_by(people) == 2
    assert "owner" in again(people.olga, one)["last_error"]
    # It recovers by itself once nothing is wrong any more.
    (field,) = made(people.olga.get(f"{path}/preruns"), 200)
    body = {"owner_id": people.olga.user_id, "prerun": {field["id"]: "Ann"}}
    made(people.olga.put(f"/recurring-jobs/{one['id']}", body), 200)
    hand.stop_at("2026-03-05T10:00:00Z")
    pass_by(people)
    now = again(people.olga, one)
    assert (now["last_error"], len(now["last_run_id"])) == (None, 32)


def test_50_9_a_schedule_changes_stops_and_goes(people: Cast, hand: ClockInHand) -> None:
    template = make_template(people.olga, 1)
    let_all_launch(people.olga, template)
    one = schedule(people.mia, template, "0 9 * * MON", timezone="America/New_York")
    assert (one["cron"], one["next_run_at"]) == ("0 9 * * MON", "2026-03-02T14:00:00Z")
    path = f"/recurring-jobs/{one['id']}"
    # Standard members see and schedule their own, administrators all.
    own = schedule(people.olga, template)
    assert people.mia.get(f"/recurring-jobs/{own['id']}").status_code == 404
    assert [each["id"] for each in made(people.mia.get("/recurring-jobs"), 200)] == [one["id"]]
    assert len(made(people.olga.get("/recurring-jobs"), 200)) == 2
    assert people.mia.put(path, {"owner_id": people.olga.user_id}).status_code == 403
    assert people.olga.get("/recurring-jobs/first").status_code == 404
    whole = people.mia.put(path, made(people.mia.get(path), 200))
    assert (whole.json()["data"], "X-Ignored-Fields" in whole.headers) == (one, False)
    assert made(people.mia.put(path, {"active": False}), 200)["next_run_at"] is None
    hand.stop_at("2026-03-12T09:00:00Z")
    pass_by(people)
    assert len(launched(people.olga)) == 1
    started = made(people.mia.put(path, {"active": True, "timezone": None}), 200)
    assert started["next_run_at"] == "2026-03-16T09:00:00Z"
    assert people.mia.delete(path).status_code == 200
    assert people.mia.delete(path).status_code == 404
    # A template that is deleted for ever takes its schedules along.
    people.olga.delete(f"/checklists/{template['id']}")
    assert people.olga.delete(f"/checklists/{template['id']}/delete").status_code == 200
    assert made(people.olga.get("/recurring-jobs"), 200) == []


@pytest.mark.parametrize(
    ("body", "keys"),
    [
        ({"cron": None}, {"cron"}),
        ({"cron": "every day"}, {"cron"}),
        ({"cron": ["0 9 * * *"]}, {"cron"}),
        ({"cron": {"every": "month", "time": "9"}}, {"cron.day", "cron.time"}),
        ({"timezone": "Mars/Base"}, {"timezone"}),
        ({"owner_id": 2**40}, {"owner_id"}),
        ({"checklist_id": "0" * 32}, {"checklist_id"}),
        ({"name_format": "x" * 551}, {"name_format"}),
        ({"prerun": {"nothing": 1}}, None),
        ({"prerun": {}}, {"prerun"}),
    ],
)
def test_50_9_what_is_wrong_is_told_at_once(people: Cast, body: Any, keys: Any) -> None:
    template = make_template(people.olga, 1, prerun=[asked("Client", required=True)])
    (field,) = template["prerun"]
    whole = {"checklist_id": template["id"], "cron": "0 9 * * *",
             "prerun": {field["id"]: "Ann"}, **body}  # fmt: skip
    answer = people.olga.post("/recurring-jobs", whole)
    problem = check_problem(answer, 422)
    if keys is not None:
        assert {
            key.split(".")[0] if keys == {"prerun"} else key for key in problem["errors"]
        } == keys
    assert made(people.olga.get("/recurring-jobs"), 200) == []


#: Stops where the launch is written and not committed.
_STOPPING = """
import os, time
from procession.flows.access.opening import open_migrated
from procession.kit.settings import read_settings
from procession.kit.work import Work
from procession.worker.sweep import Clockwork

def stop(work):
    print("stopped", flush=True)
    time.sleep(600)

Work.write_facts = stop
Clockwork(open_migrated(read_settings(os.environ))).launch_one_due()
"""


def test_50_50_a_worker_that_is_killed_loses_and_doubles_nothing(
    people: Cast, hand: ClockInHand, tmp_path: Path
) -> None:
    one = schedule(people.olga, make_template(people.olga, 1))
    hand.stop_at("2026-03-02T09:31:00Z")
    server = people.server
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PROCESSION_")}
    variables = {
        "PROCESSION_DATABASE_URL": server.settings.database_url,
        "PROCESSION_CLOCK_FILE": str(server.clock.file),
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", _STOPPING], cwd=tmp_path, env=kept | variables,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"stopped\n"
    finally:
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()
    assert (launched(people.olga), again(people.olga, one)["last_run_at"]) == ([], None)
    assert (pass_by(people), pass_by(people)) == (1, 0)
    assert len(launched(people.olga)) == 1
