"""Parameters that do nothing are named (found F3)."""

import importlib
import re
from typing import Any

import msgspec
import pytest

from cast import Cast
from described import document
from factories import launch, made
from procession.core.sorting import Sorting
from procession.kit.http import APPLICATION, PAGE, Route
from procession.kit.paging import INCLUDES, SORTS
from procession.kit.querying import bind_query
from procession.web.routes import API_ROUTES
from wire import check_problem

STRICT = {"Prefer": "handling=strict"}
NAMED = "X-Ignored-Parameters"
ROUTES = [route for route in API_ROUTES if route.door != PAGE]
DOCUMENT = document()["paths"]


def declared(route: Route) -> dict[str, Any]:
    operation = DOCUMENT[route.path][route.method.lower()]
    return {each["name"]: each for each in operation["parameters"] if each["in"] == "query"}


def bound(route: Route, **sent: str) -> dict[str, str]:
    values = {name: [text] for name, text in sent.items()}
    found = bind_query(values, route.query, includes=route.includes, unused=route.unused)
    return dict(found.useless)


def good(parameter: Any) -> str:
    """What its description says that it takes."""
    told = re.search(r"There are: (.*)\.$", parameter.get("description", ""))
    if told:
        return told.group(1).replace(" ", "")
    kind = parameter["schema"].get("type")
    usual = {"integer": "1", "boolean": "true"}.get(kind, "")
    return {"sort_by": "created_at", "sort_direction": "desc", "order": "ASC"}.get(
        parameter["name"], usual
    )


def test_found_f3_every_endpoint_takes_what_it_describes_and_names_the_rest() -> None:
    for route in ROUTES:
        described, of_route = declared(route), f"{route.method} {route.path}"
        for name, parameter in described.items():
            assert bound(route, **{name: good(parameter)}) == {}, (of_route, name)
        others = {field.encode_name for field in msgspec.structs.fields(route.query)}
        for name in {*others, "foo", "with", "sort"} - set(described):
            assert name in bound(route, **{name: "bogus"}), (of_route, name)
        for name, parameter in described.items():
            numbers = parameter["schema"].get("type") in ("integer", "boolean")
            if numbers or name in (*INCLUDES, *SORTS, "archived"):
                assert name in bound(route, **{name: "bogus"}), (of_route, name)


def test_found_f3_every_endpoint_tells_it_in_its_answer(cast: Cast) -> None:
    """Strictly, so that nothing is done: 422, or 404 for what the ids of nobody name."""
    for route in ROUTES:
        if route.door == APPLICATION or route.is_alias:
            continue
        path = route.path.replace("{org}", cast.organization_id)
        path = re.sub(r"\{\w+\}", "0" * 32, path)
        asked = f"{path}?foo=bar&with[]=b%C3%B6gus&page=0"
        answer = cast.olga.client.call(route.method, asked, headers=STRICT)
        named = answer.headers[NAMED].split(",")
        assert {"foo", "with", "page"} == set(named), (route.method, path)
        assert answer.status_code in {400, 401, 403, 404, 422}, (route.method, path, answer.text)
    assert made(cast.olga.get("/users"), 200)


def test_found_f3_lists_go_on_and_name_what_did_nothing(cast: Cast) -> None:
    launch(cast.olga, name="Mill")
    asked = "per_page=abc&page=0&sort=bogus,-name&with=bogus,tags&archived=maybe&foo=bar&q="

    answer = cast.olga.get(f"/runs?{asked}")

    assert [process["name"] for process in made(answer, 200)] == ["Mill"]
    assert "tags" in made(answer, 200)[0]
    assert answer.headers[NAMED] == "per_page,page,with,archived,foo,sort"
    assert NAMED in answer.headers["Access-Control-Expose-Headers"]
    fine = "per_page=5&sort_by=newest&sort=desc&with=tasks.threads,prerun&archived=ONLY&q=x&tag[]=a"
    assert NAMED not in cast.olga.get(f"/runs?{fine}").headers
    assert NAMED not in cast.olga.get("/runs").headers


def test_found_f3_strictly_all_of_it_is_refused_at_once(cast: Cast) -> None:
    asked = "per_page=abc&sort=bogus&with=bogus&archived=maybe&foo=bar"
    told = check_problem(cast.olga.get(f"/tags?{asked}", headers=STRICT), 422, "VALIDATION_ERROR")
    assert told["errors"] == {
        "per_page": ["The selected per page is invalid."],
        "with": ["The selected with is invalid. It can be: statistics."],
        "archived": ["The archived parameter is unknown."],
        "foo": ["The foo parameter is unknown."],
        "sort": [
            "The selected sort is invalid. It can be: title, created_at, id, name, created, "
            "oldest, newest."
        ],
    }
    wrong = {"title": "", "colour": "x"}
    told = check_problem(cast.olga.post("/tags?foo=bar", wrong, headers=STRICT), 422)
    assert set(told["errors"]) == {"title", "colour", "foo"}
    check_problem(cast.olga.post("/tags?foo=bar", {"title": "new"}, headers=STRICT), 422)
    assert made(cast.olga.get("/tags"), 200) == []
    check_problem(cast.olga.get("/checklists/0?foo=bar", headers=STRICT), 404)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("/users?role=admin,wizard", "role"),
        ("/guests?status=asleep", "status"),
        ("/me/tasks?assignee=1&currentTask=x", "assignee,currentTask"),
        ("/users-list?page=1", "page"),
        ("/tags?sort_by=title&sort=up", "sort"),
        ("/roles?sort=name", "sort"),
    ],
)
def test_found_f3_words_that_mean_nothing_there(cast: Cast, asked: str, named: str) -> None:
    answer = cast.olga.get(asked)
    assert answer.status_code == 200
    assert answer.headers[NAMED] == named


def test_found_f3_a_list_sorts_by_each_key_that_it_declares() -> None:
    sorted_by = {
        "custom_fields.store.keys": "KEY", "organizing.store.tags": "TAG",
        "organizing.actions.folders": "FOLDER", "people.store.groups": "GROUP",
        "people.store.guest_selecting": "GUEST", "processes.store.listing": "PROCESS",
        "tasks.store.listing": "TASK", "templates.store.listing": "TEMPLATE",
        "accounts.store.organizations": "ORGANIZATION",
    }  # fmt: skip
    for name, list_ in sorted_by.items():
        module = importlib.import_module(f"procession.domains.{name}")
        sorting: Sorting = getattr(module, f"{list_}_SORTING")
        assert set(module._SORTS) == set(sorting.keys), name
