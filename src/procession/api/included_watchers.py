"""Watchers beside what they watch, in answers."""

from collections.abc import Sequence
from typing import Any

from procession.domains.watchers.wire import WatcherOut, watcher_out
from procession.flows.webhooks.including import SeenWatcher
from procession.kit.http import Request


def include_watchers(request: Request, seen: Sequence[SeenWatcher], out: Any) -> None:
    """What `with=member_watchers` and `with=guest_watchers` ask for, as far as they do."""
    asked = {name.replace("-", "_") for name in request.includes}
    for name, is_guest in (("member_watchers", False), ("guest_watchers", True)):
        if name in asked:
            theirs = [each for each in seen if (each.watcher.guest_id is not None) is is_guest]
            setattr(out, name, {"data": [_seen_out(each) for each in theirs]})


def _seen_out(seen: SeenWatcher) -> WatcherOut:
    out, watcher = watcher_out(seen.watcher), seen.watcher
    person_id = watcher.user_id if watcher.guest_id is None else watcher.guest_id
    out.watcher = {"data": {"id": person_id, "email": seen.email, "full_name": seen.full_name}}
    return out
