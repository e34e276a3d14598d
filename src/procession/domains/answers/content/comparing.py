"""Answers as the conditions of rules compare them (contract 50, 3.2)."""

from html import unescape
from typing import Any

from procession.core.launching import People
from procession.core.markup import without_tags
from procession.core.rules.values import Kind, Value, plain
from procession.core.times import Instant, day_range, local_day, parse_moment, to_instant
from procession.domains.answers.content.emptiness import is_answered
from procession.domains.templates.types import Field, FieldType

_NONE = Value()
_DAY = len("2026-03-04")


def comparable(field: Field, stored: Any, zone: str) -> Value:
    """`stored`: an answer in the shape of its type, or None. `zone`: where days are told."""
    if not is_answered(stored, field):
        return _NONE
    match field.field_type:
        case FieldType.MULTISELECT:
            chosen = [each["text"] for each in stored if each.get("selected")]
            return _texts(chosen)
        case FieldType.FILE:
            return _texts([each.get("filename") or "" for each in stored])
        case FieldType.TABLE:
            return _table(field, stored)
        case FieldType.PEOPLE:
            return _people(stored)
        case FieldType.DATE:
            return _date(field, str(stored), zone)
        case FieldType.DROPDOWN:
            return _text(field, str(stored.get("text") or ""))
        case _:
            return _text(field, stored)


def _text(field: Field, stored: Any) -> Value:
    """A number or a yes is compared as it is written."""
    text = ("true" if stored else "false") if isinstance(stored, bool) else str(stored)
    is_rich = field.use_wysiwyg_editor
    return Value(
        texts=(plain(unescape(without_tags(text)) if is_rich else text),),
        is_empty=False,
        is_rich=is_rich,
        prefix=plain(field.prefix or ""),
        suffix=plain(field.suffix or ""),
    )


def _texts(texts: list[str]) -> Value:
    return Value(Kind.TEXTS, tuple(map(plain, texts)), is_empty=False)


def _table(field: Field, stored: list[Any]) -> Value:
    columns: dict[str, tuple[str, ...]] = {}
    for column, entry in zip(field.columns, stored, strict=False):
        cells = [plain(str(cell)) for cell in _cells(entry)]
        label = plain(column.label)
        columns[label] = (*columns.get(label, ()), *(cell for cell in cells if cell))
    every = tuple(cell for cells in columns.values() for cell in cells)
    return Value(Kind.TEXTS, every, not every, columns)


def _cells(entry: Any) -> list[Any]:
    """Of one column: a cell, or one of each row."""
    listed = entry if isinstance(entry, list) else [entry]
    return [cell for cell in listed if cell is not None]


def _people(stored: dict[str, list[Any]]) -> Value:
    people = People(
        users=tuple(stored.get("users") or ()),
        guests=tuple(stored.get("guests") or ()),
        groups=tuple(stored.get("groups") or ()),
    )
    named = [*people.users, *people.guests, *people.groups]
    return Value(Kind.PEOPLE, tuple(plain(str(each)) for each in named), False, people=people)


def _date(field: Field, text: str, zone: str) -> Value:
    """An instant, or a day of `zone` (contract 31, 3). What is neither is a text."""
    instant, day = _moment(field, text, zone)
    return Value(
        Kind.DATE, (plain(text),), is_empty=False, instant=instant, day=day, zone=zone
    )  # fmt: skip


def _moment(field: Field, text: str, zone: str) -> tuple[Instant | None, str | None]:
    is_day = not field.collect_time or len(text) == _DAY
    try:
        if is_day:
            return day_range(text[:_DAY], zone)[0], text[:_DAY]
        instant = to_instant(parse_moment(text))
        return instant, local_day(instant, zone)
    except (ValueError, OverflowError):
        return None, None
