"""Bodies while they are received: in memory while they are small, else in a temporary file."""

import io
import tempfile
import threading
from typing import BinaryIO

from procession.web.door.limits import MOST_IN_MEMORY, Limits


class NoRoom(Exception):
    """So much is being received just now that this does not fit."""


class Budget:
    """Bytes that all bodies together may take; any thread may give back."""

    def __init__(self, total: int) -> None:
        self._total = total
        self.used = 0
        self._lock = threading.Lock()

    def fits(self, size: int) -> bool:
        return self.used + size <= self._total

    def take(self, size: int) -> bool:
        with self._lock:
            if self.used + size > self._total:
                return False
            self.used += size
            return True

    def give_back(self, size: int) -> None:
        with self._lock:
            self.used -= size


class Room:
    """What the bodies of one server process share: memory, temporary files."""

    def __init__(self, limits: Limits) -> None:
        self.memory = Budget(limits.memory_bytes)
        self.files = Budget(limits.file_bytes)
        #: How many temporary files there are: each takes a descriptor.
        self.descriptors = Budget(limits.descriptors // 2)

    def has_room_for(self, length: int) -> bool:
        """For a body of this many bytes, as its sender says."""
        if length <= MOST_IN_MEMORY:
            return True
        return self.files.fits(length) and self.descriptors.fits(1)


class Body:
    """One request's body. Memory beyond the budget is left to those who have it: the body goes to a
    file then, however small it is."""

    __slots__ = ("_file", "_memory", "_room", "_taken", "size")

    def __init__(self, room: Room) -> None:
        self._room = room
        self._memory: list[bytes] = []
        self._file: BinaryIO | None = None
        self._taken = 0
        self.size = 0

    @property
    def is_large(self) -> bool:
        return self.size > MOST_IN_MEMORY

    def add(self, piece: bytes) -> None:
        """Raises NoRoom, also where there is no room on the disk."""
        self.size += len(piece)
        if self._file is None:
            if not self.is_large and self._room.memory.take(len(piece)):
                self._taken += len(piece)
                self._memory.append(piece)
                return
            self._move_to_file()
        self._write(piece)

    def _move_to_file(self) -> None:
        if not self._room.descriptors.take(1):
            raise NoRoom
        try:
            # Closed by `close`.
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115
        except OSError:
            self._room.descriptors.give_back(1)
            raise NoRoom from None
        pieces, self._memory = self._memory, []
        self._room.memory.give_back(self._taken)
        self._taken = 0
        for piece in pieces:
            self._write(piece)

    def _write(self, piece: bytes) -> None:
        assert self._file is not None
        if not self._room.files.take(len(piece)):
            raise NoRoom
        self._taken += len(piece)
        try:
            rest = memoryview(piece)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            raise NoRoom from None

    def reader(self) -> BinaryIO:
        """From its beginning."""
        if self._file is None:
            return io.BytesIO(b"".join(self._memory))
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Gives back all that it took; twice is as good as once."""
        if self._file is None:
            self._room.memory.give_back(self._taken)
        else:
            self._file.close()
            self._file = None
            self._room.files.give_back(self._taken)
            self._room.descriptors.give_back(1)
        self._memory = []
        self._taken = 0
