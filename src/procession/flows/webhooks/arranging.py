"""For administrators: what was sent, sending it again, and addresses that are paused."""

from typing import Any

from procession.domains.webhooks import policy, store
from procession.domains.webhooks.content import masked, without_tokens
from procession.domains.webhooks.events import WebhookPausedByHand, WebhookResumed
from procession.domains.webhooks.types import (
    Attempt,
    Delivery,
    DeliveryFilter,
    DeliveryStatus,
    Endpoint,
)
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.outside import host_of
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.reading import read_stored
from procession.kit.work import Work, looking, reading, writing


def list_deliveries(caller: Caller, request: PageRequest, wanted: DeliveryFilter) -> Page[Delivery]:
    _check_right(caller)
    with reading(caller) as work:
        page = store.list_deliveries(work, request, wanted)
        check_everything_fits(page)
        return page


def get_delivery(caller: Caller, uid: str) -> tuple[Delivery, Any, list[Attempt]]:
    """With its body, in which no code lets anybody in, and its attempts."""
    _check_right(caller)
    with reading(caller) as work:
        delivery = _get(work, uid)
        body = masked(delivery.body, delivery.uid, len(read_stored(delivery.marks)))
        return delivery, without_tokens(read_stored(body)), store.attempts_of(work, delivery.uid)


def replay(caller: Caller, uid: str) -> Delivery:
    """The same body under the same id, once more; what waits already goes at once."""
    _check_right(caller)
    with writing(caller) as work:
        delivery = _get(work, uid)
        if delivery.status == DeliveryStatus.PENDING and delivery.attempts_in_row == 0:
            return delivery
        store.set_due(work, delivery.uid)
        return _get(work, uid)


def list_endpoints(caller: Caller, request: PageRequest) -> Page[Endpoint]:
    _check_right(caller)
    with reading(caller) as work:
        page = store.list_endpoints(work, request)
        check_everything_fits(page)
        return page


def has_secret(caller: Caller) -> bool:
    """Whether what is sent is signed."""
    _check_right(caller)
    return store.find_secrets(looking(caller)) is not None


def pause(caller: Caller, endpoint_id: str) -> Endpoint:
    """What there is to send waits, as where the server pauses one. Repeated: unchanged."""
    _check_right(caller)
    with writing(caller) as work:
        endpoint = _endpoint(work, endpoint_id, lock=True)
        if store.set_paused(work, endpoint.id):
            host = host_of(endpoint.url)
            work.record(WebhookPausedByHand(organization_id=caller.organization_id, host=host))
        return _endpoint(work, endpoint.id)


def resume(caller: Caller, endpoint_id: str) -> Endpoint:
    """What has waited is sent in its order. An address that is not paused stays as it is."""
    _check_right(caller)
    with writing(caller) as work:
        endpoint = _endpoint(work, endpoint_id, lock=True)
        if endpoint.paused_at is None:
            return endpoint
        store.clear_paused(work, endpoint.id)
        work.record(
            WebhookResumed(organization_id=caller.organization_id, host=host_of(endpoint.url))
        )
        return _endpoint(work, endpoint.id)


def _check_right(caller: Caller) -> None:
    if not policy.can_arrange_webhooks(caller):
        raise Forbidden


def _endpoint(work: Work, endpoint_id: str, *, lock: bool = False) -> Endpoint:
    endpoint = store.find_endpoint(work, endpoint_id, lock=lock)
    if endpoint is None:
        raise NotFound(kind="Webhook")
    return endpoint


def _get(work: Work, uid: str) -> Delivery:
    delivery = store.find_delivery(work, uid)
    if delivery is None:
        raise NotFound(kind="Delivery")
    return delivery
