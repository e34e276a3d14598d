"""The server's first process: it holds the address, starts the others and ends them.

It imports what any of them needs, once: they are forked from it (decision 0043).
"""

import os
import resource
import signal
import socket
import sys
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

from procession.kit.counting import counting_folder
from procession.kit.server import import_storage
from procession.kit.setting_values import host_and_port
from procession.kit.settings import Settings
from procession.web.forking import ENDING, keep_shared
from procession.web.measure import measure
from procession.web.serve import serve
from procession.web.watching import Kind, Watch
from procession.web.work import work

#: How long a server process may take to finish its requests when the server stops.
_PATIENCE_S = 10


def run(settings: Settings, *, with_worker: bool) -> None:
    """Serve until told to stop."""
    import_storage(settings)
    keep_shared()
    lifeline, held = os.pipe2(os.O_CLOEXEC)
    listener = bound(settings.host, settings.port).detach()
    measuring = _measuring(settings)
    answer = partial(serve, settings, listener, lifeline)
    http = Kind("server", answer, settings.hang_limit, (listener, lifeline))
    worker = Kind("worker", partial(work, settings), settings.worker_hang_limit, is_signalled=True)
    count = max(settings.workers, 1)
    first = replace(http, run=partial(answer, is_first=True))
    watch = Watch([first, *[http] * (count - 1), *[worker] * with_worker, *measuring], held)
    for number in ENDING:
        signal.signal(number, lambda *_: watch.stop())
    _raise_descriptors()
    with counting_folder() if measuring else nullcontext():
        watch.run(lambda: _say_ready(settings), patience_s=_PATIENCE_S + 1)


def _measuring(settings: Settings) -> list[Kind]:
    """One process for `/metrics`, where somebody asks for it."""
    if not settings.metrics_address:
        return []
    listener = bound(*host_and_port(settings.metrics_address)).detach()
    run = partial(measure, settings, listener)
    return [Kind("metrics", run, settings.hang_limit, (listener,), is_signalled=True)]


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
