"""Tables of files, of the answers that name them, and of bytes that are to go."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    count_column,
    id_column,
    instant_column,
    number_column,
    organization_column,
    person_column,
    text_column,
)
from procession.kit.content import DOOMS_CONTENT, NO_CONTENT, content
from procession.kit.db import BigNumber, metadata

files = sa.Table(
    "files",
    metadata,
    organization_column(),
    id_column("id"),
    # One of them, or none: the organization.
    id_column("process_id", nullable=True),
    id_column("template_id", nullable=True),
    id_column("task_id", nullable=True),
    text_column("filename"),
    number_column("version"),
    text_column("uploaded_from", nullable=True),
    id_column("step_id", nullable=True),
    id_column("checklist_id", nullable=True),
    text_column("system", nullable=True),
    # local or url.
    text_column("source"),
    text_column("link", nullable=True),
    text_column("mimetype", nullable=True),
    sa.Column("size", BigNumber, nullable=True),
    text_column("link_token"),
    instant_column("uploaded_at"),
    person_column("uploaded_by_user", nullable=True),
    person_column("uploaded_by_guest", nullable=True),
    instant_column("archived_at", nullable=True),
    belongs_to("organizations", "organization_id"),
    belongs_to("processes", "organization_id", "process_id"),
    belongs_to("templates", "organization_id", "template_id"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.Index(None, "organization_id", "process_id"),
    sa.Index(None, "organization_id", "template_id"),
    sa.Index(None, "organization_id", "task_id"),
    info=content("filename", "link"),
)

#: Which answers name which files: of a task, or of the kick-off form of a process.
file_uses = sa.Table(
    "file_uses",
    metadata,
    organization_column(),
    id_column("file_id"),
    # The task or the process, whichever it is.
    sa.Column("holder_id", sa.String(32), nullable=False),
    id_column("process_id", nullable=True),
    id_column("task_id", nullable=True),
    belongs_to("processes", "organization_id", "process_id"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.PrimaryKeyConstraint("organization_id", "holder_id", "file_id"),
    sa.Index(None, "organization_id", "file_id"),
    sa.Index(None, "organization_id", "process_id"),
    sa.Index(None, "organization_id", "task_id"),
    info=NO_CONTENT,
)

#: Bytes whose file is gone: the worker takes them out of the store, again and again until it can.
file_removals = sa.Table(
    "file_removals",
    metadata,
    organization_column(),
    id_column("file_id"),
    instant_column("due_at"),
    count_column("attempt_count"),
    sa.PrimaryKeyConstraint("organization_id", "file_id"),
    sa.Index(None, "due_at"),
    info=DOOMS_CONTENT,
)
