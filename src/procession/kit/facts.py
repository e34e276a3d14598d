"""Facts: what happened, in the past tense. A class owns its name, its payload and its sentence.

The activity feed, the outbox and the documentation all read the class: a new fact is one edit.
"""

from abc import abstractmethod
from typing import ClassVar

import msgspec


class Subject(msgspec.Struct, frozen=True):
    """A thing a fact is about. `kind` is the contract's word: Run, Task, Checklist..."""

    kind: str
    id: str


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened inside a unit of work. `all_facts` finds every subclass."""

    #: `process.archived`: also the event name that outbox readers see.
    event: ClassVar[str]
    #: One of the activity verbs of the contract (60, 1.3).
    verb: ClassVar[str]
    #: The activity type of the contract (60, 1.1): Process, Task, Blueprint...
    category: ClassVar[str]

    @property
    @abstractmethod
    def subject(self) -> Subject:
        """What it happened to."""

    @property
    def told_among(self) -> str:
        """Its category, where that depends on what it happened to."""
        return self.category

    @property
    def parent(self) -> Subject | None:
        """What the subject belongs to."""
        return None

    @property
    def process_id(self) -> str | None:
        """The process in whose own sequence this fact is numbered."""
        return None

    @property
    def is_news(self) -> bool:
        """People whom it concerns may have to be told, by mail or in the application."""
        return False

    @abstractmethod
    def sentence(self) -> str:
        """English, without the actor's name: `archived the process "Lease renewal"`."""

    @property
    def changed_field(self) -> str | None:
        return None

    @property
    def old_value(self) -> object:
        return None

    @property
    def text(self) -> str | None:
        return None


def all_facts(of: type[Fact] = Fact) -> list[type[Fact]]:
    found = []
    for fact in of.__subclasses__():
        found += [fact, *all_facts(fact)] if "event" in vars(fact) else all_facts(fact)
    return found
