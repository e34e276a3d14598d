"""The endpoint that exports many processes (contract 60, 10; ours alone)."""

from typing import Annotated

from msgspec import Meta

from procession.api.processes.filters import ProcessesQuery, process_filter
from procession.api.processes.shaping import PROCESSES
from procession.flows.processes.export_formats import COLUMNS
from procession.flows.processes.exporting import export_processes
from procession.kit.errors import invalid
from procession.kit.http import CSV, LONG, Answer, Request, Routes, download

routes = Routes("Processes")


class ProcessesExportQuery(ProcessesQuery, kw_only=True):
    """Filters of the list, and what is told of what it finds."""

    columns: Annotated[
        list[str],
        Meta(description="Names of columns, in the order wanted; all of them otherwise."),
    ] = []
    safe: Annotated[
        bool | None, Meta(description="What a spreadsheet would take for a formula is made text.")
    ] = None


@routes.get(
    f"{PROCESSES}/export", policy="can_export_many", query=ProcessesExportQuery,
    content_type=CSV, raises=(403, 422), place=LONG,
    unused=("page", "per_page", "sort", "form_fields_values"),
)  # fmt: skip
def export(request: Request) -> Answer:
    """Export all processes that the list finds by the same filters, as CSV (contract 31, 9).

    In the order of their ids, streamed however many there are.
    """
    query: ProcessesExportQuery = request.query
    unknown = sorted(set(query.columns) - set(COLUMNS))
    if unknown:
        allowed = ", ".join(COLUMNS)
        raise invalid("columns", f"There is no column {unknown[0]!r}. There are: {allowed}.")
    wanted = process_filter(query, request.caller)
    pieces = export_processes(
        request.caller, wanted, query.columns or COLUMNS, is_safe=bool(query.safe)
    )
    return download(pieces, CSV, "processes.csv")
