"""Row 2: connections that ask for nothing hold up nobody, however many there are.

The server may have 1,024 open files (see conftest), so more connections than that come and go.
"""

import re
import time
from collections.abc import Callable

import pytest
import requests

from cast import Cast
from hurry import HEAD, IDLE
from server import running_server
from sockets import Raw, many, status_of


@pytest.mark.parametrize(
    "data", [b"", b"GET /health HT", b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: b\r\n"]
)
def test_11_2_others_are_answered_beside_1500_of_them(
    cast: Cast, others_are_answered: Callable[[], None], data: bytes
) -> None:
    with many(cast.server, 1500, data) as raws:
        others_are_answered()
        # The oldest went first, so that half of the descriptors stay free for requests.
        assert raws[0].is_closed()
        assert sum(not raw.is_closed() for raw in raws) <= 512


def test_11_2_those_who_were_served_before_keep_their_connection(cast: Cast) -> None:
    asked = f"GET {cast.olga.path('/runs')} HTTP/1.1\r\nHost: x\r\n"
    request = f"{asked}Authorization: Bearer {cast.olga.token}\r\n\r\n".encode()
    raw = Raw(cast.server).send(request)
    raw.socket.settimeout(5)
    assert status_of(raw.socket.recv(65_536)) == 200
    with many(cast.server, 1500, b"GET /"):
        assert status_of(raw.send(request).socket.recv(65_536)) == 200
    raw.close()


@pytest.mark.parametrize("data", [b"", b"GET /health HTTP/1.1\r\nHost: x\r\n"])
def test_11_2_a_head_has_a_time_to_be_whole_in(cast: Cast, data: bytes) -> None:
    start = time.monotonic()
    answer = Raw(cast.server).send(data).read()
    assert HEAD - 0.1 < time.monotonic() - start < HEAD + 2
    # Who sent nothing is told nothing.
    assert (status_of(answer) == 408) if data else (answer == b"")


def test_11_2_dripping_does_not_help(cast: Cast) -> None:
    start, raw = time.monotonic(), Raw(cast.server).send(b"GET /health HTTP/1.1\r\n")
    while not raw.is_closed() and time.monotonic() < start + 10:
        try:
            raw.send(b"X-A: b\r\n")
        except OSError:
            break
        time.sleep(0.1)
    assert time.monotonic() - start < HEAD + 2


def test_11_2_an_idle_connection_ends_later(cast: Cast) -> None:
    raw = Raw(cast.server).send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    start = time.monotonic()
    answer = raw.read()
    assert status_of(answer) == 200
    assert IDLE - 0.5 < time.monotonic() - start < IDLE + 2


def test_11_2_a_head_after_an_answer_has_its_time_too(cast: Cast) -> None:
    raw = Raw(cast.server).send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(IDLE - 1)
    raw.send(b"GET /health HTTP/1.1\r\n")
    start = time.monotonic()
    assert b"408" in raw.read()
    assert HEAD - 0.1 < time.monotonic() - start < HEAD + 2


def test_11_2_the_limit_of_open_files_is_raised_and_both_are_told(
    new_database: Callable[[str], str],
) -> None:
    url = new_database("sqlite")
    with running_server("raised", url, soft_open_files=256) as server:
        told = re.search(r"Open files: at most (\d+) \(raised from 256\)", server.log_text())
        assert told is not None
        assert int(told[1]) > 256
        with many(server, 300, b"GET /") as raws:
            time.sleep(0.2)
            assert not any(raw.is_closed() for raw in raws)
            assert requests.get(f"{server.base_url}/health", timeout=2).status_code == 200


def test_11_2_heads_have_a_largest_size(cast: Cast) -> None:
    head = b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"X-A: " + b"x" * 200_000
    assert status_of(Raw(cast.server).send(head).read()) == 431
