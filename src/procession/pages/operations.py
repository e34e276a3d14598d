"""Operations: many things archived, restored or deleted at once, watched and taken back (70, 2)."""

from typing import Annotated
from urllib.parse import urlencode

import msgspec
from msgspec import Meta

from procession.core.archive import Verb
from procession.domains.archive import policy
from procession.domains.archive.types import DONE, Item, Kind, Operation, OperationStatus
from procession.domains.archive.wire import operation_out
from procession.flows.archive import approving, operating, undoing
from procession.flows.archive.listing import look_through
from procession.flows.telling import addresses
from procession.kit.errors import Invalid
from procession.kit.http import HTML, PAGE, WAITING, Answer, Routes
from procession.kit.paging import PageRequest
from procession.pages.forms import ActionForm, OperationForm
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.layout import redirect
from procession.pages.lists import Pager, page_number
from procession.pages.many import VERBS, counted, reason_words, some_of, why_passed_over
from procession.pages.selections import preview, require_may_select
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

#: What takes longer is watched on a page of its own, which can be left.
_PATIENCE_S = 1.0
_SIZE = 50
_TOLD = {
    Verb.ARCHIVE.value: "archived-many",
    Verb.ACTIVATE.value: "restored-many",
    Verb.DELETE.value: "deleted-many",
}
_PLACE = "archive/operations"
#: Where each kind of thing is.
_PAGES = {
    Kind.RUN.value: "/app/processes/{}",
    Kind.CHECKLIST.value: "/app/templates/{}",
    Kind.TASK.value: "/app/tasks/{}",
}


class OperationQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address."""

    next: Annotated[str | None, Meta(description="Page to go on with.")] = None
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


@routes.post(
    addresses.OPERATIONS, door=PAGE, policy="visible", body=OperationForm, status=303, place=WAITING
)
@for_members
def operate(here: Here) -> Answer:
    """Do what was selected and previewed; the next page tells it, with an undo."""
    require_may_select(here.caller)
    sent: OperationForm = here.request.body
    token, typed = sent.token or "", (sent.confirm or "").replace(",", "").strip()
    try:
        operation = operating.start(
            here.caller, token, None, int(typed) if typed.isascii() and typed.isdecimal() else None
        )
    except Invalid as wrong:
        if "confirm" not in wrong.problems:
            raise
        return preview(here, token, sent.next, "Type the number first: nothing was deleted.")
    return _begun(here, operation, _TOLD[operation.verb])


@routes.post(
    addresses.UNDO_OPERATION, door=PAGE, policy="visible", body=ActionForm, status=303,
    place=WAITING,
)  # fmt: skip
@for_members
def undo(here: Here) -> Answer:
    """Take an operation back, but for what somebody has touched since."""
    require_may_select(here.caller)
    return _begun(here, undoing.undo(here.caller, here.request.number("operation")), "undone-many")


def _begun(here: Here, operation: Operation, kind: str) -> Answer:
    """Back to the list where it is done; else to where it can be watched."""
    operation = operating.wait_for(here.caller, operation, _PATIENCE_S)
    target = safe_target(here.request.body.next)
    number = str(operation.number)
    if operation.is_unfinished:
        query = urlencode({"next": target})
        return redirect(f"{addresses.OPERATION.format(operation=number)}?{query}")
    told = some_of(operation.done, operation.total, operation.kind)
    if kind == "undone-many":
        told += " is" if told.startswith("1 ") else " are"
    return back_to(here, target, Toast(kind, _PLACE, number, told))


@routes.post(addresses.CANCEL_OPERATION, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def cancel(here: Here) -> Answer:
    """Stop an operation. What is done stays done."""
    require_may_select(here.caller)
    operating.cancel(here.caller, here.request.number("operation"))
    return redirect(safe_target(here.request.body.next))


@routes.post(
    addresses.APPROVE_OPERATION, door=PAGE, policy="can_approve", body=ActionForm, status=303
)
@for_members
def approve(here: Here) -> Answer:
    """Approve of what a rule of retention would do; it begins."""
    approving.approve(here.caller, here.request.number("operation"))
    return redirect(safe_target(here.request.body.next))


@routes.post(
    addresses.REFUSE_OPERATION, door=PAGE, policy="can_approve", body=ActionForm, status=303
)
@for_members
def refuse(here: Here) -> Answer:
    """Refuse what a rule of retention would do: nothing is changed."""
    approving.refuse(here.caller, here.request.number("operation"))
    return redirect(safe_target(here.request.body.next))


@routes.get(
    addresses.OPERATION, door=PAGE, policy="visible", query=OperationQuery, content_type=HTML
)
@for_members
def show(here: Here) -> Answer:
    """Show how far an operation is, or what became of each thing in it."""
    require_may_select(here.caller)
    query: OperationQuery = here.request.query
    number = here.request.number("operation")
    asked = PageRequest(page_number(query.page), _SIZE)
    operation, page, names, _ = operating.list_items(here.caller, number, asked, "", None)
    kept = {"next": query.next} if query.next else {}

    def address(**changed: str) -> str:
        return f"{here.request.path_text}?{urlencode({**kept, **changed})}"

    return app_page(
        here,
        "archive/operation.html",
        title=headline(operation),
        headline=headline(operation),
        operation=operation,
        items=[_line(operation, each, names) for each in page.rows],
        pager=Pager.of(page, address),
        skips=why_passed_over(operation.skips),
        next=safe_target(query.next) if query.next else None,
        looked_at=operation.total - operation.left,
        may_approve=policy.can_approve(here.caller),
        eta_seconds=operation_out(operation).eta_seconds,
    )


def headline(operation: Operation) -> str:
    """What it did, or is doing, in a line: `Archived 18 of 20 processes`."""
    doing, did = VERBS[operation.verb]
    whole = counted(operation.total, operation.kind)
    if operation.awaits_approval:
        return f"{doing} {whole}: waits for an administrator"
    if operation.is_unfinished:
        return f"{doing} {whole}"
    if operation.status == OperationStatus.CANCELLED or not operation.is_stopped:
        return f"{did} {some_of(operation.done, operation.total, operation.kind)}"
    return f"{doing} {whole}: {'refused' if operation.status == 'refused' else 'nobody approved'}"


class _Line(msgspec.Struct, frozen=True):
    """One thing in an operation, and what became of it."""

    name: str
    #: None: it can not be looked at any more.
    address: str | None
    words: str
    is_done: bool


def _line(operation: Operation, item: Item, names: dict[str, str]) -> _Line:
    name = names.get(item.object_id)
    is_done = item.result == DONE
    if is_done:
        words = VERBS[operation.verb][1]
    elif item.result is None:
        words = "Left when it was cancelled" if operation.is_stopped else "Waits"
    else:
        words = item.detail or f"Passed over: {reason_words(item.result)}"
    address = None if name is None else _PAGES[operation.kind].format(item.object_id)
    return _Line(name or "Not there any more", address, words, is_done)


@routes.get(
    addresses.OPERATIONS, door=PAGE, policy="visible", query=OperationQuery, content_type=HTML
)
@for_members
def list_all(here: Here) -> Answer:
    """Show what was changed at once, newest first, and what can be taken back."""
    asked = PageRequest(page_number(here.request.query.page), _SIZE)
    page, names = look_through(here.caller, asked, operating.OperationFilter())

    def address(**changed: str) -> str:
        return f"{addresses.OPERATIONS}?{urlencode(changed)}"

    return app_page(
        here,
        "archive/operations.html",
        title="Operations",
        rows=[
            (
                each,
                headline(each),
                "Procession" if each.is_requested_by_bot else names.get(each.requested_by, ""),
                _state(each),
            )
            for each in page.rows
        ],
        pager=Pager.of(page, address),
    )


def _state(operation: Operation) -> str:
    if operation.undone_by is not None:
        return f"Taken back by {operation.undone_by}"
    if operation.undoes is not None and not operation.is_unfinished:
        return f"Took back {operation.undoes}"
    return {
        OperationStatus.WAITING: "Waits for its turn",
        OperationStatus.AWAITING_APPROVAL: "Waits for approval",
        OperationStatus.RUNNING: "Under way",
        OperationStatus.FINISHED: "Done",
        OperationStatus.CANCELLED: "Cancelled",
        OperationStatus.REFUSED: "Refused",
        OperationStatus.LAPSED: "Nobody approved",
    }[OperationStatus(operation.status)]
