"""Lists of templates: one statement for each shape of filters."""

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.archive import ArchivedShown
from procession.domains.holds.access import template_is_held
from procession.domains.organizing.access import carries_any
from procession.domains.people.access import archived_conditions, archived_values
from procession.domains.templates.access import may_launch, sees_draft
from procession.domains.templates.store.selecting import IS_STARRED, role, visible
from procession.domains.templates.tables import (
    templates,
)
from procession.domains.templates.types import (
    STATUSES,
    Template,
    TemplateFilter,
)
from procession.domains.templates.types.template import TEMPLATE_SORTING
from procession.kit.caller import Role
from procession.kit.db import Statement, any_of, like_pattern
from procession.kit.folding import as_folded, sort_key
from procession.kit.ids import find_id
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_ARCHIVED_SHOWN = {
    ArchivedShown.HIDDEN: templates.c.archived_at.is_(None),
    ArchivedShown.INCLUDED: sa.true(),
    ArchivedShown.ONLY: templates.c.archived_at.is_not(None),
}
_STATUS: dict[str, sa.ColumnElement[bool]] = {
    "": sa.true(),
    "draft": templates.c.status != "published",
    **{word: templates.c.status == word for word in STATUSES},
}
_SORTS: dict[str, Any] = {
    "updated_at": templates.c.updated_at,
    "created_at": templates.c.created_at,
    "title": sort_key(templates.c.title_folded),
    "started_processes": templates.c.launched_count,
    "status": templates.c.status,
    "owner_id": templates.c.owner_id,
    # Nulls stand in one place on both databases.
    "archived_at": sa.func.coalesce(templates.c.archived_at, 0),
    "id": templates.c.id,
}
_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "types": any_of(templates.c.type, "types"),
    "owner_ids": any_of(templates.c.owner_id, "owner_ids"),
    "folder_ids": any_of(templates.c.folder_id, "folder_ids"),
    "without_folder": templates.c.folder_id.is_(None),
    "in_folders_or_none": sa.or_(
        any_of(templates.c.folder_id, "folder_ids"), templates.c.folder_id.is_(None)
    ),
    "tags": carries_any(templates, "tags"),
}
#: Since when, until when, and by whom.
_OF_TIMES: dict[str, sa.ColumnElement[bool]] = {
    "updated_after": templates.c.updated_at >= sa.bindparam("updated_after", sa.BigInteger),
    "archived_after": templates.c.archived_at >= sa.bindparam("archived_after", sa.BigInteger),
    "updated_before": templates.c.updated_at < sa.bindparam("updated_before", sa.BigInteger),
    **archived_conditions(
        templates.c.archived_at,
        templates.c.archived_by,
        templates.c.archived_operation,
        template_is_held(templates.c.id),
    ),
}

#: Filters that are true, false or absent.
_FLAGS = ("is_starred", "is_public", "is_published", "is_launchable")

_Shape = tuple[Role, tuple[str, ...], ArchivedShown, str, tuple[bool | None, ...]]


def _of_shown_title(role: Role, looked_at: Callable[[Any], Any]) -> sa.ColumnElement[Any]:
    """As the caller sees it: a search must not tell what a draft says."""
    draft, published = templates.c.title_folded, templates.c.published_title_folded
    return sa.case((sees_draft(role), looked_at(draft)), else_=looked_at(published))


def _matches(role: Role) -> sa.ColumnElement[bool]:
    return sa.or_(
        _of_shown_title(role, as_folded).like(sa.bindparam("pattern", sa.Text), escape="\\"),
        templates.c.id == sa.bindparam("q_id", type_=sa.String(32)),
    )


def _flag(role: Role, name: str) -> sa.ColumnElement[bool]:
    if name == "is_starred":
        return IS_STARRED
    if name == "is_public":
        return templates.c.is_public
    if name == "is_launchable":
        return may_launch(role)
    is_same = templates.c.published_version == templates.c.version
    return sa.and_(templates.c.published_version.is_not(None), sa.or_(is_same, ~sees_draft(role)))


def _narrowed(shape: _Shape) -> sa.Select[Any]:
    role, names, archived, status, flags = shape
    selected = visible(role).where(
        _ARCHIVED_SHOWN[archived],
        # A word that is no status of a template matches none (contract 20, 3.1).
        _STATUS.get(status, sa.false()),
        *[_matches(role) if name == "q" else (_CONDITIONS | _OF_TIMES)[name] for name in names],
    )
    for name, wanted in zip(_FLAGS, flags, strict=True):
        if wanted is not None:
            selected = selected.where(_flag(role, name) if wanted else ~_flag(role, name))
    return selected


@cache
def _page(shape: _Shape, sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [templates.c.is_pinned.desc()]
    for key, is_descending in sort:
        by = _of_shown_title(shape[0], sort_key) if key == "title" else _SORTS[key]
        order.append(by.desc() if is_descending else by.asc())
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


def _condition_names(wanted: TemplateFilter) -> tuple[str, ...]:
    """Folders and none at all are alternatives."""
    names = [name for name in ("q", *_CONDITIONS) if getattr(wanted, name, None)]
    if wanted.folder_ids and wanted.without_folder:
        names = [name for name in names if name not in ("folder_ids", "without_folder")]
        names.append("in_folders_or_none")
    names += [*wanted.since.names, *wanted.until.names, *wanted.archived_by.names]
    return tuple(names)


@cache
def _in_order_of_ids(shape: _Shape) -> Statement:
    after = sa.bindparam("after", type_=sa.String(32))
    chosen = _narrowed(shape).with_only_columns(templates.c.id).where(templates.c.id > after)
    return Statement(chosen.order_by(templates.c.id).limit(sa.bindparam("limit", sa.Integer)))


def ids_behind(work: Work, wanted: TemplateFilter, after: str, most: int) -> list[str]:
    """Of all that the list holds, page after page, in an order in which nothing moves."""
    shape, values = _asked(work, wanted)
    statement = _in_order_of_ids(shape)
    return [row.id for row in work.all(statement, _Id, after=after, limit=most, **values)]


def count_visible(work: Work, wanted: TemplateFilter) -> int:
    """The total of the list."""
    shape, values = _asked(work, wanted)
    return int(work.value(_count(shape), **values))


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


def list_visible(work: Work, request: PageRequest, wanted: TemplateFilter) -> Page[Template]:
    """Unknown sort keys are ignored."""
    shape, values = _asked(work, wanted)
    page = _page(shape, TEMPLATE_SORTING.known(wanted.sort, usual=("updated_at", True)))
    rows = work.all(page, Template, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(shape), **values), request)


def _asked(work: Work, wanted: TemplateFilter) -> tuple[_Shape, dict[str, Any]]:
    """The shape of the statement, and what is bound in it."""
    names = _condition_names(wanted)
    flags = tuple(getattr(wanted, name) for name in _FLAGS)
    status = wanted.status if wanted.status in _STATUS else "unknown"
    shape = (role(work), names, wanted.archived, status, flags)
    values = {
        "pattern": like_pattern(wanted.q),
        "q_id": find_id(wanted.q) or "",
        "types": list(wanted.types),
        "owner_ids": list(wanted.owner_ids),
        "folder_ids": list(wanted.folder_ids),
        "tags": list(wanted.tags),
        "updated_after": wanted.since.updated,
        "archived_after": wanted.since.archived,
        **archived_values(wanted.until, wanted.archived_by),
    }
    return shape, values
