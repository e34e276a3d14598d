"""Part 00, 5.5: tokens that are good for some families of endpoints only."""

import secrets

import pytest

from cast import Cast
from factories import launch, made, make_template
from procession.core.scopes import FAMILIES, is_enough, is_within, read_scopes
from procession.kit.http import OPEN_DOORS, Route
from procession.web.routes import ALL_ROUTES
from procession.web.scopes import family_of
from wire import check_problem

#: Opened by `*` alone.
EVERYTHING = "everything"
LIMITED = [
    route
    for route in ALL_ROUTES
    if route.door not in OPEN_DOORS and not route.path.startswith("/applications")
]


@pytest.mark.parametrize("route", LIMITED, ids=lambda route: f"{route.method} {route.path}")
def test_00_5_5_every_endpoint_has_its_family(route: Route) -> None:
    assert family_of(route.path) in (*FAMILIES, EVERYTHING)


@pytest.mark.parametrize(
    ("path", "family"),
    [
        ("/me", "users"),
        ("/me/tokens/{token}", "users"),
        ("/organizations/{org}", "users"),
        ("/organizations/{org}/me/tasks", "tasks"),
        ("/organizations/{org}/runs/{run}/activate", "processes"),
        ("/organizations/{org}/runs/{run}/comment", "tasks"),
        ("/organizations/{org}/runs/{run}/tasks", "tasks"),
        ("/organizations/{org}/checklists/{checklist}/permissions", "templates"),
        ("/organizations/{org}/checklists/{checklist}/steps", "templates"),
        ("/organizations/{org}/guests/{guest}/tasks", "tasks"),
        ("/organizations/{org}/holds/{hold}/release", EVERYTHING),
        ("/organizations/{org}/checklists/{checklist}/retention", EVERYTHING),
    ],
)
def test_00_5_5_what_belongs_to_which_family(path: str, family: str) -> None:
    assert family_of(path) == family


def test_00_5_5_a_token_for_reading_changes_nothing(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga))
    reader = cast.limited("mcp.processes.read")
    path = cast.olga.path(f"/runs/{process['id']}")

    assert reader.get("/me").status_code == 200
    assert reader.get(path).status_code == 200
    for answer in (
        reader.delete(path),
        reader.get(f"{path}/tasks"),
        reader.post(f"{path}/comment", {"content": "x"}),
        reader.get(cast.olga.path("/checklists")),
        reader.get(cast.olga.path("/users")),
        reader.post("/me/tokens", {}),
        reader.get(cast.olga.path(f"/checklists/{secrets.token_hex(16)}")),
    ):
        check_problem(answer, 403, "INSUFFICIENT_SCOPE")


def test_00_5_5_who_may_write_may_read(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga))
    writer = cast.limited("mcp.processes.write", "mcp.users.write")
    path = cast.olga.path(f"/runs/{process['id']}")

    assert writer.get(path).status_code == 200
    assert writer.delete(path).status_code == 200
    check_problem(writer.get(cast.olga.path("/tasks")), 403, "INSUFFICIENT_SCOPE")
    more = writer.post("/me/tokens", {"scopes": ["*"]})
    assert list(check_problem(more, 422)["errors"]) == ["scopes"]
    assert made(writer.post("/me/tokens", {}))["scopes"] == [
        "mcp.processes.write",
        "mcp.users.write",
    ]


def test_00_5_5_scopes_are_words() -> None:
    assert read_scopes("mcp.tasks.read  mcp.tasks.read *") == "mcp.tasks.read *"
    assert read_scopes("mcp.tasks.read mcp.forms.write") == "mcp.tasks.read mcp.forms.write"
    for wrong in ("", "all", "mcp.tasks", "mcp.tasks.read,*"):
        assert read_scopes(wrong) is None
    assert is_within("mcp.tasks.read", "*")
    assert not is_within("*", "mcp.tasks.read")
    assert is_enough("mcp.tasks.write", "tasks", to_read=True)
    assert not is_enough("mcp.tasks.read", "tasks", to_read=False)
