"""Part 10, 1.6 and part 50, 9: new members are started with a process."""

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from msgspec import structs

from backdoor import set_content, set_membership
from cast import Cast, Person, found
from factories import launch, made, make_template
from procession.domains.templates.types import Field
from procession.flows.access import founding
from procession.flows.people import onboarding
from procession.kit.caller import Role
from robots import granted, trusted
from server import Client
from wire import check_problem

GOOD = "Correct1horse"


def want(cast: Cast, **fields: Any) -> Any:
    """A template that new members are started with; nobody but administrators can see it."""
    template = make_template(cast.olga, 2, title="First steps", **fields)
    body = {"enable_onboarding_template": True, "onboarding_template_id": template["id"]}
    made(cast.olga.put("", body), 200)
    nobody = {"all_members": False}
    rights = dict.fromkeys(("checklist_read", "process_read", "process_launch"), nobody)
    made(cast.olga.put(f"/checklists/{template['id']}/permissions", rights), 200)
    return template


def launched(cast: Cast) -> list[Any]:
    return list(made(cast.olga.get("/runs?sort=created_at&per_page=100"), 200))


def invite(cast: Cast, role: str = "light", email: str | None = None) -> tuple[int, str]:
    """The invited member, and the path of their invitation."""
    email = email or f"{secrets.token_hex(6)}@onboarding.test"
    user = made(cast.olga.post("/users/invite", {"email": email, "role": role}), 200)
    link = made(cast.olga.get(f"/users/{user['id']}/invitation"), 200)["link"]
    return user["id"], f"/invitations/{link.rpartition('/')[2]}/accept"


def accept(cast: Cast, path: str) -> Any:
    return made(cast.nobody.post(path, {"password": GOOD}), 200)


def why_not(cast: Cast) -> list[str]:
    entries = cast.olga.get("/activity-feeds?per_page=100").json()["data"]
    return [
        entry["description"][0]
        for entry in entries
        if entry["description"][0].startswith("did not start")
    ]


@pytest.mark.parametrize("role", ["light", "standard", "admin"])
def test_50_9_whoever_accepts_is_started_with_a_process(cast: Cast, role: str) -> None:
    template = want(cast)
    user_id, path = invite(cast, role)
    assert launched(cast) == []

    assert accept(cast, path)["status"] == "active"

    (process,) = launched(cast)
    assert process["checklist_id"] == template["id"]
    assert (process["owner_id"], process["started_by"]) == (user_id, user_id)
    assert process["launched_via"] == "onboarding"
    assert process["name"].startswith("First steps")
    assert why_not(cast) == []
    tasks = made(cast.olga.get(f"/runs/{process['id']}/tasks"), 200)
    assert [task["owners"]["users"] for task in tasks] == [[user_id], [user_id]]
    feed = f"/activity-feeds?entity_type=run&entity_id={process['id']}"
    (entry,) = made(cast.olga.get(feed), 200)
    assert (entry["verb"], entry["actor_id"]) == (["created"], [user_id])


def test_50_9_without_the_switch_nothing_is_launched(cast: Cast) -> None:
    want(cast)
    made(cast.olga.put("", {"enable_onboarding_template": False}), 200)
    accept(cast, invite(cast)[1])
    switch = {"enable_onboarding_template": True, "onboarding_template_id": None}
    made(cast.olga.put("", switch), 200)
    accept(cast, invite(cast)[1])

    assert launched(cast) == []
    assert why_not(cast) == []


def test_50_9_every_way_to_become_active_counts_once(cast: Cast) -> None:
    template = want(cast)
    application = Client(
        cast.server.base_url,
        granted(trusted(cast).ask(grant_type="client_credentials"))["access_token"],
    )
    email = f"{secrets.token_hex(6)}@onboarding.test"
    names = {"first_name": "A", "last_name": "B"}
    path = f"/applications/{cast.organization_id}/users"
    provisioned = made(application.post(path, {"email": email, **names}))["id"]
    added = cast.add(Role.STANDARD).user_id
    waiting_id, waiting_path = invite(cast)
    waiting = Person(waiting_id, "", cast.nobody, cast.organization_id)
    set_membership(cast, waiting, approved_at=None)
    accept(cast, waiting_path)
    assert [process["owner_id"] for process in launched(cast)] == [provisioned, added]

    made(cast.olga.put(f"/users/{waiting_id}/approve"), 200)
    made(cast.olga.put(f"/users/{waiting_id}/approve"), 200)

    owners = [process["owner_id"] for process in launched(cast)]
    assert owners == [provisioned, added, waiting_id]
    for user_id in (added, cast.mia.user_id):
        made(cast.olga.delete(f"/users/{user_id}/disable"), 200)
        made(cast.olga.put(f"/users/{user_id}/enable"), 200)
    assert len(launched(cast)) == 3
    assert all(process["checklist_id"] == template["id"] for process in launched(cast))


