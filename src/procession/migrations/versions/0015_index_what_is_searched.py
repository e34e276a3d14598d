"""Index the texts that search looks into, each once; and know which text a row has.

Why: docs/decisions/0048-an-index-of-texts.md. Nothing is written to what is there: workers index
it afterwards. Servers of earlier releases go on meanwhile on PostgreSQL: what they insert has no
number of a text, and where they change a text a trigger takes its number away, so that a worker
finds it. The triggers stay: they also see what is changed by hand.

Each step is found done when the migration was killed and runs again.
"""

import logging

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

_log = logging.getLogger("procession.migrations")

#: By table: its key, its columns with what each is the number of, and what its indexes also hold.
_TABLES: dict[str, tuple[tuple[str, ...], dict[str, str], str]] = {
    "processes": (
        ("organization_id", "id"), {"name_text": "name", "summary_text": "summary"}, "",
    ),
    "tasks": (
        ("organization_id", "id"),
        {"title_text": "title", "summary_text": "summary"},
        ", process_id",
    ),
    "threads": (("organization_id", "id"), {"content_text": "content"}, ""),
    "snippets": (
        ("organization_id", "id"), {"title_text": "title", "content_text": "content"}, "",
    ),
    "tags": (("organization_id", "id"), {"title_text": "title"}, ""),
    "templates": (
        ("organization_id", "id"), {"title_text": "title", "summary_text": "summary"}, "",
    ),
    "template_versions": (
        ("organization_id", "template_id", "version"),
        {
            "steps_text": "steps", "forms_text": "steps", "kickoff_text": "kickoff",
            "face_text": "face",
        },
        ", template_id",
    ),
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "search_texts",
        sa.Column("organization_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="search_texts_organization_id_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organization_id", "id", name="search_texts_pkey"),
        if_not_exists=True,
    )
    if op.get_bind().dialect.name == "sqlite":
        _upgrade_sqlite()
    else:
        _upgrade_postgres()


def _indexes(table: str) -> dict[str, str]:
    """By name: of what."""
    key, columns, also = _TABLES[table]
    left = " OR ".join(f"{column} IS NULL" for column in columns)
    return {
        **{
            f"{table}_{column}_idx": f"{table} (organization_id, {column}{also}) "
            f"WHERE {column} IS NOT NULL"
            for column in columns
        },
        f"{table}_unsearched_idx": f"{table} ({', '.join(key)}) WHERE {left}",
    }


def _is_stale(column: str, of: str, differs: str) -> str:
    """A text was changed, its number was not; and it is not that there is none."""
    return (
        f"OLD.{of} {differs} NEW.{of} AND NEW.{column} = OLD.{column} "
        f"AND NOT (NEW.{column} = 0 AND coalesce(NEW.{of}, '') = '')"
    )


# --- SQLite: nobody else is there ---


def _upgrade_sqlite() -> None:
    # Terms have no sign that ends a term for this tokenizer (`core.searching`).
    op.execute(
        "CREATE VIRTUAL TABLE search_terms USING fts5(terms, content='search_texts', "
        "content_rowid='id', columnsize=0, detail=none, tokenize='ascii')"
    )
    into, out = (
        "INSERT INTO search_terms (rowid, terms) VALUES (NEW.id, NEW.terms);",
        "INSERT INTO search_terms (search_terms, rowid, terms) "
        "VALUES ('delete', OLD.id, OLD.terms);",
    )
    for event, does in (
        ("INSERT", into), ("DELETE", out), ("UPDATE OF folded, terms", f"{out} {into}"),
    ):  # fmt: skip
        name = f"search_texts_{event.partition(' ')[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {event} ON search_texts BEGIN {does} END")
    for table, (key, columns, _) in _TABLES.items():
        for column in columns:
            op.execute(f"ALTER TABLE {table} ADD COLUMN {column} BIGINT")
        for name, what in _indexes(table).items():
            op.execute(f"CREATE INDEX {name} ON {what}")
        this = " AND ".join(f"{name} = NEW.{name}" for name in key)
        for column, of in columns.items():
            op.execute(
                f"CREATE TRIGGER {table}_{column}_follow AFTER UPDATE OF {of} ON {table} "
                f"WHEN {_is_stale(column, of, 'IS NOT')} "
                f"BEGIN UPDATE {table} SET {column} = NULL WHERE {this}; END"
            )


# --- PostgreSQL: servers of earlier releases are at work ---


def _upgrade_postgres() -> None:
    # Not every new text is put in its place at once; as few wait as a search can look through.
    op.execute(
        "CREATE INDEX IF NOT EXISTS search_texts_terms_idx ON search_texts "
        "USING gin (string_to_array(terms, ' ')) WITH (gin_pending_list_limit = 256)"
    )
    for table, (_, columns, _) in _TABLES.items():
        adding = ", ".join(f"ADD COLUMN IF NOT EXISTS {column} bigint" for column in columns)
        op.execute(f"ALTER TABLE {table} {adding}")
        for column, of in columns.items():
            _follow(table, column, of)
        with op.get_context().autocommit_block():
            """What was done is done, and its locks are free."""
        for name, what in _indexes(table).items():
            _index_concurrently(name, what)


def _follow(table: str, column: str, of: str) -> None:
    name = f"{table}_{column}_follow"
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN NEW.{column} := NULL; RETURN NEW; END $$; "
        f"DROP TRIGGER IF EXISTS {name} ON {table}; "
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {of} ON {table} "
        f"FOR EACH ROW WHEN ({_is_stale(column, of, 'IS DISTINCT FROM')}) "
        f"EXECUTE FUNCTION {name}()"
    )


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
