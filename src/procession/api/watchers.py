"""Endpoints of watchers: who is told of what happens (contract 60, 3)."""

from typing import Annotated

from msgspec import Meta

from procession.domains.watchers.types import WATCHED, Watcher, Way
from procession.domains.watchers.wire import WatcherIn, WatcherOut, watcher_out
from procession.flows.webhooks import watching
from procession.kit.errors import Invalid
from procession.kit.http import GUEST, Answer, Request, Routes, item, listing
from procession.kit.ids import find_id
from procession.kit.paging import PageQuery

routes = Routes("Watchers")


class WatcherQuery(PageQuery, kw_only=True):
    """Filters of the list of watchers."""

    notification: Annotated[str | None, Meta(description="email or webhook.")] = None
    object_type: Annotated[
        str | None, Meta(description="organization, checklist, run, task or user.")
    ] = None
    object_id: Annotated[str | None, Meta(description="Id of what is watched.")] = None


@routes.get(
    "/organizations/{org}/watchers", policy="visible", answers=WatcherOut, query=WatcherQuery,
    is_list=True, raises=(422,),
)  # fmt: skip
def list_watchers(request: Request) -> Answer:
    """List the caller's watchers; administrators see those of everybody."""
    query: WatcherQuery = request.query
    problems: dict[str, list[str]] = {}
    if query.notification is not None and query.notification not in list(Way):
        problems["notification"] = ["The selected notification is invalid."]
    if query.object_type is not None and query.object_type not in WATCHED:
        problems["object_type"] = ["The selected object type is invalid."]
    if problems:
        raise Invalid(problems)
    wanted = watching.narrowed(
        request.caller,
        notification_type=query.notification,
        object_type=None if query.object_type is None else WATCHED[query.object_type].value,
        object_id=None if query.object_id is None else find_id(query.object_id) or query.object_id,
    )
    page = watching.list_watchers(request.caller, request.page(query), wanted)
    return listing(request, page, [watcher_out(each) for each in page.rows])


@routes.post(
    "/organizations/{org}/users/{user}/add-watcher", policy="can_watch_for", answers=WatcherOut,
    status=201, also_status=200, body=WatcherIn, raises=(403, 422),
)  # fmt: skip
def add(request: Request) -> Answer:
    """Tell a member, or a webhook, of what happens to something; administrators also others."""
    return _added(*watching.watch(request.caller, request.path["user"], request.body))


@routes.post(
    "/organizations/{org}/guests/{guest}/add-watcher", door=GUEST, policy="can_watch_for",
    answers=WatcherOut, status=201, also_status=200, body=WatcherIn, raises=(403, 422),
)  # fmt: skip
def add_guest(request: Request) -> Answer:
    """Tell a guest of what happens to a task or process of theirs."""
    return _added(*watching.watch_as_guest(request.caller, request.path["guest"], request.body))


@routes.delete(
    "/organizations/{org}/remove-watcher/{watcher}", policy="can_remove", answers=WatcherOut,
    reads_body=False,
)  # fmt: skip
def remove(request: Request) -> Answer:
    """Tell somebody no more. Whoever watches may end it, and administrators."""
    return item(watcher_out(watching.stop_watching(request.caller, request.number("watcher"))))


def _added(watcher: Watcher, is_new: bool) -> Answer:
    return item(watcher_out(watcher), 201 if is_new else 200)
