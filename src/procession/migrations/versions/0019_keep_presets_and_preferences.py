"""Keep presets of lists, and what programs keep for members.

New tables and nothing else: servers of the release before neither write nor read them.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

#: A number of 64 bits; SQLite has no other ones.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_BYTES = {"sqlite": "length(CAST(name AS BLOB))", "postgresql": "octet_length(name)"}
#: Texts that are not ASCII and that nobody has folded.
_UNFOLDED = "name_folded IS NULL AND {bytes} != length(name)"


def upgrade() -> None:
    op.create_table(
        "presets",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=True),
        sa.Column("object", sa.Text(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("sort", sa.Text(), nullable=True),
        sa.Column("grouping", sa.Text(), nullable=True),
        sa.Column("is_shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("user_id", _NUMBER, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        _of_organization("presets"),
        sa.PrimaryKeyConstraint("organization_id", "id", name="presets_pkey"),
        if_not_exists=True,
    )
    op.create_index(
        "presets_organization_id_user_id_idx",
        "presets",
        ["organization_id", "user_id"],
        if_not_exists=True,
    )
    unfolded = _UNFOLDED.format(bytes=_BYTES[op.get_bind().dialect.name])
    op.execute(
        "CREATE INDEX IF NOT EXISTS presets_unfolded_idx ON presets (organization_id, id) "
        f"WHERE {unfolded}"
    )
    op.create_table(
        "preferences",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", _NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        _of_organization("preferences"),
        sa.PrimaryKeyConstraint("organization_id", "user_id", "key", name="preferences_pkey"),
        if_not_exists=True,
    )


def _of_organization(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organization_id"],
        ["organizations.id"],
        name=f"{table}_organization_id_fkey",
        ondelete="CASCADE",
    )
