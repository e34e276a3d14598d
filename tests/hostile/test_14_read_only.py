"""5.2, row 14: the PostgreSQL server may be read and not be written to."""

from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from cast import Cast, assemble
from factories import launch, made
from misbehaving import at_once, restart, until
from postgres import Cluster
from procession.kit.migrating import migrate
from server import RunningServer, running_server
from wire import check_problem


@pytest.fixture(scope="module")
def server(own_postgres: Cluster) -> Iterator[RunningServer]:
    url = own_postgres.create_database("demoted")
    migrate(url)
    with running_server("postgres", url) as running:
        yield running


@pytest.fixture
def cast(server: RunningServer) -> Cast:
    return assemble(server)


def is_healthy(cast: Cast) -> bool:
    return cast.nobody.again().get("/health").status_code == 200


def tell(cluster: Cluster, sql: str) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as boss:
        boss.execute(sql)


def set_read_only(cluster: Cluster, value: str) -> None:
    tell(cluster, f"ALTER SYSTEM SET default_transaction_read_only = {value}")
    tell(cluster, "SELECT pg_reload_conf()")


def check_read_only(cast: Cast) -> None:
    """Within five seconds `/health` says so; writes are refused, reads go on."""
    until(lambda: not is_healthy(cast), 5)
    process = cast.olga.get("/runs").json()["data"][0]
    key = {"Idempotency-Key": "one"}
    for _ in range(2):
        for refused in (
            cast.olga.post("/runs", {"name": "refused"}),
            cast.olga.post("/runs", {"name": "refused"}, headers=key),
            cast.olga.put(f"/runs/{process['id']}", {"name": "refused"}),
            cast.olga.delete(f"/runs/{process['id']}"),
        ):
            check_problem(refused, 503, "UNAVAILABLE")
            assert refused.headers["Retry-After"]
    check_problem(cast.nobody.get("/health"), 503, "UNAVAILABLE")
    assert [each["name"] for each in cast.olga.get("/runs").json()["data"]] == ["kept"]


def check_back(cast: Cast) -> None:
    until(lambda: is_healthy(cast), 5)
    calls = [lambda: cast.olga.again().post("/runs", {"name": "back"})] * 8
    assert Counter(each.status for each in at_once(calls)) == {201: 8}
    made(cast.olga.post("/runs", {"name": "refused"}, headers={"Idempotency-Key": "one"}))
    assert "request crashed" not in cast.server.log_text()


def backends(cluster: Cluster) -> set[int]:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as boss:
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = 'demoted'"
        return {row[0] for row in boss.execute(asked)}


def test_11_14_a_server_that_becomes_read_only_while_connected(
    cast: Cast, own_postgres: Cluster
) -> None:
    launch(cast.olga, name="kept")
    before = backends(own_postgres)
    set_read_only(own_postgres, "on")
    try:
        check_read_only(cast)
    finally:
        set_read_only(own_postgres, "off")
    check_back(cast)
    # Whoever found out asks for a new connection, which may lead to another server.
    assert before - backends(own_postgres)


def test_11_14_a_standby_that_is_promoted(cast: Cast, own_postgres: Cluster) -> None:
    launch(cast.olga, name="kept")
    (own_postgres.folder / "data" / "standby.signal").touch()
    restart(own_postgres)

    check_read_only(cast)

    tell(own_postgres, "SELECT pg_promote()")
    check_back(cast)
