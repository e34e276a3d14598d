"""Holds: nothing of what they cover is destroyed until they are released."""

from typing import Annotated, ClassVar

from msgspec import Meta

from procession.core.sorting import Sorting
from procession.domains.holds.actions import placing
from procession.domains.holds.types import HOLD_SORTING, HoldFilter, Scope
from procession.domains.holds.wire import (
    HoldChangesIn,
    HoldIn,
    HoldOut,
    HoldReleaseIn,
    hold_out,
)
from procession.kit.errors import Invalid
from procession.kit.http import Answer, Request, Routes, item, listing
from procession.kit.ids import find_id
from procession.kit.paging import PageQuery, Search, sort_keys

routes = Routes("Archive")

HOLDS = "/organizations/{org}/holds"
HOLD = f"{HOLDS}/{{hold}}"


class HoldsQuery(PageQuery, kw_only=True):
    """Filters of the list."""

    SORTING: ClassVar[Sorting | None] = HOLD_SORTING

    active: Annotated[
        bool | None, Meta(description="Only those that are not released, or only those that are.")
    ] = None
    scope: Annotated[
        str | None,
        Meta(description="run, checklist, task or organization; or the id of what is held."),
    ] = None
    reference: Annotated[str | None, Meta(description="The whole reference, in either case.")] = (
        None
    )
    q: Search = None


@routes.post(HOLDS, policy="can_hold", answers=HoldOut, status=201, body=HoldIn, raises=(403, 422))
def place(request: Request) -> Answer:
    """Put a process, a template with its processes, a one-off task or everything on hold.

    What is being deleted just now is waited for, five seconds at most.
    """
    hold, covers = placing.place(request.caller, request.body)
    return item(hold_out(hold, covers), 201)


@routes.get(
    HOLDS, policy="can_hold", answers=HoldOut, query=HoldsQuery, is_list=True, raises=(403, 422)
)
def list_holds(request: Request) -> Answer:
    """List holds, newest first; those that were released, too."""
    query: HoldsQuery = request.query
    page = placing.list_holds(request.caller, request.page(query), _filter(query))
    return listing(request, page, [hold_out(each) for each in page.rows])


def _filter(query: HoldsQuery) -> HoldFilter:
    scope_type = scope_id = None
    if query.scope in tuple(Scope):
        scope_type = query.scope
    elif query.scope is not None:
        scope_id = find_id(query.scope)
        if scope_id is None:
            words = ", ".join(Scope)
            sentence = f"The selected scope is invalid. It can be an id, or one of: {words}."
            raise Invalid({"scope": [sentence]})
    return HoldFilter(
        is_active=query.active,
        scope_type=scope_type,
        scope_id=scope_id,
        reference=query.reference,
        q=query.q,
        sort=tuple(sort_keys(query)),
    )


@routes.get(HOLD, policy="can_hold", answers=HoldOut, raises=(403,))
def get_hold(request: Request) -> Answer:
    """Read a hold, and how much it covers."""
    return item(hold_out(*placing.get_hold(request.caller, request.id("hold"))))


@routes.put(HOLD, policy="can_hold", answers=HoldOut, body=HoldChangesIn, raises=(403, 422))
def change(request: Request) -> Answer:
    """Change why something is on hold, its reference, or until when."""
    return item(hold_out(placing.change(request.caller, request.id("hold"), request.body)))


@routes.put(
    f"{HOLD}/release", policy="can_hold", answers=HoldOut, body=HoldReleaseIn, raises=(403, 422)
)
def release(request: Request) -> Answer:
    """Release a hold. What others cover stays held. Repeated: unchanged."""
    sent: HoldReleaseIn = request.body
    return item(hold_out(placing.release(request.caller, request.id("hold"), sent.reason)))
