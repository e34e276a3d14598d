"""Add guests, write down who they are, and let them in again (contract 10, 5).

Keeping them out changes tasks too: that is the flow's part (`flows/people/dismissing.py`).
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET

from procession.core.zones import is_zone
from procession.domains.people import policy, store
from procession.domains.people.actions.guest_reading import get_guest
from procession.domains.people.actions.guests import ensure_guests, ensure_links
from procession.domains.people.actions.joining import check_address
from procession.domains.people.events import GuestChanged, GuestEnabled, about_guest
from procession.domains.people.types import LinkedGuest
from procession.domains.people.wire.guests import GuestChangesIn, GuestIn, PreferencesIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, gathering, raise_if_any
from procession.kit.work import Work, writing

_NAMES = ("first_name", "last_name")
_URLS = ("company_url", "contact_url", "image_url", "opportunity_url")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def add_guest(caller: Caller, sent: GuestIn) -> LinkedGuest:
    """Who is a guest already keeps what is known of them, and their state."""
    with writing(caller) as work:
        if not policy.can_change_guests(caller):
            raise Forbidden
        wanted = _wanted(sent)
        problems: dict[str, list[str]] = {}
        with gathering(problems):
            check_address(sent.email)
        user = store.find_user(work, sent.email)
        if user is not None and store.find_member(work, user.id) is not None:
            problems["email"] = ["The address belongs to a member."]
        with gathering(problems):
            _check(work, wanted, None)
        raise_if_any(problems)
        known = ensure_guests(work, [sent.email])
        is_new = store.find_linked_guest(work, sent.email) is None
        ensure_links(work, known)
        guest = get_guest(work, sent.email, lock=True)
        missing = {key: value for key, value in wanted.items() if not _value(guest, key)}
        return _set(work, guest, missing, tells=not is_new)


def change_guest(caller: Caller, name: str, sent: GuestChangesIn) -> LinkedGuest:
    with writing(caller) as work:
        guest = get_guest(work, name, lock=True)
        if not policy.can_change_guests(caller):
            raise Forbidden
        wanted = _wanted(sent)
        problems: dict[str, list[str]] = {}
        if isinstance(sent.email, str) and sent.email.lower() != guest.email.lower():
            problems["email"] = ["The address of a guest cannot change. Add another guest."]
        with gathering(problems):
            _check(work, wanted, guest)
        raise_if_any(problems)
        return _set(work, guest, wanted)


def set_preferences(caller: Caller, name: str, sent: PreferencesIn) -> LinkedGuest:
    with writing(caller) as work:
        guest = get_guest(work, name, lock=True)
        if not policy.can_set_preferences(caller, guest):
            raise Forbidden
        wanted = _sent(sent)
        _check(work, wanted, guest)
        return _set(work, guest, wanted)


def enable_guest(caller: Caller, name: str) -> LinkedGuest:
    """By the same code as before. Enabling who is enabled changes nothing."""
    with writing(caller) as work:
        guest = get_dismissible(work, name)
        if store.clear_guest_disabled(work, guest.id):
            work.record(GuestEnabled(**about_guest(guest, caller.organization_id)))
        return get_guest(work, str(guest.id))


def reset_link(caller: Caller, name: str) -> LinkedGuest:
    with writing(caller) as work:
        guest = get_dismissible(work, name)
        store.set_new_code(work, guest.id)
        work.record(GuestChanged(**about_guest(guest, caller.organization_id), field="link"))
        return get_guest(work, str(guest.id))


def get_dismissible(work: Work, name: str) -> LinkedGuest:
    guest = get_guest(work, name, lock=True)
    if not policy.can_dismiss_guests(work.caller):
        raise Forbidden
    return guest


def _sent(sent: msgspec.Struct) -> dict[str, Any]:
    values = {key: getattr(sent, key) for key in sent.__struct_fields__}
    return {key: value for key, value in values.items() if value is not UNSET}


def _wanted(sent: GuestChangesIn) -> dict[str, Any]:
    wanted = _sent(sent)
    wanted.pop("email", None)
    if "phone" in wanted:
        wanted.setdefault("phone_1", wanted.pop("phone"))
    wanted.pop("phone", None)
    return wanted


def _value(guest: LinkedGuest, key: str) -> Any:
    return getattr(guest if key in _NAMES else guest.details, key)


def _set(
    work: Work, guest: LinkedGuest, wanted: Mapping[str, Any], *, tells: bool = True
) -> LinkedGuest:
    """Store what differs; one fact for each key, with the value it had before."""
    changes = {key: value for key, value in wanted.items() if value != _value(guest, key)}
    if not changes:
        return guest
    names = {key: wanted.get(key, _value(guest, key)) for key in _NAMES}
    details = {key: value for key, value in changes.items() if key not in _NAMES}
    if not changes.keys().isdisjoint(_NAMES):
        store.set_guest_columns(work, guest.id, names)
    if details:
        changed = msgspec.structs.replace(guest.details, **details)
        store.set_guest_details(work, guest.id, changed)
    about = about_guest(guest, work.caller.organization_id)
    for key in changes if tells else ():
        work.record(GuestChanged(**about, field=key, before=_value(guest, key)))
    return get_guest(work, str(guest.id))


def _check(work: Work, wanted: Mapping[str, Any], guest: LinkedGuest | None) -> None:
    problems: dict[str, list[str]] = {}
    for key in _URLS:
        if wanted.get(key) and not _is_url(wanted[key]):
            problems[key] = [f"The {key.replace('_', ' ')} format is invalid."]
    if wanted.get("timezone") and not is_zone(wanted["timezone"]):
        problems["timezone"] = ["The selected timezone is invalid."]
    for place, day in enumerate(wanted.get("cadence_days") or ()):
        if day not in _DAYS:
            problems[f"cadence_days.{place}"] = ["The selected day is invalid."]
    members = wanted.get("associated_members") or []
    known = store.active_users_among(work, members)
    if guest is not None:
        # Who was disabled since may stay: clients send back what they read.
        known |= set(guest.details.associated_members or ())
    for place, user in enumerate(members):
        if user not in known:
            problems[f"associated_members.{place}"] = ["The selected member is invalid."]
    if problems:
        raise Invalid(problems)


def _is_url(text: str) -> bool:
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.netloc)
