"""Keep who reacted to a comment.

A column without a value, so nothing is written to any row. Servers of the release before neither
write nor read it.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE threads ADD COLUMN IF NOT EXISTS reactions text")
    else:
        op.add_column("threads", sa.Column("reactions", sa.Text(), nullable=True))
