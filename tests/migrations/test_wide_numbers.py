"""People are counted on the whole server: beyond 32 bits everything goes on."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest

from cast import Cast, assemble
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from server import RunningServer, running_server
from wire import ids

MANY = 3_000_000_000


@pytest.fixture
def crowded(database_kind: str, new_database: Callable[[str], str]) -> Iterator[RunningServer]:
    """A server whose next user and guest have numbers above three thousand million."""
    url = new_database(database_kind)
    if database_kind == "sqlite":
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection, connection:
            connection.executemany(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
                [("users", MANY), ("guests", MANY)],
            )
    else:
        with psycopg.connect(url) as postgres:
            postgres.execute(
                "SELECT setval('users_id_seq', %s), setval('guests_id_seq', %s)", (MANY, MANY)
            )
    with running_server(database_kind, url, with_worker=True) as running:
        yield running
        assert '"error"' not in running.log_text()


def test_people_with_large_numbers_do_everything(crowded: RunningServer) -> None:
    cast = assemble(crowded)
    olga, mia, leo = cast.olga, cast.mia, cast.leo
    assert min(olga.user_id, mia.user_id, leo.user_id) > MANY
    group = made(olga.post("/groups", {"name": "All", "members": [mia.user_id], "guests": []}))
    step = {"title": "Sign", "users": [mia.user_id], "groups": [group["id"]]}
    template = make_template(olga, [step, {"title": "File", "guests": ["gus@guests.test"]}])
    process = launch(olga, template, users=[leo.user_id], owner_id=mia.user_id)
    assert process["owner_id"] == mia.user_id
    path = f"/runs/{process['id']}"
    signed, filed = tasks_of(olga, process)
    assert mia.user_id in signed["owners"]["users"]
    guest = cast.guest_of(filed)
    known = made(olga.get("/guests/gus@guests.test"), 200)
    assert known["id"] > MANY
    assert made(olga.get(f"/guests/{known['id']}"), 200)["email"] == "gus@guests.test"
    assert made(guest.get(f"/tasks/{filed['id']}"), 200)["id"] == filed["id"]
    complete(mia, signed)
    assert ids(olga.get(f"/runs?owners={mia.user_id}")) == [process["id"]]
    assert signed["id"] in ids(olga.get(f"/tasks?owners={mia.user_id}&status=completed"))
    oneoff = make_oneoff(olga, owners={"users": [leo.user_id], "guests": [], "groups": []})
    made(leo.post(f"/tasks/{oneoff['id']}/comment", {"content": "Soon", "label": "comment"}))
    assert made(olga.get(f"/users/{mia.user_id}"), 200)["id"] == mia.user_id
    made(olga.put(path, {"owner_id": olga.user_id, "users": [mia.user_id, leo.user_id]}), 200)
    made(olga.delete(path), 200)
    archived = made(olga.get(path), 200)
    assert archived["archived_by"] == olga.user_id
    made(olga.put(f"{path}/activate"), 200)
    made(olga.put(path, {"starred": True}), 200)
    feed = made(olga.get(f"/activity-feeds?per_page=100&actor_id={mia.user_id}"), 200)
    assert feed
    assert all(entry["actor_id"] == [mia.user_id] for entry in feed)
    made(olga.delete(f"/users/{leo.user_id}/disable"), 200)
    assert made(olga.get(f"/users/{leo.user_id}"), 200)["disabled_by"] == olga.user_id


def test_a_number_that_nobody_can_have_names_nobody(cast: Cast) -> None:
    for number in (2**31, 2**53 - 1, 2**53, 10**30):
        assert cast.olga.get(f"/users/{number}").status_code == 404
        assert cast.olga.get(f"/guests/{number}").status_code == 404
        assert ids(cast.olga.get(f"/runs?owners={number}")) == []
        assert ids(cast.olga.get(f"/tasks?owners={number}")) == []
        group = {"name": "Some", "members": [number], "guests": []}
        assert cast.olga.post("/groups", group).status_code == 422
        assert cast.olga.delete(f"/oauth-clients/{number}").status_code == 404
        token = {"grant_type": "client_credentials", "client_id": number, "client_secret": "x"}
        assert cast.nobody.post("/oauth/token", token).status_code == 401
