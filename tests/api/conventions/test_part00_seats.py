"""Part 00, 6.4: the operator may limit how many members of each kind an organization has."""

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backdoor import stored
from cast import Cast, Person, assemble
from factories import made
from procession.kit.settings import Settings, read_settings
from robots import granted, trusted
from server import Client, RunningServer, running_server

FULL, LIGHT = 3, 2


@pytest.fixture(scope="module")
def limited(
    new_database: Callable[[str], str],
) -> Iterator[Callable[[str], RunningServer]]:
    """A server with few seats on each database, started at first use."""
    running: dict[str, tuple[Any, RunningServer]] = {}

    def get(kind: str) -> RunningServer:
        if kind not in running:
            manager = running_server(
                kind, new_database(kind), MAX_FULL_SEATS=str(FULL), MAX_LIGHT_SEATS=str(LIGHT)
            )
            running[kind] = (manager, manager.__enter__())
        return running[kind][1]

    yield get
    for manager, _ in running.values():
        manager.__exit__(None, None, None)


@pytest.fixture
def few(database_kind: str, limited: Callable[[str], RunningServer]) -> Cast:
    """olga and mia have two of three full seats, leo one of two light ones."""
    return assemble(limited(database_kind))


def address() -> str:
    return f"ann-{secrets.token_hex(6)}@seats.test"


def invite(by: Person, role: str) -> Any:
    return by.post("/users/invite", {"email": address(), "role": role})


def check_full(answer: Any, pool: str) -> None:
    assert answer.status_code == 409, answer.text
    body = answer.json()
    message = body["message"]
    assert message
    assert body == {
        "error": {
            "code": "SEAT_POOL_EXHAUSTED",
            "message": message,
            "details": {"pool_type": pool},
        },
        "message": message,
    }


def test_00_47_an_invitation_takes_a_seat(few: Cast) -> None:
    email = address()
    user = made(few.olga.post("/users/invite", {"email": email, "role": "light"}), 200)
    before = stored(few)

    check_full(invite(few.olga, "light"), "light")
    check_full(invite(few.mia, "light"), "light")
    assert stored(few) == before

    made(few.olga.post("/users/invite", {"email": email, "role": "light"}), 200)
    made(invite(few.olga, "standard"), 200)
    check_full(invite(few.olga, "admin"), "full")
    made(few.olga.delete(f"/users/{user['id']}/withdraw-invite"), 200)
    made(invite(few.olga, "light"), 200)


def test_00_6_4_going_up_takes_a_seat_and_going_down_never_does(few: Cast) -> None:
    made(invite(few.olga, "standard"), 200)
    made(invite(few.olga, "light"), 200)
    before = stored(few)

    path = f"/users/{few.leo.user_id}/role"
    check_full(few.olga.put(path, {"role": "standard"}), "full")
    check_full(few.olga.put(path, {"role": "admin"}), "full")
    assert stored(few) == before

    mia = f"/users/{few.mia.user_id}/role"
    made(few.olga.put(mia, {"role": "admin"}), 200)
    made(few.olga.put(mia, {"role": "light"}), 200)
    made(few.olga.put(path, {"role": "standard"}), 200)


def test_00_6_4_a_disabled_member_has_no_seat(few: Cast) -> None:
    made(few.olga.delete(f"/users/{few.leo.user_id}/disable"), 200)
    made(invite(few.olga, "light"), 200)
    second = made(invite(few.olga, "light"), 200)
    before = stored(few)

    check_full(few.olga.put(f"/users/{few.leo.user_id}/enable"), "light")
    assert stored(few) == before

    made(few.olga.put(f"/users/{second['id']}/to/guest"), 200)
    made(few.olga.put(f"/users/{few.leo.user_id}/enable"), 200)
    made(few.olga.put(f"/users/{few.leo.user_id}/enable"), 200)


def test_00_6_4_a_guest_who_becomes_a_member_needs_a_seat(few: Cast) -> None:
    guest = made(few.olga.post("/guests", {"email": address()}))
    made(invite(few.olga, "standard"), 200)
    before = stored(few)

    check_full(few.olga.post(f"/guests/{guest['id']}/to/member"), "full")
    check_full(few.olga.post("/users/invite", {"email": guest["email"], "role": "admin"}), "full")
    assert stored(few) == before

    made(few.olga.post(f"/guests/{guest['id']}/to/member", {"role": "light"}), 200)


def test_00_6_4_applications_find_the_same_limit(few: Cast) -> None:
    token = granted(trusted(few).ask(grant_type="client_credentials"))["access_token"]
    application = Client(few.server.base_url, token)
    path = f"/applications/{few.organization_id}/users"

    def provision(role: str) -> Any:
        names = {"first_name": "Ann", "last_name": "Lee"}
        return application.post(path, {"email": address(), "role": role, **names})

    made(provision("light"))
    check_full(provision("light"), "light")
    made(provision("admin"))
    check_full(provision("standard"), "full")


def test_00_6_4_of_many_at_once_only_one_gets_the_last_seat(few: Cast) -> None:
    people = [few.olga.again() for _ in range(6)]

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda by: invite(by, "light").status_code, people))

    assert sorted(answers) == [200, 409, 409, 409, 409, 409]


def test_00_6_4_seats_are_unlimited_unless_said(cast: Cast) -> None:
    assert (Settings().max_full_seats, Settings().max_light_seats) == (0, 0)
    assert read_settings({"PROCESSION_MAX_LIGHT_SEATS": "off"}).max_light_seats == 0
    for _ in range(FULL + LIGHT):
        made(invite(cast.olga, "light"), 200)
