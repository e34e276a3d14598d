"""Opening a server's storage: what every process of it does first."""

from procession.domains.accounts.actions.keys import ensure_secret_key
from procession.kit.clock import clock_of
from procession.kit.postgres import OF_COMMANDS, Limits, refuse_unknown_pooler
from procession.kit.schema import require_newest_schema
from procession.kit.server import Server, open_storage
from procession.kit.settings import Settings


def check_database(settings: Settings) -> None:
    """Raises NotMigrated for a database of another schema, SettingError for a pooler in front of it
    that the settings do not know of."""
    refuse_unknown_pooler(settings)
    require_newest_schema(settings.database_url)


def open_server(settings: Settings, limits: Limits = OF_COMMANDS) -> Server:
    check_database(settings)
    return open_migrated(settings, limits)


def open_migrated(settings: Settings, limits: Limits = OF_COMMANDS) -> Server:
    """For processes whose database has been checked by who started them."""
    database = open_storage(settings, limits)
    key = ensure_secret_key(database, settings.secret_key)
    return Server(database, settings, key, clock_of(settings.clock_file))
