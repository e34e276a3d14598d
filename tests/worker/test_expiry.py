"""What the clock completes (part 40, 7.4 and 7.5; part 50, 5; part 30, 10.4), the clock in hand.

The steps of the worker run in the test's process, on the server's clock; where a worker has to die,
it is a process of its own.
"""
# ruff: noqa: N802 (examples are named as in the contract)

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from cast import GUS, Cast, assemble
from dying import kill, start, wait_for
from factories import complete, launch, made, make_oneoff, make_template, read, tasks_of
from forms import asked
from letters import mails_of
from procession.core.times import HOUR
from procession.domains.tasks.store.falling_due import EXPIRED
from procession.kit.server import Server
from procession.worker.loop import run_once, steps_of
from procession.worker.sweep import Clockwork
from server import ClockInHand, RunningServer

LAUNCH = "2026-03-02T09:00:00Z"
DUE = "2026-03-07T09:00:00Z"
AFTER = "2026-03-07T09:00:01Z"


@pytest.fixture
def people(alone: RunningServer) -> Cast:
    return assemble(alone)


@pytest.fixture
def hand(alone: RunningServer) -> ClockInHand:
    return alone.clock


def pass_by(cast: Cast) -> int:
    """All that the clock has to do now; how many steps found something."""
    clockwork, found = Clockwork(cast.server.storage), 0
    while clockwork.expire_one() or clockwork.complete_one_left():
        found += 1
    return found


def expiring(cast: Cast, kind: str = "expiring", **step: Any) -> Any:
    """A process with a task that is due five days after the launch; that task."""
    template = make_template(cast.olga, [{"title": "Ask", "step_type": kind, **step}])
    return tasks_of(cast.olga, launch(cast.olga, template))[0]


def read_task(cast: Cast, task: Any, query: str = "") -> Any:
    return made(cast.olga.get(f"/tasks/{task['id']}{query}"), 200)


def facts_of(cast: Cast, task: Any) -> list[Any]:
    path = f"/activity-feeds?entity_type=task&entity_id={task['id']}&sort=created_at"
    return list(made(cast.olga.get(path), 200))


def completions(cast: Cast, task: Any) -> int:
    return [fact["verb"][0] for fact in facts_of(cast, task)].count("completed")


# --- Expiring ---


def test_40_52_a_task_past_its_deadline_expires(people: Cast, hand: ClockInHand) -> None:
    hand.stop_at(LAUNCH)
    fields = [asked("Must", required=True), asked("May", default_value_enabled=True,
                                                  default_value="x")]  # fmt: skip
    task = expiring(people, captures=fields)
    made(people.olga.post(f"/tasks/{task['id']}/problem", {"content": "Unclear"}))
    hand.stop_at(DUE)
    assert pass_by(people) == 0
    hand.stop_at(AFTER)
    assert pass_by(people) == 1
    expired = read_task(people, task, "?with=threads")
    assert (expired["status"], expired["is_approved"]) == ("completed", False)
    assert (expired["completer_id"], expired["completer_guest"]) == (None, None)
    assert expired["completed_at"] == AFTER
    # Defaults become answers, as at every completion.
    assert list(expired["taskdata"].values()) == ["x"]
    note = expired["threads"]["data"][-1]
    assert (note["author_type"], note["author_id"]) == ("bot", None)
    assert "expired" in note["content"]
    last = facts_of(people, task)[-1]
    assert (last["verb"][0], last["actor"][0]["last_name"]) == ("completed", "Bot")
    assert "expired" in str(last["description"])
    process = read(people.olga, {"id": task["run_id"]})
    assert process["completed_at"] == AFTER
    # Once.
    assert pass_by(people) == 0
    assert completions(people, task) == 1


def test_40_37_who_comes_first_acknowledges(people: Cast, hand: ClockInHand) -> None:
    hand.stop_at(LAUNCH)
    task = expiring(people)
    complete(people.olga, task)
    hand.move(days=30)
    assert pass_by(people) == 0
    assert read_task(people, task)["is_approved"] is True
    # Reopened it is open again, and its deadline is past.
    made(people.olga.delete(f"/completed-tasks/{task['id']}"), 200)
    assert pass_by(people) == 1
    assert read_task(people, task)["is_approved"] is False
    assert completions(people, task) == 2


