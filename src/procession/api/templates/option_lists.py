"""Endpoints of option lists (contract 21, 8)."""

from typing import ClassVar

from procession.core.sorting import Sorting
from procession.domains.templates.types.option_lists import OPTION_LIST_SORTING
from procession.domains.templates.wire.option_lists import (
    OptionListIn,
    OptionListOut,
    option_list_out,
)
from procession.flows.templates import options as supplying
from procession.kit.http import Answer, Request, Routes, item, listing
from procession.kit.paging import PageQuery, Search, sort_keys

routes = Routes("Lists")

LISTS = "/organizations/{org}/lists"
LIST = f"{LISTS}/{{list}}"


class OptionListsQuery(PageQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = OPTION_LIST_SORTING

    q: Search = None


@routes.get(LISTS, policy="visible", answers=OptionListOut, query=OptionListsQuery, is_list=True)
def list_lists(request: Request) -> Answer:
    """List the option lists of an organization, by title."""
    query: OptionListsQuery = request.query
    page, uses = supplying.list_option_lists(
        request.caller, request.page(query), query.q or "", sort_keys(query)
    )
    return listing(
        request, page, [option_list_out(kept, uses.get(kept.id, 0)) for kept in page.rows]
    )


@routes.post(
    LISTS,
    policy="can_change_lists",
    answers=OptionListOut,
    status=201,
    body=OptionListIn,
    raises=(403, 422),
)
def create(request: Request) -> Answer:
    """Create a list whose rows can be the options of form fields."""
    return item(option_list_out(*supplying.create_option_list(request.caller, request.body)), 201)


@routes.get(LIST, policy="visible", answers=OptionListOut)
def get(request: Request) -> Answer:
    """Read an option list."""
    return item(option_list_out(*supplying.get_option_list(request.caller, request.id("list"))))


@routes.put(
    LIST, policy="can_change_lists", answers=OptionListOut, body=OptionListIn, raises=(403, 422)
)
def update(request: Request) -> Answer:
    """Change an option list, and with it the options of every field that uses it.

    Only the keys that are sent change. Processes that are running keep the options they have.
    """
    kept, uses, warnings = supplying.update_option_list(
        request.caller, request.id("list"), request.body
    )
    return item(option_list_out(kept, uses), warnings=warnings)


@routes.delete(
    LIST, policy="can_change_lists", answers=OptionListOut, reads_body=False, raises=(403, 422)
)
def delete(request: Request) -> Answer:
    """Delete an option list for ever; one that fields use cannot be deleted."""
    return item(option_list_out(*supplying.delete_option_list(request.caller, request.id("list"))))
