"""One line for each request, on standard error beside the rest of the log.

It stands on every request's way, so nothing is done here that could be left out: no structlog, no
write (`kit.log.Lines`). What may let somebody in is never in it: the route is a template, and ids
are numbers.
"""

import time
from datetime import UTC, datetime

import msgspec

from procession.kit.caller import Caller, CallerKind
from procession.kit.log import Lines, is_logged
from procession.kit.meters import meters
from procession.kit.settings import Settings


class _Line(msgspec.Struct, omit_defaults=True):
    event: str
    level: str
    timestamp: str
    status: int
    request_id: str
    method: str | None = None
    #: Null where no endpoint is: then what was asked for is anybody's text.
    route: str | None = None
    #: From when a thread had taken it up until its answer was ready.
    ms: float | None = None
    #: Of the body; null where it is sent piece by piece.
    bytes: int | None = None
    #: member, guest or bot (an application); null for who is nobody, or was not let in.
    caller: str | None = None
    caller_id: int | None = None
    organization: str | None = None
    slow: bool = False


_encode = msgspec.json.Encoder().encode


class RequestLog:
    """Told of every answer. Slow ones are warnings."""

    def __init__(self, settings: Settings) -> None:
        self._is_on = settings.request_log and is_logged("info", settings.log_level)
        self._is_on_for_slow = settings.request_log and is_logged("warning", settings.log_level)
        self._slow_s = settings.slow_request
        self._lines = Lines()
        self._meters = meters()

    def note(
        self,
        *,
        began: float,
        status: int,
        request_id: str,
        method: str,
        route: str | None,
        size: int | None,
        caller: Caller | None,
    ) -> None:
        """`began`: by `time.perf_counter`."""
        took_s = time.perf_counter() - began
        if self._meters is not None:
            self._meters.note_request(method, route, status, took_s)
        is_slow = took_s >= self._slow_s
        if not (self._is_on_for_slow if is_slow else self._is_on):
            return
        line = _Line(
            "request",
            "warning" if is_slow else "info",
            _now(),
            status,
            request_id,
            method,
            route,
            round(took_s * 1000, 1),
            size,
            slow=is_slow,
        )
        if caller is not None and caller.person_id:
            line.caller, line.caller_id = caller.kind.name.lower(), _id_of(caller)
            line.organization = caller.organization_id or None
        self._lines.add(_encode(line) + b"\n")

    def note_refusal(self, status: int, request_id: str) -> None:
        """Of the door, before anything knew what was asked for."""
        if self._meters is not None:
            self._meters.note_request("other", None, status, 0.0)
        if self._is_on:
            line = _Line("request", "info", _now(), status, request_id)
            self._lines.add(_encode(line) + b"\n")

    def flush(self) -> None:
        """Before the process ends."""
        self._lines.flush()


def _id_of(caller: Caller) -> int:
    """An application is its client, whoever acts for it."""
    return caller.client_id if caller.kind is CallerKind.BOT else caller.person_id


def _now() -> str:
    return f"{datetime.now(UTC).isoformat()[:26]}Z"
