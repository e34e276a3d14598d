"""Keep what those who watch by mail are to be told, until their bundle is due.

A new table alone, which servers of the release before neither write nor read. It is empty: nobody
is told of what happened before.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

#: A number of 64 bits; SQLite has no other ones.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # SQLite counts the one column that is the whole key.
    is_shared = op.get_bind().dialect.name == "postgresql"
    key = ("organization_id", "id") if is_shared else ("id",)
    op.create_table(
        "watched_news",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("watcher_id", _NUMBER, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("process_name", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="watched_news_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(*key, name="watched_news_pkey"),
        if_not_exists=True,
    )
    for columns in (("organization_id", "watcher_id", "due_at"), ("due_at",)):
        name = f"watched_news_{'_'.join(columns)}_idx"
        op.create_index(name, "watched_news", list(columns), if_not_exists=True)
