"""Threads: comments, issues and resolutions, as frozen values."""

from collections.abc import Collection
from enum import StrEnum

import msgspec

from procession.core.sorting import Sorting
from procession.core.times import Instant
from procession.kit.reading import read_stored, stored_reader


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


class Reaction(StrEnum):
    """What somebody can say to a comment without words."""

    LIKE = "like"
    LOVE = "love"
    THANKS = "thanks"
    CELEBRATE = "celebrate"
    LAUGH = "laugh"
    SAD = "sad"


class Reactions(msgspec.Struct, frozen=True):
    """Who reacted how to a comment, as it is stored."""

    #: How often they were changed.
    changes: int = 0
    #: By reaction stored keys (`u:7`, `e:3`), the first who reacted first; none is empty.
    people: dict[str, tuple[str, ...]] = {}

    def of(self, person: str) -> frozenset[str]:
        return frozenset(name for name, keys in self.people.items() if person in keys)

    def with_those_of(self, person: str, wanted: Collection[str]) -> "Reactions":
        """`wanted`: all of this person's from now on."""
        names = [each.value for each in Reaction]
        people = {name: self._changed(name, person, is_on=name in wanted) for name in names}
        return Reactions(self.changes + 1, {name: keys for name, keys in people.items() if keys})

    def _changed(self, name: str, person: str, *, is_on: bool) -> tuple[str, ...]:
        now = self.people.get(name, ())
        if is_on:
            return now if person in now else (*now, person)
        return tuple(key for key in now if key != person)


_read_reactions = stored_reader(Reactions)
NO_REACTIONS = Reactions()


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
    #: As stored.
    reactions: str | None
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
    def reacted(self) -> Reactions:
        return NO_REACTIONS if self.reactions is None else _read_reactions(self.reactions)

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
