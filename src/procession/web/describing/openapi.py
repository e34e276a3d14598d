"""The API as an OpenAPI 3.1 document."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec

from procession import __version__
from procession.kit.http import CSV, GUEST, HTML, JSON, OPEN_DOORS, PAGE, Route
from procession.kit.paging import INCLUDES, SORTS
from procession.kit.problems import ErrorOut, OAuthErrorOut, SeatsOut
from procession.web.describing.examples import EXAMPLES
from procession.web.describing.schemas import (
    Schemas,
    query_schemas,
    schemas_of,
    without_contract,
)
from procession.web.describing.shapes import ALSO_IN, ANSWERS, TOLD_TO_GUESTS
from procession.web.describing.writing import (
    COMPONENTS,
    TEXT,
    Schema,
    data,
    either,
    holding,
    listed,
)

Document = dict[str, Any]

_ABOUT = """\
Runs a team's repeatable procedures: templates, the processes launched from them, and their tasks.

Every path works at the root and under `/api`. Answers are `{"data": ...}`; lists add
`meta.pagination`. Times are UTC. Updates are partial: a key that is not sent stays as it is. Only
`PUT` of a template demands its title, too; `PATCH` does not.
Keys of a body that nothing reads are named in the answer's header `X-Ignored-Fields`, parameters
that do nothing, or not all they say, in `X-Ignored-Parameters`; with `Prefer: handling=strict` both
are refused. A `POST` with an `Idempotency-Key` is done once,
however often it is sent."""

_ID: Schema = {**TEXT, "pattern": "^[0-9a-fA-F]{32}$"}
_PATH_PARTS: dict[str, tuple[str, Schema]] = {
    "org": ("Id of the organization.", _ID),
    "run": ("Id of the process.", _ID),
    "task": ("Id of the task.", _ID),
    "checklist": ("Id of the template.", _ID),
    "public_key": ("Key in the public link of the process.", _ID),
    "user": ("Number of the member; or their e-mail address, user name, or `me`.", TEXT),
    "token": ("Number of the token.", {"type": "integer"}),
    "client": ("Number of the client.", {"type": "integer"}),
    "email": ("E-mail address of the member.", TEXT),
    "file": ("Id of the file.", _ID),
    "guest": ("Code in the guest's link.", TEXT),
    "preference": ("Key that a program has chosen.", TEXT),
}

_ERRORS: dict[int, tuple[str, str]] = {
    400: ("BadRequest", "The request cannot be read, or is refused for what it asks."),
    401: ("Unauthenticated", "No valid token was sent."),
    403: ("Forbidden", "The caller does not have the right to do this."),
    404: ("NotFound", "There is no such object, or the caller may not read it."),
    409: (
        "Conflict",
        "The state of the object does not allow it. Without a free seat, `error` is an object.",
    ),
    410: ("Gone", "What was good for some time has expired."),
    412: (
        "ChangedSince",
        "It has changed since it was read: `details` says who changed it and when, and what the "
        "fields of the body are now.",
    ),
    413: ("TooLarge", "The body is too large."),
    415: ("UnsupportedType", "The body is of a type that is not read."),
    422: ("Invalid", "Something sent is not valid; `errors` names each field."),
    429: ("TooMany", "Too many requests; `Retry-After` says how many seconds to wait."),
    500: ("ServerError", "An error of the server; its log has the details under `request_id`."),
    503: (
        "Unavailable",
        "The database cannot be reached; try again. With code `OUTCOME_UNKNOWN` it may have been "
        "done: look first, or repeat it with its Idempotency-Key.",
    ),
}
#: Refusals whose bodies have another shape: for want of a seat, and where OAuth has its own.
_SEATS = "Seats"
_OF_OAUTH = "OAuth"
_OF_PAGES = "Page"
#: A file is of its own type; programs that are made from the description know this one.
OF_ANY_TYPE = "application/octet-stream"
_BINARY: Schema = {"type": "string", "format": "binary"}
#: Besides 200, of routes that give out files.
_OF_FILES = {
    "302": "A link: the file is where `Location` says; the answer is empty.",
    "304": "The client has it already; the answer is empty.",
    "416": "The range that is asked for is not in the file; the answer is empty.",
}
_ELSEWHERE = "The browser goes on to where `Location` says; the answer is empty."
_OAUTH_PATHS = ("/oauth/", "/mcp/oauth/")
_ALWAYS = (429, 500, 503)
_WITH_BODY = (400, 413, 415, 422)
#: 403: the scopes of a token may leave anything out.
_WITH_DOOR = (401, 403)
_WITH_ORGANIZATION = (403, 404)
#: A repeat comes while the first is at work, or is another request under the same key.
_WITH_KEY = (400, 409, 422)

GUEST_CODE = "The code in a guest's link, in place of a token."


def openapi(routes: Sequence[Route]) -> Document:
    bodies = [route.body for route in routes if route.body is not None]
    answers = [
        answer
        for route in routes
        for answer in (route.answers, route.also_answers)
        if answer is not None
    ]
    schemas = schemas_of(bodies, [*answers, ErrorOut, OAuthErrorOut, SeatsOut])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Procession",
            "version": __version__,
            "description": _ABOUT,
        },
        "servers": [{"url": "/"}, {"url": "/api"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes)],
        "paths": _paths(routes, schemas),
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "guest_code": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Guest-Code",
                    "description": GUEST_CODE,
                },
            },
            "responses": _refusals(schemas),
            "schemas": {**schemas.components, "ListMeta": _list_meta(), "ItemMeta": _ITEM_META},
        },
    }


def _refusals(schemas: Schemas) -> Document:
    """By name: those of most routes, and those whose bodies have another shape."""
    usual = schemas.of(ErrorOut)
    of_oauth = either(schemas.of(OAuthErrorOut), usual)
    refusals = {_SEATS: _answer(_ERRORS[409][1], JSON, either(usual, schemas.of(SeatsOut)))}
    for name, text in _ERRORS.values():
        refusals[name] = _answer(text, JSON, usual)
        refusals[f"{_OF_OAUTH}{name}"] = _answer(text, JSON, of_oauth)
        refusals[f"{_OF_PAGES}{name}"] = _answer(text, JSON, usual)
        refusals[f"{_OF_PAGES}{name}"]["content"]["text/html"] = {"schema": TEXT}
    return refusals


def _paths(routes: Sequence[Route], schemas: Schemas) -> Document:
    plain_ways = {route.act: route for route in routes if not route.is_alias}
    paths: Document = {}
    for route in routes:
        operation = _operation(route, plain_ways[route.act], schemas)
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    return paths


def _operation(route: Route, plain_way: Route, schemas: Schemas) -> Document:
    operation: Document = {
        "operationId": operation_id(route),
        "tags": [route.tag],
        "summary": route.summary,
        "security": _security(route),
        "parameters": [
            *_path_parameters(route),
            *_query_parameters(route),
            *_conditions(route),
        ],
        "responses": _answers(route, schemas),
        "x-door": route.door,
        "x-policy": route.policy,
    }
    description = without_contract(route.description)
    if route.is_alias:
        operation["x-alias-of"] = operation_id(plain_way)
        operation["deprecated"] = True
        said = f"Another way to say `{plain_way.method} {plain_way.path}`; prefer that one."
        description = f"{said}\n\n{description}".strip()
    if description:
        operation["description"] = description
    if takes_body(route):
        assert route.body is not None
        operation["requestBody"] = {
            "required": _has_required_keys(route.body, schemas),
            "content": _bodies(route, schemas),
        }
    return operation


def _bodies(route: Route, schemas: Schemas) -> Document:
    content = {JSON: _body(route, schemas)}
    if route.takes_upload:
        file = {**_BINARY, "description": "The file; the part may be called `file` as well."}
        fields = [schemas.of(route.body), {"type": "object", "properties": {"name": file}}]
        content = {"multipart/form-data": {"schema": {"allOf": fields}}, **content}
    return content


def _body(route: Route, schemas: Schemas) -> Document:
    schema = schemas.of(route.body)
    if route.list_key is not None:
        keys = schemas.components[_name_of(schema)]["properties"]
        (rows, *_) = (kind for kind in keys[route.list_key]["anyOf"] if "items" in kind)
        schema = either(schema, rows)
    example = EXAMPLES.get((route.method, route.path))
    return {"schema": schema} if example is None else {"schema": schema, "example": example}


def _name_of(schema: Schema) -> str:
    return str(schema["$ref"]).removeprefix(COMPONENTS)


def operation_id(route: Route) -> str:
    """The handler's name in its domain; generated clients call it so, too."""
    name = f"{route.tag.lower().replace(' ', '_')}_{route.act.__name__}"
    if not route.is_alias:
        return name
    word = next(part for part in reversed(route.path.split("/")) if not part.startswith("{"))
    return f"{name}_alias_{route.method.lower()}_{word.replace('-', '_')}"


