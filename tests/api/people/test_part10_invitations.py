"""Part 10, 4.5: inviting, accepting, and thinking better of it."""

import re
import secrets
from typing import Any

import pytest

from backdoor import change, new_token, set_membership, stored
from cast import Cast, Person, found
from factories import activity_of, launch, made, make_oneoff, make_template
from letters import mails_of
from procession.domains.people.tables import invitations, users
from procession.kit.db import Statement
from robots import granted, trusted, who
from server import Client
from wire import check_problem, ids

GOOD = "Correct1horse"


def address() -> str:
    return f"ann-{secrets.token_hex(6)}@new.test"


def invite(by: Person, email: str, **fields: Any) -> Any:
    return made(by.post("/users/invite", {"email": email, **fields}), 200)


def link_of(by: Person, user: Any) -> str:
    """Path of the invitation's page, as an administrator reads it."""
    link = made(by.get(f"/users/{user['id']}/invitation"), 200)["link"]
    return str(re.sub(r"^https?://[^/]+/app", "", link))


def accept(cast: Cast, path: str, **fields: Any) -> Any:
    return cast.nobody.post(f"{path}/accept", {"password": GOOD, **fields})


def expire(cast: Cast) -> None:
    change(
        cast,
        invitations.update()
        .where(invitations.c.organization_id == cast.organization_id)
        .values(expires_at=1),
    )


def test_10_13_an_invitation_with_everything(cast: Cast) -> None:
    email = address()

    user = invite(
        cast.olga, email, first_name="Ann", last_name="Lee", role="Standard", message="Come in!"
    )

    assert user["status"] == "invited"
    assert user["invited_by"] == cast.olga.user_id
    assert user["approved_at"]
    assert user["activated_at"] is None
    assert (user["role"], user["type"], user["active"]) == ("standard", None, False)
    (letter,) = mails_of(cast, email)
    assert "Come in!" in letter.text
    assert link_of(cast.olga, user) in letter.text
    feed = cast.olga.get("/activity-feeds").json()["data"]
    assert feed[0]["verb"] == ["invited"]


def test_10_14_an_invitation_with_less(cast: Cast) -> None:
    named = invite(cast.olga, address(), first_name="Ann", last_name="Lee")
    plain = invite(cast.olga, email := address())
    blank = invite(cast.olga, address(), message="", last_name="")

    assert named["role"] == "light"
    assert plain["first_name"] == email.partition("@")[0]
    assert blank["status"] == "invited"


def test_10_14_the_organization_may_choose_the_role(cast: Cast) -> None:
    made(cast.olga.put("", {"sso_default_role": "standard"}), 200)

    assert invite(cast.olga, address())["role"] == "standard"


def test_10_15_members_cannot_be_invited(cast: Cast) -> None:
    mia = made(cast.olga.get(f"/users/{cast.mia.user_id}"), 200)
    before = stored(cast)

    answer = cast.olga.post("/users/invite", {"email": mia["email"].upper()})
    assert list(check_problem(answer, 422)["errors"]) == ["email"]
    set_membership(cast, cast.mia, disabled_at=1)
    answer = cast.olga.post("/users/invite", {"email": mia["email"]})
    assert "nable" in check_problem(answer, 422)["errors"]["email"][0]

    assert stored(cast) == before


def test_10_16_inviting_again_sends_a_new_link_and_changes_nothing_else(cast: Cast) -> None:
    email = address()
    first = invite(cast.olga, email, first_name="Ann", last_name="Lee", role="standard")
    old = link_of(cast.olga, first)

    again = invite(cast.olga, email.upper(), first_name="X", role="light")

    assert (again["id"], again["full_name"], again["role"]) == (first["id"], "Ann Lee", "standard")
    check_problem(cast.nobody.get(old), 404)
    check_problem(accept(cast, old), 404)
    assert cast.nobody.get(link_of(cast.olga, again)).status_code == 200
    assert len(mails_of(cast, email)) == 2


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_10_16_resending(cast: Cast, method: str) -> None:
    user = invite(cast.olga, email := address())
    old, path = link_of(cast.olga, user), f"/users/{user['id']}/resend-invite"

    assert made(cast.olga.call(method, path, json={"message": "Again"}), 200)["id"] == user["id"]
    made(cast.olga.call(method, path), 200)

    assert link_of(cast.olga, user) != old
    assert "Again" in mails_of(cast, email)[1].text
    check_problem(cast.mia.call(method, path), 403)
    check_problem(cast.olga.call(method, f"/users/{cast.mia.user_id}/resend-invite"), 422)
    check_problem(cast.olga.get(f"/users/{cast.mia.user_id}/invitation"), 404)
    check_problem(cast.mia.get(f"/users/{user['id']}/invitation"), 403)


