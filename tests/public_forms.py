"""Visitors of public kick-off forms, as the tests send them there."""

import re
import secrets
from dataclasses import dataclass
from typing import Any

import requests

from cast import Cast, Person
from factories import made, make_template
from letters import Letter, mails_of

FIELDS = [
    {"label": "Client name", "field_type": "text", "required": True},
    {"label": "Plan", "field_type": "dropdown", "required": False,
     "options": [{"id": 1, "text": "Basic"}, {"id": 2, "text": "Gold"}]},
]  # fmt: skip


def new_address() -> str:
    return f"visitor-{secrets.token_hex(6)}@visitors.test"


def open_form(by: Person, **fields: Any) -> Any:
    """A template of one step whose public kick-off form is open."""
    return make_template(by, 1, **{"prerun": FIELDS, "is_public_kickoff": True, **fields})


def code_in(letter: Letter) -> str:
    found = re.search(r"guest_code=([A-Za-z0-9]{40})\b", letter.text)
    assert found, letter.text
    return found[1]


@dataclass
class Visitor:
    """Somebody without an account at one form, by the template's id or alias."""

    cast: Cast
    name: str
    email: str = ""
    code: str = ""

    @property
    def path(self) -> str:
        return f"/public/{self.cast.organization_id}/kickoff/{self.name}"

    def ask(self, email: Any, **more: Any) -> requests.Response:
        return self.cast.nobody.post(f"{self.path}/access", {"email": email, **more})

    def come_in(self) -> "Visitor":
        """By the mailed link."""
        self.email = new_address()
        assert self.ask(self.email).status_code == 202
        self.code = code_in(mails_of(self.cast, self.email)[-1])
        return self

    def read(self, code: str | None = None) -> requests.Response:
        return self.cast.nobody.get(self.path, params={"guest_code": code or self.code})

    def send(self, code: str | None = None, **body: Any) -> requests.Response:
        params = {"guest_code": code or self.code}
        return self.cast.nobody.post(f"{self.path}/runs", body, params=params)

    def launch(self, **body: Any) -> Any:
        return made(self.send(**body))

    def as_guest(self, method: str, path: str, body: Any = None) -> requests.Response:
        """A route of members, asked with the code in a header."""
        return self.cast.nobody.call(
            method,
            f"/organizations/{self.cast.organization_id}{path}",
            json=body,
            headers={"X-Guest-Code": self.code},
        )
