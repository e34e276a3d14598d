"""The same description as Swagger 2.0: older clients read it, and some refuse paths it lacks."""

from typing import Any

from procession.kit.http import JSON
from procession.web.describing.openapi import GUEST_CODE, Document
from procession.web.describing.schemas import each_schema
from procession.web.describing.writing import COMPONENTS, Schema

_DEFINITIONS = "#/definitions/"
_NULL = {"type": "null"}


def swagger(openapi: Document) -> Document:
    info, components = openapi["info"], openapi["components"]
    return {
        "swagger": "2.0",
        "info": info,
        "basePath": "/",
        "consumes": [JSON],
        "produces": [JSON],
        "tags": openapi["tags"],
        "paths": {
            path: {method: _operation(operation) for method, operation in of_path.items()}
            for path, of_path in openapi["paths"].items()
        },
        "securityDefinitions": {
            "bearer": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "`Bearer` and the token.",
            },
            "guest_code": {
                "type": "apiKey",
                "in": "header",
                "name": "X-Guest-Code",
                "description": GUEST_CODE,
            },
        },
        "responses": {name: _answer(answer) for name, answer in components["responses"].items()},
        "definitions": {name: _schema(schema) for name, schema in components["schemas"].items()},
    }


def _operation(operation: Document) -> Document:
    parameters = [_parameter(parameter) for parameter in operation["parameters"]]
    converted = {key: value for key, value in operation.items() if key != "requestBody"}
    if "requestBody" in operation:
        parameters.append(_body(operation["requestBody"]))
    converted["parameters"] = parameters
    answers = operation["responses"]
    converted["responses"] = {status: _answer(answer) for status, answer in answers.items()}
    types = {kind for answer in answers.values() for kind in answer.get("content", ())}
    if types - {JSON}:
        converted["produces"] = sorted(types)
    return converted


def _parameter(parameter: Document) -> Document:
    names = ("name", "in", "description")
    kept: Document = {name: parameter[name] for name in names if name in parameter}
    if parameter["in"] == "path":
        kept["required"] = True
    kept.update(_schema(parameter["schema"]))
    if kept.get("type") == "array":
        kept["collectionFormat"] = "csv"
    return kept


def _body(body: Document) -> Document:
    return {
        "name": "body",
        "in": "body",
        "required": body["required"],
        "schema": _schema(body["content"][JSON]["schema"]),
    }


def _answer(answer: Document) -> Document:
    if "$ref" in answer:
        return {"$ref": answer["$ref"].replace("#/components/responses/", "#/responses/")}
    converted: Document = {"description": answer["description"]}
    for content in answer.get("content", {}).values():
        converted["schema"] = _schema(content["schema"])
    return converted


def _schema(schema: Schema) -> Schema:
    return each_schema(schema, _converted)


def _converted(schema: Schema) -> Schema:
    """Swagger 2.0 knows neither null nor a choice of types."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace(COMPONENTS, _DEFINITIONS)}
    if schema.get("type") == "array":
        return {"items": {}, **schema}
    if schema.get("type") == "null":
        return {**_without(schema, "type"), "x-nullable": True}
    if "anyOf" in schema:
        return _chosen(schema)
    return schema


def _chosen(schema: Schema) -> Schema:
    """Of several types it says nothing, of one that may be null just that."""
    choices = [choice for choice in schema["anyOf"] if choice != {"x-nullable": True}]
    rest = _without(schema, "anyOf")
    if len(choices) < len(schema["anyOf"]):
        rest["x-nullable"] = True
    if len(choices) != 1:
        return rest
    (choice,) = choices
    return {"allOf": [choice], **rest} if "$ref" in choice else {**choice, **rest}


def _without(schema: Schema, key: str) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != key}