def test_10_17_who_may_invite_whom(cast: Cast) -> None:
    check_problem(cast.mia.post("/users/invite", {"email": address(), "role": "admin"}), 403)
    assert invite(cast.mia, address(), role="light")["invited_by"] == cast.mia.user_id
    check_problem(cast.leo.post("/users/invite", {"email": address(), "role": "light"}), 403)

    made(cast.olga.put("", {"allow_user_invite": False}), 200)

    check_problem(cast.mia.post("/users/invite", {"email": address(), "role": "light"}), 403)
    assert invite(cast.olga, address(), role="admin")["role"] == "admin"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "nonsense"}, "email"),
        ({"email": ""}, "email"),
        ({"role": "owner"}, "role"),
        ({"role": "bot"}, "role"),
        ({"first_name": "x" * 33}, "first_name"),
        ({"first_name": "https://evil.test"}, "first_name"),
        ({"last_name": "x" * 33}, "last_name"),
        ({"message": "x" * 5001}, "message"),
    ],
)
def test_10_4_5_what_cannot_be_invited(cast: Cast, fields: Any, field: str) -> None:
    before = stored(cast)

    answer = cast.olga.post("/users/invite", {"email": address(), **fields})

    assert list(check_problem(answer, 422)["errors"]) == [field]
    assert stored(cast) == before


def test_10_18_accepting(cast: Cast) -> None:
    program = trusted(cast)
    user = invite(cast.olga, email := address(), first_name="Ann", role="standard", message="Hi")
    path = link_of(cast.olga, user)
    shown = made(cast.nobody.get(path), 200)
    assert shown["organization"] == {"id": cast.organization_id, "name": "Cast & Co"}
    assert (shown["email"], shown["message"], shown["needs_password"]) == (email, "Hi", True)

    for weak in (
        None,
        "short",
        "alllowercase1",
        "ALLUPPER1",
        "NoDigits",
        "Aa1" * 50,
        "Password1",
        "Ann-123456",
    ):
        answer = accept(cast, path, password=weak)
        assert list(check_problem(answer, 422)["errors"]) == ["password"]
    answer = accept(cast, path, password_confirmation="Other1horse")
    assert list(check_problem(answer, 422)["errors"]) == ["password"]
    assert list(check_problem(accept(cast, path, timezone="Mars/One"), 422)["errors"]) == [
        "timezone"
    ]

    joined = made(
        accept(cast, path, password_confirmation=GOOD, last_name="Lee", timezone="Europe/Paris"),
        200,
    )

    assert (joined["status"], joined["full_name"]) == ("active", "Ann Lee")
    assert joined["activated_at"]
    assert joined["timezone"] == "Europe/Paris"
    answer = program.by_password(email, GOOD)
    assert who(cast, granted(answer)["access_token"]) == user["id"]
    check_problem(cast.nobody.get(path), 404)
    check_problem(accept(cast, path), 404)
    assert [letter.subject for letter in mails_of(cast)][-2:] == [
        "Welcome to Cast & Co",
        "Ann Lee has joined Cast & Co",
    ]
    entry = cast.olga.get("/activity-feeds").json()["data"][0]
    assert (entry["verb"], entry["actor_id"]) == (["invite-accepted"], [user["id"]])
    for letter in mails_of(cast):
        assert GOOD not in letter.text
    assert path.rpartition("/")[2] not in cast.server.log_text()


def test_10_4_5_an_invited_member_cannot_call_and_can_be_assigned(cast: Cast) -> None:
    user = invite(cast.olga, address(), role="admin")
    person = Person(user["id"], "", cast.nobody, cast.organization_id)
    token = new_token(cast, person)
    ann = Person(user["id"], token, Client(cast.server.base_url, token), cast.organization_id)

    check_problem(ann.get("/runs"), 403, "MEMBER_NOT_APPROVED")
    task = make_oneoff(cast.olga, owners={"users": [user["id"]]})
    made(accept(cast, link_of(cast.olga, user)), 200)

    assert ann.get("/runs").status_code == 200
    assert task["id"] in ids(ann.get("/me/tasks"))


def test_10_2_an_expired_invitation_says_so(cast: Cast) -> None:
    user = invite(cast.olga, address())
    path = link_of(cast.olga, user)
    expire(cast)

    check_problem(accept(cast, path), 422, "INVITATION_EXPIRED")
    check_problem(cast.nobody.get(path), 422, "INVITATION_EXPIRED")
    made(cast.olga.post(f"/users/{user['id']}/resend-invite"), 200)
    made(accept(cast, link_of(cast.olga, user)), 200)


def test_10_2_an_account_of_another_organization_keeps_its_password_and_names(cast: Cast) -> None:
    other = found(cast.server)
    email = made(other.client.get("/me"), 200)["email"]
    user = invite(cast.olga, email, first_name="Not", last_name="Hers")
    path = link_of(cast.olga, user)
    assert user["id"] == other.user_id
    assert user["first_name"] != "Not"
    assert made(cast.nobody.get(path), 200)["needs_password"] is False

    made(accept(cast, path, password="Stolen1pass", first_name="Stolen"), 200)

    own = Person(other.user_id, other.token, other.client, cast.organization_id)
    assert made(own.get("/me"), 200)["first_name"] == user["first_name"]
    with cast.server.storage.database.reading() as connection:
        read = Statement(users.select().where(users.c.id == other.user_id))
        columns = [column.name for column in users.c]
        (row,) = connection.fetch(read, {})
        assert dict(zip(columns, row, strict=True))["password_hash"] is None


