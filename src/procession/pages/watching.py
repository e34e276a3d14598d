"""Watching a process, a task or a template: whether one is told of what happens to it, and how
often (contract 95, 3.16)."""

from collections.abc import Callable
from typing import Any

from procession.domains.watchers.types import Frequency, Watched
from procession.domains.watchers.wire import WatcherIn
from procession.flows.telling import addresses
from procession.flows.webhooks import watching
from procession.kit.http import HTML, PAGE, Answer, Handler, Routes
from procession.pages.forms import NextQuery, WatchForm
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

#: What is sent, what it is called, and what it means.
WAYS = (
    ("", "Not at all", ""),
    (Frequency.ELECTRIC.value, "At once", "A mail for each thing that happens."),
    (Frequency.MINDFUL.value, "Every 3 hours", "What a star does, too."),
    (Frequency.CHILLED.value, "Once a day", ""),
)
#: By the name of its id in an address: what it is, and its address.
_THINGS = {
    "process": (Watched.PROCESS, addresses.PROCESS),
    "task": (Watched.TASK, addresses.TASK),
    "template": (Watched.TEMPLATE, addresses.TEMPLATE),
}


def _at(method: str, **declared: Any) -> Callable[[Handler], Handler]:
    def declare(act: Handler) -> Handler:
        for _, above in _THINGS.values():
            declaring = getattr(routes, method)
            path = above + addresses.WATCH
            act = declaring(path, door=PAGE, policy="visible", **declared)(act)
        return act

    return declare


def _thing(here: Here) -> tuple[Watched, str, str]:
    """What it is, its id, and its page."""
    key = next(name for name in _THINGS if name in here.request.path)
    kind, address = _THINGS[key]
    thing_id = here.request.id(key)
    return kind, thing_id, address.format(**{key: thing_id})


@_at("get", query=NextQuery, content_type=HTML)
@for_members
def ask(here: Here) -> Answer:
    """Ask whether, and how often, one wants to be told."""
    kind, thing_id, page = _thing(here)
    name, watcher = watching.find_own_mail(here.caller, kind, thing_id)
    return app_page(
        here,
        "watching/watch.html",
        title=f"Watch {name}",
        name=name,
        next=safe_target(here.request.query.next or page),
        ways=WAYS,
        how=watcher.frequency if watcher else "",
    )


@_at("post", body=WatchForm, status=303)
@for_members
def watch(here: Here) -> Answer:
    """Begin to be told, be told more or less often, or end it."""
    sent: WatchForm = here.request.body
    kind, thing_id, page = _thing(here)
    name, watcher = watching.find_own_mail(here.caller, kind, thing_id)
    if sent.how:
        wanted = WatcherIn(object_type=kind.value, object_id=thing_id, frequency=sent.how)
        watching.watch(here.caller, "me", wanted)
    elif watcher is not None:
        watching.stop_watching(here.caller, watcher.id)
    toast = Toast("watched" if sent.how else "unwatched", name=name)
    return back_to(here, sent.next or page, toast)


@routes.post(addresses.WATCHING, door=PAGE, policy="visible", body=WatchForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Change how often one is told of something that one watches, or end it."""
    sent: WatchForm = here.request.body
    watcher_id = here.request.number("watcher")
    if not sent.how:
        watching.stop_watching(here.caller, watcher_id)
        return back_to(here, sent.next, Toast("saved"))
    watcher = watching.get_own(here.caller, watcher_id)
    wanted = WatcherIn(
        object_type=watcher.object_type, object_id=watcher.object_id, frequency=sent.how
    )
    watching.watch(here.caller, "me", wanted)
    return back_to(here, sent.next, Toast("saved"))
