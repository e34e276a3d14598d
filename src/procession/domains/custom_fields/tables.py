"""Tables of custom fields: the keys of an organization, and the values of its records."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    flag_column,
    folded_column,
    id_column,
    instant_column,
    number_column,
    organization_column,
    person_column,
    text_column,
)
from procession.kit.content import CARRIES_CONTENT, content
from procession.kit.db import metadata
from procession.kit.folding import index_of_unfolded

custom_keys = sa.Table(
    "custom_keys",
    metadata,
    organization_column(),
    id_column("id"),
    text_column("key"),
    text_column("label"),
    folded_column("label"),
    # One of types.RecordKind.
    text_column("applies_to"),
    text_column("field_type"),
    # Seeded by the server, not made by administrators.
    flag_column("is_system"),
    flag_column("is_required"),
    flag_column("is_active", default=True),
    # JSON lists.
    text_column("options"),
    text_column("columns"),
    number_column("position"),
    instant_column("created_at"),
    instant_column("updated_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.UniqueConstraint("organization_id", "applies_to", "key"),
    info=CARRIES_CONTENT,
)
index_of_unfolded(custom_keys)

_OWNERS = ("template_id", "process_id", "task_id", "user_id", "guest_id", "folder_id", "tag_id")

custom_values = sa.Table(
    "custom_values",
    metadata,
    organization_column(),
    id_column("key_id"),
    # The id of the record; `u:7` is a member, `e:3` a guest.
    text_column("record_id"),
    # JSON.
    text_column("value"),
    # What the value goes with; those of steps and fields go with their template.
    id_column("template_id", nullable=True),
    id_column("process_id", nullable=True),
    id_column("task_id", nullable=True),
    person_column("user_id", nullable=True),
    person_column("guest_id", nullable=True),
    id_column("folder_id", nullable=True),
    id_column("tag_id", nullable=True),
    belongs_to("custom_keys", "organization_id", "key_id"),
    belongs_to("templates", "organization_id", "template_id"),
    belongs_to("processes", "organization_id", "process_id"),
    belongs_to("tasks", "organization_id", "task_id"),
    belongs_to("folders", "organization_id", "folder_id"),
    belongs_to("tags", "organization_id", "tag_id"),
    sa.ForeignKeyConstraint(
        ["organization_id", "user_id"],
        ["memberships.organization_id", "memberships.user_id"],
        ondelete="CASCADE",
    ),
    sa.ForeignKeyConstraint(
        ["organization_id", "guest_id"],
        ["guest_links.organization_id", "guest_links.guest_id"],
        ondelete="CASCADE",
    ),
    sa.PrimaryKeyConstraint("organization_id", "key_id", "record_id"),
    sa.Index(None, "organization_id", "record_id"),
    *[sa.Index(None, "organization_id", name) for name in _OWNERS],
    info=content("value"),
)
