"""Part 10, 5: guests.

Rows 31 and 43 are in `test_part10_converting.py`.
"""

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from cast import Cast, Guest, Person, assemble, found
from factories import complete, launch, made, make_oneoff, make_template, read, tasks_of
from letters import mails_of
from wire import check_pagination, check_problem, ids

DETAILS = {
    "first_name", "last_name", "status", "phone_1", "phone_2", "timezone", "image_url",
    "contact_url", "company_url", "opportunity_url", "company_name", "opportunity_name",
    "external_sync_source", "external_date_creation", "cadence_days", "associated_members",
    "app_language", "content_language", "digest_enabled", "last_city", "last_country",
    "last_accessed_at", "disabled_at", "reactivated_at", "disabled_by", "reactivated_by",
}  # fmt: skip


def some_address() -> str:
    """Guests are known to the whole server: each test has its own."""
    return f"Jo+{secrets.token_hex(4)}@acme.test"


def add(by: Person, email: str | None = None, **fields: Any) -> Any:
    return made(by.post("/guests", {"email": email or some_address(), **fields}))


def guest_at(by: Person, guest: Any, query: str = "") -> Any:
    return made(by.get(f"/guests/{guest['id']}{query}"), 200)


def coming(cast: Cast, guest: Any) -> Guest:
    return Guest(0, "", cast.nobody, cast.organization_id, guest["guest_code"])


def task_for(by: Person, guest: Any, **fields: Any) -> Any:
    return make_oneoff(by, owners={"guests": [guest["email"]]}, **fields)


def told(by: Person) -> list[tuple[str, Any]]:
    """Verbs and fields of what happened to guests, oldest first."""
    feed = made(by.get("/activity-feeds?type=user&sort=created_at&without_pagination=true"), 200)
    return [
        (entry["verb"][0], entry["field"] and entry["field"][0])
        for entry in feed
        if entry["auditable_type"] == "Guest"
    ]


# --- Adding ---


def test_10_32_an_address_is_enough(cast: Cast) -> None:
    email = some_address()
    guest = add(cast.mia, email)
    assert guest["email"] == email
    assert isinstance(guest["id"], int)
    assert set(guest["details"]) == DETAILS
    assert (guest["first_name"], guest["full_name"], guest["disabled_at"]) == (None, "", None)
    assert set(guest) == {
        "id", "email", "first_name", "last_name", "full_name", "last_accessed_at",
        "last_known_ip", "last_known_country", "created_at", "last_updated", "updated_at",
        "deleted_at", "disabled_at", "link", "guest_code", "details",
    }  # fmt: skip
    assert guest["deleted_at"] is None
    assert guest["last_updated"] == guest["updated_at"]
    assert guest["link"].endswith(f"/{cast.organization_id}/guest/{guest['guest_code']}")
    assert len(guest["guest_code"]) == 40
    assert guest_at(cast.olga, guest) == guest
    assert ids(coming(cast, guest).get("/tasks")) == []
    assert told(cast.olga) == [("created", None)]


def test_10_33_phone_is_another_name_of_phone_1(cast: Cast) -> None:
    assert add(cast.mia, phone="+1 555")["details"]["phone_1"] == "+1 555"


def test_10_33_phone_is_cleared_by_either_name(cast: Cast) -> None:
    for name in ("phone", "phone_1"):
        guest = add(cast.mia, phone="+1 555")
        cleared = made(cast.mia.put(f"/guests/{guest['id']}", {name: None}))
        assert cleared["details"]["phone_1"] is None
    both = add(cast.mia, phone="1", phone_1="2")
    assert both["details"]["phone_1"] == "2"


