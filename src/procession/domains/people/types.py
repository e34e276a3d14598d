"""People: members, guests, and the lists of assignees that name them."""

from collections.abc import Iterable
from typing import Any

import msgspec

from procession.core.sorting import Sorting
from procession.core.times import Instant
from procession.kit.reading import read_stored

USER, GUEST, GROUP = "u", "e", "g"


def user_key(user_id: int) -> str:
    """How lists of people store a user: `u:7`. Guests are `e:3`, groups `g:<id>`."""
    return f"{USER}:{user_id}"


def guest_key(guest_id: int) -> str:
    return f"{GUEST}:{guest_id}"


def group_key(group_id: str) -> str:
    return f"{GROUP}:{group_id}"


def users_among(keys: Iterable[str]) -> list[int]:
    return sorted(int(key[2:]) for key in keys if key.startswith("u:"))


def groups_among(keys: Iterable[str]) -> list[str]:
    return sorted(key[2:] for key in keys if key.startswith("g:"))


class Guest(msgspec.Struct, array_like=True, frozen=True):
    id: int
    email: str
    disabled_at: Instant | None = None


class Assignees(msgspec.Struct, frozen=True):
    """Who a task is assigned to; groups stand for their current members (README, ruling 14)."""

    users: tuple[int, ...] = ()
    guests: tuple[Guest, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.users or self.guests or self.groups)

    @property
    def is_guests_only(self) -> bool:
        return bool(self.guests) and not self.users and not self.groups

    def written(self) -> list[tuple[str, str]]:
        """(stored key, text on the wire) of each."""
        return [
            *((user_key(user), str(user)) for user in self.users),
            *((guest_key(guest.id), guest.email) for guest in self.guests),
            *((group_key(group), group) for group in self.groups),
        ]


def membership_status(
    approved_at: Instant | None, accepted_at: Instant | None, disabled_at: Instant | None
) -> str:
    """active, invited or disabled (contract 10, 1.1)."""
    if disabled_at is not None:
        return "disabled"
    return "invited" if approved_at is None or accepted_at is None else "active"


