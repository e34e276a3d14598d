"""Notifications as frozen values."""

from enum import StrEnum

import msgspec

from procession.core.times import Instant


class NotificationKind(StrEnum):
    """What happened (contract 60, 7)."""

    TASK_ASSIGNED = "task_assigned"
    COMMENT = "comment"
    TASK_COMPLETED = "task_completed"
    ISSUE_REPORTED = "issue_reported"
    ISSUE_RESOLVED = "issue_resolved"
    DEADLINE_CHANGED = "deadline_changed"
    MENTION = "mention"
    PROCESS_COMPLETED = "process_completed"
    OWNER_CHANGED = "owner_changed"
    #: For those who watch it.
    PROCESS_ARCHIVED = "process_archived"
    PROCESS_RESTORED = "process_restored"
    #: For administrators (ruling 32).
    WEBHOOK_PAUSED = "webhook_paused"


class Notification(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """Of one member; field order is the store's column order."""

    id: int
    kind: str
    #: In the language that the member reads.
    text: str
    process_id: str | None
    #: None: it is about the process or the template, or without those about the organization.
    task_id: str | None
    #: Of what was said about a template.
    template_id: str | None
    created_at: Instant
    read_at: Instant | None


class NewNotification(msgspec.Struct, frozen=True, kw_only=True):
    user_id: int
    kind: NotificationKind
    text: str
    process_id: str | None = None
    task_id: str | None = None
    template_id: str | None = None
