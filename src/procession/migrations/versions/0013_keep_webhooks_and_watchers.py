"""Keep webhooks, what was sent to them, who watches what, and the log of the server.

New tables, which servers of the release before neither write nor read; and two small indexes of the
few templates and tasks that have a webhook, built beside people's work. Nothing is sent of what
happened before: there is no delivery until a server of this release writes one.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

#: A number of 64 bits; SQLite has no other ones.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BYTES = {"sqlite": "length(CAST(message AS BLOB))", "postgresql": "octet_length(message)"}
_UNFOLDED = "message_folded IS NULL AND {bytes} != length(message)"
_TABLES_WITH_WEBHOOKS = ("templates", "tasks")


def upgrade() -> None:
    _make_endpoints()
    _make_deliveries()
    _make_attempts()
    _make_watchers()
    _make_log()
    for table in _TABLES_WITH_WEBHOOKS:
        _index_webhooks(table)


def _organization() -> "sa.Column[str]":
    return sa.Column("organization_id", sa.String(length=32), nullable=False)


def _of_organization(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id"],
        ["organizations.id"],
        name=f"{table}_organization_id_fkey",
        ondelete="CASCADE",
    )


def _belongs_to(table: str, column: str, other: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id", column],
        [f"{other}.organization_id", f"{other}.{key}"],
        name=f"{table}_organization_id_{column}_fkey",
        ondelete="CASCADE",
    )


def _numbered(table: str) -> tuple[sa.Column[int], sa.Column[str], sa.PrimaryKeyConstraint]:
    # SQLite counts the one column that is the whole key.
    is_shared = op.get_bind().dialect.name == "postgresql"
    key = ("organization_id", "id") if is_shared else ("id",)
    return (
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        _organization(),
        sa.PrimaryKeyConstraint(*key, name=f"{table}_pkey"),
    )


def _index(table: str, *columns: str, name: str | None = None, where: str | None = None) -> None:
    rows = None if where is None else sa.text(where)
    op.create_index(
        name or f"{table}_{'_'.join(columns)}_idx",
        table,
        list(columns),
        if_not_exists=True,
        sqlite_where=rows,
        postgresql_where=rows,
    )


def _make_endpoints() -> None:
    op.create_table(
        "webhook_endpoints",
        _organization(),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("failure_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("last_failure_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        _of_organization("webhook_endpoints"),
        sa.PrimaryKeyConstraint("organization_id", "id", name="webhook_endpoints_pkey"),
        if_not_exists=True,
    )
    op.create_table(
        "webhook_secrets",
        _organization(),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed_before", sa.Text(), nullable=True),
        sa.Column("before_ends_at", sa.BigInteger(), nullable=True),
        _of_organization("webhook_secrets"),
        sa.PrimaryKeyConstraint("organization_id", name="webhook_secrets_pkey"),
        if_not_exists=True,
    )


def _make_deliveries() -> None:
    table = "webhook_deliveries"
    op.create_table(
        table,
        *_numbered(table),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("endpoint_id", sa.String(length=32), nullable=False),
        sa.Column("lane", sa.String(length=32), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=True),
        sa.Column("template_id", sa.String(length=32), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("is_test", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("attempts_in_row", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        _belongs_to(table, "endpoint_id", "webhook_endpoints"),
        sa.UniqueConstraint("organization_id", "uid", name=f"{table}_organization_id_uid_key"),
        if_not_exists=True,
    )
    _index(table, "organization_id", "endpoint_id", "id")
    _index(table, "organization_id", "created_at", "id")
    _index(table, "created_at")
    waits = "due_at IS NOT NULL"
    for name, column in (("due", "due_at"), ("lane", "lane")):
        columns = ("organization_id", "endpoint_id", column, "id")
        _index(table, *columns, name=f"{table}_{name}_idx", where=waits)


def _make_attempts() -> None:
    table = "webhook_attempts"
    op.create_table(
        table,
        *_numbered(table),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        _belongs_to(table, "uid", "webhook_deliveries", "uid"),
        if_not_exists=True,
    )
    _index(table, "organization_id", "uid")


_WATCHED = {
    "template_id": ("templates", "id"),
    "process_id": ("processes", "id"),
    "task_id": ("tasks", "id"),
    "member_id": ("memberships", "user_id"),
    "user_id": ("memberships", "user_id"),
    "guest_id": ("guest_links", "guest_id"),
}
_ONE_WATCHER = (
    "organization_id", "object_type", "object_id", "person", "notification_type", "webhook",
)  # fmt: skip


def _make_watchers() -> None:
    table = "watchers"
    op.create_table(
        table,
        *_numbered(table),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=True),
        sa.Column("process_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("member_id", _NUMBER, nullable=True),
        sa.Column("user_id", _NUMBER, nullable=True),
        sa.Column("guest_id", _NUMBER, nullable=True),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("notification_type", sa.Text(), nullable=False),
        sa.Column("frequency", sa.Text(), nullable=False),
        sa.Column("webhook", sa.Text(), nullable=False),
        sa.Column("added_by", _NUMBER, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _of_organization(table),
        *[_belongs_to(table, column, *where) for column, where in _WATCHED.items()],
        sa.UniqueConstraint(*_ONE_WATCHER, name="watchers_one_key"),
        if_not_exists=True,
    )
    for column in ("object_id", "person", *_WATCHED):
        _index(table, "organization_id", column)


def _make_log() -> None:
    table = "system_log"
    op.create_table(
        table,
        *_numbered(table),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("message_folded", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=True),
        sa.Column("subject_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        _of_organization(table),
        if_not_exists=True,
    )
    _index(table, "organization_id", "created_at", "id")
    _index(table, "created_at")
    unfolded = _UNFOLDED.format(bytes=_BYTES[op.get_bind().dialect.name])
    op.execute(
        f"CREATE INDEX IF NOT EXISTS {table}_unfolded_idx ON {table} (organization_id, id) "
        f"WHERE {unfolded}"
    )


def _index_webhooks(table: str) -> None:
    name = f"{table}_webhook_idx"
    if op.get_bind().dialect.name == "postgresql":
        _index_concurrently(name, f"{table} (organization_id) WHERE webhook IS NOT NULL")
    else:
        _index(table, "organization_id", name=name, where="webhook IS NOT NULL")


def _index_concurrently(name: str, rest: str) -> None:
    """Unless it is there. What a killed one left behind is no index: nothing reads it."""
    is_valid: bool | None = op.get_bind().scalar(
        sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"),
        {"name": name},
    )
    if is_valid:
        return
    with op.get_context().autocommit_block():
        if is_valid is False:
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {rest}")
