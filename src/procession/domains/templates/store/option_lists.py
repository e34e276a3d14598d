"""Option lists of an organization, and which fields of templates name them."""

from collections import Counter
from collections.abc import Collection
from functools import cache

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.templates.tables import option_lists, template_versions, templates
from procession.domains.templates.types import Column, ListRow, OptionList
from procession.kit.db import Statement, any_of, like_pattern
from procession.kit.folding import holds, sort_key, with_folds
from procession.kit.paging import Page, PageRequest
from procession.kit.reading import stored_reader
from procession.kit.work import Work

_LIST_ID = sa.bindparam("list_id", type_=sa.String(32))
_THIS = (option_lists.c.organization_id == ORGANIZATION_ID, option_lists.c.id == _LIST_ID)


class _Row(msgspec.Struct, array_like=True, frozen=True):
    id: str
    title: str
    columns: str
    rows: str
    option_column_id: int
    created_at: Instant
    updated_at: Instant


_read_columns = stored_reader(tuple[Column, ...])
_read_rows = stored_reader(tuple[ListRow, ...])
_write = msgspec.json.Encoder().encode

_LISTS = sa.select(*[option_lists.c[name] for name in _Row.__struct_fields__]).where(
    option_lists.c.organization_id == ORGANIZATION_ID
)
_ONE = _LISTS.where(option_lists.c.id == _LIST_ID)
_FIND = Statement(_ONE)
_LOCK = Statement(_ONE.with_for_update())
#: Fields may be linked at the same time, but not while the list changes.
_LOCK_TO_LINK = Statement(
    _LISTS.where(any_of(option_lists.c.id, "list_ids"))
    .order_by(option_lists.c.id)
    .with_for_update(read=True)
)
_MATCHING = _LISTS.where(holds(option_lists.c.title_folded))
_COUNT = Statement(sa.select(sa.func.count()).select_from(_MATCHING.subquery()))
_NAMED = Statement(
    sa.select(option_lists.c.id).where(
        option_lists.c.organization_id == ORGANIZATION_ID,
        option_lists.c.title_key == sa.bindparam("title_key", type_=sa.Text),
    )
)
_INSERT = Statement(
    option_lists.insert().values(
        {column.name: sa.bindparam(column.name) for column in option_lists.c}
    )
)
_CHANGED = (
    "title", "title_key", "title_folded", "columns", "rows", "option_column_id", "updated_at",
)  # fmt: skip
_UPDATE = Statement(
    option_lists.update()
    .where(*_THIS)
    .values(
        {name: sa.bindparam(f"new_{name}", type_=option_lists.c[name].type) for name in _CHANGED}
    )
)
_DELETE = Statement(option_lists.delete().where(*_THIS))
_SORTS = {
    "title": sort_key(option_lists.c.title_folded),
    "created_at": option_lists.c.created_at,
    "updated_at": option_lists.c.updated_at,
    "id": option_lists.c.id,
}


