"""Note when each worker's last round ended, and find what is due next by one index.

What is new in the outbox and among the mails is due "at once", all of it at the same `due_at`
(docs/decisions/0023-one-clock-for-leases.md). So the index in which the next row is looked for goes
on with the row's number; it leaves out what nobody delivers any more. Servers of 0.1 and 0.2 go on
meanwhile: they date new rows by their own clocks, and read either.

Running it again goes on where it stopped.
"""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_log = logging.getLogger("procession.migrations")

#: By table: which of its rows can be due.
_DUE = {"outbox": "failed_at IS NULL", "mails": "due_at IS NOT NULL"}


def upgrade() -> None:
    op.create_table(
        "workers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("last_round_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="workers_pkey"),
        if_not_exists=True,
    )
    is_shared = op.get_bind().dialect.name == "postgresql"
    for table, can_be_due in _DUE.items():
        name = f"{table}_due_at_id_idx"
        statement = f"{name} ON {table} (due_at, id) WHERE {can_be_due}"
        if is_shared:
            _index_concurrently(name, f"CREATE INDEX CONCURRENTLY {statement}")
        else:
            op.execute(f"CREATE INDEX {statement}")
        op.execute(f"DROP INDEX IF EXISTS {table}_due_at_idx")


def _index_concurrently(name: str, statement: str) -> None:
    """Unless it is there. What a killed one left behind is no index: nothing reads it."""
    is_valid: bool | None = op.get_bind().scalar(
        sa.text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)"),
        {"name": name},
    )
    if is_valid:
        return
    with op.get_context().autocommit_block():
        if is_valid is False:
            op.execute(f"DROP INDEX CONCURRENTLY {name}")
        _log.info("building %s", name)
        op.execute(statement)
