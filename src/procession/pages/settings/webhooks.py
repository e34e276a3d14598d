"""Webhooks: where they go, how that does, and what was sent (contract 60, 2; 95, 3.13)."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from procession.domains.watchers.types import Watched, Watcher, WatcherFilter, Way
from procession.domains.watchers.wire import WatcherIn
from procession.domains.webhooks.actions import secrets
from procession.domains.webhooks.types import DeliveryFilter, DeliveryStatus
from procession.flows.telling import addresses
from procession.flows.webhooks import arranging, samples, watching
from procession.kit.errors import Invalid
from procession.kit.http import HTML, PAGE, WAITING, Answer, Routes
from procession.kit.outside import Reply, host_of
from procession.kit.paging import PageRequest
from procession.pages.forms import ActionForm, Beside, SampleForm, WebhookForm
from procession.pages.framing import Here, back_to, for_members
from procession.pages.lists import Pager, page_number
from procession.pages.settings.frame import require_admin, settings_page
from procession.pages.toasts import Toast

routes = Routes("Pages")

_POLICY = "can_arrange_webhooks"
_PLACE = "settings/webhooks"
_SIZE = 50
_NO_ADDRESS = "This is no address of the web. It begins with https:// or http://."
#: What there are samples of, in people's words.
_KINDS = {
    "task": "A completed task",
    "process": "A launched process",
    "event": "An event of the organization",
}
_TABS = (
    ("", "All"),
    (DeliveryStatus.FAILED.value, "Failed"),
    (DeliveryStatus.PENDING.value, "Waiting"),
    (DeliveryStatus.OK.value, "Sent"),
)
#: Pages of what was told of.
_PAGES = {
    "Run": addresses.PROCESS.replace("{process}", "{}"),
    "Task": addresses.TASK.replace("{task}", "{}"),
    "Checklist": addresses.TEMPLATE.replace("{template}", "{}"),
}


class WebhooksQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address."""

    page: Annotated[int | None, Meta(description="Number of the page.")] = None


class DeliveriesQuery(WebhooksQuery, kw_only=True):
    tab: Annotated[str | None, Meta(description="ok, failed or pending.")] = None
    url: Annotated[str | None, Meta(description="The whole address that was called.")] = None


