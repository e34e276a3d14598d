"""Checking the people a request names, and letting its guests in."""

from collections.abc import Sequence

from procession.core.addresses import is_address
from procession.core.launching import People
from procession.domains.people import store as people
from procession.domains.people.actions.guests import ensure_guests, ensure_links
from procession.domains.people.types import Assignees, Guest
from procession.domains.people.wire import OwnersIn
from procession.kit.errors import Invalid
from procession.kit.work import Work


def people_of(owners: OwnersIn | None) -> People | None:
    """Who a body names; None when it does not say."""
    if owners is None:
        return None
    return People(
        users=tuple(owners.users or ()),
        guests=tuple(owners.guests or ()),
        groups=tuple(owners.groups or ()),
    )


def check_people(work: Work, wanted: dict[str, People]) -> None:
    """Raise Invalid for every unknown, disabled or malformed name.

    `wanted` is keyed by the path of what names them, "" for the body itself.
    """
    wanted = {f"{path}." if path else "": named for path, named in wanted.items()}
    users = {
        f"{path}users.{place}": user
        for path, named in wanted.items()
        for place, user in enumerate(named.users)
    }
    groups = {
        f"{path}groups.{place}": group
        for path, named in wanted.items()
        for place, group in enumerate(named.groups)
    }
    active = people.active_users_among(work, list(users.values()))
    known = people.groups_among(work, list(groups.values()))
    problems = {
        path: ["The selected user is invalid."]
        for path, user in users.items()
        if user not in active
    }
    problems |= {
        path: ["The selected group is invalid."]
        for path, group in groups.items()
        if group not in known
    }
    problems |= _guest_problems(work, wanted)
    if problems:
        raise Invalid(problems)


def _guest_problems(work: Work, wanted: dict[str, People]) -> dict[str, list[str]]:
    addresses = {
        f"{path}guests.{place}": guest
        for path, named in wanted.items()
        for place, guest in enumerate(named.guests)
    }
    if not addresses:
        return {}
    known = people.guests_by_email(work, list(addresses.values()))
    # A member who was shut out must not come in again as a guest.
    shut_out = people.disabled_among(work, list(addresses.values()))
    problems = {}
    for path, address in addresses.items():
        guest = known.get(address.lower())
        is_disabled = guest is not None and guest.disabled_at is not None
        if is_disabled or not is_address(address) or address.lower() in shut_out:
            problems[path] = ["The selected guest is invalid."]
    return problems


def with_members(work: Work, wanted: Sequence[People]) -> list[People]:
    """The same people, where an address that is a member's means that member."""
    addresses = list({address for named in wanted for address in named.guests})
    members = people.members_by_email(work, addresses) if addresses else {}
    return [_with_members(named, members) for named in wanted] if members else list(wanted)


def _with_members(named: People, members: dict[str, int]) -> People:
    keys = [address.lower() for address in named.guests]
    as_members = [members[key] for key in keys if key in members]
    return People(
        users=tuple(dict.fromkeys([*named.users, *as_members])),
        guests=tuple(address for address in named.guests if address.lower() not in members),
        groups=named.groups,
    )


def admit(work: Work, wanted: Sequence[People]) -> list[Assignees]:
    """Checked people as assignees. Guests are created where missing; a guest's address that
    belongs to a member means that member (contract 30, 3.4)."""
    addresses = list(dict.fromkeys(address for named in wanted for address in named.guests))
    members = people.members_by_email(work, addresses) if addresses else {}
    strangers = [address for address in addresses if address.lower() not in members]
    guests = {}
    if strangers:
        admitted = ensure_guests(work, strangers)
        ensure_links(work, admitted)
        guests = {guest.email.lower(): guest for guest in admitted}
    return [_assignees(named, members, guests) for named in wanted]


def _assignees(named: People, members: dict[str, int], guests: dict[str, Guest]) -> Assignees:
    keys = dict.fromkeys(address.lower() for address in named.guests)
    as_members = [members[key] for key in keys if key in members]
    return Assignees(
        users=tuple(dict.fromkeys([*named.users, *as_members])),
        guests=tuple(guests[key] for key in keys if key in guests),
        groups=tuple(dict.fromkeys(named.groups)),
    )


def answers_for(work: Work, candidates: Sequence[int]) -> int:
    """The member who is put on a task of guests alone: the first of them who is in."""
    active = people.active_users_among(work, candidates)
    return next((one for one in candidates if one in active), None) or people.get_first_admin(work)
