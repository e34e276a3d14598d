"""Found C1 to C3: every list searches and sorts by one folding, whatever the database's locale."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from cast import Cast, Person, assemble
from factories import launch, made, make_oneoff, make_template
from postgres import Cluster
from procession.flows.access import founding
from procession.kit.migrating import migrate
from procession.web.routes import API_ROUTES
from server import RunningServer, running_server

#: In their order.
NAMES = ["Äpfel", "ärzte", "Éclair", "élan", "Öl", "zebra", "Zoo"]
JUMBLED = ["zebra", "Öl", "Zoo", "élan", "Äpfel", "Éclair", "ärzte"]
#: Texts, and what finds them.
SEARCHES = [
    ("Приёмка ÄRZTE", ("Приёмка", "приемка", "ПРИЁМКА", "ärzte", "Arzte", "Приёмка ÄRZTE")),
    ("İstanbul", ("İstanbul", "istanbul", "ISTANBUL", "İSTANBUL")),
    ("ΟΔΟΣ", ("ΟΔΟΣ", "οδος", "οδός", "ΔΟΣ")),
    ("Straße & Titel 100%_", ("straße", "STRASSE", "TITEL", "titel", "100%_")),
]
#: Databases by their locales. Turkish has another lower case of I.
LOCALES = {
    "sqlite": None,
    "C.UTF-8": "LOCALE 'C.UTF-8'",
    "C": "LC_COLLATE 'C' LC_CTYPE 'C'",
    "Turkish": "LOCALE_PROVIDER icu ICU_LOCALE 'tr' LOCALE 'C.UTF-8'",
}


@pytest.fixture(scope="module")
def server_in(
    new_database: Callable[[str], str], request: pytest.FixtureRequest
) -> Iterator[Callable[[str], RunningServer]]:
    with ExitStack() as running:
        servers: dict[str, RunningServer] = {}

        def get(locale: str) -> RunningServer:
            if locale not in servers:
                servers[locale] = running.enter_context(running_server("folding", url(locale)))
            return servers[locale]

        def url(locale: str) -> str:
            options = LOCALES[locale]
            if options is None:
                return new_database("sqlite")
            cluster: Cluster = request.getfixturevalue("postgres")
            name = f"folding{secrets.token_hex(4)}"
            made = cluster.create_database(name, "template0", f"ENCODING 'UTF8' {options}")
            migrate(made)
            return made

        yield get


@pytest.fixture(params=LOCALES)
def server(
    request: pytest.FixtureRequest, server_in: Callable[[str], RunningServer]
) -> RunningServer:
    return server_in(request.param)


@dataclass(frozen=True)
class List:
    """How something with a text comes into a list, and how the list shows it."""

    #: From the organization, unless it begins with `/public`, `/me` or `/current-user`.
    path: Callable[[Cast], str]
    make: Callable[[Cast, str], object]
    shown: Callable[[Any], Any]
    #: Keys to sort by; `""` is the order that the list has anyway.
    sorts: tuple[str, ...] = ()
    q: str | None = "q"
    per_page: int = 100
    by: Callable[[Cast], Person] = lambda cast: cast.olga

    def rows(self, cast: Cast, **query: str | int) -> list[Any]:
        by, path = self.by(cast), self.path(cast)
        if not path.startswith(("/public/", "/me/", "/current-user/")) or path == "/me/tasks":
            path = by.path(path)
        answer = by.client.call("GET", path, params={**query, "per_page": self.per_page})
        assert answer.status_code == 200, answer.text
        body = answer.json()
        if query and "meta" in body:
            assert body["meta"]["pagination"]["total"] == len(body["data"])
        return [self.shown(row) for row in body["data"]]


def at(path: str) -> Callable[[Cast], str]:
    return lambda _: path


def key(name: str) -> Callable[[Any], Any]:
    return lambda row: row[name]


def posting(path: str, name: str, **fields: Any) -> Callable[[Cast, str], object]:
    return lambda cast, text: made(cast.olga.post(path, {name: text, **fields}))


def _make_task(cast: Cast, text: str) -> None:
    make_oneoff(cast.olga, title=text, owners={"users": [cast.olga.user_id], "guests": [GUEST]})


GUEST = "guest@folding.test"


def _guest(cast: Cast) -> Person:
    if not hasattr(cast, "folding_guest"):
        task = make_oneoff(cast.olga, title="aaa", owners={"guests": [GUEST]})
        cast.folding_guest = cast.guest_of(task)  # type: ignore[attr-defined]
    return cast.folding_guest  # type: ignore[attr-defined, no-any-return]


def _make_member(cast: Cast, text: str) -> None:
    address = f"{secrets.token_hex(4)}@folding.test"
    body = {"email": address, "first_name": text, "last_name": text, "role": "standard"}
    made(cast.olga.post("/users/invite", body), 200)


def _make_guest(cast: Cast, text: str) -> None:
    address = f"{secrets.token_hex(4)}@folding.test"
    made(cast.olga.post("/guests", {"email": address, "first_name": text, "last_name": "x"}))


def _make_published(cast: Cast, text: str) -> None:
    made(cast.olga.post("/checklists", {"title": text, "type": "procedure", "is_public": True}))


def _make_organization(cast: Cast, text: str) -> None:
    """One more of olga's."""
    address = cast.olga.get(f"/users/{cast.olga.user_id}").json()["data"]["email"]
    founding.found_organization(cast.server.storage, name=text, email=address)


