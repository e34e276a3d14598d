"""Row 3: slow and waiting things of our own hold up neither the health page nor what is read."""

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import requests

from cast import Cast
from factories import launch, made, make_template
from procession.domains.accounts.actions import repeating
from procession.domains.accounts.actions.authenticating import authenticate_member
from procession.domains.accounts.tables import identity_providers
from procession.kit import signing
from procession.kit.db import Statement
from procession.kit.http import WAITING
from procession.web.routes import ALL_ROUTES
from sockets import many, silent_port, status_of

Others = Callable[[], None]


def request(cast: Cast, method: str, path: str, body: str = "", **headers: str) -> bytes:
    named = {
        "Host": "x",
        "Connection": "close",
        "Authorization": f"Bearer {cast.olga.token}",
        "Content-Length": str(len(body)),
        "Content-Type": "application/json",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n{body}".encode()


# --- A foreign lock ---


@contextmanager
def locked_by_another(cast: Cast) -> Iterator[None]:
    path = cast.server.settings.database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None, timeout=10)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_11_3_writes_are_refused_and_reads_go_on_beside_a_foreign_lock(
    cast: Cast, others_are_answered: Others
) -> None:
    body = {"checklist_id": make_template(cast.olga)["id"], "name": "Later"}

    def write(_: int) -> tuple[int, str | None, float]:
        start = time.monotonic()
        answer = cast.olga.again().post("/runs", body)
        return answer.status_code, answer.headers.get("Retry-After"), time.monotonic() - start

    with locked_by_another(cast), ThreadPoolExecutor(20) as pool:
        writes = pool.map(write, range(40))
        others_are_answered()
        answers = list(writes)
    assert {status for status, _, _ in answers} == {503}
    assert {after for _, after, _ in answers} == {"2"}
    assert max(spent for _, _, spent in answers) < 2
    # By itself, once the other is done.
    assert write(0)[0] == 201


# --- A repeat ---


def test_11_3_a_repeat_waits_without_a_thread_and_not_for_long(
    cast: Cast, others_are_answered: Others
) -> None:
    """The first request with the key never ends. On SQLite it holds the file meanwhile, so that
    everybody who writes is refused; elsewhere other writes do not wait either."""
    path, body = cast.olga.path("/runs"), json.dumps({"name": "Once"})
    digest = hashlib.sha256(f"POST {path}\n{body}".encode()).hexdigest()
    olga = authenticate_member(cast.server.storage, cast.olga.token, cast.organization_id, "test")
    is_sqlite = cast.server.name == "sqlite"
    repeat = request(cast, "POST", path, body, Idempotency_Key="the-key")

    with (
        repeating.claiming(olga, "the-key", digest) as claim,
        many(cast.server, 40, repeat) as raws,
    ):
        assert claim.kept is None
        start = time.monotonic()
        others_are_answered()
        if not is_sqlite:
            make_template(cast.olga)
        answers = [raw.read(within=10) for raw in raws]
        assert time.monotonic() - start < 4
    statuses = {status_of(answer) for answer in answers}
    assert statuses <= {409, 503} if is_sqlite else statuses == {409}
    assert all(b"retry-after: " in answer.lower() for answer in answers)


# --- Long answers ---


@pytest.mark.parametrize("what", ["export", "list"])
def test_11_3_long_answers_that_nobody_reads_hold_up_nobody(
    cast: Cast, others_are_answered: Others, what: str
) -> None:
    if what == "export":
        template = make_template(
            cast.olga, [{"title": f"Step {n} " + "x" * 400} for n in range(400)]
        )
        path = cast.olga.path(f"/runs/{launch(cast.olga, template)['id']}/export?format=csv")
    else:
        template = make_template(
            cast.olga, [{"title": f"Step {n} " + "x" * 400} for n in range(100)]
        )
        for number in range(5):
            launch(cast.olga, template, name=f"Run {number}")
        path = cast.olga.path("/runs?per_page=1000&with=tasks")
    whole = requests.get(
        cast.server.base_url + path,
        headers={"Authorization": f"Bearer {cast.olga.token}"},
        timeout=20,
    ).content
    assert len(whole) > 150_000
    with many(cast.server, 12, request(cast, "GET", path), takes_little=True) as raws:
        time.sleep(0.3)
        others_are_answered()
        answer = raws[5].read(within=20)
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"chunked" in head.lower():
        body = unchunked(body)
    assert body == whole


def unchunked(body: bytes) -> bytes:
    pieces: list[bytes] = []
    while True:
        size, _, body = body.partition(b"\r\n")
        if int(size, 16) == 0:
            return b"".join(pieces)
        pieces.append(body[: int(size, 16)])
        body = body[int(size, 16) + 2 :]


# --- Others outside ---


def test_11_3_routes_that_wait_for_others_hold_up_nobody(
    cast: Cast, others_are_answered: Others
) -> None:
    """Each of them fifty times at once; the provider and the name server never answer."""
    server = cast.server.storage
    domain = made(cast.olga.post("/domains", {"domain": f"{cast.organization_id}.example"}))["id"]
    sealed = signing.seal(signing.derived(server.secret_key, "provider secrets").hex(), "secret")
    with silent_port() as port:
        provider = identity_providers.insert().values(
            organization_id=cast.organization_id, issuer=f"http://127.0.0.1:{port}",
            client_id="us", sealed_secret=sealed, is_enforced=False, created_at=1, updated_at=1,
        )  # fmt: skip
        with server.database.writing() as connection:
            connection.execute(Statement(provider), {})
        waiting = [route for route in ALL_ROUTES if route.place == WAITING]
        assert {"/app/single-sign-on/{org}", "/organizations/{org}/domains/{domain}/verify"} <= {
            route.path for route in waiting
        }
        for route in waiting:
            path = route.path.format(org=cast.organization_id, domain=domain, operation=1)
            with many(cast.server, 50, request(cast, route.method, path)):
                time.sleep(0.3)
                others_are_answered()
