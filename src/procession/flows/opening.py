"""Opening a server's storage: what every process of it does first."""

from procession.domains.accounts.actions.keys import ensure_secret_key
from procession.kit.server import Server, open_storage
from procession.kit.settings import Settings


class NotMigrated(Exception):
    """The database has another schema than this version needs."""


def open_server(settings: Settings) -> Server:
    """The schema is checked first: a wrong one is said before anything is served."""
    # Imported here: processes that serve have no use for Alembic.
    from procession.kit.migrating import current_revision, newest_revision  # noqa: PLC0415

    current, needed = current_revision(settings.database_url), newest_revision()
    if current != needed:
        raise NotMigrated(
            f"The database is at schema {current or 'none'}, this version needs {needed}. "
            "Run `procession migrate`."
        )
    return open_migrated(settings)


def open_migrated(settings: Settings) -> Server:
    """For processes whose schema has been checked by who started them."""
    database = open_storage(settings)
    return Server(database, settings, ensure_secret_key(database, settings.secret_key))
