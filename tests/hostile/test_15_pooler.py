"""5.2, row 15: PgBouncer shares connections of PostgreSQL by transaction."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from cast import Cast, assemble
from factories import launch, made, make_template, tasks_of
from misbehaving import pooler_to
from postgres import Cluster
from procession.kit.migrating import migrate
from server import RunningServer, free_port, running_server

TASK = {"title": "Call", "task_type": "task", "deadline": "2031-01-01", "owners": {}}

Address = Callable[[str], str]


@pytest.fixture(scope="module")
def pooled(postgres: Cluster) -> Iterator[Address]:
    with pooler_to(postgres, "transaction") as address:
        yield address


@pytest.fixture(scope="module")
def database(postgres: Cluster, pooled: Address) -> str:
    """Made and migrated through the pooler."""
    postgres.create_database("pooled")
    migrate(pooled("pooled"))
    return pooled("pooled")


@pytest.fixture(scope="module")
def server(database: str) -> Iterator[RunningServer]:
    with running_server(
        "postgres", database, POSTGRES_POOLER="transaction", THREADS="8"
    ) as running:
        yield running


@pytest.fixture
def cast(server: RunningServer) -> Cast:
    return assemble(server)


def left_behind(address: str) -> tuple[int, str, str]:
    """Of whoever had the connections before."""
    with psycopg.connect(address, prepare_threshold=None) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM pg_prepared_statements), "
            "current_setting('statement_timeout'), current_setting('lock_timeout')"
        ).fetchone()
    assert row is not None
    return tuple(row)


def test_11_15_migrating_leaves_nothing_on_the_session(database: str) -> None:
    assert left_behind(database) == (0, "0", "0")


def test_11_15_a_thousand_mixed_requests_without_an_error(cast: Cast, database: str) -> None:
    template = make_template(cast.olga, 3)
    process = launch(cast.olga, template)
    (first, *_) = tasks_of(cast.olga, process)

    def client(number: int) -> list[int]:
        olga, statuses = cast.olga.again(), []
        for turn in range(50):
            key = {"Idempotency-Key": f"{number}-{turn}"}
            body = {"checklist_id": template["id"], "name": f"{number}-{turn}"}
            made_now = olga.post("/runs", body, headers=key)
            own = f"/runs/{made_now.json()['data']['id']}"
            statuses += [
                answer.status_code
                for answer in (
                    made_now,
                    olga.get(f"{own}?with=tasks"),
                    olga.get("/runs?per_page=5"),
                    olga.put(own, {"name": f"changed {turn}"}),
                    olga.delete(own),
                )
            ]
        return statuses

    with ThreadPoolExecutor(4) as pool:
        statuses = Counter(status for found in pool.map(client, range(4)) for status in found)
    assert statuses == {200: 800, 201: 200}
    assert cast.olga.get(f"/tasks/{first['id']}").status_code == 200
    assert left_behind(database) == (0, "0", "0")


def command(address: str, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "procession.cli", *words],
        env={**os.environ, "PROCESSION_DATABASE_URL": address, **environment},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("words", [("serve",), ("work",), ("token", "list"), ("demo",)])
def test_11_15_without_the_setting_the_start_is_refused(
    database: str, words: tuple[str, ...]
) -> None:
    done = command(database, *words, PROCESSION_PORT=str(free_port()))
    assert done.returncode == 1
    assert "PROCESSION_POSTGRES_POOLER=transaction" in done.stderr
    assert "Traceback" not in done.stderr


def test_11_15_with_the_setting_commands_work(database: str) -> None:
    done = command(database, "token", "list", PROCESSION_POSTGRES_POOLER="transaction")
    assert done.returncode == 0, done.stderr


def test_11_15_a_pooler_that_keeps_sessions_together_needs_no_setting(
    postgres: Cluster, server: RunningServer
) -> None:
    with pooler_to(postgres, "session") as address:
        done = command(address("pooled"), "token", "list")
        assert done.returncode == 0, done.stderr
        with running_server("postgres", address("pooled")) as running:
            made(assemble(running).olga.post("/tasks", TASK))
