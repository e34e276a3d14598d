"""Operations: do it, watch it, undo it."""

from typing import Annotated

from msgspec import Meta

from procession.api.archive.selections import ItemsQuery, items_out, read_items_query
from procession.core.archive import Verb
from procession.core.times import days_between
from procession.domains.archive.types import Operation, OperationKind, OperationStatus
from procession.domains.archive.wire import (
    ItemOut,
    OperationIn,
    OperationOut,
    UndoPreviewOut,
    operation_out,
    reasons_out,
)
from procession.flows.archive import approving, operating, undoing
from procession.flows.archive.operating import OperationFilter
from procession.kit.errors import Invalid
from procession.kit.http import LONG, WAITING, Answer, Request, Routes, item, listing
from procession.kit.paging import PageQuery
from procession.kit.querying import query_id

routes = Routes("Archive")

OPERATIONS = "/organizations/{org}/archive/operations"
OPERATION = f"{OPERATIONS}/{{operation}}"


class OperationsQuery(PageQuery, kw_only=True):
    """Filters of the list."""

    verb: Annotated[str | None, Meta(description="archive, activate or delete.")] = None
    kind: Annotated[str | None, Meta(description="manual, sweep, undo or family.")] = None
    status: Annotated[
        str | None,
        Meta(
            description="waiting, awaiting_approval, running, finished, cancelled, refused or "
            "lapsed."
        ),
    ] = None
    requested_by: Annotated[str | None, Meta(description="Id of the member who asked for it.")] = (
        None
    )
    created: Annotated[
        str | None, Meta(description="A day, `YYYY-MM-DD`, or `first:last`, `first:`, `:last`.")
    ] = None


@routes.post(
    OPERATIONS,
    policy="can_use",
    answers=OperationOut,
    status=202,
    also_status=200,
    body=OperationIn,
    raises=(403, 409, 410, 422),
    place=WAITING,
)
def operate(request: Request) -> Answer:
    """Do what was selected. The same token answers the same operation, for ever.

    Few objects are changed at once; for more, `Prefer: wait=N` waits up to ten seconds.
    """
    sent: OperationIn = request.body
    caller = request.caller
    operation = operating.start(caller, sent.token, sent.comment, sent.confirm)
    return _begun(request, operation)


def _begun(request: Request, operation: Operation) -> Answer:
    """200 where it is done already."""
    operation = operating.wait_for(request.caller, operation, request.wait_s)
    status = 202 if operation.is_unfinished else 200
    return item(operation_out(operation), status)


@routes.get(
    OPERATIONS,
    policy="can_select",
    answers=OperationOut,
    query=OperationsQuery,
    is_list=True,
    raises=(403, 422),
)
def list_operations(request: Request) -> Answer:
    """List operations, newest first: all to administrators, to others those they asked for."""
    query: OperationsQuery = request.query
    wanted = _filter(query, request.caller.timezone)
    page = operating.list_operations(request.caller, request.page(query), wanted)
    return listing(request, page, [operation_out(each) for each in page.rows])


def _filter(query: OperationsQuery, zone: str) -> OperationFilter:
    problems: dict[str, list[str]] = {}
    for name, value, words in (
        ("verb", query.verb, tuple(Verb)),
        ("kind", query.kind, tuple(OperationKind)),
        ("status", query.status, tuple(OperationStatus)),
    ):
        if value is not None and value not in words:
            problems[name] = [f"The selected {name} is invalid. It can be: {', '.join(words)}."]
    created = None
    try:
        created = None if query.created is None else days_between(query.created, zone)
    except (ValueError, OverflowError):
        problems["created"] = ["The created is not a valid date."]
    if problems:
        raise Invalid(problems)
    return OperationFilter(
        verb=query.verb,
        operation_kind=query.kind,
        status=query.status,
        requested_by=None if query.requested_by is None else query_id(query.requested_by),
        created=created,
    )


@routes.get(OPERATION, policy="can_select", answers=OperationOut, raises=(403,))
def get_operation(request: Request) -> Answer:
    """Read an operation: how far it is, how fast, and what it passed over."""
    operation = operating.get_operation(request.caller, request.number("operation"))
    return item(operation_out(operation))


@routes.get(
    f"{OPERATION}/items",
    policy="can_select",
    answers=ItemOut,
    query=ItemsQuery,
    is_list=True,
    raises=(403, 422),
)
def list_operation_items(request: Request) -> Answer:
    """List the objects of an operation, and what became of each.

    What the caller may not read now is left out, and counted in `meta.hidden`.
    """
    query: ItemsQuery = request.query
    result, reason = read_items_query(query, ("done", "skipped"))
    number = request.number("operation")
    operation, page, names, hidden = operating.list_items(
        request.caller, number, request.page(query), result, reason
    )
    shown = items_out(
        operation, page.rows, names, "cancelled" if operation.is_stopped else "will_change"
    )
    return listing(request, page, shown, hidden=hidden)


@routes.put(
    f"{OPERATION}/cancel",
    policy="can_select",
    answers=OperationOut,
    reads_body=False,
    raises=(403, 409),
)
def cancel(request: Request) -> Answer:
    """Stop an operation. What is done stays done."""
    operation = operating.cancel(request.caller, request.number("operation"))
    return item(operation_out(operation))


@routes.put(
    f"{OPERATION}/approve",
    policy="can_approve",
    answers=OperationOut,
    reads_body=False,
    raises=(403, 409),
    place=LONG,
)
def approve(request: Request) -> Answer:
    """Approve of a sweep: what is in it is archived or deleted. Repeated: unchanged."""
    return item(operation_out(approving.approve(request.caller, request.number("operation"))))


@routes.put(
    f"{OPERATION}/refuse",
    policy="can_approve",
    answers=OperationOut,
    reads_body=False,
    raises=(403, 409),
)
def refuse(request: Request) -> Answer:
    """Refuse a sweep: nothing is changed, and it is not offered again for 30 days."""
    return item(operation_out(approving.refuse(request.caller, request.number("operation"))))


@routes.get(
    f"{OPERATION}/undo",
    policy="can_use",
    answers=UndoPreviewOut,
    raises=(403, 409, 422),
    place=LONG,
)
def preview_undo(request: Request) -> Answer:
    """See what taking an operation back would do now. Nothing is changed."""
    will_change, skipped = undoing.preview(request.caller, request.number("operation"))
    return item(UndoPreviewOut(will_change=will_change, skipped=reasons_out(skipped)))


@routes.post(
    f"{OPERATION}/undo",
    policy="can_use",
    answers=OperationOut,
    status=202,
    also_status=200,
    reads_body=False,
    raises=(403, 409, 422),
    place=WAITING,
)
def undo(request: Request) -> Answer:
    """Take an operation back, but for what somebody has touched since. Repeated: the same undo."""
    return _begun(request, undoing.undo(request.caller, request.number("operation")))
