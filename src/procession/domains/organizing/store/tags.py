"""Tags, and how many things carry them."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.accounts.tables import organizations
from procession.domains.organizing.tables import tag_links, tags
from procession.domains.organizing.types import (
    MACHINE_PREFIXES,
    TAG_SORTING,
    Tag,
    TagFilter,
    TagUse,
)
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes import access as process_access
from procession.domains.processes.access import Sight, sight_of
from procession.domains.processes.tables import processes
from procession.domains.templates import access as template_access
from procession.domains.templates.tables import templates
from procession.kit.caller import Role
from procession.kit.db import Statement, any_of, like_pattern
from procession.kit.folding import holds, sort_key, with_folds
from procession.kit.paging import Page, PageRequest
from procession.kit.searching import with_searched
from procession.kit.work import Work

_TAG_ID = sa.bindparam("tag_id", type_=sa.String(32))
_TITLE = sa.bindparam("title", type_=sa.Text)
_THIS = (tags.c.organization_id == ORGANIZATION_ID, tags.c.id == _TAG_ID)
_ALL = sa.select(*[tags.c[name] for name in Tag.__struct_fields__]).where(
    tags.c.organization_id == ORGANIZATION_ID
)
_ONE = Statement(_ALL.where(tags.c.id == _TAG_ID))
_TITLED = Statement(_ALL.where(tags.c.title == _TITLE))
#: Held so that a tag cannot go while something is given it.
_AMONG = Statement(
    _ALL.where(any_of(tags.c.id, "tag_ids")).order_by(tags.c.id).with_for_update(read=True)
)
_TITLED_AMONG = Statement(
    _ALL.where(any_of(tags.c.title, "titles")).order_by(tags.c.id).with_for_update(read=True)
)
#: Nothing is given to them.
_NAMED = Statement(_ALL.where(any_of(tags.c.id, "tag_ids")))
_MATCHING = _ALL.where(holds(tags.c.title_folded))
_IS_MACHINE_MADE = sa.func.substr(tags.c.title, 1, len(MACHINE_PREFIXES[0])).in_(MACHINE_PREFIXES)
_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "title": sort_key(tags.c.title_folded),
    "created_at": tags.c.created_at,
    "id": tags.c.id,
}


def find_tag(work: Work, tag_id: str) -> Tag | None:
    return work.first(_ONE, Tag, tag_id=tag_id)


def find_tag_titled(work: Work, title: str) -> Tag | None:
    """Compared exactly."""
    return work.first(_TITLED, Tag, title=title)


def tags_among(work: Work, tag_ids: Collection[str]) -> dict[str, Tag]:
    """Those of `tag_ids` that exist, by id, held until something was given them."""
    if not tag_ids:
        return {}
    return {tag.id: tag for tag in work.all(_AMONG, Tag, tag_ids=list(tag_ids))}


def titles_of_tags(work: Work, tag_ids: Collection[str]) -> dict[str, str]:
    """Of those that exist, by id; for showing them."""
    if not tag_ids:
        return {}
    return {tag.id: tag.title for tag in work.all(_NAMED, Tag, tag_ids=list(tag_ids))}


def tags_titled(work: Work, titles: Collection[str]) -> dict[str, Tag]:
    """Those that exist, by title."""
    if not titles:
        return {}
    return {tag.title: tag for tag in work.all(_TITLED_AMONG, Tag, titles=list(titles))}


def _narrowed(is_machine_made: bool | None) -> sa.Select[Any]:
    if is_machine_made is None:
        return _MATCHING
    return _MATCHING.where(_IS_MACHINE_MADE if is_machine_made else ~_IS_MACHINE_MADE)


@cache
def _page(is_machine_made: bool | None, sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [
        (_SORTS[key].desc() if is_descending else _SORTS[key].asc()) for key, is_descending in sort
    ]
    return Statement(
        _narrowed(is_machine_made)
        .order_by(*order, tags.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(is_machine_made: bool | None) -> Statement:
    return Statement(sa.select(sa.func.count()).select_from(_narrowed(is_machine_made).subquery()))


def list_tags(work: Work, request: PageRequest, wanted: TagFilter) -> Page[Tag]:
    """Unknown sort keys are ignored."""
    values = {"pattern": like_pattern(wanted.q)}
    sort = TAG_SORTING.known(wanted.sort, usual=("title", False))
    page = _page(wanted.is_machine_made, sort)
    rows = work.all(page, Tag, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(wanted.is_machine_made), **values), request)


@cache
def _uses(role: Role, sight: Sight) -> Statement:
    """Only what the caller may see is counted, so that totals tell nothing about the rest."""
    is_live_template = templates.c.archived_at.is_(None)
    is_live_process = processes.c.archived_at.is_(None)
    return Statement(
        sa.select(
            tag_links.c.tag_id,
            sa.func.count().filter(templates.c.id.is_not(None), is_live_template),
            sa.func.count().filter(templates.c.id.is_not(None), ~is_live_template),
            sa.func.count().filter(processes.c.id.is_not(None), is_live_process),
            sa.func.count().filter(processes.c.id.is_not(None), ~is_live_process),
        )
        .select_from(
            tag_links.outerjoin(
                templates,
                sa.and_(
                    tag_links.c.subject_kind == "Checklist",
                    templates.c.organization_id == tag_links.c.organization_id,
                    templates.c.id == tag_links.c.subject_id,
                    template_access.is_visible(role),
                ),
            ).outerjoin(
                processes,
                sa.and_(
                    tag_links.c.subject_kind == "Run",
                    processes.c.organization_id == tag_links.c.organization_id,
                    processes.c.id == tag_links.c.subject_id,
                    process_access.is_visible(sight),
                ),
            )
        )
        .where(
            tag_links.c.organization_id == ORGANIZATION_ID,
            any_of(tag_links.c.tag_id, "tag_ids"),
        )
        .group_by(tag_links.c.tag_id)
    )


def count_uses(work: Work, tag_ids: Collection[str]) -> dict[str, TagUse]:
    """By tag; one statement for all of them."""
    uses = {tag_id: TagUse(tag_id) for tag_id in tag_ids}
    if uses:
        statement = _uses(work.caller.role or Role.LIGHT, sight_of(work.caller))
        found = work.all(statement, TagUse, tag_ids=list(uses))
        uses |= {use.tag_id: use for use in found}
    return uses


#: Rows that refer to the organization can still be added meanwhile.
_LOCK = Statement(
    sa.select(organizations.c.id)
    .where(organizations.c.id == ORGANIZATION_ID)
    .with_for_update(key_share=True)
)
_INSERT = Statement(
    tags.insert().values({column.name: sa.bindparam(column.name) for column in tags.c})
)
_DELETE = Statement(tags.delete().where(*_THIS))


def lock_tags(work: Work) -> None:
    """Changes to the tags of an organization wait for each other, so that titles stay unique."""
    work.value(_LOCK)
    work.read_clock()


def add_tag(work: Work, tag: Tag) -> None:
    row = with_folds(tags, msgspec.structs.asdict(tag))
    work.run(_INSERT, **with_searched(work, tags, row))


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=tags.c[name].type) for name in names}
    return Statement(tags.update().where(*_THIS).values(new))


def set_tag_columns(work: Work, tag_id: str, changes: Mapping[str, Any]) -> None:
    columns = with_searched(work, tags, with_folds(tags, changes))
    new = {f"new_{name}": value for name, value in columns.items()}
    work.run(_setting(tuple(sorted(columns))), tag_id=tag_id, **new)


def delete_tag(work: Work, tag_id: str) -> None:
    """It is taken off everything by its foreign key."""
    work.run(_DELETE, tag_id=tag_id)
