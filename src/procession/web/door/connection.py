"""One connection: bytes in, whole requests out. The door's thread alone reads and parses."""

import re
import socket
from collections import deque
from collections.abc import Callable

import httptools

from procession.web.door.arrivals import Arrival, Environ, path_and_query, wsgi_name
from procession.web.door.bodies import NoRoom
from procession.web.door.leaving import Leaving
from procession.web.door.limits import MOST_HEAD_BYTES
from procession.web.door.refusals import (
    HEAD_TOO_LARGE,
    MALFORMED,
    NO_ROOM,
    NOT_ONE_HOST,
    DoorRefusal,
)

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")


def _with_ascii_target(data: bytes) -> bytes:
    """Addresses that a person typed hold plain UTF-8 now and then: percent-encoded, as they should
    have come."""
    line, end, rest = data.partition(b"\r\n")
    return _BEYOND_ASCII.sub(lambda sign: b"%%%02X" % sign[0][0], line) + end + rest


class Unacceptable(Exception):
    """Nothing that comes on this connection can be read any more; `refusal` says why."""

    def __init__(self, refusal: DoorRefusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class Connection:
    """`arrived` holds the requests that are here whole, in their order.

    `admit` is asked about each request with a body, when its head is whole: it says how large the
    body may be, or why it is not received at all.
    """

    __slots__ = (
        "_admit", "_base", "_head_bytes", "_hosts", "_parser", "_refusal", "_target", "arrived",
        "arriving", "began", "deadline", "group", "has_ended", "is_in_head", "last_word",
        "leaving", "pieces", "socket",
    )  # fmt: skip

    def __init__(
        self,
        sock: socket.socket,
        base: Environ,
        admit: Callable[["Connection", Arrival], DoorRefusal | None],
    ) -> None:
        self.socket = sock
        self._base = base
        self._admit = admit
        self._parser = httptools.HttpRequestParser(self)
        self._target = b""
        self._hosts = 0
        self._head_bytes = 0
        self._refusal: DoorRefusal | None = None
        self.arrived: deque[Arrival] = deque()
        #: Its head has begun to come, and it is not whole.
        self.arriving: Arrival | None = None
        self.is_in_head = False
        #: The other side sends no more.
        self.has_ended = False
        #: Said when what has arrived is answered.
        self.last_word: DoorRefusal | None = None
        # The door's own notes: where the connection stands, and until when.
        self.group = ""
        self.deadline = 0.0
        self.began = 0.0
        #: Bytes of the body since the deadline was set.
        self.pieces = 0
        #: What the other side has not taken yet of an answer.
        self.leaving: Leaving | None = None

    @property
    def is_in_body(self) -> bool:
        return self.arriving is not None and not self.is_in_head

    def feed(self, data: bytes) -> None:
        """Raises Unacceptable; what was whole before that is in `arrived`."""
        if self.is_in_head:
            self._head_bytes += len(data)
        elif self.arriving is None and not data.isascii():
            data = _with_ascii_target(data)
        while data:
            data = self._parse(data)
        if self._refusal is not None:
            raise Unacceptable(self._refusal)
        if self.is_in_head and self._head_bytes > MOST_HEAD_BYTES:
            raise Unacceptable(HEAD_TOO_LARGE)

    def _parse(self, data: bytes) -> bytes:
        """What is left to parse."""
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as offered:
            # Passed over, as RFC 9110 (7.8) allows: what follows is the next request.
            self._parser = httptools.HttpRequestParser(self)
            return data[offered.args[0] :]
        except httptools.HttpParserError:
            # What comes after a request that closes the connection is nobody's.
            is_last = bool(self.arrived) and not self.arrived[-1].keeps_alive
            if not is_last and self._refusal is None:
                self._refusal = MALFORMED
        return b""

    # --- What the parser calls ---

    def on_message_begin(self) -> None:
        self.arriving = Arrival(self._base.copy())
        self.is_in_head = True
        self._target = b""
        self._hosts = 0

    def on_url(self, piece: bytes) -> None:
        self._target += piece

    def on_header(self, name: bytes, value: bytes) -> None:
        arrival = self.arriving
        if not self.is_in_head or arrival is None:
            return  # A trailer: it comes too late to say who asks.
        key = wsgi_name(name)
        if key == "HTTP_HOST":
            self._hosts += 1
        environ, text = arrival.environ, value.decode("latin-1")
        if key in environ:
            text = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{text}"
        environ[key] = text

    def on_headers_complete(self) -> None:
        arrival, parser = self.arriving, self._parser
        assert arrival is not None
        environ = arrival.environ
        environ.pop("", None)
        version = parser.get_http_version()
        environ["SERVER_PROTOCOL"] = f"HTTP/{version}"
        environ["REQUEST_METHOD"] = parser.get_method().decode("latin-1")
        environ["RAW_URI"], environ["PATH_INFO"], environ["QUERY_STRING"] = path_and_query(
            self._target
        )
        self.is_in_head = False
        self._head_bytes = 0
        if self._hosts > 1 or (self._hosts == 0 and version != "1.0"):
            self._refusal = self._refusal or NOT_ONE_HOST
        self._refusal = self._refusal or self._admit(self, arrival)

    def on_body(self, piece: bytes) -> None:
        if self._refusal is not None or self.arriving is None:
            return
        try:
            self.arriving.add(piece)
        except NoRoom:
            self._refusal = NO_ROOM

    def on_message_complete(self) -> None:
        arrival = self.arriving
        if self._refusal is not None or arrival is None:
            return
        arrival.is_whole = True
        arrival.keeps_alive = self._parser.should_keep_alive() and not arrival.is_too_large
        self.arrived.append(arrival)
        self.arriving = None

    def close(self) -> None:
        self.socket.close()
        for arrival in (*self.arrived, self.arriving):
            if arrival is not None:
                arrival.close()
        if self.leaving is not None:
            self.leaving.close()
