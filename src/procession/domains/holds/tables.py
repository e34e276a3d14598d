"""Tables of holds, and of tasks that left a process."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    folded_column,
    id_column,
    instant_column,
    organization_column,
    partial_index,
    person_column,
    text_column,
)
from procession.kit.content import NO_CONTENT, content
from procession.kit.db import metadata
from procession.kit.folding import index_of_unfolded

holds = sa.Table(
    "holds",
    metadata,
    organization_column(),
    id_column("id"),
    text_column("reason"),
    folded_column("reason"),
    text_column("reference", nullable=True),
    # run, checklist, task or organization, and its id; a template may be gone.
    text_column("scope_type"),
    id_column("scope_id"),
    instant_column("expires_at", nullable=True),
    person_column("created_by"),
    instant_column("created_at"),
    # All null while it is active, which it is until that is written.
    person_column("released_by", nullable=True),
    instant_column("released_at", nullable=True),
    text_column("release_reason", nullable=True),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.Index(None, "organization_id", "scope_id"),
    info=content("reason", "reference", "release_reason"),
)
index_of_unfolded(holds)
# What is asked before anything is destroyed.
partial_index(
    "holds_active_idx",
    holds.c.organization_id,
    holds.c.scope_id,
    where=holds.c.released_at.is_(None),
)
partial_index(
    "holds_expiring_idx",
    holds.c.expires_at,
    where=sa.and_(holds.c.released_at.is_(None), holds.c.expires_at.is_not(None)),
)

# A one-off task that was taken out of a process: what held the process then holds the task still.
task_departures = sa.Table(
    "task_departures",
    metadata,
    organization_column(),
    id_column("task_id"),
    id_column("process_id"),
    # Of the process.
    id_column("template_id"),
    # The last time.
    instant_column("left_at"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.PrimaryKeyConstraint("organization_id", "task_id", "process_id"),
    info=NO_CONTENT,
)
