"""Organizations, their settings, and what an access token leads to."""

from typing import Any

import msgspec

from procession.core.retention import Rule, shown_period
from procession.core.sorting import Sorting
from procession.core.times import Instant
from procession.domains.people.types import membership_status
from procession.kit.reading import read_stored, stored_reader


class Organization(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """An organization as its member sees it; field order is the store's column order."""

    id: str
    name: str
    timezone: str
    #: JSON object of the settings that differ from `SETTING_DEFAULTS`.
    settings: str
    created_at: Instant
    updated_at: Instant
    member_count: int
    user_role: str
    approved_at: Instant | None
    accepted_at: Instant | None
    disabled_at: Instant | None
    joined_at: Instant
    last_accessed_at: Instant | None
    #: Its rule of retention (core.retention.Rule), JSON; None: the usual one.
    retention: str | None

    @property
    def user_status(self) -> str:
        return membership_status(self.approved_at, self.accepted_at, self.disabled_at)


class OrganizationLine(msgspec.Struct, array_like=True, frozen=True):
    """One of all organizations of the server, for who runs it."""

    id: str
    name: str
    created_at: Instant
    member_count: int


class OrganizationFace(msgspec.Struct, array_like=True, frozen=True):
    """What anybody who works with an organization knows of it."""

    id: str
    name: str
    settings: str

    @property
    def logo(self) -> str | None:
        return read_stored(self.settings).get("org_logo")  # type: ignore[no-any-return]


#: The client that this server is itself: of tokens that no other program asked for.
OWN_CLIENT = 1


class Token(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """An access token without its text, which nobody can read back."""

    id: int
    user_id: int
    email: str
    client_id: int
    organization_id: str | None
    scopes: str
    name: str
    created_at: Instant
    expires_at: Instant | None
    revoked_at: Instant | None
    last_used_at: Instant | None


class TokenHolder(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """Who a token stands for, and what they are in the organization asked for (None: nothing)."""

    user_id: int
    user_timezone: str
    token_organization_id: str | None
    expires_at: Instant | None
    revoked_at: Instant | None
    organization_id: str | None
    organization_timezone: str | None
    role: str | None
    can_create_templates: bool | None
    can_archive_processes: bool | None
    approved_at: Instant | None
    accepted_at: Instant | None
    disabled_at: Instant | None
    scopes: str
    last_used_at: Instant | None
    last_accessed_at: Instant | None
    #: The program it was made for.
    client_id: int
    has_custom_values: bool
    is_heard: bool
    has_holds: bool


class Domain(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A domain of mail addresses; field order is the store's column order."""

    id: str
    domain: str
    proof: str
    created_at: Instant
    verified_at: Instant | None

    @property
    def txt_name(self) -> str:
        """Where the name system has to hold the proof, as a TXT record."""
        return f"{PROOF_LABEL}.{self.domain}"

    @property
    def txt_value(self) -> str:
        return f"procession-verification={self.proof}"


PROOF_LABEL = "_procession-challenge"


class ClientFlags(msgspec.Struct, frozen=True, kw_only=True):
    """What a client can keep, and how it may ask for tokens."""

    is_confidential: bool = True
    allows_implicit: bool = False
    allows_password: bool = False
    allows_client_credentials: bool = False


class Client(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A program that asks for tokens; field order is the store's column order."""

    id: int
    #: None: the server's own client.
    organization_id: str | None
    name: str
    secret_digest: str | None
    #: JSON list.
    redirect_uris: str
    is_confidential: bool
    allows_implicit: bool
    allows_password: bool
    allows_client_credentials: bool
    created_at: Instant
    updated_at: Instant

    @property
    def redirects(self) -> list[str]:
        return read_stored(self.redirect_uris)  # type: ignore[no-any-return]


class RefreshToken(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A refresh token without its text."""

    id: int
    user_id: int
    client_id: int
    scopes: str
    #: Shared with every token that came before and after it.
    family: str
    expires_at: Instant
    used_at: Instant | None
    #: What it was exchanged for: readable with its text alone.
    sealed_answer: str | None
    revoked_at: Instant | None


class Code(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """An authorization code without its text."""

    user_id: int
    client_id: int
    redirect_uri: str
    scopes: str
    challenge: str | None
    family: str
    expires_at: Instant
    used_at: Instant | None


class Login(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """An account that somebody wants to use."""

    user_id: int
    password_hash: str | None
    #: A member somewhere, or not a member anywhere yet; not so when disabled everywhere.
    is_enabled: bool
    #: No administrator in an organization that lets nobody else in by password.
    must_use_provider: bool


class IdentityProvider(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """Where the members of an organization sign in by OpenID Connect."""

    organization_id: str
    issuer: str
    client_id: str
    sealed_secret: str
    is_enforced: bool


class BrowserSession(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """A browser that somebody is signed in with, without the secret in its cookie."""

    digest: str
    user_id: int
    user_timezone: str
    seen_at: Instant
    expires_at: Instant


class Standing(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """What somebody is in an organization where they may work; field order is the store's."""

    organization_id: str
    organization_name: str
    timezone: str | None
    role: str
    can_create_templates: bool
    can_archive_processes: bool
    last_accessed_at: Instant | None
    email: str
    first_name: str | None
    last_name: str | None
    has_custom_values: bool
    is_heard: bool
    #: Of the notifications that they have there.
    unread_count: int

    @property
    def full_name(self) -> str:
        return f"{self.first_name or ''} {self.last_name or ''}".strip() or self.email


class ApplicationHolder(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """The client a token was made for. `user_id` None: it is the client's own token."""

    user_id: int | None
    expires_at: Instant | None
    revoked_at: Instant | None
    client_id: int
    organization_id: str | None
    timezone: str | None
    bot_id: int | None
    last_used_at: Instant | None


_ALL_DAY = {"all_hours": True, "start": "00:00", "end": "23:59"}
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DIGEST_DAYS = ["Monday", "Wednesday", "Friday"]

#: Settings that hold the id of a snippet, or a text of their own.
SNIPPET_SETTINGS = (
    "onboarding_snippet", "guest_onboarding_snippet", "homepage_snippet",
    "light_role_error_snippet",
)  # fmt: skip

#: Every setting of the Organization object that is not a column (contract 10, 1.6).
SETTING_DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(
        (
            "slug", "description", "industry", "purpose", "signup_survey", "process_today",
            "address1", "address2", "country", "state", "city", "zipcode", "welcome_title",
            "welcome_description", "org_logo", "home_bg", "settings", "deadline_setting",
            "onboarding_template_id", *SNIPPET_SETTINGS, "global_css", "error_404_template",
            "saml_login_url", "sso_default_role", "google_analytics_id", "mixpanel_token",
            "azure_cognitive_service", "payment_state", "plan_code", "preferred_trial_plan",
        )
    ),
    **dict.fromkeys(
        (
            "auto_complete_tasks", "restrict_blueprint_permissions",
            "enable_onboarding_template", "enable_custom_404_error", "enable_custom_smtp",
            "auto_join_signups", "saml_enabled", "analytics_enabled", "use_generative_ai",
            "in_trial", "limit_trial_features", "real_time_billing",
            "disable_min_members_billing", "enable_light_users_billing",
        ),
        False,
    ),
    "team_size": [],
    "working_days": dict.fromkeys(_WEEK, _ALL_DAY),
    "default_deadline": {"type": "days", "value": 5},
    "auto_complete_task_months": 18,
    "cadence_days": _DIGEST_DAYS,
    "guest_cadence_days": _DIGEST_DAYS,
    "allow_user_invite": True,
    "allow_manage_groups": True,
    "maximum_group_assignment_limit": 0,
    "wyiwyg": True,
    "webhook_date_field_format": "yyyy-MM-ddTHH:mm:ssZ",
    "live_support_enabled": 0,
}  # fmt: skip


#: Settings that are a view of the organization's rule of retention (contract 70, 3).
RETENTION_SETTINGS = ("auto_archive", "auto_archive_processes_after")


def retention_settings(rule: Rule) -> dict[str, Any]:
    """As the Organization object shows the rule."""
    period = shown_period(rule)
    return {
        "auto_archive": rule.enabled.archive,
        "auto_archive_processes_after": {"unit": period.unit, "value": period.value},
    }


_read_rule = stored_reader(Rule)


def all_settings(organization: Organization) -> dict[str, Any]:
    """Defaults filled in, and those that are a view of something else."""
    rule = Rule() if organization.retention is None else _read_rule(organization.retention)
    stored = read_stored(organization.settings)
    return {**SETTING_DEFAULTS, **stored, **retention_settings(rule)}


ORGANIZATION_SORTING = Sorting("name", "last_accessed", "created_at", "updated_at", "id")
