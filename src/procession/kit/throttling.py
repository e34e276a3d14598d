"""Counting failed attempts, so that nobody guesses on. In this process's memory (decision 0006)."""

import threading
import time
from collections.abc import Callable

_WINDOW_S = 60.0
_MOST_KEYS = 50_000


class Failures:
    """Failures of each key within the last minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def count(self, key: str) -> None:
        with self._lock:
            if len(self._times) >= _MOST_KEYS:
                self._times = {name: times for name in self._times if (times := self._recent(name))}
            self._times[key] = [*self._recent(key), self._clock()]

    def wait_s(self, key: str, limit: int) -> int:
        """Seconds to wait after more than `limit` failures; 0: go on."""
        with self._lock:
            times = self._recent(key)
        if len(times) <= limit:
            return 0
        return max(int(times[-limit - 1] + _WINDOW_S - self._clock() + 0.999), 1)

    def _recent(self, key: str) -> list[float]:
        since = self._clock() - _WINDOW_S
        return [at for at in self._times.get(key, ()) if at > since]
