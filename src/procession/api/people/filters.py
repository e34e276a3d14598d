"""Which members a list shows, and in what order (contract 10, 4.1)."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from procession.core.folding import occurs, sorting_key
from procession.core.sorting import Sorting
from procession.domains.people.types import MEMBER_SORTING, Member
from procession.kit.paging import WORDS, PageQuery, Search, sort_keys

_ROLES = ("admin", "standard", "light", "bot")
_STATUSES = ("active", "invited", "disabled")


class MembersQuery(PageQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = MEMBER_SORTING

    q: Search = None
    role: Annotated[
        list[str],
        Meta(description="Roles, comma-separated: admin, standard, light.", extra={WORDS: _ROLES}),
    ] = []
    status: Annotated[
        list[str],
        Meta(
            description="Statuses, comma-separated: active, invited, disabled.",
            extra={WORDS: _STATUSES},
        ),
    ] = []


_SORTS: dict[str, Callable[[Member], Any]] = {
    "id": lambda member: member.id,
    "created_at": lambda member: member.created_at,
    "updated_at": lambda member: member.updated_at,
    "first_name": lambda member: sorting_key(member.first_name),
    "last_name": lambda member: sorting_key(member.last_name),
    "name": lambda member: sorting_key(member.full_name),
    "email": lambda member: sorting_key(member.email),
    "role": lambda member: member.role or "",
    "status": lambda member: member.status,
    "last_login_at": lambda member: member.last_login_at or 0,
}


def chosen(members: list[Member], query: MembersQuery) -> list[Member]:
    """Members in the order of their ids, narrowed to what is asked for and sorted."""
    roles, statuses = _known(query.role, _ROLES), _known(query.status, _STATUSES)
    found = [
        member
        for member in members
        if occurs(query.q or "", member.full_name, member.email)
        and (not roles or member.role in roles)
        and (not statuses or member.status in statuses)
    ]
    keys = MEMBER_SORTING.known(sort_keys(query), usual=("id", False))
    # Equal ones stay in the order of their ids, turned around with the first key.
    found.sort(key=lambda member: member.id, reverse=keys[0][1])
    for key, is_descending in reversed(keys):
        found.sort(key=_SORTS[key], reverse=is_descending)
    return found


def by_name(member: Member) -> tuple[str, int]:
    return sorting_key(member.full_name), member.id


def _known(words: list[str], allowed: tuple[str, ...]) -> set[str]:
    """Unknown values are ignored."""
    return {word.lower() for word in words} & set(allowed)
