"""Counting what happens in this process, for `/metrics`; off unless the setting names an address.

Each process of a server counts into files of one folder, which whoever answers `/metrics` adds up
(`worker.measuring`). The library looks for the folder when it is imported, so that happens late.
"""

import os
import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from procession.kit.counting import FOLDER

#: Seconds.
_LENGTHS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Meters:
    """Labels are patterns and words of ours, never ids or what somebody sent."""

    def __init__(self) -> None:
        from prometheus_client import Counter, Gauge, Histogram  # noqa: PLC0415

        self._requests = Counter(
            "procession_requests", "Requests answered.", ("method", "route", "status")
        )
        self._lengths = Histogram(
            "procession_request_seconds",
            "From when a thread took a request up until its answer was ready.",
            ("method", "route"),
            buckets=_LENGTHS,
        )
        self._waits = Histogram(
            "procession_database_wait_seconds",
            "From asking for a transaction that writes until it had begun.",
            buckets=_LENGTHS,
        )
        self._unfinished = Gauge(
            "procession_requests_unfinished",
            "Requests that are worked on or wait for a thread, by kind.",
            ("place",),
            multiprocess_mode="livesum",
        )
        self._rounds = Counter("procession_worker_rounds", "Rounds that workers got through.")
        self._failures = Counter("procession_worker_failures", "Steps of workers that failed.")
        #: Looking labels up costs more than counting.
        self._known: dict[tuple[str, str | None, int], tuple[Any, Any]] = {}

    def note_request(self, method: str, route: str | None, status: int, took_s: float) -> None:
        """`route`: the pattern; None where no endpoint is."""
        key = (method, route, status)
        found = self._known.get(key)
        if found is None:
            named = (method if method in _METHODS else "other", route or "none")
            found = (self._requests.labels(*named, str(status)), self._lengths.labels(*named))
            if method in _METHODS:
                self._known[key] = found
        found[0].inc()
        found[1].observe(took_s)

    def note_wait(self, took_s: float) -> None:
        self._waits.observe(took_s)

    def note_unfinished(self, by_place: Mapping[str, int]) -> None:
        for place, count in by_place.items():
            self._unfinished.labels(place).set(count)

    def note_round(self) -> None:
        self._rounds.inc()

    def note_failure(self) -> None:
        self._failures.inc()


_making = threading.Lock()


def meters() -> Meters | None:
    """This process's; None where nobody asks for them."""
    if FOLDER not in os.environ:
        return None
    with _making:
        return _meters()


@cache
def _meters() -> Meters:
    return Meters()


def waits_of_process() -> Callable[[float], None] | None:
    found = meters()
    return None if found is None else found.note_wait
