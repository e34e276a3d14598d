"""A process for anybody who has its public link."""

from procession.domains.processes.wire import PublicProcessOut
from procession.flows.processes import showing_publicly
from procession.kit.http import PUBLIC, Answer, Request, Routes, item

routes = Routes("Processes")


@routes.get(
    "/public/runs/{public_key}",
    door=PUBLIC,
    policy="visible",
    answers=PublicProcessOut,
)
def get_public(request: Request) -> Answer:
    """Read a process that its people made public, without any account."""
    shown = showing_publicly.get_public_process(request.caller, request.path["public_key"])
    return item(shown).with_header("X-Robots-Tag", "noindex")
