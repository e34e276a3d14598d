"""Part 30, 3.7: the public kick-off form. A link comes by mail; who has it launches."""

from typing import Any

import pytest

from cast import Cast
from factories import activity_of, launch, made, make_template, read, tasks_of
from letters import mails_of
from procession.kit.caller import Role
from public_forms import Visitor, new_address, open_form
from robots import email_of
from wire import check_problem


def process_names(cast: Cast) -> list[str]:
    return [process["name"] for process in made(cast.olga.get("/runs"), 200)]


@pytest.mark.parametrize("name", ["id", "alias"])
def test_30_3_7_from_the_mail_to_the_process(cast: Cast, name: str) -> None:
    template = open_form(cast.olga, kickoff_title="Tell us", kickoff_description="<p>All of it</p>")
    visitor = Visitor(cast, template[name]).come_in()
    form = visitor.read()
    shown = made(form, 200)
    assert form.headers["X-Robots-Tag"] == "noindex"
    assert (shown["title"], shown["description"]) == ("Tell us", "<p>All of it</p>")
    assert [field["label"] for field in shown["fields"]] == ["Client name", "Plan"]
    client, plan = (field["id"] for field in shown["fields"])
    sent = {client: "Acme", plan: {"id": 2, "text": "Gold"}}
    launched = visitor.launch(name="Order of Acme", prerun=sent)
    assert launched.keys() == {"id", "name", "status", "progress"}
    assert (launched["name"], launched["status"]) == ("Order of Acme", "active")
    assert launched["progress"] == {"complete": 0, "total": 1, "percent": 0}
    process = read(cast.olga, launched)
    assert process["launched_via"] == "public_form"
    assert process["started_by"] == process["owner_id"] == cast.olga.user_id
    assert process["prerun"] == sent
    assert process["prerun_completed_by"] is None
    assert process["prerun_completed_at"] == process["created_at"]
    by = process["prerun_submitted_by"]
    assert (by["type"], by["email"]) == ("guest", visitor.email)
    assert tasks_of(cast.olga, process)[0]["owners"]["users"] == [cast.olga.user_id]
    assert visitor.email in str(activity_of(cast.olga, process)[-1]["actor"])


def test_30_3_7_the_title_of_a_form_without_one(cast: Cast) -> None:
    visitor = Visitor(cast, open_form(cast.olga, kickoff_title=" ")["id"]).come_in()
    assert made(visitor.read(), 200)["title"] == "Onboarding"
    assert made(visitor.read(), 200)["description"] is None


def test_31_11_the_submitter_reads_what_became_of_it(cast: Cast) -> None:
    visitor = Visitor(cast, open_form(cast.olga)["id"]).come_in()
    launched = visitor.launch(prerun={"Client name": "Acme"})
    path = f"/runs/{launched['id']}"
    first = made(visitor.as_guest("GET", path), 200)
    assert list(first.pop("prerun").values()) == ["Acme"]
    assert first == launched
    (task,) = tasks_of(cast.olga, launched)
    made(cast.olga.post("/completed-tasks", {"task_id": task["id"]}), 200)
    later = made(visitor.as_guest("GET", path), 200)
    assert (later["status"], later["progress"]["percent"]) == ("complete", 100)
    # Nothing else of it, and nobody else.
    for method, other in (("GET", f"/tasks/{task['id']}"), ("GET", f"{path}/tasks/{task['id']}")):
        check_problem(visitor.as_guest(method, other), 404)
    assert visitor.as_guest("DELETE", path).status_code == 403
    check_problem(Visitor(cast, visitor.name).come_in().as_guest("GET", path), 404)
    made(cast.olga.delete(path), 200)
    check_problem(visitor.as_guest("GET", path), 404)
    made(cast.olga.put(f"{path}/activate"), 200)
    assert made(visitor.as_guest("GET", path), 200) == later


