"""Groups: reading them, and the changes to a group itself.

What deleting one changes elsewhere is the flow's part (`flows/people/grouping.py`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from procession.core.addresses import is_address, once
from procession.domains.people import store
from procession.domains.people.actions.guests import ensure_guests, ensure_links
from procession.domains.people.events import GroupCreated, GroupUpdated, about_group
from procession.domains.people.types import Group, GroupFilter, Guest, LinkedGuest, Member
from procession.domains.people.wire.groups import GroupChangesIn, GroupIn
from procession.kit.caller import Caller
from procession.kit.errors import Invalid, NotFound
from procession.kit.ids import new_id
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work, reading


@dataclass(frozen=True)
class GroupView:
    """A group with the people asked for beside it; None: not asked for."""

    group: Group
    users: list[Member] | None = None
    #: Those that the caller may see.
    guests: list[LinkedGuest] | None = None


def list_groups(
    caller: Caller, request: PageRequest, wanted: GroupFilter, includes: frozenset[str]
) -> tuple[Page[Group], list[GroupView]]:
    with reading(caller) as work:
        page = store.list_groups(work, request, wanted)
        return page, _views(work, page.rows, includes)


def view_group(caller: Caller, group_id: str, includes: frozenset[str]) -> GroupView:
    with reading(caller) as work:
        return _views(work, [get_group(work, group_id)], includes)[0]


def get_group(work: Work, group_id: str) -> Group:
    group = store.find_group(work, group_id)
    if group is None:
        raise NotFound("Group not found")
    return group


def _views(work: Work, groups: Sequence[Group], includes: frozenset[str]) -> list[GroupView]:
    """One statement for each thing asked for, however many groups there are."""
    members = {}
    if "users" in includes:
        members = {member.id: member for member in store.list_members(work)}
    shown = {}
    if "guests" in includes:
        guest_ids = {guest.id for group in groups for guest in group.guests}
        shown = store.linked_guests_among(work, guest_ids)
    return [
        GroupView(
            group,
            [members[user] for user in group.members] if "users" in includes else None,
            [shown[guest.id] for guest in group.guests if guest.id in shown]
            if "guests" in includes
            else None,
        )
        for group in groups
    ]


def create(work: Work, sent: GroupIn) -> Group:
    group_id, description = new_id(), _text(sent.description)
    _check(work, sent, None)
    store.add_group(work, group_id, sent.name, description)
    blank = Group(
        id=group_id,
        name=sent.name,
        description=description,
        created_at=work.now,
        updated_at=work.now,
    )
    work.record(GroupCreated(**about_group(blank, work.caller.organization_id)))
    _set_people(work, blank, sent)
    return get_group(work, group_id)


def update(work: Work, group: Group, sent: GroupChangesIn) -> Group:
    """Only the keys that were sent; what is sent as it is changes nothing and tells nothing."""
    _check(work, sent, group)
    before: dict[str, Any] = {}
    columns: dict[str, Any] = {}
    if sent.name not in (msgspec.UNSET, group.name):
        columns["name"] = sent.name
    if sent.description is not msgspec.UNSET and _text(sent.description) != group.description:
        columns["description"] = _text(sent.description)
    before |= {name: getattr(group, name) for name in columns}
    before |= _set_people(work, group, sent)
    if before:
        store.set_group_columns(work, group.id, columns)
    changed = get_group(work, group.id)
    about = about_group(changed, work.caller.organization_id)
    for field, value in before.items():
        work.record(GroupUpdated(**about, field=field, before=value))
    return changed


def _text(description: str | msgspec.UnsetType | None) -> str | None:
    return description if isinstance(description, str) and description else None


def _set_people(work: Work, group: Group, sent: GroupChangesIn) -> dict[str, Any]:
    """Store the lists that were sent and differ; the values before, by key."""
    before: dict[str, Any] = {}
    if isinstance(sent.members, list) and sorted(sent.members) != list(group.members):
        store.set_group_members(work, group.id, sent.members)
        before["members"] = list(group.members)
    if isinstance(sent.guests, list):
        guests = _admitted(work, sent.guests)
        if {guest.id for guest in guests} != {guest.id for guest in group.guests}:
            store.set_group_guests(work, group.id, [guest.id for guest in guests])
            before["guests"] = group.addresses
    return before


def _admitted(work: Work, addresses: Sequence[str]) -> list[Guest]:
    guests = ensure_guests(work, once(addresses))
    ensure_links(work, guests)
    return guests


def _check(work: Work, sent: GroupChangesIn, group: Group | None) -> None:
    problems: dict[str, list[str]] = {}
    if isinstance(sent.name, str):
        namesake = store.find_group_named(work, sent.name)
        if namesake is not None and (group is None or namesake != group.id):
            problems["name"] = ["The name has already been taken."]
    members = sent.members if isinstance(sent.members, list) else []
    active = store.active_users_among(work, members)
    problems |= {
        f"members.{place}": ["The selected member is invalid."]
        for place, user in enumerate(members)
        if user not in active
    }
    problems |= _guest_problems(work, sent.guests if isinstance(sent.guests, list) else [])
    if problems:
        raise Invalid(problems)


def _guest_problems(work: Work, addresses: Sequence[str]) -> dict[str, list[str]]:
    if not addresses:
        return {}
    known = store.guests_by_email(work, addresses)
    members = {member.email.lower() for member in store.list_members(work)}
    problems = {}
    for place, address in enumerate(addresses):
        guest = known.get(address.lower())
        if not is_address(address):
            problems[f"guests.{place}"] = ["The selected guest is invalid."]
        elif address.lower() in members:
            problems[f"guests.{place}"] = ["The address belongs to a member."]
        elif guest is not None and guest.disabled_at is not None:
            problems[f"guests.{place}"] = ["The selected guest is disabled."]
    return problems
