"""One line for each request (found list D4)."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from browsers import signed_in
from cast import assemble
from factories import launch, make_template
from procession.kit.log import Lines
from procession.kit.settings import Settings
from procession.web.request_log import RequestLog
from robots import with_password
from server import RunningServer, running_server

#: Lines of a moment are written together.
_WRITTEN_S = 0.15


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def logging_server(
    new_database: Callable[[str], str], request: pytest.FixtureRequest
) -> Iterator[RunningServer]:
    with running_server(request.param, new_database(request.param), REQUEST_LOG="on") as server:
        yield server


@pytest.fixture
def told(logging_server: RunningServer) -> Callable[[], list[Any]]:
    """The lines since the test began."""
    time.sleep(_WRITTEN_S)
    before = len(logging_server.log_text())

    def read() -> list[Any]:
        time.sleep(_WRITTEN_S)
        lines = logging_server.log_text()[before:].splitlines()
        told = [json.loads(line) for line in lines if line.startswith("{")]
        return [line for line in told if line["event"] == "request"]

    return read


def test_found_d4_each_request_has_one_line(
    logging_server: RunningServer, told: Callable[[], list[Any]]
) -> None:
    cast = assemble(logging_server)
    answer = cast.olga.get("/runs", headers={"X-Request-Id": "mine"})
    (line,) = told()
    assert list(line) == [
        "event", "level", "timestamp", "status", "request_id", "method", "route", "ms", "bytes",
        "caller", "caller_id", "organization",
    ]  # fmt: skip
    assert line | {"timestamp": "", "ms": 0} == {
        "event": "request", "level": "info", "timestamp": "", "status": 200, "request_id": "mine",
        "method": "GET", "route": "/organizations/{org}/runs", "ms": 0,
        "bytes": len(answer.content), "caller": "member", "caller_id": cast.olga.user_id,
        "organization": cast.organization_id,
    }  # fmt: skip
    assert 0 < line["ms"] < 10_000
    assert line["timestamp"].endswith("Z")


def test_found_d4_refusals_and_strangers_have_theirs(
    logging_server: RunningServer, told: Callable[[], list[Any]]
) -> None:
    cast = assemble(logging_server)
    cast.nobody.get("/nothing/prc_secret")
    cast.nobody.call("PATCH", "/oauth/token")
    cast.nobody.get(cast.olga.path("/runs"))
    cast.olga.post("/tags", {"title": ""})
    with socket.create_connection(("127.0.0.1", int(cast.server.base_url[-5:]))) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert raw.recv(20).startswith(b"HTTP/1.1 400")
    shown = [(line["status"], line.get("route"), line.get("caller")) for line in told()]
    assert shown == [
        (404, None, None),
        (405, None, None),
        (401, "/organizations/{org}/runs", None),
        (422, "/organizations/{org}/tags", "member"),
        (400, None, None),
    ]


def test_found_d4_nothing_that_lets_anybody_in_is_in_it(
    logging_server: RunningServer, told: Callable[[], list[Any]]
) -> None:
    cast = assemble(logging_server)
    process = launch(cast.olga, make_template(cast.olga))
    code = "0" * 40
    cast.nobody.get(cast.olga.path(f"/guests/{code}/tasks"))
    cast.nobody.get(cast.olga.path("/runs"), headers={"X-Guest-Code": code})
    cast.nobody.get(f"/public/runs/{code}?token={code}")
    me = with_password(cast, cast.olga)
    signed_in(cast, me)
    cast.olga.get(f"/runs/{process['id']}?q={me}")
    text = json.dumps(told())
    assert len(told()) > 7
    for secret in (cast.olga.token, code, me, process["id"]):
        assert secret not in text


def test_found_d4_slow_ones_are_marked(capfd: pytest.CaptureFixture[str]) -> None:
    log = RequestLog(Settings(slow_request=0.5))
    note(log, 0.1)
    note(log, 0.6)
    log.flush()
    quick, slow = map(json.loads, capfd.readouterr().err.splitlines())
    assert (quick["level"], quick.get("slow")) == ("info", None)
    assert (slow["level"], slow["slow"]) == ("warning", True)


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        (Settings(request_log=False), 0),
        (Settings(log_level="warning"), 1),
        (Settings(log_level="error"), 0),
        (Settings(log_level="debug"), 3),
    ],
)
def test_found_d4_it_can_be_switched(
    settings: Settings, lines: int, capfd: pytest.CaptureFixture[str]
) -> None:
    log = RequestLog(settings)
    note(log, 0.1)
    note(log, 2)
    log.note_refusal(408, "x")
    log.flush()
    assert len(capfd.readouterr().err.splitlines()) == lines


def test_found_d4_it_costs_little(capfd: pytest.CaptureFixture[str]) -> None:
    """Thousandths of what a request takes; the limit leaves room for a busy machine."""
    log, count = RequestLog(Settings()), 2000
    began = time.process_time()
    for _ in range(count):
        note(log, 0.001)
    log.flush()
    assert (time.process_time() - began) / count < 100e-6
    assert len(capfd.readouterr().err.splitlines()) == count


def test_nobody_waits_for_who_reads_the_log() -> None:
    program = (
        "from procession.kit.log import Lines\nlines = Lines()\n"
        "for _ in range(9): lines.add(b'x' * 4000)\nlines.flush()"
    )
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    while True:
        try:
            os.write(writing, b"y" * 4096)
        except BlockingIOError:
            break
    os.set_blocking(writing, True)
    done = subprocess.run([sys.executable, "-c", program], stderr=writing, timeout=20, check=False)
    assert done.returncode == 0
    os.close(reading)
    os.close(writing)


def test_lines_are_written_by_themselves_each_of_them_whole(
    capfd: pytest.CaptureFixture[str],
) -> None:
    lines, sent = Lines(), [f"{number} {'x' * (number * 7 % 900)}" for number in range(300)]
    for line in sent:
        lines.add(f"{line}\n".encode())
    give_up = time.monotonic() + 10
    written: list[str] = []
    while len(written) < len(sent) and time.monotonic() < give_up:
        time.sleep(0.01)
        written += capfd.readouterr().err.splitlines()
    assert written == sent


def note(log: RequestLog, seconds: float) -> None:
    log.note(
        began=time.perf_counter() - seconds,
        status=200,
        request_id="0123456789abcdef",
        method="GET",
        route="/organizations/{org}/runs",
        size=1234,
        caller=None,
    )
