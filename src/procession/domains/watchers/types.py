"""Watchers as frozen values, and the words for what they watch and how they are told."""

from enum import StrEnum

import msgspec

from procession.core.times import DAY, HOUR, Instant


class Watched(StrEnum):
    """What can be watched, in the contract's words."""

    ORGANIZATION = "organization"
    TEMPLATE = "checklist"
    PROCESS = "run"
    TASK = "task"
    MEMBER = "user"


#: Other words that clients use.
WATCHED = {
    **{each.value: each for each in Watched},
    "blueprint": Watched.TEMPLATE,
    "template": Watched.TEMPLATE,
    "process": Watched.PROCESS,
    "member": Watched.MEMBER,
}


class Way(StrEnum):
    """How somebody is told."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class Frequency(StrEnum):
    """At once; a bundle every three hours; a bundle a day."""

    ELECTRIC = "electric"
    MINDFUL = "mindful"
    CHILLED = "chilled"


class Watcher(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """Field order is the store's column order."""

    id: int
    object_type: str
    object_id: str
    user_id: int | None
    guest_id: int | None
    #: Of the guest who watches.
    guest_email: str | None
    notification_type: str
    frequency: str
    #: Empty unless it is a webhook.
    webhook: str
    added_by: int
    created_at: Instant

    @property
    def person(self) -> str:
        """Who is told, as lists of people store them."""
        return f"u:{self.user_id}" if self.guest_id is None else f"e:{self.guest_id}"


class NewWatcher(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to be told of what."""

    object_type: Watched
    object_id: str
    #: One of the two.
    user_id: int | None = None
    guest_id: int | None = None
    notification_type: Way
    frequency: Frequency
    webhook: str = ""


class WatcherFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; None: no condition."""

    notification_type: str | None = None
    object_type: str | None = None
    object_id: str | None = None
    #: None: everybody's.
    person: str | None = None


#: How long a bundle gathers.
GATHERED = {
    Frequency.ELECTRIC: 0,
    Frequency.MINDFUL: 3 * HOUR,
    Frequency.CHILLED: DAY,
}


class DueWatcher(msgspec.Struct, array_like=True, frozen=True):
    """Something waits to be told."""

    organization_id: str
    watcher_id: int


class WatchedNews(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """One line of a bundle; field order is the store's column order."""

    id: int
    event: str
    sentence: str
    #: Empty for the server itself.
    actor: str
    process_name: str | None
    occurred_at: Instant
