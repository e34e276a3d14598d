"""Tables of organizations, access tokens, idempotency keys and server-wide keys and counters."""

import sqlalchemy as sa

from procession.kit.columns import (
    belongs_to,
    count_column,
    id_column,
    instant_column,
    number_column,
    organization_column,
    text_column,
)
from procession.kit.db import BigNumber, metadata

organizations = sa.Table(
    "organizations",
    metadata,
    id_column("id"),
    text_column("name"),
    text_column("timezone"),
    # JSON object of the settings that differ from their defaults (types.OrganizationSettings).
    text_column("settings"),
    instant_column("created_at"),
    instant_column("updated_at"),
    # Last numbers given out: the `increment_id` of templates, processes and tasks.
    count_column("template_count"),
    count_column("process_count"),
    count_column("task_count"),
    sa.PrimaryKeyConstraint("id"),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", BigNumber, primary_key=True, autoincrement=True),
    # SHA-256 of the token's text: the text itself is shown once and never kept.
    text_column("digest"),
    number_column("user_id"),
    # Set when the token is good in one organization only.
    id_column("organization_id", nullable=True),
    text_column("name"),
    instant_column("created_at"),
    instant_column("expires_at", nullable=True),
    instant_column("revoked_at", nullable=True),
    belongs_to("users", "user_id"),
    sa.UniqueConstraint("digest"),
    sa.Index(None, "user_id"),
    sqlite_autoincrement=True,
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    organization_column(),
    # Whose key it is: `user:7` or `guest:3`.
    text_column("caller"),
    text_column("key"),
    text_column("request_digest"),
    instant_column("created_at"),
    # Null while the first request is still running, or when it never finished.
    number_column("status", nullable=True),
    text_column("body", nullable=True),
    sa.PrimaryKeyConstraint("organization_id", "caller", "key"),
    sa.Index(None, "created_at"),
)

server_keys = sa.Table(
    "server_keys",
    metadata,
    text_column("name"),
    text_column("value"),
    sa.PrimaryKeyConstraint("name"),
)

server_counters = sa.Table(
    "server_counters",
    metadata,
    text_column("name"),
    sa.Column("value", sa.BigInteger, nullable=False),
    sa.PrimaryKeyConstraint("name"),
)
