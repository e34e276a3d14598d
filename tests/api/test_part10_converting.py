"""Part 10, 4.8 and 5.8: members become guests, and guests become members."""

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backdoor import new_token, set_guest_links, stored
from cast import Cast, Guest, Person, found
from factories import complete, launch, made, make_oneoff, make_template, tasks_of
from letters import mails_of
from procession.domains.people.actions.guests import ensure_guests, ensure_links
from procession.flows.reaching.bots import as_bot
from procession.kit.caller import Role
from procession.kit.work import writing
from server import Client
from wire import check_problem, ids

GOOD = "Correct1horse"


def user_of(cast: Cast, person: Person) -> Any:
    return made(cast.olga.get(f"/users/{person.user_id}"), 200)


def to_guest(cast: Cast, person: Person) -> Any:
    return made(cast.olga.put(f"/users/{person.user_id}/to/guest"), 200)


def address() -> str:
    return f"Jo-{secrets.token_hex(6)}@acme.test"


def add_guest(cast: Cast, **fields: Any) -> Any:
    return made(cast.olga.post("/guests", {"email": address(), **fields}))


def owners_of(cast: Cast, task: Any) -> Any:
    return made(cast.olga.get(f"/tasks/{task['id']}"), 200)["owners"]


def last_told(cast: Cast, verb: str) -> Any:
    entries = cast.olga.get("/activity-feeds?per_page=100").json()["data"]
    return next(entry for entry in entries if entry["verb"] == [verb])


# --- From member to guest ---


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_10_31_a_member_becomes_a_guest_who_keeps_their_tasks(cast: Cast, method: str) -> None:
    mia = user_of(cast, cast.mia)
    alone = make_oneoff(cast.leo, owners={"users": [cast.mia.user_id]})
    shared = make_oneoff(cast.leo, owners={"users": [cast.mia.user_id, cast.leo.user_id]})
    owner = cast.add(Role.STANDARD)
    process = launch(owner, make_template_for(cast, cast.mia))
    in_process = tasks_of(cast.olga, process)[0]

    guest = made(cast.olga.call(method, f"/users/{cast.mia.user_id}/to/guest"), 200)

    assert guest["email"] == mia["email"]
    assert (guest["first_name"] or "", guest["last_name"] or "") == (
        mia["first_name"],
        mia["last_name"],
    )
    assert "/guest/" in guest["link"]
    assert guest["details"]["disabled_at"] is None
    for task, members in (
        (alone, [cast.olga.user_id]),
        (shared, [cast.leo.user_id]),
        (in_process, [owner.user_id]),
    ):
        owners = owners_of(cast, task)
        assert (owners["users"], owners["guests"]) == (members, [mia["email"]])
    coming = Guest(0, "", cast.nobody, cast.organization_id, guest["guest_code"])
    tasks = made(coming.get("/tasks"), 200)
    assert {task["id"] for task in tasks} == {alone["id"], shared["id"], in_process["id"]}
    made(coming.post("/completed-tasks", {"task_id": alone["id"]}), 200)


def make_template_for(cast: Cast, person: Person) -> Any:
    template = make_template(cast.olga, steps=[{"title": "S", "assignees": [person.user_id]}])
    permissions = {"process_launch": {"all_members": True}}
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", permissions), 200)
    return template


def test_10_31_the_membership_ends(cast: Cast) -> None:
    mia, group = user_of(cast, cast.mia), cast.group(cast.mia, cast.leo)

    guest = to_guest(cast, cast.mia)

    check_problem(cast.olga.get(f"/users/{cast.mia.user_id}"), 404)
    check_problem(cast.mia.get("/me"), 401)
    assert made(cast.olga.get(f"/groups/{group}"), 200)["members"] == [cast.leo.user_id]
    entry = last_told(cast, "updated")
    assert (entry["field"], entry["old_value"]) == (["role"], ["standard"])
    (letter,) = mails_of(cast, mia["email"])
    assert guest["link"] in letter.text
    assert guest["guest_code"] not in cast.olga.get("/activity-feeds?per_page=100").text
    assert guest["guest_code"] not in cast.server.log_text()
    invited = made(cast.olga.post("/users/invite", {"email": mia["email"]}), 200)
    assert (invited["id"], invited["status"]) == (cast.mia.user_id, "invited")


