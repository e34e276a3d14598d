"""5.2, row 6: a connection lost between COMMIT and its answer, and keys that learn of it."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
import requests

from cast import Cast, Person, assemble
from factories import launch, made, make_template
from misbehaving import Proxy, kill_all, proxy_to, timed
from postgres import Cluster
from server import Client, RunningServer, running_server
from wire import check_problem

TASK = {"title": "Call", "task_type": "task", "deadline": "2031-01-01", "owners": {}}


@pytest.fixture(scope="module")
def proxy(postgres: Cluster) -> Iterator[Proxy]:
    with proxy_to(postgres) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def behind(new_database: Callable[[str], str], proxy: Proxy) -> Iterator[RunningServer]:
    """A server whose PostgreSQL is behind the proxy."""
    name = new_database("postgres").partition("?")[0].rpartition("/")[2]
    with running_server("postgres", proxy.url(name), THREADS="1") as running:
        yield running


@pytest.fixture
def lossy(behind: RunningServer, proxy: Proxy) -> Cast:
    cast = assemble(behind)
    cast.olga.get("/runs")
    return cast


def names(by: Person) -> list[str]:
    return [each["name"] for each in by.get("/runs?per_page=100").json()["data"]]


def test_11_6_a_launch_whose_commit_got_no_answer_says_that_it_may_be(
    lossy: Cast, proxy: Proxy
) -> None:
    """For each COMMIT of it in turn: nothing says that nothing was applied when something was."""
    lost = 0
    for number in range(1, 5):
        name = f"Lost {number}"
        proxy.losing = number
        answer = lossy.olga.post("/runs", {"name": name})
        if proxy.losing:
            proxy.losing = 0
            break
        lost += 1
        body = check_problem(answer, 503, "OUTCOME_UNKNOWN")
        assert "Look first" in body["message"]
        assert "Retry-After" not in answer.headers
        assert names(lossy.olga).count(name) == 1
    assert lost


def test_11_6_a_key_learns_the_outcome(lossy: Cast, proxy: Proxy) -> None:
    template = make_template(lossy.olga, 2)
    for path, sent in (
        ("/runs", {"checklist_id": template["id"], "name": "Keyed"}),
        ("/tasks", TASK),
    ):
        key = {"Idempotency-Key": f"key of {path}"}
        proxy.losing = 1
        lost = lossy.olga.post(path, sent, headers=key)
        assert proxy.losing == 0
        check_problem(lost, 503, "OUTCOME_UNKNOWN")
        assert lost.headers["Retry-After"]

        again, once_more = (lossy.olga.post(path, sent, headers=key) for _ in "12")

        assert again.headers["Idempotent-Replayed"] == "true"
        assert made(again)["id"] == made(once_more)["id"]
    assert names(lossy.olga).count("Keyed") == 1


def test_11_6_a_change_may_be_sent_again(lossy: Cast, proxy: Proxy) -> None:
    process = launch(lossy.olga, name="Old")
    proxy.losing = 1

    lost = lossy.olga.put(f"/runs/{process['id']}", {"name": "New"})

    check_problem(lost, 503, "OUTCOME_UNKNOWN")
    assert lost.headers["Retry-After"]
    assert names(lossy.olga) == ["New"]


def test_11_6_a_connection_lost_before_commit_changed_nothing(
    lossy: Cast, postgres: Cluster
) -> None:
    """A key that it was sent with is free at once."""
    database = lossy.server.settings.database_url.rpartition("/")[2]
    key = {"Idempotency-Key": "ended"}
    template = make_template(lossy.olga, 1)
    sent = {"checklist_id": template["id"], "name": "Ended"}
    with (
        held_back(lossy) as let_go,
        in_background(lambda: lossy.olga.again().post("/runs", sent, headers=key)) as answers,
    ):
        wait_for_lock(postgres, database)
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as boss:
            boss.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = %s AND wait_event_type = 'Lock'",
                [database],
            )
        answers.join()
        let_go()

    check_problem(answers.results[0], 503, "UNAVAILABLE")
    made(lossy.olga.post("/runs", sent, headers=key))
    assert names(lossy.olga) == ["Ended"]


def test_11_6_the_second_with_a_key_is_answered_within_a_second(cast: Cast) -> None:
    """On SQLite whoever is held back is itself refused within a second, for all writers wait."""
    is_sqlite = cast.server.name == "sqlite"
    key = {"Idempotency-Key": "held"}
    template = make_template(cast.olga, 1)
    sent = {"checklist_id": template["id"], "name": "Held"}
    with (
        held_back(cast) as let_go,
        in_background(lambda: cast.olga.again().post("/runs", sent, headers=key)) as answers,
    ):
        time.sleep(0.4)
        second = timed(lambda: cast.olga.post("/runs", sent, headers=key))
        let_go()
        answers.join()

    assert second.seconds < 1.5
    assert second.status in ((409, 503) if is_sqlite else (409,)), second.answer.text
    assert second.answer.headers["Retry-After"]
    first = answers.results[0]
    assert first.status_code in ((201, 503) if is_sqlite else (201,)), first.text
    again = made(cast.olga.post("/runs", sent, headers=key))
    assert first.status_code != 201 or again["id"] == made(first)["id"]
    assert names(cast.olga) == ["Held"]


def test_11_6_a_killed_server_leaves_no_key_claimed(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    url, key = new_database(database_kind), {"Idempotency-Key": "killed"}
    with running_server(database_kind, url) as running:
        cast = assemble(running)
        template = make_template(cast.olga, 1)
        sent = {"checklist_id": template["id"], "name": "Killed"}
        # Not by our client: to it a server that dies is a failure.
        address = f"{running.base_url}{cast.olga.path('/runs')}"
        token = {"Authorization": f"Bearer {cast.olga.token}"}
        with (
            held_back(cast) as let_go,
            in_background(
                lambda: requests.post(address, json=sent, headers={**token, **key}, timeout=30)
            ) as answers,
        ):
            time.sleep(0.4)
            kill_all(running.process)
            let_go()
            answers.join()
    with running_server(database_kind, url) as running:
        olga = replace(cast.olga, client=Client(running.base_url, cast.olga.token))

        answer = olga.post("/runs", sent, headers=key)

        made(answer)
        assert "Idempotent-Replayed" not in answer.headers
        assert names(olga) == ["Killed"]


# --- Requests that are held in the middle ---


@contextmanager
def held_back(cast: Cast) -> Iterator[Callable[[], None]]:
    """Launches wait in their transaction until they are let go."""
    if cast.server.name == "sqlite":
        path = cast.server.settings.database_url.removeprefix("sqlite:///")
        file = sqlite3.connect(path, isolation_level=None, timeout=20)
        file.execute("BEGIN IMMEDIATE")
        try:
            yield file.rollback
        finally:
            file.close()
    else:
        with psycopg.connect(cast.server.settings.database_url) as table:
            table.execute("LOCK TABLE processes IN EXCLUSIVE MODE")
            yield table.rollback


class Background(threading.Thread):
    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._act = act
        self.results: list[Any] = []

    def run(self) -> None:
        try:
            self.results.append(self._act())
        except OSError as error:
            self.results.append(error)


@contextmanager
def in_background(act: Callable[[], Any]) -> Iterator[Background]:
    thread = Background(act)
    thread.start()
    yield thread


def wait_for_lock(cluster: Cluster, database: str) -> None:
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    )
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as boss:
        for _ in range(100):
            row = boss.execute(waiting, [database]).fetchone()
            if row and row[0]:
                return
            time.sleep(0.05)
    raise AssertionError("nothing waits")
