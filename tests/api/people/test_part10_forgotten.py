"""Part 10, 2: who has forgotten their password chooses another one by a link in a mail."""

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from backdoor import change, new_token, stored
from cast import Cast, Person
from factories import made
from letters import mails_of
from procession.domains.people.tables import password_resets, users
from procession.kit.db import Statement
from procession.kit.passwords import verify_password
from server import Client
from wire import check_problem

OLD, NEW = "Correct1horse", "Better2horse"


@pytest.fixture
def ann(cast: Cast) -> Person:
    """Somebody with a password."""
    body = {"email": f"Ann-{secrets.token_hex(6)}@own.test", "role": "standard"}
    user = made(cast.olga.post("/users/invite", body), 200)
    link = made(cast.olga.get(f"/users/{user['id']}/invitation"), 200)["link"]
    path = re.sub(r"^https?://[^/]+/app", "", link)
    made(cast.nobody.post(f"{path}/accept", {"password": OLD}), 200)
    token = new_token(cast, Person(user["id"], "", cast.nobody, cast.organization_id))
    client = Client(cast.server.base_url, token)
    return Person(user["id"], token, client, cast.organization_id)


def address_of(person: Person) -> str:
    return str(made(person.get("/me"), 200)["email"])


def forget(cast: Cast, email: str) -> None:
    answer = cast.nobody.post("/password/email", {"email": email})
    assert (answer.status_code, answer.content) == (202, b""), answer.text


def links_of(cast: Cast, email: str) -> list[dict[str, Any]]:
    """What each mail's link holds, as the body of a reset needs it."""
    texts = [letter.text for letter in mails_of(cast, email) if letter.subject.startswith("Choose")]
    links = [re.findall(r"https?://\S+", text)[0] for text in texts]
    assert all(urlsplit(link).path == "/app/new-password" for link in links)
    return [
        {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
        for link in links
    ]


def reset(cast: Cast, link: Any, **fields: Any) -> Any:
    body = {**link, "password": NEW, "password_confirmation": NEW, **fields}
    return cast.nobody.post("/password/reset", body)


def has_password(cast: Cast, person: Person, password: str) -> bool:
    read = Statement(users.select().where(users.c.id == person.user_id))
    (row,) = cast.server.storage.database.connection().fetch(read, {})
    columns = [column.name for column in users.c]
    return verify_password(password, dict(zip(columns, row, strict=True))["password_hash"])


def test_10_2_a_link_by_mail_changes_the_password_once(cast: Cast, ann: Person) -> None:
    email = address_of(ann)

    forget(cast, email.upper())
    (link,) = links_of(cast, email)
    assert link["email"] == email
    assert reset(cast, link).status_code == 204

    assert has_password(cast, ann, NEW)
    assert ann.get("/me").status_code == 200
    assert list(check_problem(reset(cast, link, password=OLD), 422)["errors"]) == ["token"]
    assert has_password(cast, ann, NEW)
    assert mails_of(cast)[-1].subject == "Your password was changed"
    feed = cast.olga.get("/activity-feeds?per_page=100")
    entry = feed.json()["data"][0]
    assert (entry["field"], entry["old_value"]) == (["password"], None)
    for secret in (link["token"], NEW):
        assert secret not in feed.text + cast.server.log_text()
        assert secret not in mails_of(cast)[-1].text


def test_10_2_the_answer_does_not_tell_who_has_an_account(cast: Cast) -> None:
    invited = f"new-{secrets.token_hex(6)}@own.test"
    made(cast.olga.post("/users/invite", {"email": invited}), 200)
    before = stored(cast)

    forget(cast, f"nobody-{secrets.token_hex(6)}@own.test")
    forget(cast, f"nonsense {secrets.token_hex(6)}")
    forget(cast, invited)

    assert stored(cast) == before
    check_problem(cast.nobody.post("/password/email", {}), 422)


def test_10_2_a_newer_link_ends_the_older_one(cast: Cast, ann: Person) -> None:
    email = address_of(ann)
    forget(cast, email)
    forget(cast, email)
    older, newer = links_of(cast, email)

    check_problem(reset(cast, older), 422)
    assert reset(cast, newer).status_code == 204


def test_10_2_a_link_is_good_for_an_hour(cast: Cast, ann: Person) -> None:
    email = address_of(ann)
    forget(cast, email)
    (link,) = links_of(cast, email)
    its_own = password_resets.c.user_id == ann.user_id
    with cast.server.storage.database.reading() as connection:
        read = Statement(password_resets.select().where(its_own))
        ((_, digest, expires_at),) = connection.fetch(read, {})
    assert link["token"] not in digest
    minutes = (expires_at - cast.server.storage.clock()) / 60_000_000
    assert 58 < minutes <= 60

    change(cast, password_resets.update().where(its_own).values(expires_at=1))

    check_problem(reset(cast, link), 422)
    assert has_password(cast, ann, OLD)


def test_10_2_what_is_refused_leaves_the_link_good(cast: Cast, ann: Person) -> None:
    email = address_of(ann)
    forget(cast, email)
    (link,) = links_of(cast, email)
    before = stored(cast)

    for wrong, field in (
        ({"password": "weak", "password_confirmation": "weak"}, "password"),
        # Found list F15.
        ({"password": "Qwerty123", "password_confirmation": "Qwerty123"}, "password"),
        ({"password": email.title() + "1", "password_confirmation": None}, "password"),
        ({"password_confirmation": OLD}, "password"),
        ({"email": address_of(cast.mia)}, "token"),
        ({"token": "x" * 43}, "token"),
        ({"token": ""}, "token"),
    ):
        assert list(check_problem(reset(cast, link, **wrong), 422)["errors"]) == [field]
    assert stored(cast) == before
    assert has_password(cast, ann, OLD)

    assert reset(cast, link, email=email.upper()).status_code == 204


def test_10_2_of_two_at_once_one_gets_through(cast: Cast, ann: Person) -> None:
    forget(cast, address_of(ann))
    (link,) = links_of(cast, address_of(ann))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: reset(cast, link).status_code, range(4)))

    assert sorted(answers) == [204, 422, 422, 422]


