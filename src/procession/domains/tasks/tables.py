"""Tables of tasks and who they are assigned to."""

from typing import Any

import sqlalchemy as sa

from procession.kit.columns import (
    archived_columns,
    belongs_to,
    count_column,
    flag_column,
    folded_column,
    id_column,
    instant_column,
    number_column,
    organization_column,
    partial_index,
    person_column,
    text_column,
    version_column,
)
from procession.kit.content import NO_CONTENT, content
from procession.kit.db import metadata
from procession.kit.folding import index_of_unfolded
from procession.kit.pasting import index_pasted
from procession.kit.searching import index_searched, rich, searched_column

tasks = sa.Table(
    "tasks",
    metadata,
    organization_column(),
    id_column("id"),
    number_column("number"),
    id_column("process_id", nullable=True),
    id_column("template_id", nullable=True),
    # The template step it was made from; null for one-off tasks.
    id_column("step_id", nullable=True),
    text_column("alias", nullable=True),
    text_column("task_type"),
    text_column("title"),
    folded_column("title"),
    searched_column("title", "t", of="title"),
    text_column("summary", nullable=True),
    searched_column("summary", "t", of="summary", reads=rich),
    # not-started, in-progress, completed or auto-skipped (types.TaskState).
    text_column("state"),
    sa.Column("is_approved", sa.Boolean, nullable=True),
    flag_column("is_oneoff"),
    number_column("position"),
    number_column("step_position", nullable=True),
    instant_column("started_at", nullable=True),
    flag_column("is_soft_start_date", default=True),
    instant_column("deadline_at", nullable=True),
    flag_column("deadline_is_pinned"),
    person_column("created_by"),
    instant_column("created_at"),
    instant_column("updated_at"),
    instant_column("completed_at", nullable=True),
    person_column("completed_by", nullable=True),
    person_column("completed_by_guest", nullable=True),
    # Its own mark only: archiving its process leaves it alone (decision 0002).
    instant_column("archived_at", nullable=True),
    person_column("archived_by", nullable=True),
    flag_column("everyone_must_complete"),
    flag_column("can_complete_only_assignees"),
    flag_column("allow_guest_owners", default=True),
    flag_column("prevent_guest_comment"),
    flag_column("top_secret"),
    number_column("max_assignable"),
    text_column("webhook", nullable=True),
    # Open issues reported on it, recomputed with the issue itself.
    count_column("open_issue_count"),
    # Answers by field, as a process's; kept whatever becomes of the task.
    text_column("answers", nullable=True),
    # The form of a one-off task: a JSON list of fields. A step's form is in its template's version.
    text_column("fields", nullable=True),
    id_column("stage_id", nullable=True),
    id_column("linked_step_id", nullable=True),
    flag_column("send_chromeless"),
    # While hidden: the state it comes back to.
    text_column("state_before_hiding", nullable=True),
    # Hidden or shown by a person: rules leave it so.
    flag_column("visibility_locked"),
    instant_column("shown_at", nullable=True),
    # The step that the deadline counts from, when it is another.
    id_column("anchor_step_id", nullable=True),
    # That step's task is still open and visible, so the deadline is provisional: nothing is late.
    flag_column("waits_for_anchor"),
    # When it was completed last, kept when it is reopened: what counts from it stays where it is.
    instant_column("last_completed_at", nullable=True),
    # The process that its completion launched; once for each task.
    id_column("launched_process_id", nullable=True),
    # When it was brought back from the archive last, itself: what fell due before is not mailed.
    instant_column("activated_at", nullable=True),
    *archived_columns(),
    version_column(),
    belongs_to("organizations", "organization_id"),
    belongs_to("processes", "organization_id", "process_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.UniqueConstraint("organization_id", "number"),
    sa.Index(None, "organization_id", "process_id", "position"),
    sa.Index(None, "organization_id", "created_at", "number"),
    sa.Index("tasks_updated_idx", "organization_id", "updated_at", "number"),
    info=content("title", "summary", "answers", "fields"),
)

index_of_unfolded(tasks)
# What their process is found by, too.
index_searched(tasks, tasks.c.process_id)
index_pasted(tasks, "summary", documents=("answers", "fields"))


def _list_index(name: str, where: sa.ColumnElement[bool], *keys: sa.Column[Any]) -> None:
    """Lists are read from these, in their order (decision 0015)."""
    partial_index(
        f"tasks_{name}_idx",
        tasks.c.organization_id,
        *keys,
        tasks.c.number,
        where=where,
    )


# Open ones, and the few hidden ones.
_list_index("open", tasks.c.completed_at.is_(None), tasks.c.created_at)
_list_index("due", tasks.c.completed_at.is_(None), tasks.c.deadline_at)
_list_index("completed", tasks.c.completed_at.is_not(None), tasks.c.completed_at)
_list_index("standalone", tasks.c.process_id.is_(None), tasks.c.created_by)
_list_index("archived", tasks.c.archived_at.is_not(None), tasks.c.archived_at)
_list_index("secret", tasks.c.top_secret.is_(True), tasks.c.created_by)

#: Completed by the clock at their deadlines. Written out: SQLite uses an index for some rows alone
#: only where the statement says the same words.
EXPIRES = sa.text("tasks.task_type IN ('expiring', 'expiring_email')")
_EXPIRES_HERE = sa.text("completed_at IS NULL AND task_type IN ('expiring', 'expiring_email')")
# Of all organizations: the worker looks for the earliest of them every half minute.
partial_index(
    "tasks_expiring_idx",
    tasks.c.deadline_at,
    tasks.c.number,
    where=_EXPIRES_HERE,
)

partial_index(
    "tasks_anchor_idx",
    tasks.c.organization_id,
    tasks.c.process_id,
    tasks.c.anchor_step_id,
    where=tasks.c.anchor_step_id.is_not(None),
)

# Whether an organization has any that calls a webhook of its own.
partial_index("tasks_webhook_idx", tasks.c.organization_id, where=tasks.c.webhook.is_not(None))

# Where everyone must complete a task: who has done so.
task_parts = sa.Table(
    "task_parts",
    metadata,
    organization_column(),
    id_column("task_id"),
    # `u:7` (a user) or `e:3` (a guest).
    text_column("person"),
    # The user's number, or the guest's address.
    text_column("written"),
    sa.Column("is_approved", sa.Boolean, nullable=True),
    instant_column("completed_at"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.PrimaryKeyConstraint("organization_id", "task_id", "person"),
    sa.Index(None, "organization_id", "person"),
    info=NO_CONTENT,
)

task_assignees = sa.Table(
    "task_assignees",
    metadata,
    organization_column(),
    id_column("task_id"),
    # `u:7` (a user), `e:3` (a guest) or `g:<group id>`.
    text_column("person"),
    # The task's process, repeated here so that "my processes" needs no join through tasks.
    id_column("process_id", nullable=True),
    # How the person is written on the wire: the user's number, the guest's address, the group's id.
    text_column("written"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.PrimaryKeyConstraint("organization_id", "task_id", "person"),
    # Whole rows: what somebody is assigned to is read from the index alone.
    sa.Index("task_assignees_person_idx", "organization_id", "person", "process_id", "task_id"),
    sa.Index(None, "organization_id", "process_id", "person"),
    info=NO_CONTENT,
)

# Who may read a standalone task that is none of theirs: light members who were mentioned on it
# (contract 45, 3.7). All others see it anyway.
task_readers = sa.Table(
    "task_readers",
    metadata,
    organization_column(),
    id_column("task_id"),
    # `u:7` or `g:<group id>`.
    text_column("person"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.PrimaryKeyConstraint("organization_id", "task_id", "person"),
    sa.Index("task_readers_person_idx", "organization_id", "person", "task_id"),
    info=NO_CONTENT,
)
