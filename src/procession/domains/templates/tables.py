"""Tables of templates, what their versions consist of, and who may do what with them."""

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
from procession.kit.searching import in_json, index_searched, rich, searched_column

templates = sa.Table(
    "templates",
    metadata,
    organization_column(),
    id_column("id"),
    number_column("number"),
    # The version being edited; launches and publishing freeze it, the next edit starts another.
    number_column("version"),
    flag_column("version_is_frozen"),
    number_column("published_version", nullable=True),
    # What readers know the template as while its draft may have another title.
    text_column("published_title", nullable=True),
    folded_column("published_title"),
    # Edits go to a draft until they are published.
    flag_column("has_draft"),
    flag_column("only_owner_publishes"),
    # The texts of the version being edited; a frozen version keeps its own (template_versions).
    text_column("title"),
    folded_column("title"),
    searched_column("title", "b", of="title"),
    text_column("type"),
    text_column("summary", nullable=True),
    searched_column("summary", "b", of="summary", reads=rich),
    text_column("guidance", nullable=True),
    text_column("explanation_video", nullable=True),
    text_column("icon", nullable=True),
    text_column("kickoff_title", nullable=True),
    text_column("kickoff_description", nullable=True),
    text_column("process_name_format", nullable=True),
    text_column("alias"),
    text_column("webhook", nullable=True),
    text_column("status"),
    person_column("owner_id"),
    person_column("created_by"),
    person_column("updated_by", nullable=True),
    id_column("folder_id", nullable=True),
    # Where processes launched from it are filed, and what the launcher may or must choose.
    id_column("process_folder_id", nullable=True),
    flag_column("launcher_may_change_folder", default=True),
    flag_column("launcher_must_choose_folder"),
    flag_column("launcher_must_tag"),
    flag_column("names_processes"),
    flag_column("launcher_may_change_name"),
    flag_column("can_add_tasks", default=True),
    flag_column("is_public"),
    # Administrators are told once.
    flag_column("has_been_public"),
    text_column("public_cover", nullable=True),
    flag_column("has_public_form"),
    person_column("public_form_user_id", nullable=True),
    flag_column("is_featured"),
    flag_column("is_pinned"),
    # The hidden template of projects launched without one; never listed.
    flag_column("is_system"),
    count_column("launched_count"),
    instant_column("created_at"),
    instant_column("updated_at"),
    instant_column("archived_at", nullable=True),
    person_column("archived_by", nullable=True),
    *archived_columns(),
    version_column(),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.UniqueConstraint("organization_id", "number"),
    sa.UniqueConstraint("organization_id", "alias"),
    sa.Index(None, "organization_id", "updated_at"),
    sa.Index(None, "organization_id", "folder_id"),
    # Whether an organization has any: of the few that have one.
    partial_index("templates_webhook_idx", "organization_id", where=sa.text("webhook IS NOT NULL")),
    info=content("title", "summary", "guidance", "kickoff_title", "kickoff_description"),
)
index_of_unfolded(templates)
index_searched(templates)
index_pasted(templates, "summary", "guidance", "kickoff_description")

# No reference to templates: a version lives on while a process shows what it was launched from.
template_versions = sa.Table(
    "template_versions",
    metadata,
    organization_column(),
    id_column("template_id"),
    number_column("version"),
    # JSON, each of one part of `types.Content`.
    text_column("steps"),
    # What people read of the steps, and of the fields of their forms.
    searched_column("steps", "e", of="steps", reads=in_json("title", "summary")),
    searched_column("forms", "f", of="steps", reads=in_json("label", "guidance", inside="fields")),
    text_column("kickoff"),
    searched_column("kickoff", "f", of="kickoff", reads=in_json("label", "guidance")),
    text_column("stages"),
    text_column("rules"),
    number_column("step_count"),
    # JSON of `types.Face` since the version is frozen.
    text_column("face", nullable=True),
    searched_column("face", "b", of="face", reads=in_json("title", "summary")),
    instant_column("frozen_at", nullable=True),
    person_column("frozen_by", nullable=True),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "template_id", "version"),
    info=content("steps", "kickoff", "stages", "rules", "face"),
)
index_searched(template_versions, template_versions.c.template_id)
index_pasted(template_versions, documents=("steps", "kickoff", "face"))

template_grants = sa.Table(
    "template_grants",
    metadata,
    organization_column(),
    id_column("template_id"),
    # checklist_read, checklist_edit, checklist_duplicate, process_launch, process_read.
    text_column("permission"),
    # `*` (everyone), `u:7` (a user) or `g:<group id>`.
    text_column("grantee"),
    belongs_to("templates", "organization_id", "template_id"),
    sa.PrimaryKeyConstraint("organization_id", "template_id", "permission", "grantee"),
    sa.Index(None, "organization_id", "grantee"),
    info=NO_CONTENT,
)

template_stars = sa.Table(
    "template_stars",
    metadata,
    organization_column(),
    id_column("template_id"),
    person_column("user_id"),
    belongs_to("templates", "organization_id", "template_id"),
    sa.PrimaryKeyConstraint("organization_id", "template_id", "user_id"),
    info=NO_CONTENT,
)

# Rows of which are the options of form fields.
option_lists = sa.Table(
    "option_lists",
    metadata,
    organization_column(),
    id_column("id"),
    text_column("title"),
    text_column("title_key"),
    folded_column("title"),
    # JSON of `types.OptionList`.
    text_column("columns"),
    text_column("rows"),
    number_column("option_column_id"),
    instant_column("created_at"),
    instant_column("updated_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.UniqueConstraint("organization_id", "title_key"),
    info=NO_CONTENT,
)
index_of_unfolded(option_lists)