@routes.get(addresses.WEBHOOKS, door=PAGE, policy=_POLICY, query=WebhooksQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show where webhooks go, and how each of these does."""
    return _page(here, number=here.request.query.page)


@routes.post(addresses.WEBHOOKS, door=PAGE, policy=_POLICY, body=WebhookForm, status=303)
@for_members
def create(here: Here) -> Answer:
    """Tell an address of everything that happens in the organization."""
    require_admin(here)
    url = (here.request.body.url or "").strip()
    wanted = WatcherIn(
        object_type=Watched.ORGANIZATION.value,
        object_id=here.standing.organization_id,
        notification_type=Way.WEBHOOK.value,
        webhook=url,
    )
    try:
        watching.watch(here.caller, "me", wanted)
    except Invalid:
        return _page(here, 422, typed=url, problems=Beside({"url": _NO_ADDRESS}))
    return back_to(here, addresses.WEBHOOKS, Toast("webhook-made", name=host_of(url)))


@routes.post(addresses.DELETE_WEBHOOK, door=PAGE, policy=_POLICY, body=ActionForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Tell an address no more of everything that happens."""
    require_admin(here)
    watcher = watching.stop_watching(here.caller, here.request.number("watcher"))
    toast = Toast("webhook-deleted", name=host_of(watcher.webhook))
    return back_to(here, addresses.WEBHOOKS, toast)


@routes.post(
    addresses.WEBHOOK_SECRET, door=PAGE, policy=_POLICY, body=ActionForm, content_type=HTML
)
@for_members
def rotate_secret(here: Here) -> Answer:
    """Make the secret that webhooks are signed with; the page that follows shows it, no other."""
    require_admin(here)
    return _page(here, secret=secrets.rotate_secret(here.caller))


@routes.post(
    addresses.TEST_WEBHOOK, door=PAGE, policy=_POLICY, body=SampleForm, content_type=HTML,
    place=WAITING,
)  # fmt: skip
@for_members
def test(here: Here) -> Answer:
    """Send a sample, and show what came back."""
    require_admin(here)
    sent: SampleForm = here.request.body
    url, kind = (sent.url or "").strip(), sent.kind or ""
    try:
        reply = here.request.awaited(
            lambda: samples.send_sample(here.caller, url, kind),
            samples.NO_ANSWER_YET,
            samples.PATIENCE_S,
        )
    except Invalid:
        problems = Beside({"sample-url": _NO_ADDRESS})
        return _page(here, 422, sampled=sent, problems=problems)
    return _page(here, sampled=sent, reply=reply)


@routes.post(addresses.PAUSE_WEBHOOK, door=PAGE, policy=_POLICY, body=ActionForm, status=303)
@for_members
def pause(here: Here) -> Answer:
    """Send nothing to an address until it is resumed."""
    require_admin(here)
    endpoint = arranging.pause(here.caller, here.request.id("endpoint"))
    return _turned(here, "webhook-paused", endpoint.id, endpoint.url)


@routes.post(addresses.RESUME_WEBHOOK, door=PAGE, policy=_POLICY, body=ActionForm, status=303)
@for_members
def resume(here: Here) -> Answer:
    """Send to an address again, beginning with what has waited."""
    require_admin(here)
    endpoint = arranging.resume(here.caller, here.request.id("endpoint"))
    return _turned(here, "webhook-resumed", endpoint.id, endpoint.url)


def _turned(here: Here, kind: str, endpoint_id: str, url: str) -> Answer:
    sent: ActionForm = here.request.body
    told = "undone" if sent.undoes else kind
    return back_to(here, sent.next, Toast(told, _PLACE, endpoint_id, host_of(url)))


def _page(here: Here, status: int = 200, *, number: int | None = None, **more: Any) -> Answer:
    require_admin(here)
    asked = PageRequest(page_number(number), _SIZE)
    page = arranging.list_endpoints(here.caller, asked)
    shown: dict[str, Any] = {
        "secret": None,
        "typed": "",
        "sampled": SampleForm(kind="task"),
        "reply": None,
        "problems": Beside(),
        **more,
    }
    reply: Reply | None = shown["reply"]
    return settings_page(
        here.at(addresses.WEBHOOKS) if status != 200 else here,
        "settings/webhooks.html",
        status,
        title="Webhooks",
        **shown,
        heard=_answer_words(reply) if reply else None,
        webhooks=_of_organization(here),
        endpoints=page.rows,
        pager=Pager.of(page, _address),
        deliveries_of=lambda url: f"{addresses.DELIVERIES}?{urlencode({'url': url})}",
        has_secret=arranging.has_secret(here.caller),
        kinds=_KINDS.items(),
    )


def _address(**changed: str) -> str:
    return f"{addresses.WEBHOOKS}?{urlencode(changed)}"


def _of_organization(here: Here) -> list[Watcher]:
    """Those that are told of everything, whoever has made them."""
    wanted = WatcherFilter(
        notification_type=Way.WEBHOOK.value, object_type=Watched.ORGANIZATION.value
    )
    return list(watching.list_watchers(here.caller, PageRequest(1, _SIZE), wanted).rows)


def _answer_words(reply: Reply) -> str:
    if reply.status is None:
        return f"Nothing came back: {reply.error}."
    return f"It answered {reply.status} after {reply.duration_ms:,} ms."


@routes.get(
    addresses.DELIVERIES, door=PAGE, policy=_POLICY, query=DeliveriesQuery, content_type=HTML
)
@for_members
def list_deliveries(here: Here) -> Answer:
    """Show what was sent, or waits to be, newest first."""
    require_admin(here)
    query: DeliveriesQuery = here.request.query
    tab = query.tab if query.tab in tuple(DeliveryStatus) else ""

    def address(**changed: str) -> str:
        said = {"tab": tab or "", "url": query.url or "", **changed}
        kept = {name: value for name, value in said.items() if value}
        return f"{addresses.DELIVERIES}?{urlencode(kept)}" if kept else addresses.DELIVERIES

    wanted = DeliveryFilter(url=query.url or None, status=tab or None)
    asked = PageRequest(page_number(query.page), _SIZE)
    page = arranging.list_deliveries(here.caller, asked, wanted)
    return settings_page(
        here,
        "settings/deliveries.html",
        title="Sent by webhooks",
        tabs=[(word, address(tab=key), key == tab) for key, word in _TABS],
        deliveries=page.rows,
        url=query.url,
        without_url=address(url=""),
        pager=Pager.of(page, address),
    )


@routes.get(addresses.DELIVERY, door=PAGE, policy=_POLICY, content_type=HTML)
@for_members
def show_delivery(here: Here) -> Answer:
    """Show what was sent, and each attempt. Links that let guests in are hidden."""
    require_admin(here)
    delivery, body, attempts = arranging.get_delivery(here.caller, here.request.path["delivery"])
    page = _PAGES.get(delivery.subject_kind)
    return settings_page(
        here,
        "settings/delivery.html",
        title="Sent by a webhook",
        delivery=delivery,
        attempts=attempts,
        about=page.format(delivery.subject_id) if page and not delivery.is_test else None,
        body=msgspec.json.format(msgspec.json.encode(body), indent=2).decode(),
    )


@routes.post(addresses.REPLAY_DELIVERY, door=PAGE, policy=_POLICY, body=ActionForm, status=303)
@for_members
def replay(here: Here) -> Answer:
    """Send the same once more, under the same id."""
    require_admin(here)
    delivery = arranging.replay(here.caller, here.request.path["delivery"])
    sent: ActionForm = here.request.body
    return back_to(here, sent.next, Toast("webhook-again", name=host_of(delivery.url)))