def test_10_5_4_every_detail_is_kept(cast: Cast) -> None:
    details: dict[str, Any] = {
        "phone_1": "1",
        "phone_2": "2",
        "company_name": "Acme",
        "opportunity_name": "Big",
        "status": "warm",
        "company_url": "https://acme.test",
        "contact_url": "http://acme.test/jo",
        "image_url": "https://acme.test/jo.png",
        "opportunity_url": "https://acme.test/big",
        "timezone": "Europe/Paris",
        "external_sync_source": "salesforce",
        "associated_members": [cast.mia.user_id],
    }
    sent = {**details, "external_date_creation": "2031-01-02"}
    guest = add(cast.mia, first_name="Jo", last_name="Doe", **sent)
    assert (guest["first_name"], guest["last_name"], guest["full_name"]) == ("Jo", "Doe", "Jo Doe")
    assert guest["details"]["first_name"] == "Jo"
    assert {key: guest["details"][key] for key in details} == details
    assert guest["details"]["external_date_creation"] == "2031-01-02T00:00:00Z"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "nobody"),
        ("email", "a@b@c.test"),
        ("email", "a@acme.test,b@acme.test"),
        ("email", "Jo <jo@acme.test>"),
        ("email", "jo@acme..test"),
        ("email", "jo@-acme.test"),
        ("email", "jo@acme"),
        ("email", "@acme.test"),
        ("email", "jo\u0000@acme.test"),
        ("email", "jo\r\nBcc:x@acme.test"),
        ("email", "x" * 250 + "@acme.test"),
        ("email", None),
        ("first_name", "x" * 201),
        ("phone_1", "1" * 21),
        ("company_url", "javascript:alert(1)"),
        ("image_url", "acme.test"),
        ("timezone", "Mars/Base"),
        ("external_date_creation", "soon"),
    ],
)
def test_10_5_4_what_cannot_be_is_refused(cast: Cast, field: str, value: Any) -> None:
    answer = check_problem(cast.mia.post("/guests", {"email": some_address(), field: value}), 422)
    assert list(answer["errors"]) == [field]


def test_10_34_a_members_address_is_no_guests(cast: Cast) -> None:
    email = made(cast.mia.get("/me"), 200)["email"].upper()
    assert "email" in check_problem(cast.olga.post("/guests", {"email": email}), 422)["errors"]


def test_10_34_the_same_guest_twice_is_one_guest(cast: Cast) -> None:
    guest = add(cast.mia, first_name="Jo", phone="1")
    again = add(cast.mia, guest["email"].upper(), first_name="Joe", last_name="Doe", phone="2")
    assert (again["id"], again["guest_code"]) == (guest["id"], guest["guest_code"])
    assert (again["first_name"], again["last_name"]) == ("Jo", "Doe")
    assert again["details"]["phone_1"] == "1"
    assert ids(cast.mia.get("/guests")) == [guest["id"]]
    cast.olga.delete(f"/guests/{guest['id']}/disable")
    assert add(cast.mia, guest["email"])["disabled_at"] is not None


def test_10_34_added_and_deleted_at_once_a_guest_is_there_or_not(cast: Cast) -> None:
    """And in another organization they stay, whatever happens here."""
    email, other = some_address(), found(cast.server)
    callers = [by.again() for by in (cast.olga, other) for _ in range(4)]

    def come_and_go(by: Person) -> set[int]:
        statuses = set()
        for _ in range(5):
            statuses.add(by.post("/guests", {"email": email}).status_code)
            if by.organization_id == cast.organization_id:
                statuses.add(by.delete(f"/guests/{email}").status_code)
        return statuses

    with ThreadPoolExecutor(8) as pool:
        assert set().union(*pool.map(come_and_go, callers)) <= {200, 201, 404}
    assert other.get(f"/guests/{email}").status_code == 200


def test_10_1_3_organizations_do_not_see_what_others_know_of_a_guest(cast: Cast) -> None:
    guest = add(cast.mia, first_name="Jo", company_name="Acme")
    other = found(cast.server)
    check_problem(other.get(f"/guests/{guest['email']}"), 404)
    check_problem(other.get(f"/guests/{guest['guest_code']}"), 404)
    theirs = add(other, guest["email"])
    assert theirs["id"] == guest["id"]
    assert (theirs["first_name"], theirs["details"]["company_name"]) == (None, None)
    assert theirs["guest_code"] != guest["guest_code"]
    made(other.put(f"/guests/{guest['id']}", {"first_name": "Joe"}))
    made(other.delete(f"/guests/{guest['id']}"), 200)
    assert guest_at(cast.mia, guest) == guest