def test_50_E20_what_waits_for_an_open_step_does_not_expire(
    people: Cast, hand: ClockInHand
) -> None:
    hand.stop_at(LAUNCH)
    template = make_template(people.olga, [{"title": "J"}, {"title": "X", "step_type": "expiring"}])
    path = f"/checklists/{template['id']}/steps"
    j, x = made(people.olga.get(path), 200)
    due = {"value": 1, "unit": "day", "option": "from", "step": j["id"]}
    made(people.olga.put(f"{path}/{x['id']}", {"title": "X", "deadline": due}), 200)
    job, waiting = tasks_of(people.olga, launch(people.olga, template))
    hand.stop_at("2026-04-30T00:00:00Z")
    assert pass_by(people) == 0
    assert read_task(people, waiting)["status"] == "not-started"
    complete(people.olga, job)
    assert pass_by(people) == 0
    hand.move(days=1, seconds=1)
    assert pass_by(people) == 1
    assert read_task(people, waiting)["is_approved"] is False


def test_50_48_an_expiring_email_is_sent_by_the_clock_once(people: Cast, hand: ClockInHand) -> None:
    hand.stop_at(LAUNCH)
    task = expiring(people, "expiring_email", summary="<p>Hello</p>", guests=[GUS])
    hand.stop_at(AFTER)
    assert pass_by(people) == 1
    assert pass_by(people) == 0
    assert [mail.to for mail in mails_of(people)].count(GUS) == 1
    sent = read_task(people, task)
    assert (sent["status"], sent["is_approved"]) == ("completed", False)
    assert [fact["verb"][0] for fact in facts_of(people, task)].count("emitted") == 1
    # Reopened: the clock does not send it a second time for the same deadline. A person does.
    made(people.olga.delete(f"/completed-tasks/{task['id']}"), 200)
    hand.move(days=9)
    assert pass_by(people) == 0
    complete(people.olga, task)
    assert [mail.to for mail in mails_of(people)].count(GUS) == 2


@pytest.mark.parametrize("kind", ["expiring", "expiring_email"])
def test_40_7_6_completed_in_time_it_is_not_expired(
    people: Cast, hand: ClockInHand, kind: str
) -> None:
    hand.stop_at(LAUNCH)
    task = expiring(people, kind)
    assert complete(people.olga, task)["is_approved"] is True
    sent = len(mails_of(people))
    assert sent == (1 if kind == "expiring_email" else 0)
    hand.move(days=9)
    assert pass_by(people) == 0
    assert len(mails_of(people)) == sent


def test_30_16_what_fell_due_in_the_archive(people: Cast, hand: ClockInHand) -> None:
    hand.stop_at(LAUNCH)
    steps = [
        {"title": "Ask", "step_type": "expiring"},
        {"title": "Write", "step_type": "expiring_email", "summary": "Dear"},
        {"title": "Work"},
    ]
    process = launch(people.olga, make_template(people.olga, steps))
    path = f"/runs/{process['id']}"
    made(people.olga.delete(path), 200)
    hand.move(days=20)
    assert pass_by(people) == 0
    made(people.olga.put(f"{path}/activate"), 200)
    assert [task["status"] for task in tasks_of(people.olga, process)] == ["not-started"] * 3
    assert pass_by(people) == 1
    ask, write, work = tasks_of(people.olga, process)
    assert (ask["status"], ask["is_approved"]) == ("completed", False)
    assert (write["status"], write["due_date_passed"]) == ("not-started", True)
    assert work["status"] == "not-started"
    assert mails_of(people) == []
    hand.move(days=20)
    assert pass_by(people) == 0


def test_30_16_a_one_off_task_in_the_archive(people: Cast, hand: ClockInHand) -> None:
    hand.stop_at(LAUNCH)
    owners = {"users": [people.mia.user_id]}
    fields = {"deadline": DUE, "owners": owners}
    quiet, late = (make_oneoff(people.olga, task_type="expiring_email", **fields) for _ in range(2))
    asked_for = make_oneoff(people.olga, task_type="expiring", **fields)
    for task in (quiet, asked_for):
        assert people.olga.delete(f"/tasks/{task['id']}").status_code == 204
    hand.move(days=20)
    assert pass_by(people) == 1
    assert read_task(people, late)["status"] == "completed"
    for task in (quiet, asked_for):
        made(people.olga.put(f"/tasks/{task['id']}/restore"), 200)
    assert pass_by(people) == 1
    assert read_task(people, quiet)["status"] == "not-started"
    assert read_task(people, asked_for)["is_approved"] is False


