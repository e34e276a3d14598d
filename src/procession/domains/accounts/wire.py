"""JSON shapes of organizations (contract 10, 1.6)."""

import json
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import optional_wire_time, wire_time
from procession.domains.accounts.types import SETTING_DEFAULTS, Organization


class ArchiveAfterIn(msgspec.Struct, kw_only=True):
    unit: str
    value: Annotated[int, Meta(ge=1, le=90)]


class OrganizationChangesIn(msgspec.Struct, kw_only=True):
    """The settings that can be changed so far; other keys are ignored, and named as such."""

    name: Annotated[str, Meta(min_length=1, max_length=50)] | UnsetType = UNSET
    timezone: str | UnsetType = UNSET
    auto_archive: bool | UnsetType = UNSET
    auto_archive_processes_after: ArchiveAfterIn | UnsetType = UNSET


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
