"""The server's first process: it holds the address, starts the others and ends them."""

import os
import resource
import signal
import socket
import sys
from contextlib import nullcontext
from dataclasses import replace

from procession.kit.counting import counting_folder
from procession.kit.setting_values import host_and_port
from procession.kit.settings import Settings
from procession.web.watching import Kind, Watch

#: Threads that read, and as many that write, which serve each database best (design, stack.md).
_THREADS_ON_SQLITE = 2
_THREADS_ON_POSTGRES = 4
#: How long a server process may take to finish its requests when the server stops.
_PATIENCE_S = 10
_ENDING = (signal.SIGTERM, signal.SIGINT)


def run(settings: Settings, *, with_worker: bool) -> None:
    """Serve until told to stop."""
    lifeline, held = os.pipe2(os.O_CLOEXEC)
    listener = bound(settings.host, settings.port)
    measuring = _measuring(settings)
    http = Kind(
        "server", "procession.web.serve", settings.hang_limit, (listener.fileno(), lifeline)
    )
    worker = Kind("worker", "procession.web.work", settings.worker_hang_limit, is_signalled=True)
    count = max(settings.workers, 1)
    first = replace(http, words=("first",))
    watch = Watch([first, *[http] * (count - 1), *[worker] * with_worker, *measuring], held)
    for number in _ENDING:
        signal.signal(number, lambda *_: watch.stop())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    _raise_descriptors()
    with counting_folder() if measuring else nullcontext():
        watch.run(lambda: _say_ready(settings), patience_s=_PATIENCE_S + 1)


def _measuring(settings: Settings) -> list[Kind]:
    """One process for `/metrics`, where somebody asks for it."""
    if not settings.metrics_address:
        return []
    listener = bound(*host_and_port(settings.metrics_address)).detach()
    return [Kind("metrics", "procession.web.measure", settings.hang_limit, (listener,),
                 is_signalled=True)]  # fmt: skip


def _say_ready(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    print(f"Procession listens on http://{host}:{settings.port}", flush=True)
    _tell_supervisor("READY=1")


def _tell_supervisor(state: str) -> None:
    """As systemd's `Type=notify` asks for; nobody else sets the variable."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        if address.startswith("@"):  # A name without a file.
            address = "\0" + address[1:]
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
            try:
                supervisor.sendto(state.encode(), address)
            except OSError as refused:
                print(f"procession: NOTIFY_SOCKET: {refused}", file=sys.stderr, flush=True)


def bound(host: str, port: int) -> socket.socket:
    """What all server processes accept connections from. The first that is ready begins to listen:
    until then connections are refused, so that whoever waits for the server knows."""
    kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
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
