"""Endpoints of webhooks: their log, sending again, testing, the secret (contract 60, 2.2)."""

from typing import Annotated, ClassVar

from msgspec import Meta

from procession.core.sorting import Sorting
from procession.core.times import day_range
from procession.domains.webhooks.actions import secrets
from procession.domains.webhooks.types import DELIVERY_SORTING, DeliveryFilter, DeliveryStatus
from procession.domains.webhooks.wire import (
    DeliveryOut,
    DeliveryWithBodyOut,
    EndpointOut,
    SecretOut,
    TestIn,
    TestOut,
    delivery_out,
    delivery_with_body_out,
    endpoint_out,
)
from procession.flows.webhooks import arranging, samples
from procession.kit.errors import Invalid
from procession.kit.http import WAITING, Answer, Request, Routes, item, listing
from procession.kit.paging import PageQuery, sort_keys

routes = Routes("Webhooks")

DELIVERIES = "/organizations/{org}/webhook-deliveries"
DELIVERY = f"{DELIVERIES}/{{delivery}}"
ENDPOINTS = "/organizations/{org}/webhook-endpoints"
_POLICY = "can_arrange_webhooks"
_NEWEST_FIRST = ("created_at", True)


class DeliveryQuery(PageQuery, kw_only=True):
    """Filters of the log of webhooks."""

    SORTING: ClassVar[Sorting | None] = DELIVERY_SORTING

    url: Annotated[str | None, Meta(description="The whole address that was called.")] = None
    event: Annotated[str | None, Meta(description="Such as `task.completed`.")] = None
    status: Annotated[str | None, Meta(description="ok, failed or pending.")] = None
    created_after: Annotated[str | None, Meta(description="First day, `YYYY-MM-DD`, included.")] = (
        None
    )


@routes.get(
    DELIVERIES, policy=_POLICY, answers=DeliveryOut, query=DeliveryQuery, is_list=True,
    raises=(403, 422),
)  # fmt: skip
def list_deliveries(request: Request) -> Answer:
    """List what was sent to webhooks, or waits to be, newest first."""
    query: DeliveryQuery = request.query
    wanted = _filter(query, request.caller.timezone)
    page = arranging.list_deliveries(request.caller, request.page(query), wanted)
    return listing(request, page, [delivery_out(each) for each in page.rows])


@routes.get(DELIVERY, policy=_POLICY, answers=DeliveryWithBodyOut, raises=(403,))
def get(request: Request) -> Answer:
    """Read what was sent, and each attempt. Links that let guests in are hidden."""
    found = arranging.get_delivery(request.caller, request.path["delivery"])
    return item(delivery_with_body_out(*found))


@routes.post(
    f"{DELIVERY}/replay", policy=_POLICY, answers=DeliveryOut, status=202, reads_body=False,
    raises=(403,),
)  # fmt: skip
def replay(request: Request) -> Answer:
    """Send the same body again, under the same id."""
    return item(delivery_out(arranging.replay(request.caller, request.path["delivery"])), 202)


@routes.post(
    "/organizations/{org}/webhooks/test", policy=_POLICY, answers=TestOut, body=TestIn,
    raises=(403, 422), place=WAITING,
)  # fmt: skip
def test(request: Request) -> Answer:
    """Send a sample, marked `"test": true`, and say what came back."""
    sent: TestIn = request.body
    found = request.awaited(
        lambda: samples.send_sample(request.caller, sent.url, sent.kind),
        samples.NO_ANSWER_YET,
        samples.PATIENCE_S,
    )
    return item(TestOut(status=found.status, duration_ms=found.duration_ms, error=found.error))


@routes.get(
    ENDPOINTS, policy=_POLICY, answers=EndpointOut, query=PageQuery, is_list=True, raises=(403,)
)
def list_endpoints(request: Request) -> Answer:
    """List the addresses that webhooks went to, and how they are doing."""
    page = arranging.list_endpoints(request.caller, request.page(request.query))
    return listing(request, page, [endpoint_out(each) for each in page.rows])


@routes.post(
    f"{ENDPOINTS}/{{endpoint}}/pause", policy=_POLICY, answers=EndpointOut, reads_body=False,
    raises=(403,),
)  # fmt: skip
def pause(request: Request) -> Answer:
    """Send nothing to an address until it is resumed. What waits is kept for 30 days."""
    return item(endpoint_out(arranging.pause(request.caller, request.id("endpoint"))))


@routes.post(
    f"{ENDPOINTS}/{{endpoint}}/resume", policy=_POLICY, answers=EndpointOut, reads_body=False,
    raises=(403,),
)  # fmt: skip
def resume(request: Request) -> Answer:
    """Send again to an address that was paused, beginning with what has waited."""
    return item(endpoint_out(arranging.resume(request.caller, request.id("endpoint"))))


@routes.put(
    "/organizations/{org}/webhook-secret", policy=_POLICY, answers=SecretOut, reads_body=False,
    is_secret=True, raises=(403,),
)  # fmt: skip
def rotate_secret(request: Request) -> Answer:
    """Make the secret that webhooks are signed with, or another one.

    It is shown once. The one before it is good for a day longer.
    """
    return item(SecretOut(secret=secrets.rotate_secret(request.caller)))


def _filter(query: DeliveryQuery, zone: str) -> DeliveryFilter:
    problems: dict[str, list[str]] = {}
    if query.status is not None and query.status not in list(DeliveryStatus):
        problems["status"] = ["The selected status is invalid."]
    created_from = None
    if query.created_after is not None:
        try:
            created_from, _ = day_range(query.created_after, zone)
        except (ValueError, OverflowError):
            problems["created_after"] = ["The created after is not a valid date."]
    if problems:
        raise Invalid(problems)
    return DeliveryFilter(
        url=query.url,
        event=query.event,
        status=query.status,
        created_from=created_from,
        is_oldest_first=not DELIVERY_SORTING.known(sort_keys(query), usual=_NEWEST_FIRST)[0][1],
    )
