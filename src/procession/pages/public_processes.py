"""The page behind a process's public link (contract 30, 13.1; ruling 30)."""

from procession.flows.processes.showing_publicly import look_at_public_process
from procession.kit.errors import NotFound
from procession.kit.http import HTML, PAGE, Answer, Request, Routes
from procession.pages.layout import page, unlisted

routes = Routes("Pages")

_CLOSED = "There is no public process at this address, or its people share it no longer."


@routes.get(
    "/public/runs/{public_key}",
    door=PAGE,
    policy="visible",
    content_type=HTML,
    is_for_navigation=True,
)
def show(request: Request) -> Answer:
    """Show how a public process is going."""
    try:
        shown = look_at_public_process(request.caller, request.path["public_key"])
    except NotFound:
        raise NotFound(_CLOSED) from None
    return unlisted(page("public_process.html", shown=shown, process=shown.process))
