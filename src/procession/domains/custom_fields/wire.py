"""JSON shapes of custom fields (contract 21, 9)."""

from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from procession.core.times import wire_time
from procession.domains.custom_fields.types import KeyRow, Values
from procession.kit.reading import read_stored

_Label = Annotated[str, Meta(min_length=1, max_length=250)]


class KeyChangesIn(msgspec.Struct, kw_only=True):
    """What may change of a key. The others are refused when they are sent with another value."""

    ECHOED: ClassVar[frozenset[str]] = frozenset(("id", "created_at", "last_updated"))

    label: _Label | UnsetType = UNSET
    is_required: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    #: Texts, or objects with a text.
    options: list[Any] | UnsetType | None = UNSET
    #: Labels, or objects with a label.
    columns: list[Any] | UnsetType | None = UNSET
    position: Annotated[int, Meta(ge=1, le=9999)] | UnsetType = UNSET
    key: str | UnsetType = UNSET
    applies_to: str | UnsetType = UNSET
    field_type: str | UnsetType = UNSET
    key_type: str | UnsetType = UNSET


class KeyIn(KeyChangesIn, kw_only=True):
    """A new key of custom fields."""

    key: str
    applies_to: str
    field_type: str


class ValuesIn(msgspec.Struct, kw_only=True):
    """All values of a record; what is left out is cleared."""

    custom_fields: dict[str, Any]


class ValueIn(msgspec.Struct, kw_only=True):
    """One value; null clears it."""

    value: Any


class KeyOut(msgspec.Struct, kw_only=True):
    """The key object (contract 21, 9.1)."""

    id: str
    key: str
    label: str
    applies_to: str
    field_type: str
    key_type: str
    is_required: bool
    is_active: bool
    options: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    position: int
    created_at: str
    last_updated: str


class ValuesOut(msgspec.Struct, kw_only=True):
    """The values of a record, by key."""

    custom_fields: dict[str, Any]


def key_out(key: KeyRow) -> KeyOut:
    return KeyOut(
        id=key.id,
        key=key.key,
        label=key.label,
        applies_to=key.applies_to,
        field_type=key.field_type,
        key_type="system" if key.is_system else "org",
        is_required=key.is_required,
        is_active=key.is_active,
        options=read_stored(key.options),
        columns=read_stored(key.columns),
        position=key.position,
        created_at=wire_time(key.created_at),
        last_updated=wire_time(key.updated_at),
    )


def values_out(values: Values) -> ValuesOut:
    return ValuesOut(custom_fields=values)
