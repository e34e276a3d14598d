"""JSON shapes of people (contract 10, 1)."""

from typing import Any

import msgspec

from procession.core.times import Instant, optional_wire_time, utc_offset, wire_time
from procession.domains.people.types import Account, Member


class OwnersIn(msgspec.Struct, kw_only=True):
    """People to assign; a list that is absent or empty names nobody."""

    users: list[int] | None = None
    guests: list[str] | None = None
    groups: list[str] | None = None


class UserOut(msgspec.Struct, kw_only=True):
    """The User object (contract 10, 1.1)."""

    id: int
    email: str
    username: str
    first_name: str
    last_name: str
    full_name: str
    profile_pic: str | None = None
    locale: str = "en"
    active: bool
    is_active: bool
    is_suspended: bool = False
    support_user: bool = False
    is_bot: bool
    is_default_admin: bool
    can_create_templates: bool
    can_archive_processes: bool
    type: str | None
    role: str | None
    status: str | None
    phone: str | None = None
    job_title: str | None = None
    job_description: str | None = None
    team: str | None = None
    country_id: int | None = None
    timezone: str
    UTC_offset: str
    date_format: str = "mm/dd/yyyy"
    created_at: str
    last_updated: str
    updated_at: str
    last_login_at: str | None = None
    last_accessed_at: str | None = None
    activated_at: str | None
    approved_at: str | None
    invited_by: int | None = None
    disabled_at: str | None
    disabled_by: int | None = None
    reactivated_at: str | None = None
    reactivated_by: int | None = None
    last_known_ip: str | None = None
    last_known_country: str | None = None


class MeOut(UserOut, kw_only=True):
    """The caller, with what spans organizations (contract 10, 2)."""

    default_organization_id: str | None
    organizations_count: int


class UserListItemOut(msgspec.Struct, kw_only=True):
    """The UserListItem object (contract 10, 1.2)."""

    id: int
    email: str
    username: str
    first_name: str
    last_name: str
    full_name: str
    profile_pic: str | None = None
    role: str | None
    status: str
    is_bot: bool
    timezone: str


class UsersListOut(msgspec.Struct):
    """An unpaginated list, by design (contract 10, 4.2)."""

    data: list[UserListItemOut]
    count: int


def user_out(member: Member, now: Instant) -> UserOut:
    return UserOut(**_user_fields(member, now))


def me_out(account: Account, now: Instant) -> MeOut:
    return MeOut(
        **_user_fields(account, now),
        default_organization_id=account.default_organization_id,
        organizations_count=account.organization_count,
    )


def _user_fields(member: Member, now: Instant) -> dict[str, Any]:
    is_active = member.role is not None and member.status == "active"
    return {
        "id": member.id,
        "email": member.email,
        "username": member.username,
        "first_name": member.first_name,
        "last_name": member.last_name,
        "full_name": member.full_name,
        "active": is_active,
        "is_active": is_active,
        "is_bot": member.is_bot,
        "is_default_admin": bool(member.is_default_admin),
        "can_create_templates": member.can_create_templates is not False,
        "can_archive_processes": member.can_archive_processes is not False,
        "type": member.role,
        "role": member.role,
        "status": member.status if member.role is not None else None,
        "timezone": member.timezone,
        "UTC_offset": utc_offset(now, member.timezone),
        "created_at": wire_time(member.created_at),
        "last_updated": wire_time(member.updated_at),
        "updated_at": wire_time(member.updated_at),
        "activated_at": wire_time(member.created_at),
        "approved_at": optional_wire_time(member.approved_at),
        "disabled_at": optional_wire_time(member.disabled_at),
    }


def user_list_item_out(member: Member) -> UserListItemOut:
    return UserListItemOut(
        id=member.id,
        email=member.email,
        username=member.username,
        first_name=member.first_name,
        last_name=member.last_name,
        full_name=member.full_name,
        role=member.role,
        status=member.status,
        is_bot=member.is_bot,
        timezone=member.timezone,
    )
