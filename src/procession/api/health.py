"""Endpoints about the server itself."""

from typing import Annotated, Literal

import msgspec

from procession.core.times import optional_wire_time
from procession.kit.db import ping
from procession.kit.http import PUBLIC, VITAL, Answer, Request, Routes, plain
from procession.kit.rounds import standing

routes = Routes("Server")


class HealthQuery(msgspec.Struct, frozen=True):
    of: Annotated[
        Literal["server", "worker"],
        msgspec.Meta(description="`worker`: 503, too, when no round of it ended for two minutes."),
    ] = "server"


class WorkerOut(msgspec.Struct, frozen=True):
    """All workers of this server together, wherever they run."""

    #: A round ended within the last two minutes.
    alive: bool
    last_round_at: str | None
    #: Of the event that is delivered next; null when none waits.
    outbox_oldest_seconds: int | None


class HealthOut(msgspec.Struct, frozen=True):
    """`degraded`: requests are answered, and what happens later does not happen."""

    status: Literal["ok", "degraded"]
    worker: WorkerOut


@routes.get(
    "/health",
    door=PUBLIC,
    place=VITAL,
    policy="visible",
    answers=HealthOut,
    query=HealthQuery,
    also_status=503,
    is_plain=True,
)
def health(request: Request) -> Answer:
    """Say whether the server works: 200, or 503 when its database cannot be reached."""
    server = request.caller.server
    ping(server.database)
    found = standing(server, server.database.connection())
    body = HealthOut(
        "ok" if found.is_alive else "degraded",
        WorkerOut(found.is_alive, optional_wire_time(found.last_round_at), found.oldest_event_s),
    )
    is_what_was_asked = found.is_alive or request.query.of != "worker"
    return plain(body, 200 if is_what_was_asked else 503)
