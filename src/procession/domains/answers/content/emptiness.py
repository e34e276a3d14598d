"""What clears an answer, and what counts as one (contract 31, 5.1 and 5.2)."""

from typing import Any

from procession.core.texts import is_blank
from procession.domains.answers.content.choosing import ids_among
from procession.domains.answers.content.uploads import is_there
from procession.domains.templates.types import Field, FieldType
from procession.kit.html import says_nothing as says_nothing_rich

_CLEARED_BY_NO = (
    FieldType.DROPDOWN, FieldType.MULTISELECT, FieldType.TABLE, FieldType.FILE, FieldType.PEOPLE,
)  # fmt: skip


def clears(value: Any, field: Field) -> bool:
    """Does sending this take the answer away?"""
    if value is None or (isinstance(value, str | list | dict) and not value):
        return True
    if isinstance(value, str) and field.field_type == FieldType.EMAIL:
        return is_blank(value)
    if not isinstance(value, bool | int | float) or value:
        return False
    if field.field_type == FieldType.RADIO:
        return not _names_an_option(value, field)
    return field.field_type in _CLEARED_BY_NO


def is_answered(value: Any, field: Field) -> bool:
    """`value` as stored. There may be a value that says nothing."""
    if value is None:
        return False
    match field.field_type:
        case FieldType.TEXT | FieldType.TEXTAREA:
            says_nothing = says_nothing_rich if field.use_wysiwyg_editor else is_blank
            return not isinstance(value, str) or not says_nothing(value)
        case FieldType.MULTISELECT:
            return bool(ids_among(value))
        case FieldType.PEOPLE:
            return any(value.values())
        case FieldType.TABLE:
            return any(map(_has_content, value))
        case FieldType.FILE:
            return any(map(is_there, value))
        case _:
            return True


def _names_an_option(value: bool | float, field: Field) -> bool:
    if isinstance(value, bool):
        return any(option.text.strip().casefold() == "false" for option in field.options)
    return any(option.id == value or option.text.strip() == "0" for option in field.options)


def _has_content(entry: Any) -> bool:
    """One column of a table: a cell, or its rows."""
    if isinstance(entry, list):
        return any(map(_has_content, entry))
    return entry is not None and (not isinstance(entry, str) or not is_blank(entry))
