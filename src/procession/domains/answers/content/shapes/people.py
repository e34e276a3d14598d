"""People: members, guests by their addresses, groups. The answer only records them."""

from collections.abc import Iterator
from typing import Any

from procession.core.addresses import is_address
from procession.core.launching import People
from procession.domains.answers.content.asking import Asked, BadAnswer
from procession.kit.ids import find_id, find_number

_KEYS = ("users", "guests", "groups")
_MOST = 1_000


def read_people(sent: Any, asked: Asked) -> dict[str, list[Any]]:
    named = people_named(sent)
    if named is None:
        raise asked.invalid
    label, known = asked.field.label, asked.known
    for user in named.users:
        if user not in known.users:
            raise BadAnswer(f"{label} names a member that does not exist or is not active: {user}.")
    for group in named.groups:
        if group not in known.groups:
            raise BadAnswer(f"{label} names a group that does not exist: {group}.")
    for address in named.guests:
        if not is_address(address):
            raise asked.refuse("must hold valid email addresses.")
    members = [known.members.get(address.lower()) for address in named.guests]
    users = [*named.users, *(user for user in members if user is not None)]
    guests = {
        address.lower(): address
        for address, user in zip(named.guests, members, strict=True)
        if user is None
    }
    return {
        "users": list(dict.fromkeys(users)),
        "guests": list(guests.values()),
        "groups": list(named.groups),
    }


def people_named(sent: Any) -> People | None:
    """Whom a value names, whether there is anybody of that name or not; None for other values."""
    if isinstance(sent, str | list):
        sent = {"guests": sent}
    if not isinstance(sent, dict) or not set(sent) <= set(_KEYS):
        return None
    users = _each(sent.get("users"), _number)
    guests = _each(_addresses(sent.get("guests")), _address)
    groups = _each(sent.get("groups"), _group)
    if users is None or guests is None or groups is None:
        return None
    return People(users=users, guests=guests, groups=groups)


def _each(sent: Any, read: Any) -> tuple[Any, ...] | None:
    if sent is None:
        return ()
    if not isinstance(sent, list) or len(sent) > _MOST:
        return None
    found = [read(entry) for entry in sent]
    return None if None in found else tuple(dict.fromkeys(found))


def _addresses(sent: Any) -> Any:
    """A text holds several, separated by commas."""
    return list(_parts(sent)) if isinstance(sent, str) else sent


def _parts(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(",", _MOST + 1) if part.strip())


def _number(entry: Any) -> int | None:
    if isinstance(entry, bool) or not isinstance(entry, str | int):
        return None
    return find_number(str(entry).strip())


def _address(entry: Any) -> str | None:
    return entry.strip() if isinstance(entry, str) else None


def _group(entry: Any) -> str | None:
    return find_id(entry.strip()) if isinstance(entry, str) else None
