"""A file inside the body of a request: where its bytes are, and what it is called.

The body waits in memory or in a temporary file of the door (decision 0020); nothing here reads more
of it at once than a piece.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_PIECE = 256 * 1024


@dataclass(frozen=True)
class SentFile:
    """`start` and `size` say where in `body` its bytes are."""

    body: BinaryIO
    start: int
    size: int
    #: As it was sent: it may hold anything.
    filename: str

    def head(self, most: int) -> bytes:
        self.body.seek(self.start)
        return self.body.read(min(most, self.size))

    def pieces(self) -> Iterator[bytes]:
        self.body.seek(self.start)
        left = self.size
        while left:
            piece = self.body.read(min(left, _PIECE))
            if not piece:
                raise EOFError("the body has become shorter")
            left -= len(piece)
            yield piece
