"""What describes the server agrees with it: docs/reference, both documents, real answers."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

import factories
from cast import Cast
from described import document
from docs import build
from procession.kit.http import OPEN_DOORS
from procession.web.describing.openapi import operation_id, path_names
from procession.web.describing.swagger import swagger
from procession.web.routes import API_ROUTES

OPENAPI = document()
SWAGGER = swagger(OPENAPI)
DOCUMENTS = pytest.mark.parametrize("document", [OPENAPI, SWAGGER], ids=["openapi", "swagger"])


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def within(node: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a document."""
    if isinstance(node, dict):
        yield node
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from within(child)


def resolve(document: Any, reference: str) -> Any:
    found = document
    for word in reference.removeprefix("#/").split("/"):
        found = found[word]
    return found


# --- docs/reference ---


@pytest.mark.parametrize("name", build.PAGES)
def test_reference_pages_are_as_the_code_says(name: str) -> None:
    written = (build.REFERENCE / name).read_text(encoding="utf-8")
    assert written == build.PAGES[name](), "run `make docs` and commit what it writes"


def test_nothing_else_is_in_the_reference() -> None:
    assert {path.name for path in build.REFERENCE.iterdir()} == set(build.PAGES)


# --- The documents ---


@DOCUMENTS
def test_every_route_is_described_and_nothing_else(document: Any) -> None:
    described = {(method, path) for method, path, _ in operations(document)}
    assert described == {(route.method, route.path) for route in API_ROUTES}


@DOCUMENTS
def test_every_reference_leads_somewhere(document: Any) -> None:
    for node in within(document):
        if "$ref" in node:
            assert isinstance(resolve(document, node["$ref"]), dict)


@DOCUMENTS
def test_every_part_of_a_path_is_a_parameter(document: Any) -> None:
    for method, path, operation in operations(document):
        declared = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
        assert declared == path_names(path), f"{method} {path}"
        assert all(one["required"] for one in operation["parameters"] if one["in"] == "path")


@DOCUMENTS
def test_no_parameter_is_there_twice(document: Any) -> None:
    for method, path, operation in operations(document):
        names = [(one["in"], one["name"]) for one in operation["parameters"]]
        assert len(names) == len(set(names)), f"{method} {path}"


@DOCUMENTS
def test_operation_ids_are_unique_words(document: Any) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert all(word.isidentifier() for word in ids)


@DOCUMENTS
def test_everything_is_said_in_words_and_without_our_contract(document: Any) -> None:
    for method, path, operation in operations(document):
        assert operation["summary"].endswith("."), f"{method} {path}"
        assert operation["tags"][0] in [tag["name"] for tag in document["tags"]]
    texts = [node["description"] for node in within(document) if "description" in node]
    assert not [text for text in texts if isinstance(text, str) and "(contract" in text]


def test_every_query_parameter_has_a_meaning() -> None:
    silent = {
        f"{path} {one['name']}"
        for _, path, operation in operations(OPENAPI)
        for one in operation["parameters"]
        if not one.get("description")
    }
    assert not silent


#: Open to anybody who has the code that was mailed to them, or a client's secret.
PROVEN_OTHERWISE = (
    "/oauth/token",
    "/mcp/oauth/token",
    "/oauth/revoke",
    "/public/{org}/kickoff/{template}",
    "/public/{org}/kickoff/{template}/file",
    "/public/{org}/kickoff/{template}/runs",
)


def test_only_public_routes_need_no_token() -> None:
    public = {operation_id(route) for route in API_ROUTES if route.door in OPEN_DOORS}
    described = {
        operation["operationId"]
        for _, _, operation in operations(OPENAPI)
        if operation["security"] == []
    }
    assert described == public
    for _, path, operation in operations(OPENAPI):
        is_refused = operation["security"] != [] or path in PROVEN_OTHERWISE
        assert ("401" in operation["responses"]) == is_refused, path


