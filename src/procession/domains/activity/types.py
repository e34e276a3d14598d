"""Entries of the activity feed, as frozen values."""

import msgspec

from procession.core.sorting import Sorting
from procession.core.times import Instant


class Entry(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """One thing that happened; field order is the store's column order."""

    id: int
    process_id: str | None
    #: Its number within the process, from 1 without gaps.
    process_entry: int | None
    occurred_at: Instant
    event: str
    verb: str
    category: str
    actor_kind: str
    actor_id: int | None
    subject_kind: str
    subject_id: str
    parent_kind: str | None
    parent_id: str | None
    sentence: str
    field: str | None
    #: JSON.
    old_value: str | None
    text: str | None
    #: JSON.
    subject_state: str | None
    #: The number of the operation that it was a part of.
    operation: int | None
    actor_email: str | None
    actor_username: str | None
    actor_first_name: str | None
    actor_last_name: str | None


class Origin(msgspec.Struct, array_like=True, frozen=True):
    """The process whose task launched another by its completion."""

    launched_id: str
    id: str
    name: str


#: What a webhook did: then nobody else is its source.
BY_WEBHOOKS = ("webhook.delivered", "task.webhook_delivered")

#: Entries are numbered in the order of time.
ACTIVITY_SORTING = Sorting("created_at", id=("created_at", False))


class ActivityFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What the feed is narrowed to. Conditions are ANDed; None: no condition."""

    entity_type: str | None = None
    entity_id: str | None = None
    category: str | None = None
    verb: str | None = None
    actor_kind: str | None = None
    actor_id: int | None = None
    actor_email: str | None = None
    #: Member, Guest or Webhook.
    source: str | None = None
    field: str | None = None
    search: str | None = None
    #: Instants: the first included, the last excluded.
    created_from: Instant | None = None
    created_to: Instant | None = None
    #: Of launches by themselves: what kind of thing they come from, and which.
    origin_type: str | None = None
    origin_id: str | None = None
    is_oldest_first: bool = False
    #: The number of an operation.
    operation: int | None = None
    #: Of what an operation did to many things, the first alone.
    is_folded: bool = False


#: Every verb of the contract (60, 1.3).
VERBS = (
    "created", "updated", "owners-updated", "uploaded", "completed", "uncompleted", "deleted",
    "re-ordered", "commented", "issue-reported", "issue-resolved", "archived", "unarchived",
    "re-opened", "emitted", "enabled", "disabled", "comment-deleted", "invited",
    "invite-accepted", "linked", "unlinked",
    "operation-started", "operation-finished",
    "held", "hold-changed", "hold-released", "hold-refused",
)  # fmt: skip
CATEGORIES = (
    "Comment", "Task", "Step", "Process", "Blueprint", "User", "Organization", "Tag", "Group",
)  # fmt: skip
#: Of what the completion of a task launched.
LAUNCHES = ("process.launched", "process.linked")
#: What such launches come from.
ORIGIN_TYPES = ("checklist", "run", "step", "task")
ENTITY_TYPES = ("checklist", "run", "step", "task", "thread")
