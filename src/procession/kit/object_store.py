"""Where the bytes of files are: a folder, or a bucket of S3, Google or Azure.

Bytes never change under a key, and no key is used twice; so a copy of the store that is taken while
the server runs, after one of the database, misses nothing that the database knows. Nothing here is
called while a transaction is open: a bucket is somebody outside.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from procession.core.times import Instant
from procession.kit.content import Removable
from procession.kit.errors import Unavailable


class StoreAway(Unavailable):
    message = "The server cannot reach its store of files at the moment. Please try again."


class NotKept(Exception):
    """There are no bytes under this key."""


@dataclass(frozen=True)
class Kept:
    """What the store holds under one key."""

    key: str
    size: int
    written_at: Instant


class Given(Protocol):
    """A range of what is under a key, as the body of an answer; whoever gets it closes it."""

    def __iter__(self) -> Iterator[bytes]: ...
    def close(self) -> None: ...


class ObjectStore(Protocol):
    """All of it raises StoreAway when the store does not answer."""

    def write(self, key: str, pieces: Iterable[bytes]) -> None:
        """All of them or nothing; on return they survive a power cut."""

    def read(self, key: str, start: int, length: int) -> Given:
        """Raises NotKept."""

    def remove(self, key: str, why: Removable) -> None:
        """Nothing there is as good as removed."""

    def size_of(self, key: str) -> int | None:
        """None: nothing is there."""

    def walk(self) -> Iterator[Kept]:
        """Everything, in no order."""


def key_of(organization_id: str, file_id: str) -> str:
    """One organization's files stand together; no folder of them becomes endless."""
    return f"{organization_id}/{file_id[:2]}/{file_id}"


def read_key(key: str) -> tuple[str, str] | None:
    """(organization, file) of a key; None for what `key_of` has not made."""
    parts = key.split("/")
    if len(parts) != 3 or key_of(parts[0], parts[2]) != key:
        return None
    return parts[0], parts[2]
