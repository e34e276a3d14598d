"""Table of threads: comments, issues and what resolved them."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    id_column,
    instant_column,
    organization_column,
    person_column,
    text_column,
)
from procession.kit.db import metadata

threads = sa.Table(
    "threads",
    metadata,
    organization_column(),
    id_column("id"),
    id_column("process_id", nullable=True),
    id_column("task_id", nullable=True),
    text_column("content"),
    # comment, problem, resolve, improvement or advice.
    text_column("label"),
    # hide-for-guests, open or collapsed.
    text_column("state"),
    # user, guest or bot.
    text_column("author_kind"),
    person_column("author_id", nullable=True),
    # On a problem: the thread that closed it. On that thread: the problem.
    id_column("resolved_by_thread", nullable=True),
    id_column("resolves_thread", nullable=True),
    instant_column("created_at"),
    instant_column("updated_at"),
    belongs_to("processes", "organization_id", "process_id"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.Index(None, "organization_id", "process_id"),
    sa.Index(None, "organization_id", "task_id"),
)
