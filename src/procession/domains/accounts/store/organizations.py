"""Organizations and their settings."""

import json
from typing import Any

import sqlalchemy as sa

from procession.domains.accounts.store.holders import bound
from procession.domains.accounts.tables import (
    organizations,
)
from procession.domains.accounts.types import SETTING_DEFAULTS, Organization
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.people.tables import memberships
from procession.domains.templates.tables import template_versions, templates
from procession.kit.db import Connection, Statement, like_pattern
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_COUNTED = memberships.alias("counted")
_MEMBER_COUNT = (
    sa.select(sa.func.count())
    .select_from(_COUNTED)
    .where(
        _COUNTED.c.organization_id == organizations.c.id,
        _COUNTED.c.role != "bot",
        _COUNTED.c.disabled_at.is_(None),
        _COUNTED.c.approved_at.is_not(None),
        _COUNTED.c.accepted_at.is_not(None),
    )
    .scalar_subquery()
)
_OWN_ORGANIZATIONS = (
    sa.select(
        organizations.c.id,
        organizations.c.name,
        organizations.c.timezone,
        organizations.c.settings,
        organizations.c.created_at,
        organizations.c.updated_at,
        _MEMBER_COUNT,
        memberships.c.role,
        memberships.c.approved_at,
        memberships.c.accepted_at,
        memberships.c.disabled_at,
        memberships.c.joined_at,
    )
    .select_from(
        organizations.join(memberships, memberships.c.organization_id == organizations.c.id)
    )
    .where(memberships.c.user_id == CALLER_ID)
)
_ORGANIZATION = Statement(_OWN_ORGANIZATIONS.where(organizations.c.id == ORGANIZATION_ID))
_IN_LIST = sa.or_(
    sa.bindparam("q", type_=sa.Text) == "",
    sa.func.lower(organizations.c.name).like(sa.bindparam("pattern", type_=sa.Text), escape="\\"),
)
_ORGANIZATION_PAGE = Statement(
    _OWN_ORGANIZATIONS.where(_IN_LIST)
    .order_by(sa.func.lower(organizations.c.name), organizations.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .offset(sa.bindparam("offset", type_=sa.Integer))
)
_ORGANIZATION_COUNT = Statement(
    sa.select(sa.func.count())
    .select_from(
        organizations.join(memberships, memberships.c.organization_id == organizations.c.id)
    )
    .where(memberships.c.user_id == CALLER_ID, _IN_LIST)
)
_SETTINGS = Statement(
    sa.select(organizations.c.settings).where(organizations.c.id == ORGANIZATION_ID)
)
_INSERT_ORGANIZATION = Statement(
    organizations.insert().values(
        {
            **bound("name", "timezone", "settings", "created_at", "updated_at"),
            "id": ORGANIZATION_ID,
        }
    )
)


_ANY_ORGANIZATION = Statement(sa.select(organizations.c.id).limit(1))
_ARCHIVING = Statement(
    sa.select(organizations.c.id)
    .where(organizations.c.settings.like('%"auto_archive":true%'))
    .order_by(organizations.c.id)
)
_SET_ORGANIZATION = Statement(
    organizations.update()
    .where(organizations.c.id == ORGANIZATION_ID)
    .values(
        name=sa.bindparam("new_name"),
        timezone=sa.bindparam("new_timezone"),
        settings=sa.bindparam("new_settings"),
        updated_at=sa.bindparam("now"),
    )
)


_LAUNCHABLE = Statement(
    sa.select(templates.c.id).where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.id == sa.bindparam("template_id", type_=sa.String(32)),
        templates.c.type == "procedure",
        templates.c.is_system.is_(False),
        templates.c.archived_at.is_(None),
        sa.exists().where(
            template_versions.c.organization_id == templates.c.organization_id,
            template_versions.c.template_id == templates.c.id,
            template_versions.c.version == templates.c.version,
            template_versions.c.step_count > 0,
        ),
    )
)


def is_launchable(work: Work, template_id: str) -> bool:
    """A live procedure with a step: what new members can be started on."""
    return work.value(_LAUNCHABLE, template_id=template_id) is not None


def has_organizations(connection: Connection) -> bool:
    return bool(connection.fetch(_ANY_ORGANIZATION, {}))


def organizations_archiving(connection: Connection) -> list[str]:
    """Organizations that let finished processes be archived by themselves."""
    return [row[0] for row in connection.fetch(_ARCHIVING, {})]


def set_organization(work: Work, name: str, timezone: str, settings: dict[str, Any]) -> None:
    work.run(
        _SET_ORGANIZATION,
        new_name=name,
        new_timezone=timezone,
        new_settings=json.dumps(settings, separators=(",", ":"), sort_keys=True),
    )


def get_organization(work: Work) -> Organization:
    return work.all(_ORGANIZATION, Organization)[0]


def list_organizations(work: Work, request: PageRequest, q: str) -> Page[Organization]:
    values = {"q": q, "pattern": like_pattern(q)}
    rows = work.all(
        _ORGANIZATION_PAGE, Organization, limit=request.size, offset=request.offset, **values
    )
    return Page(rows, work.value(_ORGANIZATION_COUNT, **values), request)


def get_settings(work: Work) -> dict[str, Any]:
    """Settings of the organization, defaults filled in."""
    return {**SETTING_DEFAULTS, **json.loads(work.value(_SETTINGS))}


def add_organization(work: Work, name: str, timezone: str) -> None:
    work.run(
        _INSERT_ORGANIZATION,
        name=name,
        timezone=timezone,
        settings="{}",
        created_at=work.now,
        updated_at=work.now,
    )
