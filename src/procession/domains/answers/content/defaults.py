"""Defaults that fill in where nobody has answered (contract 31, 5.5; 21, 2)."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from procession.core.addresses import is_address
from procession.core.times import Instant, local_day
from procession.core.variables import filled
from procession.domains.answers.content.shapes.texts import (
    LONGEST_TEXT,
    LONGEST_TEXTAREA,
    is_date,
)
from procession.domains.answers.types import Answer, Answers
from procession.domains.templates.types import WITHOUT_DEFAULT, Field, FieldType

_TODAY = re.compile(r"today([+-][0-9]{1,4})?", re.ASCII)
_LONGEST = {FieldType.TEXT: LONGEST_TEXT, FieldType.TEXTAREA: LONGEST_TEXTAREA}


def with_defaults(
    fields: Sequence[Field],
    answers: Answers,
    now: Instant,
    *,
    zone: str,
    template_title: str,
    said: Mapping[str, str] | None = None,
) -> Answers:
    """`said`: what the variables of other forms stand for, by alias.

    A field that somebody cleared has an answer that says so, and stays empty.
    """
    day = local_day(now, zone)
    filled_in = dict(answers)
    texts = {"DATE": day, "TEMPLATE_NAME": template_title, **(said or {})}
    texts |= {field.alias: _text(field, filled_in) for field in fields}
    for field in fields:
        if field.id in filled_in:
            continue
        value = _default(field, texts, day)
        if value is not None:
            filled_in[field.id] = Answer(value, now)
            texts[field.alias] = _text(field, filled_in)
    return filled_in


def _default(field: Field, texts: Mapping[str, str], today: str) -> Any:
    """None where there is none, or none that would be an answer."""
    default = field.default_value
    is_off = not field.default_value_enabled or field.field_type in WITHOUT_DEFAULT
    if is_off or default in (None, "", [], {}):
        return None
    if not isinstance(default, str):
        return default
    match field.field_type:
        case FieldType.DATE:
            return _date(default.strip(), texts, today)
        case FieldType.EMAIL:
            address = filled(default, texts).strip()
            return address if is_address(address) else None
        case FieldType.TEXT | FieldType.TEXTAREA:
            is_rich = field.use_wysiwyg_editor and field.field_type == FieldType.TEXTAREA
            safe = {name: escape(text) for name, text in texts.items()} if is_rich else texts
            return filled(default, safe)[: _LONGEST[FieldType(field.field_type)]] or None
        case _:
            return default


def _date(default: str, texts: Mapping[str, str], today: str) -> str | None:
    counted = _TODAY.fullmatch(default)
    if counted:
        return (date.fromisoformat(today) + timedelta(days=int(counted[1] or 0))).isoformat()
    found = filled(default, texts)
    return found if is_date(found) else None


def _text(field: Field, answers: Answers) -> str:
    answer = answers.get(field.id)
    return "" if answer is None else _plain(answer.value, field)


def _plain(value: Any, field: Field) -> str:
    """An answer as a text (contract 31, 6), as far as a default may name it."""
    if value is None:
        return ""
    match field.field_type:
        case FieldType.TEXT | FieldType.TEXTAREA | FieldType.EMAIL | FieldType.RADIO:
            return value if isinstance(value, str) else str(value)
        case FieldType.DATE:
            return str(value) if field.collect_time else str(value).strip()[:10]
        case FieldType.DROPDOWN:
            return str(value["text"])
        case FieldType.MULTISELECT:
            return ", ".join(entry["text"] for entry in value if entry["selected"])
        case _:
            return ""
