"""Files in a folder of this machine.

Written here and not by the library that buckets are reached with: that one does not wait until the
disk has them, and takes four times as long (decision 0047).
"""

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from procession.kit.content import Removable
from procession.kit.http import FileBody
from procession.kit.object_store import Kept, NotKept, StoreAway

#: Of what is being written; `walk` passes it over, and whoever finds an old one may remove it.
UNFINISHED = ".part"
_MICROSECONDS = 1_000_000


class Folder:
    """An ObjectStore. Only this user of the machine reads what is in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, key: str, pieces: Iterable[bytes]) -> None:
        target = self._folder / key
        unfinished = target.with_name(f"{target.name}.{secrets.token_hex(4)}{UNFINISHED}")
        try:
            self._make_room(target.parent)
            with unfinished.open("xb", buffering=0) as file:
                os.chmod(file.fileno(), 0o600)
                for piece in pieces:
                    _write_all(file.fileno(), piece)
                os.fsync(file.fileno())
            unfinished.rename(target)
            _sync_folder(target.parent)
        except BaseException as error:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise StoreAway from error
            raise

    def _make_room(self, folder: Path) -> None:
        """A new folder is there after a power cut, too."""
        if folder.is_dir():
            return
        self._make_room(folder.parent)
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        _sync_folder(folder.parent)

    def read(self, key: str, start: int, length: int) -> FileBody:
        try:
            # Closed with the body.
            file = (self._folder / key).open("rb", buffering=0)
        except FileNotFoundError:
            raise NotKept(key) from None
        except OSError as error:
            raise StoreAway from error
        return FileBody(file, start, length)

    def remove(self, key: str, why: Removable) -> None:
        try:
            (self._folder / key).unlink(missing_ok=True)
        except OSError as error:
            raise StoreAway from error

    def size_of(self, key: str) -> int | None:
        try:
            return (self._folder / key).stat().st_size
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreAway from error

    def walk(self) -> Iterator[Kept]:
        for folder, _, names in os.walk(self._folder):
            for name in names:
                path = Path(folder) / name
                try:
                    found = path.stat()
                except FileNotFoundError:
                    continue  # Removed meanwhile.
                key = str(path.relative_to(self._folder))
                yield Kept(key, found.st_size, int(found.st_mtime * _MICROSECONDS))


def _write_all(descriptor: int, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _sync_folder(folder: Path) -> None:
    """So that the name of what was written survives a power cut, too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
