"""Seats: how many members of each kind an organization may have (contract 00, 6.4).

Off unless the operator limits them. A member has a seat from the invitation on, until disabled.
"""

from procession.domains.people import store
from procession.kit.errors import SeatsExhausted
from procession.kit.work import Work

FULL, LIGHT = "full", "light"
_ROLES = {FULL: ("admin", "standard"), LIGHT: ("light",)}


def pool_of(role: str | None) -> str:
    return LIGHT if role == "light" else FULL


def check_seat(work: Work, role: str | None) -> None:
    """Before somebody gets this role. Of two who want the last seat one comes first."""
    settings, pool = work.caller.server.settings, pool_of(role)
    limit = settings.max_light_seats if pool == LIGHT else settings.max_full_seats
    if not limit:
        return
    store.lock_member(work, work.caller.person_id)
    if store.count_seats(work, _ROLES[pool]) >= limit:
        raise SeatsExhausted(
            pool,
            f"All {limit} {pool} seats of this organization are taken. Disable a member first.",
        )
