"""Keep what people are to be told, what they were told in the application, and mails' second half.

New tables, and columns of `mails` that may be null: servers of the release before write neither.
They would send the text of a mail alone, which says all of it. Nothing that happened before is
told: notices are written with a change.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

#: All of them texts.
_OF_MAILS = ("html", "reply_to", "unsubscribe")


def upgrade() -> None:
    is_shared = op.get_bind().dialect.name == "postgresql"
    number = sa.BigInteger() if is_shared else sa.Integer()
    _create_notices(number)
    _create_notifications(number)
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("mails")}
    for name in _OF_MAILS:
        if name not in there:
            op.add_column("mails", sa.Column(name, sa.Text(), nullable=True))


def _create_notices(number: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "notices",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        _key("notices"),
        if_not_exists=True,
    )
    op.execute(
        "CREATE INDEX IF NOT EXISTS notices_due_at_id_idx ON notices (due_at, id) "
        "WHERE failed_at IS NULL"
    )


def _create_notifications(number: sa.types.TypeEngine[int]) -> None:
    op.create_table(
        "notifications",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", number, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=True),
        sa.Column("task_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                ["organization_id", f"{kind}_id"],
                [f"{table}.organization_id", f"{table}.id"],
                name=f"notifications_organization_id_{kind}_id_fkey",
                ondelete="CASCADE",
            )
            for kind, table in (("process", "processes"), ("task", "tasks"))
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="notifications_user_id_fkey", ondelete="CASCADE"
        ),
        _key("notifications"),
        if_not_exists=True,
        sqlite_autoincrement=True,
    )
    for columns in (("user_id", "id"), ("process_id",), ("task_id",)):
        op.create_index(
            f"notifications_organization_id_{'_'.join(columns)}_idx",
            "notifications",
            ["organization_id", *columns],
            if_not_exists=True,
        )
    op.execute(
        "CREATE INDEX IF NOT EXISTS notifications_unread_idx "
        "ON notifications (organization_id, user_id) WHERE read_at IS NULL"
    )


def _key(table: str) -> sa.PrimaryKeyConstraint:
    """Of rows that are only ever added: SQLite has the number alone, which is its row id."""
    if op.get_bind().dialect.name == "postgresql":
        return sa.PrimaryKeyConstraint("organization_id", "id", name=f"{table}_pkey")
    return sa.PrimaryKeyConstraint("id", name=f"{table}_pkey")
