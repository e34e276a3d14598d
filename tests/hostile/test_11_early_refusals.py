"""Row 11: ordinary clients read what they are told, however much they were still sending."""

import http.client
from urllib.parse import urlsplit

import pytest
import requests

from cast import Cast
from sockets import Raw, status_of

LARGE = b"x" * (4 * 1024 * 1024)
TOO_LARGE = b"x" * (12 * 1024 * 1024)


@pytest.mark.parametrize(
    ("path", "with_token", "body", "status"),
    [
        ("/runs", False, LARGE, 401),
        ("/nothing-here", True, LARGE, 404),
        ("/runs", True, TOO_LARGE, 413),
        ("/runs", False, TOO_LARGE, 401),
        ("/nothing-here", True, TOO_LARGE, 404),
    ],
)
@pytest.mark.parametrize("in_chunks", [False, True])
def test_11_11_refusals_are_read_every_time(  # noqa: PLR0917
    cast: Cast, path: str, with_token: bool, body: bytes, status: int, in_chunks: bool
) -> None:
    headers = {"Content-Type": "application/json"}
    if with_token:
        headers["Authorization"] = f"Bearer {cast.olga.token}"
    address = urlsplit(cast.server.base_url)
    for _ in range(5):
        client = http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)
        pieces = (body[at : at + 100_000] for at in range(0, len(body), 100_000))
        client.request(
            "POST",
            cast.olga.path(path),
            body=pieces if in_chunks else body,
            headers=headers,
            encode_chunked=in_chunks,
        )
        answer = client.getresponse()
        assert answer.status == status
        assert b'"error":true' in answer.read()
        client.close()


def test_11_11_after_a_refusal_the_connection_is_closed_or_of_use(cast: Cast) -> None:
    session = requests.Session()
    for body in (LARGE, TOO_LARGE, LARGE, b"{}"):
        answer = session.post(cast.server.base_url + cast.olga.path("/runs"), data=body, timeout=20)
        assert answer.status_code == 401
        assert (answer.headers.get("Connection") == "close") == (body is TOO_LARGE)


def test_11_11_413_does_not_wait_for_what_is_not_read(cast: Cast) -> None:
    head = (
        f"POST {cast.olga.path('/runs')} HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n"
        f"Authorization: Bearer {cast.olga.token}\r\nContent-Type: application/json\r\n\r\n"
    )
    answer = Raw(cast.server).send(head.encode()).read(within=5)
    assert status_of(answer) == 413
    assert b'"code":"PAYLOAD_TOO_LARGE"' in answer
    assert b"10485760 bytes" in answer


@pytest.mark.parametrize("hosts", [(), ("a", "b"), ("a", "a")])
def test_11_11_there_is_one_host(cast: Cast, hosts: tuple[str, ...]) -> None:
    named = "".join(f"Host: {host}\r\n" for host in hosts)
    answer = Raw(cast.server).send(f"GET /health HTTP/1.1\r\n{named}\r\n".encode()).read()
    assert status_of(answer) == 400


def test_11_11_http_1_0_needs_no_host(cast: Cast) -> None:
    answer = Raw(cast.server).send(b"GET /health HTTP/1.0\r\n\r\n").read()
    assert status_of(answer) == 200
    assert b'"status":' in answer


def test_11_11_what_follows_in_a_trailer_is_not_believed(cast: Cast) -> None:
    sent = (
        f"POST {cast.olga.path('/runs')} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
        f"Connection: close\r\n\r\n0\r\nAuthorization: Bearer {cast.olga.token}\r\n\r\n"
    )
    assert status_of(Raw(cast.server).send(sent.encode()).read()) == 401


def test_11_11_a_header_with_an_underscore_does_not_pass_for_another(cast: Cast) -> None:
    sent = (
        f"GET {cast.olga.path('/runs')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"X_Request_Id: mine\r\nAuthorization: Bearer {cast.olga.token}\r\n\r\n"
    )
    answer = Raw(cast.server).send(sent.encode()).read()
    assert status_of(answer) == 200
    assert b": mine\r\n" not in answer


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /health HTTP/1.1\nHost: x\n\n",
        b"GET /health HTTP/9.9\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_11_11_what_can_be_read_in_two_ways_is_not_read(cast: Cast, sent: bytes) -> None:
    assert status_of(Raw(cast.server).send(sent).read()) == 400
