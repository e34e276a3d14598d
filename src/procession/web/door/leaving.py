"""An answer on its way out. What its reader does not take at once waits without a thread."""

import contextlib
import os
import socket
import tempfile
from typing import IO

#: Of one answer, until it goes to a temporary file.
_MOST_IN_MEMORY = 64 * 1024
_PIECE = 128 * 1024
#: Of a file, at once: then it is another connection's turn.
_MOST_OF_FILE = 1024 * 1024


class Leaving:
    """First written by the thread that answers, then sent on by the door: never by both."""

    __slots__ = (
        "_file", "_file_at", "_file_left", "_kept", "_piece", "_socket", "has_begun", "is_lost",
        "keeps_alive",
    )  # fmt: skip

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._kept: IO[bytes] | None = None
        self._piece = memoryview(b"")
        #: A descriptor of our own, of a file whose rest goes out after what was kept.
        self._file: int | None = None
        self._file_at = self._file_left = 0
        #: Its reader is gone, or what was sent cannot be completed.
        self.is_lost = False
        self.has_begun = False
        self.keeps_alive = False

    @property
    def is_kept(self) -> bool:
        """Some of it has not been taken yet."""
        return self._kept is not None or self._file is not None

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

    def send_file(self, descriptor: int, start: int, length: int) -> None:
        """Nothing is read into memory, and nothing is copied for a reader who is slow."""
        self.has_begun = True
        if self.is_lost or not length:
            return
        self._file, self._file_at, self._file_left = os.dup(descriptor), start, length
        if self._kept is None:
            self._send_of_file()

    def _send_of_file(self) -> int:
        """As much as the reader takes now, and no more than one turn's; how many bytes."""
        assert self._file is not None
        turn = 0
        try:
            while self._file_left and turn < _MOST_OF_FILE:
                most = min(self._file_left, _MOST_OF_FILE - turn)
                sent = os.sendfile(self._socket.fileno(), self._file, self._file_at, most)
                if not sent:  # It has become shorter: a part of an answer is no answer.
                    self.is_lost = True
                    break
                turn += sent
                self._file_at += sent
                self._file_left -= sent
        except BlockingIOError:
            pass
        except OSError:
            self.is_lost = True
        if self.is_lost or not self._file_left:
            self._close_file()
        return turn

    def _close_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

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
                    self._close_kept()
                    break
            rest = self._send(self._piece)
            taken = len(self._piece) - len(rest)
            sent, self._piece = sent + taken, rest
            if rest:
                break
        if self._kept is None and self._file is not None and not self.is_lost:
            sent += self._send_of_file()
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
        self._close_kept()
        self._close_file()

    def _close_kept(self) -> None:
        if self._kept is not None:
            with contextlib.suppress(OSError):
                self._kept.close()
            self._kept = None
