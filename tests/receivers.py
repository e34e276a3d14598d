"""Real receivers of webhooks: good ones, slow ones, and ones that misbehave."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from procession.core.networks import read_networks
from server import free_port

#: For servers that send to receivers of the tests.
HERE = read_networks("127.0.0.1")


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Receiver:
    """What it answers is decided by the path: `/ok`, `/404`, `/hang`, `/wait`, `/reset`,
    `/redirect`, `/endless`. Of `/500,200` each part is the answer to one request, the last one to
    all others.
    """

    port: int
    scheme: str = "http"
    host: str = "127.0.0.1"
    got: list[Received] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    #: What `/wait` waits for.
    release: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/ok") -> str:
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def at(self, path: str) -> list[Received]:
        return [each for each in self.got if each.path == path]

    def events(self, path: str = "/ok") -> list[str]:
        return [each.body["event"] for each in self.at(path)]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        raw = handler.rfile.read(int(handler.headers["Content-Length"]))
        self.got.append(Received(handler.path, dict(handler.headers.items()), raw))
        words = handler.path.strip("/").split(",")
        word = words[min(len(self.at(handler.path)), len(words)) - 1]
        behave = getattr(self, f"_{word}", None)
        if behave is not None:
            behave(handler)
            return
        _say(handler, 200 if word == "ok" else int(word))

    def _hang(self, _: BaseHTTPRequestHandler) -> None:
        self.closing.wait(15)

    def _wait(self, handler: BaseHTTPRequestHandler) -> None:
        self.release.wait(9)
        _say(handler, 200)

    def _reset(self, handler: BaseHTTPRequestHandler) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    def _redirect(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", self.url("/ok"))
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def _endless(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not self.closing.is_set():
            handler.wfile.write(b"x" * 65_536)


def _say(handler: BaseHTTPRequestHandler, status: int) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", "2")
    handler.end_headers()
    handler.wfile.write(b"{}")


@contextmanager
def receiver(trust: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Receiver]:
    """`trust`: with which certificate it answers by TLS."""
    found = Receiver(free_port(), "http" if trust is None else "https", host)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                found.answer(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """The tests say what they saw."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, *_: Any) -> None:
            """Whoever hangs up is meant to."""

    http = Quiet(("127.0.0.1", found.port), Handler)
    if trust is not None:
        http.socket = trust.wrap_socket(http.socket, server_side=True)
    threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
    yield found
    found.closing.set()
    http.shutdown()
    http.server_close()
