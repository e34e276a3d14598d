"""All SQL about templates."""

from collections.abc import Collection, Sequence
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
from procession.domains.templates.types import (
    STATUSES,
    Grant,
    Step,
    Template,
    TemplateFilter,
)
from procession.kit.caller import Role
from procession.kit.db import Statement, any_of, like_pattern
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
    template = work.first(statement, Template, template_id=template_id)
    if lock:
        work.read_clock()
    return template


def get_visible(work: Work, template_id: str, *, lock: bool = False) -> Template:
    template = find_visible(work, template_id, lock=lock)
    if template is None:
        raise NotFound
    return template


@cache
def _visible_among(role: Role) -> Statement:
    return Statement(_visible(role).where(any_of(templates.c.id, "template_ids")))


def visible_among(work: Work, template_ids: Collection[str]) -> dict[str, Template]:
    """Those of `template_ids` that the caller may see, by id."""
    if not template_ids:
        return {}
    statement = _visible_among(_role(work))
    found = work.all(statement, Template, template_ids=list(template_ids))
    return {template.id: template for template in found}


_BY_ALIAS = Statement(
    sa.select(templates.c.id).where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.alias == sa.bindparam("alias", type_=sa.Text),
    )
)


def find_id_by_alias(work: Work, alias: str) -> str | None:
    found: str | None = work.value(_BY_ALIAS, alias=alias)
    return found


# --- Lists: one statement for each shape of filters ---

_ARCHIVED_SHOWN = {
    "live": templates.c.archived_at.is_(None),
    "all": sa.true(),
    "only": templates.c.archived_at.is_not(None),
}
_STATUS: dict[str, sa.ColumnElement[bool]] = {
    "": sa.true(),
    "draft": templates.c.status != "published",
    **{word: templates.c.status == word for word in STATUSES},
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
    "updated_at": ("updated", False),
    "last_updated": ("updated", False),
    "created_at": ("created", False),
    "newest": ("created", True),
    "oldest": ("created", False),
    "name": ("title", False),
}
_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "q": sa.func.lower(templates.c.title).like(sa.bindparam("pattern", type_=sa.Text), escape="\\"),
    "types": any_of(templates.c.type, "types"),
    "owner_ids": any_of(templates.c.owner_id, "owner_ids"),
}

_Shape = tuple[Role, tuple[str, ...], str, str, bool | None]


def _narrowed(shape: _Shape) -> sa.Select[Any]:
    role, names, archived, status, is_starred = shape
    selected = _visible(role).where(
        _ARCHIVED_SHOWN[archived],
        # A word that is no status of a template matches none (contract 20, 3.1).
        _STATUS.get(status, sa.false()),
        *[_CONDITIONS[name] for name in names],
    )
    if is_starred is None:
        return selected
    return selected.where(_IS_STARRED if is_starred else ~_IS_STARRED)


@cache
def _page(shape: _Shape, sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [
        (_SORTS[key].desc() if is_descending else _SORTS[key].asc()) for key, is_descending in sort
    ]
    return Statement(
        _narrowed(shape)
        .order_by(*order, templates.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(shape: _Shape) -> Statement:
    matching = _narrowed(shape).with_only_columns(sa.literal(1).label("one"))
    return Statement(sa.select(sa.func.count()).select_from(matching.subquery()))


def list_visible(work: Work, request: PageRequest, wanted: TemplateFilter) -> Page[Template]:
    """Unknown sort keys are ignored."""
    names = tuple(name for name in _CONDITIONS if getattr(wanted, name))
    status = wanted.status if wanted.status in _STATUS else "unknown"
    shape = (_role(work), names, wanted.archived, status, wanted.is_starred)
    values = {
        "pattern": like_pattern(wanted.q),
        "types": list(wanted.types),
        "owner_ids": list(wanted.owner_ids),
    }
    page = _page(shape, _known_sort(wanted.sort))
    rows = work.all(page, Template, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(shape), **values), request)


def _known_sort(sort: Sequence[tuple[str, bool]]) -> tuple[tuple[str, bool], ...]:
    keys = []
    for key, is_descending in sort:
        name, turned = _SORT_ALIASES.get(key, (key, False))
        if name in _SORTS:
            keys.append((name, turned != is_descending))
    return tuple(keys) or (("updated", True),)


_SYSTEM_TEMPLATE = Statement(
    sa.select(*_OWN_COLUMNS, sa.literal(0), sa.false(), sa.null()).where(
        templates.c.organization_id == ORGANIZATION_ID, templates.c.is_system.is_(True)
    )
)


class _StepRow(Step, array_like=True, frozen=True, kw_only=True):
    version: int


_STEPS = Statement(
    sa.select(*[template_steps.c[name] for name in _StepRow.__struct_fields__])
    .where(
        template_steps.c.organization_id == ORGANIZATION_ID,
        any_of(template_steps.c.template_id, "template_ids"),
        any_of(template_steps.c.version, "versions"),
    )
    .order_by(template_steps.c.template_id, template_steps.c.position)
)


def get_system_template(work: Work) -> Template:
    """The hidden template of processes launched without one."""
    return work.all(_SYSTEM_TEMPLATE, Template)[0]


def list_steps(work: Work, template_id: str, version: int) -> list[Step]:
    return steps_of(work, [(template_id, version)])[template_id, version]


def steps_of(
    work: Work, versions: Collection[tuple[str, int]]
) -> dict[tuple[str, int], list[Step]]:
    """Steps by (template, version), in order; one statement for all of them."""
    steps: dict[tuple[str, int], list[Step]] = {version: [] for version in versions}
    if not steps:
        return steps
    template_ids = list({template_id for template_id, _ in steps})
    numbers = list({number for _, number in steps})
    for row in work.all(_STEPS, _StepRow, template_ids=template_ids, versions=numbers):
        # The statement also finds combinations of the two lists that nobody asked for.
        if (row.template_id, row.version) in steps:
            steps[row.template_id, row.version].append(row)
    return steps


# --- Stars ---

_INSERT_STAR = Statement(
    template_stars.insert().values(
        {column.name: sa.bindparam(column.name) for column in template_stars.c}
    )
)


def set_star(work: Work, template_id: str) -> None:
    work.run(_INSERT_STAR, template_id=template_id, user_id=work.caller.person_id)


# --- Grants ---


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
        template_grants.c.template_id == _TEMPLATE_ID,
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
