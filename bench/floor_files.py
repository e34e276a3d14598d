"""The floor of files: what is sent goes to the folder as it is, and comes out again in pieces."""

import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

_PIECE = 256 * 1024


class Files:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, body: BinaryIO) -> str:
        """The whole body, on the disk when this returns."""
        file_id = token_hex(16)
        target = self._path(file_id)
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(".part")
        with unfinished.open("xb", buffering=0) as file:
            while piece := body.read(_PIECE):
                file.write(piece)
            os.fsync(file.fileno())
        unfinished.rename(target)
        descriptor = os.open(target.parent, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
        return f'{{"data":{{"id":"{file_id}"}}}}'

    def give(self, file_id: str, start_response: Any) -> Iterator[bytes]:
        path = self._path(file_id)
        start_response(
            "200 OK",
            [
                ("Content-Type", "application/octet-stream"),
                ("Content-Length", str(path.stat().st_size)),
            ],
        )
        return _pieces(path)

    def _path(self, file_id: str) -> Path:
        return self._folder / file_id[:2] / file_id


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            yield piece
