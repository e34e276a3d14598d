"""Part 00, 5 and 8: who gets in, and who may do what."""

import secrets
from typing import Any

import pytest

from backdoor import guest_task, new_token, revoke, set_guest_links, set_membership, stored
from cast import GUS, Cast, found
from factories import launch, let_all_launch, made, make_oneoff, make_template, read, tasks_of
from procession.domains.templates.types import Permission
from procession.kit.caller import Role
from server import Client
from wire import check_problem, ids

NO_LAUNCH = "Permission denied: cannot launch process from this template."


def test_00_11_without_a_token_nobody_gets_in(cast: Cast) -> None:
    for path in ("/me", cast.olga.path(""), cast.olga.path("/runs")):
        answer = cast.nobody.get(path)
        assert check_problem(answer, 401, "UNAUTHENTICATED")["message"] == "Unauthenticated."
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'


@pytest.mark.parametrize(
    "header",
    [
        "Bearer", "Bearer ", "Bearer a b", "Basic {token}", "{token}", "Token {token}",
        "Bearer {token}x", "Bearer prc_nonsense", "Bearer ,", 'Bearer "{token}"',
    ],
)  # fmt: skip
def test_00_12_what_is_no_valid_token_is_a_401(cast: Cast, header: str) -> None:
    sent = {"Authorization": header.format(token=cast.mia.token)}

    answer = cast.nobody.get(cast.mia.path("/runs"), headers=sent)

    check_problem(answer, 401, "UNAUTHENTICATED")
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", " Bearer ", "Bearer  "])
def test_00_12_the_scheme_is_read_leniently(cast: Cast, scheme: str) -> None:
    header = f"{scheme} {cast.mia.token} ".strip()

    assert cast.nobody.get("/me", headers={"Authorization": header}).status_code == 200


def test_00_12_expired_and_revoked_tokens_are_401(cast: Cast) -> None:
    good, expired, gone = (
        new_token(cast, cast.mia),
        new_token(cast, cast.mia, lifetime_s=-1),
        new_token(cast, cast.mia, lifetime_s=60),
    )
    assert Client(cast.server.base_url, gone).get("/me").status_code == 200
    revoke(cast, gone)

    assert Client(cast.server.base_url, good).get("/me").status_code == 200
    for token in (expired, gone):
        client = Client(cast.server.base_url, token)
        check_problem(client.get("/me"), 401, "UNAUTHENTICATED")
        check_problem(client.get(cast.mia.path("/runs")), 401, "UNAUTHENTICATED")


def test_00_12_a_token_in_the_query_is_nothing(cast: Cast) -> None:
    token = cast.mia.token

    check_problem(cast.nobody.get(f"/me?access_token={token}&token={token}&api_token={token}"), 401)


