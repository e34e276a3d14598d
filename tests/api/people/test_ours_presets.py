"""Ours alone (95, 3.2 and 3.4): presets of lists, and what programs keep for a member."""

from cast import Cast
from factories import made
from procession.kit.caller import Role


def test_presets_are_private_or_shared(cast: Cast) -> None:
    body = {"name": "Late", "object": "runs", "filter": {"status": ["delayed"]}, "sort": "-name"}
    own = made(cast.mia.post("/presets", body))
    assert (own["filter"], own["sort"], own["group"], own["shared"]) == (
        {"status": ["delayed"]}, "-name", None, False,
    )  # fmt: skip
    assert own["user_id"] == cast.mia.user_id
    assert made(cast.olga.get("/presets"), 200) == []
    assert cast.olga.put(f"/presets/{own['id']}", {"name": "x"}).status_code == 404
    assert cast.mia.post("/presets", {**body, "shared": True}).status_code == 403
    assert cast.mia.put(f"/presets/{own['id']}", {"shared": True}).status_code == 403
    shared = made(cast.olga.post("/presets", {**body, "name": "All", "shared": True}))
    named = [each["name"] for each in made(cast.mia.get("/presets?object=runs"), 200)]
    assert named == ["All", "Late"]
    assert made(cast.mia.get("/presets?object=tasks"), 200) == []
    assert cast.mia.delete(f"/presets/{shared['id']}").status_code == 403
    changed = made(cast.mia.put(f"/presets/{own['id']}", {"group": "owner", "sort": None}), 200)
    assert (changed["name"], changed["group"], changed["sort"]) == ("Late", "owner", None)
    assert cast.add(Role.ADMIN).delete(f"/presets/{shared['id']}").status_code == 204
    assert cast.mia.delete(f"/presets/{own['id']}").status_code == 204
    assert cast.mia.delete(f"/presets/{own['id']}").status_code == 404


def test_presets_say_what_is_wrong(cast: Cast) -> None:
    body = {"name": "N", "object": "runs"}
    for wrong, field in (
        ({"name": ""}, "name"), ({"object": "users"}, "object"), ({"filter": [1]}, "filter"),
        ({"filter": {"q": "x" * 9000}}, "filter"), ({"name": "x" * 101}, "name"),
    ):  # fmt: skip
        answer = cast.mia.post("/presets", {**body, **wrong})
        assert (answer.status_code, set(answer.json()["errors"])) == (422, {field})
    assert cast.mia.get("/presets?object=users").status_code == 422
    assert made(cast.mia.get("/presets"), 200) == []


def test_preferences_are_each_members_own(cast: Cast) -> None:
    path = "/me/preferences/tracker.columns"
    assert cast.mia.get(path).status_code == 404
    kept = made(cast.mia.put(path, {"value": {"columns": ["name", "due"]}}), 200)
    assert made(cast.mia.get(path), 200) == kept
    assert kept["value"] == {"columns": ["name", "due"]}
    assert cast.olga.get(path).status_code == 404
    assert made(cast.mia.put(path, {"value": 3}), 200)["value"] == 3
    assert cast.mia.put(path, {"value": "x" * 9000}).status_code == 422
    assert cast.mia.put("/me/preferences/a%20b", {"value": 1}).status_code == 422
    assert made(cast.mia.put(path, {"value": None}), 200)["value"] is None
    assert cast.mia.get(path).status_code == 404


def test_nobody_has_more_than_a_hundred_preferences(cast: Cast) -> None:
    by = cast.mia
    for number in range(100):
        made(by.put(f"/me/preferences/k{number}", {"value": number}), 200)
    assert by.put("/me/preferences/one-more", {"value": 1}).status_code == 422
    made(by.put("/me/preferences/k7", {"value": "other"}), 200)
