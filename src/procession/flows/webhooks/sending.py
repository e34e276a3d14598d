"""Sending: what a delivery is on the wire, and what becomes of each attempt (contract 60, 2.2).

Nothing is called in here: a worker takes what `take` gives, makes the calls outside of any
transaction, and tells `settle` of each reply.
"""

from dataclasses import dataclass

import msgspec

from procession.core.times import Instant
from procession.domains.accounts import store as accounts
from procession.domains.notifications import store as notifications
from procession.domains.notifications.types import NewNotification, NotificationKind
from procession.domains.people import store as people
from procession.domains.people.types import Member
from procession.domains.processes import store as processes
from procession.domains.webhooks import store
from procession.domains.webhooks.actions.secrets import keys_of
from procession.domains.webhooks.content import filled, headers, next_pause
from procession.domains.webhooks.events import (
    TaskWebhookDelivered,
    WebhookDelivered,
    WebhookPaused,
)
from procession.domains.webhooks.types import (
    KEPT,
    KEPT_WAITING,
    MOST_FAILURES,
    Delivery,
    DeliveryStatus,
)
from procession.flows.reaching.bots import as_bot
from procession.flows.telling import letters
from procession.flows.telling.language import language_of, words_of
from procession.kit.mail import post
from procession.kit.outside import Call, Reply, Trouble, host_of
from procession.kit.reading import stored_reader
from procession.kit.server import Server
from procession.kit.system_log import Category, Severity, log
from procession.kit.work import Work, looking, writing

_read_marks = stored_reader(list[tuple[int, int]])


@dataclass(frozen=True)
class Taken:
    """A delivery that is this worker's for two minutes, and the call that it comes to."""

    delivery: Delivery
    call: Call


class Room(msgspec.Struct, frozen=True):
    """How many deliveries may be under way to one address: more to one that answers."""

    to_one: int = 4
    to_failing: int = 1

    def for_endpoint(self, endpoint: store.DueEndpoint, under_way: int) -> int:
        most = self.to_failing if endpoint.failure_count else self.to_one
        return max(most - under_way, 0)


def take(
    server: Server, under_way: dict[tuple[str, str], int], most: int, room: Room
) -> list[Taken]:
    """What is due, at most so many; of each address no more than there is room for.

    Addresses take turns by how much is under way to them: one that hangs never holds up others.
    """
    database = server.database
    connection = database.connection()
    due = store.list_due_endpoints(connection, server.now_for_all(connection))
    wanted = []
    for endpoint in sorted(due, key=lambda each: under_way.get(_place(each), 0)):
        share = min(room.for_endpoint(endpoint, under_way.get(_place(endpoint), 0)), most)
        most -= share
        if share:
            wanted.append((endpoint, share))
    if not wanted:
        return []
    with database.writing(survives_power_cut=False) as connection:
        now = server.now_for_all(connection)
        claimed = [
            delivery
            for endpoint, share in wanted
            for delivery in store.claim(connection, endpoint, now, share)
        ]
    return _prepared(server, claimed)


def _place(endpoint: store.DueEndpoint) -> tuple[str, str]:
    return endpoint.organization_id, endpoint.id


def _prepared(server: Server, claimed: list[Delivery]) -> list[Taken]:
    keys: dict[str, list[str]] = {}
    for organization_id in {each.organization_id for each in claimed}:
        keys[organization_id] = keys_of(looking(as_bot(server, organization_id)))
    return [Taken(each, _call(server, each, keys[each.organization_id])) for each in claimed]


def _call(server: Server, delivery: Delivery, keys: list[str]) -> Call:
    codes = [
        people.code_of_guest(server, delivery.organization_id, guest_id, version)
        for guest_id, version in _read_marks(delivery.marks)
    ]
    body = filled(delivery.body, delivery.uid, codes).encode()
    told = headers(
        organization_id=delivery.organization_id,
        uid=delivery.uid,
        event=delivery.event,
        body=body,
        now=server.clock(),
        keys=keys,
    )
    return Call(delivery.url, told, body)


# --- What became of it ---