def test_10_2_a_reset_may_end_every_access(cast: Cast, ann: Person) -> None:
    forget(cast, email := address_of(ann))
    (link,) = links_of(cast, email)

    assert reset(cast, link, revoke_tokens=True).status_code == 204

    check_problem(ann.get("/me"), 401)


def test_10_2_a_changed_address_or_password_ends_the_link(cast: Cast, ann: Person) -> None:
    forget(cast, email := address_of(ann))
    (by_old_password,) = links_of(cast, email)
    body = {"current_password": OLD, "password": NEW}
    made(ann.client.put("/me/update-password", body), 200)
    check_problem(reset(cast, by_old_password), 422)

    forget(cast, email)
    by_old_address = links_of(cast, email)[-1]
    new = f"ann-{secrets.token_hex(6)}@new.test"
    made(ann.client.put("/me/update-email", {"email": new, "password": NEW}), 200)
    check_problem(reset(cast, by_old_address, email=new), 422)


def test_10_2_nobodys_mailbox_is_filled(cast: Cast, ann: Person) -> None:
    email = address_of(ann)
    unknown = f"nobody-{secrets.token_hex(6)}@own.test"

    for address in (email, unknown):
        for _ in range(3):
            forget(cast, address)
        answer = cast.nobody.post("/password/email", {"email": address.upper()})
        check_problem(answer, 429, "RATE_LIMIT_EXCEEDED")
        assert 0 < int(answer.headers["Retry-After"]) <= 60

    assert len(links_of(cast, email)) == 3


def test_10_2_a_mailed_link_never_leads_where_the_request_says(cast: Cast, ann: Person) -> None:
    """A stranger who names a host of their own must not be sent somebody's code."""
    email, body = address_of(ann), {"email": address_of(ann)}
    evil = {"Host": "evil.test", "X-Forwarded-Host": "evil.test"}
    assert cast.nobody.post("/password/email", body, headers=evil).status_code == 202
    guest = {"email": f"invited-{secrets.token_hex(6)}@own.test", "role": "light"}
    made(cast.mia.post("/users/invite", guest, headers=evil), 200)
    letters = [*mails_of(cast, email), *mails_of(cast, guest["email"])]
    assert len(letters) >= 2
    assert not [letter.text for letter in letters if "evil.test" in letter.text]
