"""The table of schedules."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    entry_columns,
    flag_column,
    id_column,
    instant_column,
    person_column,
    text_column,
)
from procession.kit.content import NO_CONTENT
from procession.kit.db import metadata

schedules = sa.Table(
    "schedules",
    metadata,
    *entry_columns(),
    id_column("template_id"),
    text_column("name_format", nullable=True),
    # JSON objects.
    text_column("prerun"),
    person_column("owner_id"),
    text_column("cron"),
    text_column("rhythm", nullable=True),
    text_column("timezone", nullable=True),
    flag_column("is_active", default=True),
    # Null while it is not active.
    instant_column("next_run_at", nullable=True),
    instant_column("last_run_at", nullable=True),
    # No reference: the process may be deleted for ever, and then there was one nevertheless.
    id_column("last_run_id", nullable=True),
    text_column("last_error", nullable=True),
    person_column("created_by"),
    instant_column("created_at"),
    instant_column("updated_at"),
    belongs_to("templates", "organization_id", "template_id"),
    sa.Index(None, "organization_id", "template_id"),
    # What the worker looks for, in every organization.
    sa.Index(None, "next_run_at"),
    info=NO_CONTENT,
)
