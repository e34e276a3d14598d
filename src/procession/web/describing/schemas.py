"""JSON Schema of bodies, answers and query parameters, from the Structs that declare them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType

from procession.web.describing.shapes import OBJECTS, SHOWN_WITHIN, shapes_of
from procession.web.describing.writing import COMPONENTS, Schema

#: Docstrings say which part of the contract they follow; readers of the API do not have it.
_CONTRACT = re.compile(r"\s*\(contract [^)]*\)")


@dataclass(frozen=True)
class Schemas:
    """The named schemas, and how each declared type is written with them."""

    components: dict[str, Schema]
    _written: dict[Any, Schema]

    def of(self, kind: Any) -> Schema:
        return self._written[kind]


def schemas_of(bodies: Sequence[Any], answers: Sequence[Any]) -> Schemas:
    answers = [*answers, *SHOWN_WITHIN]
    kinds = list(dict.fromkeys([*bodies, *answers]))
    written, components = msgspec.json.schema_components(
        kinds, ref_template=f"{COMPONENTS}{{name}}"
    )
    for kind in dict.fromkeys(found for answer in answers for found in structs_within(answer)):
        _describe_answer(components[_component_name(kind, components)], kind)
    for kind in dict.fromkeys(found for each in kinds for found in structs_within(each)):
        _shape(components[_component_name(kind, components)], kind)
    components |= OBJECTS
    return Schemas(
        {_short(name): each_schema(schema, _tidied) for name, schema in components.items()},
        {kind: each_schema(schema, _tidied) for kind, schema in zip(kinds, written, strict=True)},
    )


def each_schema(schema: Schema, change: Callable[[Schema], Schema]) -> Schema:
    """The schema with `change` made to it and to every schema inside it, innermost first."""
    changed: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            changed[key] = {name: each_schema(part, change) for name, part in value.items()}
        elif key in ("anyOf", "allOf"):
            changed[key] = [each_schema(part, change) for part in value]
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            changed[key] = each_schema(value, change)
        else:
            changed[key] = value
    return change(changed)


def structs_within(kind: Any, above: tuple[Any, ...] = ()) -> Iterator[type[msgspec.Struct]]:
    """The Structs that values of a type consist of, each as often as it is met; one that holds
    itself once. `above`: those that hold it."""
    if kind in above:
        return
    if is_struct(kind):
        yield kind
        for hint in get_type_hints(kind).values():
            yield from structs_within(hint, (*above, kind))
    for part in get_args(kind):
        yield from structs_within(part, above)


def is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def optional_keys(kind: Any) -> list[str]:
    """Keys that an answer may leave out: most are includes, sent when asked for."""
    if not is_struct(kind):
        return []
    return [field.encode_name for field in msgspec.structs.fields(kind) if field.default is UNSET]


def query_schemas(query: type[Any]) -> dict[str, Schema]:
    """What each query parameter takes. None can be null: an empty one counts as absent."""
    _, components = msgspec.json.schema_components((query,))
    (component,) = components.values()
    return {name: _not_null(schema) for name, schema in component["properties"].items()}


def _not_null(schema: Schema) -> Schema:
    kept = {key: value for key, value in schema.items() if key not in ("anyOf", "default")}
    for choice in schema.get("anyOf", ()):
        if choice != {"type": "null"}:
            kept = {**choice, **kept}
    return kept


def _describe_answer(component: Schema, kind: type[msgspec.Struct]) -> None:
    """An answer holds every key, whether it has a default or not, except those left unset."""
    optional = optional_keys(kind)
    fields = msgspec.structs.fields(kind)
    if not kind.__struct_config__.omit_defaults:
        hints = get_type_hints(kind)
        component["required"] = [
            field.encode_name
            for field in fields
            if field.encode_name not in optional and UnsetType not in get_args(hints[field.name])
        ]
    for name, schema in component["properties"].items():
        schema.pop("default", None)
        if name in optional:
            schema.setdefault("description", "May be left out.")


def _shape(component: Schema, kind: type[msgspec.Struct]) -> None:
    """Puts in what the Struct leaves open; what it says in words itself stays said."""
    for name, shape in shapes_of(kind).items():
        said = component["properties"][name].get("description")
        described = {"description": said} if said is not None else {}
        component["properties"][name] = {**described, **shape}
    if getattr(kind, "NEEDS_TITLE", False):
        component["required"] = ["title"]


def _component_name(kind: type[msgspec.Struct], components: dict[str, Schema]) -> str:
    """msgspec writes the module too where two Structs have one name."""
    full = f"{kind.__module__}.{kind.__qualname__}"
    return full if full in components else kind.__name__


def _short(name: str) -> str:
    """`procession.domains.tasks.wire.OwnersIn`, one of two, becomes `TasksOwnersIn`."""
    words = name.split(".")
    return words[-1] if len(words) == 1 else words[-3].capitalize() + words[-1]


def _tidied(schema: Schema) -> Schema:
    tidy = {key: value for key, value in schema.items() if key != "title"}
    if "$ref" in tidy:
        tidy["$ref"] = COMPONENTS + _short(tidy["$ref"].removeprefix(COMPONENTS))
    if "description" in tidy:
        tidy["description"] = without_contract(tidy["description"])
    if tidy.get("format") == "date-time":
        tidy["type"] = "string"  # A number only inside.
    if all(isinstance(word, str) for word in tidy.get("enum", (None,))):
        tidy["type"] = "string"
    if tidy.get("default", "") is None:
        del tidy["default"]
    if tidy.get("required") == []:
        del tidy["required"]
    return tidy


def without_contract(text: str) -> str:
    return _CONTRACT.sub("", text)