def test_30_3_7_missing_answers_and_unknown_fields_are_refused(cast: Cast) -> None:
    template = open_form(cast.olga)
    client = template["prerun"][0]["id"]
    visitor = Visitor(cast, template["id"]).come_in()
    nothing: list[Any] = [{}, {"prerun": {}}, {"prerun": {client: ""}}, {"prerun": []}]
    for body in nothing:
        problems = visitor.send(**body).json()["errors"]
        assert problems == {f"prerun.{client}": ["Client name is required"]}
    problems = visitor.send(prerun={"nope": 1, "Plan": "Silver"}, name="x" * 551).json()["errors"]
    plan = f"prerun.{template['prerun'][1]['id']}"
    assert problems.keys() == {"prerun.nope", plan, f"prerun.{client}", "name"}
    sentence = "prerun must be one object keyed by kick-off field id."
    assert visitor.send(prerun="x").json()["errors"]["prerun"] == [sentence]
    assert process_names(cast) == []


def test_30_3_7_what_else_is_sent_has_no_say(cast: Cast) -> None:
    """Who launches, and what is done differently, is for members to say."""
    visitor = Visitor(cast, open_form(cast.olga)["id"]).come_in()
    answer = visitor.send(
        prerun={"Client name": "A"}, user_id=cast.mia.user_id, owner_id=cast.mia.user_id,
        is_public=True, tasks={"0" * 32: {}}, tags=["0" * 32], checklist_id="0" * 32,
    )  # fmt: skip
    process = read(cast.olga, made(answer))
    ignored = set(answer.headers["X-Ignored-Fields"].split(","))
    assert ignored == {"user_id", "owner_id", "is_public", "tasks", "tags", "checklist_id"}
    assert (process["owner_id"], process["is_public"]) == (cast.olga.user_id, False)


def test_30_3_7_names(cast: Cast) -> None:
    """By the rules of every launch; nothing of a name is markup."""
    visitor = Visitor(cast, open_form(cast.olga)["id"]).come_in()
    prerun = {"Client name": "<b>Acme</b>"}
    assert visitor.launch(prerun=prerun)["name"].startswith("Onboarding - 20")
    tidy = visitor.launch(prerun=prerun, name="<script>alert(1)</script> Order\r\nBcc: x@y.test")
    assert tidy["name"] == "alert(1) Order Bcc: x@y.test"
    template = open_form(cast.olga, auto_naming=True)
    format_ = f"For {{{{{template['prerun'][0]['alias']}}}}}"
    body = {"title": "T", "default_process_name_format": format_}
    made(cast.olga.put(f"/checklists/{template['id']}", body), 200)
    visitor = Visitor(cast, template["id"]).come_in()
    assert visitor.launch(prerun=prerun, name="Mine")["name"] == "For Acme"


def test_30_3_7_in_whose_name_it_runs(cast: Cast) -> None:
    """Who opened it; when they are disabled, the owner (10, 4.7)."""
    template = open_form(cast.olga, owner_id=cast.mia.user_id)
    assert template["kickoff_sharing_user_id"] == cast.olga.user_id
    made(cast.olga.put(f"/checklists/{template['id']}", {"title": "T", "users": []}), 200)
    boss = cast.add(Role.ADMIN)
    opened = {"title": "T", "is_public_kickoff": False}
    made(boss.put(f"/checklists/{template['id']}", opened), 200)
    made(boss.put(f"/checklists/{template['id']}", {**opened, "is_public_kickoff": True}), 200)
    visitor = Visitor(cast, template["id"]).come_in()
    prerun = {"Client name": "A"}
    assert read(cast.olga, visitor.launch(prerun=prerun))["started_by"] == boss.user_id
    made(cast.olga.delete(f"/users/{boss.user_id}/disable"), 200)
    whole = made(cast.olga.get(f"/checklists/{template['id']}"), 200)
    assert whole["kickoff_sharing_user_id"] == cast.mia.user_id
    assert read(cast.olga, visitor.launch(prerun=prerun))["started_by"] == cast.mia.user_id
    made(cast.olga.delete(f"/users/{cast.mia.user_id}/disable"), 200)
    whole = made(cast.olga.get(f"/checklists/{template['id']}"), 200)
    assert (whole["is_public_kickoff"], whole["kickoff_sharing_user_id"]) == (False, None)
    assert any("form closed" in mail.subject for mail in mails_of(cast, email_of(cast.olga)))
    check_problem(visitor.send(prerun=prerun), 404)


def cast_admin() -> Any:
    from procession.kit.caller import Role

    return Role.ADMIN


