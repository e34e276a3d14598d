"""Remember the mails that became comments, and keep what they said.

Two new tables and nothing else: servers of the release before neither write nor read them.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "received_replies",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("words_key", sa.Text(), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=True),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "task_id"],
            ["tasks.organization_id", "tasks.id"],
            name="received_replies_organization_id_task_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "key", name="received_replies_pkey"),
        if_not_exists=True,
    )
    op.create_index(
        "received_replies_organization_id_task_id_person_received_at_idx",
        "received_replies",
        ["organization_id", "task_id", "person", "received_at"],
        if_not_exists=True,
    )
    op.create_table(
        "comment_mails",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("thread_id", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "thread_id"],
            ["threads.organization_id", "threads.id"],
            name="comment_mails_organization_id_thread_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "thread_id", name="comment_mails_pkey"),
        if_not_exists=True,
    )
