"""When a token was last used, to five minutes: one small write then, and none in between."""

from procession.domains.accounts import store
from procession.domains.accounts.actions.authenticating import token_digest
from procession.kit.server import Server


def notice_token(server: Server, token: str) -> None:
    with server.database.writing_if_free() as connection:
        store.set_token_used(connection, token_digest(token), server.clock())
