"""Templates that anybody may read: public, not archived, and with something published to read."""

from typing import Any

import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.templates.store.selecting import OF_NOBODY, OWN_COLUMNS
from procession.domains.templates.tables import templates
from procession.domains.templates.types import Template
from procession.kit.db import BigNumber, Statement
from procession.kit.folding import sort_key
from procession.kit.ids import find_id
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_READABLE: sa.Select[Any] = sa.select(*OWN_COLUMNS, *OF_NOBODY).where(
    templates.c.organization_id == ORGANIZATION_ID,
    templates.c.is_system.is_(False),
    templates.c.archived_at.is_(None),
    sa.or_(templates.c.has_draft.is_(False), templates.c.published_version.is_not(None)),
)
_PUBLIC = _READABLE.where(templates.c.is_public.is_(True))
_IS_NAMED = sa.or_(
    templates.c.id == sa.bindparam("id", type_=sa.String(32)),
    templates.c.alias == sa.bindparam("alias", type_=sa.Text),
)
_ONE = Statement(_PUBLIC.where(_IS_NAMED))
_WITH_FORM = Statement(_READABLE.where(_IS_NAMED, templates.c.has_public_form.is_(True)))
_TITLE = sa.case(
    (templates.c.has_draft.is_(True), sort_key(templates.c.published_title_folded)),
    else_=sort_key(templates.c.title_folded),
)
_PAGE = Statement(
    _PUBLIC.order_by(templates.c.is_featured.desc(), _TITLE, templates.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .offset(sa.bindparam("offset", type_=sa.Integer))
)
_COUNT = Statement(
    sa.select(sa.func.count()).select_from(
        _PUBLIC.with_only_columns(sa.literal(1).label("one")).subquery()
    )
)


def find_public(work: Work, name: str) -> Template | None:
    """By id or alias; no alias looks like an id."""
    return work.first(_ONE, Template, id=find_id(name) or "", alias=name)


def find_with_public_form(work: Work, name: str) -> Template | None:
    """By id or alias, while its kick-off form is open to anybody."""
    return work.first(_WITH_FORM, Template, id=find_id(name) or "", alias=name)


_FORMS_RUN_BY = Statement(
    sa.select(*OWN_COLUMNS, *OF_NOBODY)
    .where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.has_public_form.is_(True),
        templates.c.public_form_user_id == sa.bindparam("user_id", type_=BigNumber),
    )
    .order_by(templates.c.id)
    .with_for_update()
)


def lock_forms_run_by(work: Work, user_id: int) -> list[Template]:
    """Archived ones too: they open again when they are restored."""
    return work.all(_FORMS_RUN_BY, Template, user_id=user_id)


def list_public(work: Work, request: PageRequest) -> Page[Template]:
    """Featured ones first, then by title."""
    rows = work.all(_PAGE, Template, limit=request.size, offset=request.offset)
    return Page(rows, work.value(_COUNT), request)