# --- Changing ---


@pytest.mark.parametrize("write", [str, str.upper, lambda email: email.replace("@", "%40")])
def test_10_35_the_address_in_the_path_may_be_encoded_and_in_any_case(
    cast: Cast, write: Any
) -> None:
    guest = add(cast.mia)
    path = f"/guests/{write(guest['email'])}"
    assert made(cast.mia.get(path), 200) == guest
    assert made(cast.mia.put(path, {"first_name": "Jo"}))["id"] == guest["id"]
    assert made(cast.olga.delete(path), 200)["id"] == guest["id"]


def test_10_36_what_is_sent_is_stored(cast: Cast) -> None:
    guest = add(cast.mia, company_name="Acme")
    path = f"/guests/{guest['email']}"
    named = made(cast.mia.put(path, {"first_name": "Jo", "company_name": None}))
    assert (named["first_name"], named["details"]["company_name"]) == ("Jo", None)
    both = {"email": guest["email"].lower(), "associated_members": [str(cast.mia.user_id)]}
    changed = made(cast.mia.put(path, both))
    assert changed["details"]["associated_members"] == [cast.mia.user_id]
    answer = check_problem(cast.mia.put(path, {"associated_members": [999_999_999]}), 422)
    assert list(answer["errors"]) == ["associated_members.0"]
    foreign = found(cast.server).user_id
    check_problem(cast.mia.put(path, {"associated_members": [cast.mia.user_id, foreign]}), 422)
    cleared = made(cast.mia.put(path, {"associated_members": []}))
    assert cleared["details"]["associated_members"] == []
    assert made(cast.mia.put(path, {})) == cleared
    assert told(cast.olga) == [
        ("created", None),
        ("updated", "first_name"),
        ("updated", "company_name"),
        ("updated", "associated_members"),
        ("updated", "associated_members"),
    ]


def test_10_5_5_another_address_is_another_guest(cast: Cast) -> None:
    guest = add(cast.mia)
    answer = check_problem(cast.mia.put(f"/guests/{guest['id']}", {"email": some_address()}), 422)
    assert list(answer["errors"]) == ["email"]
    check_problem(cast.mia.put(f"/guests/{some_address()}", {"first_name": "Jo"}), 404)


# --- Reading ---


def test_10_37_stats_come_bare_and_only_when_asked(cast: Cast) -> None:
    guest = add(cast.mia)
    assert "stats" not in made(cast.mia.get("/guests"), 200)[0]
    nothing = {
        "assigned_tasks": 0,
        "tasks_completed": 0,
        "one_off_tasks_completed": 0,
        "last_task_completed_at": None,
        "last_one_off_task_completed_at": None,
    }
    assert guest_at(cast.mia, guest, "?with=stats")["stats"] == nothing
    steps = [{"title": "A", "guests": [guest["email"]]}]
    launch(cast.olga, make_template(cast.olga, steps))
    group = made(cast.olga.post("/groups", {"name": "G", "guests": [guest["email"]]}))
    make_oneoff(cast.olga, owners={"guests": [guest["email"]], "groups": [group["id"]]})
    oneoff = make_oneoff(cast.olga, owners={"groups": [group["id"]]})
    made(coming(cast, guest).post("/completed-tasks", {"task_id": oneoff["id"]}), 200)
    (listed,) = made(cast.mia.get("/guests?with=stats"), 200)
    assert listed["stats"]["assigned_tasks"] == 3
    assert listed["stats"]["tasks_completed"] == 0
    assert listed["stats"]["one_off_tasks_completed"] == 1
    assert listed["stats"]["last_task_completed_at"] is None
    assert listed["stats"]["last_one_off_task_completed_at"] is not None
    assert guest_at(cast.mia, add(cast.mia), "?with=stats")["stats"] == nothing


