"""Who may do what with a template, and its stars."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.templates.store.selecting import TEMPLATE_ID
from procession.domains.templates.store.writing import INSERT_GRANT
from procession.domains.templates.tables import (
    template_grants,
    template_stars,
)
from procession.domains.templates.types import (
    Grant,
)
from procession.kit.db import Statement, any_of
from procession.kit.work import Work

#: Two requests of one member may arrive at once.
_INSERT_STAR = Statement(
    template_stars.insert().from_select(
        [column.name for column in template_stars.c],
        sa.select(*[sa.bindparam(column.name, type_=column.type) for column in template_stars.c])
        .where(sa.true())
        .suffix_with("ON CONFLICT DO NOTHING"),
    )
)
_DELETE_STAR = Statement(
    template_stars.delete().where(
        template_stars.c.organization_id == ORGANIZATION_ID,
        template_stars.c.template_id == TEMPLATE_ID,
        template_stars.c.user_id == CALLER_ID,
    )
)


def set_star(work: Work, template_id: str) -> None:
    """The caller's own mark; nothing changes for one who has set it before."""
    work.run(_INSERT_STAR, template_id=template_id, user_id=work.caller.person_id)


def clear_star(work: Work, template_id: str) -> None:
    work.run(_DELETE_STAR, template_id=template_id)


class _GrantRow(Grant, array_like=True, frozen=True):
    template_id: str


_GRANTS = Statement(
    sa.select(
        template_grants.c.permission, template_grants.c.grantee, template_grants.c.template_id
    )
    .where(
        template_grants.c.organization_id == ORGANIZATION_ID,
        any_of(template_grants.c.template_id, "template_ids"),
    )
    .order_by(template_grants.c.permission, template_grants.c.grantee)
)
_DELETE_GRANTS = Statement(
    template_grants.delete().where(
        template_grants.c.organization_id == ORGANIZATION_ID,
        template_grants.c.template_id == TEMPLATE_ID,
        template_grants.c.permission == sa.bindparam("permission"),
    )
)


def list_grants(work: Work, template_id: str) -> list[Grant]:
    return grants_of(work, [template_id])[template_id]


def grants_of(work: Work, template_ids: Collection[str]) -> dict[str, list[Grant]]:
    """Grants by template; one statement for all of them."""
    grants: dict[str, list[Grant]] = {template_id: [] for template_id in template_ids}
    if grants:
        for row in work.all(_GRANTS, _GrantRow, template_ids=list(grants)):
            grants[row.template_id].append(row)
    return grants


def set_grants(work: Work, template_id: str, permission: str, grantees: Sequence[str]) -> None:
    """Replace one of the five lists."""
    work.run(_DELETE_GRANTS, template_id=template_id, permission=permission)
    add_grants(work, template_id, [Grant(permission, grantee) for grantee in grantees])


def add_grants(work: Work, template_id: str, grants: Sequence[Grant]) -> None:
    rows = [
        {
            "organization_id": work.caller.organization_id,
            "template_id": template_id,
            "permission": grant.permission,
            "grantee": grant.grantee,
        }
        for grant in grants
    ]
    work.run_many(INSERT_GRANT, rows)


_REMOVE_GRANTEE = Statement(
    template_grants.delete().where(
        template_grants.c.organization_id == ORGANIZATION_ID,
        template_grants.c.grantee == sa.bindparam("grantee", type_=sa.Text),
    )
)


def remove_grantee(work: Work, grantee: str) -> None:
    """Take a person or group out of the permission lists of every template."""
    work.run(_REMOVE_GRANTEE, grantee=grantee)
