"""JSON shapes of people (contract 10, 1)."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import Instant, optional_wire_time, utc_offset, wire_time
from procession.domains.people.types import DATE_FORMATS, Account, Member, MemberView
from procession.domains.people.wire.includes import includes_out
from procession.kit.binding import PersonNumber, Secret


class OwnersIn(msgspec.Struct, kw_only=True):
    """People to assign; a list that is absent or empty names nobody."""

    users: list[PersonNumber] | None = None
    guests: list[str] | None = None
    groups: list[str] | None = None


FirstName = Annotated[str, Meta(min_length=1, max_length=32)]
LastName = Annotated[str, Meta(max_length=32)]
Message = Annotated[str, Meta(max_length=5000)]


class InvitationIn(msgspec.Struct, kw_only=True):
    """Whom to invite. Without a name the address stands for it; without a role: light."""

    email: str
    first_name: FirstName | None = None
    last_name: LastName | None = None
    role: str | None = None
    message: Message | None = None


class ResendingIn(msgspec.Struct, kw_only=True):
    """Words to go with an invitation that is sent again."""

    message: Message | None = None


class MembershipIn(msgspec.Struct, kw_only=True):
    """What a guest becomes, and words to go with the invitation. Without a role: standard."""

    role: str | None = None
    message: Message | None = None


class AcceptanceIn(msgspec.Struct, kw_only=True):
    """The first password of a new account, and what the person is called."""

    password: Secret | None = None
    password_confirmation: Secret | None = None
    first_name: FirstName | None = None
    last_name: LastName | UnsetType | None = UNSET
    timezone: str | None = None


class PasswordIn(msgspec.Struct, kw_only=True):
    """A new password for the caller's account."""

    # Looking whether it is right is counted, and takes a while.
    FIRST: ClassVar[tuple[str, ...]] = ("current_password", "password")

    current_password: Secret
    password: Secret
    password_confirmation: Secret | None = None
    revoke_tokens: bool = False


class ForgottenIn(msgspec.Struct, kw_only=True):
    """Whose password was forgotten."""

    FIRST: ClassVar[tuple[str, ...]] = ("email",)

    email: str


class NewPasswordIn(msgspec.Struct, kw_only=True):
    """What the link in the mail holds, and the password to have from now on."""

    FIRST: ClassVar[tuple[str, ...]] = ("token", "email")

    token: Secret
    email: str
    password: Secret
    password_confirmation: Secret | None = None
    revoke_tokens: bool = False


class OwnAddressIn(msgspec.Struct, kw_only=True):
    """A new address for the caller's account."""

    # As above.
    FIRST: ClassVar[tuple[str, ...]] = ("password", "email")

    email: str
    password: Secret


class AddressIn(msgspec.Struct, kw_only=True):
    """A new address for somebody's account."""

    email: str


class RoleIn(msgspec.Struct, kw_only=True):
    """admin, standard or light."""

    role: str


class ProfileIn(msgspec.Struct, kw_only=True):
    """What to change of a person: only the keys that are sent."""

    first_name: FirstName | UnsetType = UNSET
    last_name: LastName | UnsetType | None = UNSET
    timezone: str | UnsetType = UNSET
    phone: Annotated[str, Meta(max_length=20)] | UnsetType | None = UNSET
    job_title: Annotated[str, Meta(max_length=255)] | UnsetType | None = UNSET
    job_description: Annotated[str, Meta(max_length=2000)] | UnsetType | None = UNSET
    team: Annotated[str, Meta(max_length=255)] | UnsetType | None = UNSET
    #: Number of the country in ISO 3166-1.
    country_id: int | UnsetType | None = UNSET
    date_format: str | UnsetType = UNSET
    locale: str | UnsetType = UNSET
    step_preferences: bool | UnsetType = UNSET
    digest_enabled: bool | UnsetType = UNSET
    #: Ours: off stops every mail but those that keep the account safe.
    mail_enabled: bool | UnsetType = UNSET
    cadence_days: list[str] | UnsetType = UNSET
    notifications: dict[str, bool] | UnsetType = UNSET
    can_create_templates: bool | UnsetType = UNSET
    can_archive_processes: bool | UnsetType = UNSET
    #: Sent back by clients with what they read; they are changed elsewhere.
    email: str | UnsetType = UNSET
    username: str | UnsetType = UNSET


