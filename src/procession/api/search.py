"""The endpoint that searches everything at once (contract 60, 4)."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar
from urllib.parse import parse_qsl

from msgspec import Meta

from procession.api.tasks.links import guest_task_links
from procession.core.searching import LONGEST_QUERY
from procession.domains.organizing.wire.folders import FolderOut
from procession.domains.search.policy import can_search
from procession.domains.search.types import USUAL, Kind, wanted_of
from procession.domains.search.wire import (
    HITS,
    HitsMeta,
    HitsOut,
    HitTag,
    Pagination,
    SearchOut,
    field_hit,
    person_hit,
    process_hit,
    snippet_hit,
    step_hit,
    task_hit,
    template_hit,
)
from procession.flows.searching import finding
from procession.flows.searching.filters import read_filter
from procession.kit.errors import Forbidden, Invalid, invalid
from procession.kit.http import Answer, Request, Routes, pagination, plain
from procession.kit.paging import SORTS, PageQuery

routes = Routes("Search")

_MOST = 100
_WORDS = ", ".join(Kind)


class SearchQuery(PageQuery, kw_only=True):
    #: Parameters with brackets, which `read_filter` reads.
    TREES: ClassVar[tuple[str, ...]] = ("filter",)

    search: Annotated[
        str | None,
        Meta(description=f"Words that must all occur, {LONGEST_QUERY} characters at most."),
    ] = None
    on: Annotated[
        list[str],
        Meta(description=f"What to search: {_WORDS}. By default the first four of them."),
    ] = []
    tags: Annotated[bool | None, Meta(description="With the tags of each hit.")] = None
    archived: Annotated[bool | None, Meta(description="Archived templates, too.")] = None
    filter: Annotated[
        str | None,
        Meta(
            description="A condition, as `filter[type]=field`, `filter[field]`, "
            "`filter[operation]` and `filter[value]`; or a list of them behind `filter[0]`, whose "
            "`type` is `boolean` and whose `value` is `AND` or `OR`."
        ),
    ] = None


@routes.get(
    "/organizations/{org}/search",
    policy="can_search",
    answers=SearchOut,
    query=SearchQuery,
    unused=(*SORTS, "without_pagination", "with", "include"),
    raises=(403, 422),
    is_plain=True,
)
def search(request: Request) -> Answer:
    """Search templates, processes, tasks, snippets, fields, steps and people.

    Every word must occur: at the start of a word, or anywhere when it has three characters or more.
    Titles, names, descriptions, tags, notes and comments are searched, answers are not. What is
    archived comes last; before that, names that are, begin with, or have what was looked for.
    `meta.indexing` says that what was there before an upgrade is not searched completely yet.
    """
    query: SearchQuery = request.query
    if not can_search(request.caller):
        raise Forbidden
    kinds = _kinds(query.on)
    text = _text(query.search)
    sent = parse_qsl(request.query_text, keep_blank_values=True)
    wanted = wanted_of(
        text,
        archived_templates_too=bool(query.archived),
        narrowed=read_filter(sent, kinds, request.caller.timezone),
    )
    found = finding.search(
        request.caller, kinds, wanted, request.page(query, cap=_MOST), with_tags=bool(query.tags)
    )
    shown: dict[str, Any] = {
        kind.value: _hits_out(request, kind, hits, is_whole=found.is_whole)
        for kind, hits in found.by_kind.items()
    }
    return plain(SearchOut(**shown))


def _kinds(words: list[str]) -> list[Kind]:
    unknown = [word for word in words if word not in tuple(Kind)]
    if unknown:
        raise invalid("on", f"The selected on is invalid. It can be: {_WORDS}.")
    return [Kind(word) for word in words] or list(USUAL)


def _text(text: str | None) -> str:
    if not text:
        raise invalid("search", "The search field is required.")
    if len(text) > LONGEST_QUERY:
        raise Invalid(
            {"search": [f"The search may not be greater than {LONGEST_QUERY} characters."]}
        )
    return text


def _hits_out(request: Request, kind: Kind, hits: finding.Hits, *, is_whole: bool) -> HitsOut:
    shown = [_SHAPES[kind](request, hits, row) for row in hits.page.rows]
    for hit in shown:
        if request.query.tags:
            links = hits.tags.get(hit.id, ())
            hit.tags = [HitTag(id=one.tag_id, title=one.title, color=one.color) for one in links]
    meta = HitsMeta(pagination=Pagination(**pagination(request, hits.page, len(shown))))
    if not is_whole:
        meta.indexing = True
    out: HitsOut = HITS[kind.value](data=shown, meta=meta)
    return out


def _template(request: Request, hits: finding.Hits, row: Any) -> Any:
    organization_id = request.caller.organization_id
    folder = hits.notes.folder(row.template.folder_id, with_ancestors=True)
    return template_hit(row.template, row.content, organization_id, _path(folder))


def _path(folder: dict[str, FolderOut] | None) -> list[FolderOut]:
    """From the top to the folder itself."""
    if folder is None:
        return []
    innermost = folder["data"]
    around, innermost.ancestors = innermost.ancestors, []
    return [*around, innermost]


def _task(request: Request, hits: finding.Hits, row: Any) -> Any:
    urls = list(guest_task_links(request, row, hits.guest_codes).values())
    return task_hit(row, hits.texts.title(row), hits.names.get(row.process_id or ""), urls)


_SHAPES: dict[Kind, Callable[[Request, finding.Hits, Any], Any]] = {
    Kind.TEMPLATE: _template,
    Kind.PROCESS: lambda request, _, row: process_hit(row, request.now),
    Kind.TASK: _task,
    Kind.SNIPPET: lambda _, __, row: snippet_hit(row),
    Kind.FIELD: lambda _, __, row: field_hit(row.field, row.step_id, row.template_id),
    Kind.STEP: lambda _, __, row: step_hit(row.step, row.position, row.template_id),
    Kind.PEOPLE: lambda _, __, row: person_hit(row),
}
