"""Part 00, 5.3: applications bring members in and act for them."""

import secrets
from typing import Any

import pytest

from backdoor import change, set_membership, stored
from cast import Cast, found
from factories import made
from letters import mails_of
from procession.domains.accounts.tables import tokens
from robots import email_of, granted, trusted, verified, who
from server import Client
from wire import check_problem, ids

NOT_ITS_OWN = "You don't have application's permissions for this organization!"


@pytest.fixture
def application(cast: Cast) -> Client:
    """A client with a token of its own."""
    token = granted(trusted(cast).ask(grant_type="client_credentials"))["access_token"]
    return Client(cast.server.base_url, token)


def users_of(organization_id: str, rest: str = "") -> str:
    return f"/applications/{organization_id}/users{rest}"


def person(**sent: Any) -> dict[str, Any]:
    address = f"ann-{secrets.token_hex(6)}@cast.test"
    return {"email": address, "first_name": "Ann", "last_name": "Lee", **sent}


def test_00_37_a_provisioned_member_is_active_and_can_be_acted_for(
    cast: Cast, application: Client
) -> None:
    sent = person(role="standard", timezone="Europe/Berlin")
    path = users_of(cast.organization_id)

    ann = made(application.post(path, sent))

    assert (ann["email"], ann["full_name"], ann["role"]) == (sent["email"], "Ann Lee", "standard")
    assert (ann["status"], ann["timezone"]) == ("active", "Europe/Berlin")
    assert ann["approved_at"]
    assert ann["id"] in [member["id"] for member in cast.olga.get("/users").json()["data"]]
    body = granted(application.post(f"{path}/{sent['email'].upper()}/token"))
    assert set(body) == {"token_type", "expires_in", "access_token"}
    assert body["expires_in"] == 7_776_000
    assert who(cast, body["access_token"]) == ann["id"]
    assert verified(cast, body["access_token"])["org_id"] == cast.organization_id
    as_ann = Client(cast.server.base_url, body["access_token"])
    assert as_ann.post(cast.olga.path("/runs"), {"name": "Ann's own"}).status_code == 201
    entries = cast.olga.get("/activity-feeds?per_page=100").text
    assert body["access_token"] not in entries + cast.server.log_text()


def test_00_37_without_a_role_the_member_is_light(cast: Cast, application: Client) -> None:
    assert made(application.post(users_of(cast.organization_id), person()))["role"] == "light"


def test_00_81_a_role_may_be_written_in_any_case(cast: Cast, application: Client) -> None:
    path = users_of(cast.organization_id)
    assert made(application.post(path, person(role="ADMIN")))["role"] == "admin"


def test_00_37_an_account_of_another_organization_is_linked(
    cast: Cast, application: Client
) -> None:
    other = found(cast.server)
    sent = person(email=email_of(other))
    path = users_of(cast.organization_id)
    check_problem(application.post(f"{path}/{sent['email']}/token"), 422)

    linked = made(application.post(path, sent))

    assert linked["id"] == other.user_id
    assert linked["first_name"] != "Ann"
    token = granted(application.post(f"{path}/{sent['email']}/token"))["access_token"]
    limited = Client(cast.server.base_url, token)
    assert limited.get(cast.olga.path("/runs")).status_code == 200
    check_problem(limited.get(other.path("/runs")), 404, "RESOURCE_NOT_FOUND")


def test_00_37_a_limited_token_makes_no_other_that_is_not(cast: Cast, application: Client) -> None:
    other = found(cast.server)
    sent = person(email=email_of(other))
    made(application.post(users_of(cast.organization_id), sent))
    path = users_of(cast.organization_id, f"/{sent['email']}/token")
    limited = Client(cast.server.base_url, granted(application.post(path))["access_token"])

    new = made(limited.post("/me/tokens", {}))

    child = Client(cast.server.base_url, new["access_token"])
    check_problem(child.get(other.path("/runs")), 404)
    assert len(limited.get("/me/tokens").json()["data"]) == 2
    assert limited.delete("/me/tokens").status_code == 204
    assert child.get("/me").status_code == 401
    assert other.client.get("/me").status_code == 200


