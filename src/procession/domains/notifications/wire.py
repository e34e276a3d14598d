"""JSON shapes of notifications (contract 60, 7)."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from procession.core.times import optional_wire_time, wire_time
from procession.domains.notifications.types import Notification, NotificationKind


class NotificationOut(msgspec.Struct, kw_only=True):
    id: int
    kind: Annotated[
        str, Meta(extra_json_schema={"enum": [kind.value for kind in NotificationKind]})
    ]
    text: str
    subject_type: Literal["Run", "Task", "Checklist", "Organization"]
    subject_id: str
    read_at: str | None
    created_at: str


class ReadOut(msgspec.Struct, kw_only=True):
    #: How many were unread.
    read: int


def notification_out(notification: Notification, organization_id: str) -> NotificationOut:
    task_id, process_id = notification.task_id, notification.process_id
    template_id = notification.template_id
    kind: Literal["Run", "Task", "Checklist", "Organization"] = "Organization"
    if template_id is not None:
        kind = "Checklist"
    if process_id is not None:
        kind = "Run"
    if task_id is not None:
        kind = "Task"
    return NotificationOut(
        id=notification.id,
        kind=notification.kind,
        text=notification.text,
        subject_type=kind,
        subject_id=task_id or process_id or template_id or organization_id,
        read_at=optional_wire_time(notification.read_at),
        created_at=wire_time(notification.created_at),
    )