def test_declared_refusals_are_described() -> None:
    for route in API_ROUTES:
        described = OPENAPI["paths"][route.path][route.method.lower()]["responses"]
        assert {str(status) for status in (route.status, *route.raises)} <= set(described)


@pytest.mark.parametrize("name", OPENAPI["components"]["schemas"])
def test_every_schema_is_one(name: str) -> None:
    schema = OPENAPI["components"]["schemas"][name]
    Draft202012Validator.check_schema(schema)
    assert set(schema.get("required", ())) <= set(schema["properties"])
    assert name.isidentifier()


def test_swagger_has_no_words_it_does_not_know() -> None:
    for node in within(SWAGGER["definitions"]):
        assert not {"anyOf", "oneOf", "const"} & set(node)
        assert node.get("type") != "null"
        if node.get("type") == "array":
            assert "items" in node
    assert "components" not in str(SWAGGER["paths"])


# --- Real answers ---


def check_described(method: str, path: str, answer: Any) -> Any:
    """The answer is as the description of its route says; returns its body."""
    responses = OPENAPI["paths"][path][method.lower()]["responses"]
    assert str(answer.status_code) in responses, f"{answer.status_code}: {answer.text}"
    described = responses[str(answer.status_code)]
    if "$ref" in described:
        described = resolve(OPENAPI, described["$ref"])
    if "content" not in described:
        assert answer.content == b""
        return None
    content = described["content"]["application/json"]
    schema = {**content["schema"], "components": OPENAPI["components"]}
    Draft202012Validator(schema).validate(answer.json())
    return answer.json()


IN = "/organizations/{org}"

on_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"])


@on_sqlite
def test_answers_about_templates_are_as_described(cast: Cast) -> None:
    steps = [{"title": "Sign", "deadline": {"value": 2, "unit": "days"}}]
    body = {"title": "Onboarding", "type": "procedure", "steps": steps}
    created = cast.olga.post("/checklists?with=steps", body)
    template = check_described("POST", f"{IN}/checklists", created)["data"]
    one = f"/checklists/{template['id']}"
    path = f"{IN}/checklists/{{checklist}}"
    check_described("GET", path, cast.olga.get(f"{one}?with=steps,permissions"))
    check_described("GET", f"{IN}/checklists", cast.olga.get("/checklists"))
    check_described("GET", f"{path}/steps", cast.olga.get(f"{one}/steps"))
    check_described("GET", f"{path}/permissions", cast.olga.get(f"{one}/permissions"))
    assert check_described("DELETE", path, cast.olga.delete(one))["message"] == "Template archived."
    check_described("PUT", f"{path}/restore", cast.olga.put(f"{one}/restore"))
    cast.olga.delete(one)
    check_described("DELETE", f"{path}/delete", cast.olga.delete(f"{one}/delete"))


@on_sqlite
def test_answers_about_rules_and_lists_are_as_described(cast: Cast) -> None:
    template = factories.make_template(cast.olga)
    rule = factories.make_rule(cast.olga, template)
    one = f"/checklists/{template['id']}/automated-actions"
    path = f"{IN}/checklists/{{checklist}}/automated-actions"
    check_described("GET", path, cast.olga.get(one))
    created = cast.olga.post(one, {**rule, "automated_alias": "Again"})
    check_described("POST", path, created)
    changed = cast.olga.put(f"{one}/{rule['id']}", rule)
    check_described("PUT", f"{path}/{{rule}}", changed)
    ordered = cast.olga.put(f"{one}/reorder", {"order": [rule["id"]]})
    check_described("PUT", f"{path}/reorder", ordered)
    check_described("DELETE", f"{path}/{{rule}}", cast.olga.delete(f"{one}/{rule['id']}"))
    body = {"title": "Towns", "columns": ["Name"], "rows": ["Oslo"]}
    kept = check_described("POST", f"{IN}/lists", cast.olga.post("/lists", body))["data"]
    one = f"/lists/{kept['id']}"
    check_described("GET", f"{IN}/lists", cast.olga.get("/lists"))
    check_described("GET", f"{IN}/lists/{{list}}", cast.olga.get(one))
    check_described("PUT", f"{IN}/lists/{{list}}", cast.olga.put(one, {"rows": ["Rome"]}))
    check_described("DELETE", f"{IN}/lists/{{list}}", cast.olga.delete(one))