def test_50_9_who_is_disabled_before_being_approved_is_started_when_enabled(cast: Cast) -> None:
    want(cast)
    user_id, path = invite(cast)
    member = Person(user_id, "", cast.nobody, cast.organization_id)
    set_membership(cast, member, approved_at=None)
    accept(cast, path)
    made(cast.olga.delete(f"/users/{user_id}/disable"), 200)
    made(cast.olga.put(f"/users/{user_id}/approve"), 200)
    assert launched(cast) == []

    made(cast.olga.put(f"/users/{user_id}/enable"), 200)

    assert [process["owner_id"] for process in launched(cast)] == [user_id]


def test_50_9_whoever_founded_the_organization_is_not_new(cast: Cast) -> None:
    second = cast.add(Role.ADMIN)
    want(cast)

    made(second.delete(f"/users/{cast.olga.user_id}/disable"), 200)
    made(second.put(f"/users/{cast.olga.user_id}/enable"), 200)

    assert launched(cast) == []


def test_50_9_who_comes_back_as_a_new_member_is_new(cast: Cast) -> None:
    want(cast)
    email = made(cast.mia.get("/me"), 200)["email"]
    made(cast.olga.put(f"/users/{cast.mia.user_id}/to/guest"), 200)

    accept(cast, invite(cast, email=email)[1])

    assert [process["owner_id"] for process in launched(cast)] == [cast.mia.user_id]


def test_50_9_of_two_who_accept_at_once_one_starts_it(cast: Cast) -> None:
    want(cast)
    _, path = invite(cast)
    visitors = [cast.nobody for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda by: by.post(path, {"password": GOOD}), visitors))

    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404]
    assert len(launched(cast)) == 1


def test_50_9_a_template_that_cannot_be_launched_keeps_nobody_out(cast: Cast) -> None:
    template = want(cast)
    made(cast.olga.delete(f"/checklists/{template['id']}"), 200)

    assert accept(cast, invite(cast)[1])["status"] == "active"
    cast.add(Role.LIGHT)

    assert launched(cast) == []
    assert len(why_not(cast)) == 2
    assert all(sentence.endswith("its template is archived.") for sentence in why_not(cast))
    assert cast.olga.delete(f"/checklists/{template['id']}/delete").status_code == 200
    accept(cast, invite(cast)[1])
    assert why_not(cast)[0].endswith("its template is gone.")


def test_50_9_whatever_breaks_the_launch_the_member_is_in(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    want(cast)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(onboarding, "launch", crash)
    member = cast.add(Role.LIGHT)

    assert member.get("/me").status_code == 200
    assert launched(cast) == []


def test_50_9_other_organizations_are_not_concerned(cast: Cast) -> None:
    want(cast)
    other = found(cast.server)
    founding.add_member(
        cast.server.storage,
        other.organization_id,
        email=f"{secrets.token_hex(6)}@onboarding.test",
        role=Role.LIGHT,
    )

    assert launched(cast) == []
    assert made(other.get("/runs"), 200) == []


def ask(cast: Cast, template: Any, **fields: Any) -> None:
    """One question on the kick-off form."""
    question = Field(
        id=secrets.token_hex(16),
        alias="size",
        label="Size",
        field_type="text",
        created_at=1,
        updated_at=1,
        **{"required": True, **fields},
    )
    set_content(cast, template, lambda content: structs.replace(content, kickoff=(question,)))


def test_10_1_6_what_must_be_answered_first_starts_nobody(cast: Cast) -> None:
    template = make_template(cast.olga)
    wish = {"onboarding_template_id": template["id"]}
    for refused in ({}, {"default_value": "L"}, {"default_value_enabled": True}):
        ask(cast, template, **refused)
        answer = check_problem(cast.olga.put("", wish), 422)
        assert list(answer["errors"]) == ["onboarding_template_id"]
    for allowed in (
        {"required": False},
        {"default_value_enabled": True, "default_value": "L"},
    ):
        ask(cast, template, **allowed)
        made(cast.olga.put("", {**wish, "enable_onboarding_template": True}), 200)
        made(cast.olga.put("", {"onboarding_template_id": None}), 200)

    made(cast.olga.put("", wish), 200)
    ask(cast, template)
    accept(cast, invite(cast)[1])

    assert launched(cast) == []
    (sentence,) = why_not(cast)
    assert sentence.endswith("its template cannot be launched without answers, or has no step.")


def test_10_1_6_an_archived_template_or_a_form_starts_nobody(cast: Cast) -> None:
    archived = make_template(cast.olga)
    made(cast.olga.delete(f"/checklists/{archived['id']}"), 200)
    document = made(cast.olga.post("/checklists", {"title": "D", "type": "document"}))
    foreign = make_template(found(cast.server))
    launch(cast.olga, make_template(cast.olga))

    for template in (archived, document, foreign):
        answer = cast.olga.put("", {"onboarding_template_id": template["id"]})
        assert answer.status_code == 422
        assert list(answer.json()["errors"]) == ["onboarding_template_id"]
