"""Answers `/metrics` for Prometheus: what all processes of this server counted, and what its
database and its disks say. At an address of its own (PROCESSION_METRICS_ADDRESS)."""

import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import structlog

from procession.domains.processes.actions.counting import count_processes
from procession.domains.retention.actions.counting import count_backlog
from procession.kit.condition import database_bytes, disks, events_waiting, mails_waiting
from procession.kit.counting import FOLDER
from procession.kit.rounds import standing
from procession.kit.server import Server

_log = structlog.get_logger("procession.metrics")
#: How long somebody may take to ask, or to read the answer.
_PATIENCE_S = 5.0
_LOOK_S = 0.5


def serve(
    server: Server,
    listener: socket.socket,
    *,
    version: str,
    show_life: Callable[[], None] = lambda: None,
) -> None:
    """Until the process ends. `listener` is bound."""
    exposition = Exposition(server, version)
    with _HttpServer(listener, exposition) as http:
        http.timeout = _LOOK_S
        while True:
            show_life()
            http.handle_request()


def serve_beside(server: Server, listener: socket.socket, *, version: str) -> None:
    """In a thread, where the worker is the whole process."""
    threading.Thread(
        target=lambda: serve(server, listener, version=version), name="metrics", daemon=True
    ).start()


class Exposition:
    """The text that Prometheus reads, made anew each time it is asked for."""

    def __init__(self, server: Server, version: str) -> None:
        from prometheus_client import CollectorRegistry  # noqa: PLC0415 - see `kit.meters`
        from prometheus_client.multiprocess import MultiProcessCollector  # noqa: PLC0415

        self._server, self._version = server, version
        self._folder = os.environ[FOLDER]
        self._registry = CollectorRegistry()
        MultiProcessCollector(self._registry, path=self._folder)  # type: ignore[no-untyped-call]
        self._registry.register(self)
        #: One at a time: each needs a connection to the database.
        self._making = threading.Lock()

    def text(self) -> bytes:
        from prometheus_client.exposition import generate_latest  # noqa: PLC0415

        with self._making:
            self._forget_dead()
            return generate_latest(self._registry)

    def _forget_dead(self) -> None:
        """What they were doing when they ended is not being done; what they counted stays."""
        from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415

        for file in Path(self._folder).glob("gauge_live*_*.db"):
            pid = file.stem.rpartition("_")[2]
            if pid.isdigit() and not Path(f"/proc/{pid}").exists():
                mark_process_dead(int(pid), self._folder)  # type: ignore[no-untyped-call]

    def describe(self) -> list[Any]:
        """Nothing before it is asked for: the library would ask the database when it starts."""
        return []

    def collect(self) -> Iterator[Any]:
        yield self._gauge("info", "Always 1.", {(self._version,): 1}, ("version",))
        free = {(disk.purpose,): disk.free for disk in disks(self._server.settings)}
        yield self._gauge("disk_free_bytes", "Free disk, by what it is used for.", free, ("disk",))
        try:
            found = self._of_database()
        except Exception as wrong:
            _log.warning("database away", error=type(wrong).__name__)
            found = []
        finally:
            self._server.database.close()
        yield self._gauge("database_up", "Whether the database answers.", {(): int(bool(found))})
        yield from found

    def _of_database(self) -> list[Any]:
        server = self._server
        connection = server.database.connection()
        events, mails = events_waiting(server, connection), mails_waiting(server, connection)
        work = standing(server, connection)
        live, archived = count_processes(connection)
        backlog = count_backlog(connection)
        oldest_due = (backlog.oldest_due_at or 0) / 1_000_000
        passed_over = {(reason,): count for reason, count in backlog.skipped.items()}
        waiting = {("event",): events.count, ("mail",): mails.count}
        failed = {("event",): events.failed, ("mail",): mails.failed}
        oldest = {("event",): events.oldest_s, ("mail",): mails.oldest_s}
        last = (work.last_round_at or 0) / 1_000_000
        size = database_bytes(server, connection)
        return [
            self._gauge("outbox_waiting", "What waits to be delivered.", waiting, ("kind",)),
            self._gauge("outbox_failed", "What was given up.", failed, ("kind",)),
            self._gauge("outbox_oldest_seconds", "Age of what waits longest.", oldest, ("kind",)),
            self._gauge("worker_alive", "Whether any worker works.", {(): int(work.is_alive)}),
            self._gauge("worker_last_round_timestamp_seconds", "0: never.", {(): last}),
            self._gauge("processes", "Processes.", {("live",): live, ("archived",): archived},
                        ("state",)),
            self._gauge("retention_due", "What the last passes of retention found due.",
                        {(): backlog.due}),
            self._gauge("retention_oldest_due_timestamp_seconds", "0: nothing is due.",
                        {(): oldest_due}),
            self._gauge("retention_passed_over", "What was due and could not be changed.",
                        passed_over, ("reason",)),
            self._gauge("database_bytes", "Size of the database.", {(): size}),
        ]  # fmt: skip

    @staticmethod
    def _gauge(
        name: str, meaning: str, values: Mapping[Any, float], labels: tuple[str, ...] = ()
    ) -> Any:
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

        family = GaugeMetricFamily(f"procession_{name}", meaning, labels=labels)
        for names, value in values.items():
            family.add_metric(names, value)
        return family


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, exposition: Exposition) -> None:
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.exposition = exposition
        self.server_activate()


class _Handler(BaseHTTPRequestHandler):
    timeout = _PATIENCE_S
    server: _HttpServer

    def do_GET(self) -> None:
        is_known = self.path.partition("?")[0] == "/metrics"
        text = self.server.exposition.text() if is_known else b"Metrics are at /metrics.\n"
        with suppress(OSError):  # Nobody reads on.
            self.send_response(200 if is_known else 404)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """The log is for requests of people and programs."""