def _the_template(cast: Cast) -> Any:
    if not hasattr(cast, "template"):
        cast.template = make_template(cast.olga, steps=0)  # type: ignore[attr-defined]
    return cast.template  # type: ignore[attr-defined]


def _make_step(cast: Cast, text: str) -> None:
    made(cast.olga.post(f"/checklists/{_the_template(cast)['id']}/steps", {"title": text}))


def _the_process(cast: Cast) -> Any:
    if not hasattr(cast, "process"):
        cast.process = launch(cast.olga)  # type: ignore[attr-defined]
    return cast.process  # type: ignore[attr-defined]


def _make_task_of_process(cast: Cast, text: str) -> None:
    make_oneoff(cast.olga, title=text, run_id=_the_process(cast)["id"])


def _make_key(cast: Cast, text: str) -> None:
    body = {"key": f"k{secrets.token_hex(4)}", "label": text, "applies_to": "run",
            "field_type": "text"}  # fmt: skip
    made(cast.olga.post("/custom-field-keys", body))


ORG = "/organizations/{org}"
LISTS: dict[str, List] = {
    f"{ORG}/runs": List(
        at("/runs"), lambda cast, text: launch(cast.olga, name=text), key("name"), ("name", "title")
    ),
    f"{ORG}/runs/{{run}}/tasks": List(
        lambda cast: f"/runs/{_the_process(cast)['id']}/tasks",
        _make_task_of_process, key("title"), ("name", "title"), q=None,
    ),
    f"{ORG}/tasks": List(at("/tasks"), _make_task, key("title"), ("name", "title")),
    f"{ORG}/me/tasks": List(at("/me/tasks"), _make_task, key("title"), ("name",)),
    f"{ORG}/users/{{user}}/tasks": List(
        lambda cast: f"/users/{cast.olga.user_id}/tasks", _make_task, key("title"), ("name",)
    ),
    f"{ORG}/guests/{{guest}}/tasks": List(
        at("/tasks"), _make_task, key("title"), ("name",), by=_guest
    ),
    f"{ORG}/checklists": List(
        at("/checklists"),
        lambda cast, text: make_template(cast.olga, title=text), key("title"), ("title", "name"),
    ),
    f"{ORG}/checklists/{{checklist}}/steps": List(
        lambda cast: f"/checklists/{_the_template(cast)['id']}/steps", _make_step, key("title")
    ),
    "/public/{org}/checklists": List(
        lambda cast: f"/public/{cast.organization_id}/checklists",
        _make_published, key("title"), ("",), q=None,
    ),
    f"{ORG}/text-templates": List(
        at("/text-templates"), posting("/text-templates", "title", content="x"), key("title"),
        ("title",),
    ),
    f"{ORG}/tags": List(at("/tags"), posting("/tags", "title"), key("title"), ("", "title")),
    f"{ORG}/custom-field-keys": List(
        at("/custom-field-keys"), _make_key, key("label"), ("label", "name")
    ),
    f"{ORG}/presets": List(
        at("/presets"), posting("/presets", "name", object="runs"), key("name"), ("", "name"),
        q=None,
    ),
    f"{ORG}/folders": List(at("/folders"), posting("/folders", "name"), key("name"), ("name",)),
    f"{ORG}/lists": List(
        at("/lists"),
        posting("/lists", "title", columns=["Name"], rows=["x"]), key("title"), ("title",),
    ),
    f"{ORG}/activity-feeds": List(
        at("/activity-feeds"),
        lambda cast, text: launch(cast.olga, name=text),
        lambda row: row["description"][0], q="search",
    ),
    "/me/organizations": List(
        at("/me/organizations"), _make_organization, key("name"), ("", "name")
    ),
    "/current-user/{user}/organizations": List(
        lambda cast: f"/current-user/{cast.olga.user_id}/organizations",
        _make_organization, key("name"), ("", "name"),
    ),
    f"{ORG}/users": List(
        at("/users"), _make_member, key("first_name"), ("first_name", "last_name", "name")
    ),
    f"{ORG}/users-list": List(at("/users-list"), _make_member, key("first_name"), ("",)),
    f"{ORG}/guests": List(at("/guests"), _make_guest, key("first_name"), ("first_name", "name")),
    f"{ORG}/guests-list": List(at("/guests-list"), _make_guest, key("first_name")),
    f"{ORG}/groups": List(at("/groups"), posting("/groups", "name"), key("name"), ("name",)),
    f"{ORG}/roles": List(at("/roles"), posting("/roles", "name"), key("name"), ("",), q=None),
}  # fmt: skip
#: Lists that take `sort` as every list does, and have no text to sort by.
IN_THEIR_OWN_ORDER = {
    f"{ORG}/archive/selections/{{selection}}/items", f"{ORG}/archive/operations",
    f"{ORG}/archive/operations/{{operation}}/items", f"{ORG}/holds",
    f"{ORG}/retention/candidates", f"{ORG}/retention/dormant-templates",
    f"{ORG}/checklists/{{checklist}}/versions", f"{ORG}/checklists/{{checklist}}/preruns",
    f"{ORG}/checklists/{{checklist}}/steps/{{step}}/captures",
    f"{ORG}/checklists/{{checklist}}/steps-deadlines", f"{ORG}/checklists/{{checklist}}/stages",
    f"{ORG}/checklists/{{checklist}}/automated-actions", f"{ORG}/folders/{{folder}}/objects",
    f"{ORG}/domains", f"{ORG}/assets", f"{ORG}/runs/{{run}}/rules", f"{ORG}/recurring-jobs",
    f"{ORG}/watchers", f"{ORG}/webhook-deliveries", f"{ORG}/webhook-endpoints",
    f"{ORG}/system-logs", f"{ORG}/tasks/{{task}}/comments",
    f"{ORG}/guests/{{guest}}/tasks/{{task}}/comments", f"{ORG}/runs/{{run}}/comments",
    f"{ORG}/checklists/{{checklist}}/comments", f"{ORG}/me/notifications",
    f"{ORG}/checklists/{{checklist}}/steps/{{step}}/comments",
    # A file, with the filters of the list of processes.
    f"{ORG}/runs/export",
    # By rank; tests/api/search looks at the folding.
    f"{ORG}/search",
    f"{ORG}/checklists/{{checklist}}/automated-actions/check",
}  # fmt: skip


