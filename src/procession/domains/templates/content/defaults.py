"""The default answer of a field, in the shape that its type stores (contract 21, 2)."""

import re
from collections.abc import Sequence
from typing import Any

from procession.core.markup import length_of
from procession.core.texts import is_storable
from procession.core.times import parse_moment
from procession.domains.templates.content.choices import (
    MOST_OPTIONS,
    is_text,
    options_mentioned,
)
from procession.domains.templates.content.findings import Findings, name_of
from procession.domains.templates.types import CHOICES, Field, FieldType, Option
from procession.kit.html import clean_html

#: What an answer of such a field may hold (contract 31, 3), and so its default.
_LONGEST = {FieldType.TEXT: 200, FieldType.TEXTAREA: 30_000, FieldType.EMAIL: 254}
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_DAY = re.compile(r"today([+-][0-9]{1,5})?", re.ASCII)
_VARIABLE = re.compile(r"\{\{[^{}]+\}\}")
_EMPTY: tuple[Any, ...] = (None, "", [], {})


def read_default(sent: Any, field: Field, path: str, found: Findings) -> Any:
    """`field` has the type and options that the default is for."""
    if sent in _EMPTY:
        return None
    if field.field_type in CHOICES:
        return _read_choice(sent, field, path, found)
    if not is_text(sent) or not is_storable(str(sent)):
        found.refuse(path, f"The {name_of(path)} must be a string.")
        return None
    text = str(sent)
    longest = _LONGEST.get(FieldType(field.field_type))
    length = length_of(text) if field.use_wysiwyg_editor else len(text)
    if longest is not None and length > longest:
        found.refuse(path, f"The {name_of(path)} may not be greater than {longest} characters.")
    elif field.field_type == FieldType.EMAIL and not _is_address(text):
        found.refuse(path, f"The {name_of(path)} must be a valid email address.")
    elif field.field_type == FieldType.DATE and not _is_date(text.strip()):
        found.refuse(path, f"The {name_of(path)} is not a valid date.")
    return text.strip() if field.field_type in (FieldType.DATE, FieldType.EMAIL) else text


def written_default(field: Field) -> Any:
    """As it is stored: rich text is cleaned."""
    is_rich = field.field_type == FieldType.TEXTAREA and field.use_wysiwyg_editor
    return clean_html(field.default_value) if is_rich else field.default_value


def matching_default(field: Field, options: Sequence[Option], renamed: dict[str, str]) -> Any:
    """The stored default after an edit of the options; what names none of them any more goes."""
    texts = [renamed.get(text, text) for text in texts_of(field)]
    by_text: dict[str, Option] = {}
    for option in options:
        by_text.setdefault(option.text, option)
    return _stored([by_text[text] for text in texts if text in by_text], field.field_type)


def texts_of(field: Field) -> list[str]:
    """Texts of the options that the default of a choice field consists of."""
    value = field.default_value
    if value is None:
        return []
    entries = value if isinstance(value, list) else [value]
    return [entry["text"] if isinstance(entry, dict) else entry for entry in entries]


def _read_choice(sent: Any, field: Field, path: str, found: Findings) -> Any:
    is_list = isinstance(sent, list)
    is_several = is_list and (field.field_type != FieldType.MULTISELECT and len(sent) > 1)
    if is_several or (is_list and len(sent) > MOST_OPTIONS):
        found.refuse(path, f"The selected {name_of(path)} is invalid.")
        return None
    options = options_mentioned(sent, field.options)
    if None in options:
        found.refuse(path, f"The selected {name_of(path)} is invalid.")
        return None
    return _stored([option for option in options if option is not None], field.field_type)


def _stored(options: Sequence[Option], field_type: str) -> Any:
    if not options:
        return None
    if field_type == FieldType.RADIO:
        return options[0].text
    if field_type == FieldType.DROPDOWN:
        return {"id": options[0].id, "text": options[0].text}
    unique = {option.id: option for option in options}.values()
    return [{"id": option.id, "text": option.text, "selected": True} for option in unique]


def _is_address(text: str) -> bool:
    return bool(_ADDRESS.fullmatch(text.strip()) or _VARIABLE.search(text))


def _is_date(text: str) -> bool:
    if _DAY.fullmatch(text) or _VARIABLE.fullmatch(text):
        return True
    try:
        parse_moment(text)
    except ValueError:
        return False
    return True
