"""Logs: one line of JSON for each event, on standard error."""

import logging
import os
import select
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from typing import TextIO, cast

import structlog


class _StandardError:
    """Whatever it is at that moment. Its errors are nobody's: no request fails because the disk of
    the log is full."""

    def write(self, text: str) -> None:
        with suppress(OSError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def is_logged(level: str, wanted: str) -> bool:
    """Whether something of this level is, when `wanted` is how much is."""
    return _number(level) >= _number(wanted)


def _number(level: str) -> int:
    return logging.getLevelNamesMapping().get(level.upper(), logging.INFO)


class Lines:
    """Writes lines beside those who make them.

    Each write lets go of the interpreter, and among busy threads getting it back costs a request
    more than all else about its line. So one thread gathers the lines of a moment and writes them.
    """

    def __init__(self) -> None:
        self._lines: deque[bytes] = deque()
        self._are_some = threading.Event()
        self._beginning, self._writing = threading.Lock(), threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, line: bytes) -> None:
        """With its line break."""
        self._lines.append(line)
        if not self._are_some.is_set():
            self._are_some.set()
            if self._thread is None:
                self._begin()

    def flush(self) -> None:
        """All that were added by now are written, or lost to who does not read."""
        with self._writing:
            while self._lines:
                _write(self._next_piece())

    def _begin(self) -> None:
        with self._beginning:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="log", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._are_some.wait()
            time.sleep(_GATHERED_S)
            # Before the lines are taken: one that is added meanwhile says so again.
            self._are_some.clear()
            self.flush()

    def _next_piece(self) -> bytes:
        """Whole lines, as many as a pipe takes in one go, so that those of several processes do
        not mix."""
        piece = self._lines.popleft()
        while self._lines and len(piece) + len(self._lines[0]) <= select.PIPE_BUF:
            piece += self._lines.popleft()
        return piece


_GATHERED_S = 0.02


def _write(piece: bytes) -> None:
    """Its errors are nobody's, and nobody waits for who reads a pipe too slowly: what does not fit
    into it is lost."""
    with suppress(OSError, ValueError):
        if select.select((), (2,), (), 0)[1]:
            os.write(2, piece)


def configure_logging(level: str) -> None:
    """`level`: debug, info, warning or error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _StandardError())),
        cache_logger_on_first_use=True,
    )