def test_every_list_that_is_searched_or_sorted_is_known_here() -> None:
    found = {
        route.path
        for route in API_ROUTES
        if not route.is_alias
        and {"q", "sort", "search"}.intersection(route.query.__struct_fields__)
    }
    assert found == LISTS.keys() | IN_THEIR_OWN_ORDER


@pytest.mark.parametrize("path", [path for path, each in LISTS.items() if each.sorts])
def test_found_c3_every_list_has_one_order_whatever_the_case(
    server: RunningServer, path: str
) -> None:
    cast, listed = assemble(server), LISTS[path]
    for name in JUMBLED:
        listed.make(cast, name)
    for sort in listed.sorts:
        query = {"sort": sort} if sort else {}
        assert [each for each in listed.rows(cast, **query) if each in NAMES] == NAMES, sort
        if sort:
            turned = [each for each in listed.rows(cast, sort=f"-{sort}") if each in NAMES]
            assert turned == NAMES[::-1], sort


@pytest.mark.parametrize("path", [path for path, each in LISTS.items() if each.q])
def test_found_c1_every_list_is_searched_whatever_case_and_accents(
    server: RunningServer, path: str
) -> None:
    cast, listed = assemble(server), LISTS[path]
    for text, _ in SEARCHES:
        listed.make(cast, text)
    for text, searches in SEARCHES:
        for q in searches:
            found = listed.rows(cast, **{str(listed.q): q})
            assert len(found) == 1, (q, found)
            assert text in found[0], q
    assert listed.rows(cast, **{str(listed.q): "приемки"}) == []


