"""Keys of custom fields and what they are about, as frozen values (contract 21, 9)."""

from enum import StrEnum
from typing import Any

import msgspec

from procession.core.sorting import Sorting
from procession.core.times import Instant
from procession.kit.reading import read_stored


class RecordKind(StrEnum):
    """What has custom fields."""

    PROCESS = "process"
    TASK = "task"
    MEMBER = "member"
    GUEST = "guest"
    FOLDER = "folder"
    TAG = "tag"
    TEMPLATE = "template"
    STEP = "step"
    FIELD = "form_field"
    KICKOFF_FIELD = "kickoff_field"


#: Other words that clients use.
KIND_WORDS = {
    **{kind.value: kind for kind in RecordKind},
    "run": RecordKind.PROCESS,
    "user": RecordKind.MEMBER,
    "checklist": RecordKind.TEMPLATE,
    "capture": RecordKind.FIELD,
    "prerun": RecordKind.KICKOFF_FIELD,
}


class ValueType(StrEnum):
    TEXT = "text"
    TEXTAREA = "textarea"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    EMAIL = "email"
    URL = "url"
    RADIO = "radio"
    DROPDOWN = "dropdown"
    MULTISELECT = "multiselect"
    TABLE = "table"


CHOICES = (ValueType.RADIO, ValueType.DROPDOWN, ValueType.MULTISELECT)


class KeyRow(msgspec.Struct, array_like=True, frozen=True):
    """A key as it is stored; field order is the store's column order."""

    id: str
    key: str
    label: str
    applies_to: str
    field_type: str
    is_system: bool
    is_required: bool
    is_active: bool
    #: JSON lists, in the shapes of the contract.
    options: str
    columns: str
    position: int
    created_at: Instant
    updated_at: Instant

    @property
    def option_texts(self) -> list[str]:
        return [option["text"] for option in read_stored(self.options)]

    @property
    def column_labels(self) -> list[str]:
        return [column["label"] for column in read_stored(self.columns)]


KEY_SORTING = Sorting(
    "position", "key", "label", "created_at", "updated_at", "id",
    name=("label", False), title=("label", False),
)  # fmt: skip


class KeyFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What a list of keys is narrowed to; None: no condition."""

    applies_to: str | None = None
    field_type: str | None = None
    is_system: bool | None = None
    is_required: bool | None = None
    is_active: bool | None = None
    q: str = ""
    sort: tuple[tuple[str, bool], ...] = ()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What values are about, and what they go with when that is deleted for ever."""

    kind: str
    id: str
    title: str = ""
    template_id: str | None = None
    process_id: str | None = None
    task_id: str | None = None
    user_id: int | None = None
    guest_id: int | None = None
    folder_id: str | None = None
    tag_id: str | None = None
    #: The process whose story tells of changes.
    told_in: str | None = None


#: By key, in the order of the keys.
Values = dict[str, Any]