def test_00_44_no_member_and_no_organization_look_the_same(cast: Cast) -> None:
    stan = cast.stranger()
    nowhere = f"/organizations/{secrets.token_hex(16)}"

    for path in ("", "/runs", "/me", "/users", "/checklists/nonsense"):
        answers = [
            stan.get(path),
            stan.client.get(f"{nowhere}{path}"),
            stan.client.get(f"/organizations/nonsense{path}"),
            stan.client.get(f"/organizations/%00{path}"),
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
        check_problem(answers[0], 404, "RESOURCE_NOT_FOUND")


def test_00_44_a_disabled_member_is_told_so(cast: Cast) -> None:
    process = launch(cast.olga, name="Before")
    set_membership(cast, cast.mia, disabled_at=1)
    before = stored(cast)

    for answer in (
        cast.mia.get("/runs"),
        cast.mia.get(f"/runs/{process['id']}"),
        cast.mia.post("/runs", {"name": "x"}),
        cast.mia.get(f"/runs/{secrets.token_hex(16)}"),
    ):
        body = check_problem(answer, 403, "MEMBER_DISABLED")
        assert body["message"] == "Your account is disabled in this organization."
    assert cast.mia.client.get("/me").status_code == 200
    assert stored(cast) == before
    refused = cast.olga.put(f"/runs/{process['id']}", {"owner_id": cast.mia.user_id})
    assert list(check_problem(refused, 422)["errors"]) == ["owner_id"]


def test_00_44_a_member_who_was_not_approved_is_told_so(cast: Cast) -> None:
    set_membership(cast, cast.mia, approved_at=None)

    check_problem(cast.mia.get("/runs"), 403, "MEMBER_NOT_APPROVED")


def test_00_45_a_guest_code_is_enough(cast: Cast) -> None:
    task, code = guest_task(cast)
    path = cast.olga.path(f"/guests/{code}/tasks")

    assert len(code) == 40
    assert ids(cast.nobody.get(path)) == [task["id"]]
    assert ids(cast.nobody.get(f"/api{path}/")) == [task["id"]]
    assert cast.nobody.get(f"{path}/{task['id']}").status_code == 200
    said = cast.nobody.post(f"{path}/{task['id']}/comment", {"content": "Hello"})
    assert made(said)["content"] == "Hello"
    assert cast.olga.client.get(path).status_code == 200


def test_00_45_a_code_is_shown_to_who_may_pass_it_on_and_to_nobody_else(cast: Cast) -> None:
    owners = {"users": [cast.leo.user_id, cast.mia.user_id], "guests": [GUS]}
    task = make_oneoff(cast.olga, owners=owners)
    (link,) = task["owners"]["taskUrls"]
    code = link.split("/guest/")[1].split("/")[0]
    as_guest = cast.olga.path(f"/guests/{code}/tasks")

    assert code in cast.mia.get(f"/tasks/{task['id']}").text
    for answer in (
        cast.leo.get(f"/tasks/{task['id']}"),
        cast.leo.get("/tasks"),
        cast.leo.get(f"/tasks/{task['id']}?with=threads,run"),
        cast.leo.get("/activity-feeds"),
        cast.nobody.get(f"{as_guest}/{task['id']}"),
    ):
        assert answer.status_code == 200
        assert code not in answer.text
    cast.nobody.get(f"{as_guest}/{secrets.token_hex(16)}")
    assert code not in cast.server.log_text()


@pytest.mark.parametrize("wrong", ["x", "%00", "%ff", "0" * 40, "me", "gus@guests.test"])
def test_00_45_a_wrong_code_is_a_401(cast: Cast, wrong: str) -> None:
    task, code = guest_task(cast)
    before = stored(cast)

    for guest in (wrong, code.swapcase(), code[:-1]):
        path = cast.olga.path(f"/guests/{guest}/tasks")
        check_problem(cast.nobody.get(path), 401, "UNAUTHENTICATED")
        check_problem(cast.nobody.post(f"{path}/{task['id']}/comment", {"content": "x"}), 401)
    assert stored(cast) == before


def test_00_45_a_code_of_another_organization_is_a_401(cast: Cast) -> None:
    _, code = guest_task(cast)
    other = found(cast.server)

    check_problem(cast.nobody.get(other.path(f"/guests/{code}/tasks")), 401)
    check_problem(other.get(f"/guests/{code}/tasks"), 404)


def test_00_45_after_a_reset_the_old_code_is_a_401(cast: Cast) -> None:
    task, code = guest_task(cast)
    new = made(cast.olga.post(f"/guests/{code}/reset-link"), 200)["guest_code"]

    for mount in ("", "/api"):
        path = mount + cast.olga.path("/guests/{}/tasks")
        check_problem(cast.nobody.get(path.format(code)), 401, "UNAUTHENTICATED")
        assert ids(cast.nobody.get(path.format(new))) == [task["id"]]


def test_00_45_a_disabled_guest_is_told_so(cast: Cast) -> None:
    task, code = guest_task(cast)
    set_guest_links(cast, disabled_at=1)
    path = cast.olga.path(f"/guests/{code}")

    check_problem(cast.nobody.get(f"{path}/tasks"), 403, "GUEST_DISABLED")
    completion = {"task_id": task["id"]}
    check_problem(cast.nobody.post(f"{path}/completed-tasks", completion), 403, "GUEST_DISABLED")
    refused = cast.olga.post(
        "/tasks",
        {
            "title": "x",
            "task_type": "task",
            "deadline": "2031-01-01",
            "owners": {"guests": ["gus@guests.test"]},
        },
    )
    assert list(check_problem(refused, 422)["errors"]) == ["owners.guests.0"]


def by_code(cast: Cast, code: str, method: str, path: str, body: Any = None) -> Any:
    """As a guest page asks routes that have no code in their path."""
    return cast.nobody.call(method, cast.olga.path(path), json=body, headers={"X-Guest-Code": code})


@pytest.mark.parametrize("mount", ["", "/api"])
def test_00_45_a_guest_code_may_come_in_a_header(cast: Cast, mount: str) -> None:
    step = {"title": "Sign", "guests": [GUS]}
    process = launch(cast.olga, make_template(cast.olga, [step, {"title": "Other"}]))
    task, other = tasks_of(cast.olga, process)
    code = cast.guest_of(task).code

    def asked(method: str, path: str, body: Any = None) -> Any:
        headers = {"X-Guest-Code": code}
        return cast.nobody.call(method, mount + cast.olga.path(path), json=body, headers=headers)

    seen = made(asked("GET", f"/tasks/{task['id']}"), 200)
    assert seen == made(cast.nobody.get(cast.olga.path(f"/guests/{code}/tasks/{task['id']}")), 200)
    assert made(asked("GET", f"/runs/{process['id']}/tasks/{task['id']}"), 200)["id"] == task["id"]
    run = made(asked("GET", f"/runs/{process['id']}?with=tasks,checklist,threads"), 200)
    assert set(run) == {"id", "name", "status", "progress"}
    assert (run["name"], run["progress"]["total"]) == (process["name"], 1)
    face = made(asked("GET", ""), 200)
    assert face == {"id": cast.organization_id, "name": "Cast & Co", "org_logo": None}
    said = made(asked("POST", f"/tasks/{task['id']}/comment", {"content": "Hello"}))
    assert said["content"] == "Hello"
    done = made(asked("POST", "/completed-tasks", {"task_id": task["id"]}), 200)
    assert (done["status"], done["completer_guest"]) == ("completed", GUS)
    check_problem(asked("GET", f"/tasks/{other['id']}"), 404)
    check_problem(asked("POST", "/completed-tasks", {"task_id": other["id"]}), 404)
    check_problem(asked("GET", f"/runs/{launch(cast.olga)['id']}"), 404)
    for path in ("/users", "/runs", "/tasks", "/activity-feeds", "/checklists"):
        check_problem(asked("GET", path), 403, "FORBIDDEN")
    check_problem(cast.nobody.get("/me", headers={"X-Guest-Code": code}), 401)


def test_00_45_a_code_in_a_header_is_good_in_its_organization_alone(cast: Cast) -> None:
    task, code = guest_task(cast)
    other = found(cast.server)
    before, path = stored(cast), f"/tasks/{task['id']}"

    for wrong in ("x", "0" * 40, code.swapcase(), code[:-1], GUS, "é"):
        check_problem(by_code(cast, wrong, "GET", path), 401, "UNAUTHENTICATED")
    check_problem(by_code(cast, "", "GET", path), 401, "UNAUTHENTICATED")
    for elsewhere in (other.path(path), other.path(""), f"/organizations/{'0' * 32}"):
        answer = cast.nobody.get(elsewhere, headers={"X-Guest-Code": code})
        check_problem(answer, 401, "UNAUTHENTICATED")
    assert stored(cast) == before
    made(by_code(cast, code, "GET", path), 200)
    made(cast.olga.post(f"/guests/{code}/reset-link"), 200)
    check_problem(by_code(cast, code, "GET", path), 401, "UNAUTHENTICATED")
    set_guest_links(cast, disabled_at=1)
    renewed = made(cast.olga.get(f"/guests/{GUS}"), 200)["guest_code"]
    check_problem(by_code(cast, renewed, "GET", path), 403, "GUEST_DISABLED")


def test_00_45_with_a_token_the_header_is_nothing(cast: Cast) -> None:
    task, code = guest_task(cast)
    headers = {"X-Guest-Code": code}

    member = made(cast.olga.get(f"/tasks/{task['id']}", headers=headers), 200)
    assert member["owners"]["taskUrls"]
    assert cast.mia.get("/users", headers=headers).status_code == 200
    assert cast.olga.get("", headers={"X-Guest-Code": "wrong"}).status_code == 200
    sent = {**headers, "Authorization": "Bearer wrong"}
    check_problem(cast.nobody.get(cast.olga.path(f"/tasks/{task['id']}"), headers=sent), 401)


def test_00_48_a_standard_member_archives_but_never_deletes_for_good(cast: Cast) -> None:
    template = make_template(cast.olga)
    process = launch(cast.olga, template)
    everyone = {"checklist_edit": {"all_members": True}}
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", everyone), 200)

    assert cast.mia.delete(f"/runs/{process['id']}").status_code == 200
    check_problem(cast.mia.delete(f"/runs/{process['id']}/delete"), 403, "FORBIDDEN")
    assert cast.mia.delete(f"/checklists/{template['id']}").status_code == 200
    # Archived templates are there for nobody but whoever restores or deletes them.
    check_problem(cast.mia.delete(f"/checklists/{template['id']}/delete"), 403, "FORBIDDEN")
    assert read(cast.olga, process)["archived_at"]


def test_00_49_launching_a_template_must_be_granted(cast: Cast) -> None:
    template = make_template(cast.olga)
    body = {"checklist_id": template["id"]}
    before = stored(cast)

    assert cast.mia.get(f"/checklists/{template['id']}").status_code == 200
    assert cast.leo.get(f"/checklists/{template['id']}").status_code == 200
    for person in (cast.mia, cast.leo):
        refused = person.post("/runs", body)
        assert check_problem(refused, 403, "FORBIDDEN")["message"] == NO_LAUNCH
    assert stored(cast) == before

    let_all_launch(cast.olga, template)
    assert cast.mia.post("/runs", body).status_code == 201
    assert check_problem(cast.leo.post("/runs", body), 403)["message"] == NO_LAUNCH

    named = {"process_launch": {"all_members": True, "users": [cast.leo.user_id]}}
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", named), 200)
    assert cast.leo.post("/runs", body).status_code == 201


def test_00_49_a_light_member_archives_nothing_and_edits_no_template(cast: Cast) -> None:
    template = make_template(cast.olga)
    process = launch(cast.olga, template, users=[cast.leo.user_id])
    every_right = {"all_members": True, "users": [cast.leo.user_id]}
    grants = {"checklist_edit": every_right, "process_read": every_right}
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", grants), 200)
    before = stored(cast)

    check_problem(cast.leo.delete(f"/runs/{process['id']}"), 403)
    check_problem(cast.leo.put(f"/runs/{process['id']}/activate"), 403)
    check_problem(cast.leo.delete(f"/checklists/{template['id']}"), 403)
    check_problem(cast.leo.put(f"/checklists/{template['id']}/permissions", {}), 403)
    check_problem(cast.leo.post("/checklists", {"title": "x", "type": "procedure"}), 403)
    check_problem(cast.leo.put(f"/runs/{process['id']}", {"name": "x"}), 403)

    assert stored(cast) == before


def test_00_50_a_template_without_any_right_is_not_there(cast: Cast) -> None:
    template = make_template(cast.olga, title="Secret recipe")
    nobody = {right.value: {"all_members": False} for right in Permission}
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", nobody), 200)

    for person in (cast.mia, cast.leo):
        assert ids(person.get("/checklists")) == []
        assert ids(person.get("/checklists?q=secret")) == []
        for path in ("", "/steps", "/permissions", "?archived=1"):
            check_problem(
                person.get(f"/checklists/{template['id']}{path}"), 404, "RESOURCE_NOT_FOUND"
            )
        check_problem(person.delete(f"/checklists/{template['id']}"), 404)
        refused = person.post("/runs", {"checklist_id": template["id"]})
        assert list(check_problem(refused, 422)["errors"]) == ["checklist_id"]
    assert ids(cast.olga.get("/checklists?q=secret")) == [template["id"]]


def test_00_51_a_guest_sees_their_own_tasks_and_nothing_else(cast: Cast) -> None:
    _, code = guest_task(cast)
    others = make_oneoff(cast.olga)
    template = make_template(cast.olga)
    base = cast.olga.path(f"/guests/{code}")

    check_problem(cast.nobody.get(f"{base}/tasks/{others['id']}"), 404)
    check_problem(cast.nobody.post(f"{base}/completed-tasks", {"task_id": others["id"]}), 404)
    check_problem(cast.nobody.post(f"{base}/tasks/{others['id']}/comment", {"content": "x"}), 404)
    for path in ("/users", "/users-list", f"/checklists/{template['id']}", "/tasks", "", "/me"):
        check_problem(cast.nobody.get(cast.olga.path(path)), 401)
        as_token = {"Authorization": f"Bearer {code}"}
        check_problem(cast.nobody.get(cast.olga.path(path), headers=as_token), 401)
    for path in ("/users", "/users-list", f"/users/{cast.mia.user_id}", "/checklists",
                 f"/checklists/{template['id']}", f"/checklists/{template['id']}/steps", "/tasks",
                 "/groups", "/guests", "/me"):  # fmt: skip
        check_problem(by_code(cast, code, "GET", path), 403, "FORBIDDEN")
    check_problem(by_code(cast, code, "GET", f"/tasks/{others['id']}"), 404)


def test_00_51_a_guest_of_one_task_does_not_see_that_of_another(cast: Cast) -> None:
    own, code = guest_task(cast, "one@guests.test")
    other, _ = guest_task(cast, "two@guests.test")
    path = cast.olga.path(f"/guests/{code}/tasks")

    assert ids(cast.nobody.get(path)) == [own["id"]]
    assert ids(cast.nobody.get(f"{path}?guests=two@guests.test")) == []
    check_problem(cast.nobody.get(f"{path}/{other['id']}"), 404)


def test_00_52_only_administrators_change_the_organization(cast: Cast) -> None:
    before = stored(cast)

    for person in (cast.mia, cast.leo):
        check_problem(person.put("", {"name": "Taken over"}), 403, "FORBIDDEN")
        check_problem(person.patch("", {"timezone": "Nowhere"}), 403, "FORBIDDEN")
        check_problem(person.put("", {"name": ["not", "even", "valid"]}), 403, "FORBIDDEN")
        for other in (cast.olga, cast.add_light()):
            before = stored(cast)
            user = f"/users/{other.user_id}"
            check_problem(person.put(f"{user}/role", {"role": "admin"}), 403, "FORBIDDEN")
            check_problem(person.put(f"{user}/enable"), 403, "FORBIDDEN")
            for path in (user, f"{user}/disable", f"{user}/delete"):
                check_problem(person.delete(path), 403, "FORBIDDEN")

    assert stored(cast) == before
    assert made(cast.olga.put("", {"name": "Renamed"}), 200)["name"] == "Renamed"


def test_00_54_a_member_who_may_not_archive(cast: Cast) -> None:
    process = launch(cast.olga, make_template(cast.olga))
    set_membership(cast, cast.mia, can_archive_processes=False)
    set_membership(cast, cast.olga, can_archive_processes=False)
    before = stored(cast)

    check_problem(cast.mia.delete(f"/runs/{process['id']}"), 403, "FORBIDDEN")
    check_problem(cast.mia.put(f"/runs/{process['id']}/activate"), 403, "FORBIDDEN")
    assert stored(cast) == before
    assert cast.olga.delete(f"/runs/{process['id']}").status_code == 200


def test_00_54_a_member_who_may_not_create_templates(cast: Cast) -> None:
    set_membership(cast, cast.mia, can_create_templates=False)
    set_membership(cast, cast.olga, can_create_templates=False)
    template = {"title": "T", "type": "procedure"}

    check_problem(cast.mia.post("/checklists", template), 403, "FORBIDDEN")
    check_problem(cast.mia.post("/checklists", {"title": 1.5, "steps": "wrong"}), 403, "FORBIDDEN")
    assert cast.olga.post("/checklists", template).status_code == 201


def test_00_57_what_cannot_be_read_is_not_found_whatever_the_role_or_body(cast: Cast) -> None:
    """The order of 5.7: the object, then the right, then the body."""
    template = make_template(cast.olga)
    nobody = {"process_read": {"all_members": False}}
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", nobody), 200)
    process = launch(cast.olga, template)
    secret = make_oneoff(cast.olga, top_secret=True)
    before = stored(cast)

    for person in (cast.mia, cast.leo):
        for method, path in (
            ("GET", f"/runs/{process['id']}"),
            ("DELETE", f"/runs/{process['id']}"),
            ("PUT", f"/runs/{process['id']}"),
            ("PUT", f"/runs/{process['id']}/activate"),
            ("DELETE", f"/runs/{process['id']}/delete"),
            ("POST", f"/runs/{process['id']}/comment"),
            ("POST", f"/runs/{process['id']}/problem"),
            ("GET", f"/tasks/{secret['id']}"),
            ("DELETE", f"/tasks/{secret['id']}"),
            ("DELETE", f"/tasks/{secret['id']}/delete"),
            ("POST", f"/tasks/{secret['id']}/comment"),
            ("POST", f"/tasks/{secret['id']}/resolved-threads"),
        ):
            for body in ({}, {"name": [], "content": 1.5, "label": "wrong", "thread_id": {}}):
                check_problem(person.call(method, path, json=body), 404, "RESOURCE_NOT_FOUND")
    assert stored(cast) == before


def test_00_57_a_missing_right_comes_before_a_wrong_body(cast: Cast) -> None:
    template = make_template(cast.olga)
    path = f"/checklists/{template['id']}/permissions"

    check_problem(cast.mia.put(path, {"process_launch": "wrong"}), 403, "FORBIDDEN")
    check_problem(cast.olga.put(path, {"process_launch": "wrong"}), 422)


def test_00_roles_are_written_in_lower_case_and_the_bot_is_no_member(cast: Cast) -> None:
    members = cast.olga.get("/users").json()["data"]
    roles = {member["id"]: member["role"] for member in members}

    assert roles[cast.olga.user_id] == "admin"
    assert roles[cast.mia.user_id] == "standard"
    assert roles[cast.leo.user_id] == "light"
    (bot,) = [member for member in members if member["is_bot"]]
    assert cast.olga.get("").json()["data"]["users_count"] == 3
    refused = cast.olga.post("/runs", {"name": "x", "owner_id": bot["id"]})
    assert list(check_problem(refused, 422)["errors"]) == ["owner_id"]
    assert Role.BOT.value in roles.values()
