"""From what was sent for a form to its answers, with everything that is wrong at once.

Three steps, because people are looked up between them: `open_form` finds the fields, `mentioned`
says who is named in them, `merge` reads the values.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from procession.core.addresses import is_address
from procession.core.launching import People
from procession.core.times import Instant
from procession.domains.answers.content.asking import Asked, BadAnswer, Known
from procession.domains.answers.content.containers import read_container
from procession.domains.answers.content.emptiness import clears, is_answered
from procession.domains.answers.content.keys import Meant, Owner, resolve
from procession.domains.answers.content.shapes import read_value
from procession.domains.answers.content.shapes.people import people_named
from procession.domains.answers.content.uploads import uploads_named
from procession.domains.answers.content.validating import wrongs_of
from procession.domains.answers.types import Answer, Answers
from procession.domains.templates.types import Field, FieldType

Problems = dict[str, list[str]]

_VALIDATED = (FieldType.TEXT, FieldType.TEXTAREA)
#: Keys in one order, whatever order they came in.
_as_text = msgspec.json.Encoder(order="sorted").encode


class OpenForm(NamedTuple):
    """Values with the fields they are for. `at`: where in the body they were."""

    at: str
    meant: list[Meant]
    problems: Problems


class Merged(NamedTuple):
    """The answers after a write; with problems, nothing of them may be stored."""

    answers: Answers
    problems: Problems


def open_form(sent: Any, fields: Sequence[Field], at: str, owner: Owner | None) -> OpenForm:
    values = read_container(sent)
    if values is None:
        return OpenForm(at, [], {at: [_not_a_container(at)]})
    meant, problems = resolve(values, fields, owner)
    return OpenForm(at, meant, {f"{at}.{key}": wrongs for key, wrongs in problems.items()})


def mentioned(forms: Iterable[OpenForm]) -> People:
    """Everybody whom the values name, known or not; a word that is no address names nobody."""
    users: set[int] = set()
    guests: set[str] = set()
    groups: set[str] = set()
    for form in forms:
        for field, sent in form.meant:
            if field.field_type == FieldType.PEOPLE:
                named = people_named(sent.value) or People()
                users.update(named.users)
                guests.update(filter(is_address, named.guests))
                groups.update(named.groups)
    return People(tuple(sorted(users)), tuple(sorted(guests)), tuple(sorted(groups)))


def uploads_in(forms: Iterable[OpenForm]) -> list[str]:
    """Ids of all uploads that the values name, known or not."""
    return [
        file_id
        for form in forms
        for field, sent in form.meant
        if field.field_type == FieldType.FILE
        for file_id in uploads_named(sent.value)
    ]


def merge(form: OpenForm, stored: Answers, known: Known, now: Instant) -> Merged:
    """Fields that were not sent keep their answers, and so do those whose value is what it was."""
    answers = dict(stored)
    problems = dict(form.problems)
    for field, sent in form.meant:
        before = stored.get(field.id)
        # Sent back as it was read: it stays, also when it names somebody who is gone by now.
        if before is not None and _is_echo(sent.value, before.value):
            continue
        asked = Asked(field, known, now, before.value if before else None)
        try:
            value = _read(sent.value, asked)
        except BadAnswer as bad:
            problems.setdefault(f"{form.at}.{field.id}", []).append(bad.sentence)
            continue
        wrongs = _wrongs(value, field)
        if wrongs:
            problems.setdefault(f"{form.at}.{field.id}", []).extend(wrongs)
        elif _is_change(before, value, field):
            answers[field.id] = Answer(value, now)
    return Merged(answers, problems)


def _read(sent: Any, asked: Asked) -> Any:
    return None if clears(sent, asked.field) else read_value(sent, asked)


def _is_echo(sent: Any, before: Any) -> bool:
    try:
        return _as_text(sent) == _as_text(before)
    except UnicodeEncodeError:  # Nothing that was ever stored.
        return False


def _wrongs(value: Any, field: Field) -> list[str]:
    is_validated = field.field_type in _VALIDATED and bool(field.field_validation)
    if not is_validated or not is_answered(value, field):
        return []
    return wrongs_of(value if isinstance(value, str) else _written(value), field)


def _written(value: Any) -> str:
    """A number in digits alone: 1e16 is one, too."""
    is_float = isinstance(value, float)
    return f"{Decimal(repr(value)):f}" if is_float else _as_text(value).decode()


def _is_change(before: Answer | None, value: Any, field: Field) -> bool:
    """Compared as they are written: 1, 1.0 and true are different answers.

    Clearing what was never answered matters where a default would fill it in later.
    """
    if before is None:
        return value is not None or field.default_value_enabled
    return _as_text(before.value) != _as_text(value)


def _not_a_container(at: str) -> str:
    name = at.rpartition(".")[2]
    kind = "kick-off field" if name == "prerun" else "form field"
    return f"{name} must be one object keyed by {kind} id."