def test_10_31_what_they_owned_has_an_owner_and_steps_have_the_guest(cast: Cast) -> None:
    process = launch(cast.mia)
    template = make_template_for(cast, cast.mia)
    email = user_of(cast, cast.mia)["email"]

    to_guest(cast, cast.mia)

    assert made(cast.olga.get(f"/runs/{process['id']}"), 200)["owner_id"] == cast.olga.user_id
    (step,) = cast.olga.get(f"/checklists/{template['id']}/steps").json()["data"]
    assert (step["assignees"], step["guests"]) == ([], [email])
    launched = launch(cast.olga, template)
    assert tasks_of(cast.olga, launched)[0]["owners"]["guests"] == [email]


def test_10_31_invited_and_disabled_members_too(cast: Cast) -> None:
    invited = made(cast.olga.post("/users/invite", {"email": address()}), 200)
    link = made(cast.olga.get(f"/users/{invited['id']}/invitation"), 200)["link"]
    made(cast.olga.delete(f"/users/{cast.leo.user_id}/disable"), 200)

    made(cast.olga.put(f"/users/{invited['id']}/to/guest"), 200)
    to_guest(cast, cast.leo)

    check_problem(cast.nobody.get(re.sub(r"^https?://[^/]+/app", "", link)), 404)
    assert cast.olga.get("/guests-list").json()["count"] == 2


def test_10_31_who_was_a_disabled_guest_is_let_in(cast: Cast) -> None:
    email = user_of(cast, cast.leo)["email"]
    with writing(as_bot(cast.server.storage, cast.organization_id)) as work:
        ensure_links(work, ensure_guests(work, [email]))
    set_guest_links(cast, disabled_at=1)

    assert to_guest(cast, cast.leo)["details"]["disabled_at"] is None


def test_10_31_elsewhere_they_stay_a_member(cast: Cast) -> None:
    other = found(cast.server)
    email = made(other.client.get("/me"), 200)["email"]
    user = made(cast.olga.post("/users/invite", {"email": email}), 200)

    made(cast.olga.put(f"/users/{user['id']}/to/guest"), 200)

    assert other.get("/me").status_code == 200


def test_10_31_who_cannot_become_a_guest(cast: Cast) -> None:
    (bot,) = [user for user in cast.olga.get("/users").json()["data"] if user["is_bot"]]
    before = stored(cast)

    check_problem(cast.olga.put(f"/users/{bot['id']}/to/guest"), 400)
    answer = check_problem(cast.olga.put(f"/users/{cast.olga.user_id}/to/guest"), 400)
    assert answer["message"].startswith("Cannot modify the default administrator.")
    for by in (cast.mia, cast.leo):
        check_problem(by.put(f"/users/{cast.leo.user_id}/to/guest"), 403)
    assert stored(cast) == before

    other = cast.add(Role.ADMIN)
    answer = check_problem(cast.olga.put(f"/users/{cast.olga.user_id}/to/guest"), 400)
    assert "your own account" in answer["message"]
    made(other.put(f"/users/{cast.olga.user_id}/to/guest"), 200)
    assert made(other.get("/me"), 200)["is_default_admin"] is True


# --- From guest to member ---


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_10_43_a_guest_becomes_an_invited_member(cast: Cast, method: str) -> None:
    guest = add_guest(cast, first_name="Jo", last_name="Dee")
    task = make_oneoff(cast.olga, owners={"guests": [guest["email"]]})
    done = make_oneoff(cast.olga, owners={"guests": [guest["email"]]})
    template = make_template(cast.olga, steps=[{"title": "S", "guests": [guest["email"]]}])
    group = made(cast.olga.post("/groups", {"name": "G", "guests": [guest["email"]]}))
    coming = Guest(0, "", cast.nobody, cast.organization_id, guest["guest_code"])
    made(coming.post("/completed-tasks", {"task_id": done["id"]}), 200)

    path = f"/guests/{guest['email'].upper()}/to/member"
    user = made(cast.olga.call(method, path), 200)

    assert (user["status"], user["role"], user["full_name"]) == ("invited", "standard", "Jo Dee")
    assert user["email"] == guest["email"]
    assert cast.olga.get("/guests-list").json()["count"] == 0
    check_problem(coming.get("/tasks"), 401)
    owners = owners_of(cast, task)
    assert (owners["guests"], user["id"] in owners["users"]) == ([], True)
    (step,) = cast.olga.get(f"/checklists/{template['id']}/steps").json()["data"]
    assert (step["assignees"], step["guests"]) == ([user["id"]], [])
    group = made(cast.olga.get(f"/groups/{group['id']}"), 200)
    assert (group["members"], group["guests"]) == ([user["id"]], [])
    assert guest["email"] in cast.olga.get("/activity-feeds?per_page=100").text
    entry = last_told(cast, "updated")
    assert (entry["field"], entry["old_value"]) == (["role"], ["guest"])


