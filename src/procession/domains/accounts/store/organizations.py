"""Organizations and their settings."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.domains.accounts.store.holders import bound
from procession.domains.accounts.store.numbers import count_aliases
from procession.domains.accounts.store.tokens import ONLY_ORGANIZATION
from procession.domains.accounts.tables import (
    organizations,
)
from procession.domains.accounts.types import (
    ORGANIZATION_SORTING,
    SETTING_DEFAULTS,
    Organization,
    OrganizationFace,
    OrganizationLine,
)
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.people.tables import memberships
from procession.domains.retention.tables import retention
from procession.domains.templates.tables import template_versions, templates
from procession.domains.templates.types import Field
from procession.kit.db import Connection, Statement, decode, like_pattern
from procession.kit.destroying import Clearance, Destroying
from procession.kit.folding import holds, sort_key, with_folds
from procession.kit.paging import Page, PageRequest
from procession.kit.reading import read_stored, stored_reader
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
        memberships.c.last_accessed_at,
        retention.c.rule,
    )
    .select_from(
        organizations.join(
            memberships, memberships.c.organization_id == organizations.c.id
        ).outerjoin(retention, retention.c.organization_id == organizations.c.id)
    )
    .where(memberships.c.user_id == CALLER_ID)
)
_ORGANIZATION = Statement(_OWN_ORGANIZATIONS.where(organizations.c.id == ORGANIZATION_ID))
_FACE = Statement(
    sa.select(organizations.c.id, organizations.c.name, organizations.c.settings).where(
        organizations.c.id == ORGANIZATION_ID
    )
)
_IN_LIST = sa.and_(
    # A token that is good in one organization does not tell of the others.
    sa.or_(ONLY_ORGANIZATION.is_(None), organizations.c.id == ONLY_ORGANIZATION),
    sa.or_(
        sa.bindparam("q", type_=sa.Text) == "",
        holds(organizations.c.name_folded),
    ),
)
_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "name": sort_key(organizations.c.name_folded),
    "last_accessed": sa.func.coalesce(memberships.c.last_accessed_at, 0),
    "created_at": organizations.c.created_at,
    "updated_at": organizations.c.updated_at,
    "id": organizations.c.id,
}
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
_LOCK = Statement(
    sa.select(organizations.c.id).where(organizations.c.id == ORGANIZATION_ID).with_for_update()
)
_TIMEZONE = Statement(
    sa.select(organizations.c.timezone).where(organizations.c.id == ORGANIZATION_ID)
)
_INSERT_ORGANIZATION = Statement(
    organizations.insert().values(
        {
            **bound("name", "name_folded", "timezone", "settings", "created_at", "updated_at"),
            "id": ORGANIZATION_ID,
        }
    )
)


_EVERY_ORGANIZATION = Statement(
    sa.select(
        organizations.c.id,
        organizations.c.name,
        organizations.c.created_at,
        sa.select(sa.func.count())
        .where(
            memberships.c.organization_id == organizations.c.id,
            memberships.c.role != "bot",
            memberships.c.disabled_at.is_(None),
        )
        .scalar_subquery(),
    ).order_by(sort_key(organizations.c.name_folded), organizations.c.id)
)
_DELETE_ORGANIZATION = Destroying(
    organizations.delete().where(organizations.c.id == ORGANIZATION_ID)
)
_ANY_ORGANIZATION = Statement(sa.select(organizations.c.id).limit(1))
_COMPLETING = Statement(
    sa.select(organizations.c.id)
    .where(organizations.c.settings.like('%"auto_complete_tasks":true%'))
    .order_by(organizations.c.id)
)
_SET_ORGANIZATION = Statement(
    organizations.update()
    .where(organizations.c.id == ORGANIZATION_ID)
    .values(
        name=sa.bindparam("new_name"),
        name_folded=sa.bindparam("new_name_folded"),
        timezone=sa.bindparam("new_timezone"),
        settings=sa.bindparam("new_settings"),
        updated_at=sa.bindparam("now"),
    )
)


_read_fields = stored_reader(tuple[Field, ...])

#: The kick-off form of the version that launches use: where drafts are on, the published one.
_KICKOFF = Statement(
    sa.select(template_versions.c.kickoff)
    .select_from(
        templates.join(
            template_versions,
            sa.and_(
                template_versions.c.organization_id == templates.c.organization_id,
                template_versions.c.template_id == templates.c.id,
                template_versions.c.version
                == sa.case(
                    (templates.c.has_draft, templates.c.published_version),
                    else_=templates.c.version,
                ),
            ),
        )
    )
    .where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.id == sa.bindparam("template_id", type_=sa.String(32)),
        templates.c.type == "procedure",
        templates.c.is_system.is_(False),
        templates.c.archived_at.is_(None),
        template_versions.c.step_count > 0,
    )
)


def is_launchable(work: Work, template_id: str) -> bool:
    """A live procedure with a step, and nothing that has to be answered first (contract 50, 9)."""
    kickoff: str | None = work.value(_KICKOFF, template_id=template_id)
    if kickoff is None:
        return False
    fields = _read_fields(kickoff)
    return all(_answers_itself(field) for field in fields)


def _answers_itself(field: Field) -> bool:
    has_default = field.default_value_enabled and field.default_value not in (None, "", [])
    return has_default or not field.required


def has_organizations(connection: Connection) -> bool:
    return bool(connection.fetch(_ANY_ORGANIZATION, {}))


def list_all_organizations(connection: Connection) -> list[OrganizationLine]:
    """Of the whole server, by name."""
    return decode(connection.fetch(_EVERY_ORGANIZATION, {}), OrganizationLine)


def delete_organization(work: Work, clearance: Clearance) -> bool:
    """What refers to it goes with it."""
    return work.destroy(clearance, work.caller.organization_id, _DELETE_ORGANIZATION) > 0


def organizations_completing(connection: Connection) -> list[str]:
    """Organizations that let tasks left for months be completed by themselves."""
    return [row[0] for row in connection.fetch(_COMPLETING, {})]


def _named(name: str) -> dict[str, Any]:
    return with_folds(organizations, {"name": name})


def set_organization(work: Work, name: str, timezone: str, settings: dict[str, Any]) -> None:
    work.run(
        _SET_ORGANIZATION,
        **{f"new_{key}": value for key, value in _named(name).items()},
        new_timezone=timezone,
        new_settings=json.dumps(settings, separators=(",", ":"), sort_keys=True),
    )


def get_organization(work: Work) -> Organization:
    return work.all(_ORGANIZATION, Organization)[0]


def get_face(work: Work) -> OrganizationFace:
    return work.all(_FACE, OrganizationFace)[0]


@cache
def _page(sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [
        (_SORTS[key].desc() if is_descending else _SORTS[key].asc()) for key, is_descending in sort
    ]
    return Statement(
        _OWN_ORGANIZATIONS.where(_IN_LIST)
        .order_by(*order, organizations.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


def list_organizations(
    work: Work, request: PageRequest, q: str, sort: Sequence[tuple[str, bool]] = ()
) -> Page[Organization]:
    """By name, unless asked for otherwise. Unknown sort keys are ignored."""
    values = {
        "q": q,
        "pattern": like_pattern(q),
        "only_organization_id": work.caller.token_organization_id,
    }
    page = _page(ORGANIZATION_SORTING.known(sort, usual=("name", False)))
    rows = work.all(page, Organization, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_ORGANIZATION_COUNT, **values), request)


def get_settings(work: Work) -> dict[str, Any]:
    """Settings of the organization, defaults filled in."""
    return {**SETTING_DEFAULTS, **read_stored(work.value(_SETTINGS))}


def lock_organization(work: Work) -> None:
    """Changes to its settings and to what they depend on wait for each other."""
    work.value(_LOCK)
    work.read_clock()


def get_timezone(work: Work) -> str:
    timezone: str = work.value(_TIMEZONE)
    return timezone


def add_organization(work: Work, name: str, timezone: str) -> None:
    work.run(
        _INSERT_ORGANIZATION,
        **_named(name),
        timezone=timezone,
        settings="{}",
        created_at=work.now,
        updated_at=work.now,
    )
    count_aliases(work)
