"""Part 10, 1.1: what is shown beside users when `with` asks for it."""

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from backdoor import set_membership, stored
from cast import Cast, Person, found
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from procession.kit.caller import Role
from robots import granted, trusted, with_password
from server import Client
from wire import check_problem

PLAIN = ("groups", "stats", "country", "organizations")
PRIVATE = ("preferences", "auth_methods")
EMPTY = ("assets", "member_watchers", "guest_watchers")
ALL = "with=" + ",".join((*PLAIN, *PRIVATE, *EMPTY))
FINLAND = {"id": 246, "name": "Finland", "phone_code": "358", "iso2": "FI"}


def path_of(person: Person, ending: str = "") -> str:
    return f"/users/{person.user_id}{ending}"


def own(person: Person, query: str) -> Any:
    return made(person.get(f"/me?{query}"), 200)


def row_of(by: Person, person: Person, query: str) -> Any:
    rows = made(by.get(f"/users?{query}"), 200)
    return next(row for row in rows if row["id"] == person.user_id)


def member_of_both(cast: Cast, other: Person) -> Person:
    """The other organization's administrator, as a member of the cast's."""
    email = made(other.client.get("/me"), 200)["email"]
    user = made(cast.olga.post("/users/invite", {"email": email, "role": "standard"}), 200)
    link = made(cast.olga.get(f"/users/{user['id']}/invitation"), 200)["link"]
    made(cast.nobody.post(f"/invitations/{link.rpartition('/')[2]}/accept"), 200)
    return Person(other.user_id, other.token, other.client, cast.organization_id)


def test_10_10_includes_are_wrapped_and_unknown_ones_change_nothing(cast: Cast) -> None:
    group = cast.group(cast.mia)
    made(cast.olga.put(path_of(cast.mia), {"country_id": 246}), 200)
    plain = made(cast.olga.get(path_of(cast.mia)), 200)
    assert made(cast.olga.get(path_of(cast.mia, "?with=nonsense")), 200) == plain
    assert row_of(cast.leo, cast.mia, "with=nonsense") == plain

    shown = made(cast.olga.get(path_of(cast.mia, "?with=groups,stats,country")), 200)

    assert shown == {
        **plain,
        "groups": {"data": [made(cast.olga.get(f"/groups/{group}"), 200)]},
        "stats": {
            "data": {
                "steps_created": 0,
                "tasks_completed": 0,
                "processes_launched": 0,
                "checklists_created": 0,
                "last_step_created_at": None,
            }
        },
        "country": {"data": FINLAND},
    }
    assert row_of(cast.leo, cast.mia, "with=groups,stats,country") == shown
    assert row_of(cast.leo, cast.leo, "with=groups,country")["groups"] == {"data": []}
    assert row_of(cast.leo, cast.leo, "with=country")["country"] is None
    for name in EMPTY:
        assert own(cast.mia, f"with={name}")[name] == {"data": []}


def test_10_1_1_stats_count_what_somebody_did_here(cast: Cast) -> None:
    other = found(cast.server)
    make_template(other)
    mia = cast.mia
    first = make_template(mia, 3)
    template = make_template(mia, 2)
    made(mia.delete(f"/checklists/{first['id']}"), 200)
    process = launch(mia, template)
    launch(cast.olga, template)
    for task in (tasks_of(cast.olga, process)[0], make_oneoff(cast.olga)):
        complete(cast.olga, task, override_user=mia.user_id)

    stats = row_of(cast.leo, mia, "with=stats")["stats"]["data"]

    steps = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    assert stats == {
        "steps_created": 5,
        "tasks_completed": 2,
        "processes_launched": 1,
        "checklists_created": 2,
        "last_step_created_at": steps[0]["created_at"],
    }
    nobody = row_of(cast.leo, cast.leo, "with=stats")["stats"]["data"]
    assert set(nobody.values()) == {0, None}


