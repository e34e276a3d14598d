"""Usual requests without the ceremony of `requests`, whose answers they give.

The suite sends a hundred thousand of them: what each costs here comes before all that it asks of a
server. What is not usual (files, forms, signs that have to be quoted) is left to `requests` itself:
`PlainHttp.ask` gives None then, and has sent nothing.
"""

import json
import re
import select
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any, cast
from urllib.parse import urlencode

import httptools
import requests
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers

_USUAL = {"json", "params", "headers", "data", "allow_redirects", "timeout"}
_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
#: A path and query that say the same however they are written.
_PLAIN = re.compile(r"/(?:[A-Za-z0-9/_.~:@!$&'()*+,;=?\[\]-]|%[0-9A-F]{2})*")
_STEPS = re.compile(r"/\.{1,2}(?:/|$|\?)")
_HEADERS = {
    "User-Agent": "procession-tests",
    "Accept-Encoding": "identity",
    "Accept": "*/*",
    "Connection": "keep-alive",
}


class PlainHttp:
    """One connection, kept alive. Of one thread."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        host, _, port = base_url.removeprefix("http://").rpartition(":")
        self._address = (host, int(port))
        self._line: socket.socket | None = None

    def __del__(self) -> None:
        self._hang_up()

    def ask(self, method: str, path: str, options: Mapping[str, Any]) -> requests.Response | None:
        """Raises what `requests` raises."""
        if method not in _METHODS or not options.keys() <= _USUAL:
            return None
        target = _target(path, options.get("params"))
        written = _body(options)
        if target is None or written is None:
            return None
        body, kind = written
        said = {"Host": self._base_url.removeprefix("http://"), **_HEADERS}
        if kind:
            said["Content-Type"] = kind
        if body or method != "GET":
            said["Content-Length"] = str(len(body))
        given = options["headers"]
        lower = {name.lower() for name in given}
        said = {name: text for name, text in said.items() if name.lower() not in lower} | given
        head = _head(method, target, said)
        if head is None:
            return None
        answer = self._exchange(head + body, options["timeout"])
        answer.url = f"{self._base_url}{target}"
        answer.request = requests.PreparedRequest()
        answer.request.method, answer.request.url = method, answer.url
        answer.request.headers = CaseInsensitiveDict(said)
        answer.request.body = body
        return answer

    def _exchange(self, message: bytes, patience_s: float) -> requests.Response:
        began = time.perf_counter()
        reading = _Reading()
        try:
            line = self._connected(patience_s)
            with suppress(BrokenPipeError, ConnectionResetError):  # It may have said why.
                line.sendall(message)
            while not reading.is_whole:
                piece = line.recv(262_144)
                if not piece:
                    raise ConnectionResetError("closed before its answer was whole")
                reading.parser.feed_data(piece)
        except TimeoutError as late:
            self._hang_up()
            raise requests.ReadTimeout(late) from late
        except (OSError, httptools.HttpParserError) as broken:
            self._hang_up()
            raise requests.ConnectionError(broken) from broken
        if not reading.stays:
            self._hang_up()
        answer = reading.answer()
        answer.elapsed = timedelta(seconds=time.perf_counter() - began)
        return answer

    def _connected(self, patience_s: float) -> socket.socket:
        """Anew where the server has ended the one that there was."""
        if self._line is not None and select.select([self._line], [], [], 0)[0]:
            self._hang_up()
        if self._line is None:
            self._line = socket.create_connection(self._address)
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line.settimeout(patience_s)
        return self._line

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


class _Reading:
    """What a parser has read of one answer."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.is_whole = self.stays = False
        self._headers: list[tuple[str, str]] = []
        self._pieces: list[bytes] = []
        self._reason = ""

    def on_status(self, reason: bytes) -> None:
        self._reason += reason.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.decode("latin-1"), value.decode("latin-1")))

    def on_body(self, piece: bytes) -> None:
        self._pieces.append(piece)

    def on_message_complete(self) -> None:
        if self.parser.get_status_code() < 200:  # "Continue": the answer follows.
            self._headers.clear()
            return
        self.is_whole, self.stays = True, self.parser.should_keep_alive()

    def answer(self) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer.reason = self.parser.get_status_code(), self._reason
        for name, value in self._headers:
            before = answer.headers.get(name)
            answer.headers[name] = value if before is None else f"{before}, {value}"
            if name.lower() == "set-cookie":
                for cookie in SimpleCookie(value).values():
                    answer.cookies.set(cookie.key, cookie.value)
        answer.encoding = get_encoding_from_headers(answer.headers)
        made = cast(Any, answer)
        made._content, made._content_consumed = b"".join(self._pieces), True
        return answer


def _target(path: str, params: Any) -> str | None:
    if params:
        pairs = params if isinstance(params, str) else _pairs(params)
        path = f"{path}{'&' if '?' in path else '?'}{pairs}"
    if _PLAIN.fullmatch(path) is None or _STEPS.search(path):
        return None
    return path.replace("[", "%5B").replace("]", "%5D")


def _pairs(params: Any) -> str:
    items = params.items() if isinstance(params, Mapping) else params
    return urlencode([(name, value) for name, value in items if value is not None], doseq=True)


def _body(options: Mapping[str, Any]) -> tuple[bytes, str] | None:
    """With its type; None where `requests` knows better."""
    data = options.get("data")
    if isinstance(data, str | bytes):
        return (data.encode() if isinstance(data, str) else data), ""
    if data:
        return None
    if options.get("json") is None:
        return b"", ""
    return json.dumps(options["json"], allow_nan=False).encode(), "application/json"


def _head(method: str, target: str, headers: Mapping[str, Any]) -> bytes | None:
    lines = [f"{method} {target} HTTP/1.1"]
    for name, value in headers.items():
        if not isinstance(value, str) or not value.isprintable() or value != value.strip():
            return None
        lines.append(f"{name}: {value}")
    try:
        return "\r\n".join([*lines, "", ""]).encode("latin-1")
    except UnicodeEncodeError:
        return None
