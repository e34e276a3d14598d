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
from procession.kit.content import NO_CONTENT, content
from procession.kit.db import metadata
from procession.kit.pasting import index_pasted
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
    # Who reacted how: JSON (types.Reactions); null as long as nobody has.
    text_column("reactions", nullable=True),
    belongs_to("processes", "organization_id", "process_id"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.Index(None, "organization_id", "process_id"),
    sa.Index(None, "organization_id", "task_id"),
    info=content("content"),
)
index_searched(threads)
index_pasted(threads, "content", also=("process_id", "task_id", "template_id"))

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

# Mails that were sent to a task's address, so that each becomes one comment at most.
received_replies = sa.Table(
    "received_replies",
    metadata,
    organization_column(),
    # SHA-256 of the task's id and the mail's Message-ID.
    text_column("key"),
    id_column("task_id"),
    # As lists of people store them: `u:7`, `e:3`.
    text_column("person"),
    # SHA-256 of what it said: what answers by itself says the same again and again.
    text_column("words_key"),
    # The comment; null for a mail that was refused. The comment may be deleted later.
    id_column("thread_id", nullable=True),
    instant_column("received_at"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.PrimaryKeyConstraint("organization_id", "key"),
    sa.Index(None, "organization_id", "task_id", "person", "received_at"),
    info=NO_CONTENT,
)

# Of a comment that came by mail: the whole mail, with what was cut. It goes with its comment.
comment_mails = sa.Table(
    "comment_mails",
    metadata,
    organization_column(),
    id_column("thread_id"),
    text_column("subject"),
    text_column("text"),
    instant_column("received_at"),
    belongs_to("threads", "organization_id", "thread_id"),
    sa.PrimaryKeyConstraint("organization_id", "thread_id"),
    info=NO_CONTENT,
)
