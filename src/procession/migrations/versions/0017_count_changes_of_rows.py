"""Count how often templates, processes and tasks were changed.

A column with a default that no row has to be written for: it takes no longer on large tables than
on small ones. Servers of the release before go on meanwhile on PostgreSQL: they do not count.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    for table in ("templates", "processes", "tasks"):
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"ALTER TABLE {table} "
                "ADD COLUMN IF NOT EXISTS row_version integer DEFAULT 1 NOT NULL"
            )
        else:
            counted: sa.Column[int] = sa.Column(
                "row_version", sa.Integer(), server_default=sa.text("1"), nullable=False
            )
            op.add_column(table, counted)
