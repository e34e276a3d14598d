"""Databases and servers shared by the tests.

Every test that takes `cast` runs twice: on SQLite and on PostgreSQL. Each parallel worker has one
server on each, and each test an organization of its own there, so tests never see each other.
"""

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest

import standby
from cast import Cast, assemble
from postgres import Cluster, start_cluster
from procession.kit.migrating import migrate
from server import ClockInHand, RunningServer, running_server

# Where this is set, each server, command and worker of the suite compiles everything anew: half of
# what it takes to start.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Nothing that collecting makes is garbage: the tests stay until the end.
gc.disable()

DATABASES = ("sqlite", "postgres")

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def what_stands_by() -> Iterator[None]:
    """Ends after everything that it has begun."""
    yield
    standby.end()


@pytest.fixture(scope="session")
def scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="procession-test-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    cluster = start_cluster()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def new_database(scratch: Path, request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Makes a fresh migrated database: `new_database("sqlite")` is its address.

    Migrated once; every further one is a copy.
    """
    counter = iter(range(1_000_000))
    originals: dict[str, Path | str] = {}

    def make(kind: str) -> str:
        number = next(counter)
        if kind == "sqlite":
            original = originals.get(kind)
            if original is None:
                original = originals[kind] = scratch / "original.db"
                migrate(f"sqlite:///{original}")
            copy = scratch / f"copy{number}.db"
            shutil.copyfile(original, copy)
            return f"sqlite:///{copy}"
        cluster: Cluster = request.getfixturevalue("postgres")
        if kind not in originals:
            originals[kind] = "original"
            migrate(cluster.create_database("original"))
        return cluster.create_database(f"copy{number}", "original")

    return make


@pytest.fixture(scope="session")
def server_on(new_database: Callable[[str], str]) -> Iterator[Callable[[str], RunningServer]]:
    """`server_on("postgres")`: this worker's server on that database, started at first use.

    One that has died failed the test that it died in; the others get a new one.
    """
    with ExitStack() as running:
        servers: dict[str, RunningServer] = {}

        def get(kind: str) -> RunningServer:
            if kind not in servers or servers[kind].death() is not None:
                servers[kind] = running.enter_context(running_server(kind, new_database(kind)))
            return servers[kind]

        yield get


@pytest.fixture(params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(
    database_kind: str, server_on: Callable[[str], RunningServer]
) -> Iterator[RunningServer]:
    """No test may make the server log an error, or end: that is a failure even behind a tidy
    answer, and one of the test that sent the last request."""
    running = server_on(database_kind)
    before = len(running.log_text())
    yield running
    running.clock.let_go()
    assert running.death() is None, running.death()
    crashes = [line for line in running.log_text()[before:].splitlines() if '"error"' in line]
    assert not crashes, "\n".join(line.replace("\\n", "\n") for line in crashes)


@pytest.fixture
def server_as_installed(
    database_kind: str, new_database: Callable[[str], str]
) -> Iterator[RunningServer]:
    """A server of its own, in which hashing a password takes as long as it does for people."""
    with running_server(database_kind, new_database(database_kind), is_fresh=True) as running:
        yield running


@pytest.fixture
def clock(server: RunningServer) -> ClockInHand:
    """The server's clock, running; the end of the test lets it go."""
    return server.clock


@pytest.fixture
def cast(server: RunningServer) -> Cast:
    """A fresh organization with olga, mia and leo."""
    return assemble(server)


@pytest.fixture(scope="session", autouse=True)
def no_settings_from_outside() -> None:
    for name in list(os.environ):
        if name.startswith("PROCESSION_"):
            del os.environ[name]


def pytest_collection_finish() -> None:
    """From here on there is garbage, but none of it among what was collected."""
    gc.freeze()
    gc.enable()


#: What is said of tests that were skipped, by a part of their names.
_SKIPPED = {
    "/clients/test_": "client not run",
    "/hostile/": "hostile case not tried",
    "/deploy/": "shipped file not tried",
    "/browser/": "story not told",
    "test_how_to": "how-to page not run",
    "test_stores": "store of files not tried",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what this machine lacks, and what was not run for want of it."""
    skipped = terminalreporter.stats.get("skipped", [])
    for part, said in _SKIPPED.items():
        reasons = {
            report.longrepr[2].removeprefix("Skipped: ")
            for report in skipped
            if part in report.nodeid
        }
        for reason in sorted(reasons):
            terminalreporter.write_line(f"{said}: {reason}")
