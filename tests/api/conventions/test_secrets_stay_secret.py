"""No secret stands in the log, the outbox or the activity: a tour of all that show or take one.

The servers are of their own: one with its worker, so mails go out and facts are handed on, and one
without it, where the outbox stays as it was filled.
"""

import re
import secrets
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, quote_plus, urlencode, urlsplit

import pytest
import sqlalchemy as sa

from backdoor import guest_task
from browsers import Browser, Form
from cast import Cast, assemble
from factories import made
from procession.kit.db import Statement, metadata
from procession.kit.journal import notices
from procession.kit.mail import mails
from robots import DONE, PASSWORD, Robot, granted, trusted, with_password
from server import Client, running_server
from wire import check_problem

NEW_PASSWORD = "Better2horse"
#: Where nothing secret may stand, in any form.
OPEN_TABLES = ("activity", "outbox", "idempotency_keys", "threads")


class Tour:
    """What was seen and sent that must not be kept anywhere."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.secrets: dict[str, str] = {}

    def note(self, what: str, secret: Any) -> str:
        assert len(secret) > 7, what
        self.secrets[what] = secret
        return str(secret)

    def everything(self) -> None:
        for part in (self.clients, self.grants, self.consent, self.own_tokens, self.applications):
            part()
        for part in (self.invitations, self.passwords, self.guests, self.mistakes):
            part()

    def clients(self) -> None:
        client = made(self.cast.olga.post("/oauth-clients", {"name": "Robot"}))
        self.note("client secret", client["secret"])
        path = f"/oauth-clients/{client['id']}"
        replaced = made(self.cast.olga.post(f"{path}/secret"), 200)["secret"]
        self.note("new client secret", replaced)
        made(self.cast.olga.put(path, {"name": "Renamed"}), 200)

    def grants(self) -> None:
        asking, email = trusted(self.cast), with_password(self.cast, self.cast.mia)
        self.note("trusted client's secret", asking.secret)
        self.note("password", PASSWORD.strip())
        for as_json in (False, True):
            first = self.tokens("password", asking.by_password(email, as_json=as_json))
            refresh = first["refresh_token"]
            again = self.tokens("refresh", asking.by_refresh(refresh, as_json=as_json))
            asking.by_refresh(refresh)
        assert asking.by_password(email, self.note("wrong password", "Wrong9horse")).status_code
        wrong = Robot(self.cast, asking.id, self.note("wrong secret", secrets.token_hex(20)))
        assert wrong.by_password(email).status_code == 401
        basic = b64encode(f"{asking.id}:{asking.secret}".encode()).decode()
        self.note("secret in a header", basic)
        header = {"Authorization": f"Basic {basic}"}
        form = {"grant_type": "refresh_token", "refresh_token": again["refresh_token"]}
        nobody = self.cast.nobody
        body = granted(nobody.call("POST", "/oauth/token", data=form, headers=header))
        for name in ("access_token", "refresh_token"):
            self.note(f"{name} to revoke", body[name])
            asked = {"token": body[name], "client_id": asking.id, "client_secret": asking.secret}
            nobody.call("POST", "/oauth/revoke", data=asked)
        form["client_secret"] = str(asking.secret)
        nobody.call("POST", f"/oauth/token?{urlencode(form)}")

    def tokens(self, what: str, answer: Any) -> Any:
        body = granted(answer)
        for name in ("access_token", "refresh_token"):
            if name in body:
                self.note(f"{name} by {what}", body[name])
        return body

    def consent(self) -> None:
        asking, email = trusted(self.cast), with_password(self.cast, self.cast.mia)
        wish = {"client_id": str(asking.id), "response_type": "code", "redirect_uri": DONE}
        browser = Browser(self.cast)
        browser.sign_in(email, "Wrong9horse")
        self.note("form's cookie", browser.session.cookies.get("procession-form"))
        browser.sign_in(email)
        self.note("session", browser.secret)
        page = browser.get(f"/oauth/authorize?{urlencode(wish)}")
        self.note("form token", Form(page.text).fields["form_token"])
        answer = browser.press(page, decision="allow")
        (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
        self.note("authorization code", code)
        self.tokens("code", asking.by_code(code))
        asking.by_code(code)

    def own_tokens(self) -> None:
        token = made(self.cast.mia.client.post("/me/tokens", {"name": "CI"}))
        text = self.note("own token", token["access_token"])
        client = Client(self.cast.server.base_url, text)
        assert client.get("/me").status_code == 200
        client.get(f"/me?access_token={text}")
        client.get("/me/tokens")
        assert client.delete(f"/me/tokens/{token['id']}").status_code == 204
        check_problem(client.get("/me"), 401)
        key = {"Idempotency-Key": secrets.token_hex(8)}
        repeated = made(self.cast.mia.client.call("POST", "/me/tokens", json={}, headers=key))
        self.note("token of a repeatable request", repeated["access_token"])

    def applications(self) -> None:
        own = self.tokens("application", trusted(self.cast).ask(grant_type="client_credentials"))
        client = Client(self.cast.server.base_url, own["access_token"])
        path = f"/applications/{self.cast.organization_id}/users"
        address = f"ann-{secrets.token_hex(6)}@tour.test"
        made(client.post(path, {"email": address, "first_name": "Ann", "last_name": "Lee"}))
        self.tokens("application for a member", client.post(f"{path}/{address}/token"))

    def invitations(self) -> None:
        olga, nobody = self.cast.olga, self.cast.nobody
        sent = {"email": f"bo-{secrets.token_hex(6)}@tour.test", "role": "standard"}
        user = made(olga.post("/users/invite", sent), 200)
        for what in ("first", "second"):
            link = made(olga.get(f"/users/{user['id']}/invitation"), 200)["link"]
            path = re.sub(r"^https?://[^/]+/app", "", link)
            self.note(f"{what} invitation", path.rsplit("/", 1)[1])
            assert nobody.get(path).status_code == 200
            check_problem(nobody.post(f"{path}/accept", {"password": "weak"}), 422)
            if what == "first":
                made(olga.post(f"/users/{user['id']}/resend-invite", {}), 200)
                check_problem(nobody.get(path), 404)
        password = self.note("password of a new account", "Correct1horse")
        made(nobody.post(f"{path}/accept", {"password": password}), 200)
        check_problem(nobody.post(f"{path}/accept", {"password": password}), 404)
        nobody.get(f"{path}/elsewhere")

    def passwords(self) -> None:
        mia = self.cast.mia.client
        self.note("password changed to", NEW_PASSWORD)
        change = {"current_password": PASSWORD, "password": NEW_PASSWORD}
        check_problem(mia.put("/me/update-password", {**change, "password_confirmation": "x"}), 422)
        made(mia.put("/me/update-password", change), 200)
        address = {"email": f"mia-{secrets.token_hex(6)}@tour.test", "password": NEW_PASSWORD}
        made(mia.put("/me/update-email", address), 200)
        made(self.cast.mia.put("/me/update-email", {**address, "email": "m@tour.test"}), 200)

    def guests(self) -> None:
        olga, nobody = self.cast.olga, self.cast.nobody
        task, code = guest_task(self.cast)
        for what, answer in (("guest code", "reset-link"), ("new guest code", "")):
            self.note(what, code)
            base = olga.path(f"/guests/{code}")
            for by in (nobody, olga.client):
                by.get(base)
                by.get(f"{base}/tasks?q={code}")
                by.get(f"{base}/tasks/{task['id']}?with=run")
                by.get(f"{base}/tasks/{secrets.token_hex(16)}")
                by.get(f"{base}/nowhere")
                by.put(f"{base}/preferences", {"digest_enabled": True})
                by.post(f"{base}/tasks/{task['id']}/comment", {"content": "Hello"})
                by.post(f"{base}/completed-tasks", {"task_id": task["id"]})
                by.delete(f"{base}/completed-tasks/{task['id']}")
            nobody.get(f"/{self.cast.organization_id}/guest/{code}")
            nobody.get(f"/{self.cast.organization_id}/guest/{code}/tasks/{task['id']}")
            nobody.get(f"/guest-all-task/{self.cast.organization_id}/{code}")
            nobody.get("/me", headers={"X-Guest-Code": code, "Authorization": f"Bearer {code}"})
            if answer:
                renewed = made(olga.post(f"/guests/{code}/{answer}"), 200)
                check_problem(nobody.get(f"{base}/tasks"), 401)
                code = renewed["guest_code"]

    def mistakes(self) -> None:
        nobody = self.cast.nobody
        spoiled = self.note("password in a broken body", "Spoiled3horse")
        headers = {"Content-Type": "application/json"}
        for path in ("/oauth/token", "/me/update-password", "/invitations/x/accept"):
            for body in (f'{{"password": "{spoiled}"', f'{{"password": ["{spoiled}"]}}'):
                for by in (nobody, self.cast.mia.client):
                    by.call("POST", path, data=body, headers=headers)
                    by.call("PUT", path, data=body, headers=headers)


def crash(tour: Tour) -> None:
    """What is logged of a request that breaks off tells where, and not with what."""
    drop = Statement(sa.text("ALTER TABLE mails RENAME TO lost"))
    with tour.cast.server.storage.database.writing() as connection:
        connection.execute(drop, {})
    broken = tour.note("password of a request that crashed", "Crashed4horse")
    change = {"current_password": NEW_PASSWORD, "password": broken}
    assert tour.cast.mia.client.put("/me/update-password", change).status_code >= 500


def all_mails_are_sent(cast: Cast) -> bool:
    has_text = mails.c.text.is_not(None)
    waiting = Statement(sa.select(sa.func.count()).select_from(mails).where(has_text))
    # What people are to be told becomes mails first.
    untold = Statement(sa.select(sa.func.count()).select_from(notices))
    connection = cast.server.storage.database.connection()
    return not any(connection.fetch(each, {})[0][0] for each in (untold, waiting))


def wait_for_mails(cast: Cast) -> None:
    give_up = time.monotonic() + 10
    while not all_mails_are_sent(cast) and time.monotonic() < give_up:
        time.sleep(0.1)
    assert all_mails_are_sent(cast)


def content(cast: Cast, table: str) -> str:
    read = Statement(sa.select(metadata.tables[table]))
    rows = cast.server.storage.database.connection().fetch(read, {})
    return "\n".join(str(tuple(row)) for row in rows)


@pytest.mark.parametrize("with_worker", [True, False], ids=["handed on", "waiting"])
def test_no_secret_is_kept_in_the_open(
    database_kind: str, new_database: Callable[[str], str], tmp_path: Path, with_worker: bool
) -> None:
    """Without the worker the outbox keeps what it was given; with it the mails lose their text."""
    with running_server(
        database_kind,
        new_database(database_kind),
        with_worker=with_worker,
        MAIL_FOLDER=str(tmp_path),
        LOG_LEVEL="debug",
    ) as server:
        tour = Tour(assemble(server))
        for person in ("olga", "mia", "leo"):
            tour.note(f"token of {person}", getattr(tour.cast, person).token)
        tour.everything()
        tables = [*OPEN_TABLES, "mails"] if with_worker else OPEN_TABLES
        if with_worker:
            wait_for_mails(tour.cast)
        places = {table: content(tour.cast, table) for table in tables}
        feed = tour.cast.olga.get("/activity-feeds?without_pagination=true")
        places["activity feed"] = feed.text
        assert '"error"' not in server.log_text()
        if not with_worker:
            crash(tour)
        places["log"] = server.log_text()

    assert ("Traceback" in places["log"]) == (not with_worker)
    assert len(tour.secrets) > 25
    found = [
        (what, place)
        for what, secret in tour.secrets.items()
        for form in {secret, quote(secret, safe=""), quote_plus(secret)}
        for place, text in places.items()
        if form in text
    ]
    assert not found
    kept = ("log", "mails", "activity") if with_worker else ("outbox", "activity")
    assert all(len(places[place]) > 1000 for place in kept)
