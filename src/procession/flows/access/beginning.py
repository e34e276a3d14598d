"""The first organization of a server, by a page: whoever reads its log has the code.

The code is made anew at each start, is good for a quarter of an hour and for one organization; the
database keeps its hash.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from procession.core.times import MINUTE, Instant
from procession.domains.accounts import store as accounts
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.actions.signing import get_signer
from procession.flows.access.founding import Founded, found_organization
from procession.flows.reaching.bots import operator
from procession.kit.errors import NotFound
from procession.kit.reading import read_stored
from procession.kit.server import Server
from procession.kit.work import writing

_NAME = "first organization"
_Made = TypeVar("_Made")
_LIFETIME = 15 * MINUTE
_GONE = (
    "This code is not good any more. Start the server again: it prints another one, as long as "
    "there is no organization."
)


@dataclass(frozen=True)
class First:
    """What somebody fills in."""

    name: str
    timezone: str
    email: str
    first_name: str
    last_name: str
    password: str


def offer(server: Server) -> str | None:
    """A code, and no other is good from now on; None where there is an organization."""
    if accounts.has_organizations(server.database.connection()):
        return None
    code = secrets.token_urlsafe(24)
    until = server.clock() + _LIFETIME
    with server.database.writing() as connection:
        accounts.set_server_key(connection, _NAME, f'["{token_digest(code)}",{until}]')
    return code


def check(server: Server, code: str) -> None:
    """Raises NotFound unless the code is good."""
    kept = accounts.find_server_key(server.database.connection(), _NAME)
    _check(kept, code, server.clock())


def begin(server: Server, code: str, first: First) -> Founded:
    """The organization. Raises NotFound, Invalid."""
    return with_code(
        server,
        code,
        lambda inside: found_organization(
            inside,
            name=first.name,
            email=first.email,
            first_name=first.first_name,
            last_name=first.last_name,
            timezone=first.timezone,
            password=first.password,
        ),
    )


def with_code(server: Server, code: str, found: Callable[[Server], _Made]) -> _Made:
    """What `found` makes, in one transaction with the end of the code. Raises NotFound."""
    check(server, code)
    get_signer(server)  # Which makes its key by itself.
    with writing(operator(server, "")) as work:
        kept = accounts.take_server_key(work, _NAME)
        _check(kept, code, work.now)
        return found(work.inside().server)


def _check(kept: str | None, code: str, now: Instant) -> None:
    if kept is None:
        raise NotFound(_GONE)
    digest, until = read_stored(kept)
    if until <= now or not secrets.compare_digest(digest, token_digest(code)):
        raise NotFound(_GONE)