#: Of mails (contract 60, 7).
SWITCHES = (
    "task_assigned", "others_task_updates", "comments", "mentions", "process_completed",
    "deadline_changed",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DATE_FORMATS = ("mm/dd/yyyy", "dd/mm/yyyy", "yyyy-mm-dd")
PREFERENCE_DEFAULTS: dict[str, Any] = {
    "step_preferences": True,
    # Off: no mail at all, but for what keeps the account safe.
    "mail_enabled": True,
    "digest_enabled": True,
    "cadence_days": ["Monday", "Wednesday", "Friday"],
    "notifications": dict.fromkeys(SWITCHES, True),
}


class Member(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A user as a member of one organization; field order is the store's column order."""

    id: int
    email: str
    username: str
    first_name: str
    last_name: str
    timezone: str
    is_bot: bool
    created_at: Instant
    updated_at: Instant
    phone: str | None
    job_title: str | None
    job_description: str | None
    team: str | None
    country_id: int | None
    locale: str | None
    date_format: str | None
    #: JSON object of the preferences that differ from `PREFERENCE_DEFAULTS`.
    preferences: str | None
    activated_at: Instant | None
    role: str | None
    is_default_admin: bool | None
    can_create_templates: bool | None
    can_archive_processes: bool | None
    joined_at: Instant | None
    approved_at: Instant | None
    accepted_at: Instant | None
    invited_by: int | None
    disabled_at: Instant | None
    disabled_by: int | None
    reactivated_at: Instant | None
    reactivated_by: int | None
    last_accessed_at: Instant | None
    last_login_at: Instant | None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def status(self) -> str:
        return membership_status(self.approved_at, self.accepted_at, self.disabled_at)

    @property
    def is_active(self) -> bool:
        return self.role is not None and self.status == "active"


def preferences_of(member: Member) -> dict[str, Any]:
    """Defaults filled in."""
    chosen = read_stored(member.preferences or "{}")
    notifications = {**PREFERENCE_DEFAULTS["notifications"], **chosen.get("notifications", {})}
    return {**PREFERENCE_DEFAULTS, **chosen, "notifications": notifications}


class Account(Member, array_like=True, frozen=True, kw_only=True):
    """A user across organizations, shown through their default one (None: they have none)."""

    default_organization_id: str | None
    organization_count: int


class User(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """An account, whatever organizations it belongs to."""

    id: int
    email: str
    first_name: str
    last_name: str
    timezone: str


class Invitation(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """An open invitation; field order is the store's column order."""

    organization_id: str
    user_id: int
    nonce: str
    message: str | None
    sent_at: Instant
    expires_at: Instant


class GuestAccess(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """What a guest code leads to."""

    guest_id: int
    organization_id: str
    timezone: str
    disabled_at: Instant | None
    last_accessed_at: Instant | None


class GuestCodes(msgspec.Struct, frozen=True):
    """What lets the guests of some tasks in, those who are assigned by a group too."""

    #: By lower-cased address.
    codes: dict[str, str] = {}
    #: Addresses of the guests in each group.
    of_groups: dict[str, list[str]] = {}

    def of(self, guests: Iterable[str], groups: Iterable[str]) -> dict[str, str]:
        """Lower-cased address -> code: first those named, then those in the groups."""
        inside = (address for group in groups for address in self.of_groups.get(group, ()))
        addresses = dict.fromkeys(address.lower() for address in (*guests, *inside))
        return {address: self.codes[address] for address in addresses if address in self.codes}


class OwnLink(msgspec.Struct, frozen=True):
    """What lets a guest into one of the organizations that they are a guest of."""

    organization_id: str
    organization_name: str
    email: str
    code: str


class Group(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A group with the people in it who are not disabled; the store fills them in."""

    id: str
    name: str
    description: str | None
    created_at: Instant
    updated_at: Instant
    #: Ascending.
    members: tuple[int, ...] = ()
    #: By address.
    guests: tuple[Guest, ...] = ()

    @property
    def addresses(self) -> list[str]:
        return [guest.email for guest in self.guests]


class MemberStats(msgspec.Struct, frozen=True, kw_only=True):
    """What a member has done in the organization."""

    #: In the versions that their templates have now.
    step_count: int = 0
    step_last_at: Instant | None = None
    completed_task_count: int = 0
    launched_count: int = 0
    template_count: int = 0


class OrganizationName(msgspec.Struct, frozen=True):
    id: str
    name: str


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """A member with what was asked for beside it, as far as the caller may see it."""

    member: Member
    #: Names of what is shown; the rest below is not loaded.
    shown: frozenset[str] = frozenset()
    groups: tuple[Group, ...] = ()
    stats: MemberStats = MemberStats()
    #: Those that the caller is in too.
    organizations: tuple[OrganizationName, ...] = ()
    #: Ways to sign in: native is the password.
    sign_in_methods: tuple[str, ...] = ()


GROUP_SORTING = Sorting("name", "created_at", "updated_at", "id")


MEMBER_SORTING = Sorting(
    "id", "created_at", "updated_at", "first_name", "last_name", "name", "email", "role", "status",
    "last_login_at",
)  # fmt: skip


class GroupFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of groups is narrowed to."""

    q: str = ""
    #: (key, is_descending).
    sort: tuple[tuple[str, bool], ...] = ()


class GuestDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one organization knows of a guest besides the name; stored as JSON."""

    status: str | None = None
    phone_1: str | None = None
    phone_2: str | None = None
    timezone: str | None = None
    image_url: str | None = None
    contact_url: str | None = None
    company_url: str | None = None
    opportunity_url: str | None = None
    company_name: str | None = None
    opportunity_name: str | None = None
    external_sync_source: str | None = None
    external_date_creation: Instant | None = None
    cadence_days: list[str] | None = None
    associated_members: list[int] | None = None
    app_language: str | None = None
    content_language: str | None = None
    digest_enabled: bool = True
    #: Off: no mail of tasks; the guest's own wish, which clients do not see.
    mail_enabled: bool = True


class LinkedGuest(msgspec.Struct, frozen=True, kw_only=True):
    """A guest as one organization knows them."""

    id: int
    email: str
    first_name: str | None
    last_name: str | None
    details: GuestDetails
    #: Lets them in: only for who may see it (contract 00, 5.8).
    code: str
    created_at: Instant
    updated_at: Instant
    disabled_at: Instant | None
    disabled_by: int | None
    reactivated_at: Instant | None
    reactivated_by: int | None
    last_accessed_at: Instant | None

    @property
    def full_name(self) -> str:
        return f"{self.first_name or ''} {self.last_name or ''}".strip()


class GuestStats(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """What a guest has to do and has done; field order is the store's column order."""

    guest_id: int
    assigned_count: int = 0
    completed_count: int = 0
    completed_oneoff_count: int = 0
    completed_last_at: Instant | None = None
    completed_oneoff_last_at: Instant | None = None


GUEST_SORTING = Sorting(
    "created_at", "updated_at", "email", "name", "id", "last_accessed_at",
    # The name begins with it, and what follows decides between those who share it.
    first_name=("name", False),
)  # fmt: skip


class GuestFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of guests is narrowed to; empty: no condition."""

    q: str = ""
    #: active or disabled.
    status: str = ""
    #: (key, is_descending).
    sort: tuple[tuple[str, bool], ...] = ()


class JobTitle(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A placeholder for people on template steps, such as "Account manager"."""

    id: str
    name: str
    description: str | None
    created_at: Instant
    updated_at: Instant
