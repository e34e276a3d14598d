"""Counting failed attempts in this process's memory (decision 0006).

Guesses are told to other processes as well (`kit.guessing`).
"""

import threading
import time
from collections.abc import Callable

_MINUTE_S = 60.0
_MOST_KEYS = 50_000


class Failures:
    """Failures of each key within the last minute, or within another window of the key's own."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        #: Window and times of each key.
        self._counted: dict[str, tuple[float, list[float]]] = {}
        #: Until when others have said that there were too many.
        self._refused: dict[str, float] = {}
        self._lock = threading.Lock()

    def count(self, key: str, *, window_s: float = _MINUTE_S) -> None:
        with self._lock:
            if len(self._counted) >= _MOST_KEYS:
                self._forget_old()
            self._counted[key] = (window_s, [*self._recent(key), self._clock()])

    def refuse(self, key: str, seconds: float) -> None:
        """Others have counted too many failures of this key."""
        with self._lock:
            if len(self._refused) >= _MOST_KEYS:
                now = self._clock()
                self._refused = {key: at for key, at in self._refused.items() if at > now}
            self._refused[key] = self._clock() + seconds

    def wait_s(self, key: str, limit: int, *, window_s: float = _MINUTE_S) -> int:
        """Seconds to wait after more than `limit` failures; 0: go on."""
        with self._lock:
            times = self._recent(key)
            refused_s = self._refused.get(key, 0.0) - self._clock()
        if refused_s > 0:
            return int(refused_s + 0.999)
        if len(times) <= limit:
            return 0
        return max(int(times[-limit - 1] + window_s - self._clock() + 0.999), 1)

    def _recent(self, key: str) -> list[float]:
        window_s, times = self._counted.get(key, (0.0, []))
        since = self._clock() - window_s
        return [at for at in times if at > since]

    def _forget_old(self) -> None:
        self._counted = {
            key: (window_s, times)
            for key, (window_s, _) in self._counted.items()
            if (times := self._recent(key))
        }
