"""From what a client sent to a form field: every problem at once, under its dot path (contract 21).

A new field and a changed one go the same way: what was sent is laid over a field, empty or stored,
and the result has to be whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from procession.core.times import Instant
from procession.domains.templates.content.aliases import UNNAMED
from procession.domains.templates.content.choices import (
    read_columns,
    read_options,
    renamed_options,
)
from procession.domains.templates.content.defaults import (
    matching_default,
    read_default,
    texts_of,
    written_default,
)
from procession.domains.templates.content.findings import Findings, name_of
from procession.domains.templates.content.validations import read_settings, read_validation
from procession.domains.templates.types import (
    CHOICES,
    WITHOUT_DEFAULT,
    Field,
    FieldType,
    Option,
)
from procession.domains.templates.wire.fields import FieldIn
from procession.kit.html import linked_html
from procession.kit.ids import find_id, new_id

#: Options by the id of the list that supplies them.
Lists = Mapping[str, Sequence[Option]]
NO_LISTS: Lists = {}

MOST_FIELDS = 200
_LONGEST_GUIDANCE = 65_535
#: Words of clients for our types, and the check of answers that some of them imply.
_SYNONYMS = {
    **dict.fromkeys(
        ("assignee", "assignee_picker", "member", "member_picker", "user"), FieldType.PEOPLE
    ),
    **dict.fromkeys(("short_text", "number", "phone", "url"), FieldType.TEXT),
    "long_text": FieldType.TEXTAREA,
    "select": FieldType.DROPDOWN,
    **dict.fromkeys(("checkbox", "checklist", "multi_select"), FieldType.MULTISELECT),
    "datetime": FieldType.DATE,
}
_IMPLIED_CHECKS = {"number": "numeric", "url": "url"}
#: Other keys for an attribute, read when its own is absent.
_OTHER_KEYS = {
    "label": ("name", "title"),
    "guidance": ("description", "help_text", "instructions"),
    "field_type": ("type",),
    "required": ("is_required",),
    "field_validation": ("validation",),
}
#: Kept as they are sent.
_PLAIN = (
    "label", "required", "default_value_enabled", "collect_time", "use_wysiwyg_editor",
    "prefix", "suffix",
)  # fmt: skip
#: Attributes that only some types have; another type starts without them.
_OF_TYPES: dict[str, tuple[FieldType, ...]] = {
    "options": CHOICES,
    "list_id": CHOICES,
    "columns": (FieldType.TABLE,),
    "collect_time": (FieldType.DATE,),
    "use_wysiwyg_editor": (FieldType.TEXTAREA,),
    "field_validation": (FieldType.TEXT, FieldType.TEXTAREA),
    "prefix": (FieldType.TEXT, FieldType.DROPDOWN),
    "suffix": (FieldType.TEXT, FieldType.DROPDOWN),
}
_OF_DEFAULT = ("default_value", "default_value_enabled")


def new_field(
    sent: FieldIn, at: str, found: Findings, now: Instant, *, lists: Lists = NO_LISTS
) -> Field:
    """It has no alias yet."""
    keys = _keys_of(sent)
    for name in ("label", "field_type", "required"):
        if name not in keys:
            found.require(f"{at}{name}")
    empty = Field(
        id=new_id(),
        alias=UNNAMED,
        label="",
        field_type=_type_of(keys, at, found) or FieldType.TEXT.value,
        required=False,
        created_at=now,
        updated_at=now,
    )
    return _with(empty, keys, at, found, lists)


def changed_field(
    field: Field, sent: FieldIn, at: str, found: Findings, now: Instant, *, lists: Lists = NO_LISTS
) -> Field:
    """The same value when nothing is different. Id, alias and position are none of its business."""
    keys = _keys_of(sent)
    was = field
    field_type = _type_of(keys, at, found) or field.field_type
    if field_type != field.field_type:
        field, keys = _of_type(field, field_type), _without_echoes(field, keys)
    changed = _with(field, keys, at, found, lists)
    if "default_value" not in keys or keys["default_value"] == was.default_value:
        changed = _with_matching_default(changed, was, at, found)
    return was if changed == was else msgspec.structs.replace(changed, updated_at=now)


def new_fields(
    sent: Sequence[FieldIn], at: str, found: Findings, now: Instant, *, lists: Lists = NO_LISTS
) -> tuple[Field, ...]:
    """A whole form, by the positions sent; without one, and among equals, as the list has them."""
    if len(sent) > MOST_FIELDS:
        found.refuse(at, f"A form may not have more than {MOST_FIELDS} fields.")
        return ()
    fields = [
        new_field(each, f"{at}.{place}.", found, now, lists=lists)
        for place, each in enumerate(sent)
    ]
    places = [
        place if each.position is UNSET else each.position
        for place, each in enumerate(sent, start=1)
    ]
    in_order = sorted(zip(places, fields, strict=True), key=lambda pair: pair[0])
    return tuple(field for _, field in in_order)


def canonical_type(word: str) -> FieldType | None:
    """The type that a client's word means; None for no type at all."""
    word = word.strip().lower()
    return FieldType(word) if word in tuple(FieldType) else _SYNONYMS.get(word)


