"""Tables of watchers, and of what waits to be told to them."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    entry_columns,
    id_column,
    instant_column,
    person_column,
    text_column,
)
from procession.kit.content import NO_CONTENT
from procession.kit.db import metadata

watchers = sa.Table(
    "watchers",
    metadata,
    *entry_columns(),
    # organization, checklist, run, task or user; and its id or number.
    text_column("object_type"),
    text_column("object_id"),
    # What is watched, where it is one of these: watchers go with it.
    id_column("template_id", nullable=True),
    id_column("process_id", nullable=True),
    id_column("task_id", nullable=True),
    person_column("member_id", nullable=True),
    # Who watches: one of the two.
    person_column("user_id", nullable=True),
    person_column("guest_id", nullable=True),
    # `u:7` or `e:3`.
    text_column("person"),
    # email or webhook; electric, mindful or chilled.
    text_column("notification_type"),
    text_column("frequency"),
    # Empty unless it is a webhook.
    text_column("webhook"),
    person_column("added_by"),
    instant_column("created_at"),
    belongs_to("organizations", "organization_id"),
    belongs_to("templates", "organization_id", "template_id"),
    belongs_to("processes", "organization_id", "process_id"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.ForeignKeyConstraint(
        ["organization_id", "member_id"],
        ["memberships.organization_id", "memberships.user_id"],
        ondelete="CASCADE",
    ),
    sa.ForeignKeyConstraint(
        ["organization_id", "user_id"],
        ["memberships.organization_id", "memberships.user_id"],
        ondelete="CASCADE",
    ),
    sa.ForeignKeyConstraint(
        ["organization_id", "guest_id"],
        ["guest_links.organization_id", "guest_links.guest_id"],
        ondelete="CASCADE",
    ),
    sa.UniqueConstraint(
        "organization_id",
        "object_type",
        "object_id",
        "person",
        "notification_type",
        "webhook",
        name="watchers_one_key",
    ),
    sa.Index(None, "organization_id", "object_id"),
    sa.Index(None, "organization_id", "person"),
    *[
        sa.Index(None, "organization_id", name)
        for name in ("template_id", "process_id", "task_id", "member_id", "user_id", "guest_id")
    ],
    info=NO_CONTENT,
)

#: What those who watch by mail are to be told, until their bundle is due.
watched_news = sa.Table(
    "watched_news",
    metadata,
    *entry_columns(),
    # A watcher who has gone takes nothing along: what waits for them is forgotten when it is due.
    person_column("watcher_id"),
    text_column("event"),
    text_column("sentence"),
    # What whoever did it is called; empty for the server itself.
    text_column("actor"),
    text_column("process_name", nullable=True),
    instant_column("occurred_at"),
    instant_column("due_at"),
    belongs_to("organizations", "organization_id"),
    sa.Index(None, "organization_id", "watcher_id", "due_at"),
    sa.Index(None, "due_at"),
    info=NO_CONTENT,
)
