"""Issue 10, 4: whatever is nested ten thousand levels deep is refused by every route, at once.

The reader of JSON recurses in C. Without a limit before it, one such body ends the server.
"""

import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec
import pytest
import requests

from backdoor import change
from cast import Cast, assemble
from factories import launch, made, make_template
from procession.domains.processes.tables import processes
from procession.kit.http import APPLICATION, PAGE, Route
from procession.web.routes import ALL_ROUTES
from server import RunningServer, running_server
from targets import WRITES, Target, keys_of
from wire import check_problem

pytestmark = pytest.mark.hostile

LEVELS = 10_000
LISTS = "[" * LEVELS + "]" * LEVELS
OBJECTS = '{"a":' * LEVELS + "1" + "}" * LEVELS
NAME = "[b]" * LEVELS
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

#: Bodies with their types. What follows each key is as deep as it can be.
BODIES: dict[str, tuple[str, str]] = {
    "lists": (JSON, LISTS),
    "objects without an end": (JSON, '{"a":' * LEVELS),
    "behind texts": (JSON, '{"a": "]]]]\\"", "b": ' + LISTS + "}"),
    "form": (FORM, f"a{NAME}=1"),
    "parts of a form": (
        "multipart/form-data; boundary=x",
        f'--x\r\nContent-Disposition: form-data; name="a{NAME}"\r\n\r\n1\r\n--x--\r\n',
    ),
}
HEADERS = (
    "Authorization", "Accept", "Accept-Language", "Content-Type", "Cookie", "Idempotency-Key",
    "Origin", "Prefer", "X-Guest-Code", "X-Request-Id", "X-Tallyfy-Client",
)  # fmt: skip


class Nowhere(defaultdict[str, str]):
    """Names in paths that name nothing, so that no route finds what it could destroy."""

    def __init__(self, organization_id: str) -> None:
        super().__init__(lambda: "0" * 32, org=organization_id)


def routes() -> Iterator[Route]:
    """Each of them; last what takes all access from who calls."""
    yield from sorted(ALL_ROUTES, key=lambda route: route.path == "/me/tokens")


@pytest.fixture
def cast_on_sqlite(server_on: Callable[[str], RunningServer]) -> Cast:
    """For what no database is asked about."""
    return assemble(server_on("sqlite"))


def sent(call: Callable[[], requests.Response]) -> requests.Response:
    """Once more where a refusal ended the connection before it had read the whole body: the answer
    may be lost on the way then. A server that died is told of by the client."""
    for _ in range(5):
        with suppress(requests.RequestException):
            return call()
    return call()


def ask(cast: Cast, route: Route, names: Mapping[str, str], **options: Any) -> requests.Response:
    path = route.path.format_map(names)
    asking = partial(cast.olga.client.call, route.method, path, allow_redirects=False, **options)
    answer = sent(asking)
    assert answer.status_code < 500, f"{route.method} {route.path}: {answer.text}"
    assert answer.elapsed.total_seconds() < 3, f"{route.method} {route.path}"
    return answer


@pytest.mark.parametrize("kind", BODIES)
def test_10_4_no_route_takes_a_deep_body(cast_on_sqlite: Cast, kind: str) -> None:
    content_type, body = BODIES[kind]
    cast = cast_on_sqlite
    names = Nowhere(cast.organization_id)
    for route in routes():
        headers = {"Content-Type": content_type}
        if route.method == "GET" or not route.reads_body:
            send_unread(cast, route, names, body, headers)
            continue
        answer = ask(cast, route, names, data=body, headers=headers)
        if route.method == "DELETE":
            continue  # What one says beside its path never harms (contract 00, 3.4).
        if route.door == PAGE:
            assert answer.status_code == 400, route.path
        elif route.door != APPLICATION:  # Only its own client gets past the door.
            check_problem(answer, 400, "MALFORMED_JSON")


def test_10_4_no_route_minds_a_deep_query(cast_on_sqlite: Cast) -> None:
    """Under a name of its own, and as the value of every name that is known; an address may be as
    long as six of these."""
    cast = cast_on_sqlite
    names = Nowhere(cast.organization_id)
    for route in routes():
        ask(cast, route, names, params=f"a{NAME}=1")
        words = [field.encode_name for field in msgspec.structs.fields(route.query)]
        for start in range(0, len(words), 5) if route.method == "GET" else ():
            deep = [f"{word}={'[' * LEVELS}" for word in words[start : start + 5]]
            ask(cast, route, names, params="&".join(deep))


