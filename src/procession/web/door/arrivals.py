"""A request on its way in, as the application will get it (PEP 3333)."""

import io
import time
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from procession.kit.http import Route
from procession.web.door.bodies import Body
from procession.web.slashes import hidden

Environ = dict[str, Any]

#: Before the application is called again that said "not yet": less than a second in all.
PAUSES_S = (0.02, 0.04, 0.08, 0.16, 0.3, 0.3)

#: Of header names, as WSGI writes them. Clients choose them, so no more than these are remembered.
_MOST_NAMES = 500
_names: dict[bytes, str] = {}


def wsgi_name(name: bytes) -> str:
    """Empty for a name with `_`: it would pass for the one with `-`, which proxies vouch for."""
    try:
        return _names[name]
    except KeyError:
        written = "" if b"_" in name else name.decode("latin-1").upper().replace("-", "_")
        if written and written not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            written = f"HTTP_{written}"
        if len(_names) < _MOST_NAMES:
            _names[name] = written
        return written


def path_and_query(target: bytes) -> tuple[str, str, str]:
    """(path as sent, path decoded, query): as WSGI wants them, but for `web.slashes`."""
    if not target.startswith(b"/"):
        # A whole address, as proxies are sent.
        parts = urlsplit(target)
        target = (parts.path or b"/") + (b"?" + parts.query if parts.query else b"")
    path, _, query = target.partition(b"?")
    raw = path.decode("latin-1")
    decoded = unquote_to_bytes(hidden(path)).decode("latin-1") if "%" in raw else raw
    return raw, decoded, query.decode("latin-1")


class Arrival:
    """`environ` grows with the head; `route` is known when the head is whole."""

    __slots__ = (
        "body", "calls", "environ", "is_too_large", "is_whole", "keeps_alive", "memory",
        "most_bytes", "patient_until", "route",
    )  # fmt: skip

    def __init__(self, environ: Environ) -> None:
        self.environ = environ
        self.route: Route | None = None
        self.body: Body | None = None
        #: Of its body.
        self.most_bytes = 0
        #: Its endpoint shall say so; the rest of it is not read.
        self.is_too_large = False
        self.is_whole = False
        self.keeps_alive = False
        #: How often the application was called with it.
        self.calls = 0
        #: What the application notes for its next call.
        self.memory: dict[str, Any] = {}
        #: As `time.monotonic` counts; it is called again until then, however often that is.
        self.patient_until = 0.0

    def next_call_at(self, patience_s: float) -> float:
        """After it said "not yet". The first time it says for how long it may."""
        now = time.monotonic()
        if patience_s and not self.patient_until:
            self.patient_until = now + patience_s
        return now + PAUSES_S[min(self.calls, len(PAUSES_S)) - 1]

    @property
    def method(self) -> str:
        return str(self.environ["REQUEST_METHOD"])

    @property
    def length(self) -> int | None:
        """Of its body, as its sender says; None where nothing is said."""
        length = self.environ.get("CONTENT_LENGTH")
        return None if length is None else int(length)

    @property
    def is_chunked(self) -> bool:
        return "HTTP_TRANSFER_ENCODING" in self.environ

    @property
    def is_upload(self) -> bool:
        return self.route is not None and self.route.takes_upload

    @property
    def is_large(self) -> bool:
        return self.body is not None and self.body.is_large

    def add(self, piece: bytes) -> None:
        """Raises NoRoom."""
        if self.is_too_large or self.body is None:
            return
        if self.body.size + len(piece) > self.most_bytes:
            self.is_too_large = True
            self.body.close()
            return
        self.body.add(piece)

    def finished(self) -> Environ:
        """What the application is called with, and may change: a fresh one for each call."""
        environ = self.environ.copy()
        if self.body is None or self.is_too_large:
            environ["wsgi.input"] = io.BytesIO()
        else:
            environ["wsgi.input"] = self.body.reader()
        if self.is_too_large:
            environ["procession.too_large"] = self.most_bytes
        if self.calls:
            environ["procession.again"] = True
        environ["procession.memory"] = self.memory
        if self.calls < len(PAUSES_S) or time.monotonic() < self.patient_until:
            environ["procession.again_later"] = True
        self.calls += 1
        return environ

    def close(self) -> None:
        if self.body is not None:
            self.body.close()
