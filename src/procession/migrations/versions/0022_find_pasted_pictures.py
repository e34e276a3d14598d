"""Find the texts in which pictures still stand as `data:`.

Nothing is written to what is there: workers make files of them afterwards, row by row. Servers of
earlier releases go on meanwhile on PostgreSQL, and what they write is found, too: the indexes stay.

Each step is found done when the migration was killed and runs again.
"""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

_log = logging.getLogger("procession.migrations")

#: By table: its key, and the columns that may hold one.
_TABLES = {
    "organizations": (("id",), ("settings",)),
    "processes": (("organization_id", "id"), ("summary", "answers")),
    "process_snippets": (("organization_id", "process_id", "snippet_id"), ("content",)),
    "snippets": (("organization_id", "id"), ("content",)),
    "tasks": (("organization_id", "id"), ("summary", "answers", "fields")),
    "template_versions": (
        ("organization_id", "template_id", "version"), ("steps", "kickoff", "face"),
    ),
    "templates": (("organization_id", "id"), ("summary", "guidance", "kickoff_description")),
    "threads": (("organization_id", "id"), ("content",)),
}  # fmt: skip


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    where = "instr" if is_sqlite else "strpos"
    for table, (key, texts) in _TABLES.items():
        holds = " OR ".join(f"{where}({text}, 'data:image/') > 0" for text in texts)
        name, what = f"{table}_pasted_idx", f"{table} ({', '.join(key)}) WHERE {holds}"
        if is_sqlite:
            op.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {what}")
        else:
            _index_concurrently(name, what)


def _index_concurrently(name: str, what: str) -> None:
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
        op.execute(f"CREATE INDEX CONCURRENTLY {name} ON {what}")
