"""The description leaves nothing untyped but by design, and says which ways are the old ones."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from described import document
from procession.domains.templates.content import conditions, consequences
from procession.kit.http import JSON
from procession.web.describing import shapes
from procession.web.describing.writing import FREE
from procession.web.routes import API_ROUTES

OPENAPI = document()
OPERATIONS = [
    (f"{method.upper()} {path}", operation)
    for path, methods in OPENAPI["paths"].items()
    for method, operation in methods.items()
]
SAYS_WHAT_IT_IS = {"$ref", "anyOf", "allOf", "enum"}
#: Keys whose values are words of a closed set, wherever they stand in an object.
CLOSED = (
    "status", "lifecycle_status", "task_type", "step_type", "field_type", "launched_via", "role",
    "subject_type", "folder_type", "unit", "state",
)  # fmt: skip

#: Its `status` is what the organization has written about a guest; or what another server answered.
SAID_FREELY = ("GuestDetailsOut", "AttemptOut", "SampleOut", "TestOut")


def schemas() -> Iterator[tuple[str, Any]]:
    """Every schema there is, with its place."""
    for name, schema in OPENAPI["components"]["schemas"].items():
        yield from within(name, schema)
    for name, operation in OPERATIONS:
        for parameter in operation["parameters"]:
            yield from within(f"{name} ?{parameter['name']}", parameter["schema"])
        for status, answer in operation["responses"].items():
            for content in answer.get("content", {}).values():
                yield from within(f"{name} {status}", content["schema"])
        for content in operation.get("requestBody", {}).get("content", {}).values():
            yield from within(f"{name} body", content["schema"])


def within(place: str, schema: Any) -> Iterator[tuple[str, Any]]:
    yield place, schema
    for name, part in schema.get("properties", {}).items():
        yield from within(f"{place}.{name}", part)
    for word in ("anyOf", "allOf"):
        for part in schema.get(word, ()):
            yield from within(place, part)
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from within(f"{place}[]", schema[word])


def test_found_d10_every_value_has_a_type_or_is_said_to_be_free() -> None:
    silent = [
        place
        for place, schema in schemas()
        if "type" not in schema
        and not SAYS_WHAT_IT_IS & set(schema)
        and not schema.get("description", "").startswith(FREE)
    ]
    assert not silent


def test_found_d10_every_list_says_what_is_in_it() -> None:
    assert not [
        place
        for place, schema in schemas()
        if schema.get("type") == "array" and "items" not in schema
    ]


def test_found_d10_every_object_says_what_it_holds() -> None:
    assert not [
        place
        for place, schema in schemas()
        if schema.get("type") == "object"
        and "properties" not in schema
        and "additionalProperties" not in schema
    ]


def test_found_d10_words_of_closed_sets_are_listed() -> None:
    open_ones = [
        f"{name}.{key}"
        for name, schema in OPENAPI["components"]["schemas"].items()
        if name.endswith("Out") and name not in SAID_FREELY
        for key, part in schema["properties"].items()
        if key in CLOSED and "enum" not in str(part)
    ]
    assert not open_ones


def test_found_d10_words_of_rules_are_those_that_are_checked() -> None:
    operations = (*conditions.STEP_OPERATIONS, *conditions.FIELD_OPERATIONS)
    assert operations == shapes.OPERATIONS
    assert conditions.LOGICS == shapes.LOGICS
    assert tuple(consequences.VERBS) == shapes.ACTION_TYPES
    assert sum(consequences.VERBS.values(), ()) == shapes.ACTION_VERBS


def test_found_d10_old_ways_are_marked_and_name_the_one_to_prefer() -> None:
    paths = {name for name, operation in OPERATIONS if not operation.get("deprecated")}
    aliases = [route for route in API_ROUTES if route.is_alias]
    assert len(aliases) >= 76
    for route in API_ROUTES:
        name = f"{route.method} {route.path}"
        assert (name not in paths) == route.is_alias
    for _, operation in OPERATIONS:
        if operation.get("deprecated"):
            preferred = operation["description"].split("`")[1]
            assert preferred in paths


def test_found_d10_a_put_that_needs_a_title_says_so() -> None:
    bodies = {
        method: OPENAPI["paths"]["/organizations/{org}/checklists/{checklist}"][method][
            "requestBody"
        ]["content"][JSON]["schema"]["$ref"].split("/")[-1]
        for method in ("put", "patch")
    }
    components = OPENAPI["components"]["schemas"]
    assert components[bodies["put"]]["required"] == ["title"]
    assert "required" not in components[bodies["patch"]]


BODIES = {
    name: operation["requestBody"]["content"][JSON]
    for name, operation in OPERATIONS
    if "example" in operation.get("requestBody", {}).get("content", {}).get(JSON, {})
}


def test_found_d10_the_main_bodies_have_examples() -> None:
    started = "POST /organizations/{org}"
    expected = {f"{started}/{word}" for word in ("checklists", "runs", "completed-tasks", "tasks")}
    assert expected <= set(BODIES)


@pytest.mark.parametrize("name", BODIES)
def test_found_d10_an_example_is_as_its_description_says(name: str) -> None:
    content = BODIES[name]
    schema = {**content["schema"], "components": OPENAPI["components"]}
    jsonschema_rs.Draft202012Validator(schema).validate(content["example"])
