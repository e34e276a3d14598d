"""Part 00, 5.7: organizations never see each other. Every endpoint is called from outside."""

from typing import Any

import pytest

from backdoor import stored
from cast import Cast, Person, found
from factories import (
    launch,
    made,
    make_oneoff,
    make_template,
    tasks_of,
)
from open_paths import PAGE_PATHS, PUBLIC_PATHS
from procession.kit.http import APPLICATION, GUEST, MEMBER, OPEN_DOORS, PAGE, PUBLIC, USER, Route
from procession.web.routes import ALL_ROUTES
from wire import check_problem
from world import World

#: Names in paths that are no ids of 32 hex characters.
WORDS = {"user", "guest"}

#: Where a connector calls what elsewhere is below the organization.
MICRO_FUNCTIONS = "/processes/micro-functions/organizations/{org}"

INSIDE = [route for route in ALL_ROUTES if route.door in (MEMBER, GUEST)]


def test_00_1_only_the_listed_endpoints_are_public() -> None:
    assert {route.path for route in ALL_ROUTES if route.door == PUBLIC} == PUBLIC_PATHS
    assert {route.path for route in ALL_ROUTES if route.door == PAGE} == PAGE_PATHS
    assert {route.door for route in ALL_ROUTES} <= {*OPEN_DOORS, USER, MEMBER, GUEST, APPLICATION}
    for route in INSIDE:
        assert route.path.startswith(("/organizations/{org}", MICRO_FUNCTIONS))
        assert ("{guest}" in route.path) == (route.door == GUEST)


def goes_unasked(route: Route) -> bool:
    """Deleting a tag that is not there is answered as if it were (contract 60, 5); a preference is
    no id, but a word of the caller's own."""
    is_tag = route.method == "DELETE" and route.path.endswith("/tags/{tag}")
    return is_tag or route.path.endswith("/me/preferences/{preference}")


#: Whatever a body could hold, some of it right and some of it wrong: it must not matter.
BODY = {"name": "Mine now", "title": "Mine now", "content": "x", "task_id": "0" * 32}


def call(route: Route, by: Any, path: str) -> Any:
    return by.call(route.method, path, json=None if route.method == "GET" else BODY)


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


def test_00_44_a_stranger_finds_nothing_at_any_endpoint(world: World) -> None:
    stan, before = world.cast.stranger(), stored(world.cast)

    for route in INSIDE:
        answer = call(route, stan.client, world.path(route, world.cast.organization_id))
        assert check_problem(answer, 404, "RESOURCE_NOT_FOUND"), route.path

    assert stored(world.cast) == before


def test_00_44_ids_of_another_organization_name_nothing_in_ones_own(world: World) -> None:
    other = found(world.cast.server)
    before = stored(world.cast)
    with_objects = [
        route for route in INSIDE if route.path.count("{") > 1 and not goes_unasked(route)
    ]

    for route in with_objects:
        answer = call(route, other.client, world.path(route, other.organization_id))
        assert check_problem(answer, 404), route.path

    assert len(with_objects) > 30
    assert stored(world.cast) == before


def test_00_11_without_a_token_every_endpoint_says_so(world: World) -> None:
    before = stored(world.cast)

    for route in ALL_ROUTES:
        if route.door in OPEN_DOORS:
            continue
        path = route.path
        if route.door != USER:
            path = world.path(route, world.cast.organization_id, guest="0" * 40)
        assert check_problem(call(route, world.cast.nobody, path), 401, "UNAUTHENTICATED"), (
            route.path
        )

    assert stored(world.cast) == before


@pytest.mark.parametrize(
    "wrong", ["nonsense", "0" * 32, "999999999", "-1", "%00", "..%2e", "%ff", "a" * 300]
)
def test_00_14_a_malformed_id_is_not_found_at_any_endpoint(world: World, wrong: str) -> None:
    before = stored(world.cast)

    for route in INSIDE:
        names = [name for name in world.ids if f"{{{name}}}" in route.path]
        if not names or goes_unasked(route):
            continue
        path = world.path(route, world.cast.organization_id, **dict.fromkeys(names, wrong))
        assert check_problem(call(route, world.cast.olga.client, path), 404), route.path

    assert stored(world.cast) == before


def test_00_57_no_public_link_shows_a_private_process(world: World) -> None:
    private = launch(world.cast.olga, name="Private")

    for key in (private["id"], world.ids["run"], "0" * 32, "nonsense", "%00"):
        check_problem(world.cast.nobody.get(f"/public/runs/{key}"), 404, "RESOURCE_NOT_FOUND")


@pytest.fixture
def foreign(cast: Cast) -> dict[str, Any]:
    """Ids of things of another organization."""
    other = found(cast.server)
    template = make_template(other)
    process = launch(other, template)
    issue = made(other.post(f"/runs/{process['id']}/problem", {"content": "Broken"}))
    return {
        "template": template["id"],
        "step": tasks_of(other, process)[0]["step_id"],
        "process": process["id"],
        "task": tasks_of(other, process)[0]["id"],
        "thread": issue["id"],
        "user": other.user_id,
    }


