"""Keep snippets, and what they said to the processes that were launched with them.

New tables alone: nothing is written to what is there. Servers of earlier releases know neither, and
launch processes without what snippets say meanwhile; those have no tokens that mean anything.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


#: A number of 64 bits; SQLite has no other ones.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: Texts that are not ASCII and that nobody has folded.
_UNFOLDED = "title_folded IS NULL AND {bytes} != length(title)"
_BYTES = {"sqlite": "length(CAST(title AS BLOB))", "postgresql": "octet_length(title)"}


def upgrade() -> None:
    op.create_table(
        "snippets",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_folded", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_by", _NUMBER, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="snippets_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="snippets_pkey"),
        if_not_exists=True,
    )
    unfolded = _UNFOLDED.format(bytes=_BYTES[op.get_bind().dialect.name])
    op.execute(
        "CREATE INDEX IF NOT EXISTS snippets_unfolded_idx ON snippets (organization_id, id) "
        f"WHERE {unfolded}"
    )
    op.create_table(
        "process_snippets",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("process_id", sa.String(length=32), nullable=False),
        sa.Column("snippet_id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "process_id"],
            ["processes.organization_id", "processes.id"],
            name="process_snippets_organization_id_process_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organization_id", "process_id", "snippet_id", name="process_snippets_pkey"
        ),
        if_not_exists=True,
    )
