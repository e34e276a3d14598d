"""JSON shapes of guests (contract 10, 1.3, 1.4 and 5)."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import Instant, optional_wire_time, wire_time
from procession.domains.people.types import GuestStats, LinkedGuest
from procession.kit.binding import DateTime, PersonNumber

_Text = Annotated[str, Meta(max_length=200)]
_Phone = Annotated[str, Meta(max_length=20)]
_Url = Annotated[str, Meta(max_length=2048)]
_Word = Annotated[str, Meta(max_length=50)]


class GuestChangesIn(msgspec.Struct, kw_only=True):
    """Keys of a guest; what is left out stays as it is."""

    #: Only as it is: another address is another guest.
    email: str | UnsetType | None = UNSET
    first_name: _Text | UnsetType | None = UNSET
    last_name: _Text | UnsetType | None = UNSET
    #: Another name of `phone_1`.
    phone: _Phone | UnsetType | None = UNSET
    phone_1: _Phone | UnsetType | None = UNSET
    phone_2: _Phone | UnsetType | None = UNSET
    company_name: _Text | UnsetType | None = UNSET
    opportunity_name: _Text | UnsetType | None = UNSET
    status: _Text | UnsetType | None = UNSET
    company_url: _Url | UnsetType | None = UNSET
    contact_url: _Url | UnsetType | None = UNSET
    image_url: _Url | UnsetType | None = UNSET
    opportunity_url: _Url | UnsetType | None = UNSET
    timezone: _Text | UnsetType | None = UNSET
    external_sync_source: _Text | UnsetType | None = UNSET
    external_date_creation: DateTime | UnsetType | None = UNSET
    #: Ids of members; replaces the whole list.
    associated_members: list[PersonNumber] | UnsetType | None = UNSET


class GuestIn(GuestChangesIn, kw_only=True):
    """A new guest."""

    email: str


class PreferencesIn(msgspec.Struct, kw_only=True):
    """How a guest wants to be written to; what is left out stays as it is."""

    digest_enabled: bool | UnsetType = UNSET
    #: Ours: off stops every mail but the link that they ask for.
    mail_enabled: bool | UnsetType = UNSET
    cadence_days: list[str] | UnsetType | None = UNSET
    app_language: _Word | UnsetType | None = UNSET
    content_language: _Word | UnsetType | None = UNSET
    timezone: _Text | UnsetType | None = UNSET


class GuestAccessIn(msgspec.Struct, kw_only=True):
    """Who wants the links to their tasks by mail."""

    FIRST: ClassVar[tuple[str, ...]] = ("email",)

    email: str


class GuestAccessOut(msgspec.Struct, kw_only=True):
    """The same, whoever asked."""

    message: str = "If this address has guest tasks, a link has been sent."


class GuestDetailsOut(msgspec.Struct, kw_only=True):
    """What an organization knows of a guest; always complete."""

    first_name: str | None
    last_name: str | None
    status: str | None
    phone_1: str | None
    phone_2: str | None
    timezone: str | None
    image_url: str | None
    contact_url: str | None
    company_url: str | None
    opportunity_url: str | None
    company_name: str | None
    opportunity_name: str | None
    external_sync_source: str | None
    external_date_creation: str | None
    cadence_days: list[str] | None
    associated_members: list[int] | None
    app_language: str | None
    content_language: str | None
    digest_enabled: bool
    last_city: str | None = None
    last_country: str | None = None
    last_accessed_at: str | None
    disabled_at: str | None
    reactivated_at: str | None
    disabled_by: int | None
    reactivated_by: int | None


class GuestStatsOut(msgspec.Struct, kw_only=True):
    """What a guest has to do and has done."""

    assigned_tasks: int
    tasks_completed: int
    one_off_tasks_completed: int
    last_task_completed_at: str | None
    last_one_off_task_completed_at: str | None


class GuestListItemOut(msgspec.Struct, kw_only=True):
    """The GuestListItem object (contract 10, 1.4)."""

    id: int
    email: str
    first_name: str | None
    last_name: str | None
    full_name: str
    link: str | None
    guest_code: str | None
    created_at: str
    disabled_at: str | None


class GuestOut(GuestListItemOut, kw_only=True):
    """The Guest object (contract 10, 1.3)."""

    #: The names that `with` takes.
    INCLUDES: ClassVar[tuple[str, ...]] = ("stats",)

    last_accessed_at: str | None
    last_known_ip: str | None = None
    last_known_country: str | None = None
    last_updated: str
    updated_at: str
    deleted_at: str | None
    details: GuestDetailsOut
    #: Only when asked for.
    stats: GuestStatsOut | UnsetType = UNSET


class GuestsListOut(msgspec.Struct):
    """An unpaginated list, by design (contract 10, 4.2)."""

    data: list[GuestListItemOut]
    count: int


def guest_list_item_out(guest: LinkedGuest, link: str | None) -> GuestListItemOut:
    return GuestListItemOut(**_shared(guest, link))


def guest_out(
    guest: LinkedGuest, link: str | None, *, deleted_at: Instant | None = None
) -> GuestOut:
    """`link`: None for callers who must not hand it out."""
    return GuestOut(
        **_shared(guest, link),
        last_updated=wire_time(guest.updated_at),
        updated_at=wire_time(guest.updated_at),
        last_accessed_at=optional_wire_time(guest.last_accessed_at),
        deleted_at=optional_wire_time(deleted_at),
        details=_details_out(guest),
    )


def _shared(guest: LinkedGuest, link: str | None) -> dict[str, Any]:
    return {
        "id": guest.id,
        "email": guest.email,
        "first_name": guest.first_name,
        "last_name": guest.last_name,
        "full_name": guest.full_name,
        "link": link,
        "guest_code": None if link is None else guest.code,
        "created_at": wire_time(guest.created_at),
        "disabled_at": optional_wire_time(guest.disabled_at),
    }


def _details_out(guest: LinkedGuest) -> GuestDetailsOut:
    known = msgspec.structs.asdict(guest.details)
    del known["mail_enabled"]
    known["external_date_creation"] = optional_wire_time(guest.details.external_date_creation)
    return GuestDetailsOut(
        **known,
        first_name=guest.first_name,
        last_name=guest.last_name,
        last_accessed_at=optional_wire_time(guest.last_accessed_at),
        disabled_at=optional_wire_time(guest.disabled_at),
        reactivated_at=optional_wire_time(guest.reactivated_at),
        disabled_by=guest.disabled_by,
        reactivated_by=guest.reactivated_by,
    )


def stats_out(stats: GuestStats) -> GuestStatsOut:
    return GuestStatsOut(
        assigned_tasks=stats.assigned_count,
        tasks_completed=stats.completed_count,
        one_off_tasks_completed=stats.completed_oneoff_count,
        last_task_completed_at=optional_wire_time(stats.completed_last_at),
        last_one_off_task_completed_at=optional_wire_time(stats.completed_oneoff_last_at),
    )
