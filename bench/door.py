"""What authentication costs of an archive request (decision 0012).

Each request is timed as a whole, and inside of it what finds out who asks: hashing the token, the
one statement that finds holder and membership, and the checks of both (the rate limit and the
scopes are not authentication). The floor is a caller who is known already, which costs nothing.
Both come from the very same request, so that a busy machine or a slow commit weighs on both alike.

The application runs in this process, one request at a time, so that its door can be timed inside of
it. What a client waits for is more: HTTP is added to it (`measures.measure_door`).
"""

from time import perf_counter
from typing import Any

from bench.checking import environ_of
from bench.data import Data
from bench.load import request_bytes
from procession.flows.access.opening import open_server
from procession.kit.settings import Settings
from procession.web.app import Application


class TimedDoor:
    """The application's own door, with a clock beside it."""

    def __init__(self, app: Application) -> None:
        self._enter = app.gate._authenticate
        self.spent = 0.0

    def __call__(self, *asked: Any) -> Any:
        start = perf_counter()
        caller = self._enter(*asked)
        self.spent = perf_counter() - start
        return caller


def door_times(url: str, data: Data, token: str, *, repeats: int) -> list[tuple[float, float]]:
    """Of each archive request: seconds without its door, and in all."""
    server = open_server(Settings(database_url=url, rate_limit=1_000_000_000))
    app = Application(server)
    door = TimedDoor(app)
    app.gate._authenticate = door  # type: ignore[method-assign,assignment]
    times = []
    for number in range(repeats):
        path = data.path(f"/runs/{data.process_ids[number % len(data.process_ids)]}")
        spent = _time_of(app, request_bytes("DELETE", path, token))
        times.append((spent - door.spent, spent))
        _time_of(app, request_bytes("PUT", f"{path}/activate", token))
    server.database.close()
    return times[repeats // 10 :]  # The first ones only warm up.


def _time_of(app: Any, request: bytes) -> float:
    environ = environ_of(request)
    statuses: list[str] = []
    start = perf_counter()
    b"".join(app(environ, lambda status, headers, *rest: statuses.append(status)))
    spent = perf_counter() - start
    assert statuses[0].startswith("2"), statuses
    return spent
