"""Which schema a database has, and which one this version needs: read without SQLAlchemy.

Every start asks this first, so it must not take longer than the question deserves.
"""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from procession.kit.database_address import sqlite_file

#: The history of the schema: a file for each step.
VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
_CURRENT = "SELECT version_num FROM alembic_version"


class NotMigrated(Exception):
    """The database has another schema than this version needs."""


class MigrationFailed(Exception):
    """A migration could not be carried out. Nothing is lost; it may be run again."""


def require_newest_schema(url: str) -> None:
    """A wrong one is said before anything is served."""
    current, needed = current_revision(url), newest_revision()
    refuse_newer(current, needed)
    if current != needed:
        raise NotMigrated(
            f"The database is at schema {current or 'none'}, this version needs {needed}. "
            "Run `procession migrate`."
        )


def refuse_newer(current: str | None, needed: str) -> None:
    """A newer version has migrated it: this one would misread what it does not know."""
    if current is not None and current > needed:
        raise NotMigrated(
            f"The database is at schema {current}, newer than this version knows ({needed}). "
            "Install the newer version of Procession again, or restore the backup that was made "
            "before upgrading."
        )


def newest_revision(versions: Path = VERSIONS) -> str:
    """Migrations are named `0001_what_it_does.py`, and their revision is the number."""
    return max(path.name.partition("_")[0] for path in versions.glob("[0-9]*.py"))


def current_revision(url: str) -> str | None:
    """None for a database that was never migrated."""
    path = sqlite_file(url)
    return _current_on_postgres(url) if path is None else _current_on_sqlite(path)


def _current_on_sqlite(path: Path) -> str | None:
    if not path.exists():
        return None
    connection = sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=rw", uri=True)
    try:
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
        if connection.execute(tables).fetchone() is None:
            return None
        row = connection.execute(_CURRENT).fetchone()
    finally:
        connection.close()
    return row[0] if row else None


def _current_on_postgres(url: str) -> str | None:
    from procession.kit.postgres import connect  # noqa: PLC0415 - no use for it on SQLite

    with connect(url) as connection:
        found = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        if found is None or found[0] is None:
            return None
        row = connection.execute(_CURRENT).fetchone()
    return row[0] if row else None