# --- What was sent ---


def _keys_of(sent: FieldIn) -> dict[str, Any]:
    """What was sent, by attribute."""
    keys = {}
    for name in Field.__struct_fields__:
        if name in ("id", "alias", "created_at", "updated_at"):
            continue
        values = [getattr(sent, key) for key in (name, *_OTHER_KEYS.get(name, ()))]
        value = next((value for value in values if value is not UNSET), UNSET)
        if value is not UNSET:
            keys[name] = value
    return keys


def _type_of(keys: Mapping[str, Any], at: str, found: Findings) -> str | None:
    if "field_type" not in keys:
        return None
    field_type = canonical_type(keys["field_type"])
    if field_type is None:
        found.refuse(f"{at}field_type", "The selected field type is invalid.")
        return None
    return field_type.value


def _of_type(field: Field, field_type: str) -> Field:
    """Without what fields of the other type do not have (contract 21, 5.1)."""
    empty = {
        default.name: default.default
        for default in msgspec.structs.fields(Field)
        if default.name in _OF_TYPES and field_type not in _OF_TYPES[default.name]
    }
    if not {field.field_type, field_type} <= {FieldType.TEXT, FieldType.TEXTAREA}:
        empty |= {"default_value": None, "default_value_enabled": False}
    return msgspec.structs.replace(field, field_type=field_type, **empty)


def _without_echoes(was: Field, keys: Mapping[str, Any]) -> dict[str, Any]:
    """Clients change the type in the object they read, and send all of it back."""
    return {
        name: value
        for name, value in keys.items()
        if name not in (*_OF_TYPES, *_OF_DEFAULT) or not _is_echo(was, name, value)
    }


def _is_echo(was: Field, name: str, value: Any) -> bool:
    stored = getattr(was, name)
    if name in ("options", "columns"):
        ignoring: Any = Findings()
        read: Any = read_options if name == "options" else read_columns
        return bool(read(value or [], "", ignoring) == stored)
    if name == "field_validation":
        return bool(read_validation(value, "", Findings()) == stored)
    return bool(value == stored)


# --- Laid over a field ---


def _with(field: Field, keys: Mapping[str, Any], at: str, found: Findings, lists: Lists) -> Field:
    """`field` already has its type."""
    values = {name: keys[name] for name in _PLAIN if name in keys}
    if "guidance" in keys:
        values["guidance"] = _read_guidance(keys["guidance"], f"{at}guidance", found)
    if "settings" in keys:
        values["settings"] = read_settings(keys["settings"] or {}, f"{at}settings", found)
    values |= _validation(field, keys, at, found)
    laid = msgspec.structs.replace(field, **values)
    laid = _with_options(laid, keys, at, found, lists)
    laid = _with_columns(laid, keys, at, found)
    return _with_default(laid, keys, at, found)


