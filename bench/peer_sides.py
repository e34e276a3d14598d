"""The two sides of `--peers`: the twin and ours, each on a database server of its own."""

import json
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from bench.load import Connection
from bench.peer_cases import SIZES, Made
from bench.peer_packages import TWIN_PYTHON, ask_twin, twin_variables
from bench.sides import POSTGRES_SETTINGS, _running
from postgres import Cluster, start_cluster
from procession.domains.accounts.actions.authenticating import authenticate_member
from procession.domains.processes.store import sums
from procession.domains.templates.wire.templates import TemplateIn
from procession.flows.access import founding
from procession.flows.access.opening import open_server
from procession.flows.templates import authoring
from procession.kit.binding import bind
from procession.kit.caller import Caller, Role
from procession.kit.migrating import migrate
from procession.kit.settings import Settings
from server import free_port

# --- Processor time ---


@dataclass(frozen=True)
class Usage:
    """Processor seconds, user and system."""

    server: float
    database: float

    @property
    def total(self) -> float:
        return self.server + self.database

    def __sub__(self, other: "Usage") -> "Usage":
        return Usage(self.server - other.server, self.database - other.database)


def _seconds_of_tree(pid: int) -> float:
    """Of a process and all below it, also of those that have ended meanwhile."""
    first = psutil.Process(pid)
    return sum(_seconds(one) for one in [first, *first.children(recursive=True)])


def _seconds(process: psutil.Process) -> float:
    """Its own to the nanosecond, by the clock that Linux has for every process (the kernel counts
    user and system time in hundredths, which is too coarse); those of its children that ended."""
    own = time.clock_gettime((~process.pid << 3) | 2)
    ended = process.cpu_times()
    return own + ended.children_user + ended.children_system


# --- The sides ---


class Peer:
    """One side; `serving` comes first, then it can be asked."""

    name: str
    #: What every change writes, and what the table is called here.
    tables: dict[str, str]

    def __init__(self, url: str, cluster: Cluster | None) -> None:
        self.url = url
        self._cluster = cluster
        self._server_pid = 0
        self.made = self._found()

    def _found(self) -> Made:
        raise NotImplementedError

    def fold(self) -> None:
        """Makes few sums of many, as a worker does, and gathers statistics."""
        raise NotImplementedError

    def _command(self, port: int) -> tuple[list[str], dict[str, str]]:
        raise NotImplementedError

    @property
    def port(self) -> int:
        return self.made.port

    @contextmanager
    def serving(self) -> Iterator[None]:
        port = free_port()
        command, variables = self._command(port)
        first = self.made.request("GET", "/runs?per_page=1")
        with _running(command, variables, port, first) as running:
            self.made.port, self._server_pid = port, running.process.pid
            yield

    def ask(self, requests: Iterable[bytes]) -> list[Any]:
        """The answers as JSON, None for none; one after the other, on one connection."""
        connection = Connection(self.port)
        bodies = [connection.ask(request) for request in requests]
        connection.close()
        return [json.loads(body) if body else None for body in bodies]

    def row_counts(self) -> dict[str, int]:
        return {
            name: self.in_database(f"SELECT count(*) FROM {table}")[0][0]
            for name, table in self.tables.items()
        }

    def in_database(self, *statements: str) -> list[tuple[Any, ...]]:
        """Each on its own, past the server; the rows of the last one."""
        with closing(self._connect()) as connection:
            for statement in statements:
                found = connection.execute(statement)
            return list(found.fetchall()) if found.description else []

    def _connect(self) -> Any:
        if self.url.startswith("sqlite"):
            path = self.url.removeprefix("sqlite:///")
            return sqlite3.connect(path, isolation_level=None, timeout=30)
        return psycopg.connect(self.url, autocommit=True)

    def usage(self) -> Usage:
        database = 0.0
        if self._cluster is not None:
            first_line = (self._cluster.folder / "data" / "postmaster.pid").read_text().split()[0]
            database = _seconds_of_tree(int(first_line))
        return Usage(_seconds_of_tree(self._server_pid), database)


