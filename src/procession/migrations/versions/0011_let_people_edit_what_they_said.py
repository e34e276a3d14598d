"""Keep comments of templates and steps, whom comments mention, and how often one was changed.

New columns with nothing in them, or with a default that no row has to be written for: it takes no
longer on large tables than on small ones. Servers of the release before go on meanwhile on
PostgreSQL: what they write has no mentions, and they do not count changes.

Running it again goes on where it stopped.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_COLUMNS = {
    "template_id": ("varchar(32)", sa.String(length=32)),
    "step_id": ("varchar(32)", sa.String(length=32)),
    "mentions": ("text", sa.Text()),
    "copied_from": ("varchar(32)", sa.String(length=32)),
}
#: By name: the column, and the rows that have one.
_INDEXES = {
    "threads_template_idx": "template_id",
    "threads_copied_idx": "copied_from",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        adding = [f"ADD COLUMN IF NOT EXISTS {name} {kind}" for name, (kind, _) in _COLUMNS.items()]
        adding.append("ADD COLUMN IF NOT EXISTS row_version integer DEFAULT 1 NOT NULL")
        op.execute(f"ALTER TABLE threads {', '.join(adding)}")
    else:
        for name, (_, of_type) in _COLUMNS.items():
            added: sa.Column[str] = sa.Column(name, of_type, nullable=True)
            op.add_column("threads", added)
        counted: sa.Column[int] = sa.Column(
            "row_version", sa.Integer(), server_default=sa.text("1"), nullable=False
        )
        op.add_column("threads", counted)
    op.create_table(
        "task_readers",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("task_id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id", "task_id"],
            ["tasks.organization_id", "tasks.id"],
            name="task_readers_organization_id_task_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "task_id", "person", name="task_readers_pkey"),
        if_not_exists=True,
    )
    op.create_index(
        "task_readers_person_idx",
        "task_readers",
        ["organization_id", "person", "task_id"],
        if_not_exists=True,
    )
    for name, column in _INDEXES.items():
        _index(name, f"threads (organization_id, {column}) WHERE {column} IS NOT NULL")


def _index(name: str, what: str) -> None:
    """On PostgreSQL without keeping anybody from writing. What a killed one left behind is no
    index: nothing reads it."""
    if op.get_bind().dialect.name != "postgresql":
        op.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {what}")
        return
    is_valid: bool | None = op.get_bind().scalar(
        sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"),
        {"name": name},
    )
    if is_valid:
        return
    with op.get_context().autocommit_block():
        if is_valid is False:
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")
