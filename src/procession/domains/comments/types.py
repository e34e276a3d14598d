"""Threads: comments, issues and resolutions, as frozen values."""

from enum import StrEnum

import msgspec

from procession.core.times import Instant


class ThreadLabel(StrEnum):
    COMMENT = "comment"
    PROBLEM = "problem"
    RESOLVE = "resolve"
    IMPROVEMENT = "improvement"
    ADVICE = "advice"


class ThreadState(StrEnum):
    """Who sees it besides members."""

    HIDDEN_FROM_GUESTS = "hide-for-guests"
    OPEN = "open"
    COLLAPSED = "collapsed"


class Thread(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """One comment; field order is the store's column order."""

    id: str
    process_id: str | None
    task_id: str | None
    content: str
    label: str
    state: str
    author_kind: str
    author_id: int | None
    resolved_by_thread: str | None
    resolves_thread: str | None
    created_at: Instant
    updated_at: Instant
    author_email: str | None
    author_first_name: str | None
    author_last_name: str | None
    author_username: str | None

    @property
    def is_open_issue(self) -> bool:
        return self.label == ThreadLabel.PROBLEM and self.resolved_by_thread is None
