"""Links say whose their code is, and those that were handed out before 0.2 stay good (0018)."""

from typing import Any

from cast import Cast, assemble
from factories import launch, made, make_oneoff
from wire import check_problem

OLD_CODE, OLD_KEY = 40, 32


def open_day(cast: Cast) -> Any:
    process = launch(cast.olga, name="Open day")
    return made(cast.olga.put(f"/runs/{process['id']}", {"is_public": True}), 200)


def test_an_invitation_by_its_link_of_today_and_of_before(cast: Cast) -> None:
    invited = made(cast.olga.post("/users/invite", {"email": "ann@links.test"}), 200)
    found = made(cast.olga.get(f"/users/{invited['id']}/invitation"), 200)
    word = found["link"].rpartition("/")[2]
    assert word[:-OLD_CODE] == cast.organization_id
    for each in (word, word[:-OLD_CODE].upper() + word[-OLD_CODE:], word[-OLD_CODE:]):
        shown = made(cast.nobody.get(f"/invitations/{each}"), 200)
        assert shown["email"] == "ann@links.test"
        assert cast.nobody.get(f"/app/invitations/{each}").status_code == 200
    chosen = {"password": "Secret-123", "password_confirmation": "Secret-123"}
    made(cast.nobody.post(f"/invitations/{word[-OLD_CODE:]}/accept", chosen), 200)
    for used in (word, word[-OLD_CODE:]):
        check_problem(cast.nobody.get(f"/invitations/{used}"), 404, "RESOURCE_NOT_FOUND")


def test_a_public_process_by_its_link_of_today_and_of_before(cast: Cast) -> None:
    process = open_day(cast)
    word = process["public_url"].rpartition("/")[2]
    assert word[:-OLD_KEY] == cast.organization_id
    for each in (word, word.upper(), word[-OLD_KEY:]):
        shown = cast.nobody.get(f"/public/runs/{each}")
        assert shown.status_code == 200, each
    made(cast.olga.put(f"/runs/{process['id']}", {"is_public": False}), 200)
    for closed in (word, word[-OLD_KEY:]):
        check_problem(cast.nobody.get(f"/public/runs/{closed}"), 404, "RESOURCE_NOT_FOUND")


def test_a_code_leads_nowhere_with_another_organization(cast: Cast) -> None:
    process = open_day(cast)
    key = process["public_url"][-OLD_KEY:]
    invited = made(cast.olga.post("/users/invite", {"email": "bo@links.test"}), 200)
    link = made(cast.olga.get(f"/users/{invited['id']}/invitation"), 200)["link"]
    for other in (
        assemble(cast.server).organization_id,
        "0" * 32,
        "z" * 32,
        "x",
        cast.organization_id[1:],
    ):
        for path in (f"/public/runs/{other}{key}", f"/invitations/{other}{link[-OLD_CODE:]}"):
            check_problem(cast.nobody.get(path), 404, "RESOURCE_NOT_FOUND")


def test_a_guests_link_is_good_in_its_organization_alone(cast: Cast) -> None:
    task = make_oneoff(cast.olga, owners={"users": [], "guests": ["gus@guests.test"], "groups": []})
    guest = cast.guest_of(task)
    assert guest.get("/tasks").status_code == 200
    path = guest.path("/tasks").replace(cast.organization_id, assemble(cast.server).organization_id)
    assert cast.nobody.get(path).status_code == 401
