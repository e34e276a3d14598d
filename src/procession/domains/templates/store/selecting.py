"""The one select of templates a caller may see, with everything the Template value holds."""

from collections.abc import Collection
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID, shown_name, shown_via
from procession.domains.templates.access import grants_held, is_visible, of_template
from procession.domains.templates.tables import (
    template_grants,
    template_stars,
    templates,
)
from procession.domains.templates.types import (
    Template,
)
from procession.kit.caller import Role
from procession.kit.db import Connection, Statement, any_of
from procession.kit.errors import NotFound
from procession.kit.expecting import check_unchanged
from procession.kit.work import Work

TEMPLATE_ID = sa.bindparam("template_id", type_=sa.String(32))
THIS = (templates.c.organization_id == ORGANIZATION_ID, templates.c.id == TEMPLATE_ID)

IS_STARRED = sa.exists().where(
    template_stars.c.organization_id == templates.c.organization_id,
    template_stars.c.template_id == templates.c.id,
    template_stars.c.user_id == CALLER_ID,
)
#: Shown otherwise than stored.
_APART = ("organization_id", "archived_via", "archived_by_name")
OWN_COLUMNS = [column for column in templates.c if column.name not in _APART and not column.info]
#: In the stead of what follows them, where nobody in particular asks.
OF_NOBODY = (sa.false(), sa.null(), sa.null(), sa.null())


@cache
def visible(role: Role) -> sa.Select[Any]:
    granted = (
        sa.select(sa.func.aggregate_strings(template_grants.c.permission, "\n"))
        .where(of_template(), grants_held(role))
        .scalar_subquery()
    )
    return (
        sa.select(*OWN_COLUMNS, IS_STARRED, granted, shown_via(templates), shown_name(templates))
        .where(templates.c.organization_id == ORGANIZATION_ID, templates.c.is_system.is_(False))
        .where(is_visible(role))
    )


@cache
def _visible_one(role: Role, *, lock: bool) -> Statement:
    chosen = visible(role).where(templates.c.id == TEMPLATE_ID)
    return Statement(chosen.with_for_update(of=templates) if lock else chosen)


def role(work: Work) -> Role:
    return work.caller.role or Role.LIGHT


def find_visible(work: Work, template_id: str, *, lock: bool = False) -> Template | None:
    statement = _visible_one(role(work), lock=lock)
    template = work.first(statement, Template, template_id=template_id)
    if lock:
        work.read_clock()
        if template is not None:
            check_unchanged(work, "checklist", template.id, template.row_version)
    return template


def get_visible(work: Work, template_id: str, *, lock: bool = False) -> Template:
    template = find_visible(work, template_id, lock=lock)
    if template is None:
        raise NotFound(kind="Template")
    return template


@cache
def _visible_among(role: Role) -> Statement:
    return Statement(visible(role).where(any_of(templates.c.id, "template_ids")))


def visible_among(work: Work, template_ids: Collection[str]) -> dict[str, Template]:
    """Those of `template_ids` that the caller may see, by id."""
    if not template_ids:
        return {}
    statement = _visible_among(role(work))
    found = work.all(statement, Template, template_ids=list(template_ids))
    return {template.id: template for template in found}


_IDS = Statement(
    sa.select(templates.c.id)
    .where(templates.c.organization_id == ORGANIZATION_ID, templates.c.is_system.is_(False))
    .order_by(templates.c.number)
)


class _TemplateId(msgspec.Struct, array_like=True, frozen=True):
    id: str


def list_ids(work: Work) -> list[str]:
    """Of every template, whoever may see it; archived ones, too."""
    return [row.id for row in work.all(_IDS, _TemplateId)]


#: Of the version that launches use; null while there is none.
LAUNCHED_TITLE = sa.case(
    (templates.c.has_draft.is_(True), templates.c.published_title), else_=templates.c.title
)


@cache
def _with_title(role: Role) -> Statement:
    return Statement(
        visible(role)
        .where(
            sa.bindparam("title", type_=sa.Text) == LAUNCHED_TITLE,
            templates.c.archived_at.is_(None),
        )
        .order_by(templates.c.id)
    )


def live_with_title(work: Work, title: str) -> list[Template]:
    """Those that the caller may see, by the title that they are launched with."""
    return work.all(_with_title(role(work)), Template, title=title)


_SYSTEM_TEMPLATE = Statement(
    sa.select(*OWN_COLUMNS, *OF_NOBODY).where(
        templates.c.organization_id == ORGANIZATION_ID, templates.c.is_system.is_(True)
    )
)


def get_system_template(work: Work) -> Template:
    """The hidden template of processes launched without one."""
    return work.all(_SYSTEM_TEMPLATE, Template)[0]


_BY_ALIAS = Statement(
    sa.select(templates.c.id).where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.alias == sa.bindparam("alias", type_=sa.Text),
    )
)


def find_id_by_alias(work: Work, alias: str) -> str | None:
    found: str | None = work.value(_BY_ALIAS, alias=alias)
    return found


_ORGANIZATION = Statement(
    sa.select(templates.c.organization_id).where(
        templates.c.id == sa.bindparam("template_id", type_=sa.String(32)),
        templates.c.is_system.is_(False),
    )
)


def find_organization(connection: Connection, template_id: str) -> str | None:
    """Whose template it is, when only its id is known: of a mail that was sent to it."""
    rows = connection.fetch(_ORGANIZATION, {"template_id": template_id})
    return rows[0][0] if rows else None