def test_30_3_7_a_closed_form_is_not_there(cast: Cast) -> None:
    closed = make_template(cast.olga, 1, is_public=True)
    archived = open_form(cast.olga)
    visitor = Visitor(cast, archived["id"]).come_in()
    made(cast.olga.delete(f"/checklists/{archived['id']}"), 200)
    draft = open_form(cast.olga)
    made(cast.olga.put(f"/checklists/{draft['id']}",
                       {"title": "T", "dual_version_enabled": True}), 200)  # fmt: skip
    names = (closed["id"], archived["id"], archived["alias"], draft["id"], "0" * 32, "nonsense",
             "%00", "a" * 2000)  # fmt: skip
    for name in names:
        other = Visitor(cast, name, code=visitor.code)
        check_problem(other.ask(new_address()), 404, "RESOURCE_NOT_FOUND")
        check_problem(other.read(), 404, "RESOURCE_NOT_FOUND")
        check_problem(other.send(prerun={}), 404, "RESOURCE_NOT_FOUND")
    made(cast.olga.put(f"/checklists/{archived['id']}/restore"), 200)
    assert visitor.read().status_code == 200


def test_30_3_7_asking_says_nothing_about_who_is_who(cast: Cast) -> None:
    template = open_form(cast.olga)
    visitor = Visitor(cast, template["id"])
    guest, member, left = new_address(), email_of(cast.mia), email_of(cast.leo)
    made(cast.olga.post("/guests", {"email": guest}))
    shut_out = new_address()
    row = made(cast.olga.post("/guests", {"email": shut_out}))
    made(cast.olga.delete(f"/guests/{row['guest_code']}/disable"), 200)
    made(cast.olga.delete(f"/users/{cast.leo.user_id}/disable"), 200)
    answers = [visitor.ask(each) for each in (new_address(), guest, member, left, shut_out)]
    assert {answer.status_code for answer in answers} == {202}
    assert [answer.json() for answer in answers] == [{"data": {"sent": True}}] * 5
    assert "guest_code=" in mails_of(cast, guest)[-1].text
    to_member = mails_of(cast, member)[-1].text
    assert "guest_code" not in to_member
    assert f"/{cast.organization_id}/process/{template['id']}/create" in to_member
    assert mails_of(cast, left) + mails_of(cast, shut_out) == []


def test_30_3_7_nobodys_mailbox_is_filled(cast: Cast) -> None:
    visitor, email = Visitor(cast, open_form(cast.olga)["id"]), new_address()
    for _ in range(7):
        assert visitor.ask(email).json() == {"data": {"sent": True}}
    assert len(mails_of(cast, email)) == 5
    assert len({mail.text for mail in mails_of(cast, email)}) == 1


@pytest.mark.parametrize(
    "email",
    [None, "", "nobody", "a@b", "a@b.test\r\nBcc: c@d.test", "a@b.test, c@d.test",
     "A <a@b.test>", "a b@c.test", "\x00@b.test", "x" * 300 + "@b.test", 7, [], {"a": 1}],
)  # fmt: skip
def test_30_3_7_no_address_no_mail(cast: Cast, email: Any) -> None:
    visitor = Visitor(cast, open_form(cast.olga)["id"])
    check_problem(visitor.ask(email), 422)
    assert mails_of(cast) == []


def test_30_3_7_who_comes_without_the_right_code(cast: Cast) -> None:
    visitor = Visitor(cast, open_form(cast.olga)["id"]).come_in()
    for wrong in ("nonsense", "A" * 40, visitor.code[:-1], visitor.code + "x", "%00"):
        check_problem(visitor.read(wrong), 401, "UNAUTHENTICATED")
        check_problem(visitor.send(wrong, prerun={"Client name": "A"}), 401, "UNAUTHENTICATED")
    check_problem(cast.nobody.get(visitor.path), 401, "UNAUTHENTICATED")
    check_problem(cast.nobody.post(f"{visitor.path}/runs", {}), 401, "UNAUTHENTICATED")
    # A token is no code, and no code is good in another organization.
    check_problem(cast.olga.client.get(visitor.path), 401, "UNAUTHENTICATED")
    other = cast.stranger()
    own = other.client.get("/me").json()["data"]["default_organization_id"]
    check_problem(
        cast.nobody.get(f"/public/{own}/kickoff/{visitor.name}?guest_code={visitor.code}"), 401
    )
    made(cast.olga.post(f"/guests/{visitor.email}/reset-link"), 200)
    check_problem(visitor.read(), 401, "UNAUTHENTICATED")


