"""Holds every answer that the suite receives against the API's own description of it.

`Client.call` asks for each answer: is its status listed for the route, its media type, and is its
body what the description says? Routes are those of `/openapi.json`; what it does not list (pages,
addresses that are none) is passed over.
"""

import json
import re
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import requests
from falcon.routing import CompiledRouter

from procession.web.describing.openapi import OF_ANY_TYPE, openapi
from procession.web.routes import ALL_ROUTES, API_ROUTES

_MOUNT = "/api"


def complaint(answer: requests.Response) -> str | None:
    """What of it is not as described, with route, status and place; None when all is."""
    method, path = answer.request.method or "", find_path(answer.request.url or "")
    if method.lower() not in document()["paths"].get(path, ()):
        return None
    wrong = _wrong_with(answer, _kinds(method, path, answer.status_code))
    return None if wrong is None else f"{method} {path} -> {answer.status_code}: {wrong}"


def find_path(url: str) -> str | None:
    """The path as the description writes it."""
    path = "/" + urlsplit(url).path.removeprefix(_MOUNT).strip("/")
    found = _router().find(path)
    return None if found is None else str(found[3])


def _wrong_with(answer: requests.Response, kinds: dict[str | None, Any] | None) -> str | None:
    if kinds is None:
        return f"its description does not list this status. {answer.text[:300]}"
    if None in kinds:
        # Usually empty; what it may hold is described beside.
        kinds = kinds[None] if answer.content else {}
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if not answer.content:
        return "is empty, and a body is described" if kinds else None
    if kind not in kinds and OF_ANY_TYPE not in kinds:
        return f"is of type {kind!r}, described is {sorted(kinds) or 'an empty answer'}"
    validator = kinds.get(kind)
    return None if validator is None else _wrong_in(json.loads(answer.content), validator)


def _wrong_in(value: Any, validator: jsonschema_rs.Draft202012Validator) -> str | None:
    if validator.is_valid(value):
        return None
    wrong = next(validator.iter_errors(value))
    place = ".".join(str(part) for part in wrong.instance_path)
    return f"at {place or 'the top'}: {wrong.message[:600]}"


@cache
def document() -> Any:
    """The description, written once for all files that read it. Nobody changes it."""
    return openapi(API_ROUTES)


@cache
def _router() -> CompiledRouter:
    """Chooses among paths as the server does."""
    router = CompiledRouter()
    for path in dict.fromkeys(route.path for route in ALL_ROUTES):
        router.add_route(path, _Anything())
    return router


class _Anything:
    """Stands where the router wants to know who answers."""

    def on_get(self) -> None:
        raise NotImplementedError


@cache
def _kinds(method: str, path: str, status: int) -> dict[str | None, Any] | None:
    """The validator of each media type, None where that is no JSON; None: it is not listed."""
    answers = document()["paths"][path][method.lower()]["responses"]
    return _validators(answers[str(status)]) if str(status) in answers else None


def _validators(answer: Any) -> dict[str | None, Any]:
    if "$ref" in answer:
        return _shared(answer["$ref"].split("/")[-1])
    if "x-content" in answer:
        return {None: _validators({"content": answer["x-content"]})}
    return {
        kind.partition(";")[0]: _validator(content["schema"])
        if kind.partition(";")[0] == "application/json"
        else None
        for kind, content in answer.get("content", {}).items()
    }


@cache
def _shared(name: str) -> dict[str | None, Any]:
    return _validators(document()["components"]["responses"][name])


def _validator(schema: Any) -> jsonschema_rs.Draft202012Validator:
    return _compiled(json.dumps(schema))


@cache
def _compiled(schema: str) -> jsonschema_rs.Draft202012Validator:
    """Many routes answer with the same. Given only what it leads to: every schema that is handed
    over is read anew, named or not."""
    schemas = document()["components"]["schemas"]
    found: dict[str, Any] = {}
    unread = [schema]
    while unread:
        for name in set(_NAMED.findall(unread.pop())) - found.keys():
            found[name] = schemas[name]
            unread.append(json.dumps(schemas[name]))
    whole = {**json.loads(schema), "components": {"schemas": found}}
    return jsonschema_rs.Draft202012Validator(whole)


#: A schema that another one names.
_NAMED = re.compile(r'"#/components/schemas/([^"]+)"')
