"""Running the application under granian: processes, threads, and the worker beside them.

Each kind of process imports what it runs and nothing else, hence the imports inside functions.
"""

import multiprocessing
import os
import signal
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from procession.kit.settings import Settings, read_settings

#: Blocking threads that serve each database best (design, stack.md).
_THREADS_ON_SQLITE = 2
_THREADS_ON_POSTGRES = 4
#: How long a server process may take to finish its requests when the server stops.
_PATIENCE_S = 10


def run(settings: Settings, *, with_worker: bool) -> None:
    """Serve until told to stop. Only HTTP/1.1: an upgrade that a client offers is passed over."""
    worker = _start_worker() if with_worker else None
    server = Granian(
        "procession.web.server:load",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=max(settings.workers, 1),
        blocking_threads=threads_for(settings),
        workers_kill_timeout=_PATIENCE_S,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
    )
    print(f"Procession listens on http://{settings.host}:{settings.port}", flush=True)
    try:
        server.serve(target_loader=load, wrap_loader=False)
    finally:
        if worker is not None:
            worker.terminate()
            worker.join(timeout=5)


def threads_for(settings: Settings) -> int:
    if settings.threads:
        return settings.threads
    is_sqlite = settings.database_url.startswith("sqlite")
    return _THREADS_ON_SQLITE if is_sqlite else _THREADS_ON_POSTGRES


def load() -> Any:
    """The application of a server process; like the worker, it reads its settings by itself."""
    from procession.flows.access.opening import open_migrated  # noqa: PLC0415
    from procession.kit.log import configure_logging  # noqa: PLC0415
    from procession.kit.postgres import Limits  # noqa: PLC0415
    from procession.web.app import Application  # noqa: PLC0415

    # Ctrl-C reaches every process of the terminal. This one is told to stop by its parent besides,
    # and granian does not survive being told twice at once.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    settings = read_settings(os.environ)
    configure_logging(settings.log_level)
    return Application(open_migrated(settings, Limits.of_requests(settings)))


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
