"""Tables of retention: organizations' default rules with their state, and templates' own ones."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    flag_column,
    id_column,
    instant_column,
    organization_column,
    person_column,
    text_column,
)
from procession.kit.content import NO_CONTENT
from procession.kit.db import metadata

# One row at most; an organization without one has the usual rule, which does nothing.
retention = sa.Table(
    "retention",
    metadata,
    organization_column(),
    # JSON (core.retention.Rule); and whether the clock acts by it.
    text_column("rule"),
    flag_column("is_on"),
    # Who wrote the rule: four eyes.
    person_column("written_by", nullable=True),
    instant_column("written_at", nullable=True),
    # Since when rules may delete; null: they may not.
    instant_column("deletion_allowed_at", nullable=True),
    # Sweeps that lapsed or were refused before then may be offered again.
    instant_column("offered_at", nullable=True),
    # The last pass, and what it found (types.Backlog, JSON).
    instant_column("passed_at", nullable=True),
    text_column("backlog", nullable=True),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id"),
    info=NO_CONTENT,
)

# They outlive their templates: processes keep the ids of templates that are gone.
retention_rules = sa.Table(
    "retention_rules",
    metadata,
    organization_column(),
    id_column("template_id"),
    text_column("rule"),
    flag_column("is_on"),
    person_column("written_by"),
    instant_column("written_at"),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "template_id"),
    info=NO_CONTENT,
)
