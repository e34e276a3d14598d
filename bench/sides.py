"""The two sides of a comparison: our server and the floor, each on a database of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.load import Connection
from postgres import Cluster, start_cluster
from server import free_port

#: Durability as installed: nothing is switched off.
POSTGRES_SETTINGS = (
    "-c listen_addresses= -c max_connections=100 -c shared_buffers=256MB "
    "-c max_wal_size=4GB -c checkpoint_timeout=30min"
)


class Databases:
    """Makes empty databases, and equal copies of them."""

    name: str

    def create(self, name: str) -> str:
        raise NotImplementedError

    def copy(self, source: str, name: str) -> str:
        """Of a database (named as in `create`) that nobody has open."""
        raise NotImplementedError

    def processor_seconds(self) -> float:
        """What a server of its own has used; a file's work is done by whoever opens it."""
        return 0.0


class SqliteDatabases(Databases):
    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def create(self, name: str) -> str:
        return f"sqlite:///{self._folder}/{name}.db"

    def copy(self, source: str, name: str) -> str:
        shutil.copyfile(self._folder / f"{source}.db", self._folder / f"{name}.db")
        return self.create(name)


class PostgresDatabases(Databases):
    name = "postgresql"

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def create(self, name: str) -> str:
        return self._cluster.create_database(name)

    def copy(self, source: str, name: str) -> str:
        return self._cluster.create_database(name, template=source)

    def processor_seconds(self) -> float:
        pid = (self._cluster.folder / "data" / "postmaster.pid").read_text().split()[0]
        return processor_seconds(int(pid))


@contextmanager
def databases(kind: str) -> Iterator[Databases]:
    folder = Path(tempfile.mkdtemp(prefix="procession-bench-"))
    cluster = start_cluster(POSTGRES_SETTINGS) if kind == "postgresql" else None
    try:
        yield PostgresDatabases(cluster) if cluster else SqliteDatabases(folder)
    finally:
        if cluster:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _with_children(pid: int) -> list[psutil.Process]:
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


def processor_seconds(pid: int) -> float:
    """Of a process and its children, those that have ended included."""
    spent = 0.0
    for one in _with_children(pid):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            spent += times.user + times.system + times.children_user + times.children_system
    return spent


@dataclass(frozen=True)
class Running:
    """A server process that answers."""

    port: int
    process: "subprocess.Popen[bytes]"
    #: Seconds from its start to its first answer with 200.
    start_seconds: float

    def shared_out_bytes(self) -> dict[int, int]:
        """Memory of each of its processes, the first one first; of what several share, each one's
        part (PSS)."""
        return {one.pid: one.memory_full_info().pss for one in _with_children(self.process.pid)}

    def processor_seconds(self) -> float:
        """What all of its processes have used."""
        return processor_seconds(self.process.pid)


@contextmanager
def ours(
    url: str, request: bytes, *, with_worker: bool = False, **environment: str
) -> Iterator[Running]:
    """`procession serve`; `request` is what it must answer with 200. `environment`: variables
    without their prefix."""
    port = free_port()
    command = [sys.executable, "-m", "procession.cli", "serve"]
    if not with_worker:
        command.append("--no-worker")
    variables = {
        "PROCESSION_DATABASE_URL": url,
        "PROCESSION_PORT": str(port),
        # Counted as always, never reached.
        "PROCESSION_RATE_LIMIT": "1000000000",
        **{f"PROCESSION_{name}": value for name, value in environment.items()},
    }
    with _running(command, variables, port, request) as running:
        yield running


@contextmanager
def floor(url: str, request: bytes, **environment: str) -> Iterator[Running]:
    port = free_port()
    command = [sys.executable, "-m", "bench.floor_server"]
    variables = {
        "FLOOR_DATABASE_URL": url,
        "FLOOR_PORT": str(port),
        **{f"FLOOR_{name}": value for name, value in environment.items()},
    }
    with _running(command, variables, port, request) as running:
        yield running


@contextmanager
def _running(
    command: list[str], variables: dict[str, str], port: int, request: bytes
) -> Iterator[Running]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PROCESSION_")}
    with tempfile.TemporaryFile() as log:
        start = time.perf_counter()
        process = subprocess.Popen(command, env={**kept, **variables}, stdout=log, stderr=log)
        try:
            _wait(port, process, request)
            yield Running(port, process, time.perf_counter() - start)
        except BaseException:
            log.seek(0)
            print(log.read()[-4000:].decode(errors="replace"), file=sys.stderr)
            raise
        finally:
            _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def _wait(port: int, process: "subprocess.Popen[bytes]", request: bytes) -> None:
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        assert process.poll() is None, "the server stopped"
        try:
            connection = Connection(port)
            connection.ask(request)
        except ConnectionError:  # Not listening yet, or not ready for what it accepted.
            time.sleep(0.01)
            continue
        connection.close()
        return
    raise AssertionError("the server did not answer")
