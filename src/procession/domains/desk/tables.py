"""Tables of presets and preferences."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    flag_column,
    folded_column,
    id_column,
    instant_column,
    organization_column,
    person_column,
    text_column,
)
from procession.kit.content import NO_CONTENT
from procession.kit.db import metadata
from procession.kit.folding import index_of_unfolded

presets = sa.Table(
    "presets",
    metadata,
    organization_column(),
    id_column("id"),
    text_column("name"),
    folded_column("name"),
    # types.PresetObject.
    text_column("object"),
    # What the list is narrowed to, as JSON: nobody but the client that wrote it reads it.
    text_column("filter"),
    text_column("sort", nullable=True),
    text_column("grouping", nullable=True),
    flag_column("is_shared"),
    person_column("user_id"),
    instant_column("created_at"),
    instant_column("updated_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    sa.Index(None, "organization_id", "user_id"),
    info=NO_CONTENT,
)
index_of_unfolded(presets)

preferences = sa.Table(
    "preferences",
    metadata,
    organization_column(),
    person_column("user_id"),
    text_column("key"),
    # JSON.
    text_column("value"),
    instant_column("updated_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "user_id", "key"),
    info=NO_CONTENT,
)