def test_10_1_1_groups_are_those_of_the_organization(cast: Cast) -> None:
    other = found(cast.server)
    both = member_of_both(cast, other)
    body = {"name": "Theirs", "members": [other.user_id]}
    theirs = made(other.post("/groups", body))
    second = made(cast.olga.post("/groups", {"name": "Z", "members": [both.user_id]}))
    first = made(cast.olga.post("/groups", {"name": "a", "members": [both.user_id]}))

    shown = row_of(cast.mia, both, "with=groups")["groups"]["data"]

    assert shown == [first, second]
    assert own(both, "with=groups")["groups"]["data"] == [first, second]
    assert made(other.get("/me?with=groups"), 200)["groups"]["data"] == [theirs]
    made(cast.olga.delete(path_of(both, "/disable")), 200)
    assert row_of(cast.mia, both, "with=groups")["groups"] == {"data": []}


def test_10_1_1_organizations_are_those_that_the_caller_shares(cast: Cast) -> None:
    other = found(cast.server)
    both = member_of_both(cast, other)
    made(other.put("", {"name": "Another"}), 200)
    here = {"id": cast.organization_id, "name": "Cast & Co"}
    there = {"id": other.organization_id, "name": "Another"}

    def seen(by: Person, whom: Person) -> Any:
        return row_of(by, whom, "with=organizations")["organizations"]["data"]

    assert seen(cast.olga, both) == [here]
    assert seen(both, both) == [there, here]
    assert seen(both, cast.olga) == [here]
    assert own(both, "with=organizations")["organizations"]["data"] == [there, here]
    me = made(both.client.get("/me?with=organizations"), 200)
    assert me["organizations"]["data"] == [there, here]

    olgas = made(cast.olga.get("/me"), 200)["email"]
    made(other.post("/users/invite", {"email": olgas}), 200)
    assert seen(cast.olga, both) == [here], "who was only invited is not in yet"


def test_10_1_1_a_token_of_one_organization_shows_no_other(cast: Cast) -> None:
    other = found(cast.server)
    email = made(other.client.get("/me"), 200)["email"]
    application = Client(
        cast.server.base_url,
        granted(trusted(cast).ask(grant_type="client_credentials"))["access_token"],
    )
    path = f"/applications/{cast.organization_id}/users"
    names = {"first_name": "A", "last_name": "B"}
    joined = made(application.post(f"{path}?{ALL}", {"email": email, **names}))
    here = [{"id": cast.organization_id, "name": "Cast & Co"}]
    assert joined["organizations"]["data"] == here
    assert set(joined) & set(PRIVATE) == set()
    token = granted(application.post(f"{path}/{email}/token"))["access_token"]

    limited = Client(cast.server.base_url, token)

    path = f"/organizations/{cast.organization_id}/me?with=organizations"
    assert made(limited.get(path), 200)["organizations"]["data"] == here


def test_10_1_1_preferences_and_ways_to_sign_in_are_private(cast: Cast) -> None:
    with_password(cast, cast.mia)
    own(cast.mia, "")  # That she was here is noted now, and not between what is compared.
    private = "with=preferences,auth_methods"
    seen = made(cast.olga.get(path_of(cast.mia, f"?{private}")), 200)
    assert seen["auth_methods"] == {"data": [{"type": "native"}]}
    assert seen["preferences"]["data"]["cadence_days"] == ["Monday", "Wednesday", "Friday"]
    assert set(seen["preferences"]["data"]) == {
        "locale", "timezone", "date_format", "step_preferences", "digest_enabled",
        "cadence_days", "mail_enabled", "notifications",
    }  # fmt: skip
    assert own(cast.mia, private) == seen
    assert own(cast.leo, private)["auth_methods"] == {"data": []}

    for row in made(cast.mia.get(f"/users?{private}"), 200):
        assert (set(PRIVATE) <= set(row)) == (row["id"] == cast.mia.user_id)
    for row in made(cast.olga.get(f"/users?{private}"), 200):
        assert set(PRIVATE) <= set(row)


def _invite(cast: Cast) -> Any:
    address = f"{secrets.token_hex(6)}@with.test"
    return cast.olga.post(f"/users/invite?{ALL}", {"email": address})


def _invited(ending: str, method: str) -> Callable[[Cast], Any]:
    def call(cast: Cast) -> Any:
        user = _invite(cast).json()["data"]
        return cast.olga.call(method, f"/users/{user['id']}{ending}?{ALL}")

    return call


