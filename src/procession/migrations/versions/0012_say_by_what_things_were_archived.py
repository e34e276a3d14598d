"""Say by what processes, templates and tasks were archived, and what who did it was called.

Columns without a value, so nothing is written to any row and it takes no longer on large tables
than on small ones. What was archived before has none: it is shown as the clock's or a person's,
by whose number is kept. Servers of earlier releases know none of the columns; what they archive
meanwhile is shown so, too.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for table in ("processes", "templates", "tasks"):
        if is_postgres:
            op.execute(
                f"ALTER TABLE {table} "
                "ADD COLUMN IF NOT EXISTS archived_via text, "
                "ADD COLUMN IF NOT EXISTS archived_operation integer, "
                "ADD COLUMN IF NOT EXISTS archived_by_name text"
            )
            continue
        columns: list[sa.Column[str] | sa.Column[int]] = [
            sa.Column("archived_via", sa.Text(), nullable=True),
            sa.Column("archived_operation", sa.Integer(), nullable=True),
            sa.Column("archived_by_name", sa.Text(), nullable=True),
        ]
        for column in columns:
            op.add_column(table, column)
