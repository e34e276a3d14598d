"""Endpoints of snippets: texts that templates and comments name (contract 50, 8)."""

from typing import ClassVar

from procession.core.sorting import Sorting
from procession.domains.snippets.actions import writing
from procession.domains.snippets.types import SNIPPET_SORTING, SnippetFilter
from procession.domains.snippets.wire import (
    SnippetChangesIn,
    SnippetIdsIn,
    SnippetIn,
    SnippetOut,
    snippet_out,
)
from procession.flows.templates import unsnipping
from procession.kit.http import Answer, Request, Routes, item, listing
from procession.kit.paging import PageQuery, Search, sort_keys

routes = Routes("Snippets")

SNIPPETS = "/organizations/{org}/text-templates"
#: Another word for the same.
ALIAS = "/organizations/{org}/snippets"


class SnippetsQuery(PageQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = SNIPPET_SORTING

    q: Search = None


def list_snippets(request: Request) -> Answer:
    """List the snippets of an organization."""
    query: SnippetsQuery = request.query
    wanted = SnippetFilter(q=query.q or "", sort=tuple(sort_keys(query)))
    page = writing.list_snippets(request.caller, request.page(query), wanted)
    return listing(request, page, [snippet_out(snippet) for snippet in page.rows])


def get(request: Request) -> Answer:
    """Read a snippet."""
    return item(snippet_out(writing.get_snippet(request.caller, request.id("snippet"))))


def create(request: Request) -> Answer:
    """Create a snippet. `{{snippet:<id>}}` in a text stands for what it says."""
    return item(snippet_out(writing.create_snippet(request.caller, request.body)), 201)


def which_exist(request: Request) -> Answer:
    """Say which of some ids are those of snippets."""
    return item(writing.which_exist(request.caller, request.body.ids))


def update(request: Request) -> Answer:
    """Change a snippet. Templates show it at once, processes keep what it said."""
    changed = writing.update_snippet(request.caller, request.id("snippet"), request.body)
    return item(snippet_out(changed))


def delete(request: Request) -> Answer:
    """Delete a snippet for ever, and take it out of every template and setting."""
    return item(snippet_out(unsnipping.delete_snippet(request.caller, request.id("snippet"))))


for _path in (SNIPPETS, ALIAS):
    _is_alias = _path == ALIAS
    routes.get(
        _path, policy="visible", answers=SnippetOut, query=SnippetsQuery, is_list=True,
        is_alias=_is_alias,
    )(list_snippets)  # fmt: skip
    routes.post(
        _path, policy="can_change_snippets", answers=SnippetOut, status=201, body=SnippetIn,
        raises=(403, 422), is_alias=_is_alias,
    )(create)  # fmt: skip
    routes.post(
        f"{_path}/exists", policy="visible", answers=dict, body=SnippetIdsIn, raises=(422,),
        is_alias=_is_alias,
    )(which_exist)  # fmt: skip
    _one = f"{_path}/{{snippet}}"
    routes.get(_one, policy="visible", answers=SnippetOut, is_alias=_is_alias)(get)
    routes.put(
        _one, policy="can_change_snippets", answers=SnippetOut, body=SnippetChangesIn,
        raises=(403, 422), is_alias=_is_alias,
    )(update)  # fmt: skip
    routes.delete(
        _one, policy="can_change_snippets", answers=SnippetOut, reads_body=False, raises=(403,),
        is_alias=_is_alias,
    )(delete)  # fmt: skip
