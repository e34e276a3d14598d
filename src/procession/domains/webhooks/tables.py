"""Tables of webhooks: where they go, what is sent, and each attempt to send it."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    count_column,
    entry_columns,
    flag_column,
    id_column,
    instant_column,
    number_column,
    organization_column,
    partial_index,
    text_column,
)
from procession.kit.content import NO_CONTENT
from procession.kit.db import metadata

#: An address of one organization, from the first delivery to it on.
webhook_endpoints = sa.Table(
    "webhook_endpoints",
    metadata,
    organization_column(),
    # Made of the address (`types.endpoint_id`), so that who writes a delivery need not ask for it.
    id_column("id"),
    text_column("url"),
    instant_column("created_at"),
    # In a row.
    count_column("failure_count"),
    instant_column("last_success_at", nullable=True),
    instant_column("last_failure_at", nullable=True),
    instant_column("paused_at", nullable=True),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id", "id"),
    info=NO_CONTENT,
)

webhook_deliveries = sa.Table(
    "webhook_deliveries",
    metadata,
    *entry_columns(),
    # What the receiver knows it by: the same for every attempt.
    text_column("uid"),
    id_column("endpoint_id"),
    # Deliveries of one lane arrive in the order in which they were written: the process's id, or
    # that of a task without one.
    id_column("lane"),
    text_column("event"),
    # Run or Task, and its id; the process it is of, where there is one.
    text_column("subject_kind"),
    id_column("subject_id"),
    text_column("subject_name"),
    id_column("process_id", nullable=True),
    id_column("template_id", nullable=True),
    # JSON. Links that let guests in stand in it as marks (`content`).
    text_column("body"),
    # JSON: what the marks stand for.
    text_column("marks"),
    flag_column("is_test"),
    instant_column("created_at"),
    # When the next attempt may start (`kit.leasing`); null when there is none to come.
    instant_column("due_at", nullable=True),
    # All, and those since it was last asked for: a replay begins anew.
    count_column("attempt_count"),
    count_column("attempts_in_row"),
    # pending, ok or failed.
    text_column("status"),
    # The last answer, or why there was none.
    number_column("last_status", nullable=True),
    text_column("last_error", nullable=True),
    instant_column("ended_at", nullable=True),
    sa.ForeignKeyConstraint(
        ["organization_id", "endpoint_id"],
        ["webhook_endpoints.organization_id", "webhook_endpoints.id"],
        ondelete="CASCADE",
    ),
    sa.UniqueConstraint("organization_id", "uid"),
    sa.Index(None, "organization_id", "endpoint_id", "id"),
    sa.Index(None, "organization_id", "created_at", "id"),
    # What has been kept for long enough.
    sa.Index(None, "created_at"),
    partial_index(
        "webhook_deliveries_due_idx",
        "organization_id",
        "endpoint_id",
        "due_at",
        "id",
        where=sa.text("due_at IS NOT NULL"),
    ),
    partial_index(
        "webhook_deliveries_lane_idx",
        "organization_id",
        "endpoint_id",
        "lane",
        "id",
        where=sa.text("due_at IS NOT NULL"),
    ),
    info=NO_CONTENT,
)

webhook_attempts = sa.Table(
    "webhook_attempts",
    metadata,
    *entry_columns(),
    text_column("uid"),
    instant_column("began_at"),
    number_column("duration_ms"),
    number_column("status", nullable=True),
    text_column("error", nullable=True),
    sa.ForeignKeyConstraint(
        ["organization_id", "uid"],
        ["webhook_deliveries.organization_id", "webhook_deliveries.uid"],
        ondelete="CASCADE",
    ),
    sa.Index(None, "organization_id", "uid"),
    info=NO_CONTENT,
)

#: What an organization's webhooks are signed with.
webhook_secrets = sa.Table(
    "webhook_secrets",
    metadata,
    organization_column(),
    # Sealed with a key that is derived from the server's; the one before is good for a day longer.
    text_column("sealed"),
    instant_column("created_at"),
    text_column("sealed_before", nullable=True),
    instant_column("before_ends_at", nullable=True),
    belongs_to("organizations", "organization_id"),
    sa.PrimaryKeyConstraint("organization_id"),
    info=NO_CONTENT,
)
