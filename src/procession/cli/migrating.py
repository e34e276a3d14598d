"""The command `procession migrate`, and what others do about the schema before they begin.

Alembic takes longer to import than most commands to run, and mostly there is nothing to do.
"""

import sys

from procession.kit.schema import current_revision, newest_revision, refuse_newer
from procession.kit.settings import Settings


def migrate_database(settings: Settings) -> int:
    """Says from where to where it goes, what runs and how far it is; or that nothing is to do."""
    before, newest = current_revision(settings.database_url), newest_revision()
    if before == newest:
        print(f"The database is already at the newest schema, {newest}.")
        return 0
    refuse_newer(before, newest)
    from procession.kit.migrating import migrate

    print(f"Migrating the database from schema {before or 'none'} to {newest}.", flush=True)
    migrate(settings.database_url, tell=_say)
    print(f"The database is at schema {newest}.")
    return 0


def migrate_first(settings: Settings) -> None:
    """For commands that a newcomer begins with: they make the schema; an older one they tell of.

    On standard error: what they print themselves may be read by a program.
    """
    before, newest = current_revision(settings.database_url), newest_revision()
    refuse_newer(before, newest)
    if before == newest:
        return
    from procession.kit.migrating import migrate

    if before is None:
        migrate(settings.database_url)
        return
    _say_aside(f"Migrating the database from schema {before} to {newest}.")
    migrate(settings.database_url, tell=_say_aside)


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


def _say_aside(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
