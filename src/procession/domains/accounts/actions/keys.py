"""The server's own key, which guest codes are derived from."""

import secrets

from procession.domains.accounts import store
from procession.kit.db import Database

_NAME = "guest codes"


def ensure_secret_key(database: Database, configured: str) -> str:
    """The configured key, else the one kept in the database, made at the first start."""
    if configured:
        return configured
    found = store.find_server_key(database.connection(), _NAME)
    if found is not None:
        return found
    with database.writing() as connection:
        found = store.find_server_key(connection, _NAME)
        if found is None:
            found = secrets.token_urlsafe(48)
            store.add_server_key(connection, _NAME, found)
    return found
