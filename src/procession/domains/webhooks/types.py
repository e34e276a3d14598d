"""Webhooks as frozen values: where they go, what was sent, and what became of it."""

import hashlib
from enum import StrEnum

import msgspec

from procession.core.sorting import Sorting
from procession.core.times import DAY, HOUR, MINUTE, SECOND, Instant

#: Before the second, third... attempt (contract 60, 2.2; ruling 32): three days in all.
PAUSES = (
    10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR, 24 * HOUR,
)  # fmt: skip
#: In a row; then nothing is sent there until somebody resumes it.
MOST_FAILURES = 20
#: What waits for an endpoint that is paused; and whatever has ended.
KEPT_WAITING = 30 * DAY
KEPT = 90 * DAY
#: The secret before the current one.
OVERLAP = DAY


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    OK = "ok"
    FAILED = "failed"


def endpoint_id(url: str) -> str:
    """Of an address: the same in every transaction, without asking."""
    return hashlib.sha256(url.encode()).hexdigest()[:32]


class Source(StrEnum):
    """Who wants to hear."""

    TEMPLATE = "template"
    TASK = "task"
    WATCHER = "watcher"


class Hearer(msgspec.Struct, array_like=True, frozen=True):
    """An address, or a person, that is told of what happens to something."""

    source: str
    #: Of a process for a template's webhook; of what is watched.
    object_type: str
    object_id: str
    #: Empty for people, who are told by mail.
    url: str
    #: Of the watcher; 0 for none.
    watcher_id: int
    #: Who watches, `u:7` or `e:3`, and how often they want to hear; empty for webhooks of others.
    person: str
    frequency: str


class NewDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be sent, as it was when it happened."""

    uid: str
    url: str
    lane: str
    event: str
    subject_kind: str
    subject_id: str
    subject_name: str
    process_id: str | None
    template_id: str | None
    #: JSON; marks stand for links that let guests in.
    body: str
    #: JSON: what they stand for.
    marks: str
    #: When it may be sent, among what waits for its address: `kit.leasing`.
    due_at: Instant
    is_test: bool = False


class Delivery(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """Field order is the store's column order."""

    id: int
    organization_id: str
    uid: str
    endpoint_id: str
    url: str
    event: str
    subject_kind: str
    subject_id: str
    subject_name: str
    process_id: str | None
    template_id: str | None
    body: str
    marks: str
    is_test: bool
    created_at: Instant
    due_at: Instant | None
    attempt_count: int
    #: Since it was asked for last, this one included once it is claimed.
    attempts_in_row: int
    status: str
    last_status: int | None
    last_error: str | None
    ended_at: Instant | None


class Attempt(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """Field order is the store's column order."""

    uid: str
    began_at: Instant
    duration_ms: int
    #: What was answered; None: nothing, and `error` says why.
    status: int | None
    error: str | None


class Endpoint(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """An address and how it is doing; field order is the store's column order."""

    id: str
    url: str
    created_at: Instant
    failure_count: int
    last_success_at: Instant | None
    last_failure_at: Instant | None
    paused_at: Instant | None
    pending_count: int


class Secrets(msgspec.Struct, array_like=True, frozen=True):
    """Sealed; field order is the store's column order."""

    sealed: str
    created_at: Instant
    sealed_before: str | None
    before_ends_at: Instant | None


class DeliveryFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What the log is narrowed to; None: no condition."""

    url: str | None = None
    event: str | None = None
    status: str | None = None
    created_from: Instant | None = None
    is_oldest_first: bool = False


#: They are numbered in the order of time.
DELIVERY_SORTING = Sorting("created_at", id=("created_at", False))
