"""Mail guests the links that let them in (contract 00, 5.8; 10, 5.6)."""

from dataclasses import replace

from procession.domains.accounts import store as accounts
from procession.domains.people import policy
from procession.domains.people import store as people
from procession.domains.people.actions.guest_reading import get_guest
from procession.flows.telling import letters
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, TooMany, invalid
from procession.kit.mail import post
from procession.kit.work import writing

#: Times within an hour that one address is mailed its links, whoever asks.
_MOST = 5
_HOUR_S = 3600.0


def send_own_links(visitor: Caller, email: str, public_url: str) -> None:
    """To whoever asks with their address; one mail for each organization they are a guest of.

    Says nothing about whether anybody has this address, and neither does asking too often.
    """
    if _wait_s(visitor, email):
        return
    with writing(visitor) as work:
        for found in people.list_links_of_address(work, email):
            work.act_as(replace(visitor, organization_id=found.organization_id))
            link = f"{public_url}/{found.organization_id}/guest/{found.code}"
            post(work, letters.guest_link(found.email, found.organization_name, link))


def send_link(caller: Caller, name: str, public_url: str) -> None:
    """By a member, for a guest who has lost it."""
    with writing(caller) as work:
        guest = get_guest(work, name)
        if not policy.can_change_guests(caller):
            raise Forbidden
        if guest.disabled_at is not None:
            raise invalid("guest", "This guest is disabled. Enable the guest first.")
        wait = _wait_s(caller, guest.email)
        if wait:
            raise TooMany(wait, _MOST)
        link = f"{public_url}/{caller.organization_id}/guest/{guest.code}"
        organization = accounts.get_organization(work).name
        locale = guest.details.content_language or guest.details.app_language
        post(work, letters.guest_link(guest.email, organization, link, locale))


def _wait_s(caller: Caller, email: str) -> int:
    """So that nobody fills a stranger's mailbox. Unknown addresses count alike."""
    failures, key = caller.server.failures, f"guest link {email.lower()}"
    wait = failures.wait_s(key, _MOST - 1, window_s=_HOUR_S)
    if not wait:
        failures.count(key, window_s=_HOUR_S)
    return wait