def takes_body(route: Route) -> bool:
    return route.body is not None


def _has_required_keys(body: type[Any], schemas: Schemas) -> bool:
    return bool(schemas.components[_name_of(schemas.of(body))].get("required"))


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.door in OPEN_DOORS:
        return []
    with_token: dict[str, list[str]] = {"bearer": []}
    if route.lets_guests_in:
        by_link: list[dict[str, list[str]]] = [{}] if route.opens_by_link else []
        return [with_token, {"guest_code": []}, *by_link]
    return [with_token, {}] if route.door == GUEST else [with_token]


# --- Parameters ---


def path_names(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _path_parameters(route: Route) -> list[Document]:
    parameters = []
    for name in path_names(route.path):
        description, schema = _PATH_PARTS.get(name, (f"The {name.replace('_', ' ')}.", _ID))
        parameters.append(
            {
                "name": name,
                "in": "path",
                "required": True,
                "description": description,
                "schema": schema,
            }
        )
    return parameters


def _query_parameters(route: Route) -> list[Document]:
    unused = {*route.unused, *(() if route.includes else INCLUDES)}
    sorting = getattr(route.query, "SORTING", None)
    words = {"with": route.includes, "sort": () if sorting is None else sorting.words}
    if sorting is None:
        unused.update(SORTS)
    return [
        _query_parameter(name, schema, words.get(name, ()))
        for name, schema in query_schemas(route.query).items()
        if name not in unused
    ]


def _query_parameter(name: str, schema: Schema, words: Sequence[str]) -> Document:
    parameter: Document = {"name": name, "in": "query"}
    description = schema.pop("description", "")
    if words:
        description = f"{description} There are: {', '.join(words)}."
    if description:
        parameter["description"] = description
    parameter["schema"] = schema
    if schema.get("type") == "array":
        parameter |= {"style": "form", "explode": False}
    return parameter


def _conditions(route: Route) -> list[Document]:
    """In headers (ruling 31)."""
    if route.subject is None:
        return []
    name, told = (
        ("If-None-Match", "`ETag` of what is known already: 304 where it is that still.")
        if route.method == "GET"
        else ("If-Match", "`ETag` of what was read: 412 where it is another one now.")
    )
    return [{"name": name, "in": "header", "description": told, "schema": {"type": "string"}}]


# --- Answers ---


def _answers(route: Route, schemas: Schemas) -> Document:
    answers: Document = {str(route.status): _success(route, schemas)}
    if route.also_status is not None:
        other = replace(route, answers=route.also_answers or route.answers)
        answers[str(route.also_status)] = _success(other, schemas)
    if route.gives_file:
        answers["206"] = _answer("A range of the file.", OF_ANY_TYPE, _BINARY)
        answers |= {status: {"description": said} for status, said in _OF_FILES.items()}
    if route.subject is not None and route.method == "GET":
        answers["304"] = {"description": "It is what `If-None-Match` says; the answer is empty."}
    if route.door == PAGE:
        answers |= {status: {"description": _ELSEWHERE} for status in ("302", "303")}
    for status in sorted(_error_statuses(route) - {route.also_status}):
        answers[str(status)] = {"$ref": f"#/components/responses/{_refusal(route, status)}"}
    if route.also_status in _ERRORS:
        told = either(_answered(route, schemas), schemas.of(ErrorOut))
        answers[str(route.also_status)] = _answer(_ERRORS[route.also_status][1], JSON, told)
    return answers


def _refusal(route: Route, status: int) -> str:
    name = _ERRORS[status][0]
    if route.door == PAGE:
        return f"{_OF_PAGES}{name}"
    if route.path.startswith(_OAUTH_PATHS):
        return f"{_OF_OAUTH}{name}"
    return _SEATS if status == 409 else name


def _error_statuses(route: Route) -> set[int]:
    statuses = {*_ALWAYS, *route.raises}
    if route.door not in OPEN_DOORS:
        statuses.update(_WITH_DOOR)
    elif route.door == PAGE:
        # A form that comes from elsewhere is 403.
        statuses.update((400, 403) if route.method == "POST" else (400,))
    elif _asks_for_proof(route):
        statuses.add(401)
    if route.subject is not None and route.method != "GET":
        statuses.add(412)
    if takes_body(route) and route.reads_body:
        statuses.update(_WITH_BODY)
    if route.keeps_answers:
        statuses.update(_WITH_KEY)
    if route.door != PAGE:
        statuses.add(422)  # A parameter that does nothing, where that is to be told.
    if "org" in path_names(route.path):
        statuses.update(_WITH_ORGANIZATION)
    elif path_names(route.path):
        statuses.add(404)
    return statuses


def _asks_for_proof(route: Route) -> bool:
    """Open to anybody who has a code that was mailed to them, or a client's secret."""
    sent = [route.query] if route.body is None else [route.query, route.body]
    names = {field.encode_name for kind in sent for field in msgspec.structs.fields(kind)}
    return not names.isdisjoint(("guest_code", "client_secret"))


def _success(route: Route, schemas: Schemas) -> Document:
    if route.content_type == HTML:
        return _answer("A page.", "text/html", {"type": "string"})
    if route.content_type == CSV:
        return _answer("A table, as CSV.", "text/csv", {"type": "string"})
    if route.gives_file:
        return _answer("The file.", OF_ANY_TYPE, _BINARY)
    if route.answers is None:
        return _empty(route, schemas)
    schema = _answered(route, schemas)
    if route.is_list:
        answer = _answer("A page of the list.", JSON, _listing(schema))
    elif route.is_plain:
        answer = _answer("The answer.", JSON, schema)
    else:
        answer = _answer("The object.", JSON, _item(schema))
    for kind in ALSO_IN.get(route.path, ()):
        answer["content"][kind] = {"schema": {"type": "string"}}
    return answer


def _empty(route: Route, schemas: Schemas) -> Document:
    """What some may hold is not described as their content: programs that are made from the
    description would miss it where there is none."""
    answer: Document = {"description": "Done; the answer is empty."}
    if route.also_answers is not None:
        answer["x-content"] = _answer("", JSON, _item(schemas.of(route.also_answers)))["content"]
    return answer


def _answered(route: Route, schemas: Schemas) -> Schema:
    schema = ANSWERS.get(route.path) or schemas.of(route.answers)
    if route.list_key is not None:
        return either(schema, listed(schema), meaning="A list where a list was sent.")
    if not route.lets_guests_in:
        return schema
    told = TOLD_TO_GUESTS.get(route.path) or TOLD_TO_GUESTS.get(route.answers)
    return schema if told is None else either(schema, told)


def _answer(description: str, content_type: str, schema: Schema) -> Document:
    return {"description": description, "content": {content_type: {"schema": schema}}}


_ITEM_META: Schema = {
    "type": "object",
    "properties": {
        "warnings": {
            "type": "array",
            "items": {"type": "string"},
            "description": "What was accepted, but is worth knowing.",
        },
        "undo": {"type": "string", "description": "The path whose PUT takes it back."},
        "operation": {
            "type": ["integer", "null"],
            "description": "The number of what was done to a family; null where nothing was to do.",
        },
        "family": {"$ref": f"{COMPONENTS}FamilyDoneOut"},
        "hidden": {"type": "integer", "description": "Members that the caller may not read."},
        "more": {"type": "integer", "description": "Members too deep or too many to be shown."},
    },
}


def _item(schema: Schema) -> Schema:
    """`meta` stands beside the object where there is something to say."""
    item = data(schema)
    meta = {"$ref": f"{COMPONENTS}ItemMeta"}
    return {**item, "properties": {**item["properties"], "meta": meta}}


def _listing(row: Schema) -> Schema:
    meta = {"$ref": f"{COMPONENTS}ListMeta"}
    return holding(data=listed(row), meta=meta)


def _list_meta() -> Schema:
    """Lists may count more in it than pages."""
    number: Schema = {"type": "integer"}
    link: Schema = {"type": "string", "format": "uri"}
    links: Schema = {"type": "object", "properties": {"previous": link, "next": link}}
    pagination: dict[str, Schema] = {
        **dict.fromkeys(("total", "count", "per_page", "current_page", "total_pages"), number),
        "links": links,
        "has_more_pages": {"type": "boolean"},
    }
    described = holding(**pagination)
    described["properties"]["next_cursor"] = {
        "type": ["string", "null"],
        "description": "Where `cursor` was asked for: its next value; null on the last page.",
    }
    return {**holding(pagination=described), "additionalProperties": number}
