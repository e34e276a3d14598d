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
    if found is None:
        with database.writing() as connection:
            store.add_server_key_once(connection, _NAME, secrets.token_urlsafe(48))
        # Another process may have been first: what is kept is everybody's.
        found = store.find_server_key(database.connection(), _NAME)
        assert found is not None
    return found
