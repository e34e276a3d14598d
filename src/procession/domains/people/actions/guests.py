"""Guests: people without an account, known by their address."""

from collections.abc import Sequence

from procession.domains.people import store
from procession.domains.people.events import GuestCreated
from procession.domains.people.types import Guest
from procession.kit import capping
from procession.kit.caller import Caller
from procession.kit.errors import invalid
from procession.kit.work import Work, looking

_EXPECTED_TO_SIGN_IN = (
    "{email} cannot be a guest: people with addresses of this organization sign in as members."
)


def ensure_guests(work: Work, emails: Sequence[str]) -> list[Guest]:
    """The guests with these addresses, made where missing.

    In the order of their addresses, so that two requests never wait for each other in a circle.
    """
    capping.hold(work, capping.GUEST_INVITES)
    known = store.hold_guests(work, emails)
    in_order = sorted(emails, key=str.lower)
    return [known.get(email.lower()) or store.add_guest(work, email) for email in in_order]


def ensure_links(work: Work, guests: Sequence[Guest]) -> None:
    """Let these guests into the organization: each gets a link of its own once."""
    linked = store.linked_among(work, [guest.id for guest in guests])
    missing = [guest for guest in guests if guest.id not in linked]
    new = [guest for guest in missing if store.add_guest_link(work, guest)]
    capping.check(work, capping.GUEST_INVITES, len(new))
    for guest in new:
        if store.is_in_domain_of_provider(work, guest.email):
            raise invalid("email", _EXPECTED_TO_SIGN_IN.format(email=guest.email))
        work.record(
            GuestCreated(
                organization_id=work.caller.organization_id,
                guest_id=guest.id,
                email=guest.email,
            )
        )


def find_guest_code(caller: Caller, email: str) -> str | None:
    """For the operator. None for an address that is no guest's of this organization."""
    return store.guest_codes(looking(caller), [email]).get(email.lower())
