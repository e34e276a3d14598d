"""Places: who works on requests. Kinds that wait for different things do not wait for each other.

A place has a few threads, made when they are needed, and a line of requests that wait for one. What
holds the threads of one place (a lock, a provider that does not answer) holds up that place alone.
"""

import queue
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from procession.kit.http import GIVING, HASHING, LONG, TAKING, VITAL, WAITING
from procession.web.door.arrivals import Arrival

#: Threads that have nothing to do end after this long, and their database connections with them.
_IDLE_S = 60.0
#: Of one kind: hashing takes a core and 64 MB, a provider that does not answer takes its time.
_HASHING_LINE = 64
_WAITING_THREADS = 8
_WAITING_LINE = 128
#: Files: a store elsewhere may be as slow as a provider.
_FILE_THREADS = 4
_FILE_LINE = 64

READING = "reading"
WRITING = "writing"
#: A large body becomes much larger when it is read: one at a time.
LARGE = "large"

#: What asks for a hundred rows or more.
_LONG_PAGE = re.compile(r"(^|&)(per_page=0*[1-9]\d\d|without_pagination=)")

Job = Callable[[], None]


def place_for(arrival: Arrival) -> str:
    """The name of the place that a request belongs to."""
    route, query = arrival.route, arrival.environ["QUERY_STRING"]
    if route is not None and route.place is not None:
        return route.place
    if arrival.is_large:
        return LARGE
    if route is not None and arrival.method not in ("GET", "HEAD", "OPTIONS"):
        return WRITING
    if query and route is not None and route.is_list and _LONG_PAGE.search(unquote(query)):
        return LONG
    return READING


@dataclass(frozen=True)
class Size:
    """`line`: how many may wait for a thread; None: as many as there are connections."""

    threads: int
    line: int | None = None


def sizes(threads: int) -> dict[str, Size]:
    """`threads`: how many read, and how many write, at the same time."""
    return {
        READING: Size(threads),
        WRITING: Size(threads),
        LARGE: Size(1),
        LONG: Size(1),
        HASHING: Size(1, _HASHING_LINE),
        WAITING: Size(_WAITING_THREADS, _WAITING_LINE),
        VITAL: Size(1),
        TAKING: Size(_FILE_THREADS, _FILE_LINE),
        GIVING: Size(_FILE_THREADS, _FILE_LINE),
    }


class Place:
    """`end`: what a thread does last, for example close its database connection."""

    def __init__(self, name: str, size: Size, end: Callable[[], None]) -> None:
        self.name = name
        self._size = size
        self._end = end
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads = 0
        #: Handed over, and not done yet.
        self._unfinished = 0

    def take(self, job: Job) -> bool:
        """False: there is no room in the line."""
        size = self._size
        with self._lock:
            if size.line is not None and self._unfinished >= size.threads + size.line:
                return False
            self._unfinished += 1
            needs_thread = self._unfinished > self._threads and self._threads < size.threads
            self._threads += needs_thread
        self._jobs.put(job)
        if needs_thread:
            threading.Thread(target=self._work, name=f"{self.name}", daemon=True).start()
        return True

    @property
    def is_at_rest(self) -> bool:
        return self._unfinished == 0

    @property
    def unfinished(self) -> int:
        return self._unfinished

    def _work(self) -> None:
        try:
            while True:
                try:
                    job = self._jobs.get(timeout=_IDLE_S)
                except queue.Empty:
                    if self._may_end():
                        return
                    continue
                try:
                    job()
                finally:
                    with self._lock:
                        self._unfinished -= 1
        finally:
            self._end()

    def _may_end(self) -> bool:
        """Not while something is on its way into the line."""
        with self._lock:
            if self._unfinished >= self._threads:
                return False
            self._threads -= 1
            return True
