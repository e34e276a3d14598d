"""Part 00, 8.4: the matrix of permissions, called out row by row against the server."""

import json
import re
import secrets
from collections import Counter
from typing import Any

import pytest
import requests

from backdoor import guest_task, set_membership, stored
from cast import Cast, Guest, Person, assemble
from matrix import MATRIX, Ids, Row, Verdict, Word, address
from procession.kit.caller import Role
from procession.kit.http import GUEST, MEMBER, OPEN_DOORS, USER, Route
from procession.web.routes import ALL_ROUTES
from server import RunningServer
from wire import check_problem

ROUTES = {(route.method, route.path): route for route in ALL_ROUTES if route.door not in OPEN_DOORS}
ROLES = {"admin": Role.ADMIN, "standard": Role.STANDARD, "light": Role.LIGHT}


def test_00_84_every_route_stands_in_exactly_one_row() -> None:
    rows = Counter(name for row in MATRIX if not row.again for name in row.routes)

    assert rows == dict.fromkeys(ROUTES, 1)
    assert {name for row in MATRIX for name in row.routes} == set(ROUTES)


def test_00_84_guests_stand_in_the_rows_of_routes_that_take_their_code() -> None:
    for row in MATRIX:
        is_for_guests = any(takes_code(ROUTES[name]) for name in row.routes)
        assert (row.guest is not None) == is_for_guests, row.action


def takes_code(route: Route) -> bool:
    """In its path, or in the header."""
    return route.door == GUEST or route.lets_guests_in


class Stage:
    """An organization that many rows share, and people to walk through them."""

    def __init__(self, server: RunningServer) -> None:
        self.cast: Cast = assemble(server)
        self.people = {name: self.cast.add(role) for name, role in ROLES.items()}
        self.disabled = self.cast.add(Role.ADMIN)
        set_membership(self.cast, self.disabled, disabled_at=1)
        self.stranger = self.cast.stranger()

    def prepared(self, row: Row, by: Person, *words: Any) -> Ids:
        ids: Ids = {"org": self.cast.organization_id, "address": address()}
        ids["name"] = secrets.token_hex(6)
        for arrange in (row.subject, *words, row.then):
            if arrange is not None:
                arrange(self.cast, by, ids)
        return ids

    def call(self, row: Row, route: Route, by: Person, ids: Ids) -> requests.Response:
        names = {**ids, "guest": by.code} if isinstance(by, Guest) else ids
        is_by_header = isinstance(by, Guest) and route.door == MEMBER
        headers = {"X-Guest-Code": by.code} if is_by_header else {}  # type: ignore[attr-defined]
        body = None if route.method == "GET" or row.body is None else filled(row.body, ids)
        path = route.path.format(**names)
        return by.client.call(route.method, path, json=body, headers=headers)

    def guest(self, code: str) -> Guest:
        return Guest(0, "", self.cast.nobody, self.cast.organization_id, code)


_stages: dict[str, Stage] = {}


@pytest.fixture
def stage(server: RunningServer) -> Stage:
    """One for each database."""
    if server.base_url not in _stages:
        _stages[server.base_url] = Stage(server)
    return _stages[server.base_url]


def filled(body: Any, ids: Ids) -> Any:
    """The body, with `{run}` and the like filled in."""
    return json.loads(re.sub(r"\{(\w+)\}", lambda named: str(ids[named[1]]), json.dumps(body)))


def check_allowed(row: Row, route: Route, answer: requests.Response) -> None:
    expected = {row.status} if row.status else {route.status, route.also_status}
    assert answer.status_code in expected, f"{answer.status_code}: {answer.text}"


def walk_row(stage: Stage, row: Row, by: Person, verdict: Verdict) -> None:
    """One caller at the routes of a row: what a word decides is tried without and with it.

    Who is refused whatever they hold is given what lets others do it.
    """
    word = verdict if isinstance(verdict, Word) else None
    routes = [ROUTES[name] for name in row.routes]
    if verdict == "-" or word:
        others = {each for each in (row.standard, row.light) if isinstance(each, Word)}
        arranged = [word.withhold] if word else [other.give for other in others]
        ids = stage.prepared(row, by, *arranged)
        before = stored(stage.cast)
        for route in routes:
            check_problem(stage.call(row, route, by, ids), word.without if word else 403)
        assert stored(stage.cast) == before
    if verdict == "-":
        return
    ids = {}
    for route in routes:
        if route.method != "GET" or not ids:
            ids = stage.prepared(row, by, word and word.give)
        check_allowed(row, route, stage.call(row, route, by, ids))


def caller(stage: Stage, row: Row, role: str) -> Person:
    """Rows that end all access get somebody of their own."""
    ends_all = ("DELETE", "/me/tokens") in row.routes
    return stage.cast.add(ROLES[role]) if ends_all else stage.people[role]


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row.calls[0]}: {row.action}")
def test_00_84_members_may_do_what_the_matrix_says(stage: Stage, row: Row) -> None:
    for role in ROLES:
        walk_row(stage, row, caller(stage, row, role), getattr(row, role))


@pytest.mark.parametrize("row", MATRIX, ids=lambda row: f"{row.calls[0]}: {row.action}")
def test_00_84_everybody_else(stage: Stage, row: Row) -> None:
    """Guests where their code is taken; strangers, the disabled and nobody are refused."""
    olga, routes = stage.cast.olga, [ROUTES[name] for name in row.routes]
    ids = stage.prepared(row, olga)
    before, nobody = stored(stage.cast), stage.guest("0" * 40)
    for route in routes:
        check_problem(stage.call(row, route, nobody, ids), 401, "UNAUTHENTICATED")
        if route.door in (MEMBER, GUEST):
            check_problem(stage.call(row, route, stage.stranger, ids), 404, "RESOURCE_NOT_FOUND")
            check_problem(stage.call(row, route, stage.disabled, ids), 403, "MEMBER_DISABLED")
        elif route.door != USER:
            check_problem(stage.call(row, route, stage.stranger, ids), 403, "FORBIDDEN")
    some_guest = stage.guest(ids.get("code") or guest_task(stage.cast)[1])
    before = stored(stage.cast)
    for route in routes:
        if row.guest == "-" and takes_code(route):
            check_problem(stage.call(row, route, some_guest, ids), 403)
        if route.door == MEMBER and not route.lets_guests_in:
            check_problem(stage.call(row, route, some_guest, ids), 403, "FORBIDDEN")
    assert stored(stage.cast) == before
    if row.guest != "+":
        return
    for route in routes:
        if takes_code(route):
            ids = stage.prepared(row, olga)
            check_allowed(row, route, stage.call(row, route, stage.guest(ids["code"]), ids))
