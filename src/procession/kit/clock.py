"""The clock of the server, in instants (`core.times`); tests and jobs may hand in their own."""

import time
from collections.abc import Callable

from procession.core.times import Instant

Clock = Callable[[], Instant]


def system_clock() -> Instant:
    return time.time_ns() // 1000
