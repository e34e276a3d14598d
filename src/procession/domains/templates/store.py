"""All SQL about templates."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.templates.access import grants_held, is_visible, of_template
from procession.domains.templates.tables import (
    template_grants,
    template_stars,
    template_steps,
    templates,
)
from procession.domains.templates.types import Grant, Step, Template
from procession.kit.caller import Role
from procession.kit.db import Statement, like_pattern
from procession.kit.errors import NotFound
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_TEMPLATE_ID = sa.bindparam("template_id", type_=sa.String(32))
_THIS = (templates.c.organization_id == ORGANIZATION_ID, templates.c.id == _TEMPLATE_ID)

_STEP_COUNT = (
    sa.select(sa.func.count())
    .select_from(template_steps)
    .where(
        template_steps.c.organization_id == templates.c.organization_id,
        template_steps.c.template_id == templates.c.id,
        template_steps.c.version == templates.c.version,
    )
    .scalar_subquery()
)
_IS_STARRED = sa.exists().where(
    template_stars.c.organization_id == templates.c.organization_id,
    template_stars.c.template_id == templates.c.id,
    template_stars.c.user_id == CALLER_ID,
)
_OWN_COLUMNS = [column for column in templates.c if column.name != "organization_id"]


@cache
def _visible(role: Role) -> sa.Select[Any]:
    granted = (
        sa.select(sa.func.aggregate_strings(template_grants.c.permission, "\n"))
        .where(of_template(), grants_held(role))
        .scalar_subquery()
    )
    return (
        sa.select(*_OWN_COLUMNS, _STEP_COUNT, _IS_STARRED, granted)
        .where(templates.c.organization_id == ORGANIZATION_ID, templates.c.is_system.is_(False))
        .where(is_visible(role))
    )


@cache
def _visible_one(role: Role, *, lock: bool) -> Statement:
    chosen = _visible(role).where(templates.c.id == _TEMPLATE_ID)
    return Statement(chosen.with_for_update(of=templates) if lock else chosen)


def _role(work: Work) -> Role:
    return work.caller.role or Role.LIGHT


def find_visible(work: Work, template_id: str, *, lock: bool = False) -> Template | None:
    statement = _visible_one(_role(work), lock=lock)
    return work.first(statement, Template, template_id=template_id)


def get_visible(work: Work, template_id: str, *, lock: bool = False) -> Template:
    template = find_visible(work, template_id, lock=lock)
    if template is None:
        raise NotFound
    return template


_ARCHIVED_SHOWN = {
    "live": templates.c.archived_at.is_(None),
    "all": sa.true(),
    "only": templates.c.archived_at.is_not(None),
}
_SORTS: dict[str, Any] = {
    "updated": templates.c.updated_at,
    "created": templates.c.created_at,
    "title": sa.func.lower(templates.c.title),
    "started_processes": templates.c.launched_count,
    "status": templates.c.status,
    "owner_id": templates.c.owner_id,
}
_SORT_ALIASES = {
    "updated_at": "updated",
    "last_updated": "updated",
    "created_at": "created",
    "name": "title",
}


@cache
def _matching(role: Role, archived: str) -> sa.Select[Any]:
    pattern = sa.bindparam("pattern", type_=sa.Text)
    return _visible(role).where(
        _ARCHIVED_SHOWN[archived],
        sa.func.lower(templates.c.title).like(pattern, escape="\\"),
    )


@cache
def _page(role: Role, archived: str, sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [
        (_SORTS[key].desc() if is_descending else _SORTS[key].asc()) for key, is_descending in sort
    ]
    return Statement(
        _matching(role, archived)
        .order_by(*order, templates.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(role: Role, archived: str) -> Statement:
    matching = _matching(role, archived).with_only_columns(sa.literal(1).label("one"))
    return Statement(sa.select(sa.func.count()).select_from(matching.subquery()))


def list_visible(
    work: Work,
    request: PageRequest,
    *,
    q: str,
    archived: str,
    sort: Sequence[tuple[str, bool]],
) -> Page[Template]:
    """`archived`: live, all or only. Unknown sort keys are ignored."""
    keys = [(_SORT_ALIASES.get(key, key), is_descending) for key, is_descending in sort]
    known = tuple(key for key in keys if key[0] in _SORTS) or (("updated", True),)
    values = {"pattern": like_pattern(q)}
    page = _page(_role(work), archived, known)
    rows = work.all(page, Template, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(_role(work), archived), **values), request)


_SYSTEM_TEMPLATE = Statement(
    sa.select(*_OWN_COLUMNS, sa.literal(0), sa.false(), sa.null()).where(
        templates.c.organization_id == ORGANIZATION_ID, templates.c.is_system.is_(True)
    )
)
_STEPS = Statement(
    sa.select(
        template_steps.c.id,
        template_steps.c.template_id,
        *[template_steps.c[name] for name in Step.__struct_fields__[2:]],
    )
    .where(
        template_steps.c.organization_id == ORGANIZATION_ID,
        template_steps.c.template_id == _TEMPLATE_ID,
        template_steps.c.version == sa.bindparam("version", type_=sa.Integer),
    )
    .order_by(template_steps.c.position)
)


def get_system_template(work: Work) -> Template:
    """The hidden template of processes launched without one."""
    return work.all(_SYSTEM_TEMPLATE, Template)[0]


def list_steps(work: Work, template_id: str, version: int) -> list[Step]:
    return work.all(_STEPS, Step, template_id=template_id, version=version)


# --- Grants ---

_GRANTS = Statement(
    sa.select(template_grants.c.permission, template_grants.c.grantee)
    .where(
        template_grants.c.organization_id == ORGANIZATION_ID,
        template_grants.c.template_id == _TEMPLATE_ID,
    )
    .order_by(template_grants.c.permission, template_grants.c.grantee)
)
_DELETE_GRANTS = Statement(
    template_grants.delete().where(
        template_grants.c.organization_id == ORGANIZATION_ID,
        template_grants.c.template_id == _TEMPLATE_ID,
        template_grants.c.permission == sa.bindparam("permission"),
    )
)


def list_grants(work: Work, template_id: str) -> list[Grant]:
    return work.all(_GRANTS, Grant, template_id=template_id)


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
    work.run_many(_INSERT_GRANT, rows)


# --- Writing ---


def _inserting(table: sa.Table, names: Sequence[str]) -> Statement:
    return Statement(table.insert().values({name: sa.bindparam(name) for name in names}))


_INSERT_GRANT = _inserting(template_grants, [column.name for column in template_grants.c])
_NEW_TEMPLATE = (
    "organization_id", "id", "number", "version", "title", "summary", "guidance", "icon", "alias",
    "webhook", "type", "status", "owner_id", "created_by", "can_add_tasks", "is_system",
    "created_at", "updated_at",
)  # fmt: skip
_INSERT_TEMPLATE = _inserting(templates, _NEW_TEMPLATE)
_INSERT_STEP = _inserting(template_steps, [column.name for column in template_steps.c])


class NewTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A template about to be stored; counters and times are the store's."""

    id: str
    number: int
    title: str
    summary: str | None = None
    guidance: str | None = None
    icon: str | None = None
    alias: str
    webhook: str | None = None
    type: str
    status: str = "started"
    owner_id: int
    created_by: int
    can_add_tasks: bool = True
    is_system: bool = False


