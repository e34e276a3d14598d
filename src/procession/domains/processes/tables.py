"""Tables of processes, the people attached to them, stars, and sums over all of them."""

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
from procession.kit.folding import index_of_unfolded, sort_key
from procession.kit.pasting import index_pasted
from procession.kit.searching import index_searched, rich, searched_column

processes = sa.Table(
    "processes",
    metadata,
    organization_column(),
    id_column("id"),
    number_column("number"),
    # Snapshot of where it came from; the template may be purged later.
    id_column("template_id"),
    number_column("template_version"),
    text_column("template_title"),
    text_column("type"),
    text_column("name"),
    folded_column("name"),
    searched_column("name", "n", of="name"),
    text_column("summary", nullable=True),
    searched_column("summary", "d", of="summary", reads=rich),
    person_column("owner_id"),
    person_column("started_by"),
    text_column("launched_via"),
    id_column("parent_id", nullable=True),
    # Its parent, deleted for ever since.
    id_column("former_parent_id", nullable=True),
    flag_column("can_add_tasks", default=True),
    flag_column("assign_someone_else"),
    flag_column("is_public"),
    # Unguessable; made at the first publication and kept over later ones.
    id_column("public_key", nullable=True),
    # JSON list of what the public view leaves out.
    text_column("publicly_hidden_fields"),
    # `process_read` of the template is "everyone": standard members may read.
    flag_column("everyone_may_read"),
    instant_column("created_at"),
    instant_column("started_at"),
    instant_column("updated_at"),
    # Set exactly while all its work is done; archiving never touches it.
    instant_column("completed_at", nullable=True),
    instant_column("archived_at", nullable=True),
    person_column("archived_by", nullable=True),
    instant_column("activated_at", nullable=True),
    # Sums over its tasks and issues, recomputed in the transaction that changes them
    # (store.refresh_totals); never counted along, so they cannot drift.
    count_column("visible_task_count"),
    count_column("completed_task_count"),
    count_column("problem_task_count"),
    count_column("secret_task_count"),
    count_column("secret_completed_task_count"),
    count_column("open_issue_count"),
    # Its status as if not archived; follows from the sums and is written with them.
    text_column("lifecycle"),
    instant_column("first_open_deadline_at", nullable=True),
    instant_column("last_deadline_at", nullable=True),
    # Answers of the kick-off form: a JSON object by field (answers.types), null without any.
    text_column("answers", nullable=True),
    # The same with its texts folded, where one is not ASCII.
    folded_column("answers", is_json=True),
    # How many fields its kick-off form has, in the version it was launched from.
    count_column("kickoff_field_count"),
    # Null while the form is open again.
    instant_column("kickoff_completed_at", nullable=True),
    person_column("kickoff_completed_by", nullable=True),
    # The guest who filled in the public form; null: the member who launched it did.
    person_column("submitted_by_guest", nullable=True),
    # Some task's deadline counts from another's.
    flag_column("has_anchors"),
    # The rules of its version are evaluated. Not where it has none, and not in processes that were
    # launched before the server evaluated any (ruling 37).
    flag_column("rules_active"),
    *archived_columns(),
    version_column(),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.UniqueConstraint("organization_id", "number"),
    info=content("name", "summary", "answers"),
)

index_of_unfolded(processes)
index_searched(processes)
index_pasted(processes, "summary", documents=("answers",))
# The key first: links that were handed out before 0.2 carry it alone.
partial_index(
    "processes_public_key_idx",
    processes.c.public_key,
    processes.c.organization_id,
    unique=True,
    where=processes.c.public_key.is_not(None),
)

# Lists are read from these, in their order (decision 0015). Whether everyone may read it comes
# first, because members get one half of an index as it stands; archived rows weigh on none of them.
_IS_LIVE = processes.c.archived_at.is_(None)
_IS_ARCHIVED = processes.c.archived_at.is_not(None)


def _list_index(name: str, where: sa.ColumnElement[bool], *keys: sa.ColumnElement[Any]) -> None:
    partial_index(
        f"processes_{name}_idx",
        processes.c.organization_id,
        processes.c.everyone_may_read,
        *keys,
        processes.c.number,
        where=where,
    )


