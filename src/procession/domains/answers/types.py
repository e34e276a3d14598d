"""Answers as they are stored, and the numbers that name them on the wire."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from procession.core.times import Instant
from procession.domains.templates.types import Field
from procession.kit.reading import stored_reader


class Answer(msgspec.Struct, array_like=True, frozen=True):
    """A value in the shape of its field's type (contract 31, 3), and when it was given.

    The value None says that somebody cleared the answer: then no default fills it in (31, 5.5).
    """

    value: Any
    at: Instant


#: By field id.
Answers = dict[str, Answer]

_NONE = Answer(None, 0)
_read = stored_reader(Answers)
_read_fields = stored_reader(tuple[Field, ...])
_write = msgspec.json.Encoder().encode


def read_answers(stored: str | None) -> Answers:
    return {} if stored is None else _read(stored)


def write_answers(answers: Answers) -> str | None:
    """As a row holds them; None without any."""
    return _write(answers).decode() if answers else None


def values_of(answers: Answers) -> dict[str, Any]:
    """The answers that there are, by field: `prerun` and `taskdata` of the wire."""
    return {field_id: each.value for field_id, each in answers.items() if each.value is not None}


class ChangedAnswer(NamedTuple):
    field: Field
    #: What it was; None for no answer.
    before: Any


def changed_answers(
    fields: Iterable[Field], before: Answers, after: Answers
) -> list[ChangedAnswer]:
    """Fields that have another answer after a write, in the form's order."""
    changes = []
    for field in fields:
        old, new = before.get(field.id, _NONE), after.get(field.id, _NONE)
        if old != new and not (old.value is None and new.value is None):
            changes.append(ChangedAnswer(field, old.value))
    return changes


def read_form(stored: str | None) -> tuple[Field, ...]:
    """The form of a one-off task, as its row holds it."""
    return () if stored is None else _read_fields(stored)


def write_form(fields: tuple[Field, ...]) -> str | None:
    return _write(fields).decode() if fields else None


class ValueId(NamedTuple):
    """What a value id says: whose answer, and to which field."""

    #: The process's or the task's number in its organization.
    number: int
    is_of_process: bool
    #: The field id begins with it.
    field_start: str


_OF_PROCESS = 1 << 60
_HALF = 16


def value_id(number: int, field_id: str, *, is_of_process: bool) -> str:
    """32 hex characters that name one field of one process or task (31, 8: `unique_id`).

    Half of it is the number, half the beginning of the field's id. So every field has one from the
    start, it never changes, and what it names is found by an index, without a table of its own.
    """
    marked = number | (_OF_PROCESS if is_of_process else 0)
    return f"{marked:0{_HALF}x}{field_id[:_HALF]}"


def read_value_id(text: str) -> ValueId:
    """Of any id of 32 hex characters; one that was never given out names what does not exist."""
    marked = int(text[:_HALF], 16)
    return ValueId(marked & ~_OF_PROCESS, bool(marked & _OF_PROCESS), text[_HALF:])