class TwinPeer(Peer):
    name = "the Django twin"
    tables = {
        "processes": "twin_process",
        "tasks": "twin_task",
        "assignees": "twin_assignee",
        "sums": "twin_processsum",
        "activity": "twin_activity",
        "outbox": "twin_outbox",
    }

    def _found(self) -> Made:
        made = json.loads(ask_twin("found", self.url))
        templates = {int(size): template for size, template in made["templates"].items()}
        return Made(made["organization_id"], made["tokens"], templates)

    def fold(self) -> None:
        ask_twin("fold", self.url)

    def _command(self, port: int) -> tuple[list[str], dict[str, str]]:
        variables = {**twin_variables(self.url), "TWIN_PORT": str(port)}
        return [str(TWIN_PYTHON), "-m", "bench.twin.serve"], variables


class OwnPeer(Peer):
    name = "ours"
    tables = {
        "processes": "processes",
        "tasks": "tasks",
        "assignees": "task_assignees",
        "sums": "process_sums",
        "activity": "activity",
        "outbox": "outbox",
    }

    def _found(self) -> Made:
        migrate(self.url)
        server = open_server(Settings(database_url=self.url))
        made = founding.found_organization(server, name="Bench", email="admin@bench.test")
        tokens = {"admin": made.access_token}
        for role in (Role.STANDARD, Role.LIGHT):
            email = f"{role.value}@bench.test"
            added = founding.add_member(server, made.organization_id, email=email, role=role)
            tokens[role.value] = added.access_token
        olga = authenticate_member(server, made.access_token, made.organization_id, "bench")
        templates = {size: _template(olga, size) for size in SIZES}
        server.database.close()
        return Made(made.organization_id, tokens, templates)

    def fold(self) -> None:
        server = open_server(Settings(database_url=self.url))
        while sums.fold(server):
            pass
        server.database.close()
        if self.url.startswith("sqlite"):
            self.in_database("PRAGMA wal_checkpoint(TRUNCATE)", "ANALYZE")
        else:
            self.in_database("VACUUM ANALYZE")

    def _command(self, port: int) -> tuple[list[str], dict[str, str]]:
        """As installed, but: no worker, and every event has a receiver, so that every change
        writes its row of the outbox, as the twin's do."""
        variables = {
            "PROCESSION_DATABASE_URL": self.url,
            "PROCESSION_PORT": str(port),
            "PROCESSION_EVENT_LOG": "on",
            # Counted as always, never reached.
            "PROCESSION_RATE_LIMIT": "1000000000",
        }
        return [sys.executable, "-m", "procession.cli", "serve", "--no-worker"], variables


def _template(caller: Caller, size: int) -> str:
    steps = [
        {
            "title": f"Step {number} of the procedure",
            "summary": f"<p>What to do in step {number}, and why.</p>",
            "deadline": {"value": number % 30 + 2, "unit": "days"},
        }
        for number in range(1, size + 1)
    ]
    sent = {"title": f"Procedure of {size}", "type": "procedure", "steps": steps}
    return authoring.create_template(caller, bind(sent, TemplateIn).value).template_id


@contextmanager
def opened(kind: str) -> Iterator[tuple[TwinPeer, OwnPeer]]:
    """Both on empty databases. On PostgreSQL each has a server of its own, so that it is known
    whose time a database process spends."""
    folder = Path(tempfile.mkdtemp(prefix="procession-peers-"))
    clusters: list[Cluster] = []
    try:
        if kind == "postgresql":
            clusters += [start_cluster(POSTGRES_SETTINGS) for _ in range(2)]
            one, other = ((each.create_database("bench"), each) for each in clusters)
            yield TwinPeer(*one), OwnPeer(*other)
        else:
            urls = [f"sqlite:///{folder}/{name}.db" for name in ("twin", "ours")]
            yield TwinPeer(urls[0], None), OwnPeer(urls[1], None)
    finally:
        for cluster in clusters:
            cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
