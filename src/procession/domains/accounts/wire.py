"""JSON shapes of organizations (contract 10, 1.6) and of tokens (contract 00, 5.6)."""

import json
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import optional_wire_time, wire_time
from procession.domains.accounts.types import SETTING_DEFAULTS, Organization, Token


class ArchiveAfterIn(msgspec.Struct, kw_only=True):
    unit: str
    value: Annotated[int, Meta(ge=1, le=90)]


class OrganizationChangesIn(msgspec.Struct, kw_only=True):
    """The settings that can be changed so far; other keys are ignored, and named as such."""

    name: Annotated[str, Meta(min_length=1, max_length=50)] | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    auto_archive: bool | UnsetType = UNSET
    auto_archive_processes_after: ArchiveAfterIn | UnsetType = UNSET


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
    #: Not recorded yet.
    last_used_at: str | None = None
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
        "expires_at": optional_wire_time(token.expires_at),
    }


_ADMIN_ONLY = ("google_analytics_id", "mixpanel_token", "azure_cognitive_service")


def organization_out(organization: Organization) -> dict[str, Any]:
    settings = {**SETTING_DEFAULTS, **json.loads(organization.settings)}
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
        "last_accessed": None,
        "user_role": organization.user_role,
        "user_status": organization.user_status,
    }
