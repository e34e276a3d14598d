"""Tables of tags and folders, and of what carries them or lies in them."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    entry_columns,
    folded_column,
    id_column,
    instant_column,
    number_column,
    organization_column,
    text_column,
)
from procession.kit.content import NO_CONTENT
from procession.kit.db import metadata
from procession.kit.folding import index_of_unfolded
from procession.kit.searching import index_searched, searched_column

tags = sa.Table(
    "tags",
    metadata,
    organization_column(),
    id_column("id"),
    text_column("title"),
    folded_column("title"),
    searched_column("title", "g", of="title"),
    text_column("color", nullable=True),
    instant_column("created_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.UniqueConstraint("organization_id", "title"),
    info=NO_CONTENT,
)
index_of_unfolded(tags)
index_searched(tags)

tag_links = sa.Table(
    "tag_links",
    metadata,
    *entry_columns(),
    id_column("tag_id"),
    # Checklist, Step, Run or Task.
    text_column("subject_kind"),
    id_column("subject_id"),
    # What the link goes with when it is deleted for ever; a step's goes with its template.
    id_column("template_id", nullable=True),
    id_column("process_id", nullable=True),
    id_column("task_id", nullable=True),
    instant_column("created_at"),
    belongs_to("tags", "organization_id", "tag_id"),
    belongs_to("templates", "organization_id", "template_id"),
    belongs_to("processes", "organization_id", "process_id"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.UniqueConstraint("organization_id", "tag_id", "subject_id"),
    sa.Index(None, "organization_id", "subject_id"),
    sa.Index(None, "organization_id", "template_id"),
    sa.Index(None, "organization_id", "process_id"),
    sa.Index(None, "organization_id", "task_id"),
    info=NO_CONTENT,
)

folders = sa.Table(
    "folders",
    metadata,
    organization_column(),
    id_column("id"),
    # checklist: of templates; run: of processes and tasks.
    text_column("kind"),
    text_column("name"),
    id_column("parent_id", nullable=True),
    # From 1 among the folders of the same kind in the same folder.
    number_column("position"),
    instant_column("created_at"),
    instant_column("updated_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    info=NO_CONTENT,
)

# Templates name their folder themselves: they are in one at most (templates.folder_id).
folder_objects = sa.Table(
    "folder_objects",
    metadata,
    *entry_columns(),
    id_column("folder_id"),
    # Run or Task.
    text_column("subject_kind"),
    id_column("subject_id"),
    id_column("process_id", nullable=True),
    id_column("task_id", nullable=True),
    instant_column("created_at"),
    belongs_to("folders", "organization_id", "folder_id"),
    belongs_to("processes", "organization_id", "process_id"),
    belongs_to("tasks", "organization_id", "task_id"),
    sa.UniqueConstraint("organization_id", "folder_id", "subject_id"),
    sa.Index(None, "organization_id", "subject_id"),
    sa.Index(None, "organization_id", "process_id"),
    sa.Index(None, "organization_id", "task_id"),
    info=NO_CONTENT,
)