def test_00_ids_of_others_in_bodies_are_refused(cast: Cast, foreign: dict[str, Any]) -> None:
    template = make_template(cast.olga)
    process = launch(cast.olga, template)
    task = tasks_of(cast.olga, process)[0]
    oneoff = {"title": "T", "task_type": "task", "deadline": "2031-01-01", "owners": {}}
    procedure = {"title": "T", "type": "procedure"}
    user, group = foreign["user"], "0" * 32
    before = stored(cast)

    def refused(method: str, path: str, body: Any, where: str) -> None:
        answer = check_problem(cast.olga.call(method, path, json=body), 422)
        assert list(answer["errors"]) == [where], answer

    def not_found(method: str, path: str, body: Any) -> None:
        check_problem(cast.olga.call(method, path, json=body), 404, "RESOURCE_NOT_FOUND")

    run, permissions = f"/runs/{process['id']}", f"/checklists/{template['id']}/permissions"
    own = {"checklist_id": template["id"]}
    refused("POST", "/runs", {"checklist_id": foreign["template"]}, "checklist_id")
    refused("POST", "/runs", {**own, "owner_id": user}, "owner_id")
    refused("POST", "/runs", {**own, "user_id": user}, "user_id")
    refused("POST", "/runs", {**own, "users": [user]}, "users.0")
    refused("POST", "/runs", {**own, "groups": [group]}, "groups.0")
    refused("POST", "/runs", {**own, "parent_id": foreign["process"]}, "parent_id")
    refused("POST", "/runs", {**own, "tasks": {foreign["step"]: {}}}, f"tasks.{foreign['step']}")
    refused("PUT", run, {"owner_id": user}, "owner_id")
    refused("PUT", run, {"users": [cast.mia.user_id, user]}, "users.1")
    refused("PUT", run, {"groups": [group]}, "groups.0")
    refused("POST", "/tasks", {**oneoff, "owners": {"users": [user]}}, "owners.users.0")
    refused("POST", "/tasks", {**oneoff, "owners": {"groups": [group]}}, "owners.groups.0")
    not_found("POST", "/tasks", {**oneoff, "run_id": foreign["process"]})
    refused("POST", "/checklists", {**procedure, "owner_id": user}, "owner_id")
    refused("POST", "/checklists", {**procedure, "users": [user]}, "users.0")
    refused("POST", "/checklists", {**procedure, "groups": [group]}, "groups.0")
    steps = f"/checklists/{template['id']}/steps"
    refused("POST", steps, {"title": "S", "assignees": [user]}, "assignees.0")
    refused("POST", "/groups", {"name": "G", "members": [user]}, "members.0")
    readers = {"checklist_read": {"users": [user]}}
    refused("PUT", permissions, readers, "checklist_read.users.0")
    not_found("POST", "/completed-tasks", {"task_id": foreign["task"]})
    not_found("POST", f"{run}/completed-tasks", {"task_id": foreign["task"]})
    resolution = {"thread_id": foreign["thread"], "content": "x"}
    not_found("POST", f"{run}/resolved-threads", resolution)
    not_found("POST", f"/tasks/{task['id']}/resolved-threads", resolution)
    override = {"task_id": task["id"], "override_user": user}
    check_problem(cast.olga.post("/completed-tasks", override), 422)

    assert stored(cast) == before


def test_00_a_task_of_one_process_is_not_found_under_another(cast: Cast) -> None:
    template = make_template(cast.olga)
    one, two = launch(cast.olga, template), launch(cast.olga, template)
    task = tasks_of(cast.olga, one)[0]
    oneoff = make_oneoff(cast.olga)

    for wrong in (task, oneoff):
        check_problem(cast.olga.get(f"/runs/{two['id']}/tasks/{wrong['id']}"), 404)
        path = f"/runs/{two['id']}/completed-tasks"
        check_problem(cast.olga.post(path, {"task_id": wrong["id"]}), 404)
        check_problem(cast.olga.delete(f"{path}/{wrong['id']}"), 404)


def test_00_ids_of_others_in_filters_find_nothing(cast: Cast, foreign: dict[str, Any]) -> None:
    launch(cast.olga, make_template(cast.olga))

    for path in (
        f"/runs?owners={foreign['user']}",
        f"/runs?checklist_id={foreign['template']}",
        f"/runs?parent_id={foreign['process']}",
        f"/tasks?owners={foreign['user']}",
        f"/tasks?checklist_id={foreign['template']}",
    ):
        assert cast.olga.get(path).json()["data"] == []
    check_problem(cast.olga.get(f"/runs/{foreign['process']}/tasks"), 404)
    feed = f"/activity-feeds?entity_type=run&entity_id={foreign['process']}"
    assert (_rows(cast.olga, feed)) == []


def _rows(by: Person, path: str) -> Any:
    """A list, or nothing where the named object is not found."""
    answer = by.get(path)
    return answer.json()["data"] if answer.status_code == 200 else check_problem(answer, 404) and []
