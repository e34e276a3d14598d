"""A real server for the tests: the command `procession serve`, and a small client for it."""

import os
import reprlib
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from weakref import finalize

import psutil
import requests

import described
from plain_http import PlainHttp
from procession.core.times import parse_instant
from procession.flows.access.opening import open_migrated
from procession.kit.server import Server
from procession.kit.settings import Settings
from standby import WARNINGS, Begun, Process

#: First on the path of a server that is measured.
AS_INSTALLED = Path(__file__).parent / "as_installed"


@dataclass
class ClockInHand:
    """The clock of a server. It runs with the machine's until a test stops it at some time."""

    file: Path

    def stop_at(self, time: str) -> None:
        """`2026-03-02T09:00:00Z`; it stands there until it is moved again or let go."""
        self._write(str(parse_instant(time)))

    def move(self, **lengths: int) -> None:
        """On by days=, hours=, minutes=...; it must have been stopped."""
        step = timedelta(**lengths) // timedelta(microseconds=1)
        self._write(str(int(self.file.read_text()) + step))

    def set_off(self, **lengths: int) -> None:
        """It runs, but is ahead of the machine's by days=, hours=, minutes=..."""
        self._write(f"{timedelta(**lengths) // timedelta(microseconds=1):+d}")

    def let_go(self) -> None:
        self._write("")

    def _write(self, text: str) -> None:
        """In one go: the server may read it at any time."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self.file)


@dataclass
class RunningServer:
    """A server process, and the same storage opened in this one for what has no endpoint."""

    name: str
    base_url: str
    settings: Settings
    process: Process
    log: Path
    clock: "ClockInHand"
    storage: Server = field(init=False)
    #: What the suite has sent it last, shortened.
    last_request: str = "no request"
    _death: str | None = None

    def __post_init__(self) -> None:
        self.storage = open_migrated(self.settings)
        children = psutil.Process(self.process.pid).children(recursive=True)
        # Each of these can be read from once its process has ended; one question is for all.
        self._lives = {os.pidfd_open(pid): pid for pid in (self.process.pid, *map(_pid, children))}
        self._ends = select.epoll()
        for life in self._lives:
            self._ends.register(life, select.EPOLLIN)
            finalize(self, os.close, life)
        _by_address[self.base_url] = self

    def processor_s(self) -> float:
        """What its processes have used since they began."""
        ticks = 0
        for pid in self._lives.values():
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(words[11]) + int(words[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def log_text(self) -> str:
        return self.log.read_text()

    def death(self, *, patience_s: float = 0.0) -> str | None:
        """How it ended, and by which request; None while each of its processes lives.

        What was found once stays: all that is sent to a dead server fails, and has not killed it.
        """
        give_up = time.monotonic() + patience_s
        while self._death is None:
            gone = [self._lives[life] for life, _ in self._ends.poll(0)]
            if gone:
                self._death = self._obituary(gone)
            elif time.monotonic() >= give_up:
                break
            else:
                time.sleep(0.05)
        return self._death

    def _obituary(self, gone: list[int]) -> str:
        try:
            code = self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            how = f"process {gone} of it is gone"
        else:
            how = f"exit code {code}"
        return f"the server died ({how}) of {self.last_request}\n{self.log_text()[-2000:]}"


#: Servers that the suite has started.
_by_address: dict[str, RunningServer] = {}


def _pid(process: psutil.Process) -> int:
    return process.pid


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


@contextmanager
def running_server(
    name: str,
    database_url: str,
    *,
    with_worker: bool = False,
    open_files: int | None = None,
    soft_open_files: int | None = None,
    program: str = "procession.cli",
    is_fresh: bool = False,
    **settings: str,
) -> Iterator[RunningServer]:
    """Environment variables are given without their prefix: RATE_LIMIT="5".

    `open_files`: how many its processes may have; `soft_open_files`: the same, until they ask for
    more. `program`: a module that takes the same words. `is_fresh`: begun by an interpreter of its
    own, as each of these is, and without what no installation has.
    """
    port = free_port()
    variables = {
        "PROCESSION_DATABASE_URL": database_url,
        "PROCESSION_PORT": str(port),
        "PROCESSION_RATE_LIMIT": "off",
        "PROCESSION_ANONYMOUS_RATE_LIMIT": "off",
        "PROCESSION_GUESS_LIMIT": "1000000",
        "PROCESSION_SQLITE_SYNCHRONOUS": "NORMAL",
        "PROCESSION_OUTSIDE_TIMEOUT": "1.5",
        # Tests read the whole log, again and again.
        "PROCESSION_REQUEST_LOG": "off",
        "PROCESSION_EVENT_LOG": "on",
        # The page of all components.
        "PROCESSION_DEBUG": "on",
        **{f"PROCESSION_{key}": value for key, value in settings.items()},
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PROCESSION_")}
    log = Path(tempfile.mkstemp(prefix="procession-log-")[1])
    clock = ClockInHand(Path(tempfile.mkstemp(prefix="procession-clock-")[1]))
    variables["PROCESSION_CLOCK_FILE"] = str(clock.file)
    folder = tempfile.mkdtemp(prefix="procession-files-")
    variables.setdefault("PROCESSION_FILES", folder)
    variables["PYTHONPATH"] = str(Path(__file__).parent)  # For programs of the tests.
    if is_fresh:
        variables["PYTHONPATH"] = f"{AS_INSTALLED}{os.pathsep}{variables['PYTHONPATH']}"
    words = ["serve"] if with_worker else ["serve", "--no-worker"]
    command = [sys.executable, "-m", program, *words]
    if open_files is not None:
        command = ["sh", "-c", f'ulimit -n {open_files}; exec "$@"', "sh", *command]
    if soft_open_files is not None:
        command = ["sh", "-c", f'ulimit -Sn {soft_open_files}; exec "$@"', "sh", *command]
    environment = {**kept, **variables, **WARNINGS}
    is_fresh |= bool(open_files or soft_open_files or program != "procession.cli")
    process: Process
    with log.open("wb") as output:
        if is_fresh:
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        else:
            process = Begun(words, env=environment, stdout=output, stderr=output)
    storage = Settings(
        database_url=database_url,
        sqlite_synchronous="NORMAL",
        event_log=True,
        clock_file=str(clock.file),
        files=variables["PROCESSION_FILES"],
        # Tests set clocks on by years.
        token_lifetime=100 * 365 * 86_400,
        # Behind a pooler the tests leave nothing on a session either.
        postgres_pooler=settings.get("POSTGRES_POOLER", "off"),
    )
    try:
        wait_until_up(port, process, log)
        yield RunningServer(name, f"http://127.0.0.1:{port}", storage, process, log, clock)
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
        log.unlink(missing_ok=True)
        clock.file.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)


def wait_until_up(port: int, process: Process, log: Path) -> None:
    give_up = time.monotonic() + 60
    while time.monotonic() < give_up:
        assert process.poll() is None, f"the server stopped:\n{log.read_text()}"
        try:
            if requests.get(f"http://127.0.0.1:{port}/health", timeout=5).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError(f"the server did not answer:\n{log.read_text()}")


#: Shows the beginning and the end of what is long, and no more than a few levels.
_short = reprlib.Repr()
_short.maxstring = _short.maxother = 400


class Client:
    """Calls the API as one person. Answers are plain `requests` responses."""

    def __init__(self, base_url: str, token: str | None) -> None:
        self.base_url = base_url
        self.token = token
        self._plain = threading.local()
        self._session = requests.Session()
        # No proxies from the environment, no .netrc: each call would look for them.
        self._session.trust_env = False
        #: Sent with every request, unless it says otherwise.
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """Fails where the server dies of it, or answers otherwise than its description says."""
        server = _by_address.get(self.base_url)
        if server is not None:
            assert server.death() is None, server.death()
            server.last_request = f"{method} {path[:500]} {_short.repr(options)}"
        try:
            answer = self._ask(method, path, options)
        except requests.RequestException:
            assert server is None or server.death(patience_s=0.5) is None, server.death()
            raise
        wrong = described.complaint(answer)
        assert wrong is None, wrong
        return answer

    def _ask(self, method: str, path: str, options: dict[str, Any]) -> requests.Response:
        if not hasattr(self._plain, "http"):
            self._plain.http = PlainHttp(self.base_url)
        options = {
            "timeout": 30,
            **options,
            "headers": self.headers | (options.get("headers") or {}),
        }
        answer: requests.Response | None = None
        if not self._session.cookies:
            answer = self._plain.http.ask(method, path, options)
        if answer is None:
            return self._session.request(method, f"{self.base_url}{path}", **options)
        self._session.cookies.update(answer.cookies)
        if answer.is_redirect and options.get("allow_redirects", True):
            asked = requests.Request(method, answer.url, headers=options["headers"])
            going = self._session.resolve_redirects(
                answer, self._session.prepare_request(asked), timeout=options["timeout"]
            )
            *_, answer = going
        return answer

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.call("POST", path, json=body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.call("PUT", path, json=body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.call("PATCH", path, json=body, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.call("DELETE", path, **options)

    def post_with_key(self, path: str, body: Any, key: str) -> requests.Response:
        """As a patient client does it: while the first request runs, ask again when told to."""
        give_up = time.monotonic() + 20
        while True:
            answer = self.post(path, body, headers={"Idempotency-Key": key})
            if answer.status_code != 409 or time.monotonic() > give_up:
                return answer
            time.sleep(float(answer.headers["Retry-After"]))

    def again(self) -> "Client":
        """The same person on a connection of their own (for calls at the same time)."""
        return Client(self.base_url, self.token)
