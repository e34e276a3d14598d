"""From a guest code to a caller (contract 00, 5.8)."""

from procession.core.times import is_stale
from procession.domains.people import store
from procession.kit import guessing
from procession.kit.caller import Caller, CallerKind
from procession.kit.errors import Forbidden, TooMany, Unauthenticated
from procession.kit.server import Server


def admit_guest(
    server: Server, code: str, organization_id: str, request_id: str, *, client: str
) -> Caller:
    """Codes are random and long: a right one is let in, however many wrong ones there were.

    `client`: the address that they are sent from.
    """
    try:
        return authenticate_guest(server, code, organization_id, request_id)
    except Unauthenticated:
        limit = server.settings.guess_limit
        of_organization = {f"guest codes of {organization_id}": limit} if organization_id else {}
        limits = {**guessing.limit_of(server, client), **of_organization}
        wait = guessing.count(server, limits)
        if wait:
            raise TooMany(wait, limit) from None
        raise


def authenticate_guest(server: Server, code: str, organization_id: str, request_id: str) -> Caller:
    """Unknown and reset codes look the same; a guest who was shut out is told so."""
    access = store.find_guest_by_code(server.database.connection(), organization_id, code)
    if access is None:
        raise Unauthenticated
    if access.disabled_at is not None:
        raise Forbidden("Your guest access is disabled.", code="GUEST_DISABLED")
    return Caller(
        server=server,
        kind=CallerKind.GUEST,
        person_id=access.guest_id,
        organization_id=access.organization_id,
        timezone=access.timezone,
        role=None,
        request_id=request_id,
        is_noticed=not is_stale(access.last_accessed_at, server.clock()),
    )
