"""JSON shapes of watchers (contract 60, 3)."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta

from procession.core.times import wire_time
from procession.domains.watchers.types import Watcher


class WatcherIn(msgspec.Struct, kw_only=True):
    """What is to be watched, and how to tell of it."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(
        ("id", "user_id", "guest_email", "added_by", "created_at", "webhook_url", "url")
    )

    #: organization, checklist, run, task or user; blueprint and process say the same as
    #: checklist and run.
    object_type: str
    #: Of a user the number.
    object_id: str
    #: email or webhook.
    notification_type: str = "email"
    #: At once (electric), every three hours (mindful), daily (chilled). Webhooks are always told at
    #: once.
    frequency: str = "electric"
    #: Where a webhook goes.
    webhook: Annotated[str, Meta(max_length=2048)] | None = None


class WatcherOut(msgspec.Struct, kw_only=True):
    """Somebody who is told of what happens to something."""

    id: int
    user_id: int | None
    guest_email: str | None
    object_type: str
    object_id: str
    notification_type: str
    frequency: str
    webhook: str | None
    #: The same, as some clients read it.
    webhook_url: str | None
    url: str | None
    added_by: int
    created_at: str
    #: Beside what is watched: who watches it.
    watcher: Any = UNSET


def watcher_out(watcher: Watcher) -> WatcherOut:
    url = watcher.webhook or None
    return WatcherOut(
        id=watcher.id,
        user_id=watcher.user_id,
        guest_email=watcher.guest_email,
        object_type=watcher.object_type,
        object_id=watcher.object_id,
        notification_type=watcher.notification_type,
        frequency=watcher.frequency,
        webhook=url,
        webhook_url=url,
        url=url,
        added_by=watcher.added_by,
        created_at=wire_time(watcher.created_at),
    )
