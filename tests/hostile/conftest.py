"""A server in a hurry (tests/hurry.py), and whether it answers others meanwhile."""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from cast import Cast, assemble
from hurry import SETTINGS
from postgres import Cluster, start_cluster
from server import RunningServer, running_server
from sockets import silent_port, time_of


@pytest.fixture(scope="session")
def hurried_on(new_database: Callable[[str], str]) -> Iterator[Callable[[str], RunningServer]]:
    """`hurried_on("postgres")`: started at first use, under a limit of 1,024 open files."""
    with ExitStack() as running:
        port = running.enter_context(silent_port(socket.SOCK_DGRAM))
        servers: dict[str, RunningServer] = {}

        def get(kind: str) -> RunningServer:
            if kind not in servers:
                servers[kind] = running.enter_context(
                    running_server(
                        kind,
                        new_database(kind),
                        open_files=1024,
                        DNS_SERVER=f"127.0.0.1:{port}",
                        **SETTINGS,  # type: ignore[arg-type]  # each is a text
                    )
                )
            return servers[kind]

        yield get


@pytest.fixture
def server(
    database_kind: str, hurried_on: Callable[[str], RunningServer]
) -> Iterator[RunningServer]:
    """No test may make it log an error."""
    running = hurried_on(database_kind)
    before = len(running.log_text())
    yield running
    crashes = [line for line in running.log_text()[before:].splitlines() if '"error"' in line]
    assert not crashes, "\n".join(crashes)


@pytest.fixture
def cast(server: RunningServer) -> Cast:
    return assemble(server)


@pytest.fixture
def others_are_answered(cast: Cast) -> Callable[[], None]:
    """Asks for the health page and for a list, a few times: none waits for whoever is slow.

    Nothing here is about speed: half a second is what a busy machine may need, and less than
    anybody who is slow takes.
    """
    health, runs = f"{cast.server.base_url}/health", cast.server.base_url + cast.olga.path("/runs")

    def ask() -> None:
        spent = []
        for _ in range(5):
            spent.append(time_of(health))
            spent.append(time_of(runs, cast.olga.token))
        assert sorted(spent)[len(spent) // 2] < 0.1, spent
        assert max(spent) < 1.0, spent

    return ask


@pytest.fixture(scope="package")
def own_postgres() -> Iterator[Cluster]:
    """A PostgreSQL that a test may freeze, restart or demote: only such tests use it."""
    cluster = start_cluster()
    yield cluster
    cluster.stop()
