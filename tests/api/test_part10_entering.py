"""Part 10, 5.8 with 00, 5.3: who is added as a member at once is no guest any more."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from backdoor import stored
from cast import Cast, Guest
from factories import made, make_oneoff, make_template
from procession.flows.access import founding
from procession.kit.caller import Role
from robots import granted, trusted
from server import Client
from wire import check_problem


def provision(cast: Cast, email: str) -> int:
    token = granted(trusted(cast).ask(grant_type="client_credentials"))["access_token"]
    application = Client(cast.server.base_url, token)
    body = {"email": email, "first_name": "Ann", "last_name": "Lee", "role": "standard"}
    return int(made(application.post(f"/applications/{cast.organization_id}/users", body))["id"])


def add(cast: Cast, email: str) -> int:
    """As the operator does on the command line."""
    return founding.add_member(
        cast.server.storage, cast.organization_id, email=email, role=Role.STANDARD
    ).user_id


@pytest.mark.parametrize("let_in", [provision, add])
def test_10_5_8_a_guest_who_is_added_as_a_member_brings_their_work(
    cast: Cast, let_in: Callable[[Cast, str], int]
) -> None:
    email = f"Jo-{secrets.token_hex(6)}@acme.test"
    guest = made(cast.olga.post("/guests", {"email": email, "first_name": "Jo"}))
    task = make_oneoff(cast.olga, owners={"guests": [email]})
    template = make_template(cast.olga, [{"title": "S", "guests": [email]}])
    group = made(cast.olga.post("/groups", {"name": "G", "guests": [email]}))
    coming = Guest(0, "", cast.nobody, cast.organization_id, guest["guest_code"])
    assert coming.get("/tasks").status_code == 200

    user_id = let_in(cast, email.lower())

    user = made(cast.olga.get(f"/users/{user_id}"), 200)
    assert (user["status"], user["role"]) == ("active", "standard")
    assert user["full_name"] == ("Ann Lee" if let_in is provision else "Jo")
    assert cast.olga.get("/guests-list").json()["count"] == 0
    check_problem(cast.olga.get(f"/guests/{email}"), 404)
    check_problem(coming.get("/tasks"), 401)
    owners = made(cast.olga.get(f"/tasks/{task['id']}"), 200)["owners"]
    assert (owners["guests"], user_id in owners["users"]) == ([], True)
    (step,) = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    assert (step["assignees"], step["guests"]) == ([user_id], [])
    group = made(cast.olga.get(f"/groups/{group['id']}"), 200)
    assert (group["members"], group["guests"]) == ([user_id], [])
    told = cast.olga.get("/activity-feeds?per_page=100").json()["data"]
    roles = [entry for entry in told if entry["field"] == ["role"]]
    assert [entry["old_value"] for entry in roles] == [["guest"]]


def test_10_5_8_what_is_refused_leaves_the_guest_a_guest(cast: Cast) -> None:
    email = f"{secrets.token_hex(6)}@acme.test"
    made(cast.olga.post("/guests", {"email": email}))
    token = granted(trusted(cast).ask(grant_type="client_credentials"))["access_token"]
    application = Client(cast.server.base_url, token)
    before = stored(cast)

    body: Any = {"email": email, "first_name": "Ann", "last_name": "Lee", "role": "owner"}
    check_problem(application.post(f"/applications/{cast.organization_id}/users", body), 422)

    assert stored(cast) == before
