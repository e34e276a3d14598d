"""Processes know their initial, and their public keys are looked up by organization.

A migration of the suite's own, run after the frozen 0001: it does what real ones do on either
database, so that the runner is tried with all of it. Every part of it may be repeated.
"""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_progress = logging.getLogger("procession.migrations")
_BATCH = 500
_KEY = "processes_organization_id_public_key_key"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgres()


def _upgrade_sqlite() -> None:
    op.add_column("processes", sa.Column("initial", sa.Text(), nullable=True))
    _fill()
    op.create_index(_KEY, "processes", ["organization_id", "public_key"], unique=True)
    _progress.info("index made")
    _make_anew("threads", "author_id INTEGER", "author_id BIGINT")
    _progress.info("threads made anew")


def _make_anew(table: str, was: str, now: str) -> None:
    """By hand: Alembic's batch mode would lose indexes over expressions, which it cannot read."""
    connection = op.get_bind()
    question = "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
    made, *indexes = connection.execute(sa.text(question), {"table": table}).scalars().all()
    assert was in made
    op.execute(made.replace(f"CREATE TABLE {table}", f"CREATE TABLE {table}_new").replace(was, now))
    op.execute(f"INSERT INTO {table}_new SELECT * FROM {table}")
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE {table}_new RENAME TO {table}")
    for index in indexes:
        op.execute(index)


def _upgrade_postgres() -> None:
    op.execute("ALTER TABLE processes ADD COLUMN IF NOT EXISTS initial text")
    with op.get_context().autocommit_block():
        _fill()
        # What a killed migrator left behind is not valid, and is in the way.
        invalid = sa.text(
            "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid"
        )
        if op.get_bind().execute(invalid, {"name": _KEY}).scalar():
            op.execute(f"DROP INDEX CONCURRENTLY {_KEY}")
        op.execute(
            f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {_KEY} "
            "ON processes (organization_id, public_key)"
        )
    _progress.info("index made")
    op.execute("ALTER TABLE processes DROP CONSTRAINT IF EXISTS processes_public_key_key")
    op.execute("ALTER TABLE threads ALTER COLUMN author_id TYPE bigint")
    _progress.info("threads made anew")


def _fill() -> None:
    """In portions that lock few rows, each committed by itself where that is possible."""
    connection = op.get_bind()
    total = connection.execute(sa.text("SELECT count(*) FROM processes")).scalar_one()
    for first in range(1, total + 1, _BATCH):
        connection.execute(
            sa.text(
                "UPDATE processes SET initial = substr(name, 1, 1) "
                "WHERE initial IS NULL AND number BETWEEN :first AND :last"
            ),
            {"first": first, "last": first + _BATCH - 1},
        )
        _progress.info("processes: %s of %s", f"{min(first + _BATCH - 1, total):,}", f"{total:,}")
