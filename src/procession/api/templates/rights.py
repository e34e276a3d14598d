"""Who may do what with which template, as a file for auditors (issue 16)."""

from procession.flows.templates import auditing
from procession.kit.http import CSV, LONG, Answer, Request, Routes, download
from procession.kit.spreadsheets import csv_pieces

routes = Routes("Templates")


@routes.get(
    "/organizations/{org}/rights", policy="can_see_all", content_type=CSV, place=LONG,
    raises=(403,),
)  # fmt: skip
def export_rights(request: Request) -> Answer:
    """Export who may see and do what: a row for each member and template, as CSV."""
    rows = auditing.stream_rights(request.caller)
    return download(csv_pieces(auditing.COLUMNS, rows), CSV, "rights.csv")