def test_10_37_changed_guests_show_their_stats_too(cast: Cast) -> None:
    email = some_address()
    added = made(cast.olga.post("/guests?with=stats", {"email": email}))
    path, ask = f"/guests/{email}", "?with=stats"
    for answer, status in (
        (cast.olga.put(path + ask, {"first_name": "Jo"}), 201),
        (cast.olga.put(f"{path}/preferences{ask}", {"digest_enabled": True}), 200),
        (cast.olga.post(f"{path}/reset-link{ask}"), 200),
        (cast.olga.delete(f"{path}/disable{ask}"), 200),
        (cast.olga.put(f"{path}/enable{ask}"), 200),
        (cast.olga.delete(path + ask), 200),
        (cast.olga.put(f"/users/{cast.mia.user_id}/to/guest{ask}"), 200),
    ):
        assert made(answer, status)["stats"] == added["stats"]
    assert "stats" not in add(cast.olga)


def test_10_38_the_short_list_has_everybody_by_address(cast: Cast) -> None:
    second = add(cast.mia, "zz" + some_address().lower(), first_name="Zoe")
    first = add(cast.mia, "AA" + some_address())
    answer = cast.mia.get("/guests-list").json()
    assert answer["count"] == 2
    assert [row["id"] for row in answer["data"]] == [first["id"], second["id"]]
    keys = {
        "id", "email", "first_name", "last_name", "full_name", "link", "guest_code", "created_at",
        "disabled_at",
    }  # fmt: skip
    assert answer["data"][1] == {key: second[key] for key in keys}


def test_10_5_1_guests_are_searched_sorted_and_narrowed(cast: Cast) -> None:
    zoe = add(cast.mia, first_name="Zoe", last_name="Poe")
    ann = add(cast.mia, "ann" + some_address(), first_name="Ann")
    cast.olga.delete(f"/guests/{zoe['id']}/disable")
    assert ids(cast.mia.get("/guests")) == [zoe["id"], ann["id"]]
    assert ids(cast.mia.get("/guests?sort=-created_at")) == [ann["id"], zoe["id"]]
    assert ids(cast.mia.get("/guests?sort=name")) == [ann["id"], zoe["id"]]
    assert ids(cast.mia.get("/guests?q=ZOE%20P")) == [zoe["id"]]
    assert ids(cast.mia.get("/guests?q=annjo")) == [ann["id"]]
    assert ids(cast.mia.get("/guests?status=active")) == [ann["id"]]
    assert ids(cast.mia.get("/guests?status=disabled")) == [zoe["id"]]
    assert check_pagination(cast.mia.get("/guests"))["per_page"] == 999
    assert check_pagination(cast.mia.get("/guests?per_page=5000"))["per_page"] == 5000
    assert check_pagination(cast.mia.get("/guests?per_page=20000"))["per_page"] == 9999
    assert check_pagination(cast.mia.get("/guests?limit=1"))["total_pages"] == 2
    assert check_pagination(cast.mia.get("/guests?without_pagination=true"))["count"] == 2


def test_10_42_a_guests_tasks_are_found_by_code_address_and_id(cast: Cast) -> None:
    guest = add(cast.mia)
    tasks = [task_for(cast.olga, guest)["id"] for _ in range(12)]
    for name in (guest["guest_code"], guest["email"], guest["id"]):
        answer = cast.mia.get(f"/guests/{name}/tasks?per_page=20")
        assert sorted(ids(answer)) == sorted(tasks)
        assert check_pagination(answer)["per_page"] == 20
    check_problem(cast.mia.get(f"/guests/{some_address()}/tasks"), 404)


