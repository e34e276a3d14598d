"""Databases that misbehave: between the server and PostgreSQL, or PostgreSQL itself."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests

from postgres import Cluster
from server import free_port
from standby import Process


@dataclass
class Proxy:
    """A port that leads to a cluster, until it loses what comes back."""

    cluster: Cluster
    port: int = field(default_factory=free_port)
    #: Which answer to a COMMIT is lost, with its connection; 0: none.
    losing: int = 0
    #: Nothing is passed on, and nobody is told.
    is_silent: bool = False
    #: Connections are refused, and open ones ended.
    is_away: bool = False
    _listener: socket.socket | None = None
    _open: list[socket.socket] = field(default_factory=list)

    def url(self, database: str) -> str:
        return f"postgresql://procession@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=100)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        for each in self._open:
            _end(each)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            try:
                server.connect(str(self.cluster.folder / ".s.PGSQL.5432"))
            except OSError:
                client.close()
                continue
            self._open += [client, server]
            for source, sink, is_answer in ((client, server, False), (server, client, True)):
                threading.Thread(
                    target=self._pass, args=(source, sink, is_answer), daemon=True
                ).start()

    def _pass(self, source: socket.socket, sink: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                while self.is_silent:
                    time.sleep(0.02)
                if is_answer and self.losing and b"COMMIT\0" in data:
                    self.losing -= 1
                    if not self.losing:
                        break
                sink.sendall(data)
        _end(source)
        _end(sink)


def _end(each: socket.socket) -> None:
    with suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()


@contextmanager
def proxy_to(cluster: Cluster) -> Iterator[Proxy]:
    proxy = Proxy(cluster)
    proxy.start()
    yield proxy
    proxy.is_silent = False
    proxy.stop()


@contextmanager
def pooler_to(cluster: Cluster, mode: str) -> Iterator[Callable[[str], str]]:
    """PgBouncer with few connections for many clients; the address of a database through it."""
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        pytest.skip("pgbouncer is not installed")
    port, folder = free_port(), Path(tempfile.mkdtemp(prefix="procession-pooler-"))
    (folder / "users").write_text('"procession" ""\n')
    (folder / "pgbouncer.ini").write_text(
        f"[databases]\n* = host={cluster.folder}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {folder}/users\n"
        f"pool_mode = {mode}\nmax_client_conn = 200\ndefault_pool_size = "
        f"{3 if mode == 'transaction' else 100}\nlogfile = {folder}/log\n"
    )
    user = pwd.getpwnam("nobody") if os.getuid() == 0 else None
    if user is not None:
        for path in (folder, *folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)
    process = subprocess.Popen(
        [program, "-q", str(folder / "pgbouncer.ini")],
        user=user.pw_uid if user else None,
        extra_groups=[] if user else None,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _listens(port), 20)
        yield lambda name: f"postgresql://procession@127.0.0.1:{port}/{name}"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _listens(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


def postmaster(cluster: Cluster) -> int:
    return int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0])


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found += family(int(entry.name))
    return found


@contextmanager
def frozen(cluster: Cluster) -> Iterator[None]:
    """Every process of it stands still; what was sent to it is kept by the system."""
    everybody = family(postmaster(cluster))
    for pid in everybody:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in everybody:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def restart(cluster: Cluster) -> None:
    cluster.control("restart", "-m", "fast", "-w", "-t", "60")


def kill_all(process: Process) -> None:
    for pid in family(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


@dataclass(frozen=True)
class Timed:
    status: int
    seconds: float
    answer: requests.Response


def timed(call: Callable[[], requests.Response]) -> Timed:
    began = time.monotonic()
    answer = call()
    return Timed(answer.status_code, time.monotonic() - began, answer)


def at_once(calls: list[Callable[[], requests.Response]]) -> list[Timed]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(timed, calls))


def until(is_so: Callable[[], bool], seconds: float) -> float:
    """How long it took; fails when it takes longer."""
    began = time.monotonic()
    while not is_so():
        took = time.monotonic() - began
        assert took < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began