def settle(server: Server, taken: Taken, began_at: Instant, reply: Reply) -> None:
    """One transaction: the attempt, what is next, and in the end the entry of the feed."""
    delivery = taken.delivery
    with writing(as_bot(server, delivery.organization_id)) as work:
        if delivery.process_id is not None:
            # Whoever records in a process holds it; and before its deliveries, as who changes it.
            processes.lock_all(work, [delivery.process_id])
        pause = None if reply.is_success else _pause(delivery, reply)
        now_of_leases = server.now_for_all(server.database.connection())
        ended = pause is None
        is_ours = store.settle(
            work,
            delivery,
            {
                "due_at": None if pause is None else now_of_leases + pause,
                "status": _status(reply, is_ended=ended),
                "last_status": reply.status,
                "last_error": reply.error,
                "ended_at": work.now if ended else None,
            },
        )
        if not is_ours:
            return
        store.add_attempt(
            work,
            uid=delivery.uid,
            began_at=began_at,
            duration_ms=reply.duration_ms,
            status=reply.status,
            error=reply.error,
        )
        _log(work, delivery, reply)
        if ended:
            _record_end(work, delivery, reply)
        _count(work, delivery, reply)


def _pause(delivery: Delivery, reply: Reply) -> Instant | None:
    is_refused = reply.trouble is Trouble.REFUSED
    return next_pause(reply.status, delivery.attempts_in_row, is_refused=is_refused)


def _status(reply: Reply, *, is_ended: bool) -> str:
    if not is_ended:
        return DeliveryStatus.PENDING.value
    return (DeliveryStatus.OK if reply.is_success else DeliveryStatus.FAILED).value


def _log(work: Work, delivery: Delivery, reply: Reply) -> None:
    host = host_of(delivery.url)
    error = reply.error
    log(
        work,
        "webhook_sent" if error is None else "webhook_failed",
        Category.WEBHOOK,
        f"{delivery.event} to {host}: {error or reply.status}",
        severity=Severity.INFO if error is None else Severity.WARNING,
        subject=(delivery.subject_kind, delivery.subject_id),
        delivery_id=delivery.uid,
        host=host,
        status=reply.status,
        duration_ms=reply.duration_ms,
        error=error,
        attempt=delivery.attempt_count,
    )


def _record_end(work: Work, delivery: Delivery, reply: Reply) -> None:
    kind = TaskWebhookDelivered if delivery.subject_kind == "Task" else WebhookDelivered
    is_there = delivery.process_id is not None and processes.is_there(work, delivery.process_id)
    work.record(
        kind(
            organization_id=delivery.organization_id,
            subject_kind=delivery.subject_kind,
            subject_id=delivery.subject_id,
            subject_name=delivery.subject_name,
            run_id=delivery.process_id if is_there else None,
            template_id=delivery.template_id,
            told=delivery.event,
            host=host_of(delivery.url),
            status=reply.status,
            error=reply.error,
        )
    )


def _count(work: Work, delivery: Delivery, reply: Reply) -> None:
    """An endpoint that fails again and again is paused, and administrators learn of it once."""
    if reply.is_success:
        store.count_success(work, delivery.endpoint_id)
        return
    failures = store.count_failure(work, delivery.endpoint_id)
    if failures < MOST_FAILURES or not store.set_paused(work, delivery.endpoint_id):
        return
    host = host_of(delivery.url)
    work.record(
        WebhookPaused(organization_id=delivery.organization_id, host=host, failure_count=failures)
    )
    organization = accounts.get_face(work).name
    admins = people.other_active_admins(work, work.caller.person_id)
    for admin in admins:
        letter = letters.webhook_paused(admin, organization, delivery.url, reply.error or "")
        post(work, letter)
    notifications.add_notifications(work, [_bell(admin, host) for admin in admins])


def _bell(admin: Member, host: str) -> NewNotification:
    text = words_of(language_of(admin.locale))("Webhook paused: {host}", host=host)
    kind = NotificationKind.WEBHOOK_PAUSED
    return NewNotification(user_id=admin.id, kind=kind, text=text)


# --- How long it is kept ---


def recall(server: Server) -> bool:
    """Let nothing wait for a clock that was ahead; always "nothing more to do"."""
    with server.database.writing(survives_power_cut=False) as connection:
        store.recall(connection, server.now_for_all(connection))
    return False


def forget_old(server: Server) -> bool:
    """Of what has ended the log is kept for 90 days; what waits for an endpoint that is paused, for
    30. Always "nothing more to do"."""
    now = server.clock()
    with server.database.writing() as connection:
        store.give_up_before(connection, now - KEPT_WAITING, now)
        store.forget_before(connection, now - KEPT)
    return False
