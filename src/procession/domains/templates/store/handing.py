"""Handing a member's templates to another."""

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.templates.tables import templates
from procession.kit.db import BigNumber, Statement, changing
from procession.kit.work import Work

_TEMPLATE_ID = sa.bindparam("template_id", type_=sa.String(32))
_OWNED = (
    sa.select(templates.c.id, templates.c.title, templates.c.is_system)
    .where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.owner_id == sa.bindparam("owner_id", type_=BigNumber),
    )
    .order_by(templates.c.id)
    .with_for_update()
)
_LIVE = Statement(_OWNED.where(templates.c.archived_at.is_(None)))
_EVERY = Statement(_OWNED)
_SET_OWNER = Statement(
    changing(templates)
    .where(templates.c.organization_id == ORGANIZATION_ID, templates.c.id == _TEMPLATE_ID)
    .values(
        owner_id=sa.bindparam("new_owner_id", type_=BigNumber),
        updated_at=sa.bindparam("now", type_=sa.BigInteger),
    )
)


class OwnedTemplate(msgspec.Struct, array_like=True, frozen=True):
    """A template that is about to have another owner."""

    id: str
    title: str
    is_system: bool


_COUNT_OWNED = Statement(
    sa.select(sa.func.count()).where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.owner_id == sa.bindparam("owner_id", type_=BigNumber),
        templates.c.archived_at.is_(None),
        templates.c.is_system.is_(False),
    )
)


def count_owned_templates(work: Work, owner_id: int) -> int:
    """Those that are live, and that people know of."""
    return int(work.value(_COUNT_OWNED, owner_id=owner_id) or 0)


def lock_owned_templates(
    work: Work, owner_id: int, *, archived_too: bool = False
) -> list[OwnedTemplate]:
    return work.all(_EVERY if archived_too else _LIVE, OwnedTemplate, owner_id=owner_id)


def set_template_owner(work: Work, template_id: str, owner_id: int) -> None:
    work.run(_SET_OWNER, template_id=template_id, new_owner_id=owner_id)
