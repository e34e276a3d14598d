"""Files in a bucket of S3 (or what speaks like it), Google Cloud Storage or Azure.

Who we are there, and where "there" is, the library reads from the environment as the tools of these
services do (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL`, `GOOGLE_SERVICE_ACCOUNT`...).
"""

import os
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import from_url

from procession.core.times import to_instant
from procession.kit.content import Removable
from procession.kit.object_store import Kept, NotKept, StoreAway

#: Of a large file: so much at once, and no more than this many on their way.
_PART = 5 * 1024 * 1024
_PARTS_ON_THEIR_WAY = 2
_PIECE = 256 * 1024
#: Somebody waits for the answer; what is given up is cleared away later.
_RETRIES: Any = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}
_GONE = (NotFoundError, FileNotFoundError)
#: Some refusals come as what Python calls them, such as PermissionError.
_AWAY = (BaseError, OSError)
_PATIENCE: Any = {"connect_timeout": "5s", "timeout": "60s"}


class Bucket:
    """An ObjectStore."""

    def __init__(self, address: str) -> None:
        options: Any = {**_PATIENCE, "allow_http": _is_plain()}
        self._store: Any = from_url(address, client_options=options, retry_config=_RETRIES)

    def write(self, key: str, pieces: Iterable[bytes]) -> None:
        """What is large comes in parts, and is there when all of them are."""
        beginning: list[bytes] = []
        size = 0
        rest = iter(pieces)
        for piece in rest:
            beginning.append(piece)
            size += len(piece)
            if size >= _PART:
                break
        try:
            if size < _PART:
                obstore.put(self._store, key, b"".join(beginning), use_multipart=False)
            else:
                obstore.put(
                    self._store,
                    key,
                    chain(beginning, rest),
                    use_multipart=True,
                    chunk_size=_PART,
                    max_concurrency=_PARTS_ON_THEIR_WAY,
                )
        except _AWAY as error:
            raise StoreAway from error

    def read(self, key: str, start: int, length: int) -> "_Stream":
        if not length:
            return _Stream(iter(()))
        options: Any = {"range": (start, start + length)}
        try:
            found = obstore.get(self._store, key, options=options)
        except _GONE:
            raise NotKept(key) from None
        except _AWAY as error:
            raise StoreAway from error
        return _Stream(bytes(piece) for piece in found.stream(min_chunk_size=_PIECE))

    def remove(self, key: str, why: Removable) -> None:
        try:
            obstore.delete(self._store, key)
        except _GONE:
            pass
        except _AWAY as error:
            raise StoreAway from error

    def size_of(self, key: str) -> int | None:
        try:
            return int(obstore.head(self._store, key)["size"])
        except _GONE:
            return None
        except _AWAY as error:
            raise StoreAway from error

    def walk(self) -> Iterator[Kept]:
        try:
            for some in obstore.list(self._store, chunk_size=1000):
                for each in some:
                    yield Kept(each["path"], each["size"], to_instant(each["last_modified"]))
        except _AWAY as error:
            raise StoreAway from error


def _is_plain() -> bool:
    """Whoever names an endpoint without TLS means it: one on the same machine, mostly."""
    return os.environ.get("AWS_ENDPOINT_URL", "").startswith("http:")


class _Stream:
    """What comes from the bucket, until somebody has enough of it."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        self._pieces = iter(())
