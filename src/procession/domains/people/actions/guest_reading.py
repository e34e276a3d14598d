"""Reading who the guests are, as far as the caller may see them."""

from collections.abc import Sequence
from dataclasses import dataclass

from procession.domains.people import store
from procession.domains.people.types import GuestFilter, GuestStats, LinkedGuest
from procession.kit.caller import Caller
from procession.kit.errors import NotFound
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, looking, reading


@dataclass(frozen=True)
class GuestView:
    """A guest, and their stats when asked for."""

    guest: LinkedGuest
    stats: GuestStats | None = None


def list_guests(
    caller: Caller, request: PageRequest, wanted: GuestFilter, includes: frozenset[str]
) -> tuple[Page[LinkedGuest], list[GuestView]]:
    with reading(caller) as work:
        page = store.list_guests(work, request, wanted)
        return page, _views(work, page.rows, includes)


def view_guest(caller: Caller, name: str, includes: frozenset[str]) -> GuestView:
    with reading(caller) as work:
        return _views(work, [get_guest(work, name)], includes)[0]


def view_known(caller: Caller, guest: LinkedGuest, includes: frozenset[str]) -> GuestView:
    """A guest who was read, or changed, just now."""
    return _views(looking(caller), [guest], includes)[0]


def get_guest(work: Work, name: str, *, lock: bool = False) -> LinkedGuest:
    """By code, address or number. `lock` keeps other writers of the guest waiting."""
    guest = store.find_linked_guest(work, name)
    if guest is not None and lock:
        store.lock_guest(work, guest.id)
        guest = store.find_linked_guest(work, str(guest.id))
    if guest is None:
        raise NotFound("Guest not found")
    return guest


def _views(work: Work, guests: Sequence[LinkedGuest], includes: frozenset[str]) -> list[GuestView]:
    if "stats" not in includes:
        return [GuestView(guest) for guest in guests]
    stats = store.guest_stats(work, [guest.id for guest in guests])
    return [
        GuestView(guest, stats.get(guest.id, GuestStats(guest_id=guest.id))) for guest in guests
    ]