def test_10_4_no_route_minds_deep_headers(cast_on_sqlite: Cast) -> None:
    cast = cast_on_sqlite
    names, deep = Nowhere(cast.organization_id), dict.fromkeys(HEADERS, "[" * LEVELS)
    for route in routes():
        ask(cast, route, names, headers=deep)
        for word in ("Bearer", "Basic"):
            credentials = {"Authorization": f"{word} {b64encode(LISTS.encode()).decode()}"}
            ask(cast, route, names, headers=credentials)


def send_unread(
    cast: Cast, route: Route, names: Mapping[str, str], body: str, headers: dict[str, str]
) -> None:
    """A body that nobody reads: the connection may end before the answer came through."""
    url = f"{cast.server.base_url}{route.path.format_map(names)}"
    with suppress(requests.RequestException):
        requests.request(route.method, url, data=body, headers=headers, timeout=30)
    assert cast.server.death() is None, cast.server.death()


#: Values of 10,000 levels that are no levels of the body: each is a text.
TEXTS = {
    "lists in a text": LISTS,
    "elements": "<div>" * LEVELS,
    "brackets": "<" * LEVELS,
}


@pytest.mark.parametrize("kind", TEXTS)
def test_10_4_no_field_minds_a_deep_text(cast_on_sqlite: Cast, kind: str) -> None:
    target = Target(cast_on_sqlite)
    for route in WRITES:
        for key in keys_of(route):
            check(route, key, sent(partial(target.send, route, {key: TEXTS[kind]})))


def test_10_4_no_field_minds_as_many_levels_as_a_body_may_have(cast: Cast) -> None:
    """Of lists and of objects, some of them as texts."""
    target = Target(cast)
    lists, objects = "[" * 63 + "]" * 63, '{"data":' * 62 + "1" + "}" * 62
    for route in WRITES:
        for key in keys_of(route):
            for value in (json.loads(lists), {"data": json.loads(objects), "text": lists}):
                check(route, key, target.send(route, {key: value}))


@pytest.mark.parametrize("value", [NAME, "[b]" * 62, "[]" * 62])
def test_10_4_no_field_minds_a_deep_form(cast_on_sqlite: Cast, value: str) -> None:
    cast, target = cast_on_sqlite, Target(cast_on_sqlite)
    for route in WRITES:
        body = "&".join(f"{key}{value}=1" for key in keys_of(route))
        path = route.path.format(**target.ids)
        headers = {"Content-Type": FORM}
        answer = sent(
            partial(cast.olga.client.call, route.method, path, data=body, headers=headers)
        )
        check(route, value[:9], answer)


def check(route: Route, key: str, answer: requests.Response) -> None:
    about = f"{route.method} {route.path}: {key}"
    assert answer.status_code < 500, f"{about}: {answer.text}"
    assert answer.elapsed.total_seconds() < 3, about


def test_10_4_rich_text_that_is_too_deep_is_refused_under_its_name(cast: Cast) -> None:
    task = made(cast.olga.post("/tasks", ONEOFF))
    for text in "<div>", "<ul><li>", "<b><div></b>", "<a><div></a>", "<dl><dt>", "<table><tr><td>":
        deep = {"content": text * (30_000 // len(text))}
        answer = cast.olga.post(f"/tasks/{task['id']}/comment", deep)
        told = check_problem(answer, 422)["errors"]
        assert told == {"content": ["The content is nested too deeply."]}
    kept = "<div>" * 60 + "deep" + "</div>" * 60
    answer = cast.olga.post(f"/tasks/{task['id']}/comment", {"content": kept})
    assert made(answer)["content"] == kept


ONEOFF = {"title": "T", "task_type": "task", "deadline": "2031-01-01", "owners": {}}


def test_10_4_what_is_stored_too_deep_ends_nothing(new_database: Callable[[str], str]) -> None:
    """Nothing that was sent is: somebody has written into the database."""
    with running_server("sqlite", new_database("sqlite")) as server:
        cast = assemble(server)
        process = launch(cast.olga, make_template(cast.olga))
        row = processes.update().where(processes.c.id == process["id"])
        for deep in LISTS, OBJECTS, "[" * LEVELS:
            change(cast, row.values(answers=deep))
            answer = cast.olga.get(f"/runs/{process['id']}?with=ko_form_fields")
            assert answer.status_code == 500
        change(cast, row.values(answers=None))
        made(cast.olga.get(f"/runs/{process['id']}?with=ko_form_fields"), 200)
