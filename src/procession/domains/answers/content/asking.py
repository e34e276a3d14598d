"""What a value is read against, and how a value that is none is refused."""

from collections.abc import Mapping
from typing import Any

import msgspec

from procession.core.times import Instant
from procession.domains.templates.types import Field


class BadAnswer(Exception):
    """A value that is no answer to its field, in one sentence for people."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Known(msgspec.Struct, frozen=True):
    """Who and what there is, of what values name: looked up for a whole form at once."""

    #: Active members.
    users: frozenset[int] = frozenset()
    groups: frozenset[str] = frozenset()
    #: Lower-cased address -> the active member it belongs to.
    members: Mapping[str, int] = {}
    #: Uploaded files that the writer may read, by id, each as an entry of an answer.
    files: Mapping[str, Mapping[str, Any]] = {}


class Asked(msgspec.Struct, frozen=True):
    """A field and what its value may refer to."""

    field: Field
    known: Known
    now: Instant
    #: The stored value that the sent one would replace; None without any.
    before: Any = None

    @property
    def invalid(self) -> BadAnswer:
        """The value is of a kind that the field's type does not know."""
        return BadAnswer(f"Invalid {self.field.field_type} field")

    def refuse(self, ending: str) -> BadAnswer:
        return BadAnswer(f"{self.field.label} {ending}")
