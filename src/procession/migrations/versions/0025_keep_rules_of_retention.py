"""Keep rules of retention; the two settings of auto-archive become each organization's default one.

An operation knows by which rules it was made, and who approved of it.

Settings of organizations stay where they are: servers of the release before go on by them until
they are replaced, and what they are told of auto-archive meanwhile is lost. Afterwards nobody reads
them. What is indexed for rules takes the place of an index that only auto-archive read; both are of
rows that nobody writes often, and on PostgreSQL are made beside the traffic.

Running it again goes on where it stopped.
"""

import json
import logging

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

_log = logging.getLogger("procession.migrations")
_USUAL = {"unit": "weeks", "value": 52}
#: As the first release with rules reads them.
_RULE = {
    "archive_from": "completed",
    "cold_after": None,
    "delete_after": None,
    "delete_unfinished": False,
    "approval": {"archive": "none", "cool": "none", "delete": "required"},
    "four_eyes": False,
    "ceiling_per_pass": 1000,
    "families": "single",
    "last_archive_after": None,
}
_LIVE = "archived_at IS NULL AND completed_at IS NOT NULL"
_INDEXES = {
    "processes_kept_live_idx": f"(organization_id, template_id, completed_at, id) WHERE {_LIVE}",
    "processes_kept_archived_idx": "(organization_id, template_id, archived_at, id) "
    "WHERE archived_at IS NOT NULL",
}
_NO_LONGER = "processes_finished_idx"
#: A number of 64 bits; SQLite has no other ones.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_tables()
    _move_settings()
    is_postgres = op.get_bind().dialect.name == "postgresql"
    if is_postgres:
        op.execute(
            "ALTER TABLE operations ADD COLUMN IF NOT EXISTS rule text, "
            "ADD COLUMN IF NOT EXISTS approved_by bigint"
        )
    else:
        op.add_column("operations", sa.Column("rule", sa.Text(), nullable=True))
        op.add_column("operations", sa.Column("approved_by", sa.Integer(), nullable=True))
    for name, rest in _INDEXES.items():
        if is_postgres:
            _index_concurrently(name, f"processes {rest}")
        else:
            op.execute(f"CREATE INDEX IF NOT EXISTS {name} ON processes {rest}")
    if is_postgres:
        with op.get_context().autocommit_block():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {_NO_LONGER}")
    else:
        op.execute(f"DROP INDEX IF EXISTS {_NO_LONGER}")


def _create_tables() -> None:
    op.create_table(
        "retention",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("written_by", _NUMBER, nullable=True),
        sa.Column("written_at", sa.BigInteger(), nullable=True),
        sa.Column("deletion_allowed_at", sa.BigInteger(), nullable=True),
        sa.Column("offered_at", sa.BigInteger(), nullable=True),
        sa.Column("passed_at", sa.BigInteger(), nullable=True),
        sa.Column("backlog", sa.Text(), nullable=True),
        _of_organization("retention"),
        sa.PrimaryKeyConstraint("organization_id", name="retention_pkey"),
        if_not_exists=True,
    )
    op.create_table(
        "retention_rules",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("written_by", _NUMBER, nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        _of_organization("retention_rules"),
        sa.PrimaryKeyConstraint("organization_id", "template_id", name="retention_rules_pkey"),
        if_not_exists=True,
    )


def _of_organization(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id"],
        ["organizations.id"],
        name=f"{table}_organization_id_fkey",
        ondelete="CASCADE",
    )


def _move_settings() -> None:
    """Of organizations that have changed one of the two; the others have the usual rule."""
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT id, settings FROM organizations WHERE settings LIKE '%\"auto_archive%' "
            "AND NOT EXISTS (SELECT 1 FROM retention WHERE organization_id = organizations.id) "
            "ORDER BY id"
        )
    ).all()
    for organization_id, text in found:
        settings = json.loads(text)
        if not {"auto_archive", "auto_archive_processes_after"} & settings.keys():
            continue
        is_on = bool(settings.get("auto_archive", False))
        rule = {
            **_RULE,
            "archive_after": settings.get("auto_archive_processes_after", _USUAL),
            "enabled": {"archive": is_on, "cool": False, "delete": False},
        }
        connection.execute(
            sa.text(
                "INSERT INTO retention (organization_id, rule, is_on) VALUES (:id, :rule, :is_on)"
            ),
            {"id": organization_id, "rule": json.dumps(rule, sort_keys=True), "is_on": is_on},
        )


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
        _log.info("building %s", name)
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {rest}")