def _list(row: _Row) -> OptionList:
    return OptionList(
        id=row.id,
        title=row.title,
        columns=_read_columns(row.columns),
        rows=_read_rows(row.rows),
        option_column_id=row.option_column_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


@cache
def _page(sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [_SORTS[key].desc() if turned else _SORTS[key].asc() for key, turned in sort]
    return Statement(
        _MATCHING.order_by(*order, option_lists.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


def list_option_lists(
    work: Work, request: PageRequest, q: str, sort: tuple[tuple[str, bool], ...]
) -> Page[OptionList]:
    pattern = like_pattern(q)
    rows = work.all(_page(sort), _Row, limit=request.size, offset=request.offset, pattern=pattern)
    return Page([_list(row) for row in rows], work.value(_COUNT, pattern=pattern), request)


def find_option_list(work: Work, list_id: str, *, lock: bool = False) -> OptionList | None:
    """Locked before the templates that are to follow it, never after one."""
    row = work.first(_LOCK if lock else _FIND, _Row, list_id=list_id)
    if lock:
        work.read_clock()
    return None if row is None else _list(row)


def hold_option_lists(work: Work, list_ids: Collection[str]) -> dict[str, OptionList]:
    """By id, and unchanged until the work ends. Before any template is locked."""
    if not list_ids:
        return {}
    rows = work.all(_LOCK_TO_LINK, _Row, list_ids=list(list_ids))
    return {row.id: _list(row) for row in rows}


def find_list_titled(work: Work, title: str) -> str | None:
    """Its id, whatever the case of the title."""
    found: str | None = work.value(_NAMED, title_key=title.lower())
    return found


def add_option_list(work: Work, new: OptionList) -> None:
    work.run(_INSERT, id=new.id, created_at=new.created_at, **_columns_of(new))


def set_option_list(work: Work, now: OptionList) -> None:
    columns = _columns_of(now)
    work.run(_UPDATE, list_id=now.id, **{f"new_{name}": columns[name] for name in _CHANGED})


def delete_option_list(work: Work, list_id: str) -> None:
    work.run(_DELETE, list_id=list_id)


def _columns_of(kept: OptionList) -> dict[str, object]:
    columns = {
        "title": kept.title,
        "title_key": kept.title.lower(),
        "columns": _write(kept.columns).decode(),
        "rows": _write(kept.rows).decode(),
        "option_column_id": kept.option_column_id,
        "updated_at": kept.updated_at,
    }
    return with_folds(option_lists, columns)


# --- Who uses them ---

#: How a field that names a list begins in the JSON of a version.
_LINK = '"list_id":"'
_PATTERN = sa.bindparam("pattern", type_=sa.Text)
_LINKING = Statement(
    sa.select(
        template_versions.c.template_id,
        templates.c.version == template_versions.c.version,
        template_versions.c.steps,
        template_versions.c.kickoff,
    )
    .select_from(
        template_versions.join(
            templates,
            sa.and_(
                templates.c.organization_id == template_versions.c.organization_id,
                templates.c.id == template_versions.c.template_id,
                sa.or_(
                    templates.c.version == template_versions.c.version,
                    sa.and_(
                        templates.c.has_draft.is_(True),
                        templates.c.published_version == template_versions.c.version,
                    ),
                ),
            ),
        )
    )
    .where(
        template_versions.c.organization_id == ORGANIZATION_ID,
        sa.or_(
            template_versions.c.steps.like(_PATTERN, escape="\\"),
            template_versions.c.kickoff.like(_PATTERN, escape="\\"),
        ),
    )
    .order_by(template_versions.c.template_id, template_versions.c.version)
)


class _LinkingRow(msgspec.Struct, array_like=True, frozen=True):
    template_id: str
    is_edited: bool
    steps: str
    kickoff: str


class _FieldLink(msgspec.Struct, frozen=True):
    """All that is read of a field here: decoding skips the rest."""

    list_id: str | None = None


class _StepLinks(msgspec.Struct, frozen=True):
    fields: tuple[_FieldLink, ...] = ()


_read_links = stored_reader(tuple[_FieldLink, ...])
_read_step_links = stored_reader(tuple[_StepLinks, ...])


class ListUses(msgspec.Struct, frozen=True):
    """How many fields of a version name which list."""

    template_id: str
    #: The version being edited; otherwise the published one beside it.
    is_edited: bool
    counts: Counter[str]


def uses_of_lists(work: Work, list_id: str = "") -> list[ListUses]:
    """For all lists or one, in what can be launched: the versions being edited and, where drafts
    are on, the published ones; of archived templates too, as they can come back."""
    rows = work.all(_LINKING, _LinkingRow, pattern=like_pattern(_LINK + list_id))
    uses = [ListUses(row.template_id, row.is_edited, _links_in(row, list_id)) for row in rows]
    return [each for each in uses if each.counts]


def _links_in(row: _LinkingRow, list_id: str) -> Counter[str]:
    fields = [*_read_links(row.kickoff)]
    fields += [field for step in _read_step_links(row.steps) for field in step.fields]
    found = [field.list_id for field in fields if field.list_id is not None]
    return Counter(each for each in found if not list_id or each == list_id)
