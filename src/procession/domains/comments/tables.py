"""Table of threads: comments, issues and what resolved them."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    id_column,
    instant_column,
    organization_column,
    partial_index,
    person_column,
    text_column,
    version_column,
)
from procession.kit.db import metadata
from procession.kit.searching import index_searched, rich, searched_column

threads = sa.Table(
    "threads",
    metadata,
    organization_column(),
    id_column("id"),
    id_column("process_id", nullable=True),
    id_column("task_id", nullable=True),
    # Of a template, or of one of its steps. Neither is referred to: a step has no row, and the
    # flow that deletes a template for ever deletes its threads.
    id_column("template_id", nullable=True),
    id_column("step_id", nullable=True),
    text_column("content"),
    searched_column("content", "c", of="content", reads=rich),
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
    # Who of those it names was known when it was written: a JSON list of `u:7`, `e:3`, `g:<id>`.
    text_column("mentions", nullable=True),
    # On a step: the improvement of a task that this is the copy of.
    id_column("copied_from", nullable=True),
    version_column(),
    belongs_to("processes", "organization_id", "process_id"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.Index(None, "organization_id", "process_id"),
    sa.Index(None, "organization_id", "task_id"),
)
index_searched(threads)

partial_index(
    "threads_template_idx",
    threads.c.organization_id,
    threads.c.template_id,
    where=threads.c.template_id.is_not(None),
)
partial_index(
    "threads_copied_idx",
    threads.c.organization_id,
    threads.c.copied_from,
    where=threads.c.copied_from.is_not(None),
)
