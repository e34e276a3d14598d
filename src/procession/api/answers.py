"""Endpoints of what processes and tasks ask, and of the answers (contract 31, 8 to 10)."""

from typing import Annotated, Any

from msgspec import Meta

from procession.domains.answers.wire import (
    AnsweredFieldOut,
    CapturesIn,
    ExportIn,
    ExportOut,
    FormValueIn,
    ProcessFormsOut,
)
from procession.domains.processes.wire import process_out
from procession.flows.forms import showing, writing
from procession.flows.processes import exporting
from procession.kit.errors import invalid
from procession.kit.http import CSV, GUEST, LONG, Answer, Request, Routes, download, item
from procession.kit.paging import IncludeQuery

routes = Routes("Form fields of processes")

PROCESS = "/organizations/{org}/runs/{run}"


@routes.get(
    f"{PROCESS}/form-fields",
    policy="visible",
    answers=ProcessFormsOut,
    raises=(403,),
    lets_guests_in=True,
)
def get_forms(request: Request) -> Answer:
    """List all fields that a process asks, with their answers.

    The guest who filled in its kick-off form reads that one.
    """
    return item(showing.get_forms(request.caller, request.id("run")))


# --- Single values ---


@routes.put(
    "/organizations/{org}/form-field/value",
    policy="can_complete",
    answers=AnsweredFieldOut,
    body=FormValueIn,
    raises=(403, 422),
    lets_guests_in=True,
)
def set_value(request: Request) -> Answer:
    """Answer one field, of a task or of a kick-off form.

    By the id of the value (`unique_id`), or by that of the field together with `task_id` or
    `run_id`.
    """
    return item(writing.write_value(request.caller, request.body))


@routes.post(
    "/organizations/{org}/guests/{guest}/form-field/value",
    door=GUEST,
    policy="can_complete",
    answers=AnsweredFieldOut,
    body=FormValueIn,
    raises=(403, 422),
)
def set_value_of_guest(request: Request) -> Answer:
    """Answer one field of a guest's own task or kick-off form, in the guest's name."""
    guest = request.path["guest"]
    return item(writing.write_value_of_guest(request.caller, guest, request.body))


@routes.post(
    "/organizations/{org}/tasks/{task}/captures",
    policy="can_complete",
    answers=AnsweredFieldOut,
    body=CapturesIn,
    list_key="captures",
    raises=(403, 422),
    lets_guests_in=True,
)
def capture(request: Request) -> Answer:
    """Answer one field of a task, or several: a list is answered by a list."""
    written = writing.capture(request.caller, request.id("task"), request.body)
    return item(written[0] if request.body.captures is None else written)


# --- Export ---


class ExportQuery(IncludeQuery, kw_only=True):
    """The form of an export."""

    format: Annotated[str | None, Meta(description="`json` or `csv`.")] = None
    safe: Annotated[
        bool | None,
        Meta(description="In CSV: what a spreadsheet would take for a formula is made text."),
    ] = None


_EXPORT: dict[str, Any] = {
    "policy": "can_export",
    "answers": ExportOut,
    "query": ExportQuery,
    "raises": (403, 422),
    "place": LONG,
}


@routes.post(f"{PROCESS}/export", body=ExportIn, only_reads=True, **_EXPORT)
@routes.get(f"{PROCESS}/export", is_alias=True, **_EXPORT)
def export(request: Request) -> Answer:
    """Export a process with its answers and comments: as JSON, or as CSV where that is asked for.

    By `format` in the query or the body, or by `Accept: text/csv`. Several texts in one cell are
    joined by a comma; one that holds a comma is quoted as CSV quotes: `Basic, "Gold, yearly"`.
    """
    export = exporting.export_process(request.caller, request.id("run"))
    if _wants_csv(request):
        is_safe = request.query.safe or (request.body is not None and request.body.safe)
        return download(export.csv(is_safe=bool(is_safe)), CSV, export.file_name)
    out = process_out(
        export.view.process, request.now, request.public_url, request.caller.organization_id
    )
    out.custom_fields = export.view.notes.values_of(out.id)
    return item(ExportOut(run=out, rows=export.rows()))


def _wants_csv(request: Request) -> bool:
    in_body: str | None = None if request.body is None else request.body.format
    wanted: str | None = request.query.format or in_body
    if wanted is None:
        return "text/csv" in request.accept.lower()
    if wanted.lower() not in ("json", "csv"):
        raise invalid("format", "The selected format is invalid. It can be: json, csv.")
    return wanted.lower() == "csv"
