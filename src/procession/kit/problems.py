"""Errors as JSON: each kind of refusal gets its status here, once (contract 00, 6)."""

import time
from typing import Any

import msgspec

from procession.kit.errors import (
    BadRequest,
    ChangedSince,
    Conflict,
    Expired,
    Forbidden,
    Held,
    InUse,
    Invalid,
    NotFound,
    NotYet,
    OAuthRefusal,
    OutcomeUnknown,
    Problems,
    Refusal,
    SeatsExhausted,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    UnsupportedType,
)
from procession.kit.http import Answer

_STATUSES: tuple[tuple[type[Refusal], int], ...] = (
    (Invalid, 422),
    (NotFound, 404),
    (Forbidden, 403),
    (Unauthenticated, 401),
    (ChangedSince, 412),
    (Conflict, 409),
    (Expired, 410),
    (TooMany, 429),
    (Unavailable, 503),
    (TooLarge, 413),
    (UnsupportedType, 415),
    (BadRequest, 400),
)
#: Sentences that one refusal tells.
_MOST_TOLD = 100
_json = msgspec.json.Encoder()


class DependantOut(msgspec.Struct, kw_only=True):
    """What depends on the thing that was to go."""

    type: str
    id: str
    title: str


class ChangedByOut(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Who it was; guests are told names alone."""

    #: user, guest or bot.
    type: str
    full_name: str
    id: int | None = None
    email: str | None = None


class NamedHoldOut(msgspec.Struct, kw_only=True):
    """A hold that forbids what was asked for."""

    id: str
    reason: str
    reference: str | None


class DetailsOut(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What depends on it; or who changed it meanwhile, when, and what the fields of the body are
    now (ruling 31); or which holds forbid it."""

    dependants: list[DependantOut] | None = None
    changed_by: ChangedByOut | None = None
    changed_at: str | None = None
    current: dict[str, Any] | None = None
    holds: list[NamedHoldOut] | None = None


class ErrorOut(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The body of every error."""

    error: bool
    message: str
    code: str
    errors: dict[str, list[str]] | None = None
    details: DetailsOut | None = None
    request_id: str | None = None


def problem(
    status: int,
    code: str,
    message: str,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    errors: dict[str, list[str]] | None = None,
    details: DetailsOut | None = None,
    request_id: str | None = None,
) -> Answer:
    body = ErrorOut(
        error=True,
        message=message,
        code=code,
        errors=errors,
        details=details,
        request_id=request_id,
    )
    return Answer(status, _json.encode(body), headers)


#: RFC 6749, 5.2: all others are 400.
_OAUTH_STATUSES = {"invalid_client": 401, "slow_down": 429}


class OAuthErrorOut(msgspec.Struct, kw_only=True):
    """The body of every error of the token endpoint (contract 00, 5.2)."""

    error: str
    error_description: str
    message: str


def _refused_token(refusal: OAuthRefusal) -> Answer:
    status = _OAUTH_STATUSES.get(refusal.error, 400)
    body = OAuthErrorOut(
        error=refusal.error, error_description=refusal.message, message=refusal.message
    )
    headers = []
    if status == 401:
        headers.append(("WWW-Authenticate", 'Basic realm="oauth"'))
    if refusal.retry_after is not None:
        headers.append(("Retry-After", str(refusal.retry_after)))
    return Answer(status, _json.encode(body), tuple(headers))


class SeatPoolOut(msgspec.Struct, kw_only=True):
    pool_type: str


class SeatErrorOut(msgspec.Struct, kw_only=True):
    code: str
    message: str
    details: SeatPoolOut


class SeatsOut(msgspec.Struct, kw_only=True):
    """The body of a refusal for want of a seat (contract 00, 6.4)."""

    error: SeatErrorOut
    message: str


def _without_seat(refusal: SeatsExhausted) -> Answer:
    details = SeatPoolOut(pool_type=refusal.pool)
    error = SeatErrorOut(code=refusal.code, message=refusal.message, details=details)
    return Answer(409, _json.encode(SeatsOut(error=error, message=refusal.message)))


def refused(refusal: Refusal) -> Answer:
    if isinstance(refusal, OAuthRefusal):
        return _refused_token(refusal)
    if isinstance(refusal, SeatsExhausted):
        return _without_seat(refusal)
    status = next(status for kind, status in _STATUSES if isinstance(refusal, kind))
    errors = _first_told(refusal.problems) if isinstance(refusal, Invalid) else None
    return problem(
        status,
        refusal.code,
        refusal.message,
        headers=_headers(refusal),
        errors=errors,
        details=_details(refusal),
    )


def _first_told(problems: Problems) -> dict[str, list[str]]:
    """No more than anybody would read; the message counts them all."""
    told: dict[str, list[str]] = {}
    left = _MOST_TOLD
    for path, sentences in problems.items():
        told[path] = list(sentences[:left])
        left -= len(told[path])
        if not left:
            break
    return told


def _details(refusal: Refusal) -> DetailsOut | None:
    if isinstance(refusal, InUse):
        return DetailsOut(
            dependants=[
                DependantOut(type=each.kind, id=each.id, title=each.title)
                for each in refusal.dependants
            ]
        )
    if isinstance(refusal, Held) and refusal.holds is not None:
        return DetailsOut(
            holds=[
                NamedHoldOut(id=each.id, reason=each.reason, reference=each.reference)
                for each in refusal.holds
            ]
        )
    return None


def _headers(refusal: Refusal) -> tuple[tuple[str, str], ...]:
    if isinstance(refusal, Unauthenticated):
        reason = ', error="invalid_token"' if refusal.token_was_sent else ""
        return (("WWW-Authenticate", f'Bearer realm="api"{reason}'),)
    if isinstance(refusal, TooMany):
        return (
            ("Retry-After", str(refusal.retry_after)),
            ("X-RateLimit-Reset", str(int(time.time()) + refusal.retry_after)),
        )
    if isinstance(refusal, TooLarge):
        # The rest of the body is not read, so nothing more can be asked on this connection.
        return (("Connection", "close"),)
    if isinstance(refusal, OutcomeUnknown) and not refusal.may_repeat:
        return ()
    if isinstance(refusal, Unavailable):
        return (("Retry-After", "2"),)
    if isinstance(refusal, NotYet):
        return (("Retry-After", str(refusal.retry_after)),)
    return ()


def crashed(request_id: str) -> Answer:
    """What went wrong is in the log, under the request's id."""
    return problem(500, "SERVER_ERROR", "Server error.", request_id=request_id)