def test_10_19_withdrawing(cast: Cast) -> None:
    user = invite(cast.olga, email := address(), role="standard")
    path = link_of(cast.olga, user)
    task = make_oneoff(cast.olga, owners={"users": [user["id"], cast.mia.user_id]})
    process = launch(cast.olga, owner_id=user["id"])
    template = make_template(
        cast.olga, steps=[{"title": "S", "assignees": [user["id"], cast.leo.user_id]}]
    )
    before = stored(cast)
    check_problem(cast.mia.delete(f"/users/{user['id']}/withdraw-invite"), 403)
    check_problem(cast.olga.delete(f"/users/{cast.mia.user_id}/withdraw-invite"), 422)
    assert stored(cast) == before

    made(cast.olga.delete(f"/users/{user['id']}/withdraw-invite"), 200)

    check_problem(cast.olga.get(f"/users/{user['id']}"), 404)
    check_problem(cast.nobody.get(path), 404)
    check_problem(accept(cast, path), 404)
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["owners"]["users"] == [cast.mia.user_id]
    assert made(cast.olga.get(f"/runs/{process['id']}"), 200)["owner_id"] == cast.olga.user_id
    steps = cast.olga.get(f"/checklists/{template['id']}/steps").json()["data"]
    assert steps[0]["assignees"] == [cast.leo.user_id]
    again = invite(cast.olga, email)
    assert again["id"] != user["id"]
    assert link_of(cast.olga, again) != path


def test_10_19_removing_an_invited_member_withdraws(cast: Cast) -> None:
    user = invite(cast.olga, address())
    path = link_of(cast.olga, user)
    task = make_oneoff(cast.olga, owners={"users": [user["id"]]})

    query = f"with_reassignment=True&to={cast.mia.user_id}"
    gone = made(cast.olga.delete(f"/users/{user['id']}?{query}"), 200)

    assert gone["status"] == "disabled"
    check_problem(cast.nobody.get(path), 404)
    check_problem(cast.olga.get(f"/users/{user['id']}"), 404)
    assert made(cast.olga.get(f"/tasks/{task['id']}"), 200)["owners"]["users"] == [cast.mia.user_id]


def test_10_19_an_account_of_another_organization_stays_when_withdrawn(cast: Cast) -> None:
    other = found(cast.server)
    email = made(other.client.get("/me"), 200)["email"]
    user = invite(cast.olga, email)
    old = link_of(cast.olga, user)

    made(cast.olga.delete(f"/users/{user['id']}/withdraw-invite"), 200)

    assert other.client.get("/me").status_code == 200
    invite(cast.olga, email)
    check_problem(cast.nobody.get(old), 404)


@pytest.mark.parametrize("wrong", ["x", "0" * 40, "%00", "a" * 300])
def test_10_2_a_wrong_link_leads_nowhere(cast: Cast, wrong: str) -> None:
    invite(cast.olga, address())

    check_problem(cast.nobody.get(f"/invitations/{wrong}"), 404, "RESOURCE_NOT_FOUND")
    check_problem(cast.nobody.post(f"/invitations/{wrong}/accept", {"password": []}), 404)


def test_10_52_invited_and_provisioned_users_have_the_same_shape(cast: Cast) -> None:
    token = granted(trusted(cast).ask(grant_type="client_credentials"))["access_token"]
    application = Client(cast.server.base_url, token)
    names = {"first_name": "Ann", "last_name": "Lee", "role": "Standard"}

    invited = invite(cast.olga, address(), **names)
    path = f"/applications/{cast.organization_id}/users"
    provisioned = made(application.post(path, {"email": address(), **names}))

    def shape(user: Any) -> dict[str, type]:
        return {key: type(value) for key, value in user.items()}

    accepted = made(accept(cast, link_of(cast.olga, invited)), 200)
    assert set(invited) == set(provisioned)
    # Who invited whom is known of the one alone.
    assert shape({**accepted, "invited_by": None}) == shape({**provisioned, "invited_by": None})
    assert shape(made(cast.olga.get(f"/users/{provisioned['id']}"), 200)) == shape(provisioned)
    assert provisioned["role"] == "standard"


def test_10_19_an_account_that_was_used_keeps_its_name_when_withdrawn(cast: Cast) -> None:
    made(cast.mia.put("/me", {"first_name": "Mia", "last_name": "Moss"}), 200)
    process = launch(cast.mia)
    email = made(cast.mia.get("/me"), 200)["email"]
    made(cast.olga.put(f"/users/{cast.mia.user_id}/to/guest"), 200)
    user = invite(cast.olga, email)
    assert user["id"] == cast.mia.user_id

    made(cast.olga.delete(f"/users/{user['id']}/withdraw-invite"), 200)

    check_problem(cast.olga.get(f"/users/{user['id']}"), 404)
    (entry,) = [one for one in activity_of(cast.olga, process) if one["verb"] == ["created"]]
    assert entry["actor"][0]["full_name"] == "Mia Moss"
    assert invite(cast.olga, email)["id"] == cast.mia.user_id
