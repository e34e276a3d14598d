"""What is searched, and for what."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec

from procession.core.folding import folded
from procession.core.searching import words_of
from procession.core.texts import tidied


class Kind(StrEnum):
    """What a search can find, by its words on the wire."""

    TEMPLATE = "blueprint"
    PROCESS = "process"
    TASK = "task"
    SNIPPET = "snippet"
    FIELD = "capture"
    STEP = "step"
    PEOPLE = "people"


#: Unless a search says otherwise.
USUAL = (Kind.TEMPLATE, Kind.PROCESS, Kind.TASK, Kind.SNIPPET)


class Condition(msgspec.Struct, frozen=True):
    """One of a filter's (contract 60, 4): `field` `operation` `value`."""

    field: str
    operation: str
    value: str


class Group(msgspec.Struct, frozen=True):
    """Conditions that all hold, or of which one does."""

    is_any: bool
    parts: tuple["Condition | Group", ...]


Filter = Condition | Group


class Wanted(msgspec.Struct, frozen=True):
    """What is looked for."""

    #: Folded; every one must occur.
    words: tuple[str, ...]
    #: All of it, folded: names are compared with it.
    query: str
    archived_templates_too: bool = False
    #: What is archived is left out, of every kind.
    only_live: bool = False
    narrowed: Filter | None = None

    @property
    def is_nothing(self) -> bool:
        return not self.words


def wanted_of(query: str, **also: Any) -> Wanted:
    """`query` as it was sent. It may have no words, if all its signs cannot be seen."""
    spaced = " ".join(tidied(query).split())
    return Wanted(words=words_of(query), query=folded(spaced), **also)


class Found(msgspec.Struct, frozen=True):
    """Ids of the hits of a page in their order, and how many there are in all."""

    ids: Sequence[str]
    total: int
