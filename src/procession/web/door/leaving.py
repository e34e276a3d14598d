"""An answer on its way out. What its reader does not take at once waits without a thread."""

import contextlib
import socket
import tempfile
from typing import IO

#: Of one answer, until it goes to a temporary file.
_MOST_IN_MEMORY = 64 * 1024
_PIECE = 128 * 1024


class Leaving:
    """First written by the thread that answers, then sent on by the door: never by both."""

    __slots__ = ("_kept", "_piece", "_socket", "has_begun", "is_lost", "keeps_alive")

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._kept: IO[bytes] | None = None
        self._piece = memoryview(b"")
        #: Its reader is gone, or what was sent cannot be completed.
        self.is_lost = False
        self.has_begun = False
        self.keeps_alive = False

    @property
    def is_kept(self) -> bool:
        """Some of it has not been taken yet."""
        return self._kept is not None

    def write(self, data: bytes) -> None:
        """Sends what the reader takes now, keeps the rest; nothing for a reader who is gone."""
        self.has_begun = True
        if self.is_lost:
            return
        rest = data if self._kept is not None else self._send(memoryview(data))
        if not rest or self.is_lost:
            return
        if self._kept is None:
            self._kept = tempfile.SpooledTemporaryFile(_MOST_IN_MEMORY)  # noqa: SIM115
        try:
            self._kept.write(rest)
        except OSError:  # The disk is full: a part of an answer is no answer.
            self.is_lost = True

    def start_over(self) -> None:
        """From here on `send_on` sends what was kept."""
        if self._kept is not None:
            self._kept.seek(0)

    def send_on(self) -> int:
        """As much as the reader takes now; how many bytes that was. Then `is_kept` may be False."""
        sent = 0
        while self._kept is not None and not self.is_lost:
            if not self._piece:
                self._piece = memoryview(self._kept.read(_PIECE))
                if not self._piece:
                    self.close()
                    break
            rest = self._send(self._piece)
            taken = len(self._piece) - len(rest)
            sent, self._piece = sent + taken, rest
            if rest:
                break
        return sent

    def _send(self, data: memoryview) -> memoryview:
        """What was not taken."""
        try:
            while data:
                data = data[self._socket.send(data) :]
        except BlockingIOError:
            pass
        except OSError:
            self.is_lost = True
        return data

    def close(self) -> None:
        if self._kept is not None:
            with contextlib.suppress(OSError):
                self._kept.close()
            self._kept = None
