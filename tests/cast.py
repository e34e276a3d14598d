"""The people of the tests: one small cast, in an organization of its own for each test.

olga owns (admin), mia is a member (standard), leo is light, gus is a guest, and stan is the
administrator of another organization: a stranger here.
"""

import secrets
from dataclasses import dataclass
from typing import Any

import requests

from procession.flows.access import founding
from procession.kit.caller import Role
from server import Client, RunningServer

GUS = "gus@guests.test"


@dataclass
class Person:
    """A member with their client; `get`, `post`... are relative to the organization."""

    user_id: int
    token: str
    client: Client
    organization_id: str

    def path(self, path: str) -> str:
        return f"/organizations/{self.organization_id}{path}"

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        return self.client.call(method, self.path(path), **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.client.get(self.path(path), **options)

    def post(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.client.post(self.path(path), body, **options)

    def put(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.client.put(self.path(path), body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.client.patch(self.path(path), body, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.client.delete(self.path(path), **options)

    def post_with_key(self, path: str, body: Any, key: str) -> requests.Response:
        return self.client.post_with_key(self.path(path), body, key)

    def again(self) -> "Person":
        return Person(self.user_id, self.token, self.client.again(), self.organization_id)


@dataclass
class Guest(Person):
    """Somebody with a guest link and no account; paths are below their guest code."""

    code: str = ""

    def path(self, path: str) -> str:
        return f"/organizations/{self.organization_id}/guests/{self.code}{path}"


@dataclass
class Cast:
    """One organization and its people on one running server."""

    server: RunningServer
    organization_id: str
    olga: Person
    mia: Person
    leo: Person

    @property
    def nobody(self) -> Client:
        """Without a token."""
        return Client(self.server.base_url, None)

    def stranger(self) -> Person:
        """stan, the administrator of another organization, asking for this one's paths."""
        other = found(self.server)
        return Person(other.user_id, other.token, other.client, self.organization_id)

    def limited(self, *scopes: str) -> Client:
        """olga, with a token that is good for these alone."""
        made = self.olga.client.post("/me/tokens", {"scopes": scopes})
        assert made.status_code == 201, made.text
        return Client(self.server.base_url, made.json()["data"]["access_token"])

    def guest_of(self, task: Any) -> Guest:
        """The first guest of a task, coming by the link that members see on it."""
        code = task["owners"]["taskUrls"][0].split("/guest/")[1].split("/")[0]
        return Guest(0, "", self.nobody, self.organization_id, code)

    def group(self, *people: Person) -> str:
        """A group of these members, by its id."""
        members = [person.user_id for person in people]
        made = self.olga.post("/groups", {"name": secrets.token_hex(8), "members": members})
        assert made.status_code == 201, made.text
        return str(made.json()["data"]["id"])

    def add_light(self) -> Person:
        return self.add(Role.LIGHT)

    def add(self, role: Role) -> Person:
        """One more member."""
        address = f"{role.value}-{secrets.token_hex(6)}@cast.test"
        made = founding.add_member(
            self.server.storage, self.organization_id, email=address, role=role
        )
        client = Client(self.server.base_url, made.access_token)
        return Person(made.user_id, made.access_token, client, self.organization_id)


def found(server: RunningServer) -> Person:
    """An administrator with a fresh organization."""
    address = f"olga-{secrets.token_hex(6)}@cast.test"
    made = founding.found_organization(server.storage, name="Cast & Co", email=address)
    client = Client(server.base_url, made.access_token)
    return Person(made.user_id, made.access_token, client, made.organization_id)


def assemble(server: RunningServer) -> Cast:
    olga = found(server)
    people = Cast(server, olga.organization_id, olga, olga, olga)
    people.mia = people.add(Role.STANDARD)
    people.leo = people.add(Role.LIGHT)
    return people