def test_50_5_a_frozen_process_waits_until_its_issue_is_resolved(
    people: Cast, hand: ClockInHand
) -> None:
    hand.stop_at(LAUNCH)
    task = expiring(people)
    run = f"/runs/{task['run_id']}"
    issue = made(people.olga.post(f"{run}/problem", {"content": "Stop"}))
    hand.move(days=9)
    assert pass_by(people) == 0
    body = {"thread_id": issue["id"], "content": "Go on"}
    made(people.olga.post(f"{run}/resolved-threads", body))
    assert pass_by(people) == 1
    assert read_task(people, task)["is_approved"] is False


def test_50_5_deadlines_come_in_their_order_and_for_every_organization(
    alone: RunningServer, people: Cast, hand: ClockInHand
) -> None:
    hand.stop_at(LAUNCH)
    other = assemble(alone)
    days = {"c": (people, 4), "a": (other, 1), "b": (people, 2)}
    tasks = {}
    for name, (cast, after) in days.items():
        due = f"2026-03-0{3 + after}T09:00:00Z"
        tasks[name] = (cast, make_oneoff(cast.olga, task_type="expiring", deadline=due))
    hand.move(days=30)
    clockwork, order = Clockwork(alone.storage), []
    while clockwork.expire_one():
        for name, (cast, task) in tasks.items():
            if name not in order and read_task(cast, task)["status"] == "completed":
                order.append(name)
    assert order == ["a", "b", "c"]


def test_50_5_a_task_that_cannot_be_completed_keeps_no_other_waiting(
    people: Cast, hand: ClockInHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    from procession.flows.tasks import expiring as flow

    hand.stop_at(LAUNCH)
    first, second = (
        make_oneoff(people.olga, task_type="expiring", deadline=f"2026-03-0{day}T09:00:00Z")
        for day in (3, 4)
    )
    hand.move(days=9)
    real = flow.expire

    def broken(server: Server, due: flow.DueTask) -> None:
        if due.id == first["id"]:
            raise ValueError("broken")
        real(server, due)

    monkeypatch.setattr(flow, "expire", broken)
    passed = [0]
    clockwork = Clockwork(people.server.storage, lambda: passed[0])
    steps = [clockwork.expire_one]
    for _ in range(3):
        run_once(steps)
    assert read_task(people, second)["status"] == "completed"
    assert read_task(people, first)["status"] == "not-started"
    monkeypatch.undo()
    run_once(steps)
    assert read_task(people, first)["status"] == "not-started"
    passed[0] += HOUR + 1
    run_once(steps)
    assert read_task(people, first)["status"] == "completed"


def test_50_42_the_worker_itself_expires_once(people: Cast, hand: ClockInHand) -> None:
    hand.stop_at(LAUNCH)
    task = expiring(people)
    hand.stop_at(AFTER)
    for _ in range(2):
        steps = steps_of(people.server.storage)
        while run_once(steps):
            pass
    assert completions(people, task) == 1


def test_50_5_what_is_due_is_found_by_the_index_of_what_expires(people: Cast) -> None:
    """However many tasks there are: the index holds open ones of two types alone."""
    database = people.server.storage.database
    compiled = EXPIRED.compiled_for(database.dialect)
    arguments = compiled.arguments({"now": 1, "limit": 50})
    raw: Any = database.connection()
    raw = raw.raw
    if people.server.name == "postgres":
        # The tables of a test are so small that reading them whole is cheaper.
        raw.execute("SET enable_seqscan = off")
        plan = psycopg.RawCursor(raw).execute(f"EXPLAIN {compiled.sql}", arguments).fetchall()
        raw.execute("RESET enable_seqscan")
    else:
        plan = raw.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", arguments).fetchall()
    assert "tasks_expiring_idx" in str(plan)


# --- Left for months ---


def test_40_7_4_what_is_left_for_months_is_completed(people: Cast, hand: ClockInHand) -> None:
    hand.stop_at(LAUNCH)
    steps = [
        {"title": "Work"},
        {"title": "Decide", "step_type": "approval"},
        {"title": "Torn"},
        {"title": "Write", "step_type": "email"},
    ]
    process = launch(people.olga, make_template(people.olga, steps))
    restored = launch(people.olga, make_template(people.olga, 1))
    torn = tasks_of(people.olga, process)[2]
    made(people.olga.post(f"/tasks/{torn['id']}/problem", {"content": "Torn"}))
    made(people.olga.delete(f"/runs/{restored['id']}"), 200)
    # Due on March 7, 2026: two months later is May 7.
    hand.stop_at("2026-05-07T08:59:59Z")
    made(people.olga.put(f"/runs/{restored['id']}/activate"), 200)
    settings = {"auto_complete_tasks": True, "auto_complete_task_months": 2}
    hand.stop_at("2027-01-01T00:00:00Z")
    assert pass_by(people) == 0
    made(people.olga.client.put(people.olga.path(""), settings), 200)
    hand.stop_at("2026-05-07T09:00:00Z")
    assert pass_by(people) == 0
    hand.stop_at("2026-05-07T09:00:01Z")
    assert pass_by(people) == 2
    work, decide, torn, write = tasks_of(people.olga, process)
    assert [task["status"] for task in (work, decide)] == ["completed"] * 2
    assert (work["completer_id"], decide["is_approved"]) == (None, None)
    assert [task["status"] for task in (torn, write)] == ["not-started"] * 2
    # Counted from the restore.
    assert tasks_of(people.olga, restored)[0]["status"] == "not-started"
    hand.stop_at("2026-07-07T09:00:01Z")
    assert pass_by(people) == 1
    assert tasks_of(people.olga, restored)[0]["status"] == "completed"
    assert mails_of(people) == []


# --- Several workers, and one that dies ---


def test_50_5_two_workers_at_once_expire_everything_once(people: Cast, hand: ClockInHand) -> None:
    hand.stop_at(LAUNCH)
    steps = [{"title": f"T{place}", "step_type": "expiring_email"} for place in range(6)]
    processes = [launch(people.olga, make_template(people.olga, steps)) for _ in range(3)]
    hand.stop_at(AFTER)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: pass_by(people), range(4)))
    for process in processes:
        for task in tasks_of(people.olga, process):
            assert task["is_approved"] is False
            assert completions(people, task) == 1
    assert len(mails_of(people)) == 18


