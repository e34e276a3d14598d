"""Part 10, 2: one's own address and password."""

import re
import secrets
import time
from concurrent.futures import ThreadPoolExecutor

from backdoor import new_token, stored
from cast import Cast, Person
from factories import made
from letters import mails_of
from procession.domains.people import store as people
from procession.flows.reaching.bots import as_bot
from procession.kit.work import writing
from robots import check_refused, email_of, granted, trusted, who
from server import Client
from wire import check_problem

OLD, NEW = "Correct1horse", "Better2horse"


def join(cast: Cast) -> Person:
    """Somebody with a password."""
    body = {"email": f"ann-{secrets.token_hex(6)}@own.test", "role": "standard"}
    user = made(cast.olga.post("/users/invite", body), 200)
    link = made(cast.olga.get(f"/users/{user['id']}/invitation"), 200)["link"]
    path = re.sub(r"^https?://[^/]+/app", "", link)
    made(cast.nobody.post(f"{path}/accept", {"password": OLD}), 200)
    person = Person(user["id"], "", cast.nobody, cast.organization_id)
    token = new_token(cast, person)
    client = Client(cast.server.base_url, token)
    return Person(user["id"], token, client, cast.organization_id)


def test_10_51_changing_ones_password(cast: Cast) -> None:
    ann, program = join(cast), trusted(cast)
    granted(program.by_password(email_of(ann), OLD))
    before = stored(cast)
    path, good = "/me/update-password", {"current_password": OLD, "password": NEW}

    for wrong, field in (
        ({**good, "current_password": NEW}, "current_password"),
        ({**good, "password": "weak"}, "password"),
        # Found list F15.
        ({**good, "password": "Password1"}, "password"),
        ({**good, "password": f"{email_of(ann).partition('@')[0].title()}1"}, "password"),
        ({**good, "password_confirmation": OLD}, "password"),
        ({"password": NEW}, "current_password"),
    ):
        answer = ann.client.put(path, wrong)
        assert list(check_problem(answer, 422)["errors"]) == [field]
    assert stored(cast) == before

    made(ann.client.put(path, {**good, "password_confirmation": NEW}), 200)

    check_refused(program.by_password(email_of(ann), OLD), "invalid_grant")
    token = granted(program.by_password(email_of(ann), NEW))["access_token"]
    assert who(cast, token) == ann.user_id
    assert ann.client.get("/me").status_code == 200
    entry = cast.olga.get("/activity-feeds").json()["data"][0]
    assert (entry["field"], entry["old_value"]) == (["password"], None)
    assert mails_of(cast)[-1].subject == "Your password was changed"
    for letter in mails_of(cast):
        assert NEW not in letter.text


def test_10_2_a_new_password_may_end_every_access(cast: Cast) -> None:
    ann = join(cast)
    body = {"current_password": OLD, "password": NEW, "revoke_tokens": True}

    made(ann.client.put("/me/update-password", body), 200)

    check_problem(ann.client.get("/me"), 401)


def test_10_2_changing_ones_address(cast: Cast) -> None:
    ann, taken = join(cast), made(cast.olga.get("/me"), 200)["email"]
    was = made(ann.get("/me"), 200)["email"]
    new = f"ann-{secrets.token_hex(6)}@new.test"
    before = stored(cast)
    for wrong, field in (
        ({"email": new, "password": NEW}, "password"),
        ({"email": taken.upper(), "password": OLD}, "email"),
        ({"email": "nonsense", "password": OLD}, "email"),
    ):
        for answer in (
            ann.client.put("/me/update-email", wrong),
            ann.put("/me/update-email", wrong),
        ):
            assert list(check_problem(answer, 422)["errors"]) == [field]
    body = {"email": new, "password": OLD}
    check_problem(cast.mia.put("/me/update-email", body), 422)
    assert stored(cast) == before

    assert made(ann.client.put("/me/update-email", body), 200)["email"] == new
    assert [letter.to for letter in mails_of(cast)[-2:]] == [was, new]
    entry = cast.olga.get("/activity-feeds").json()["data"][0]
    assert (entry["field"], entry["old_value"]) == (["email"], [was])
    assert made(ann.put("/me/update-email", {"email": was, "password": OLD}), 200)["email"] == was


def test_10_4_4_an_administrator_changes_an_address(cast: Cast) -> None:
    new = f"leo-{secrets.token_hex(6)}@new.test"
    path = f"/users/{cast.leo.user_id}/update-email"

    check_problem(cast.mia.put(path, {"email": new}), 403)
    check_problem(cast.olga.put(path, {"email": "nonsense"}), 422)
    assert made(cast.olga.put(path, {"email": new}), 200)["email"] == new

    assert len(mails_of(cast)) == 2


def test_10_two_who_want_one_address_at_once(cast: Cast) -> None:
    """Whoever comes second is told that it is taken: not even a race makes it a crash."""
    ann, bea = join(cast), join(cast)
    wanted = f"wanted-{secrets.token_hex(6)}@own.test"
    storage = cast.server.storage
    with ThreadPoolExecutor(1) as pool:
        with writing(as_bot(storage, cast.organization_id)) as work:
            people.set_user(work, ann.user_id, {"email": wanted, "email_key": wanted})
            asked = pool.submit(
                bea.client.put, "/me/update-email", {"email": wanted, "password": OLD}
            )
            time.sleep(0.5)  # So that it looked for the address before this is committed.
        answer = asked.result()

    assert list(check_problem(answer, 422)["errors"]) == ["email"]
    assert made(bea.client.get("/me"), 200)["email"] != wanted
