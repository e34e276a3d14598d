"""Short ways to write JSON Schema by hand."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

Schema = dict[str, Any]

COMPONENTS = "#/components/schemas/"
#: How the description of a value begins that may be anything on purpose.
FREE = "Free: "

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
SWITCH: Schema = {"type": "boolean"}
NULL: Schema = {"type": "null"}


def ref(name: type[Any] | str) -> Schema:
    """The component that is called so, or like this Struct."""
    return {"$ref": COMPONENTS + (name if isinstance(name, str) else name.__name__)}


def free(meaning: str) -> Schema:
    """A value that may be anything."""
    return {"description": FREE + meaning}


def one_of(words: type[StrEnum] | Iterable[str], **more: Any) -> Schema:
    """A text of a closed set."""
    return {"type": "string", "enum": [str(word) for word in words], **more}


def nullable(schema: Schema) -> Schema:
    described = {key: text for key, text in schema.items() if key == "description"}
    plain = {key: value for key, value in schema.items() if key != "description"}
    return {"anyOf": [plain or free("any value."), NULL], **described}


def either(*schemas: Schema, meaning: str = "") -> Schema:
    return {"anyOf": list(schemas), **({"description": meaning} if meaning else {})}


def listed(items: Schema, meaning: str = "") -> Schema:
    return {"type": "array", "items": items, **({"description": meaning} if meaning else {})}


def by_key(values: Schema, meaning: str = "") -> Schema:
    """A map from texts to values of one kind."""
    schema: Schema = {"type": "object", "additionalProperties": values}
    return schema | ({"description": meaning} if meaning else {})


def holding(**properties: Schema) -> Schema:
    """An object that has all of these keys."""
    return {"type": "object", "required": list(properties), "properties": properties}


def may_hold(**properties: Schema) -> Schema:
    """An object that has any of these keys."""
    return {"type": "object", "properties": properties}


def data(inside: Schema) -> Schema:
    """How an include stands in the object that has it."""
    return holding(data=inside)


def included(row: Schema) -> Schema:
    return data(listed(row))
