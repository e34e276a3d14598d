"""Endpoints about the server itself."""

from procession.kit.db import ping
from procession.kit.http import PUBLIC, VITAL, Answer, Request, Routes, plain

routes = Routes("Server")


@routes.get(
    "/health", door=PUBLIC, place=VITAL, policy="visible", answers=dict[str, str], is_plain=True
)
def health(request: Request) -> Answer:
    """Say whether the server works: 200, or 503 when its database cannot be reached."""
    ping(request.caller.server.database)
    return plain({"status": "ok"})
