"""The load: a few keep-alive connections in a closed loop, on raw sockets of one process."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


def request_bytes(method: str, path: str, token: str, body: bytes = b"") -> bytes:
    kind = "Content-Type: application/json\r\n" if body else ""
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
        f"{kind}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection:
    """One client's connection: sends a request, and tells when its answer is complete."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = b""

    def send(self, request: bytes) -> None:
        self._got = b""
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """The body when all of it has come; raises AssertionError for an answer that is no 2xx."""
        chunk = self.socket.recv(1 << 18)
        assert chunk, "the server closed the connection"
        got = self._got = self._got + chunk if self._got else chunk
        end = got.find(b"\r\n\r\n")
        if end < 0:
            return None
        place = got.lower().find(b"content-length:", 0, end)
        if place >= 0:
            length = int(got[place + 15 : got.find(b"\r\n", place)])
            if len(got) < end + 4 + length:
                return None
        elif not got.endswith(b"0\r\n\r\n"):
            return None
        assert got.startswith(b"HTTP/1.1 2"), got[:2000]
        return got[end + 4 :]

    def ask(self, request: bytes) -> bytes:
        self.send(request)
        while True:
            body = self.receive()
            if body is not None:
                return body

    def close(self) -> None:
        self.socket.close()


@dataclass(frozen=True)
class Round:
    """What one round of load reached."""

    count: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.count / self.seconds


def drive(
    port: int,
    requests: Sequence[Iterator[bytes]],
    *,
    seconds: float = 60.0,
    most: int = 1_000_000,
) -> Round:
    """Answers within `seconds`, or `most` of them; each iterator feeds one connection."""
    connections = [Connection(port) for _ in requests]
    selector = selectors.DefaultSelector()
    for connection, feed in zip(connections, requests, strict=True):
        selector.register(connection.socket, selectors.EVENT_READ, (connection, feed))
        connection.send(next(feed))
    count, start = 0, time.perf_counter()
    end = start + seconds
    open_count = len(connections)
    while open_count:
        events = selector.select(timeout=30)
        assert events, "the server does not answer"
        for key, _ in events:
            connection, feed = key.data
            if connection.receive() is None:
                continue
            count += 1
            if count + open_count <= most and time.perf_counter() < end:
                connection.send(next(feed))
            else:
                selector.unregister(connection.socket)
                open_count -= 1
    spent = time.perf_counter() - start
    for connection in connections:
        connection.close()
    return Round(count, spent)


def time_of(connection: Connection, request: bytes) -> float:
    """Seconds that one request takes."""
    start = time.perf_counter()
    connection.ask(request)
    return time.perf_counter() - start
