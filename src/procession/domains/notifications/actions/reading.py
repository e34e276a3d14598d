"""Read one's own notifications, and mark them as read (contract 60, 7)."""

from procession.domains.notifications import store
from procession.domains.notifications.types import Notification
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, NotFound
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import reading, writing


def list_notifications(
    caller: Caller, request: PageRequest, *, only_unread: bool
) -> tuple[Page[Notification], int]:
    """The newest first; and how many are unread."""
    _require_member(caller)
    with reading(caller) as work:
        page, unread = store.list_own(work, request, only_unread=only_unread)
        check_everything_fits(page)
        return page, unread


def read_notification(caller: Caller, notification_id: int) -> Notification:
    """Reading what is read changes nothing. No fact: it concerns nobody else."""
    _require_member(caller)
    with writing(caller) as work:
        found = store.find_own(work, notification_id)
        if found is None:
            raise NotFound(kind="Notification")
        if found.read_at is not None:
            return found
        store.set_read(work, notification_id)
        return store.find_own(work, notification_id) or found


def read_all(caller: Caller) -> int:
    """How many were unread."""
    _require_member(caller)
    with writing(caller) as work:
        return store.set_all_read(work)


def _require_member(caller: Caller) -> None:
    """Guests are told by mail; they have no bell."""
    if caller.is_guest:
        raise Forbidden
