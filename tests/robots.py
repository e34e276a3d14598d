"""Programs that ask for tokens: OAuth clients, and what their answers must look like."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import KeySet
from pwdlib.hashers.argon2 import Argon2Hasher

from backdoor import change
from cast import Cast, Person
from factories import made
from procession.domains.people.tables import users
from server import Client

PASSWORD = " Sesame 1 "
#: As cheap as one can be: what a real one costs is no business of these tests.
HASH = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
DONE = "https://robot.test/done"


@dataclass
class Robot:
    """A program with a client of its own, asking for tokens."""

    cast: Cast
    id: int
    secret: str | None

    def ask(
        self, *, path: str = "/oauth/token", as_json: bool = False, **sent: Any
    ) -> requests.Response:
        body = {"client_id": str(self.id), "client_secret": self.secret, **sent}
        body = {key: value for key, value in body.items() if value is not None}
        options: Any = {"json": body} if as_json else {"data": body}
        return self.cast.nobody.call("POST", path, **options)

    def by_password(self, email: str, password: str = PASSWORD, **sent: Any) -> requests.Response:
        return self.ask(grant_type="password", username=email, password=password, **sent)

    def by_refresh(self, token: str, **sent: Any) -> requests.Response:
        return self.ask(grant_type="refresh_token", refresh_token=token, **sent)

    def by_code(self, code: str, **sent: Any) -> requests.Response:
        asked = {"grant_type": "authorization_code", "redirect_uri": DONE, **sent}
        return self.ask(code=code, **asked)

    def be_let_in(self, email: str, path: str = "/oauth/authorize", **wish: Any) -> dict[str, str]:
        """What comes back to the program when this user allows it in."""
        from browsers import signed_in  # It fills in what is declared here.

        wanted = {"client_id": str(self.id), "response_type": "code", "redirect_uri": DONE, **wish}
        browser = signed_in(self.cast, email)
        answer = browser.get(f"{path}?{urlencode(wanted)}")
        if answer.status_code == 200:
            answer = browser.press(answer, decision="allow")
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["Location"])
        assert parts._replace(query="", fragment="").geturl() == DONE
        return dict(parse_qsl(parts.query or parts.fragment))


def robot(cast: Cast, **sent: Any) -> Robot:
    wanted = {"name": "Robot", "redirect_uris": [DONE], **sent}
    client = made(cast.olga.post("/oauth-clients", wanted))
    return Robot(cast, client["id"], client["secret"])


def trusted(cast: Cast) -> Robot:
    return robot(cast, allow_password=True, allow_client_credentials=True)


def email_of(person: Person) -> str:
    return str(person.client.get("/me").json()["data"]["email"])


def with_password(cast: Cast, person: Person, hashed: str = HASH) -> str:
    """The person's address, once they have a password."""
    its_row = users.c.id == person.user_id
    change(cast, users.update().where(its_row).values(password_hash=hashed))
    return email_of(person)


def granted(answer: requests.Response) -> Any:
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    body = answer.json()
    assert body["token_type"] == "Bearer"
    return body


def check_refused(answer: requests.Response, error: str, status: int = 400) -> Any:
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"error", "error_description", "message"}
    assert body["error"] == error
    assert body["message"] == body["error_description"] != ""
    return body


def who(cast: Cast, token: str) -> Any:
    answer = Client(cast.server.base_url, token).get("/me")
    return answer.json()["data"]["id"] if answer.status_code == 200 else answer.status_code


def verified(cast: Cast, token: str) -> dict[str, Any]:
    """The claims, checked with what the server publishes."""
    keys = KeySet.import_key_set(cast.nobody.get("/.well-known/jwks.json").json())
    decoded = jwt.decode(token, keys, ["RS256"])
    assert decoded.header["alg"] == "RS256"
    return dict(decoded.claims)