def test_10_44_a_light_member_sees_guests_of_shared_tasks_without_their_links(cast: Cast) -> None:
    near, grouped, far = (add(cast.mia) for _ in range(3))
    group = made(cast.olga.post("/groups", {"name": "G", "guests": [grouped["email"]]}))
    task_for(cast.olga, far)
    owners = {"users": [cast.leo.user_id], "guests": [near["email"]], "groups": [group["id"]]}
    make_oneoff(cast.olga, owners=owners)
    assert ids(cast.leo.get("/guests")) == [near["id"], grouped["id"]]
    seen = guest_at(cast.leo, near)
    assert (seen["link"], seen["guest_code"]) == (None, None)
    assert seen["email"] == near["email"]
    listed = cast.leo.get("/guests-list").json()
    assert listed["count"] == 2
    assert all(row["link"] is row["guest_code"] is None for row in listed["data"])
    check_problem(cast.leo.get(f"/guests/{far['id']}"), 404)
    check_problem(cast.leo.get(f"/guests/{far['email']}/tasks"), 404)
    path = f"/guests/{near['id']}"
    check_problem(cast.leo.put(path, {"first_name": "Jo"}), 403)
    check_problem(cast.leo.post("/guests", {"email": some_address()}), 403)


# --- In and out ---


def test_10_39_a_guest_with_an_open_task_cannot_be_disabled(cast: Cast) -> None:
    guest = add(cast.mia)
    task = task_for(cast.olga, guest)
    path = f"/guests/{guest['email']}"
    refused = check_problem(cast.olga.delete(f"{path}/disable"), 403)
    assert refused["message"] == "Cannot disable guest with incomplete tasks"
    complete(cast.olga, task)
    group = made(cast.olga.post("/groups", {"name": "G", "guests": [guest["email"]]}))
    other = make_oneoff(cast.olga, owners={"groups": [group["id"]]})
    check_problem(cast.olga.delete(f"{path}/disable"), 403)
    complete(cast.olga, other)
    disabled = made(cast.olga.delete(f"{path}/disable"), 200)
    assert disabled["disabled_at"] == disabled["details"]["disabled_at"] is not None
    assert disabled["details"]["disabled_by"] == cast.olga.user_id
    assert made(cast.olga.delete(f"{path}/disable"), 200) == disabled
    check_problem(coming(cast, guest).get("/tasks"), 403, "GUEST_DISABLED")
    body = {"title": "T", "task_type": "task", "deadline": "2031-01-01"}
    named = check_problem(
        cast.olga.post("/tasks", {**body, "owners": {"guests": [guest["email"]]}}), 422
    )
    assert list(named["errors"]) == ["owners.guests.0"]
    enabled = made(cast.olga.put(f"{path}/enable"), 200)
    assert (enabled["disabled_at"], enabled["guest_code"]) == (None, guest["guest_code"])
    assert enabled["details"]["reactivated_by"] == cast.olga.user_id
    assert made(cast.olga.put(f"{path}/enable"), 200) == enabled
    assert coming(cast, guest).get("/tasks").status_code == 200
    assert told(cast.olga) == [("created", None), ("disabled", None), ("enabled", None)]


def test_10_39_a_disabled_guest_is_left_out_of_groups_until_enabled(cast: Cast) -> None:
    guest = add(cast.mia)
    group = made(cast.olga.post("/groups", {"name": "G", "guests": [guest["email"]]}))
    cast.olga.delete(f"/guests/{guest['id']}/disable")
    path = f"/groups/{group['id']}"
    assert made(cast.olga.get(path), 200)["guests"] == []
    check_problem(cast.olga.put(path, {"guests": [guest["email"]]}), 422)
    cast.olga.put(f"/guests/{guest['id']}/enable")
    assert made(cast.olga.get(path), 200)["guests"] == [guest["email"]]


