"""Ranges of bytes, as RFC 9110 (14) lets clients ask for them."""

import re

_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", re.ASCII)


class Unsatisfiable(Exception):
    """Nothing that is asked for is there."""


def read_range(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, length) of the one range asked for; None: all of it.

    What cannot be read, and several ranges at once, are answered with all of it, as the RFC allows.
    Raises Unsatisfiable.
    """
    found = _RANGE.fullmatch(header or "")
    if found is None:
        return None
    first, last = found.groups()
    if not first and not last:
        return None
    if not first:
        length = min(int(last), size)
        if not length:
            raise Unsatisfiable
        return size - length, length
    start, end = int(first), int(last) if last else size - 1
    if end < start and last:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, min(end, size - 1) - start + 1


def names_tag(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match holds this strong tag; weak ones of the same text count, too."""
    if header is None:
        return False
    words = [word.strip().removeprefix("W/") for word in header.split(",")]
    return "*" in words or tag in words
