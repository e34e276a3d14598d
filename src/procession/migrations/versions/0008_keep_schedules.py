"""Keep schedules, by which templates are launched again and again.

A new table alone, which servers of earlier releases do not know: their workers launch by none, the
first worker of this release does.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

#: A number of 64 bits; SQLite has no other ones.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # SQLite counts the one column that is the whole key.
    is_shared = op.get_bind().dialect.name == "postgresql"
    key = ("organization_id", "id") if is_shared else ("id",)
    op.create_table(
        "schedules",
        sa.Column("id", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("template_id", sa.String(length=32), nullable=False),
        sa.Column("name_format", sa.Text(), nullable=True),
        sa.Column("prerun", sa.Text(), nullable=False),
        sa.Column("owner_id", _NUMBER, nullable=False),
        sa.Column("cron", sa.Text(), nullable=False),
        sa.Column("rhythm", sa.Text(), nullable=True),
        sa.Column("timezone", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("next_run_at", sa.BigInteger(), nullable=True),
        sa.Column("last_run_at", sa.BigInteger(), nullable=True),
        sa.Column("last_run_id", sa.String(length=32), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("created_by", _NUMBER, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "template_id"],
            ["templates.organization_id", "templates.id"],
            name="schedules_organization_id_template_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(*key, name="schedules_pkey"),
        if_not_exists=True,
    )
    for columns in (("organization_id", "template_id"), ("next_run_at",)):
        name = f"schedules_{'_'.join(columns)}_idx"
        op.create_index(name, "schedules", list(columns), if_not_exists=True)
