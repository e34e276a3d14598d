"""5.2, row 8: PostgreSQL is frozen, silent, restarted; who waits for it has a limit."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress

import psycopg
import pytest
import requests
import sqlalchemy as sa

from cast import Cast, assemble
from factories import launch
from misbehaving import Proxy, at_once, frozen, proxy_to, restart, timed, until
from postgres import Cluster
from procession.kit.db import Statement, is_away
from procession.kit.migrating import migrate
from procession.kit.postgres_database import PostgresDatabase
from procession.kit.postgres_limits import Limits
from server import RunningServer, running_server
from wire import check_problem


@pytest.fixture(scope="module")
def proxy(own_postgres: Cluster) -> Iterator[Proxy]:
    with proxy_to(own_postgres) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def behind(own_postgres: Cluster, proxy: Proxy) -> Iterator[RunningServer]:
    migrate(own_postgres.create_database("silent"))
    with running_server("postgres", proxy.url("silent")) as running:
        yield running


@pytest.fixture
def cast(behind: RunningServer) -> Cast:
    return assemble(behind)


@contextmanager
def network_gone(proxy: Proxy) -> Iterator[None]:
    proxy.is_silent = True
    try:
        yield
    finally:
        proxy.is_silent = False


def calls(cast: Cast, count: int) -> list[Callable[[], requests.Response]]:
    """Reads and writes, each by a client of its own."""

    def read() -> requests.Response:
        return cast.olga.again().get("/runs")

    def write() -> requests.Response:
        return cast.olga.again().post("/runs", {"name": "written"})

    return [write, read] * (count // 2)


def is_healthy(cast: Cast) -> bool:
    return cast.nobody.again().get("/health").status_code == 200


@pytest.mark.parametrize("kind", ["frozen", "network gone"])
def test_11_8_a_silent_server_keeps_nobody_waiting(
    cast: Cast, own_postgres: Cluster, proxy: Proxy, kind: str
) -> None:
    """Twelve at once are more than there are threads; then one after the other."""
    at_once(calls(cast, 12))
    silence: AbstractContextManager[None] = (
        frozen(own_postgres) if kind == "frozen" else network_gone(proxy)
    )
    with silence:
        health = timed(lambda: cast.nobody.again().get("/health"))
        assert health.seconds < 2
        check_problem(health.answer, 503, "UNAVAILABLE")
        for answered in (*at_once(calls(cast, 12)), *map(timed, calls(cast, 4))):
            assert answered.seconds < 5
            check_problem(answered.answer, 503)
        assert timed(lambda: cast.nobody.again().get("/health")).seconds < 2

    until(lambda: is_healthy(cast), 5)
    assert Counter(each.status for each in at_once(calls(cast, 12))) == {200: 6, 201: 6}


def test_11_8_threads_that_wait_already_are_let_go_as_well(
    cast: Cast, own_postgres: Cluster
) -> None:
    """Nobody asked for `/health` before: the requests find out themselves."""
    at_once(calls(cast, 12))
    with frozen(own_postgres):
        for answered in at_once(calls(cast, 12)):
            assert answered.seconds < 5.5
            check_problem(answered.answer, 503)
    until(lambda: cast.olga.again().get("/runs").status_code == 200, 6)


def test_11_8_after_a_restart_no_request_fails(cast: Cast, own_postgres: Cluster) -> None:
    """Each thread's connection was ended while it was not used."""
    process = launch(cast.olga, name="kept")
    for _ in range(2):
        at_once(calls(cast, 12))
        restart(own_postgres)
        assert Counter(each.status for each in at_once(calls(cast, 12))) == {200: 6, 201: 6}
    assert is_healthy(cast)
    assert cast.olga.put(f"/runs/{process['id']}", {"name": "new"}).status_code == 200


def test_11_8_a_statement_that_waits_for_a_lock_is_given_up(
    cast: Cast, own_postgres: Cluster
) -> None:
    with psycopg.connect(own_postgres.url("silent")) as holder:
        holder.execute("LOCK TABLE processes IN ACCESS EXCLUSIVE MODE")
        read, written = at_once(calls(cast, 2))
        holder.rollback()
    for answered in (read, written):
        assert answered.seconds < 5
        check_problem(answered.answer, 503, "UNAVAILABLE")
        assert answered.answer.headers["Retry-After"]
    assert Counter(each.status for each in at_once(calls(cast, 2))) == {200: 1, 201: 1}


def test_11_8_who_holds_a_transaction_without_doing_anything_loses_it(
    own_postgres: Cluster,
) -> None:
    """As a process does that was frozen; nothing says that the change may have been applied."""
    url = own_postgres.create_database("idle")
    database = PostgresDatabase(url, Limits(idle_in_transaction_s=0.3))
    one = Statement(sa.select(sa.literal_column("1")))

    def idle(*, is_asked: bool) -> None:
        with database.writing() as connection:
            connection.fetch(one, {})
            time.sleep(0.8)
            if is_asked:
                connection.fetch(one, {})

    for is_asked in (True, False):
        with pytest.raises(psycopg.Error) as lost:
            idle(is_asked=is_asked)
        assert is_away(lost.value)
        with database.writing() as connection:
            assert connection.fetch(one, {}) == [(1,)]
    assert database.commits == 2
    database.close()


def test_11_8_an_error_that_was_passed_over_is_no_success(own_postgres: Cluster) -> None:
    """PostgreSQL answers COMMIT by ROLLBACK then, and says nothing else."""
    database = PostgresDatabase(own_postgres.create_database("passed"))
    wrong = Statement(sa.text("SELECT nothing FROM nowhere"))

    def pass_over() -> None:
        with database.writing() as connection, suppress(psycopg.errors.UndefinedTable):
            connection.fetch(wrong, {})

    with pytest.raises(psycopg.errors.InFailedSqlTransaction):
        pass_over()
    assert database.commits == 0
    database.close()
