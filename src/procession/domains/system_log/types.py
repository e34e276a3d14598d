"""Rows of the system log, and what can be asked of it."""

import msgspec

from procession.core.sorting import Sorting
from procession.core.times import Instant

#: Its rows are numbered in the order of time.
LOG_SORTING = Sorting("created_at", "event", "severity", id=("created_at", False))


class LogRow(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """Field order is the store's column order."""

    id: int
    created_at: Instant
    event: str
    category: str
    severity: str
    message: str
    #: `u:7`, `e:3`, or null: the server by itself.
    actor: str | None
    subject_kind: str | None
    subject_id: str | None
    #: JSON.
    detail: str


class LogFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What it is narrowed to; None: no condition."""

    category: str | None = None
    event: str | None = None
    severity: str | None = None
    actor: str | None = None
    search: str | None = None
    #: Instants: the first included, the last excluded.
    created_from: Instant | None = None
    created_to: Instant | None = None
    sort: tuple[tuple[str, bool], ...] = ()
