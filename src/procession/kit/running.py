"""What runs in this process at the moment, so that a second of its kind need not wait for it.

Nothing else needs to know it: what counts for all processes is in the database.
"""

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class Running:
    """Names of what runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: set[Hashable] = set()

    @contextmanager
    def alone(self, name: Hashable) -> Iterator[bool]:
        """False when something of this name runs already."""
        with self._lock:
            is_alone = name not in self._names
            self._names.add(name)
        try:
            yield is_alone
        finally:
            if is_alone:
                self._names.discard(name)
