"""Rate limits: how many requests a minute (contract 00, 7). Counted in this process's memory.

Nothing else needs these counts, and losing them on a restart harms nobody; several server
processes each allow the limit (decision 0006).
"""

import threading
import time
from collections.abc import Callable

_WINDOW_S = 60.0
_MOST_KEYS = 50_000


class RateLimiter:
    """A fixed window of a minute for each key."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        #: 0: no limit.
        self.limit = limit
        self._clock = clock
        self._windows: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str) -> tuple[int, int]:
        """(requests left in the window, seconds to wait); left is -1 when there were none."""
        if self.limit == 0:
            return 0, 0
        now = self._clock()
        with self._lock:
            window = self._windows.get(key)
            if window is None or now - window[0] >= _WINDOW_S:
                if len(self._windows) >= _MOST_KEYS:
                    self._forget_old(now)
                window = self._windows[key] = [now, 0]
            window[1] += 1
            left = self.limit - int(window[1])
            return max(left, -1), max(int(window[0] + _WINDOW_S - now + 0.999), 1)

    def _forget_old(self, now: float) -> None:
        self._windows = {
            key: window for key, window in self._windows.items() if now - window[0] < _WINDOW_S
        }
