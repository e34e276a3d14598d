"""What clients in the wild put on the wire, sent byte by byte (contract 30, 1.3; 00, 2 and 3)."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from cast import Cast, Person
from factories import launch


@dataclass
class Reply:
    """One answer as it came over the wire."""

    version: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """A plain connection; answers are read exactly, so that nothing of the next one is lost."""

    def __init__(self, connection: socket.socket, host: str) -> None:
        self._socket = connection
        self._reader = connection.makefile("rb")
        self._host = host

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def ask(self, method: str, path: str, person: Person, *headers: str, body: bytes = b"") -> None:
        lines = [
            f"{method} {person.path(path)} HTTP/1.1",
            f"Host: {self._host}",
            f"Authorization: Bearer {person.token}",
            *headers,
        ]
        self.send("\r\n".join([*lines, "", ""]).encode() + body)

    def reply(self) -> Reply:
        version, status, _ = self._line().split(" ", 2)
        headers: dict[str, str] = {}
        while line := self._line():
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        body = self._reader.read(int(headers.get("content-length", "0")))
        return Reply(version, int(status), headers, body)

    def _line(self) -> str:
        return self._reader.readline().decode().rstrip("\r\n")


@contextmanager
def wire(cast: Cast) -> Iterator[Wire]:
    address = urlsplit(cast.server.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        yield Wire(connection, address.netloc)


def answers_archived(reply: Reply) -> bool:
    return reply.status == 200 and reply.json["data"]["status"] == "archived"


def test_an_offered_upgrade_to_http2_is_passed_over(cast: Cast) -> None:
    process = launch(cast.olga)
    with wire(cast) as line:
        line.ask(
            "DELETE",
            f"/runs/{process['id']}",
            cast.olga,
            "Connection: Upgrade, HTTP2-Settings",
            "Upgrade: h2c",
            "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
        )
        reply = line.reply()
    assert reply.version == "HTTP/1.1"
    assert answers_archived(reply)


#: (headers, body): everything that clients send behind an archive call.
BODIES = {
    "no body": ((), b""),
    "length zero": (("Content-Length: 0",), b""),
    "zero chunks": (("Transfer-Encoding: chunked",), b"0\r\n\r\n"),
    "type and nothing": (("Content-Type: application/json",), b""),
    "type and length zero": (("Content-Type: application/json", "Content-Length: 0"), b""),
    "garbage": (("Content-Type: application/json", "Content-Length: 10"), b'{"nope": ['),
    "unknown type": (("Content-Type: application/x-own", "Content-Length: 3"), b"\x00\xff!"),
    "chunked garbage": (("Transfer-Encoding: chunked",), b"3\r\n{[(\r\n0\r\n\r\n"),
}


def test_bodies_are_not_read_and_the_connection_stays_usable(cast: Cast) -> None:
    process = launch(cast.olga)
    with wire(cast) as line:
        for name, (headers, body) in BODIES.items():
            line.ask("DELETE", f"/runs/{process['id']}", cast.olga, *headers, body=body)
            assert answers_archived(line.reply()), name
            line.ask("PUT", f"/runs/{process['id']}/activate", cast.olga, *headers, body=body)
            assert line.reply().json["data"]["archived_at"] is None, name


def test_a_permitted_body_follows_100_continue(cast: Cast) -> None:
    body = b'{"name": "Sent after a permission"}'
    with wire(cast) as line:
        line.ask(
            "POST",
            "/runs",
            cast.olga,
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Expect: 100-continue",
        )
        assert line.reply().status == 100
        line.send(body)
        reply = line.reply()
    assert reply.status == 201
    assert reply.json["data"]["name"] == "Sent after a permission"


@pytest.mark.parametrize("scheme", ["bearer ", "BEARER ", "Bearer   "])
def test_the_scheme_is_read_leniently(cast: Cast, scheme: str) -> None:
    answer = cast.nobody.get("/me", headers={"Authorization": f"{scheme}{cast.olga.token}"})
    assert answer.status_code == 200


def test_requests_sent_at_once_are_answered_in_order(cast: Cast) -> None:
    first, second = launch(cast.olga, name="One"), launch(cast.olga, name="Two")
    with wire(cast) as line:
        for process in (first, second, first):
            line.ask("GET", f"/runs/{process['id']}", cast.olga)
        names = [line.reply().json["data"]["name"] for _ in range(3)]
    assert names == ["One", "Two", "One"]


def test_refusals_are_json_too(cast: Cast) -> None:
    with wire(cast) as line:
        line.ask("DELETE", "/runs/nothing", cast.olga, "Accept: text/html")
        reply = line.reply()
        line.ask("POST", "/me", cast.olga, "Content-Length: 0")
        not_allowed = line.reply()
    assert reply.status == 404
    assert reply.headers["content-type"].startswith("application/json")
    assert reply.json["message"] == "Resource not found"
    assert not_allowed.status == 405
    assert not_allowed.headers["allow"]
    assert not_allowed.json["code"] == "METHOD_NOT_ALLOWED"


def test_a_slash_too_many_is_no_redirect(cast: Cast) -> None:
    process = launch(cast.olga)
    with wire(cast) as line:
        line.ask("DELETE", f"//runs/{process['id'].upper()}/", cast.olga)
        assert answers_archived(line.reply())
