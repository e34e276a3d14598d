"""JSON shapes of organizations (contract 10, 1.6) and of tokens (contract 00, 5.6)."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.scopes import SCOPES, known_scopes
from procession.core.times import SECOND, optional_wire_time, wire_time
from procession.domains.accounts.types import (
    Client,
    Domain,
    Organization,
    OrganizationFace,
    Token,
    all_settings,
)
from procession.kit.binding import RichText, Secret

_Line = Annotated[str, Meta(max_length=255)] | UnsetType | None
_Text = Annotated[str, Meta(max_length=5000)] | UnsetType | None
_Page = RichText | UnsetType | None
_Switch = bool | UnsetType


class ArchiveAfterIn(msgspec.Struct, kw_only=True):
    unit: str
    value: Annotated[int, Meta(ge=1, le=90)]


class DefaultDeadlineIn(msgspec.Struct, kw_only=True):
    type: str
    value: Annotated[int, Meta(ge=1, le=9999)]


class WorkingDayIn(msgspec.Struct, kw_only=True):
    """With `all_hours` times say nothing, and may be null."""

    IS_NEVER_A_LIST: ClassVar[bool] = True

    all_hours: bool = False
    start: str | None = "00:00"
    #: `24:00` and `00:00` are the midnight after the day.
    end: str | None = "23:59"


class WorkingDaysIn(msgspec.Struct, kw_only=True):
    """A day that is null is free; one that is absent stays what it is."""

    IS_NEVER_A_LIST: ClassVar[bool] = True

    Monday: WorkingDayIn | UnsetType | None = UNSET
    Tuesday: WorkingDayIn | UnsetType | None = UNSET
    Wednesday: WorkingDayIn | UnsetType | None = UNSET
    Thursday: WorkingDayIn | UnsetType | None = UNSET
    Friday: WorkingDayIn | UnsetType | None = UNSET
    Saturday: WorkingDayIn | UnsetType | None = UNSET
    Sunday: WorkingDayIn | UnsetType | None = UNSET


class OrganizationChangesIn(msgspec.Struct, kw_only=True):
    """Settings of an organization: only the keys that are sent change."""

    name: Annotated[str, Meta(min_length=1, max_length=50)] | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    description: _Text = UNSET
    industry: _Line = UNSET
    purpose: _Text = UNSET
    signup_survey: _Text = UNSET
    process_today: _Text = UNSET
    address1: _Line = UNSET
    address2: _Line = UNSET
    country: _Line = UNSET
    state: _Line = UNSET
    city: _Line = UNSET
    zipcode: _Line = UNSET
    welcome_title: _Line = UNSET
    welcome_description: _Text = UNSET
    org_logo: _Line = UNSET
    home_bg: _Line = UNSET
    settings: _Page = UNSET
    team_size: list[int] | UnsetType = UNSET
    working_days: WorkingDaysIn | UnsetType = UNSET
    deadline_setting: _Line = UNSET
    default_deadline: DefaultDeadlineIn | UnsetType = UNSET
    auto_archive: _Switch = UNSET
    auto_archive_processes_after: ArchiveAfterIn | UnsetType = UNSET
    auto_complete_tasks: _Switch = UNSET
    auto_complete_task_months: Annotated[int, Meta(ge=2, le=24)] | UnsetType = UNSET
    cadence_days: list[str] | UnsetType = UNSET
    guest_cadence_days: list[str] | UnsetType = UNSET
    allow_user_invite: _Switch = UNSET
    allow_manage_groups: _Switch = UNSET
    restrict_blueprint_permissions: _Switch = UNSET
    maximum_group_assignment_limit: Annotated[int, Meta(ge=0)] | UnsetType = UNSET
    wyiwyg: _Switch = UNSET
    enable_onboarding_template: _Switch = UNSET
    onboarding_template_id: _Line = UNSET
    onboarding_snippet: _Page = UNSET
    guest_onboarding_snippet: _Page = UNSET
    homepage_snippet: _Page = UNSET
    light_role_error_snippet: _Page = UNSET
    global_css: _Page = UNSET
    error_404_template: _Page = UNSET
    enable_custom_404_error: _Switch = UNSET
    enable_custom_smtp: _Switch = UNSET
    webhook_date_field_format: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType = (
        UNSET
    )
    auto_join_signups: _Switch = UNSET
    sso_default_role: _Line = UNSET
    analytics_enabled: _Switch = UNSET
    use_generative_ai: _Switch = UNSET
    google_analytics_id: _Line = UNSET
    mixpanel_token: _Line = UNSET
    azure_cognitive_service: _Line = UNSET

    def chosen(self) -> dict[str, Any]:
        """What was sent."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


