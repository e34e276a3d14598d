"""A table in which all servers on one database count guesses at passwords, secrets and codes.

Why: docs/decisions/0024-guessing.md. Nothing else knows it, so servers of the release before work
on beside it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "guesses",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="guesses_pkey"),
    )
    op.create_index("guesses_began_at_idx", "guesses", ["began_at"])
