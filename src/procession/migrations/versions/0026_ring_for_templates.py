"""Let the bell tell of what was said about a template.

A column without a value, so nothing is written to any row, and an index of the rows that have one;
on PostgreSQL it is made beside the traffic. Servers of the release before write none of them, and
show such a notification as one of the organization.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

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
    with op.get_context().autocommit_block():
        op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {_INDEX} ON {_ROWS}")
