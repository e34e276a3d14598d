"""The key that access tokens are signed with, made at the first need and kept encrypted."""

import json
from dataclasses import dataclass
from typing import Any

from procession.domains.accounts import store
from procession.kit import signing
from procession.kit.reading import read_stored
from procession.kit.server import Server

_NAME = "token signing"


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


def public_keys(server: Server) -> dict[str, Any]:
    """What others verify tokens with (RFC 7517)."""
    return {"keys": [get_signer(server).public_key]}
