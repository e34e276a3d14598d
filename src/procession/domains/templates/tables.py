"""Tables of templates, their versions' steps, and who may do what with them."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    count_column,
    flag_column,
    id_column,
    instant_column,
    number_column,
    organization_column,
    text_column,
)
from procession.kit.db import metadata

templates = sa.Table(
    "templates",
    metadata,
    organization_column(),
    id_column("id"),
    number_column("number"),
    # The version being edited; launches freeze it, the next edit starts another.
    number_column("version"),
    flag_column("version_is_frozen"),
    text_column("title"),
    text_column("summary", nullable=True),
    text_column("guidance", nullable=True),
    text_column("icon", nullable=True),
    text_column("alias"),
    text_column("webhook", nullable=True),
    text_column("type"),
    text_column("status"),
    number_column("owner_id"),
    number_column("created_by"),
    number_column("updated_by", nullable=True),
    flag_column("can_add_tasks", default=True),
    # The hidden template of projects launched without one; never listed.
    flag_column("is_system"),
    count_column("launched_count"),
    instant_column("created_at"),
    instant_column("updated_at"),
    instant_column("archived_at", nullable=True),
    number_column("archived_by", nullable=True),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.UniqueConstraint("organization_id", "number"),
    sa.UniqueConstraint("organization_id", "alias"),
    sa.Index(None, "organization_id", "updated_at"),
)

template_steps = sa.Table(
    "template_steps",
    metadata,
    organization_column(),
    id_column("template_id"),
    number_column("version"),
    id_column("id"),
    number_column("position"),
    text_column("alias"),
    text_column("title"),
    text_column("summary", nullable=True),
    text_column("step_type"),
    # JSON: {"users": [int], "guests": [email], "groups": [id]}.
    text_column("assignees"),
    # JSON: {"value": int, "unit": text, "option": text, "step": text or null}, or null.
    text_column("deadline", nullable=True),
    number_column("max_assignable", nullable=True),
    flag_column("allow_guest_owners", default=True),
    flag_column("assign_run_starter", default=True),
    flag_column("can_complete_only_assignees"),
    flag_column("everyone_must_complete"),
    flag_column("prevent_guest_comment"),
    flag_column("top_secret"),
    text_column("webhook", nullable=True),
    instant_column("created_at"),
    instant_column("updated_at"),
    belongs_to("templates", "organization_id", "template_id"),
    sa.PrimaryKeyConstraint("organization_id", "template_id", "version", "id"),
)

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
)

template_stars = sa.Table(
    "template_stars",
    metadata,
    organization_column(),
    id_column("template_id"),
    number_column("user_id"),
    belongs_to("templates", "organization_id", "template_id"),
    sa.PrimaryKeyConstraint("organization_id", "template_id", "user_id"),
)
