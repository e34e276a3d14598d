"""Keep guests out: disable them, or delete them with all that they were assigned to."""

from procession.core.times import Instant
from procession.domains.people import policy
from procession.domains.people import store as people
from procession.domains.people.actions.guest_changing import get_dismissible
from procession.domains.people.actions.guest_reading import get_guest
from procession.domains.people.events import GuestDeleted, GuestDisabled, about_guest
from procession.domains.people.types import LinkedGuest, guest_key
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.flows.people.converting import hold_guest
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden
from procession.kit.work import writing


def disable_guest(caller: Caller, name: str) -> LinkedGuest:
    """Disabling who is disabled changes nothing."""
    with writing(caller) as work:
        guest = get_dismissible(work, name)
        if guest.disabled_at is not None:
            return guest
        if tasks.has_open_task(work, guest_key(guest.id), guest.id):
            raise Forbidden("Cannot disable guest with incomplete tasks")
        people.set_guest_disabled(work, guest.id)
        work.record(GuestDisabled(**about_guest(guest, caller.organization_id)))
        return get_guest(work, str(guest.id))


def delete_guest(caller: Caller, name: str) -> tuple[LinkedGuest, Instant]:
    """The guest as they were, and when that ended."""
    with writing(caller) as work:
        named = get_guest(work, name)
        if not policy.can_dismiss_guests(caller):
            raise Forbidden
        hold_guest(work, named)
        guest = get_dismissible(work, str(named.id))
        tasks.replace_assignee(work, guest_key(guest.id), [])
        templates.remove_assignee(work, guest.email)
        people.delete_guest(work, guest.id)
        work.record(GuestDeleted(**about_guest(guest, caller.organization_id)))
        return guest, work.now