def test_10_43_they_accept_and_find_their_tasks(cast: Cast) -> None:
    guest = add_guest(cast)
    task = make_oneoff(cast.olga, owners={"guests": [guest["email"]]})

    body = {"role": "Light", "message": "Come in!"}
    user = made(cast.olga.post(f"/guests/{guest['id']}/to/member", body), 200)

    assert user["role"] == "light"
    (letter,) = mails_of(cast, guest["email"])
    assert "Come in!" in letter.text
    link = made(cast.olga.get(f"/users/{user['id']}/invitation"), 200)["link"]
    assert link in letter.text
    path = re.sub(r"^https?://[^/]+/app", "", link)
    made(cast.nobody.post(f"{path}/accept", {"password": GOOD}), 200)
    own = Person(user["id"], "", cast.nobody, cast.organization_id)
    client = Client(cast.server.base_url, new_token(cast, own))
    assert ids(client.get(cast.olga.path("/me/tasks"))) == [task["id"]]


def test_10_43_who_may_and_what_is_refused(cast: Cast) -> None:
    guest = add_guest(cast)
    coming = Guest(0, "", cast.nobody, cast.organization_id, guest["guest_code"])
    path = f"/guests/{guest['id']}/to/member"
    before = stored(cast)

    for by in (cast.mia, cast.leo):
        answer = by.post(path)
        check_problem(answer, 404 if by is cast.leo else 403)
    check_problem(coming.post("/to/member"), 403)
    check_problem(cast.olga.post(path, {"role": "owner"}), 422)
    check_problem(cast.olga.post("/guests/nobody@acme.test/to/member"), 404)

    assert stored(cast) == before


def test_10_43_a_disabled_guest_too(cast: Cast) -> None:
    guest = add_guest(cast)
    made(cast.olga.delete(f"/guests/{guest['id']}/disable"), 200)

    assert made(cast.olga.post(f"/guests/{guest['id']}/to/member"), 200)["status"] == "invited"


def test_10_43_there_and_back(cast: Cast) -> None:
    task = make_oneoff(cast.olga, owners={"users": [cast.mia.user_id]})
    complete(cast.olga, make_oneoff(cast.olga, owners={"users": [cast.mia.user_id]}))

    guest = to_guest(cast, cast.mia)
    user = made(cast.olga.post(f"/guests/{guest['email']}/to/member"), 200)

    assert user["id"] == cast.mia.user_id
    assert set(owners_of(cast, task)["users"]) == {cast.mia.user_id, cast.olga.user_id}
    assert owners_of(cast, task)["guests"] == []


def test_10_4_5_inviting_a_guest_makes_them_a_member_at_once(cast: Cast) -> None:
    guest = add_guest(cast, first_name="Jo", last_name="Dee")
    task = make_oneoff(cast.olga, owners={"guests": [guest["email"]]})

    body = {"email": guest["email"].lower(), "role": "light", "first_name": "Joan"}
    user = made(cast.mia.post("/users/invite", body), 200)

    assert (user["status"], user["role"], user["full_name"]) == ("invited", "light", "Joan Dee")
    assert cast.olga.get("/guests-list").json()["count"] == 0
    assert user["id"] in owners_of(cast, task)["users"]
    assert last_told(cast, "updated")["old_value"] == ["guest"]
    assert last_told(cast, "invited")


def test_10_43_beside_other_changes_nothing_is_lost(cast: Cast) -> None:
    """Whoever adds tasks of the guest at the same time waits, or finds the member."""
    guest, process = add_guest(cast), launch(cast.olga)
    body = {
        "title": "T",
        "task_type": "task",
        "deadline": "2031-01-01 10:00:00",
        "run_id": process["id"],
        "owners": {"guests": [guest["email"]]},
    }
    tasks = [made(cast.olga.post("/tasks", body))]

    def convert(by: Person) -> int:
        return by.post(f"/guests/{guest['email']}/to/member").status_code

    def add(by: Person) -> int:
        answer = by.post("/tasks", body)
        tasks.append(made(answer))
        return answer.status_code

    with ThreadPoolExecutor(6) as pool:
        ways = [add, convert, add, convert, add, add]
        statuses = list(pool.map(lambda way: way(cast.olga.again()), ways))

    assert sorted(statuses) == [200, 201, 201, 201, 201, 404]
    (user,) = [user for user in made(cast.olga.get("/users"), 200) if user["status"] == "invited"]
    for task in tasks:
        assert owners_of(cast, task)["guests"] == []
        assert user["id"] in owners_of(cast, task)["users"]