def _read_guidance(text: str | None, path: str, found: Findings) -> str | None:
    if text is not None and len(text) > _LONGEST_GUIDANCE:
        sentence = f"The {name_of(path)} may not be greater than {_LONGEST_GUIDANCE} characters."
        found.refuse(path, sentence)
        return None
    return linked_html(text)


def _validation(
    field: Field, keys: Mapping[str, Any], at: str, found: Findings
) -> dict[str, tuple[str, ...]]:
    checks = field.field_validation
    if "field_validation" in keys:
        checks = read_validation(keys["field_validation"], f"{at}field_validation", found)
    implied = _IMPLIED_CHECKS.get(str(keys.get("field_type", "")).strip().lower())
    if implied is not None and implied not in checks:
        checks = (implied, *checks)
    return {"field_validation": checks}


def _with_options(
    field: Field, keys: Mapping[str, Any], at: str, found: Findings, lists: Lists
) -> Field:
    sent = keys.get("options") or []
    if field.field_type not in CHOICES:
        if sent:
            found.dropped.append(f"{at}options")
        if keys.get("list_id"):
            found.dropped.append(f"{at}list")
        return msgspec.structs.replace(field, options=(), list_id=None)
    list_id, options = field.list_id, field.options
    named = keys.get("list_id")
    named = find_id(named) or named if named else None
    if "list_id" in keys and named != list_id:
        list_id = named
        if list_id is not None and list_id not in lists:
            found.refuse(f"{at}list", "The selected list is invalid.")
            return field
    if list_id is not None:
        options = tuple(lists.get(list_id, options))
        if sent and read_options(sent, "", Findings()) != options:
            found.dropped.append(f"{at}options")
    elif "options" in keys:
        options = read_options(sent, f"{at}options", found)
    if not options and f"{at}options" not in found.problems:
        found.require(f"{at}options")
    elif field.field_type == FieldType.RADIO and len(options) == 1:
        found.refuse(f"{at}options", "The options must have at least 2 items.")
    return msgspec.structs.replace(field, options=options, list_id=list_id)


def _with_columns(field: Field, keys: Mapping[str, Any], at: str, found: Findings) -> Field:
    sent = keys.get("columns") or []
    if field.field_type != FieldType.TABLE:
        if sent:
            found.dropped.append(f"{at}columns")
        return msgspec.structs.replace(field, columns=())
    columns = field.columns
    if "columns" in keys:
        columns = read_columns(sent, f"{at}columns", found)
    if not columns and f"{at}columns" not in found.problems:
        found.require(f"{at}columns")
    return msgspec.structs.replace(field, columns=columns)


def _with_default(field: Field, keys: Mapping[str, Any], at: str, found: Findings) -> Field:
    if field.field_type in WITHOUT_DEFAULT:
        found.dropped.extend(f"{at}{name}" for name in _OF_DEFAULT if keys.get(name))
        return msgspec.structs.replace(field, default_value_enabled=False, default_value=None)
    if "default_value" in keys and keys["default_value"] != field.default_value:
        value = read_default(keys["default_value"], field, f"{at}default_value", found)
        field = msgspec.structs.replace(field, default_value=value)
    return msgspec.structs.replace(field, default_value=written_default(field))


def _with_matching_default(field: Field, was: Field, at: str, found: Findings) -> Field:
    """A default follows the options it names; when they are gone, it goes (contract 21, 5.2)."""
    if (
        field.field_type not in CHOICES
        or field.default_value is None
        or field.options == was.options
    ):
        return field
    renamed = renamed_options(was.options, field.options)
    value = matching_default(field, field.options, renamed)
    if value is not None and len(texts_of(field)) == len(value if isinstance(value, list) else [1]):
        return msgspec.structs.replace(field, default_value=value)
    found.warn(f"{at}default_value", "what it named is no option any more, so it was cleared.")
    is_enabled = field.default_value_enabled and value is not None
    return msgspec.structs.replace(field, default_value=value, default_value_enabled=is_enabled)