class NewTokenIn(msgspec.Struct, kw_only=True):
    """A token to make; unless scopes are named, it is good for what the caller's own is."""

    name: Annotated[str, Meta(max_length=100)] | None = None
    scopes: list[str] | None = None
    #: Seconds.
    expires_in: Annotated[int, Meta(ge=1)] | None = None


class TokenOut(msgspec.Struct, kw_only=True):
    """An access token without its text."""

    id: int
    name: str
    scopes: list[str]
    client_id: int
    created_at: str
    #: To five minutes.
    last_used_at: str | None
    expires_at: str | None


class NewTokenOut(TokenOut, kw_only=True):
    """An access token with its text, which is never shown again."""

    access_token: str


def token_out(token: Token) -> TokenOut:
    return TokenOut(**_token_fields(token))


def new_token_out(token: Token, text: str) -> NewTokenOut:
    return NewTokenOut(**_token_fields(token), access_token=text)


def _token_fields(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": token.scopes.split(),
        "client_id": token.client_id,
        "created_at": wire_time(token.created_at),
        "last_used_at": optional_wire_time(token.last_used_at),
        "expires_at": optional_wire_time(token.expires_at),
    }


class TokenRequestIn(msgspec.Struct, kw_only=True):
    """What a client sends for tokens; which keys it takes depends on the grant type."""

    FIRST: ClassVar[tuple[str, ...]] = (
        "grant_type",
        "client_secret",
        "username",
        "password",
        "refresh_token",
        "code",
        "redirect_uri",
        "code_verifier",
        "scope",
    )

    grant_type: str | None = None
    client_id: Any = None
    client_secret: Secret | None = None
    username: str | None = None
    password: Secret | None = None
    refresh_token: str | None = None
    code: str | None = None
    redirect_uri: str | None = None
    code_verifier: str | None = None
    scope: str | None = None


class RevocationIn(msgspec.Struct, kw_only=True):
    """The token to revoke, and the client it belongs to."""

    FIRST: ClassVar[tuple[str, ...]] = ("token", "token_type_hint", "client_secret")

    token: str | None = None
    token_type_hint: str | None = None
    client_id: Any = None
    client_secret: Secret | None = None


class GrantOut(msgspec.Struct, kw_only=True):
    """New tokens (RFC 6749, 5.1)."""

    token_type: str = "Bearer"  # noqa: S105
    expires_in: int
    access_token: str
    refresh_token: str | UnsetType = UNSET


class RegistrationIn(msgspec.Struct, kw_only=True):
    """What a program says of itself (RFC 7591, 2); other keys are ignored."""

    FIRST: ClassVar[tuple[str, ...]] = (
        "redirect_uris",
        "client_name",
        "grant_types",
        "response_types",
        "token_endpoint_auth_method",
        "scope",
    )

    redirect_uris: list[str] | None = None
    client_name: str | None = None
    grant_types: list[str] | None = None
    response_types: list[str] | None = None
    token_endpoint_auth_method: str | None = None
    scope: str | None = None


class RegistrationOut(msgspec.Struct, kw_only=True):
    """The client as it is registered, whatever it asked to be (RFC 7591, 3.2.1)."""

    client_id: str
    #: Seconds since 1970.
    client_id_issued_at: int
    client_name: str
    redirect_uris: list[str]
    grant_types: list[str]
    response_types: list[str]
    token_endpoint_auth_method: str
    scope: str


def registration_out(client: Client, asked: str | None) -> RegistrationOut:
    """`asked`: scopes, of which those that are known are said again; without any it may ask for
    all. What a token is good for people decide when they let the client in."""
    return RegistrationOut(
        client_id=str(client.id),
        client_id_issued_at=client.created_at // SECOND,
        client_name=client.name,
        redirect_uris=client.redirects,
        grant_types=["authorization_code", "refresh_token"],
        response_types=["code"],
        token_endpoint_auth_method="none",  # noqa: S106
        scope=" ".join(known_scopes(asked or "") or SCOPES),
    )


