"""Table of notifications."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    entry_columns,
    id_column,
    instant_column,
    organization_column,
    partial_index,
    person_column,
    text_column,
)
from procession.kit.content import NO_CONTENT
from procession.kit.db import metadata

notifications = sa.Table(
    "notifications",
    metadata,
    *entry_columns(),
    person_column("user_id"),
    # types.NotificationKind.
    text_column("kind"),
    # A sentence in the member's language.
    text_column("text"),
    # What it is about goes with its notifications.
    id_column("process_id", nullable=True),
    id_column("task_id", nullable=True),
    instant_column("created_at"),
    instant_column("read_at", nullable=True),
    # Of what was said about a template; who deletes that for ever forgets them (store).
    id_column("template_id", nullable=True),
    belongs_to("processes", "organization_id", "process_id"),
    belongs_to("tasks", "organization_id", "task_id"),
    belongs_to("users", "user_id"),
    sa.Index(None, "organization_id", "user_id", "id"),
    sa.Index(None, "organization_id", "process_id"),
    sa.Index(None, "organization_id", "task_id"),
    sqlite_autoincrement=True,
    info=NO_CONTENT,
)
partial_index(
    "notifications_unread_idx",
    notifications.c.organization_id,
    notifications.c.user_id,
    where=notifications.c.read_at.is_(None),
)
partial_index(
    "notifications_template_idx",
    notifications.c.organization_id,
    notifications.c.template_id,
    where=notifications.c.template_id.is_not(None),
)

#: The last day, by their own clocks, on which somebody was told what is due.
digests = sa.Table(
    "digests",
    metadata,
    organization_column(),
    # `u:7` or `e:3`.
    text_column("person"),
    # YYYY-MM-DD.
    text_column("day"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "person"),
    info=NO_CONTENT,
)
