"""The tables every change ends in: the activity feed, the outbox, and notices.

They belong to the unit of work (`kit.work`), which writes them in the transaction of the change.
Activity rows are never changed or removed, not even when what they tell about is purged; so they
refer to nothing by foreign key. Within a process they are numbered from 1 without gaps.
"""

import sqlalchemy as sa

from procession.kit.columns import (
    count_column,
    entry_columns,
    folded_column,
    id_column,
    instant_column,
    number_column,
    partial_index,
    person_column,
    text_column,
)
from procession.kit.content import NO_CONTENT, content
from procession.kit.db import Statement, metadata
from procession.kit.folding import index_of_unfolded

activity = sa.Table(
    "activity",
    metadata,
    *entry_columns(),
    id_column("process_id", nullable=True),
    number_column("process_entry", nullable=True),
    instant_column("occurred_at"),
    # Name of the fact's class: `process.archived`.
    text_column("event"),
    text_column("verb"),
    text_column("category"),
    # user, guest or bot.
    text_column("actor_kind"),
    person_column("actor_id", nullable=True),
    text_column("subject_kind"),
    text_column("subject_id"),
    text_column("parent_kind", nullable=True),
    text_column("parent_id", nullable=True),
    text_column("sentence"),
    folded_column("sentence"),
    text_column("field", nullable=True),
    # JSON values.
    text_column("old_value", nullable=True),
    text_column("text", nullable=True),
    text_column("subject_state", nullable=True),
    # The number of the operation that it was a part of (contract 70, 2).
    number_column("operation", nullable=True),
    sa.UniqueConstraint("organization_id", "process_id", "process_entry"),
    sa.Index(None, "organization_id", "occurred_at"),
    sa.Index(None, "organization_id", "subject_id"),
    sa.Index(None, "organization_id", "parent_id"),
    info=content("sentence", "old_value", "text", "subject_state"),
)
index_of_unfolded(activity)
partial_index(
    "activity_operation_idx",
    activity.c.organization_id,
    activity.c.operation,
    activity.c.id,
    where=activity.c.operation.is_not(None),
)

outbox = sa.Table(
    "outbox",
    metadata,
    *entry_columns(),
    text_column("event"),
    # JSON: what a receiver needs, rendered when the change was made.
    text_column("payload"),
    instant_column("created_at"),
    # When the next attempt may start, by the clock of leases (`kit.leasing`); moved ahead by a
    # claim, so that a crashed worker's claim runs out by itself.
    instant_column("due_at"),
    count_column("attempt_count"),
    text_column("last_error", nullable=True),
    instant_column("failed_at", nullable=True),
    partial_index(
        None,
        "due_at",
        "id",
        where=sa.text("failed_at IS NULL"),
    ),
    info=NO_CONTENT,
)

#: What people are to be told of one change; whom, and how, is worked out from how things are after
#: its commit (`flows.announcing`). A row goes when they have been told.
notices = sa.Table(
    "notices",
    metadata,
    *entry_columns(),
    # JSON: `kit.work.News`.
    text_column("payload"),
    instant_column("created_at"),
    # As in the outbox.
    instant_column("due_at"),
    count_column("attempt_count"),
    text_column("last_error", nullable=True),
    instant_column("failed_at", nullable=True),
    partial_index(
        None,
        "due_at",
        "id",
        where=sa.text("failed_at IS NULL"),
    ),
    info=NO_CONTENT,
)

_columns = [column for column in activity.c if column.name not in ("id", "process_entry")]

_next_entry = sa.case(
    (sa.bindparam("process_id", type_=sa.String(32)).is_(None), None),
    else_=sa.select(sa.func.coalesce(sa.func.max(activity.c.process_entry), 0) + 1)
    .where(
        activity.c.organization_id == sa.bindparam("organization_id"),
        activity.c.process_id == sa.bindparam("process_id"),
    )
    .scalar_subquery(),
)

#: The process's row is locked by whoever records about it, so the next number is nobody else's.
INSERT_ACTIVITY = Statement(
    activity.insert().from_select(
        [*[column.name for column in _columns], "process_entry"],
        sa.select(
            *[sa.bindparam(column.name, type_=column.type) for column in _columns], _next_entry
        ),
    )
)

INSERT_OUTBOX = Statement(
    outbox.insert().values(
        {
            name: sa.bindparam(name)
            for name in ("organization_id", "event", "payload", "created_at", "due_at")
        }
    )
)

INSERT_NOTICE = Statement(
    notices.insert().values(
        {
            name: sa.bindparam(name)
            for name in ("organization_id", "payload", "created_at", "due_at")
        }
    )
)
