"""Selections: see exactly what would happen."""

from typing import Annotated, Any

from msgspec import UNSET, Meta

from procession.api.archive.filters import read_filter, read_ids
from procession.core.archive import NO_COLD_STORAGE, Reason, Verb
from procession.domains.archive.types import COLD_VERBS, Kind, Selection
from procession.domains.archive.wire import (
    ItemOut,
    SelectionIn,
    SelectionOut,
    item_out,
    selection_out,
)
from procession.flows.archive import selecting
from procession.flows.archive.selecting import Wanted
from procession.kit.errors import Invalid, invalid
from procession.kit.http import LONG, Answer, Request, Routes, item, listing
from procession.kit.paging import IncludeQuery, PageQuery

routes = Routes("Archive")

SELECTIONS = "/organizations/{org}/archive/selections"
SELECTION = f"{SELECTIONS}/{{selection}}"
_NO_FAMILIES = "Only processes have families."


class ItemsQuery(PageQuery, kw_only=True):
    result: Annotated[
        str | None, Meta(description="will_change or skipped; of an operation done or skipped.")
    ] = None
    reason: Annotated[str | None, Meta(description="One reason to be passed over.")] = None


@routes.post(
    SELECTIONS,
    policy="can_select",
    answers=SelectionOut,
    status=201,
    also_status=202,
    body=SelectionIn,
    raises=(403, 422, 429),
    place=LONG,
)
def select(request: Request) -> Answer:
    """Select objects for a verb, and see what would become of each. Nothing is changed.

    A filter that finds more than 10,000 is answered with 202, and its set is built meanwhile.
    """
    selecting.require_may_select(request.caller)
    wanted = _wanted(request)
    selection, token = selecting.select(request.caller, wanted)
    return item(selection_out(selection, token), 201 if selection.is_ready else 202)


def _wanted(request: Request) -> Wanted:
    sent: SelectionIn = request.body
    verb, kind = _verb_and_kind(sent)
    has_filter, has_ids = sent.filter is not UNSET, sent.ids is not UNSET
    if has_filter is has_ids:
        raise invalid("filter", "Send either a filter or ids.")
    if sent.with_children and kind != Kind.RUN:
        raise invalid("with_children", _NO_FAMILIES)
    if has_ids:
        return Wanted(
            verb=verb, kind=kind, ids=read_ids(sent.ids), with_children=sent.with_children
        )
    narrowed, named = read_filter(sent.filter, kind, verb, request.caller)
    narrowed = selecting.check_filter(request.caller, kind, narrowed, named)
    return Wanted(
        verb=verb,
        kind=kind,
        filter=sent.filter,
        narrowed=narrowed,
        with_children=sent.with_children,
    )


def _verb_and_kind(sent: SelectionIn) -> tuple[Verb, str]:
    problems: dict[str, list[str]] = {}
    if sent.verb in COLD_VERBS:
        problems["verb"] = [NO_COLD_STORAGE]
    elif sent.verb not in tuple(Verb):
        problems["verb"] = [f"The selected verb is invalid. It can be: {', '.join(Verb)}."]
    if sent.object not in tuple(Kind):
        problems["object"] = [f"The selected object is invalid. It can be: {', '.join(Kind)}."]
    if problems:
        raise Invalid(problems)
    return Verb(sent.verb), sent.object


class SelectionQuery(IncludeQuery, kw_only=True):
    """What is wanted beside a selection."""


@routes.get(
    SELECTION,
    policy="can_select",
    answers=SelectionOut,
    query=SelectionQuery,
    with_names=("also",),
    raises=(403,),
    place=LONG,
)
def get_selection(request: Request) -> Answer:
    """Read a selection again. `with=also` counts what goes along with a large one."""
    token = request.path["selection"]
    selection, also = selecting.get_selection(
        request.caller, token, with_also="also" in request.includes
    )
    return item(selection_out(selection, token, also))


@routes.get(
    f"{SELECTION}/items",
    policy="can_select",
    answers=ItemOut,
    query=ItemsQuery,
    is_list=True,
    raises=(403, 422),
)
def list_selection_items(request: Request) -> Answer:
    """List the objects of a selection, each with why it would be passed over."""
    query: ItemsQuery = request.query
    result, reason = read_items_query(query, ("will_change", "skipped"))
    selection, page, names = selecting.list_items(
        request.caller, request.path["selection"], request.page(query), result, reason
    )
    return listing(request, page, items_out(selection, page.rows, names, "will_change"))


def items_out(
    of: Selection | Any, rows: Any, names: dict[str, str], unfinished: str
) -> list[ItemOut]:
    return [item_out(of.kind, each, names.get(each.object_id), unfinished) for each in rows]


def read_items_query(query: ItemsQuery, results: tuple[str, ...]) -> tuple[str, str | None]:
    problems: dict[str, list[str]] = {}
    if query.result is not None and query.result not in results:
        problems["result"] = [f"The selected result is invalid. It can be: {', '.join(results)}."]
    if query.reason is not None and query.reason not in tuple(Reason):
        problems["reason"] = ["The selected reason is invalid."]
    if problems:
        raise Invalid(problems)
    return query.result or "", query.reason