@on_sqlite
def test_answers_about_processes_are_as_described(cast: Cast) -> None:
    template = factories.make_template(cast.olga)
    body = {"checklist_id": template["id"], "name": "Ann joins"}
    launched = cast.olga.post("/runs?with=tasks,checklist,next_task,tasks_meta", body)
    process = check_described("POST", f"{IN}/runs", launched)["data"]
    one, path = f"/runs/{process['id']}", f"{IN}/runs/{{run}}"
    check_described("GET", path, cast.olga.get(one))
    listed = check_described(
        "GET", f"{IN}/runs", cast.olga.get("/runs?with=tasks,threads,permissions")
    )
    assert listed["meta"]["pagination"]["total"] == 1
    check_described("PUT", path, cast.olga.put(one, {"name": "Ann joins us"}))
    check_described("DELETE", path, cast.olga.delete(one))
    check_described("PUT", f"{path}/activate", cast.olga.put(f"{one}/activate"))
    shared = check_described("PATCH", path, cast.olga.patch(one, {"is_public": True}))["data"]
    key = shared["public_url"].split("/")[-1]
    check_described("GET", "/public/runs/{public_key}", cast.nobody.get(f"/public/runs/{key}"))
    cast.olga.delete(one)
    check_described("DELETE", f"{path}/delete", cast.olga.delete(f"{one}/delete"))


@on_sqlite
def test_answers_about_tasks_are_as_described(cast: Cast) -> None:
    process = factories.launch(cast.olga, factories.make_template(cast.olga))
    task = factories.tasks_of(cast.olga, process)[0]
    path = f"{IN}/tasks/{{task}}"
    check_described("GET", path, cast.olga.get(f"/tasks/{task['id']}?with=run,step,threads,issues"))
    check_described(
        "GET", f"{IN}/runs/{{run}}/tasks", cast.olga.get(f"/runs/{process['id']}/tasks")
    )
    check_described("GET", f"{IN}/me/tasks", cast.olga.get("/me/tasks?with=run,summary"))
    completed = cast.olga.post("/completed-tasks", {"task_id": task["id"]})
    check_described("POST", f"{IN}/completed-tasks", completed)
    reopened = cast.olga.delete(f"/completed-tasks/{task['id']}")
    check_described("DELETE", f"{IN}/completed-tasks/{{task}}", reopened)
    oneoff = factories.make_oneoff(cast.olga)
    check_described("DELETE", path, cast.olga.delete(f"/tasks/{oneoff['id']}"))
    check_described("PUT", f"{path}/restore", cast.olga.put(f"/tasks/{oneoff['id']}/restore"))


@on_sqlite
def test_answers_about_comments_are_as_described(cast: Cast) -> None:
    process = factories.launch(cast.olga, factories.make_template(cast.olga))
    path = f"{IN}/runs/{{run}}"
    commented = cast.olga.post(f"/runs/{process['id']}/comment", {"content": "Hello"})
    check_described("POST", f"{path}/comment", commented)
    reported = cast.olga.post(f"/runs/{process['id']}/problem", {"content": "Stuck"})
    issue = check_described("POST", f"{path}/problem", reported)["data"]
    for status in (201, 200):
        body = {"thread_id": issue["id"], "content": "Solved"}
        resolved = cast.olga.post(f"/runs/{process['id']}/resolved-threads", body)
        assert resolved.status_code == status
        check_described("POST", f"{path}/resolved-threads", resolved)


