"""Clients that ordinary libraries cannot be: half a request, no reading, and many at once."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import requests

from server import RunningServer


class Raw:
    """One connection. What it sends is bytes, and it waits for nothing unasked."""

    def __init__(self, server: RunningServer, *, takes_little: bool = False) -> None:
        parts = urlsplit(server.base_url)
        self.socket = socket.socket()
        if takes_little:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.connect((str(parts.hostname), int(parts.port or 0)))

    def send(self, data: bytes) -> "Raw":
        self.socket.sendall(data)
        return self

    def read(self, *, within: float = 20.0) -> bytes:
        """Until the server closes; raises TimeoutError when it does not. Then it is closed here."""
        give_up, got = time.monotonic() + within, b""
        with self.socket:
            while True:
                self.socket.settimeout(max(give_up - time.monotonic(), 0.01))
                piece = self.socket.recv(65_536)
                if not piece:
                    return got
                got += piece

    def is_closed(self) -> bool:
        """By the server; what it said before is read. Then it is closed here, too."""
        if self.socket.fileno() < 0:
            return True
        self.socket.settimeout(0.001)
        try:
            while self.socket.recv(65_536):
                pass
        except TimeoutError:
            return False
        except OSError:
            pass
        self.socket.close()
        return True

    def close(self) -> None:
        self.socket.close()


@contextmanager
def many(
    server: RunningServer, count: int, data: bytes, *, takes_little: bool = False
) -> Iterator[list[Raw]]:
    """So many connections that have sent this much."""
    allow_descriptors(count + 200)
    with ExitStack() as closing:
        raws = []
        for _ in range(count):
            raw = Raw(server, takes_little=takes_little)
            closing.callback(raw.close)
            raws.append(raw.send(data))
        yield raws


@contextmanager
def silent_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> Iterator[int]:
    """Whoever asks there is never answered."""
    with socket.socket(type=kind) as silent:
        silent.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            silent.listen(500)
        yield int(silent.getsockname()[1])


def allow_descriptors(count: int) -> None:
    """To this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


def time_of(url: str, token: str | None = None, *, within: float = 2.0) -> float:
    """Seconds until it is answered with 200, over a connection of its own."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    start = time.monotonic()
    answer = requests.get(url, headers=headers, timeout=within)
    assert answer.status_code == 200, answer.text
    return time.monotonic() - start


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])
