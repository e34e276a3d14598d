"""What the door itself refuses, before any endpoint sees it: the same JSON as everywhere."""

import secrets
from dataclasses import dataclass
from http import HTTPStatus

from procession.kit.problems import problem


@dataclass(frozen=True)
class DoorRefusal:
    status: int
    code: str
    message: str
    #: Seconds; 0 where trying again is of no use.
    retry_after: int = 0


MALFORMED = DoorRefusal(400, "BAD_REQUEST", "The request cannot be read.")
CUT_SHORT = DoorRefusal(400, "BAD_REQUEST", "The request ended before its body was complete.")
NOT_ONE_HOST = DoorRefusal(400, "BAD_REQUEST", "The request must have one Host header.")
TOO_SLOW = DoorRefusal(408, "REQUEST_TIMEOUT", "The request did not arrive in time.")
HEAD_TOO_LARGE = DoorRefusal(
    431, "HEADERS_TOO_LARGE", "The request's line and headers are too large."
)
NO_ROOM = DoorRefusal(
    503, "UNAVAILABLE", "The server is receiving too much at the moment. Please try again.", 2
)
OVERLOADED = DoorRefusal(
    503, "UNAVAILABLE", "Too many requests of this kind are waiting. Please try again.", 1
)
CRASHED = DoorRefusal(500, "SERVER_ERROR", "Server error.")

_REASONS = {status.value: status.phrase for status in HTTPStatus}


def new_request_id() -> str:
    return secrets.token_hex(8)


def refusal_bytes(
    refusal: DoorRefusal, request_id: str, *, keep_alive: bool, cors_origins: str
) -> bytes:
    """A whole answer."""
    body = problem(refusal.status, refusal.code, refusal.message, request_id=request_id).body
    lines = [
        f"HTTP/1.1 {refusal.status} {_REASONS[refusal.status]}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"X-Request-Id: {request_id}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        f"Access-Control-Allow-Origin: {cors_origins}",
        "Access-Control-Expose-Headers: X-Request-Id, Retry-After",
    ]
    if refusal.retry_after:
        lines.append(f"Retry-After: {refusal.retry_after}")
    if not keep_alive:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