@on_sqlite
def test_answers_about_people_are_as_described(cast: Cast) -> None:
    check_described("GET", "/me", cast.olga.client.get("/me"))
    check_described("GET", "/me/organizations", cast.olga.client.get("/me/organizations"))
    check_described("GET", IN, cast.olga.get(""))
    check_described("GET", f"{IN}/me", cast.leo.get("/me"))
    check_described("GET", f"{IN}/users", cast.olga.get("/users"))
    check_described("GET", f"{IN}/users-list", cast.olga.get("/users-list"))
    check_described("GET", f"{IN}/users/{{user}}", cast.olga.get(f"/users/{cast.mia.user_id}"))


@on_sqlite
def test_answers_about_guests_groups_and_job_titles_are_as_described(cast: Cast) -> None:
    guests, groups = f"{IN}/guests", f"{IN}/groups"
    added = check_described(
        "POST", guests, cast.olga.post("/guests", {"email": "gus@guests.test"})
    )["data"]
    path = f"/guests/{added['id']}"
    check_described("GET", guests, cast.olga.get("/guests?with=stats"))
    check_described("GET", f"{IN}/guests-list", cast.olga.get("/guests-list"))
    check_described("GET", f"{guests}/{{guest}}", cast.olga.get(f"{path}?with=stats"))
    check_described("PUT", f"{guests}/{{guest}}", cast.olga.put(path, {"phone": "1"}))
    check_described("DELETE", f"{guests}/{{guest}}/disable", cast.olga.delete(f"{path}/disable"))
    check_described("PUT", f"{guests}/{{guest}}/enable", cast.olga.put(f"{path}/enable"))
    body = {"name": "Movers", "members": [cast.mia.user_id], "guests": ["gus@guests.test"]}
    group = check_described("POST", groups, cast.olga.post("/groups", body))["data"]
    check_described("GET", groups, cast.olga.get("/groups?with=users,guests,assets"))
    check_described(
        "PUT", f"{groups}/{{group}}", cast.olga.put(f"/groups/{group['id']}", {"name": "M"})
    )
    check_described("DELETE", f"{guests}/{{guest}}", cast.olga.delete(path))
    check_described("POST", f"{IN}/roles", cast.olga.post("/roles", {"name": "Boss"}))
    check_described("GET", f"{IN}/roles", cast.olga.get("/roles"))


@on_sqlite
def test_the_activity_feed_is_as_described(cast: Cast) -> None:
    process = factories.launch(cast.olga)
    cast.olga.put(f"/runs/{process['id']}", {"name": "Another"})
    cast.olga.delete(f"/runs/{process['id']}")
    feed = cast.olga.get(f"/activity-feeds?entity_type=run&entity_id={process['id']}")
    listed = check_described("GET", f"{IN}/activity-feeds", feed)
    assert len(listed["data"]) >= 3


@on_sqlite
def test_the_server_answers_as_described(cast: Cast) -> None:
    for path in ("/health", "/openapi.json", "/docs/index"):
        check_described("GET", path, cast.nobody.get(path))


@on_sqlite
def test_errors_are_as_described(cast: Cast) -> None:
    missing = f"/runs/{'0' * 32}"
    template = {"title": "A", "type": "procedure"}
    path = f"{IN}/runs"
    for method, described, answer, status in (
        ("GET", f"{path}/{{run}}", cast.olga.get(missing), 404),
        ("POST", path, cast.olga.post("/runs", {"name": 7, "tasks": 7}), 422),
        ("POST", path, cast.olga.post("/runs", {}), 422),
        ("GET", path, cast.nobody.get(f"/organizations/{cast.organization_id}/runs"), 401),
        ("GET", path, cast.stranger().get("/runs"), 404),
        ("POST", f"{IN}/checklists", cast.leo.post("/checklists", template), 403),
    ):
        assert answer.status_code == status, answer.text
        assert check_described(method, described, answer)["error"] is True


@on_sqlite
def test_checking_an_answer_notices_a_wrong_one(cast: Cast) -> None:
    """The checks above would otherwise prove nothing."""
    answer = cast.olga.client.get("/me/organizations")
    with pytest.raises(ValidationError):
        check_described("GET", "/me", answer)
