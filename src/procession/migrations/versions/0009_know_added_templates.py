"""Keep which templates' tasks were added to a process while it was under way.

A new table and nothing else: servers of the release before neither write nor read it. Processes
have none until a server of this release adds tasks to them.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "process_injections",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=False),
        sa.Column("template_version", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("version_before", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "process_id"],
            ["processes.organization_id", "processes.id"],
            name="process_injections_organization_id_process_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "process_id", "template_id", name="process_injections_pkey"
        ),
        if_not_exists=True,
    )
