"""From a guest code to a caller (contract 00, 5.8)."""

from procession.core.times import is_stale
from procession.domains.people import store
from procession.kit.caller import Caller, CallerKind
from procession.kit.errors import Forbidden, Unauthenticated
from procession.kit.server import Server


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