_list_index("live", _IS_LIVE, processes.c.created_at)
_list_index("lifecycle", _IS_LIVE, processes.c.lifecycle, processes.c.created_at)
_list_index("due", _IS_LIVE, processes.c.first_open_deadline_at)
_list_index("updated", _IS_LIVE, processes.c.updated_at)
_list_index("name_folded", _IS_LIVE, sort_key(processes.c.name_folded))
_list_index("archived", _IS_ARCHIVED, processes.c.created_at)
# Who polls asks for what has changed since.
_list_index("archived_at", _IS_ARCHIVED, processes.c.archived_at)
_list_index("archived_updated", _IS_ARCHIVED, processes.c.updated_at)
_list_index("completed", processes.c.completed_at.is_not(None), processes.c.completed_at)
# What retention finds, template by template (domains.retention.store.facts).
partial_index(
    "processes_kept_live_idx",
    processes.c.organization_id,
    processes.c.template_id,
    processes.c.completed_at,
    processes.c.id,
    where=sa.and_(_IS_LIVE, processes.c.completed_at.is_not(None)),
)
partial_index(
    "processes_kept_archived_idx",
    processes.c.organization_id,
    processes.c.template_id,
    processes.c.archived_at,
    processes.c.id,
    where=_IS_ARCHIVED,
)
# What somebody is involved in is found from the person. The ids are in the index, too: SQLite reads
# the whole table as soon as its statistics know of somebody who owns most of it.
sa.Index(
    "processes_owner_idx",
    processes.c.organization_id,
    processes.c.owner_id,
    processes.c.everyone_may_read,
    processes.c.id,
)
sa.Index(
    "processes_starter_idx",
    processes.c.organization_id,
    processes.c.started_by,
    processes.c.everyone_may_read,
    processes.c.id,
)
partial_index(
    "processes_parent_idx",
    processes.c.organization_id,
    processes.c.parent_id,
    where=processes.c.parent_id.is_not(None),
)
sa.Index("processes_template_idx", processes.c.organization_id, processes.c.template_id)

process_people = sa.Table(
    "process_people",
    metadata,
    organization_column(),
    id_column("process_id"),
    # member: process-level assignee; reader: may read (copied from the template at launch).
    text_column("part"),
    # `u:7` (a user) or `g:<group id>`.
    text_column("person"),
    belongs_to("processes", "organization_id", "process_id"),
    sa.PrimaryKeyConstraint("organization_id", "process_id", "part", "person"),
    sa.Index("process_people_person_idx", "organization_id", "person", "process_id", "part"),
    info=NO_CONTENT,
)

# What a process remembers of its rules: JSON by rule (core.rules.model.Memory), in one row, so that
# what a change costs does not grow with their number. None: nothing yet.
# Templates whose tasks were added while it was under way (contract 50, 4.12). The process runs a
# version of its own from then on, of its template's steps and theirs (decision 0045).
process_injections = sa.Table(
    "process_injections",
    metadata,
    organization_column(),
    id_column("process_id"),
    id_column("template_id"),
    number_column("template_version"),
    # The task whose completion added them.
    id_column("task_id"),
    # The version that the process ran until then.
    number_column("version_before"),
    belongs_to("processes", "organization_id", "process_id"),
    sa.PrimaryKeyConstraint("organization_id", "process_id", "template_id"),
    info=content(),
)

rule_memories = sa.Table(
    "rule_memories",
    metadata,
    organization_column(),
    id_column("process_id"),
    text_column("memories"),
    belongs_to("processes", "organization_id", "process_id"),
    sa.PrimaryKeyConstraint("organization_id", "process_id"),
    info=content("memories"),
)

process_stars = sa.Table(
    "process_stars",
    metadata,
    organization_column(),
    id_column("process_id"),
    person_column("user_id"),
    belongs_to("processes", "organization_id", "process_id"),
    sa.PrimaryKeyConstraint("organization_id", "process_id", "user_id"),
    sa.Index("process_stars_user_idx", "organization_id", "user_id", "process_id"),
    info=NO_CONTENT,
)

# How many processes and tasks there are of each class: the sum of the rows of a class. Changes
# append to it, so no row is fought over; the worker folds many rows into few (decision 0015).
process_sums = sa.Table(
    "process_sums",
    metadata,
    organization_column(),
    id_column("id"),
    # The class.
    flag_column("is_archived"),
    flag_column("everyone_may_read"),
    text_column("lifecycle"),
    # What the row adds, or takes away.
    count_column("process_count"),
    count_column("visible_task_count"),
    count_column("completed_task_count"),
    count_column("secret_task_count"),
    count_column("secret_completed_task_count"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    info=NO_CONTENT,
)

# Mails that were sent to templates' addresses, so that each launches one process at most.
received_mails = sa.Table(
    "received_mails",
    metadata,
    organization_column(),
    # SHA-256 of the template's id and the mail's Message-ID.
    text_column("key"),
    # Lower-cased address.
    text_column("sender"),
    # The process it launched; null for a mail that was refused. The process may be purged later.
    id_column("process_id", nullable=True),
    instant_column("received_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "key"),
    sa.Index(None, "organization_id", "received_at"),
    info=NO_CONTENT,
)
