"""Defaults that fill in where nobody has answered (contract 31, 5.5; 21, 2)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from procession.core.addresses import is_address
from procession.core.markup import length_of
from procession.core.times import Instant, local_day
from procession.core.variables import DATE, TEMPLATE_NAME, substituted
from procession.domains.answers.content.rendering import Known, in_html, in_title
from procession.domains.answers.content.shapes.texts import (
    LONGEST_TEXT,
    LONGEST_TEXTAREA,
    is_date,
)
from procession.domains.answers.types import Answer, Answers
from procession.domains.templates.types import WITHOUT_DEFAULT, Field, FieldType
from procession.kit.html import clean_html

_TODAY = re.compile(r"today([+-][0-9]{1,5})?", re.ASCII)
_LONGEST = {FieldType.TEXT: LONGEST_TEXT, FieldType.TEXTAREA: LONGEST_TEXTAREA}
#: A field with the value of its answer, by alias.
Answered = Mapping[str, tuple[Field, Any]]
_Render = Callable[[Field, Any, Known], str]


def with_defaults(
    fields: Sequence[Field],
    answers: Answers,
    now: Instant,
    *,
    known: Known,
    template_title: str,
    others: Answered | None = None,
) -> Answers:
    """The answers, and a default for each field that has none.

    A field that somebody cleared has an answer that says so, and stays empty. `known`: names and
    timezone; `others`: answers of other forms that the defaults' variables may name.
    """
    filled = dict(answers)
    named = dict(others or {}) | {field.alias: (field, _value(field, filled)) for field in fields}
    texts = _Texts(named, known, local_day(now, known.zone), template_title)
    for field in fields:
        value = None if field.id in filled else _default(field, texts)
        if value is not None:
            filled[field.id] = Answer(value, now)
            named[field.alias] = (field, value)
    return filled


@dataclass(frozen=True)
class _Texts:
    """What the variables of defaults stand for."""

    answered: Answered
    known: Known
    today: str
    template_title: str

    def fill(self, text: str, render: _Render) -> str:
        def value_of(name: str) -> str | None:
            if name in self.answered:
                return render(*self.answered[name], self.known)
            return {DATE: self.today, TEMPLATE_NAME: self.template_title}.get(name.lower())

        return substituted(text, value_of)


def _default(field: Field, texts: _Texts) -> Any:
    """None where there is none, or none that would be an answer."""
    default = field.default_value
    is_off = not field.default_value_enabled or field.field_type in WITHOUT_DEFAULT
    if is_off or default in (None, "", [], {}):
        return None
    if not isinstance(default, str):
        return default
    match field.field_type:
        case FieldType.DATE:
            return _date(default.strip(), texts)
        case FieldType.EMAIL:
            address = texts.fill(default, in_title).strip()
            return address if is_address(address) else None
        case FieldType.TEXT | FieldType.TEXTAREA:
            return _text(default, field, texts)
        case _:
            return default


def _text(default: str, field: Field, texts: _Texts) -> str | None:
    """No longer than an answer may be."""
    longest = _LONGEST[FieldType(field.field_type)]
    if field.field_type == FieldType.TEXTAREA and field.use_wysiwyg_editor:
        text = clean_html(texts.fill(default, in_html)) or ""
        # Cleaned after it was cut, too: that may have opened what it had closed.
        return clean_html(text if length_of(text) <= longest else text[:longest])
    return texts.fill(default, in_title)[:longest] or None


def _date(default: str, texts: _Texts) -> str | None:
    counted = _TODAY.fullmatch(default)
    if counted:
        day = date.fromisoformat(texts.today) + timedelta(days=int(counted[1] or 0))
        return day.isoformat()
    found = texts.fill(default, _as_given)
    return found if is_date(found) else None


def _as_given(field: Field, value: Any, known: Known) -> str:
    """Of a date, what was entered: it is still the same day, and the same time."""
    is_date_field = field.field_type == FieldType.DATE and isinstance(value, str)
    return value if is_date_field else in_title(field, value, known)


def _value(field: Field, answers: Answers) -> Any:
    answer = answers.get(field.id)
    return None if answer is None else answer.value
