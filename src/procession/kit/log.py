"""Logs: one line of JSON for each event, on standard error."""

import logging
import os
import select
import sys
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


def write_line(line: bytes) -> None:
    """In one go, so that lines of several processes do not mix. Its errors are nobody's, and nobody
    waits for who reads a pipe too slowly: what does not fit into it is lost."""
    with suppress(OSError, ValueError):
        if select.select((), (2,), (), 0)[1]:
            os.write(2, line)


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
