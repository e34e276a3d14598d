"""The commands `procession token ...`."""

from collections.abc import Iterator
from typing import Any

from procession.core.times import optional_wire_time
from procession.domains.accounts.actions import tokens
from procession.domains.accounts.actions.signing import get_signer
from procession.domains.people.actions.finding import find_user
from procession.flows.access.opening import open_server
from procession.flows.reaching.bots import operator
from procession.kit.errors import invalid
from procession.kit.settings import Settings
from procession.kit.work import writing

#: Of an access token: a hundred years.
_MOST_DAYS = 36_500


def create_token(settings: Settings, email: str, name: str, days: int | None) -> str:
    """`days`: how long it is good; None: for as long as tokens that users make."""
    if days is not None and not 1 <= days <= _MOST_DAYS:
        raise invalid("days", f"The days must be 1 to {_MOST_DAYS}.")
    server = open_server(settings)
    signer = get_signer(server)
    with writing(operator(server, "")) as work:
        user = find_user(work, email)
        if user is None:
            raise invalid("email", f"There is no user with the address {email}.")
        lifetime_s = settings.token_lifetime if days is None else days * 86_400
        made = tokens.issue_signed(work, signer, user_id=user.id, name=name, lifetime_s=lifetime_s)
        return made.text


TOKEN_COLUMNS = ("id", "user", "name", "created", "expires", "revoked")


def token_rows(settings: Settings) -> Iterator[dict[str, Any]]:
    """None where there is no such time."""
    for token in tokens.list_tokens(operator(open_server(settings), "")):
        yield {
            "id": token.id,
            "user": token.email,
            "name": token.name,
            "created": optional_wire_time(token.created_at),
            "expires": optional_wire_time(token.expires_at),
            "revoked": optional_wire_time(token.revoked_at),
        }


def revoke_token(settings: Settings, token_id: int) -> bool:
    return tokens.revoke_token(operator(open_server(settings), ""), token_id)
