"""Part 00, 5.4: OAuth clients of an organization."""

from typing import Any

import pytest

from backdoor import stored
from cast import Cast, found
from factories import made
from wire import check_problem


def register(cast: Cast, **sent: Any) -> Any:
    return made(cast.olga.post("/oauth-clients", {"name": "Robot", **sent}))


def test_00_5_4_a_client_is_registered_changed_and_deleted(cast: Cast) -> None:
    client = register(cast, redirect_uris=["https://robot.test/done"])
    secret = client.pop("secret")

    assert len(secret) >= 40
    assert client == {
        "id": client["id"], "name": "Robot", "redirect_uris": ["https://robot.test/done"],
        "confidential": True, "allow_implicit": False, "allow_password": False,
        "allow_client_credentials": False,
        "created_at": client["created_at"], "updated_at": client["created_at"],
    }  # fmt: skip
    assert client["id"] > 1
    listed = cast.olga.get("/oauth-clients")
    assert listed.json()["data"] == [client]
    path = f"/oauth-clients/{client['id']}"
    changed = made(cast.olga.put(path, {"allow_password": True}), 200)
    assert changed["allow_password"] is True
    assert changed["redirect_uris"] == ["https://robot.test/done"]
    replaced = made(cast.olga.post(f"{path}/secret"), 200)["secret"]
    assert replaced != secret
    assert cast.olga.delete(path).status_code == 204
    check_problem(cast.olga.delete(path), 404)
    feed = cast.olga.get("/activity-feeds?per_page=100").text
    for text in (secret, replaced):
        assert text not in feed + listed.text + cast.server.log_text()


def test_00_5_4_every_change_is_told_once(cast: Cast) -> None:
    path = f"/oauth-clients/{register(cast)['id']}"
    before = stored(cast)
    for same in ({}, {"name": "Robot", "redirect_uris": []}):
        made(cast.olga.put(path, same), 200)
    assert stored(cast) == before

    made(cast.olga.put(path, {"redirect_uris": ["https://a.test"]}), 200)

    assert stored(cast)["activity"] == before["activity"] + 1


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"name": ""}, ["name"]),
        ({"redirect_uris": ["http://robot.test"]}, ["redirect_uris.0"]),
        ({"redirect_uris": ["https://*.example/cb"]}, ["redirect_uris.0"]),
        ({"redirect_uris": ["https://a.test", "https://a.test#x"]}, ["redirect_uris.1"]),
        ({"redirect_uris": ["javascript:alert(1)", "/x"]}, ["redirect_uris.0", "redirect_uris.1"]),
        ({"redirect_uris": ["https://me@a.test"]}, ["redirect_uris.0"]),
        ({"redirect_uris": ["https://[x"]}, ["redirect_uris.0"]),
        ({"confidential": False, "allow_password": True}, ["allow_password"]),
    ],
)  # fmt: skip
def test_00_5_4_what_a_client_cannot_be(cast: Cast, sent: dict[str, Any], wrong: list[str]) -> None:
    before = stored(cast)

    answer = cast.olga.post("/oauth-clients", {"name": "Robot", **sent})

    assert list(check_problem(answer, 422)["errors"]) == wrong
    assert stored(cast) == before


def test_00_5_4_only_administrators_see_and_change_clients(cast: Cast) -> None:
    client = register(cast)
    before = stored(cast)

    for person in (cast.mia, cast.leo):
        check_problem(person.get("/oauth-clients"), 403)
        check_problem(person.post("/oauth-clients", {"name": "Mine"}), 403)
        check_problem(person.put(f"/oauth-clients/{client['id']}", {"name": "Mine"}), 403)
        check_problem(person.post(f"/oauth-clients/{client['id']}/secret"), 403)
        check_problem(person.delete(f"/oauth-clients/{client['id']}"), 403)
    check_problem(found(cast.server).delete(f"/oauth-clients/{client['id']}"), 404)
    check_problem(cast.olga.delete("/oauth-clients/1"), 404)
    assert stored(cast) == before


def test_00_5_4_a_public_client_has_no_secret(cast: Cast) -> None:
    uris = ["http://localhost/done", "http://127.0.0.1:7000/", "com.robot.app:/done"]
    client = register(cast, confidential=False, redirect_uris=uris)

    assert client["secret"] is None
    check_problem(cast.olga.post(f"/oauth-clients/{client['id']}/secret"), 422)
    made(cast.olga.put(f"/oauth-clients/{client['id']}", {"confidential": True}), 200)
    assert made(cast.olga.post(f"/oauth-clients/{client['id']}/secret"), 200)["secret"]
