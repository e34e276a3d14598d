"""Let the bell tell of what was said about a template.

A column without a value, so nothing is written to any row, and an index of the rows that have one;
on PostgreSQL it is made beside the traffic. Servers of the release before write none of them, and
show such a notification as one of the organization.

Running it again goes on where it stopped.
"""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_log = logging.getLogger("procession.migrations")

_INDEX = "notifications_template_idx"
_ROWS = "notifications (organization_id, template_id) WHERE template_id IS NOT NULL"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.add_column("notifications", sa.Column("template_id", sa.String(32), nullable=True))
        op.execute(f"CREATE INDEX IF NOT EXISTS {_INDEX} ON {_ROWS}")
        return
    op.execute(
        "ALTER TABLE notifications ADD COLUMN IF NOT EXISTS template_id character varying(32)"
    )
    _index_concurrently()


def _index_concurrently() -> None:
    """Unless it is there. What a killed one left behind is no index: nothing reads it."""
    is_valid: bool | None = op.get_bind().scalar(
        sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"),
        {"name": _INDEX},
    )
    if is_valid:
        return
    with op.get_context().autocommit_block():
        if is_valid is False:
            op.execute(f"DROP INDEX CONCURRENTLY {_INDEX}")
        _log.info("building %s", _INDEX)
        op.execute(f"CREATE INDEX CONCURRENTLY {_INDEX} ON {_ROWS}")
