"""The server's processes: the first one listens, starts the others and ends them.

Each kind of process imports what it runs and nothing else, hence the imports inside functions.
"""

import multiprocessing
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import time

from procession.kit.settings import Settings, read_settings

#: Threads that read, and as many that write, which serve each database best (design, stack.md).
_THREADS_ON_SQLITE = 2
_THREADS_ON_POSTGRES = 4
#: How long a server process may take to finish its requests when the server stops.
_PATIENCE_S = 10
#: Before a server process that ended by itself is started again.
_PAUSE_S = 1.0


def run(settings: Settings, *, with_worker: bool) -> None:
    """Serve until told to stop."""
    _raise_descriptors()
    listener = bound(settings)
    worker = _start_worker() if with_worker else None
    with _HttpProcesses(listener, max(settings.workers, 1)) as processes:
        signal.signal(signal.SIGTERM, lambda *_: processes.stop())
        signal.signal(signal.SIGINT, lambda *_: processes.stop())
        try:
            if processes.wait_until_ready():
                host = f"[{settings.host}]" if ":" in settings.host else settings.host
                print(f"Procession listens on http://{host}:{settings.port}", flush=True)
            processes.watch()
        finally:
            if worker is not None:
                worker.terminate()
                worker.join(timeout=5)


def bound(settings: Settings) -> socket.socket:
    """What all server processes accept connections from. The first that is ready begins to listen:
    until then connections are refused, so that whoever waits for the server knows."""
    kind, *_, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(kind, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if kind == socket.AF_INET6:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind(address)
    return listener


def _raise_descriptors() -> None:
    """As many open files as the system lets us have: each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    raised = f" (raised from {soft})" if soft != hard else ""
    print(f"Open files: at most {hard}{raised}.", flush=True)


def threads_for(settings: Settings) -> int:
    if settings.threads:
        return settings.threads
    is_sqlite = settings.database_url.startswith("sqlite")
    return _THREADS_ON_SQLITE if is_sqlite else _THREADS_ON_POSTGRES


class _HttpProcesses:
    """The processes that answer. They end when their lifeline does: with this process, whatever
    ends it."""

    def __init__(self, listener: socket.socket, count: int) -> None:
        self._listener = listener
        self._count = count
        self._lifeline, self._held = os.pipe()
        self._ready, self._say_ready = os.pipe()
        self._running: list[subprocess.Popen[bytes]] = []
        self._told, self._tell = os.pipe()
        self._is_stopping = False

    def __enter__(self) -> "_HttpProcesses":
        self._running = [self._start() for _ in range(self._count)]
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        give_up = time.monotonic() + _PATIENCE_S + 1
        for process in self._running:
            try:
                process.wait(max(give_up - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        handed = (self._listener.fileno(), self._lifeline, self._say_ready)
        words = [sys.executable, "-m", "procession.web.serve", *map(str, handed)]
        # A session of its own: Ctrl-C reaches every process of the terminal's, and this one shall
        # be told by its parent alone.
        return subprocess.Popen(words, pass_fds=handed, start_new_session=True)  # noqa: S603

    def wait_until_ready(self) -> bool:
        """True when one of them answers; False when told to stop, or when one ended instead."""
        os.set_blocking(self._ready, False)
        while not self._wait(0.01):
            try:
                if os.read(self._ready, 1):
                    return True
            except BlockingIOError:
                pass
            if any(process.poll() is not None for process in self._running):
                return False
        return False

    def watch(self) -> None:
        """Starts again what ends by itself, until told to stop."""
        while not self._wait(_PAUSE_S):
            for place, process in enumerate(self._running):
                if process.poll() is not None:
                    print(
                        f"procession: a server process ended ({process.returncode}); "
                        "it is started again.",
                        file=sys.stderr,
                        flush=True,
                    )
                    self._running[place] = self._start()

    def stop(self) -> None:
        """Also from a signal's handler. Letting go of the lifeline tells all of them."""
        if not self._is_stopping:
            self._is_stopping = True
            os.write(self._tell, b".")
            os.close(self._held)

    def _wait(self, seconds: float) -> bool:
        """True when told to stop, and then at once."""
        return bool(select.select([self._told], [], [], seconds)[0])


def _start_worker() -> multiprocessing.process.BaseProcess:
    """A process of its own, so that slow deliveries never slow a request."""
    process = multiprocessing.get_context("spawn").Process(
        target=_work, args=(os.getpid(),), name="procession-worker", daemon=True
    )
    process.start()
    return process


def _work(parent: int) -> None:
    from procession.flows.access.opening import open_migrated  # noqa: PLC0415
    from procession.kit.log import configure_logging  # noqa: PLC0415
    from procession.kit.postgres import OF_WORKERS  # noqa: PLC0415
    from procession.worker.loop import run as run_worker  # noqa: PLC0415

    settings = read_settings(os.environ)
    configure_logging(settings.log_level)
    run_worker(open_migrated(settings, OF_WORKERS), stop_without=parent)
