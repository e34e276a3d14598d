"""Keep files: what was uploaded or linked, which answers name them, and bytes that are to go.

New tables alone, which servers of earlier releases do not know: they refuse answers that name
files, and delete what files belong to without a note of their bytes. Those are swept after a day.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

#: A number of 64 bits; SQLite has no other ones.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "files",
        _id("organization_id"),
        _id("id"),
        _id("process_id", nullable=True),
        _id("template_id", nullable=True),
        _id("task_id", nullable=True),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("uploaded_from", sa.Text(), nullable=True),
        _id("step_id", nullable=True),
        _id("checklist_id", nullable=True),
        sa.Column("system", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("mimetype", sa.Text(), nullable=True),
        sa.Column("size", _NUMBER, nullable=True),
        sa.Column("link_token", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.BigInteger(), nullable=False),
        sa.Column("uploaded_by_user", _NUMBER, nullable=True),
        sa.Column("uploaded_by_guest", _NUMBER, nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="files_organization_id_fkey",
            ondelete="CASCADE",
        ),
        _belongs_to("files", "processes", "process_id"),
        _belongs_to("files", "templates", "template_id"),
        _belongs_to("files", "tasks", "task_id"),
        sa.PrimaryKeyConstraint("organization_id", "id", name="files_pkey"),
        if_not_exists=True,
    )
    op.create_table(
        "file_uses",
        _id("organization_id"),
        _id("file_id"),
        _id("holder_id"),
        _id("process_id", nullable=True),
        _id("task_id", nullable=True),
        _belongs_to("file_uses", "processes", "process_id"),
        _belongs_to("file_uses", "tasks", "task_id"),
        sa.PrimaryKeyConstraint("organization_id", "holder_id", "file_id", name="file_uses_pkey"),
        if_not_exists=True,
    )
    op.create_table(
        "file_removals",
        _id("organization_id"),
        _id("file_id"),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempt_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("organization_id", "file_id", name="file_removals_pkey"),
        if_not_exists=True,
    )
    for table, *columns in (
        ("files", "organization_id", "process_id"),
        ("files", "organization_id", "template_id"),
        ("files", "organization_id", "task_id"),
        ("file_uses", "organization_id", "file_id"),
        ("file_uses", "organization_id", "process_id"),
        ("file_uses", "organization_id", "task_id"),
        ("file_removals", "due_at"),
    ):
        op.create_index(f"{table}_{'_'.join(columns)}_idx", table, columns, if_not_exists=True)


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=32), nullable=nullable)


def _belongs_to(table: str, other: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id", column],
        [f"{other}.organization_id", f"{other}.id"],
        name=f"{table}_organization_id_{column}_fkey",
        ondelete="CASCADE",
    )