def test_10_40_a_deleted_guest_is_gone_from_tasks_steps_and_groups(cast: Cast) -> None:
    guest = add(cast.mia)
    template = make_template(cast.olga, [{"title": "A", "guests": [guest["email"].upper()]}])
    process = launch(cast.olga, template)
    group = made(cast.olga.post("/groups", {"name": "G", "guests": [guest["email"]]}))
    gone = made(cast.olga.delete(f"/guests/{guest['email']}"), 200)
    assert gone["deleted_at"] is not None
    check_problem(cast.olga.delete(f"/guests/{guest['email']}"), 404)
    (task,) = tasks_of(cast.olga, process)
    assert (task["owners"]["guests"], task["owners"]["users"]) == ([], [cast.olga.user_id])
    assert made(cast.olga.get(f"/groups/{group['id']}"), 200)["guests"] == []
    (step,) = made(cast.olga.get(f"/checklists/{template['id']}/steps"), 200)
    assert step["guests"] == []
    assert ids(cast.olga.get("/guests")) == []
    check_problem(coming(cast, guest).get("/tasks"), 401)
    assert told(cast.olga)[-1] == ("deleted", None)


def test_10_40_what_a_deleted_guest_completed_keeps_their_address(cast: Cast) -> None:
    guest = add(cast.mia)
    process = launch(cast.olga, make_template(cast.olga, [{"title": "A"}]))
    (task,) = tasks_of(cast.olga, process)
    own = task_for(cast.olga, guest)
    made(coming(cast, guest).post("/completed-tasks", {"task_id": own["id"]}), 200)
    before = made(cast.olga.get(f"/tasks/{own['id']}"), 200)
    made(cast.olga.delete(f"/guests/{guest['id']}"), 200)
    after = made(cast.olga.get(f"/tasks/{own['id']}"), 200)
    assert after["completer_guest"] == before["completer_guest"] == guest["email"]
    assert read(cast.olga, process)["status"] == "active"
    assert task["id"]


def test_10_40_a_guest_added_again_gets_another_code(cast: Cast) -> None:
    guest = add(cast.mia)
    own = task_for(cast.olga, guest)
    made(coming(cast, guest).post("/completed-tasks", {"task_id": own["id"]}), 200)
    made(cast.olga.delete(f"/guests/{guest['id']}"), 200)
    again = add(cast.mia, guest["email"])
    assert again["guest_code"] != guest["guest_code"]
    assert (again["first_name"], again["details"]["phone_1"]) == (None, None)
    check_problem(coming(cast, guest).get("/tasks"), 401)
    assert ids(coming(cast, again).get("/tasks")) == []


def test_10_41_a_reset_link_lets_nobody_in(cast: Cast) -> None:
    guest = add(cast.mia)
    task = task_for(cast.olga, guest)
    reset = made(cast.olga.post(f"/guests/{guest['email']}/reset-link"), 200)
    assert reset["guest_code"] != guest["guest_code"]
    check_problem(coming(cast, guest).get("/tasks"), 401)
    assert ids(coming(cast, reset).get("/tasks")) == [task["id"]]
    assert told(cast.olga) == [("created", None), ("updated", "link")]


def test_10_5_6_only_administrators_let_guests_in_and_out(cast: Cast) -> None:
    guest = add(cast.mia)
    path = f"/guests/{guest['id']}"
    calls = (
        ("DELETE", path),
        ("DELETE", f"{path}/disable"),
        ("PUT", f"{path}/enable"),
        ("POST", f"{path}/reset-link"),
    )
    for method, place in calls:
        check_problem(cast.mia.call(method, place), 403)
    assert guest_at(cast.mia, guest) == guest


# --- As the guest ---


def test_10_5_6_guests_read_themselves_and_set_their_preferences(cast: Cast) -> None:
    guest = add(cast.mia, first_name="Jo")
    jo = coming(cast, guest)
    seen = made(jo.get(""), 200)
    assert is_unchanged(seen, guest)
    wanted = {
        "digest_enabled": False,
        "cadence_days": ["Monday"],
        "app_language": "fr",
        "content_language": "de",
        "timezone": "Europe/Paris",
    }
    details = made(jo.put("/preferences", wanted), 200)["details"]
    assert {key: details[key] for key in wanted} == wanted
    kept = made(cast.olga.put(f"/guests/{jo.code}/preferences", {"app_language": "en"}), 200)
    assert kept["details"] == {**details, "app_language": "en"}
    check_problem(jo.put("/preferences", {"timezone": "Mars/Base"}), 422)
    check_problem(jo.put("/preferences", {"cadence_days": ["Someday"]}), 422)
    check_problem(cast.mia.put(f"/guests/{jo.code}/preferences", wanted), 403)


