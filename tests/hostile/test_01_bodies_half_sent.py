"""Row 1: whoever sends half a body holds up nobody, and is told so in time."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest
import requests

from cast import Cast, assemble
from hurry import IN_ALL, PAUSE
from server import RunningServer, running_server
from sockets import Raw, many, status_of

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
JSON = "Content-Type: application/json\r\n"


def half_sent(cast: Cast, kind: str) -> bytes:
    """The head and the beginning of a body."""
    path, headers, body = {
        "a public route's form": ("/oauth/token", FORM + "Content-Length: 100\r\n", "grant"),
        "a public route's chunks": (
            "/oauth/token", JSON + "Transfer-Encoding: chunked\r\n", "5\r\ngr",
        ),
        "a member's, with a token": (
            cast.olga.path("/runs"),
            f"{JSON}Content-Length: 100\r\nAuthorization: Bearer {cast.olga.token}\r\n",
            '{"na',
        ),
        "a member's, without a token": (
            cast.olga.path("/runs"), f"{JSON}Content-Length: 100\r\n", '{"na',
        ),
    }[kind]  # fmt: skip
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{headers}\r\n{body}".encode()


KINDS = (
    "a public route's form", "a public route's chunks", "a member's, with a token",
    "a member's, without a token",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_11_1_others_are_answered_and_who_is_slow_gets_408(
    cast: Cast, others_are_answered: Callable[[], None], kind: str
) -> None:
    with many(cast.server, 400, half_sent(cast, kind)) as raws:
        others_are_answered()
        answers = [raw.read(within=PAUSE + 5) for raw in raws]
    assert {status_of(answer) for answer in answers} == {408}
    assert all(b'"code":"REQUEST_TIMEOUT"' in answer for answer in answers)
    assert all(b"\r\nConnection: close\r\n" in answer for answer in answers)


def test_11_1_a_body_that_drips_has_a_limit_in_all(cast: Cast) -> None:
    start = time.monotonic()
    raw = Raw(cast.server).send(half_sent(cast, "a public route's form"))
    while not raw.is_closed() and time.monotonic() < start + 10:
        with suppress(OSError):
            raw.send(b"x")
        time.sleep(PAUSE / 4)
    assert IN_ALL - 0.5 < time.monotonic() - start < IN_ALL + 3


def test_11_1_a_body_in_pieces_is_one_body(cast: Cast) -> None:
    head = half_sent(cast, "a member's, with a token").replace(b": 100", b": 18")
    raw = Raw(cast.server)
    for piece in (*head.splitlines(keepends=True), b'me": "S', b'lowly"}'):
        raw.send(piece)
        time.sleep(0.02)
    raw.socket.settimeout(10)
    # Read as one object, in which only the template is missing.
    assert b'"checklist_id"' in raw.socket.recv(65_536)
    raw.close()


def test_11_1_large_bodies_at_once_wait_in_files_and_not_in_memory(
    database_kind: str, server_on: Callable[[str], RunningServer]
) -> None:
    """Forty of ten megabytes, a quarter of each sent, to a server that takes its time."""
    cast = assemble(server_on(database_kind))
    size = 10 * 1024 * 1024
    before = most = memory_of(cast)
    head = half_sent(cast, "a member's, with a token").replace(b": 100", b": %d" % size)
    with many(cast.server, 40, head) as raws:
        for raw in raws:
            raw.socket.settimeout(10)
            raw.send(b'me": "' + b"x" * (size // 4))
            most = max(most, memory_of(cast))
    assert most - before < 80_000_000


def memory_of(cast: Cast) -> int:
    """Of all processes of the server."""
    first = psutil.Process(cast.server.process.pid)
    return sum(one.memory_info().rss for one in [first, *first.children(recursive=True)])


def test_11_1_a_large_body_is_taken_whole(cast: Cast) -> None:
    text = "x" * (6 * 1024 * 1024)
    answer = cast.olga.post("/checklists", {"title": "T", "type": "procedure", "unknown": text})
    assert answer.status_code == 201, answer.text[:500]


def test_11_1_what_does_not_fit_is_503_before_it_is_read(
    new_database: Callable[[str], str],
) -> None:
    with running_server("small", new_database("sqlite"), BODY_FILES="300000") as server:
        url = f"{server.base_url}/oauth/token"
        answer = requests.post(url, data={"x": "y" * 400_000}, timeout=10)
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.json()["code"] == "UNAVAILABLE"
        # What is small goes on.
        assert requests.post(url, data={"x": "y"}, timeout=10).status_code == 400


@pytest.fixture(scope="session")
def uploading(new_database: Callable[[str], str]) -> Iterator[RunningServer]:
    """With a route that takes files, as later parts have them."""
    url = new_database("sqlite")
    with running_server("uploads", url, program="uploads", UPLOAD_PAUSE="1") as server:
        yield server


def test_11_1_an_upload_has_no_limit_in_all(uploading: RunningServer) -> None:
    """12 MB, more than any other body, and for longer than a pause of an upload may be."""

    def pieces() -> Iterator[bytes]:
        for _ in range(12):
            yield b"x" * 1_000_000
            time.sleep(0.2)

    answer = requests.post(f"{uploading.base_url}/uploads", data=pieces(), timeout=60)
    assert (answer.status_code, answer.json()) == (200, {"size": 12_000_000})


@pytest.mark.parametrize("in_chunks", [True, False])
def test_11_1_an_upload_that_is_too_slow_gets_408(
    uploading: RunningServer, in_chunks: bool
) -> None:
    how = "Transfer-Encoding: chunked" if in_chunks else "Content-Length: 1000000"
    raw = Raw(uploading).send(f"POST /uploads HTTP/1.1\r\nHost: x\r\n{how}\r\n\r\n".encode())
    start = time.monotonic()
    while not raw.is_closed() and time.monotonic() < start + 10:
        with suppress(OSError):
            raw.send(b"1\r\nx\r\n" if in_chunks else b"x")
        time.sleep(0.1)
    assert 0.9 < time.monotonic() - start < 4


def test_11_1_an_upload_that_is_too_large_is_413(uploading: RunningServer) -> None:
    head = b"POST /uploads HTTP/1.1\r\nHost: x\r\nContent-Length: 200000000\r\n\r\nx"
    answer = Raw(uploading).send(head).read()
    assert status_of(answer) == 413
