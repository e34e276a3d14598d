"""Questions of a form: on a step, or on the kick-off form of a template (contract 21)."""

from enum import StrEnum
from typing import Any

import msgspec

from procession.core.times import Instant


class FieldType(StrEnum):
    TEXT = "text"
    TEXTAREA = "textarea"
    EMAIL = "email"
    DATE = "date"
    RADIO = "radio"
    DROPDOWN = "dropdown"
    MULTISELECT = "multiselect"
    FILE = "file"
    TABLE = "table"
    PEOPLE = "assignees_form"


#: Types whose answers are among the options.
CHOICES = (FieldType.RADIO, FieldType.DROPDOWN, FieldType.MULTISELECT)
#: Types that cannot have a default.
WITHOUT_DEFAULT = (FieldType.FILE, FieldType.TABLE, FieldType.PEOPLE)


class Option(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One answer to choose. `id` is unique in its field; the text is what answers are."""

    id: int
    text: str
    description: str | None = None
    #: In a multiselect: this item must be checked.
    required: bool = False


class Column(msgspec.Struct, frozen=True):
    """One column of a table."""

    id: int
    label: str


class Field(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A question. `id` and `alias` never change; its place in the form is its place in the list."""

    id: str
    alias: str
    label: str
    field_type: str
    required: bool
    guidance: str | None = None
    options: tuple[Option, ...] = ()
    columns: tuple[Column, ...] = ()
    default_value_enabled: bool = False
    #: Text; for a dropdown {"id", "text"}; for a multiselect a list of those (contract 21, 2).
    default_value: Any = None
    collect_time: bool = False
    use_wysiwyg_editor: bool = False
    field_validation: tuple[str, ...] = ()
    prefix: str | None = None
    suffix: str | None = None
    settings: dict[str, Any] = {}
    #: The list whose rows are the options.
    list_id: str | None = None
    created_at: Instant
    updated_at: Instant
