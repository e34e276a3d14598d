"""Links that let a guest in (contract 00, 5.8)."""

from procession.domains.people.types import LinkedGuest
from procession.kit.http import Request


def guest_link(request: Request, guest: LinkedGuest) -> str:
    return f"{request.public_url}/{request.caller.organization_id}/guest/{guest.code}"