def _of_mia(method: str, ending: str, body: Any = None) -> Callable[[Cast], Any]:
    return lambda cast: cast.olga.call(method, path_of(cast.mia, f"{ending}?{ALL}"), json=body)


def _disabled(method: str, ending: str) -> Callable[[Cast], Any]:
    def call(cast: Cast) -> Any:
        made(cast.olga.delete(path_of(cast.mia, "/disable")), 200)
        return cast.olga.call(method, path_of(cast.mia, f"{ending}?{ALL}"))

    return call


def _default_admin(cast: Cast) -> Any:
    return cast.olga.put(path_of(cast.add(Role.ADMIN), f"/default-admin?{ALL}"))


def _to_member(cast: Cast) -> Any:
    guest = made(cast.olga.post("/guests", {"email": f"{secrets.token_hex(6)}@with.test"}))
    return cast.olga.post(f"/guests/{guest['id']}/to/member?{ALL}")


def _accept(cast: Cast) -> Any:
    user = _invite(cast).json()["data"]
    link = made(cast.olga.get(f"/users/{user['id']}/invitation"), 200)["link"]
    path = f"/invitations/{link.rpartition('/')[2]}/accept?{ALL}"
    return cast.nobody.post(path, {"password": "Correct1horse"})


CALLS: dict[str, Callable[[Cast], Any]] = {
    "me": lambda cast: cast.olga.client.get(f"/me?{ALL}"),
    "change me": lambda cast: cast.olga.client.put(f"/me?{ALL}", {"team": "T"}),
    "me here": lambda cast: cast.olga.get(f"/me?{ALL}"),
    "change me here": lambda cast: cast.olga.put(f"/me?{ALL}", {"team": "T"}),
    "get": _of_mia("GET", ""),
    "change": _of_mia("PUT", "", {"team": "T"}),
    "role": _of_mia("PUT", "/role", {"role": "light"}),
    "address": lambda cast: cast.olga.put(
        path_of(cast.mia, f"/update-email?{ALL}"), {"email": f"{secrets.token_hex(6)}@with.test"}
    ),
    "default admin": _default_admin,
    "enable": _disabled("PUT", "/enable"),
    "approve": _of_mia("PUT", "/approve"),
    "disable": _of_mia("DELETE", "/disable"),
    "remove": _of_mia("DELETE", ""),
    "delete": _disabled("DELETE", "/delete"),
    "invite": _invite,
    "resend": _invited("/resend-invite", "POST"),
    "withdraw": _invited("/withdraw-invite", "DELETE"),
    "accept": _accept,
    "to member": _to_member,
}


@pytest.mark.parametrize("name", CALLS)
def test_10_1_1_every_answer_that_is_a_user_takes_includes(cast: Cast, name: str) -> None:
    answer = CALLS[name](cast)

    user = made(answer, 200)
    for key in (*PLAIN, *PRIVATE, *EMPTY):
        if key != "country":
            assert "data" in user[key], key
    assert user["country"] is None


def test_10_1_1_me_works_for_who_is_let_in_nowhere(cast: Cast) -> None:
    set_membership(cast, cast.mia, disabled_at=1)

    me = made(cast.mia.client.get(f"/me?{ALL}"), 200)

    assert [one["id"] for one in me["organizations"]["data"]] == [cast.organization_id]
    assert me["groups"] == {"data": []}


# --- Countries ---


def test_10_4_4_a_country_is_one_that_is_known(cast: Cast) -> None:
    for answer in (
        cast.mia.put("/me", {"country_id": "246"}),
        cast.mia.client.put("/me", {"country_id": 246}),
        cast.olga.put(path_of(cast.mia), {"country_id": 246}),
    ):
        assert made(answer, 200)["country_id"] == 246
    before = stored(cast)
    for wrong in (0, -1, 5, 10**10, "Finland", True):
        answer = cast.mia.put("/me", {"country_id": wrong})
        assert list(check_problem(answer, 422)["errors"]) == ["country_id"]
    assert stored(cast) == before
    cleared = made(cast.mia.put("/me?with=country", {"country_id": None}), 200)
    assert (cleared["country_id"], cleared["country"]) == (None, None)
    entry = cast.olga.get("/activity-feeds").json()["data"][0]
    assert (entry["field"], entry["old_value"]) == (["country_id"], [246])
