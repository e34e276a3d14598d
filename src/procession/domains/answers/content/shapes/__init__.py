"""A value as its field's type stores it, from what clients send for it (contract 31, 3).

Reading what was read changes nothing.
"""

from collections.abc import Callable
from typing import Any

from procession.domains.answers.content.asking import Asked
from procession.domains.answers.content.shapes import choices, files, people, tables, texts
from procession.domains.templates.types import FieldType

_READERS: dict[str, Callable[[Any, Asked], Any]] = {
    FieldType.TEXT: texts.read_text,
    FieldType.TEXTAREA: texts.read_textarea,
    FieldType.EMAIL: texts.read_email,
    FieldType.DATE: texts.read_date,
    FieldType.RADIO: choices.read_radio,
    FieldType.DROPDOWN: choices.read_dropdown,
    FieldType.MULTISELECT: choices.read_multiselect,
    FieldType.TABLE: tables.read_table,
    FieldType.FILE: files.read_files,
    FieldType.PEOPLE: people.read_people,
}


def read_value(sent: Any, asked: Asked) -> Any:
    """Raises BadAnswer. `sent` is not one of the values that clear an answer."""
    if isinstance(sent, dict) and set(sent) == {"value"}:
        raise asked.invalid
    return _READERS[asked.field.field_type](sent, asked)
