"""JSON shapes of groups (contract 10, 1.5 and 6)."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import wire_time
from procession.domains.people.types import Group
from procession.kit.binding import PersonNumber

_Name = Annotated[str, Meta(min_length=1, max_length=200)]


class GroupChangesIn(msgspec.Struct, kw_only=True):
    """Keys of a group; what is left out stays as it is. Lists replace the whole list."""

    name: _Name | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    #: Ids of members.
    members: list[PersonNumber] | UnsetType = UNSET
    #: E-mail addresses; unknown ones become guests.
    guests: list[str] | UnsetType = UNSET


class GroupIn(GroupChangesIn, kw_only=True):
    """A new group."""

    name: _Name


class GroupOut(msgspec.Struct, kw_only=True):
    """The Group object (contract 10, 1.5)."""

    #: The names that `with` takes.
    INCLUDES: ClassVar[tuple[str, ...]] = ("users", "guests", "assets")

    id: str
    name: str
    description: str | None
    logo: str | None
    members: list[int]
    guests: list[str]
    members_count: int
    guests_count: int
    created_at: str
    last_updated: str
    updated_at: str
    deleted_at: str | None
    # Includes.
    users: dict[str, Any] | UnsetType = UNSET
    guest_details: dict[str, Any] | UnsetType = UNSET
    assets: dict[str, Any] | UnsetType = UNSET


def group_out(group: Group) -> GroupOut:
    return GroupOut(
        id=group.id,
        name=group.name,
        description=group.description,
        logo=None,
        members=list(group.members),
        guests=group.addresses,
        members_count=len(group.members),
        guests_count=len(group.guests),
        created_at=wire_time(group.created_at),
        last_updated=wire_time(group.updated_at),
        updated_at=wire_time(group.updated_at),
        deleted_at=None,
    )
