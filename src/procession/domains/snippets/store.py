"""All SQL about snippets, and about what processes keep of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.snippets.tables import process_snippets, snippets
from procession.domains.snippets.types import (
    SNIPPET_SORTING,
    KeptSnippet,
    Snippet,
    SnippetFilter,
    SnippetText,
)
from procession.kit.db import Statement, any_of, like_pattern
from procession.kit.folding import holds, sort_key, with_folds
from procession.kit.paging import Page, PageRequest
from procession.kit.searching import with_searched
from procession.kit.work import Work

_SNIPPET_ID = sa.bindparam("snippet_id", type_=sa.String(32))
_THIS = (snippets.c.organization_id == ORGANIZATION_ID, snippets.c.id == _SNIPPET_ID)
_ALL = sa.select(*[snippets.c[name] for name in Snippet.__struct_fields__]).where(
    snippets.c.organization_id == ORGANIZATION_ID
)
_ONE = Statement(_ALL.where(snippets.c.id == _SNIPPET_ID))
_LOCK = Statement(_ALL.where(snippets.c.id == _SNIPPET_ID).with_for_update())
_TEXTS = Statement(
    sa.select(snippets.c.id, snippets.c.content, snippets.c.is_public).where(
        snippets.c.organization_id == ORGANIZATION_ID, any_of(snippets.c.id, "snippet_ids")
    )
)
_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "title": sort_key(snippets.c.title_folded),
    "created_at": snippets.c.created_at,
    "updated_at": snippets.c.updated_at,
    "id": snippets.c.id,
}
_MATCHING = _ALL.where(holds(snippets.c.title_folded))
_COUNT = Statement(sa.select(sa.func.count()).select_from(_MATCHING.subquery()))


def find_snippet(work: Work, snippet_id: str, *, lock: bool = False) -> Snippet | None:
    return work.first(_LOCK if lock else _ONE, Snippet, snippet_id=snippet_id)


_AMONG = Statement(_ALL.where(any_of(snippets.c.id, "snippet_ids")))


def snippets_of_page(work: Work, snippet_ids: Sequence[str]) -> list[Snippet]:
    """In the order of `snippet_ids`, which were found in the same transaction."""
    if not snippet_ids:
        return []
    found = {each.id: each for each in work.all(_AMONG, Snippet, snippet_ids=list(snippet_ids))}
    return [found[snippet_id] for snippet_id in snippet_ids]


def texts_among(work: Work, snippet_ids: Collection[str]) -> list[SnippetText]:
    """What those of `snippet_ids` say that exist."""
    if not snippet_ids:
        return []
    return work.all(_TEXTS, SnippetText, snippet_ids=sorted(snippet_ids))


@cache
def _page(sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [(_SORTS[key].desc() if falls else _SORTS[key].asc()) for key, falls in sort]
    return Statement(
        _MATCHING.order_by(*order, snippets.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


def list_snippets(work: Work, request: PageRequest, wanted: SnippetFilter) -> Page[Snippet]:
    """Unknown sort keys are ignored."""
    pattern = like_pattern(wanted.q)
    page = _page(SNIPPET_SORTING.known(wanted.sort, usual=("title", False)))
    rows = work.all(page, Snippet, pattern=pattern, limit=request.size, offset=request.offset)
    return Page(rows, work.value(_COUNT, pattern=pattern), request)


_INSERT = Statement(
    snippets.insert().values({column.name: sa.bindparam(column.name) for column in snippets.c})
)
_DELETE = Statement(snippets.delete().where(*_THIS))


def add_snippet(work: Work, snippet: Snippet) -> None:
    values = {"organization_id": work.caller.organization_id, **msgspec.structs.asdict(snippet)}
    work.run(_INSERT, **with_searched(work, snippets, with_folds(snippets, values)))


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=snippets.c[name].type) for name in names}
    return Statement(snippets.update().where(*_THIS).values(new))


def set_snippet_columns(work: Work, snippet_id: str, changes: Mapping[str, Any]) -> None:
    columns = with_searched(work, snippets, with_folds(snippets, changes))
    new = {f"new_{name}": value for name, value in columns.items()}
    work.run(_setting(tuple(sorted(columns))), snippet_id=snippet_id, **new)


def delete_snippet(work: Work, snippet_id: str) -> None:
    """Processes that were launched with it keep what it said."""
    work.run(_DELETE, snippet_id=snippet_id)


# --- What processes keep ---

_KEEP = Statement(
    process_snippets.insert().values(
        {column.name: sa.bindparam(column.name) for column in process_snippets.c}
    )
)
_KEPT = Statement(
    sa.select(
        process_snippets.c.process_id,
        process_snippets.c.snippet_id,
        process_snippets.c.content,
        process_snippets.c.is_public,
    ).where(
        process_snippets.c.organization_id == ORGANIZATION_ID,
        any_of(process_snippets.c.process_id, "process_ids"),
        any_of(process_snippets.c.snippet_id, "snippet_ids"),
    )
)


def keep(work: Work, process_id: str, texts: Iterable[SnippetText]) -> None:
    """As they are now, for a process that is being launched."""
    work.run_many(
        _KEEP,
        [
            {
                "organization_id": work.caller.organization_id,
                "process_id": process_id,
                "snippet_id": text.id,
                "content": text.content,
                "is_public": text.is_public,
            }
            for text in texts
        ],
    )


def kept_by(
    work: Work, process_ids: Collection[str], snippet_ids: Collection[str]
) -> list[KeptSnippet]:
    """What those processes keep of those snippets; one statement for all of them."""
    if not process_ids or not snippet_ids:
        return []
    return work.all(
        _KEPT, KeptSnippet, process_ids=list(process_ids), snippet_ids=sorted(snippet_ids)
    )
