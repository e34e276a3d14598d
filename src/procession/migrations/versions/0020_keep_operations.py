"""Keep selections and operations on many things, and which operation an activity entry is of.

New tables, and a column without a value; servers of earlier releases know none of them, and their
workers work on no operation. The index of the column holds nothing yet, but the whole table is read
for it: on PostgreSQL beside the traffic.

Running it again goes on where it stopped.
"""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

_log = logging.getLogger("procession.migrations")
_INDEX = "activity_operation_idx"
_OF = "activity (organization_id, operation, id) WHERE operation IS NOT NULL"
#: A number of 64 bits; SQLite has no other ones.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_selections()
    _create_items()
    _create_operations()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE activity ADD COLUMN IF NOT EXISTS operation integer")
        _index_concurrently()
    else:
        op.add_column("activity", sa.Column("operation", sa.Integer(), nullable=True))
        op.execute(f"CREATE INDEX {_INDEX} ON {_OF}")


def _of_organization(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id"],
        ["organizations.id"],
        name=f"{table}_organization_id_fkey",
        ondelete="CASCADE",
    )


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=32), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _integer(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)


def _create_selections() -> None:
    op.create_table(
        "selections",
        _id("organization_id"),
        _id("id"),
        _text("token_digest", nullable=True),
        _text("verb"),
        _text("kind"),
        _text("filter", nullable=True),
        _text("wanted", nullable=True),
        _integer("undoes", nullable=True),
        _text("status"),
        sa.Column("made_by", _NUMBER, nullable=False),
        _flag("is_made_by_bot"),
        _count("matching"),
        _count("will_change"),
        _text("skipped"),
        _text("also"),
        _text("sample"),
        _text("digest", nullable=True),
        _instant("created_at"),
        _instant("expires_at", nullable=True),
        _integer("operation", nullable=True),
        _instant("due_at", nullable=True),
        _count("claim_count"),
        _of_organization("selections"),
        sa.PrimaryKeyConstraint("organization_id", "id", name="selections_pkey"),
        sa.UniqueConstraint(
            "organization_id", "token_digest", name="selections_organization_id_token_digest_key"
        ),
        if_not_exists=True,
    )
    op.create_index(
        "selections_organization_id_made_by_idx",
        "selections",
        ["organization_id", "made_by"],
        if_not_exists=True,
    )
    for name, column, rows in (
        ("building", "due_at", "due_at IS NOT NULL"),
        ("unused", "expires_at", "operation IS NULL"),
    ):
        op.execute(
            f"CREATE INDEX IF NOT EXISTS selections_{name}_idx ON selections ({column}) "
            f"WHERE {rows}"
        )


def _create_items() -> None:
    op.create_table(
        "selection_items",
        _id("organization_id"),
        _id("selection_id"),
        _id("object_id"),
        _text("result", nullable=True),
        _text("detail", nullable=True),
        _instant("done_at", nullable=True),
        sa.PrimaryKeyConstraint(
            "organization_id", "selection_id", "object_id", name="selection_items_pkey"
        ),
        if_not_exists=True,
    )


def _create_operations() -> None:
    op.create_table(
        "operations",
        _id("organization_id"),
        _integer("number"),
        _id("selection_id"),
        _text("operation_kind"),
        _text("verb"),
        _text("kind"),
        _integer("undoes", nullable=True),
        _integer("undone_by", nullable=True),
        sa.Column("requested_by", _NUMBER, nullable=False),
        _flag("is_requested_by_bot"),
        _instant("requested_at"),
        _text("comment", nullable=True),
        _text("filter", nullable=True),
        _text("digest", nullable=True),
        _text("status"),
        _count("total"),
        _count("done"),
        _text("skipped"),
        _instant("started_at", nullable=True),
        _instant("finished_at", nullable=True),
        _instant("worked_at"),
        _text("last_id"),
        _of_organization("operations"),
        sa.PrimaryKeyConstraint("organization_id", "number", name="operations_pkey"),
        sa.UniqueConstraint(
            "organization_id", "selection_id", name="operations_organization_id_selection_id_key"
        ),
        if_not_exists=True,
    )
    op.execute(
        "CREATE INDEX IF NOT EXISTS operations_unfinished_idx ON operations (worked_at) "
        "WHERE finished_at IS NULL"
    )


def _index_concurrently() -> None:
    """Unless it is there. What a killed one left behind is no index: nothing reads it."""
    is_valid: bool | None = op.get_bind().scalar(
        sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"),
        {"name": _INDEX},
    )
    if is_valid:
        return
    with op.get_context().autocommit_block():
        if is_valid is False:
            op.execute(f"DROP INDEX CONCURRENTLY {_INDEX}")
        _log.info("building %s", _INDEX)
        op.execute(f"CREATE INDEX CONCURRENTLY {_INDEX} ON {_OF}")