def add_template(work: Work, new: NewTemplate) -> None:
    work.run(
        _INSERT_TEMPLATE,
        **msgspec.structs.asdict(new),
        version=1,
        created_at=work.now,
        updated_at=work.now,
    )


def add_steps(work: Work, version: int, steps: Sequence[Step]) -> None:
    organization_id = work.caller.organization_id
    work.run_many(
        _INSERT_STEP,
        [
            {**msgspec.structs.asdict(step), "organization_id": organization_id, "version": version}
            for step in steps
        ],
    )


_SET_ARCHIVED = Statement(
    templates.update()
    .where(*_THIS, templates.c.archived_at.is_(None))
    .values(
        archived_at=sa.bindparam("now"),
        archived_by=sa.bindparam("archived_by"),
        updated_at=sa.bindparam("now"),
    )
)
_CLEAR_ARCHIVED = Statement(
    templates.update()
    .where(*_THIS, templates.c.archived_at.is_not(None))
    .values(archived_at=None, archived_by=None, updated_at=sa.bindparam("now"))
)
_DELETE = Statement(templates.delete().where(*_THIS))
_COUNT_LAUNCH = Statement(
    templates.update()
    .where(*_THIS)
    .values(launched_count=templates.c.launched_count + 1, version_is_frozen=True)
)


def set_archived(work: Work, template_id: str) -> bool:
    return bool(
        work.run(
            _SET_ARCHIVED,
            template_id=template_id,
            archived_by=work.caller.person_id,
        )
    )


def clear_archived(work: Work, template_id: str) -> bool:
    return bool(work.run(_CLEAR_ARCHIVED, template_id=template_id))


def delete_template(work: Work, template_id: str) -> None:
    """Steps, grants and stars go with it by their foreign keys; processes stay."""
    work.run(_DELETE, template_id=template_id)


def count_launch(work: Work, template_id: str) -> None:
    """A launch freezes the version it used: the next edit starts another."""
    work.run(_COUNT_LAUNCH, template_id=template_id)
