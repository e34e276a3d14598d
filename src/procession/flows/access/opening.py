"""Opening a server's storage: what every process of it does first."""

from procession.domains.accounts.actions.keys import ensure_secret_key
from procession.kit.clock import clock_of
from procession.kit.schema import require_newest_schema
from procession.kit.server import Server, open_storage
from procession.kit.settings import Settings


def open_server(settings: Settings) -> Server:
    """Raises NotMigrated for a database of another schema."""
    require_newest_schema(settings.database_url)
    return open_migrated(settings)


def open_migrated(settings: Settings) -> Server:
    """For processes whose schema has been checked by who started them."""
    database = open_storage(settings)
    key = ensure_secret_key(database, settings.secret_key)
    return Server(database, settings, key, clock_of(settings.clock_file))
