"""Opening a server's storage: what every process of it does first."""

from procession.domains.accounts.actions.keys import ensure_secret_key
from procession.kit.clock import clock_of
from procession.kit.db import Database
from procession.kit.schema import require_newest_schema
from procession.kit.server import Server, open_storage
from procession.kit.settings import Settings


def open_server(settings: Settings) -> Server:
    """Raises NotMigrated for a database of another schema."""
    require_newest_schema(settings.database_url)
    return open_migrated(settings)


#: Less than a second, as long as anybody waits for an answer that is a refusal.
_HURRY_S = 0.7


def open_migrated(settings: Settings) -> Server:
    """For processes whose schema has been checked by who started them."""
    return _opened(settings, open_storage(settings))


def open_to_answer(settings: Settings) -> Server:
    """The same for a process that people wait for: it refuses sooner than it waits."""
    return _opened(settings, open_storage(settings, patience_s=_HURRY_S))


def _opened(settings: Settings, database: Database) -> Server:
    key = ensure_secret_key(database, settings.secret_key)
    return Server(database, settings, key, clock_of(settings.clock_file))
