"""Keep the day on which each person was told what is due, and addresses that mail servers refuse.

Two new tables and nothing else: servers of the release before neither write nor read them, and tell
nobody what is due. Whoever upgrades in the afternoon hears of it the next morning.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="digests_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "person", name="digests_pkey"),
        if_not_exists=True,
    )
    op.create_table(
        "refused_addresses",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("refused_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="refused_addresses_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "address_key", name="refused_addresses_pkey"),
        if_not_exists=True,
    )
