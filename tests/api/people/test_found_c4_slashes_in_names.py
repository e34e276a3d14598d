"""Found, C4: paths are split on `/` and then decoded, so a name in a path may hold one."""

from urllib.parse import quote

import pytest

from cast import Cast
from factories import made, make_oneoff
from wire import check_problem


def test_found_c4_a_guest_whose_address_has_a_slash(cast: Cast) -> None:
    guest = made(cast.olga.post("/guests", {"email": "a/b@example.com"}))
    path = f"/guests/{quote('a/b@example.com', safe='')}"
    assert made(cast.olga.get(path), 200)["id"] == guest["id"]
    assert made(cast.olga.put(path, {"first_name": "Jo"}))["first_name"] == "Jo"
    assert made(cast.olga.delete(f"{path}/disable"), 200)["disabled_at"] is not None
    assert made(cast.olga.put(f"{path}/enable"), 200)["disabled_at"] is None
    for _ in range(2):
        make_oneoff(cast.olga, owners={"guests": [guest["email"]]})
    tasks = cast.olga.get(f"{path}/tasks?per_page=1")
    assert len(tasks.json()["data"]) == 1
    following = tasks.json()["meta"]["pagination"]["links"]["next"]
    assert "/guests/a%2Fb%40example.com/tasks?" in following or "/a%2Fb@example.com/" in following
    second = cast.olga.client.call("GET", following.removeprefix(cast.server.base_url))
    assert len(made(second, 200)) == 1
    assert cast.olga.delete(path).status_code in (200, 204)
    check_problem(cast.olga.get(path), 404)


@pytest.mark.parametrize("name", ["%2F", "a%2Fb", "%EF%B7%90", "..%2F..%2Fme", "%2f%2F%2f"])
def test_found_c4_a_slash_in_a_name_never_makes_another_path(cast: Cast, name: str) -> None:
    for path in (f"/guests/{name}", f"/checklists/{name}", f"/runs/{name}", f"/users/{name}"):
        check_problem(cast.olga.get(path), 404)
    answer = cast.olga.client.call("GET", f"/organizations%2F{cast.organization_id}/guests")
    check_problem(answer, 404)