def test_10_5_6_guests_may_not_change_more_than_that(cast: Cast) -> None:
    guest = add(cast.mia)
    jo = coming(cast, guest)
    check_problem(jo.put("", {"first_name": "Jo"}), 403)
    check_problem(jo.delete(""), 403)
    check_problem(jo.delete("/disable"), 403)
    check_problem(jo.post("/reset-link"), 403)
    assert is_unchanged(guest_at(cast.mia, guest), guest)


def is_unchanged(seen: Any, guest: Any) -> bool:
    """But for when they were last here."""
    at = seen["last_accessed_at"]
    details = {**guest["details"], "last_accessed_at": at}
    return bool(seen == {**guest, "last_accessed_at": at, "details": details})


# --- Links by mail ---


def links_in(cast: Cast, address: str) -> list[str]:
    mails = [letter for letter in mails_of(cast, address) if "Your tasks" in letter.subject]
    return [line for mail in mails for line in mail.text.splitlines() if "/guest/" in line]


def fresh_address() -> str:
    return f"gus-{secrets.token_hex(6)}@guests.test"


def test_10_5_6_a_member_has_the_link_mailed(cast: Cast) -> None:
    address = fresh_address()
    code = made(cast.olga.post("/guests", {"email": address}))["guest_code"]

    for number, by in enumerate((cast.olga, cast.mia), 1):
        answer = by.post(f"/guests/{address}/send-link", headers={"Host": "evil.test"})
        assert (answer.status_code, answer.content) == (202, b"")
        assert len(links_in(cast, address)) == number
    link = links_in(cast, address)[0]
    assert link.endswith(f"/{cast.organization_id}/guest/{code}")
    assert "evil.test" not in link
    check_problem(cast.olga.post(f"/guests/{fresh_address()}/send-link"), 404)
    check_problem(cast.leo.post(f"/guests/{address}/send-link"), 404)
    made(cast.olga.delete(f"/guests/{address}/disable"), 200)
    check_problem(cast.olga.post(f"/guests/{address}/send-link"), 422)
    made(cast.olga.put(f"/guests/{address}/enable"), 200)
    for _ in range(3):
        assert cast.olga.post(f"/guests/{code}/send-link").status_code == 202
    answer = cast.olga.post(f"/guests/{code}/send-link")
    check_problem(answer, 429, "RATE_LIMIT_EXCEEDED")
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert len(links_in(cast, address)) == 5


@pytest.mark.parametrize("mount", ["", "/api"])
def test_00_5_8_a_guest_asks_for_the_links_again(cast: Cast, mount: str) -> None:
    """Of every organization that lets them in; nobody is told whether there are any."""
    other = assemble(cast.server)
    disabled = assemble(cast.server)
    address = fresh_address()
    for organization in (cast, other, disabled):
        made(organization.olga.post("/guests", {"email": address}))
    made(disabled.olga.delete(f"/guests/{address}/disable"), 200)
    path = f"{mount}/guest-access"

    for email in (address.upper(), fresh_address(), "nonsense", "", *[address] * 6):
        answer = cast.nobody.post(path, {"email": email}, headers={"Host": "evil.test"})
        if email:
            assert answer.status_code == 202
            assert answer.json() == {
                "message": "If this address has guest tasks, a link has been sent."
            }
        else:
            check_problem(answer, 422)

    for organization in (cast, other):
        found = links_in(organization, address)
        assert len(found) == 5
        code = made(organization.olga.get(f"/guests/{address}"), 200)["guest_code"]
        assert {link.rsplit("/", 1)[1] for link in found} == {code}
        assert "evil.test" not in found[0]
    assert links_in(disabled, address) == []