def test_30_3_7_a_disabled_guest_is_told_so(cast: Cast) -> None:
    visitor = Visitor(cast, open_form(cast.olga)["id"]).come_in()
    made(cast.olga.delete(f"/guests/{visitor.email}/disable"), 200)
    check_problem(visitor.read(), 403, "GUEST_DISABLED")
    check_problem(visitor.send(prerun={"Client name": "A"}), 403, "GUEST_DISABLED")
    assert process_names(cast) == []


def test_30_3_7_hostile_bodies(cast: Cast) -> None:
    visitor = Visitor(cast, open_form(cast.olga)["id"]).come_in()
    path = f"{visitor.path}/runs?guest_code={visitor.code}"
    post = cast.nobody.call
    check_problem(post("POST", path, data="[1]", headers={"Content-Type": "application/json"}), 400)
    check_problem(post("POST", path, data="{", headers={"Content-Type": "application/json"}), 400)
    huge = '{"name": "' + "x" * (11 * 2**20) + '"}'
    check_problem(post("POST", path, data=huge, headers={"Content-Type": "application/json"}), 413)
    wrong: list[Any] = [
        {"name": {}}, {"name": [1]}, {"name": "\x00"}, {"prerun": {"Client name": {}}},
        {"prerun": {"Client name": "x" * 201}}, {"prerun": 7},
    ]  # fmt: skip
    for body in wrong:
        check_problem(visitor.send(**body), 422)
    assert process_names(cast) == []


def test_30_3_7_visitors_are_asked_for_no_tags_and_folders(cast: Cast) -> None:
    folder = made(cast.olga.post("/folders", {"name": "F", "folder_type": "run"}))["id"]
    template = open_form(cast.olga, tag_process=True, folderize_process=True)
    visitor = Visitor(cast, template["id"]).come_in()
    visitor.launch(prerun={"Client name": "A"})
    body = {"title": "T", "default_folder": folder}
    made(cast.olga.put(f"/checklists/{template['id']}", body), 200)
    process = read(cast.olga, visitor.launch(prerun={"Client name": "A"}), "?with=folders")
    assert [each["id"] for each in process["folders"]["data"]] == [folder]


def test_31_5_6_the_submitter_is_among_the_people_of_the_form(cast: Cast) -> None:
    people = {"label": "Who", "field_type": "assignees_form", "required": True,
              "settings": {"default_to_guest": True}}  # fmt: skip
    template = open_form(cast.olga, prerun=[people])
    who = template["prerun"][0]["id"]
    visitor = Visitor(cast, template["id"]).come_in()

    def named(**prerun: Any) -> Any:
        return read(cast.olga, visitor.launch(**prerun))["prerun"][who]

    only = {"users": [], "guests": [visitor.email], "groups": []}
    assert named() == named(prerun={"Who": None}) == named(prerun={who: {}}) == only
    both = named(prerun={who: {"users": [cast.mia.user_id], "guests": "gus@guests.test"}})
    assert both["users"] == [cast.mia.user_id]
    assert sorted(both["guests"]) == sorted(["gus@guests.test", visitor.email])
    assert named(prerun={who: {"guests": [visitor.email.upper()]}})["guests"].__len__() == 1
    # In a launch by a member nobody has submitted a public form.
    refused = cast.olga.post("/runs", {"checklist_id": template["id"]})
    assert refused.json()["errors"] == {f"prerun.{who}": ["Who is required"]}


def test_30_3_7_two_visitors_two_processes(cast: Cast) -> None:
    template = open_form(cast.olga)
    first, second = (Visitor(cast, template["id"]).come_in() for _ in range(2))
    one, two = (each.launch(prerun={"Client name": "A"}) for each in (first, second))
    assert one["id"] != two["id"]
    check_problem(first.as_guest("GET", f"/runs/{two['id']}"), 404)
    other = launch(cast.olga, template, prerun={"Client name": "B"})
    check_problem(first.as_guest("GET", f"/runs/{other['id']}"), 404)
    assert read(cast.olga, other)["prerun_submitted_by"]["type"] == "user"
