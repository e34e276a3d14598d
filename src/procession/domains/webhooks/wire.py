"""JSON shapes of webhooks: their log and their endpoints (contract 60, 2.2)."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from procession.core.times import optional_wire_time, wire_time
from procession.domains.webhooks.types import Attempt, Delivery, Endpoint

Url = Annotated[str, Meta(min_length=1, max_length=2048)]


class TestIn(msgspec.Struct, kw_only=True):
    """Where a sample goes, and what it is a sample of."""

    url: Url
    #: process, task or event.
    kind: str = "task"


class TestOut(msgspec.Struct, kw_only=True):
    """What came back. `status` is null when nothing did; `error` says why."""

    status: int | None
    duration_ms: int
    error: str | None


class SecretOut(msgspec.Struct, kw_only=True):
    """Shown once. The secret before it is good for a day longer."""

    secret: str


class DeliveryOut(msgspec.Struct, kw_only=True):
    """Something that was sent, or waits to be."""

    #: The `X-Tallyfy-Delivery` of each of its attempts.
    id: str
    url: str
    event: str
    #: ok, failed or pending.
    status: str
    #: Run, Task or Checklist.
    subject_type: str
    subject_id: str
    run_id: str | None
    attempts: int
    #: The last answer; null: there was none.
    last_status: int | None
    last_error: str | None
    created_at: str
    #: When it was sent, or given up.
    ended_at: str | None


class AttemptOut(msgspec.Struct, kw_only=True):
    began_at: str
    duration_ms: int
    status: int | None
    error: str | None


class DeliveryWithBodyOut(DeliveryOut, kw_only=True):
    """With what is sent, but for the codes that let guests in, and with every attempt."""

    body: Any
    log: list[AttemptOut]


class EndpointOut(msgspec.Struct, kw_only=True):
    """An address that webhooks go to, and how it is doing."""

    id: str
    url: str
    #: Failures in a row.
    failures: int
    pending: int
    last_success_at: str | None
    last_failure_at: str | None
    #: Nothing is sent there until it is resumed.
    paused_at: str | None
    created_at: str


def delivery_out(delivery: Delivery) -> DeliveryOut:
    return DeliveryOut(**_keys(delivery))


def delivery_with_body_out(
    delivery: Delivery, body: Any, attempts: Sequence[Attempt]
) -> DeliveryWithBodyOut:
    """`body`: without what is secret in it."""
    return DeliveryWithBodyOut(
        **_keys(delivery), body=body, log=[_attempt_out(each) for each in attempts]
    )


def _keys(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.uid,
        "url": delivery.url,
        "event": delivery.event,
        "status": delivery.status,
        "subject_type": delivery.subject_kind,
        "subject_id": delivery.subject_id,
        "run_id": delivery.process_id,
        "attempts": delivery.attempt_count,
        "last_status": delivery.last_status,
        "last_error": delivery.last_error,
        "created_at": wire_time(delivery.created_at),
        "ended_at": optional_wire_time(delivery.ended_at),
    }


def _attempt_out(attempt: Attempt) -> AttemptOut:
    return AttemptOut(
        began_at=wire_time(attempt.began_at),
        duration_ms=attempt.duration_ms,
        status=attempt.status,
        error=attempt.error,
    )


def endpoint_out(endpoint: Endpoint) -> EndpointOut:
    return EndpointOut(
        id=endpoint.id,
        url=endpoint.url,
        failures=endpoint.failure_count,
        pending=endpoint.pending_count,
        last_success_at=optional_wire_time(endpoint.last_success_at),
        last_failure_at=optional_wire_time(endpoint.last_failure_at),
        paused_at=optional_wire_time(endpoint.paused_at),
        created_at=wire_time(endpoint.created_at),
    )
