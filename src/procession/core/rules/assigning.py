"""Who is assigned after an action (contract 50, 4.8, "Resolved people").

Guests are compared by their addresses, whatever the case.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from procession.core.launching import People
from procession.core.rules.model import Action, Directory


@dataclass(frozen=True)
class Resolved:
    """Whom an action names."""

    people: People
    #: They are a field's answer, not the people of the action itself.
    is_of_field: bool


def keys_of(people: People) -> tuple[str, ...]:
    """`u:7`, `e:<address>`, `g:<id>`; who is in twice is once."""
    return tuple(
        dict.fromkeys(
            [
                *(f"u:{user}" for user in people.users),
                *(f"e:{address.lower()}" for address in people.guests),
                *(f"g:{group}" for group in people.groups),
            ]
        )
    )


def resolve(action: Action, answer: People) -> Resolved:
    """`answer`: of the field that the action takes people from; the action's own are the fallback
    for an empty one."""
    if action.from_field is not None and not answer.is_empty:
        return Resolved(answer, is_of_field=True)
    return Resolved(action.people, is_of_field=False)


def those_here(people: People, directory: Directory) -> People:
    """Without who is disabled or unknown; the address of a member means that member."""
    as_members = _members_of(people, directory)
    return People(
        users=tuple(user for user in as_members.users if user in directory.users),
        guests=tuple(
            address for address in as_members.guests if address.lower() not in directory.shut_out
        ),
        groups=tuple(group for group in people.groups if group in directory.groups),
    )


def _members_of(people: People, directory: Directory) -> People:
    lowered = [address.lower() for address in people.guests]
    members = [directory.members[each] for each in lowered if each in directory.members]
    return People(
        users=tuple(dict.fromkeys([*people.users, *members])),
        guests=tuple(each for each in people.guests if each.lower() not in directory.members),
        groups=people.groups,
    )


def union(owners: People, more: People) -> People:
    known = {address.lower() for address in owners.guests}
    guests = {each.lower(): each for each in reversed(more.guests) if each.lower() not in known}
    return People(
        users=tuple(dict.fromkeys([*owners.users, *more.users])),
        guests=(*owners.guests, *reversed(guests.values())),
        groups=tuple(dict.fromkeys([*owners.groups, *more.groups])),
    )


def without(owners: People, gone: Collection[str]) -> People:
    """`gone`: as `keys_of` writes them."""
    return People(
        users=tuple(user for user in owners.users if f"u:{user}" not in gone),
        guests=tuple(each for each in owners.guests if f"e:{each.lower()}" not in gone),
        groups=tuple(group for group in owners.groups if f"g:{group}" not in gone),
    )


def after_assigning(
    verb: str, owners: People, resolved: Resolved, directory: Directory, leaving: Iterable[str]
) -> People:
    """`leaving`: who came by this action before and is to go, unless they are named again."""
    if verb == "clear_assignees":
        return People()
    if verb == "unassign":
        # Whoever may not be given work may be taken off it.
        named = resolved.people
        return without(owners, {*keys_of(named), *keys_of(_members_of(named, directory))})
    named = those_here(resolved.people, directory)
    if verb == "assign_only":
        return owners if named.is_empty else named
    return union(without(owners, set(leaving) - set(keys_of(named))), named)


def with_a_member(owners: People, directory: Directory) -> People:
    """Who are guests alone get a member beside them (contract 40, 5.5)."""
    if owners.guests and not owners.users and not owners.groups and directory.responsible:
        return People((directory.responsible,), owners.guests, ())
    return owners


def count(owners: People) -> int:
    """Those whom `max_assignable` counts."""
    return len(owners.users) + len({address.lower() for address in owners.guests})
