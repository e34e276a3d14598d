"""Who sends a public form is among the people it asks for, where it says so (contract 31, 5.6)."""

from collections.abc import Sequence
from typing import Any

from procession.domains.answers.content.containers import read_container
from procession.domains.answers.content.keys import resolve
from procession.domains.templates.types import Field, FieldType


def with_submitter(sent: Any, fields: Sequence[Field], address: str) -> Any:
    """What was sent, as if the guest had been named in it; what cannot be read stays as it is."""
    asking = {field.id for field in fields if _asks_for_submitter(field)}
    values = read_container(sent) if asking else None
    if values is None:
        return sent
    meant = resolve(values, fields, None).meant
    named = {each.sent.key for each in meant if each.field.id in asking}
    unnamed = asking - {each.field.id for each in meant}
    return [
        *[
            _entry(each.key, _joined(each.value, address) if each.key in named else each.value)
            for each in values
        ],
        *[_entry(field_id, _joined(None, address)) for field_id in sorted(unnamed)],
    ]


def _asks_for_submitter(field: Field) -> bool:
    return field.field_type == FieldType.PEOPLE and field.settings.get("default_to_guest") is True


def _entry(key: str, value: Any) -> dict[str, Any]:
    return {"field_id": key, "value": value}


def _joined(value: Any, address: str) -> Any:
    """A value with one more guest."""
    if value in (None, "", False, 0, [], {}):
        return {"guests": [address]}
    if not isinstance(value, dict):
        return value
    guests = value.get("guests")
    if isinstance(guests, str):
        return {**value, "guests": f"{guests},{address}" if guests.strip() else address}
    if guests is None or isinstance(guests, list):
        return {**value, "guests": [*(guests or []), address]}
    return value
