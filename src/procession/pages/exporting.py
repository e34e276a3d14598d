"""Processes as CSV, and one as a page to print (contract 95, story 34)."""

from procession.domains.processes import policy
from procession.flows.processes.export_formats import COLUMNS
from procession.flows.processes.exporting import export_process, export_processes
from procession.flows.processes.surveying import read_process
from procession.flows.telling import addresses
from procession.kit.errors import Forbidden
from procession.kit.http import CSV, HTML, LONG, PAGE, Answer, Routes, download
from procession.pages.framing import Here, app_page, for_members
from procession.pages.showing import card, state_of_task
from procession.pages.tracker_filters import Narrowing, TrackerQuery

routes = Routes("Pages")


@routes.get(addresses.EXPORT_PROCESS, door=PAGE, policy="visible", content_type=CSV, place=LONG)
@for_members
def export_one(here: Here) -> Answer:
    """Give a process as CSV: a row for each task, also hidden ones, answer and comment."""
    if not policy.can_export(here.caller):
        raise Forbidden("Your role cannot export processes. An administrator can.")
    found = export_process(here.caller, here.request.id("process"))
    return download(found.csv(is_safe=True), CSV, found.file_name)


@routes.get(
    addresses.EXPORT_TRACKER, door=PAGE, policy="visible", query=TrackerQuery, content_type=CSV,
    place=LONG,
)  # fmt: skip
@for_members
def export_many(here: Here) -> Answer:
    """Give all processes that the tracker finds by the same filters as CSV."""
    if not policy.can_export_many(here.caller):
        raise Forbidden("Only administrators can export many processes at once.")
    wanted = Narrowing(here.request.query).wanted
    pieces = export_processes(here.caller, wanted, COLUMNS, is_safe=True)
    return download(pieces, CSV, "processes.csv")


@routes.get(addresses.PRINT_PROCESS, door=PAGE, policy="visible", content_type=HTML)
@for_members
def show_to_print(here: Here) -> Answer:
    """Show all of a process on one page: its forms with their answers, its tasks and comments."""
    seen = read_process(here.caller, here.request.id("process"))
    tasks = seen.view.tasks or []
    return app_page(
        here,
        "processes/print.html",
        title=seen.view.process.name,
        card=card(seen.view.process, tasks, seen.names, seen.view.texts, here.now),
        process=seen.view.process,
        view=seen.view,
        names=seen.names,
        tasks=[(task, state_of_task(task, here.now)) for task in tasks],
    )
