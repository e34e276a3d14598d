"""The key that access tokens are signed with, made at the first need and kept encrypted.

It can be replaced: what the one before has signed is verified by others for as long as it is good.
"""

import json
from dataclasses import dataclass
from typing import Any

from procession.core.times import SECOND
from procession.domains.accounts import store
from procession.kit import signing
from procession.kit.errors import BadRequest
from procession.kit.reading import read_stored
from procession.kit.server import Server
from procession.kit.settings import Settings

_NAME = "token signing"
_EARLIER = "token signing, earlier"
_AT_THE_SAME_TIME = "The key was replaced by somebody else just now."


@dataclass(frozen=True)
class Signer:
    """Signs for one server."""

    private_key: str
    passphrase: str
    public_key: dict[str, Any]

    def sign(self, claims: dict[str, Any]) -> str:
        return signing.sign(self.private_key, self.passphrase, self.public_key["kid"], claims)


def get_signer(server: Server) -> Signer:
    """Not inside of a unit of work: it may have to make the key first."""
    database = server.database
    passphrase = signing.derived(server.secret_key, _NAME).hex()
    found = store.find_server_key(database.connection(), _NAME)
    if found is None:
        made = json.dumps(signing.make_signing_key(passphrase))
        with database.writing() as connection:
            # Another process may have been faster.
            store.add_server_key_once(connection, _NAME, made)
        found = store.find_server_key(database.connection(), _NAME)
        assert found is not None
    private_key, public_key = read_stored(found)
    return Signer(private_key, passphrase, public_key)


def rotate_signer(server: Server) -> str:
    """From now on another key signs; its `kid`. Tokens stay good: the store decides (0012), and
    others find the old key among `public_keys` until the last token that it signed has ended.

    Raises BadRequest when somebody else does the same.
    """
    database, before = server.database, get_signer(server)
    made = signing.make_signing_key(before.passphrase)
    until = server.clock() + _longest_s(server.settings) * SECOND
    earlier = [*_earlier(server), {"key": before.public_key, "until": until}]
    seen = store.find_server_key(database.connection(), _NAME) or ""
    if read_stored(seen)[1] != before.public_key:
        raise BadRequest(_AT_THE_SAME_TIME)
    with database.writing() as connection:
        if not store.replace_server_key(connection, _NAME, seen, json.dumps(made)):
            raise BadRequest(_AT_THE_SAME_TIME)
        kept = store.find_server_key(connection, _EARLIER)
        text = json.dumps(earlier)
        if kept is None:
            store.add_server_key_once(connection, _EARLIER, text)
        else:
            store.replace_server_key(connection, _EARLIER, kept, text)
    key_id: str = made[1]["kid"]
    return key_id


def _earlier(server: Server) -> list[dict[str, Any]]:
    """Keys that sign no more, and verify still."""
    found = store.find_server_key(server.database.connection(), _EARLIER)
    now = server.clock()
    return [] if found is None else [each for each in read_stored(found) if each["until"] > now]


def _longest_s(settings: Settings) -> int:
    """For how long a token may be good, whoever it is for."""
    return max(
        settings.token_lifetime, settings.application_lifetime, settings.application_user_lifetime
    )


def public_keys(server: Server) -> dict[str, Any]:
    """What others verify tokens with (RFC 7517): the key that signs, and those before it."""
    earlier = [each["key"] for each in _earlier(server)]
    return {"keys": [get_signer(server).public_key, *earlier]}