class InvitationLinkOut(msgspec.Struct, kw_only=True):
    """An open invitation, for whoever hands its link over."""

    link: str
    expires_at: str
    sent_at: str


class OrganizationNameOut(msgspec.Struct, kw_only=True):
    id: str
    name: str


class OpenInvitationOut(msgspec.Struct, kw_only=True):
    """What an invited person sees before accepting (contract 10, 2)."""

    organization: OrganizationNameOut
    email: str
    first_name: str
    last_name: str
    invited_by_name: str
    message: str | None
    expires_at: str
    needs_password: bool


class UserOut(msgspec.Struct, kw_only=True):
    """The User object (contract 10, 1.1)."""

    #: The names that `with` takes.
    INCLUDES: ClassVar[tuple[str, ...]] = (
        "groups", "stats", "country", "organizations", "preferences", "auth_methods", "assets",
        "member_watchers", "member_watchers.watcher", "guest_watchers",
        "guest_watchers.watcher",
    )  # fmt: skip

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
    last_login_at: str | None
    last_accessed_at: str | None
    activated_at: str | None
    approved_at: str | None
    invited_by: int | None = None
    disabled_at: str | None
    disabled_by: int | None = None
    reactivated_at: str | None = None
    reactivated_by: int | None = None
    last_known_ip: str | None = None
    last_known_country: str | None = None
    # Includes; preferences and ways to sign in are for administrators and the person.
    groups: dict[str, Any] | UnsetType = UNSET
    stats: dict[str, Any] | UnsetType = UNSET
    country: dict[str, Any] | UnsetType | None = UNSET
    organizations: dict[str, Any] | UnsetType = UNSET
    preferences: dict[str, Any] | UnsetType = UNSET
    auth_methods: dict[str, Any] | UnsetType = UNSET
    assets: dict[str, Any] | UnsetType = UNSET
    member_watchers: dict[str, Any] | UnsetType = UNSET
    guest_watchers: dict[str, Any] | UnsetType = UNSET


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


def view_out(view: MemberView, now: Instant) -> UserOut:
    return UserOut(**_user_fields(view.member, now), **includes_out(view))


def me_out(account: Account, view: MemberView, now: Instant) -> MeOut:
    return MeOut(
        **_user_fields(account, now),
        **includes_out(view),
        default_organization_id=account.default_organization_id,
        organizations_count=account.organization_count,
    )


def _user_fields(member: Member, now: Instant) -> dict[str, Any]:
    return {
        "last_login_at": optional_wire_time(member.last_login_at),
        "last_accessed_at": optional_wire_time(member.last_accessed_at),
        "id": member.id,
        "email": member.email,
        "username": member.username,
        "first_name": member.first_name,
        "last_name": member.last_name,
        "full_name": member.full_name,
        "locale": member.locale or "en",
        "active": member.is_active,
        "is_active": member.is_active,
        "is_bot": member.is_bot,
        "is_default_admin": bool(member.is_default_admin),
        "can_create_templates": member.can_create_templates is not False,
        "can_archive_processes": member.can_archive_processes is not False,
        "type": None if member.status == "invited" else member.role,
        "role": member.role,
        "status": member.status if member.role is not None else None,
        "phone": member.phone,
        "job_title": member.job_title,
        "job_description": member.job_description,
        "team": member.team,
        "country_id": member.country_id,
        "date_format": member.date_format or DATE_FORMATS[0],
        "timezone": member.timezone,
        "UTC_offset": utc_offset(now, member.timezone),
        "created_at": wire_time(member.created_at),
        "last_updated": wire_time(member.updated_at),
        "updated_at": wire_time(member.updated_at),
        "activated_at": optional_wire_time(member.activated_at),
        "approved_at": optional_wire_time(member.approved_at),
        "invited_by": member.invited_by,
        "disabled_at": optional_wire_time(member.disabled_at),
        "disabled_by": member.disabled_by,
        "reactivated_at": optional_wire_time(member.reactivated_at),
        "reactivated_by": member.reactivated_by,
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
