"""From the application's answer (PEP 3333) to the bytes of HTTP/1.1."""

import time
from collections.abc import Callable, Iterable
from email.utils import formatdate
from typing import Any

from procession.kit.http import FileBody
from procession.web.door.arrivals import Arrival, Environ
from procession.web.door.leaving import Leaving

Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]

_date = (0, "")


def _today() -> str:
    """The same text within a second."""
    global _date  # noqa: PLW0603 - one value for all threads; a race makes it twice, alike
    now = int(time.time())
    if _date[0] != now:
        _date = (now, formatdate(now, usegmt=True))
    return _date[1]


class _Start:
    """`start_response`: the status line and the headers are kept until the body is there."""

    __slots__ = ("headers", "status")

    def __init__(self) -> None:
        self.status = ""
        self.headers: Headers = []

    @property
    def length(self) -> int | None:
        """Of the body, where the application says it."""
        said = [value for name, value in self.headers if name.lower() == "content-length"]
        return int(said[0]) if said else None

    def __call__(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        self.status, self.headers = status, headers


def answer(application: Application, arrival: Arrival, leaving: Leaving) -> None:
    """Calls the application and writes what it says; `leaving.keeps_alive` says how it ended.

    Raises NotYet when the application is to be called again.
    """
    start = _Start()
    body = application(arrival.finished(), start)
    try:
        if isinstance(body, list):
            _write_whole(start, b"".join(body), arrival, leaving)
        elif isinstance(body, FileBody):
            _write_file(start, body, arrival, leaving)
        else:
            _write_pieces(start, body, arrival, leaving)
    finally:
        if close := getattr(body, "close", None):
            close()


def _write_whole(start: _Start, body: bytes, arrival: Arrival, leaving: Leaving) -> None:
    has_no_body = arrival.method == "HEAD" or start.status.startswith(("204", "304"))
    length = None if has_no_body else len(body)
    head, leaving.keeps_alive = _head(start, arrival, length=length)
    leaving.write(head if has_no_body else head + body)


def _write_pieces(
    start: _Start, pieces: Iterable[bytes], arrival: Arrival, leaving: Leaving
) -> None:
    """In chunks where nobody knows how much it is; a client of HTTP/1.0 sees the end of such an
    answer by the end of the connection."""
    if start.length is not None:
        _write_measured(start, pieces, arrival, leaving)
        return
    is_chunked = arrival.environ["SERVER_PROTOCOL"] != "HTTP/1.0"
    head, keeps_alive = _head(start, arrival, is_chunked=is_chunked)
    leaving.write(head)
    for piece in pieces:
        if piece:
            leaving.write(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)
    if is_chunked:
        leaving.write(b"0\r\n\r\n")
    # Only now: what ends in the middle must not look whole.
    leaving.keeps_alive = keeps_alive and is_chunked


def _write_measured(
    start: _Start, pieces: Iterable[bytes], arrival: Arrival, leaving: Leaving
) -> None:
    """As many bytes as the headers say."""
    head, keeps_alive = _head(start, arrival, length=start.length)
    leaving.write(head)
    left = start.length or 0
    for piece in pieces:
        leaving.write(piece)
        left -= len(piece)
    if left:
        raise ValueError("a body is not as long as its headers say")
    leaving.keeps_alive = keeps_alive


def _write_file(start: _Start, body: FileBody, arrival: Arrival, leaving: Leaving) -> None:
    head, keeps_alive = _head(start, arrival, length=body.length)
    leaving.write(head)
    leaving.send_file(body.file.fileno(), body.start, body.length)
    leaving.keeps_alive = keeps_alive


def _head(
    start: _Start, arrival: Arrival, *, length: int | None = None, is_chunked: bool = False
) -> tuple[bytes, bool]:
    """Its bytes, and whether the connection is kept alive. The length is ours to say."""
    keeps_alive = arrival.keeps_alive
    lines = [f"HTTP/1.1 {start.status}", f"Date: {_today()}"]
    for name, value in start.headers:
        lowered = name.lower()
        if lowered == "connection":
            keeps_alive = keeps_alive and "close" not in value.lower()
        elif lowered != "content-length" or (length is None and not is_chunked):
            lines.append(f"{name}: {value}")
    if length is not None:
        lines.append(f"Content-Length: {length}")
    if is_chunked:
        lines.append("Transfer-Encoding: chunked")
    if not keeps_alive:
        lines.append("Connection: close")
    elif arrival.environ["SERVER_PROTOCOL"] == "HTTP/1.0":
        lines.append("Connection: keep-alive")
    text = "\r\n".join(lines)
    assert text.count("\n") == len(lines) - 1, "a header holds a line break"
    return f"{text}\r\n\r\n".encode("latin-1"), keeps_alive
