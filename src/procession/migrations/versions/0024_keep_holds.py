"""Keep holds, and which one-off tasks left which process.

New tables; servers of earlier releases know neither, so while one still runs it destroys what is on
hold. Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

#: A number of 64 bits; SQLite has no other ones.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: Rows whose text still has to be folded: as good as none.
_UNFOLDED = "reason_folded IS NULL AND {bytes} != length(reason)"
_BYTES = {"sqlite": "length(CAST(reason AS BLOB))", "postgresql": "octet_length(reason)"}


def upgrade() -> None:
    _create_holds()
    _create_departures()


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=32), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _create_holds() -> None:
    op.create_table(
        "holds",
        _id("organization_id"),
        _id("id"),
        _text("reason"),
        _text("reason_folded", nullable=True),
        _text("reference", nullable=True),
        _text("scope_type"),
        _id("scope_id"),
        _instant("expires_at", nullable=True),
        sa.Column("created_by", _NUMBER, nullable=False),
        _instant("created_at"),
        sa.Column("released_by", _NUMBER, nullable=True),
        _instant("released_at", nullable=True),
        _text("release_reason", nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="holds_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="holds_pkey"),
        if_not_exists=True,
    )
    for name, columns, rows in (
        ("organization_id_scope_id", "organization_id, scope_id", ""),
        ("active", "organization_id, scope_id", " WHERE released_at IS NULL"),
        ("expiring", "expires_at", " WHERE released_at IS NULL AND expires_at IS NOT NULL"),
    ):
        op.execute(f"CREATE INDEX IF NOT EXISTS holds_{name}_idx ON holds ({columns}){rows}")
    unfolded = _UNFOLDED.format(bytes=_BYTES[op.get_bind().dialect.name])
    op.execute(
        "CREATE INDEX IF NOT EXISTS holds_unfolded_idx ON holds (organization_id, id) "
        f"WHERE {unfolded}"
    )


def _create_departures() -> None:
    op.create_table(
        "task_departures",
        _id("organization_id"),
        _id("task_id"),
        _id("process_id"),
        _id("template_id"),
        _instant("left_at"),
        sa.ForeignKeyConstraint(
            ["organization_id", "task_id"],
            ["tasks.organization_id", "tasks.id"],
            name="task_departures_organization_id_task_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "task_id", "process_id", name="task_departures_pkey"
        ),
        if_not_exists=True,
    )