class ProvisionIn(msgspec.Struct, kw_only=True):
    """A person to bring into the organization."""

    email: str
    first_name: Annotated[str, Meta(min_length=1, max_length=32)]
    last_name: Annotated[str, Meta(min_length=1, max_length=32)]
    role: str | None = None
    timezone: str | None = None


class DomainIn(msgspec.Struct, kw_only=True):
    """A domain of mail addresses, such as example.com."""

    domain: Annotated[str, Meta(min_length=1, max_length=253)]


class DomainOut(msgspec.Struct, kw_only=True):
    """A domain, and the TXT record that proves whose it is."""

    id: str
    domain: str
    verified_at: str | None
    txt_name: str
    txt_value: str


def domain_out(domain: Domain) -> DomainOut:
    return DomainOut(
        id=domain.id,
        domain=domain.domain,
        verified_at=optional_wire_time(domain.verified_at),
        txt_name=domain.txt_name,
        txt_value=domain.txt_value,
    )


class ClientIn(msgspec.Struct, kw_only=True):
    """An OAuth client to register."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    redirect_uris: list[str] = []
    confidential: bool = True
    allow_implicit: bool = False
    allow_password: bool = False
    allow_client_credentials: bool = False


class ClientChangesIn(msgspec.Struct, kw_only=True):
    """Changes of an OAuth client: only the keys that are sent."""

    name: Annotated[str, Meta(min_length=1, max_length=100)] | UnsetType = UNSET
    redirect_uris: list[str] | UnsetType = UNSET
    confidential: bool | UnsetType = UNSET
    allow_implicit: bool | UnsetType = UNSET
    allow_password: bool | UnsetType = UNSET
    allow_client_credentials: bool | UnsetType = UNSET


class ClientOut(msgspec.Struct, kw_only=True):
    """An OAuth client without its secret."""

    id: int
    name: str
    redirect_uris: list[str]
    confidential: bool
    allow_implicit: bool
    allow_password: bool
    allow_client_credentials: bool
    created_at: str
    updated_at: str


class NewClientOut(ClientOut, kw_only=True):
    """An OAuth client with its secret, which is never shown again; null where it has none."""

    secret: str | None


def client_out(client: Client) -> ClientOut:
    return ClientOut(**_client_fields(client))


def new_client_out(client: Client, secret: str | None) -> NewClientOut:
    return NewClientOut(**_client_fields(client), secret=secret)


def _client_fields(client: Client) -> dict[str, Any]:
    return {
        "id": client.id,
        "name": client.name,
        "redirect_uris": client.redirects,
        "confidential": client.is_confidential,
        "allow_implicit": client.allows_implicit,
        "allow_password": client.allows_password,
        "allow_client_credentials": client.allows_client_credentials,
        "created_at": wire_time(client.created_at),
        "updated_at": wire_time(client.updated_at),
    }


_ADMIN_ONLY = ("google_analytics_id", "mixpanel_token", "azure_cognitive_service")


def organization_out(
    organization: Organization, includes: frozenset[str] = frozenset()
) -> dict[str, Any]:
    settings = all_settings(organization)
    if organization.user_role != "admin":
        settings.update(dict.fromkeys(_ADMIN_ONLY))
    created, updated = wire_time(organization.created_at), wire_time(organization.updated_at)
    return {
        "id": organization.id,
        "name": organization.name,
        **settings,
        "timezone": organization.timezone,
        "created_on": created,
        "created_at": created,
        "last_updated": updated,
        "updated_at": updated,
        "users_count": organization.member_count,
        "disabled_on": optional_wire_time(organization.disabled_at),
        "joined_on": wire_time(organization.joined_at),
        "last_accessed": optional_wire_time(organization.last_accessed_at),
        "user_role": organization.user_role,
        "user_status": organization.user_status,
        # There is no billing here; whoever asks for it is told so.
        **{name: None for name in ("billing_info", "subscription") if name in includes},
    }


def guest_organization_out(organization: OrganizationFace) -> dict[str, Any]:
    """For guests (contract 00, 8.4)."""
    return {
        "id": organization.id,
        "name": organization.name,
        "org_logo": organization.logo,
    }