def test_found_c3_guests_are_sorted_by_address_whatever_its_case(server: RunningServer) -> None:
    cast = assemble(server)
    mark = secrets.token_hex(4)
    addresses = [f"{name}@{mark}.test" for name in ("a-z", "A.a", "ab", "B", "c_d", "C0")]
    for address in reversed(addresses):
        made(cast.olga.post("/guests", {"email": address}))
    by_address = List(at("/guests"), _make_guest, key("email"))
    assert by_address.rows(cast, sort="email") == sorted(addresses, key=str.lower)
    assert by_address.rows(cast, q=f"A-Z@{mark}") == [addresses[0]]


def test_found_c1_renamed_things_are_found_by_their_new_names(server: RunningServer) -> None:
    cast = assemble(server)
    process = launch(cast.olga, name="Ärger")
    task = make_oneoff(cast.olga, title="Ärger")
    template = make_template(cast.olga, title="Ärger")
    tag = made(cast.olga.post("/tags", {"title": "Ärger"}))
    group = made(cast.olga.post("/groups", {"name": "Ärger"}))
    guest = made(cast.olga.post("/guests", {"email": f"{secrets.token_hex(4)}@renamed.test",
                                            "first_name": "Ärger"}))  # fmt: skip
    for name, was in (("Übung", "arger"), ("Plain", "ubung"), ("Ölung", "plain")):
        made(cast.olga.put(f"/runs/{process['id']}", {"name": name}), 200)
        made(cast.olga.put(f"/tasks/{task['id']}", {"title": name}), 200)
        made(cast.olga.put(f"/checklists/{template['id']}", {"title": name}), 200)
        made(cast.olga.put(f"/tags/{tag['id']}", {"title": name}), 200)
        made(cast.olga.put(f"/groups/{group['id']}", {"name": name}), 201)
        made(cast.olga.put(f"/guests/{guest['email']}", {"first_name": name}), 201)
        for path in ("/runs", "/tasks", "/checklists", "/tags", "/groups", "/guests"):
            found = cast.olga.get(path, params={"q": name.upper()}).json()["data"]
            assert len(found) == 1, (path, name)
            assert cast.olga.get(path, params={"q": was}).json()["data"] == [], (path, was)


def test_found_c1_kickoff_answers_are_searched_as_names_are(server: RunningServer) -> None:
    cast = assemble(server)
    template = make_template(cast.olga)
    body = {"label": "City", "field_type": "text", "required": False}
    field = made(cast.olga.post(f"/checklists/{template['id']}/preruns", body))
    for text in ("İstanbul Приёмка", "Oslo"):
        launch(cast.olga, template, prerun={field["id"]: text})
    for value, count in (("istanbul", 1), ("İSTANBUL", 1), ("приемка", 1), ("ÓSLO", 1), ("é", 0)):
        query = {"kickoff_field": field["id"], "kickoff_value": value}
        assert len(cast.olga.get("/runs", params=query).json()["data"]) == count, value
