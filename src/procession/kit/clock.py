"""The clock of the server, in instants (`core.times`); tests and jobs may hand in their own."""

import time
from collections.abc import Callable
from pathlib import Path

from procession.core.times import Instant

Clock = Callable[[], Instant]


def system_clock() -> Instant:
    return time.time_ns() // 1000


def clock_in(path: str) -> Clock:
    """The clock that stands in a file; while the file is missing or empty, the system's.

    A number with a sign is how far a clock is off that runs: `+180000000` is three minutes ahead.
    So tests hold the clock of a server in another process in their hand.
    """
    file = Path(path)

    def read() -> Instant:
        try:
            text = file.read_text()
        except FileNotFoundError:
            return system_clock()
        if text[:1] in ("", "+", "-"):
            return system_clock() + int(text or 0)
        return int(text)

    return read


def clock_of(path: str) -> Clock:
    """`path` is the setting PROCESSION_CLOCK_FILE; empty: the system's clock."""
    return clock_in(path) if path else system_clock


def uptime() -> int:
    """Microseconds that pass evenly, whatever becomes of the clock: for pauses and patience."""
    return time.monotonic_ns() // 1000
