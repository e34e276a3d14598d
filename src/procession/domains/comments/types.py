"""Threads: comments, issues and resolutions, as frozen values."""

from enum import StrEnum

import msgspec

from procession.core.sorting import Sorting
from procession.core.times import Instant
from procession.kit.reading import read_stored


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


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What is talked about: a task, a process, a template, or (with its template) a step."""

    process_id: str | None = None
    task_id: str | None = None
    template_id: str | None = None
    step_id: str | None = None


class Thread(msgspec.Struct, array_like=True, frozen=True, kw_only=True):
    """One comment; field order is the store's column order."""

    id: str
    process_id: str | None
    task_id: str | None
    template_id: str | None
    step_id: str | None
    content: str
    label: str
    state: str
    author_kind: str
    author_id: int | None
    resolved_by_thread: str | None
    resolves_thread: str | None
    created_at: Instant
    updated_at: Instant
    #: As stored.
    mentions: str | None
    row_version: int
    author_email: str | None
    author_first_name: str | None
    author_last_name: str | None
    author_username: str | None
    #: Where it mentions somebody: what it says, with names in their stead. The store sees to that.
    with_names: str | None = None

    @property
    def shown(self) -> str:
        """What people read; `content` is what they edit."""
        return self.content if self.with_names is None else self.with_names

    @property
    def is_open_issue(self) -> bool:
        return self.label == ThreadLabel.PROBLEM and self.resolved_by_thread is None

    @property
    def mentioned(self) -> tuple[str, ...]:
        """Stored keys: `u:7`, `e:3`, `g:<id>`."""
        return read_mentions(self.mentions)

    @property
    def home_id(self) -> str:
        """The task, process or template whose content it is."""
        found = self.task_id or self.process_id or self.template_id
        assert found is not None
        return found

    @property
    def place(self) -> Place:
        """A task is a place of its own, whatever process it is in."""
        if self.task_id is not None:
            return Place(task_id=self.task_id)
        if self.process_id is not None:
            return Place(process_id=self.process_id)
        return Place(template_id=self.template_id, step_id=self.step_id)


class CommentMail(msgspec.Struct, array_like=True, frozen=True):
    """The whole mail that became a comment, as its text; field order is the store's."""

    subject: str
    text: str
    received_at: Instant


def read_mentions(stored: str | None) -> tuple[str, ...]:
    return () if stored is None else tuple(read_stored(stored))


def write_mentions(keys: tuple[str, ...]) -> str | None:
    return msgspec.json.encode(keys).decode() if keys else None


THREAD_SORTING = Sorting("created_at", "updated_at", "id")


class ThreadFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of threads is narrowed to; conditions are ANDed. None, empty: no condition."""

    place: Place
    labels: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    #: Issues that are resolved, or that are not. None: whatever they are.
    is_resolved: bool | None = None
    #: (key, is_descending).
    sort: tuple[tuple[str, bool], ...] = ()
