"""Part 10, 2 and 4: the members of an organization, and what is known about them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backdoor import change, set_membership, stored
from cast import Cast, Person, found
from factories import activity_of, complete, launch, made, make_oneoff, make_template, tasks_of
from letters import mails_of
from procession.domains.people.tables import users
from procession.kit.caller import Role
from wire import check_pagination, check_problem, ids

LAST_ADMIN = (
    "Cannot modify the default administrator. "
    "Please assign another member as default administrator first."
)


def user_of(cast: Cast, person: Person) -> Any:
    return made(cast.olga.get(f"/users/{person.user_id}"), 200)


def path_of(person: Person, ending: str = "") -> str:
    return f"/users/{person.user_id}{ending}"


def bot_of(cast: Cast) -> Any:
    (bot,) = [user for user in cast.olga.get("/users").json()["data"] if user["is_bot"]]
    return bot


USER_KEYS = {
    "id", "email", "username", "first_name", "last_name", "full_name", "profile_pic", "locale",
    "active", "is_active", "is_suspended", "support_user", "is_bot", "is_default_admin",
    "can_create_templates", "can_archive_processes", "type", "role", "status", "phone",
    "job_title", "job_description", "team", "country_id", "timezone", "UTC_offset",
    "date_format", "created_at", "last_updated", "updated_at", "last_login_at",
    "last_accessed_at", "activated_at", "approved_at", "invited_by", "disabled_at",
    "reactivated_at", "disabled_by", "reactivated_by", "last_known_ip", "last_known_country",
}  # fmt: skip


def test_10_1_me(cast: Cast) -> None:
    me = made(cast.mia.client.get("/me"), 200)

    assert set(me) == USER_KEYS | {"default_organization_id", "organizations_count"}
    assert type(me["id"]) is int
    assert me["id"] == cast.mia.user_id
    for name in ("email", "username", "first_name", "timezone"):
        assert isinstance(me[name], str)
        assert me[name]
    assert me["username"] in me["email"]
    assert isinstance(me["last_name"], str)
    assert (me["default_organization_id"], me["organizations_count"]) == (cast.organization_id, 1)


def test_10_1_1_a_user_has_every_key_and_no_other(cast: Cast) -> None:
    for user in made(cast.leo.get("/users"), 200):
        assert set(user) == USER_KEYS
        assert user["active"] is user["is_active"] is (user["status"] == "active")
        assert user["last_updated"] == user["updated_at"]
        assert (user["is_suspended"], user["support_user"]) == (False, False)
        assert user["is_bot"] is (user["role"] == "bot")
        assert user["type"] == user["role"]
        assert user["full_name"] == f"{user['first_name']} {user['last_name']}".strip()
        assert user["UTC_offset"] == "+00:00"
        assert user["date_format"] == "mm/dd/yyyy"
        assert user["locale"] == "en"
        assert user["activated_at"]
        assert user["approved_at"]


def in_two_organizations(cast: Cast) -> tuple[Person, Person]:
    """stan as a light member here, and as the administrator of an organization of his own."""
    there = found(cast.server)
    email = made(there.client.get("/me"), 200)["email"]
    user = made(cast.olga.post("/users/invite", {"email": email, "role": "light"}), 200)
    link = made(cast.olga.get(f"/users/{user['id']}/invitation"), 200)["link"]
    made(cast.nobody.post(f"/invitations/{link.rpartition('/')[2]}/accept"), 200)
    return Person(user["id"], there.token, there.client, cast.organization_id), there


def test_10_2_me_in_an_organization(cast: Cast) -> None:
    here, there = in_two_organizations(cast)

    for person, role, is_default in ((here, "light", False), (there, "admin", True)):
        answer = person.get("/me").json()
        assert list(answer) == ["data"]
        me = answer["data"]
        assert set(me) == USER_KEYS
        assert (me["id"], me["role"], me["type"]) == (there.user_id, role, role)
        assert (me["status"], me["is_default_admin"]) == ("active", is_default)
    assert made(here.client.get("/me"), 200)["organizations_count"] == 2
    assert made(here.client.get("/me"), 200)["role"] == "admin"


def test_10_3_ones_organizations(cast: Cast) -> None:
    here, there = in_two_organizations(cast)
    made(there.put("", {"name": "A second one"}), 200)
    made(here.get(""), 200)  # That they were here is noted now, and not between what is compared.

    answer = here.client.get("/me/organizations")

    rows = answer.json()["data"]
    assert [(row["id"], row["name"], row["user_role"], row["user_status"]) for row in rows] == [
        (there.organization_id, "A second one", "admin", "active"),
        (cast.organization_id, "Cast & Co", "light", "active"),
    ]
    assert rows[0] == made(there.get(""), 200)
    assert rows[1] == made(here.get(""), 200)
    assert all(row["created_on"] == row["created_at"] for row in rows)
    assert check_pagination(answer)["per_page"] == 10
    for user in (here.user_id, "me"):
        assert here.client.get(f"/current-user/{user}/organizations").json()["data"] == rows
    check_problem(here.client.get(f"/current-user/{cast.leo.user_id}/organizations"), 403)
    check_problem(here.client.get("/current-user/nonsense/organizations"), 403)

    def listed(query: str) -> list[str]:
        return ids(here.client.get(f"/me/organizations?{query}"))

    first, second = cast.organization_id, there.organization_id
    assert listed("sort=-name") == listed("sort=created_at") == [first, second]
    assert (
        listed("sort=name") == listed("sort=newest") == listed("sort=nonsense") == [second, first]
    )
    assert listed("q=SECOND") == [second]
    assert listed("q=%25") == []
    assert listed("limit=1&page=2") == [first]
    assert check_pagination(here.client.get("/me/organizations?per_page=500"))["per_page"] == 100
    made(cast.olga.delete(path_of(here, "/disable")), 200)
    assert here.client.get("/me/organizations").json()["data"][1]["user_status"] == "disabled"
    check_problem(here.get("/me"), 403, "MEMBER_DISABLED")


def test_10_6_users_count_counts_active_members_only(cast: Cast) -> None:
    made(cast.olga.post("/users/invite", {"email": "new@count.test"}), 200)
    for person in (cast.mia, cast.leo):
        made(cast.olga.delete(path_of(person, "/disable")), 200)

    statuses = sorted(
        (user["status"], user["is_bot"]) for user in cast.olga.get("/users").json()["data"]
    )

    assert statuses == [
        ("active", False), ("active", True), ("disabled", False), ("disabled", False),
        ("invited", False),
    ]  # fmt: skip
    assert made(cast.olga.get(""), 200)["users_count"] == 1


def test_10_11_the_short_list(cast: Cast) -> None:
    for first, last in (("zoe", "A"), ("Adam", "Z")):
        body = {"email": f"{first}@names.test", "first_name": first, "last_name": last}
        made(cast.olga.post("/users/invite", body), 200)
    made(cast.olga.delete(path_of(cast.mia, "/disable")), 200)

    answer = cast.leo.get("/users-list?per_page=1&page=2").json()

    assert set(answer) == {"data", "count"}
    names = [row["full_name"] for row in answer["data"]]
    assert names == sorted(names, key=str.lower)
    assert names[0] == "Adam Z"
    assert names[-1] == "zoe A"
    assert answer["count"] == len(names) == 6
    whole = {user["id"]: user for user in cast.olga.get("/users").json()["data"]}
    for row in answer["data"]:
        assert set(row) == {
            "id", "email", "username", "first_name", "last_name", "full_name", "profile_pic",
            "role", "status", "is_bot", "timezone",
        }  # fmt: skip
        assert row == {key: whole[row["id"]][key] for key in row}
    found_rows = cast.leo.get("/users-list?q=ADAM").json()
    assert (found_rows["count"], found_rows["data"][0]["full_name"]) == (1, "Adam Z")


def test_10_7_the_list_holds_everybody(cast: Cast) -> None:
    made(cast.olga.post("/users/invite", {"email": "new@list.test"}), 200)
    made(cast.olga.delete(path_of(cast.leo, "/disable")), 200)

    users = cast.mia.get("/users").json()["data"]

    assert sorted((user["role"], user["status"]) for user in users) == [
        ("admin", "active"),
        ("bot", "active"),
        ("light", "disabled"),
        ("light", "invited"),
        ("standard", "active"),
    ]
    assert made(cast.olga.get(""), 200)["users_count"] == 2


def test_10_9_finding_and_sorting(cast: Cast) -> None:
    for first, last, email in (
        ("Ann", "Lee", "one@sort.test"),
        ("Joanna", "Bell", "two@sort.test"),
        ("Zoe", "Hannah", "three@sort.test"),
        ("Yan", "Ng", "annual@sort.test"),
        ("Bob", "Ross", "four@sort.test"),
    ):
        body = {"email": email, "first_name": first, "last_name": last}
        made(cast.olga.post("/users/invite", body), 200)

    def firsts(query: str) -> list[str]:
        return [user["first_name"] for user in cast.mia.get(f"/users?{query}").json()["data"]]

    assert firsts("q=ann&sort=first_name") == ["Ann", "Joanna", "Yan", "Zoe"]
    assert firsts("q=ann&sort=-name") == ["Zoe", "Yan", "Joanna", "Ann"]
    assert ids(cast.mia.get("/users?sort=-created_at")) == list(
        reversed(ids(cast.mia.get("/users?sort=created_at")))
    )
    assert len(firsts("limit=1")) == 1
    assert firsts("status=invited&q=ross") == ["Bob"]
    assert len(firsts("status=invited")) == 5
    assert len(firsts("role=light,standard")) == 7
    assert len(firsts("role=nonsense")) == 9
    assert check_pagination(cast.mia.get("/users?per_page=2&page=2"))["count"] == 2


def test_10_8_150_members_are_on_one_page(cast: Cast) -> None:
    def invite(number: int) -> int:
        body = {"email": f"many{number:03}@page.test", "first_name": f"M{number:03}"}
        return int(made(cast.olga.again().post("/users/invite", body), 200)["id"])

    with ThreadPoolExecutor(4) as pool:
        invited = set(pool.map(invite, range(146)))

    listed = cast.mia.get("/users")

    # With olga, mia, leo and the bot.
    assert invited | {
        cast.olga.user_id,
        cast.mia.user_id,
        cast.leo.user_id,
        bot_of(cast)["id"],
    } == (set(ids(listed)))
    found_page = check_pagination(listed)
    assert (found_page["total"], found_page["count"]) == (150, 150)
    assert (found_page["per_page"], found_page["total_pages"]) == (9999, 1)
    walked = [
        user_id
        for page in (1, 2)
        for user_id in ids(cast.mia.get(f"/users?per_page=100&page={page}&with=groups,stats"))
    ]
    assert walked == ids(listed) == sorted(walked)
    assert cast.mia.get("/users-list").json()["count"] == 150


def test_10_4_1_every_sort_key_sorts_both_ways(cast: Cast) -> None:
    for first, last, email, role in (
        ("ann", "Zed", "m@sort.test", "standard"),
        ("Bob", "yes", "k@sort.test", "light"),
        ("Cid", "Xen", "Z@sort.test", "admin"),
    ):
        body = {"email": email, "first_name": first, "last_name": last, "role": role}
        made(cast.olga.post("/users/invite", body), 200)
    made(cast.olga.put(path_of(cast.mia), {"first_name": "Mia"}), 200)
    made(cast.olga.delete(path_of(cast.leo, "/disable")), 200)

    def listed(query: str) -> list[Any]:
        return list(made(cast.mia.get(f"/users?{query}"), 200))

    everybody = listed("")
    assert [user["id"] for user in everybody] == sorted(user["id"] for user in everybody)
    keys: dict[str, Any] = {
        "created_at": lambda user: user["id"],
        "first_name": lambda user: user["first_name"].lower(),
        "last_name": lambda user: user["last_name"].lower(),
        "name": lambda user: user["full_name"].lower(),
        "email": lambda user: user["email"].lower(),
        "role": lambda user: user["role"],
        "status": lambda user: user["status"],
        "id": lambda user: user["id"],
    }
    for name, key in keys.items():
        expected = [
            user["id"] for user in sorted(everybody, key=lambda user: (key(user), user["id"]))
        ]
        for query in (f"sort={name}", f"sort_by={name}", f"sort_by={name}&sort=asc"):
            assert [user["id"] for user in listed(query)] == expected, query
        for query in (f"sort=-{name}", f"sort_by={name}&sort=desc", f"sort={name}&order=desc"):
            assert [user["id"] for user in listed(query)] == expected[::-1], query
    assert listed("sort=-updated_at")[0]["id"] == cast.leo.user_id
    assert listed("sort=updated_at")[-1]["id"] == cast.leo.user_id
    for alias, name in (
        ("newest", "-created_at"), ("oldest", "created_at"), ("title", "name"),
        ("last_updated", "updated_at"), ("nonsense", "id"),
    ):  # fmt: skip
        assert listed(f"sort={alias}") == listed(f"sort={name}"), alias
    assert sorted(user["id"] for user in listed("sort=last_login_at")) == [
        user["id"] for user in everybody
    ]
    by_two = [
        (user["status"], user["first_name"].lower()) for user in listed("sort=status,first_name")
    ]
    assert by_two == sorted(by_two)


def test_00_46_a_username_that_looks_like_an_id_hides_nobody(cast: Cast) -> None:
    """Whoever is invited as `8@...` gets that username, and must not stand for the user 8."""
    assert cast.mia.user_id < cast.leo.user_id
    its_row = users.c.id == cast.mia.user_id
    change(cast, users.update().where(its_row).values(username=str(cast.leo.user_id)))

    assert user_of(cast, cast.leo)["id"] == cast.leo.user_id
    disabled = made(cast.olga.delete(path_of(cast.leo, "/disable")), 200)
    assert disabled["id"] == cast.leo.user_id
    assert user_of(cast, cast.mia)["status"] == "active"


def test_00_46_a_member_is_named_by_id_address_username_and_me(cast: Cast) -> None:
    made(cast.mia.get("/users/me"), 200)  # That she was here is noted now, and not in between.
    mia = user_of(cast, cast.mia)

    for name in (mia["id"], mia["email"].upper(), mia["username"].upper()):
        assert made(cast.olga.get(f"/users/{name}"), 200) == mia
    assert made(cast.mia.get("/users/me"), 200) == mia
    for name in ("0", "-1", "99999999999999999999", "nobody", f"{mia['id']}.0"):
        check_problem(cast.olga.get(f"/users/{name}"), 404)


def test_10_12_who_reads_whom(cast: Cast) -> None:
    check_problem(cast.mia.get(path_of(cast.leo)), 403)
    assert cast.mia.get(path_of(cast.mia)).status_code == 200
    assert cast.olga.get(path_of(cast.leo)).status_code == 200
    assert check_problem(cast.olga.get("/users/999999999"), 404)["message"] == "User not found"


def test_10_20_changing_a_role(cast: Cast) -> None:
    changed = made(cast.olga.put(path_of(cast.mia, "/role"), {"role": "Light"}), 200)

    assert changed["role"] == changed["type"] == "light"
    check_problem(cast.mia.post("/checklists", {"title": "x", "type": "procedure"}), 403)
    (letter,) = mails_of(cast, changed["email"])
    assert "standard" in letter.text
    assert "light" in letter.text
    entry = cast.olga.get("/activity-feeds").json()["data"][0]
    assert (entry["verb"], entry["field"], entry["old_value"]) == (
        ["updated"], ["role"], ["standard"],
    )  # fmt: skip
    before = stored(cast)
    made(cast.olga.put(path_of(cast.mia, "/role"), {"role": "light"}), 200)
    check_problem(cast.olga.put(path_of(cast.mia, "/role"), {"role": "owner"}), 422)
    check_problem(cast.olga.put(path_of(cast.mia, "/role"), {}), 422)
    check_problem(cast.mia.put(path_of(cast.leo, "/role"), {"role": "admin"}), 403)
    check_problem(cast.olga.put(f"/users/{bot_of(cast)['id']}/role", {"role": "admin"}), 400)
    refused = cast.olga.put(path_of(cast.olga, "/role"), {"role": "light"})
    assert check_problem(refused, 400)["message"] == LAST_ADMIN
    assert stored(cast) == before


def test_10_21_the_mark_of_the_default_administrator_moves(cast: Cast) -> None:
    second, third = cast.add(Role.ADMIN), cast.add(Role.ADMIN)
    assert user_of(cast, cast.olga)["is_default_admin"] is True

    made(second.put(path_of(cast.olga, "/role"), {"role": "standard"}), 200)

    def marked() -> list[int]:
        users = third.get("/users").json()["data"]
        return [user["id"] for user in users if user["is_default_admin"]]

    assert marked() == [second.user_id]
    made(second.put(path_of(third, "/default-admin")), 200)
    assert marked() == [third.user_id]
    check_problem(second.put(path_of(cast.mia, "/default-admin")), 422)
    check_problem(cast.mia.put(path_of(second, "/default-admin")), 403)
    made(third.delete(path_of(second, "/disable")), 200)
    check_problem(third.put(path_of(second, "/default-admin")), 422)
    assert marked() == [third.user_id]


def test_10_20_two_administrators_never_take_each_other_away(cast: Cast) -> None:
    second = cast.add(Role.ADMIN)

    def demote(pair: tuple[Person, Person]) -> int:
        by, whom = pair
        return by.put(path_of(whom, "/role"), {"role": "light"}).status_code

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            statuses = list(pool.map(demote, [(cast.olga, second), (second, cast.olga)]))
        assert 200 in statuses
        admins = [
            person
            for person in (cast.olga, second)
            if made(person.get("/me"), 200)["role"] == "admin"
        ]
        assert len(admins) == 1
        whom = second if admins[0] is cast.olga else cast.olga
        made(admins[0].put(path_of(whom, "/role"), {"role": "admin"}), 200)


def test_10_22_disabling_and_enabling(cast: Cast) -> None:
    group = cast.group(cast.mia)
    task = make_oneoff(cast.olga, owners={"groups": [group]})

    disabled = made(cast.olga.delete(path_of(cast.mia, "/disable")), 200)

    assert disabled["status"] == "disabled"
    assert disabled["disabled_by"] == cast.olga.user_id
    assert disabled["disabled_at"]
    check_problem(cast.mia.get("/runs"), 403, "MEMBER_DISABLED")
    before = stored(cast)
    assert made(cast.olga.delete(path_of(cast.mia, "/disable")), 200) == disabled
    assert stored(cast) == before

    enabled = made(cast.olga.put(path_of(cast.mia, "/enable")), 200)

    assert (enabled["status"], enabled["disabled_at"]) == ("active", None)
    assert enabled["reactivated_by"] == cast.olga.user_id
    assert task["id"] in ids(cast.mia.get("/me/tasks"))
    assert [letter.to for letter in mails_of(cast)] == [enabled["email"]]
    before = stored(cast)
    made(cast.olga.put(path_of(cast.mia, "/enable")), 200)
    made(cast.olga.put(path_of(cast.mia, "/approve")), 200)
    assert stored(cast) == before
    feed = cast.olga.get("/activity-feeds").json()["data"]
    assert [entry["verb"][0] for entry in feed[:2]] == ["enabled", "disabled"]


def test_10_23_enabling_restores_access_and_groups(cast: Cast) -> None:
    group = cast.group(cast.mia, cast.leo)
    path = f"/groups/{group}"
    made(cast.olga.delete(path_of(cast.mia, "/disable")), 200)
    check_problem(cast.mia.get("/groups"), 403, "MEMBER_DISABLED")
    seen = made(cast.olga.get(path), 200)
    assert seen["members"] == [cast.leo.user_id]
    # Clients send back what they read, with what they want to change.
    made(cast.olga.put(path, {**seen, "members": [cast.leo.user_id, cast.olga.user_id]}))
    made(cast.olga.put(path, {"members": []}))
    made(cast.olga.put(path, {"members": [cast.leo.user_id]}))

    made(cast.olga.put(path_of(cast.mia, "/enable")), 200)

    everybody = sorted((cast.mia.user_id, cast.leo.user_id))
    assert made(cast.mia.get(path), 200)["members"] == everybody
    shown = made(cast.mia.get("/me?with=groups"), 200)["groups"]["data"]
    assert [one["id"] for one in shown] == [group]
    made(cast.olga.put(path, {"members": [cast.leo.user_id]}))
    assert made(cast.mia.get(path), 200)["members"] == [cast.leo.user_id]


def test_00_85_who_is_disabled_cannot_be_assigned_as_a_guest(cast: Cast) -> None:
    """Their address would let them in again."""
    email = user_of(cast, cast.mia)["email"]
    made(cast.olga.delete(path_of(cast.mia, "/disable")), 200)
    template = make_template(cast.olga, 1)
    step = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)[0]["id"]
    task = {"title": "T", "task_type": "task", "deadline": "2031-01-01"}
    run = {"checklist_id": template["id"], "name": "P"}
    before = stored(cast)

    for answer, field in (
        (cast.olga.post("/tasks", {**task, "owners": {"guests": [email.upper()]}}), "owners"),
        (
            cast.olga.post("/runs", {**run, "tasks": {step: {"owners": {"guests": [email]}}}}),
            f"tasks.{step}.owners",
        ),
    ):
        assert list(check_problem(answer, 422)["errors"]) == [f"{field}.guests.0"]
    check_problem(cast.olga.post("/guests", {"email": email}), 422)
    check_problem(cast.olga.post("/groups", {"name": "G", "guests": [email]}), 422)

    assert stored(cast) == before


def test_10_4_7_approving(cast: Cast) -> None:
    set_membership(cast, cast.mia, approved_at=None)
    assert user_of(cast, cast.mia)["status"] == "invited"

    assert made(cast.olga.put(path_of(cast.mia, "/approve")), 200)["status"] == "active"

    assert cast.mia.get("/runs").status_code == 200


def test_10_24_handing_over(cast: Cast) -> None:
    template = make_template(
        cast.olga,
        steps=[
            {"title": "One", "assignees": [cast.leo.user_id]},
            {"title": "Two", "assignees": [cast.leo.user_id, cast.mia.user_id]},
            {"title": "Three", "assignees": [cast.mia.user_id]},
        ],
        owner_id=cast.olga.user_id,
    )
    process = launch(cast.olga, template, owner_id=cast.leo.user_id)
    first = tasks_of(cast.olga, process)[0]
    complete(cast.olga, first)
    lone = make_oneoff(cast.olga, owners={"users": [cast.leo.user_id]})
    frozen = launch(cast.olga, template, owner_id=cast.leo.user_id)
    made(cast.olga.delete(f"/runs/{frozen['id']}"), 200)
    old = [task["owners"]["users"] for task in tasks_of(cast.olga, process)]
    second_users = old[1]

    query = f"with_reassignment=true&to={cast.mia.user_id}"
    gone = made(cast.olga.delete(f"{path_of(cast.leo)}?{query}"), 200)

    assert gone["status"] == "disabled"
    now = [task["owners"]["users"] for task in tasks_of(cast.olga, process)]
    assert now[0] == old[0]
    assert cast.leo.user_id in now[0]
    assert now[1] == sorted(set(second_users) - {cast.leo.user_id})
    assert now[2] == old[2]
    owners = made(cast.olga.get(f"/tasks/{lone['id']}"), 200)["owners"]["users"]
    assert owners == [cast.mia.user_id]
    steps = cast.olga.get(f"/checklists/{template['id']}/steps").json()["data"]
    assert [step["assignees"] for step in steps] == [[cast.mia.user_id]] * 3
    assert made(cast.olga.get(f"/runs/{process['id']}"), 200)["owner_id"] == cast.mia.user_id
    # Archived work is handed over, too (contract 30, 10.2).
    kept = made(cast.olga.get(f"/runs/{frozen['id']}"), 200)
    assert (kept["owner_id"], kept["status"]) == (cast.mia.user_id, "archived")
    entries = activity_of(cast.olga, process)
    assert "owners-updated" in [entry["verb"][0] for entry in entries]
    numbers = [entry["process_entry"] for entry in entries]
    assert numbers == list(range(len(numbers), 0, -1))
    (letter,) = mails_of(cast, user_of(cast, cast.mia)["email"])
    assert "4 tasks" in letter.text
    assert "2 processes" in letter.text


def test_10_24_who_can_take_over(cast: Cast) -> None:
    set_membership(cast, cast.mia, disabled_at=1)
    other = found(cast.server)
    before = stored(cast)

    for to in (
        None,
        "nonsense",
        999_999_999,
        cast.leo.user_id,
        cast.mia.user_id,
        other.user_id,
        bot_of(cast)["id"],
    ):
        query = "with_reassignment=true" if to is None else f"with_reassignment=true&to={to}"
        for ending in ("", "/disable"):
            answer = cast.olga.delete(f"{path_of(cast.leo, ending)}?{query}")
            assert list(check_problem(answer, 422)["errors"]) == ["to"]

    assert stored(cast) == before
    assert user_of(cast, cast.leo)["status"] == "active"


def test_10_25_without_a_heir_nothing_moves(cast: Cast) -> None:
    task = make_oneoff(cast.olga, owners={"users": [cast.leo.user_id]})

    made(cast.olga.delete(path_of(cast.leo, "/disable")), 200)

    owners = made(cast.olga.get(f"/tasks/{task['id']}"), 200)["owners"]["users"]
    assert owners == [cast.leo.user_id]


def test_10_26_deleting_for_ever(cast: Cast) -> None:
    body = {"first_name": "Mia", "last_name": "Moss"}
    email = made(cast.olga.put(path_of(cast.mia), body), 200)["email"]
    group = cast.group(cast.mia)
    answer = cast.olga.delete(path_of(cast.mia, "/delete"))
    assert check_problem(answer, 400)["message"] == "Please disable the user before deletion."
    done = make_oneoff(cast.olga, owners={"users": [cast.mia.user_id]})
    complete(cast.mia, done)
    told = cast.olga.get("/activity-feeds").json()["data"][0]
    assert told["actor"][0]["full_name"] == "Mia Moss"
    made(cast.olga.delete(path_of(cast.mia, "/disable")), 200)

    gone = made(cast.olga.delete(path_of(cast.mia, "/delete")), 200)

    assert gone["last_name"] == "Moss(Deleted)"
    assert gone["email"] == f"{email}.deleted.{cast.mia.user_id}"
    check_problem(cast.olga.get(path_of(cast.mia)), 404)
    check_problem(cast.olga.delete(path_of(cast.mia, "/delete")), 404)
    check_problem(cast.mia.client.get("/me"), 401)
    assert cast.mia.user_id not in ids(cast.olga.get("/users"))
    assert made(cast.olga.get(f"/groups/{group}"), 200)["members"] == []
    kept = made(cast.olga.get(f"/tasks/{done['id']}"), 200)
    assert (kept["status"], kept["completer_id"]) == ("completed", cast.mia.user_id)
    feed = cast.olga.get("/activity-feeds").json()["data"]
    (entry,) = [one for one in feed if one["verb"] == ["completed"]]
    assert entry["actor"][0]["full_name"] == "Mia Moss(Deleted)"
    assert feed[0]["verb"] == ["deleted"]
    again = made(cast.olga.post("/users/invite", {"email": email}), 200)
    assert again["id"] != cast.mia.user_id


def test_10_26_who_belongs_elsewhere_keeps_their_account(cast: Cast) -> None:
    other = found(cast.server)
    email = made(other.client.get("/me"), 200)["email"]
    user = made(cast.olga.post("/users/invite", {"email": email}), 200)
    made(cast.olga.delete(f"/users/{user['id']}/disable"), 200)

    gone = made(cast.olga.delete(f"/users/{user['id']}/delete"), 200)

    assert gone["email"] == email
    assert made(other.client.get("/me"), 200)["email"] == email


def test_10_27_the_bot_stays(cast: Cast) -> None:
    bot, before = bot_of(cast)["id"], stored(cast)

    removed = check_problem(cast.olga.delete(f"/users/{bot}"), 400)["message"]
    disabled = check_problem(cast.olga.delete(f"/users/{bot}/disable"), 400)["message"]
    edited = check_problem(cast.olga.put(f"/users/{bot}", {"first_name": "R"}), 400)["message"]

    assert removed == "You can't remove a bot user from this organization!"
    assert disabled == "Bot users cannot be disabled."
    assert edited == "Bot users cannot be edited."
    check_problem(cast.olga.delete(f"/users/{bot}/delete"), 400)
    assert stored(cast) == before


def test_10_28_nobody_disables_themselves(cast: Cast) -> None:
    cast.add(Role.ADMIN)

    for ending in ("", "/disable"):
        answer = cast.olga.delete(path_of(cast.olga, ending))
        assert check_problem(answer, 400)["message"] == "You cannot disable your own account."


def test_10_4_7_only_administrators_change_members(cast: Cast) -> None:
    before = stored(cast)

    for method, ending in (
        ("DELETE", ""),
        ("DELETE", "/disable"),
        ("DELETE", "/delete"),
        ("PUT", "/enable"),
        ("PUT", "/approve"),
        ("PUT", ""),
    ):
        for person in (cast.mia, cast.leo):
            whom = path_of(cast.leo if person is cast.mia else cast.mia, ending)
            check_problem(person.call(method, whom, json={"first_name": []}), 403, "FORBIDDEN")

    assert stored(cast) == before


def test_10_29_changing_a_profile(cast: Cast) -> None:
    was = user_of(cast, cast.mia)

    now = made(cast.olga.put(path_of(cast.mia), {"job_title": "Baker"}), 200)

    assert now == {
        **was,
        "job_title": "Baker",
        "updated_at": now["updated_at"],
        "last_updated": now["last_updated"],
    }
    (letter,) = mails_of(cast, now["email"])
    assert "job title" in letter.text
    entry = cast.olga.get("/activity-feeds").json()["data"][0]
    assert (entry["verb"], entry["field"]) == (["updated"], ["job_title"])
    before = stored(cast)
    made(cast.olga.put(path_of(cast.mia), now), 200)
    assert stored(cast) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/One"),
        ("first_name", "x" * 33),
        ("first_name", ""),
        ("first_name", "www.evil.test"),
        ("last_name", "http://evil.test"),
        ("phone", "1" * 21),
        ("job_title", "x" * 256),
        ("job_description", "x" * 2001),
        ("date_format", "dd.mm.yy"),
        ("locale", "klingon"),
        ("locale", "xx"),
        ("country_id", 1),
        ("email", "other@else.test"),
        ("username", "other"),
    ],
)
def test_10_29_what_a_profile_cannot_be(cast: Cast, field: str, value: Any) -> None:
    before = stored(cast)

    for answer in (
        cast.olga.put(path_of(cast.mia), {field: value}),
        cast.mia.put("/me", {field: value}),
        cast.mia.client.put("/me", {field: value}),
    ):
        assert list(check_problem(answer, 422)["errors"]) == [field]

    assert stored(cast) == before


def test_10_29_every_wrong_day_is_named(cast: Cast) -> None:
    body = {"cadence_days": ["Monday", "Someday", "Friday", ""]}

    answer = check_problem(cast.mia.put("/me", body), 422)

    assert list(answer["errors"]) == ["cadence_days.1", "cadence_days.3"]


def test_10_30_the_same_address_sent_back_is_no_change(cast: Cast) -> None:
    was = user_of(cast, cast.mia)
    body = {"email": was["email"], "username": was["username"], "timezone": "Europe/Paris"}

    assert made(cast.olga.put(path_of(cast.mia), body), 200)["timezone"] == "Europe/Paris"


def test_10_2_ones_own_profile(cast: Cast) -> None:
    everything = {
        "first_name": "Mia",
        "last_name": "Moss",
        "phone": "+33 1",
        "job_title": "Baker",
        "job_description": "Bread",
        "team": "Night",
        "date_format": "YYYY-MM-DD",
        "locale": "fr",
        "digest_enabled": False,
        "cadence_days": ["Monday"],
        "notifications": {"mentions": False},
    }

    me = made(cast.mia.client.put("/me?with=preferences", everything), 200)

    for name in ("first_name", "phone", "job_title", "job_description", "team", "locale"):
        assert me[name] == everything[name]
    assert me["date_format"] == "yyyy-mm-dd"
    preferences = me["preferences"]["data"]
    assert preferences["digest_enabled"] is False
    assert preferences["cadence_days"] == ["Monday"]
    assert preferences["notifications"]["mentions"] is False
    assert preferences["notifications"]["comments"] is True
    assert made(cast.mia.put("/me", {"phone": None}), 200)["phone"] is None
    assert mails_of(cast) == []
    shown = made(cast.olga.get(path_of(cast.mia, "?with=preferences")), 200)
    assert shown["preferences"]["data"]["locale"] == "fr"
    assert "preferences" not in made(cast.olga.get(path_of(cast.mia, "?with=nonsense")), 200)


def test_10_4_4_rights_are_given_by_administrators_alone(cast: Cast) -> None:
    off = {"can_create_templates": False}

    assert made(cast.olga.put(path_of(cast.mia), off), 200)["can_create_templates"] is False
    check_problem(cast.mia.post("/checklists", {"title": "x", "type": "procedure"}), 403)
    for answer in (
        cast.mia.put("/me", {"can_create_templates": True}),
        cast.mia.client.put("/me", {"can_create_templates": True}),
        cast.mia.put(path_of(cast.mia), {"can_create_templates": True}),
    ):
        check_problem(answer, 403)
    made(cast.mia.put("/me", {**off, "phone": "1"}), 200)


def test_10_4_4_who_belongs_elsewhere_edits_their_own_profile(cast: Cast) -> None:
    other = found(cast.server)
    email = made(other.client.get("/me"), 200)["email"]
    user = made(cast.olga.post("/users/invite", {"email": email}), 200)

    check_problem(cast.olga.put(f"/users/{user['id']}", {"first_name": "Mine"}), 403)

    rights = {"can_archive_processes": False}
    changed = made(cast.olga.put(f"/users/{user['id']}", rights), 200)
    assert changed["can_archive_processes"] is False
    assert made(other.client.put("/me", {"first_name": "Hers"}), 200)["first_name"] == "Hers"