def test_00_37_who_was_invited_elsewhere_may_ask_for_a_password(
    cast: Cast, application: Client
) -> None:
    other = found(cast.server)
    sent = person()
    invited = made(other.post("/users/invite", {"email": sent["email"]}), 200)
    assert invited["activated_at"] is None

    member = made(application.post(users_of(cast.organization_id), sent))

    assert (member["id"], member["status"]) == (invited["id"], "active")
    assert member["activated_at"]
    assert cast.nobody.post("/password/email", {"email": sent["email"]}).status_code == 202
    assert [letter.subject for letter in mails_of(cast)] == ["Choose another password"]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"email": "nobody"}, ["email"]),
        ({"email": None}, ["email"]),
        ({"first_name": "", "last_name": "x" * 33}, ["first_name", "last_name"]),
        ({"first_name": "https://a.test", "role": "bot"}, ["first_name", "role"]),
        ({"role": "owner", "timezone": "Mars"}, ["role", "timezone"]),
    ],
)
def test_00_37_what_a_member_cannot_be(
    cast: Cast, application: Client, wrong: dict[str, Any], fields: list[str]
) -> None:
    before = stored(cast)

    answer = application.post(users_of(cast.organization_id), person(**wrong))

    assert sorted(check_problem(answer, 422)["errors"]) == fields
    assert stored(cast) == before


def test_00_37_who_is_not_an_active_member_gets_no_token(cast: Cast, application: Client) -> None:
    path = users_of(cast.organization_id)
    taken = application.post(path, person(email=email_of(cast.mia).upper()))
    assert check_problem(taken, 422)["errors"] == {"email": ["The email has already been taken."]}

    check_problem(application.post(f"{path}/nobody@nowhere.test/token"), 404, "RESOURCE_NOT_FOUND")
    address = email_of(cast.mia)
    set_membership(cast, cast.mia, disabled_at=1)
    check_problem(application.post(f"{path}/{address}/token"), 422)
    bot = f"bot+{cast.organization_id}@procession.invalid"
    check_problem(application.post(f"{path}/{bot}/token"), 422)


def test_00_36_an_application_is_nobody_in_another_organization(
    cast: Cast, application: Client
) -> None:
    other = found(cast.server)
    before = stored(cast)

    for organization_id in (other.organization_id, secrets.token_hex(16), "nonsense"):
        for path in (users_of(organization_id), users_of(organization_id, "/x@x.test/token")):
            answer = application.post(path, person())
            assert check_problem(answer, 403, "FORBIDDEN")["message"] == NOT_ITS_OWN
    assert stored(cast) == before


def test_00_36_a_user_is_no_application(cast: Cast) -> None:
    answer = cast.olga.client.post(users_of(cast.organization_id), person())

    assert check_problem(answer, 403, "FORBIDDEN")["message"] == NOT_ITS_OWN


def test_00_12_an_applications_token_ends_too(cast: Cast, application: Client) -> None:
    its_own = tokens.c.organization_id == cast.organization_id
    change(cast, tokens.update().where(its_own).values(expires_at=1))

    check_problem(
        application.post(users_of(cast.organization_id), person()), 401, "UNAUTHENTICATED"
    )


def test_00_5_3_a_limited_token_lists_its_organization_alone(
    cast: Cast, application: Client
) -> None:
    other = found(cast.server)
    sent = person(email=email_of(other))
    made(application.post(users_of(cast.organization_id), sent))
    path = users_of(cast.organization_id, f"/{sent['email']}/token")
    limited = Client(cast.server.base_url, granted(application.post(path))["access_token"])

    for listed in ("/me/organizations", f"/current-user/{other.user_id}/organizations"):
        assert ids(limited.get(listed)) == [cast.organization_id]
        assert limited.get(listed).json()["meta"]["pagination"]["total"] == 1
        assert len(ids(other.client.get(listed))) == 2