#: The worker's own step, in a process that stops for ever just before it would tell and commit.
_STOPPING = """
import os
import time
from procession.flows.access.opening import open_migrated
from procession.kit.settings import read_settings
from procession.kit.work import Work
from procession.worker.sweep import Clockwork

def stop(work):
    print("stopped", flush=True)
    time.sleep(600)

Work.write_facts = stop
Clockwork(open_migrated(read_settings(os.environ))).expire_one()
"""


def kill_one_that_stopped(server: RunningServer, folder: Path) -> None:
    """It holds the process and has changed the task, and nothing of it is committed."""
    worker = start(server, folder, "-c", _STOPPING)
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"stopped\n"
    finally:
        kill(worker)


def kill_one_that_waits(server: RunningServer, folder: Path) -> None:
    """The real worker: it cannot write what it has to tell while this test holds the table."""
    blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with (
        psycopg.connect(server.settings.database_url) as holding,
        psycopg.connect(server.settings.database_url, autocommit=True) as looking,
    ):
        holding.execute("LOCK TABLE activity IN SHARE MODE")
        worker = start(server, folder, "-m", "procession.cli", "work")
        try:
            wait_for(lambda: looking.execute(blocked).fetchone() == (1,))
        finally:
            kill(worker)
        holding.rollback()


def test_50_5_a_worker_that_is_killed_loses_and_doubles_nothing(
    people: Cast, hand: ClockInHand, tmp_path: Path
) -> None:
    hand.stop_at(LAUNCH)
    task = expiring(people, "expiring_email", summary="Dear", assignees=[people.mia.user_id])
    hand.stop_at(AFTER)
    server = people.server
    kill_one_that_stopped(server, tmp_path)
    untouched = read_task(people, task, "?with=threads")
    assert (untouched["status"], untouched["is_approved"]) == ("not-started", None)
    assert untouched["threads"]["data"] == []
    assert (mails_of(people), completions(people, task)) == ([], 0)
    if server.name == "postgres":
        # It has been sent everything with its COMMIT (decision 0051): it does all of it or nothing.
        kill_one_that_waits(server, tmp_path)
    worker = start(server, tmp_path, "-m", "procession.cli", "work")
    try:
        wait_for(lambda: read_task(people, task)["status"] == "completed")
    finally:
        worker.terminate()
        worker.communicate()
    assert pass_by(people) == 0
    assert completions(people, task) == 1
    assert len(mails_of(people)) == 1
