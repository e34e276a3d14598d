"""Say which processes evaluate rules, and keep what they remember of them.

Processes that are there do not (ruling 37): the flag is false by default, and what servers of
earlier releases launch meanwhile on PostgreSQL has it false, too. They know neither the column nor
the table. Nothing is written to any row, so it takes no longer on large tables than on small ones.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE processes "
            "ADD COLUMN IF NOT EXISTS rules_active boolean DEFAULT false NOT NULL"
        )
    else:
        flag: sa.Column[bool] = sa.Column(
            "rules_active", sa.Boolean(), server_default=sa.false(), nullable=False
        )
        op.add_column("processes", flag)
    op.create_table(
        "rule_memories",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=False),
        sa.Column("memories", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "process_id"],
            ["processes.organization_id", "processes.id"],
            name="rule_memories_organization_id_process_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "process_id", name="rule_memories_pkey"),
        if_not_exists=True,
    )
