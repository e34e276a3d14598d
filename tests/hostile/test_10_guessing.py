"""Row 10: guessing has a limit of its own; who knows what is guessed at is let in all the same."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from itertools import count

import pytest
import requests
import sqlalchemy as sa

from backdoor import change
from browsers import SESSION, Browser, Form
from cast import GUS, Cast, assemble
from factories import made, make_oneoff
from procession.kit import guessing
from procession.kit.db import Statement
from procession.kit.guessing import Origin, guesses
from procession.kit.postgres_database import PostgresDatabase
from procession.kit.postgres_limits import OF_COMMANDS
from procession.kit.server import Server
from procession.kit.throttling import Failures
from procession.worker.sweep import forget_old_guesses
from robots import PASSWORD, Robot, robot, with_password
from server import RunningServer, running_server
from sockets import time_of

MOST = 5
_addresses = (f"198.51.{number // 250}.{number % 250 + 1}" for number in count())


def guarded(name: str, url: str) -> AbstractContextManager[RunningServer]:
    """All other limits are off (tests/server.py)."""
    return running_server(name, url, GUESS_LIMIT=str(MOST), TRUSTED_PROXIES="127.0.0.1")


@pytest.fixture(scope="session")
def guarded_on(new_database: Callable[[str], str]) -> Iterator[Callable[[str], RunningServer]]:
    with ExitStack() as running:
        servers: dict[str, RunningServer] = {}

        def get(kind: str) -> RunningServer:
            if kind not in servers:
                url = new_database(kind)
                servers[kind] = running.enter_context(guarded(kind, url))
            return servers[kind]

        yield get


@pytest.fixture
def server(database_kind: str, guarded_on: Callable[[str], RunningServer]) -> RunningServer:
    return guarded_on(database_kind)


@pytest.fixture
def cast(server: RunningServer) -> Cast:
    return assemble(server)


@pytest.fixture
def address() -> str:
    """Where a test comes from, as a proxy says that is trusted; no other test does."""
    return next(_addresses)


def from_(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


def check_limited(ask: Callable[[], requests.Response], wrong: int, most: int = MOST) -> None:
    statuses = [ask().status_code for _ in range(most + 3)]
    assert statuses == [wrong] * (most + 1) + [429] * 2
    assert 1 <= int(ask().headers["Retry-After"]) <= 60


def test_11_10_tokens_are_not_guessed_on_and_a_right_one_is_let_in(
    cast: Cast, address: str
) -> None:
    path, headers = cast.olga.path("/runs"), from_(address)
    guess = {**headers, "Authorization": "Bearer guess"}
    check_limited(lambda: cast.nobody.get(path, headers=guess), 401)
    assert cast.olga.get("/runs", headers=headers).status_code == 200
    assert cast.nobody.get(path, headers={**guess, **from_(next(_addresses))}).status_code == 401
    assert cast.nobody.get(path, headers=headers).status_code == 401  # Without one it is no guess.


def test_11_10_tokens_that_have_ended_are_no_guesses(cast: Cast, address: str) -> None:
    token = made(cast.mia.client.post("/me/tokens", {"name": "T"}))
    ended = {**from_(address), "Authorization": f"Bearer {token['access_token']}"}
    assert cast.mia.client.delete(f"/me/tokens/{token['id']}").status_code == 204
    statuses = {
        cast.nobody.get(cast.mia.path("/runs"), headers=ended).status_code for _ in range(MOST + 5)
    }
    assert statuses == {401}


def test_11_10_guest_codes_are_not_guessed_on(cast: Cast, address: str) -> None:
    gus = cast.guest_of(make_oneoff(cast.olga, owners={"guests": [GUS]}))
    path, headers = cast.olga.path(f"/guests/{'x' * 40}/tasks"), from_(address)
    check_limited(lambda: cast.nobody.get(path, headers=headers), 401)
    assert gus.get("/tasks", headers=headers).status_code == 200
    # By what is guessed, too: from elsewhere.
    assert cast.nobody.get(path, headers=from_(next(_addresses))).status_code == 429


def test_11_10_client_secrets_are_not_guessed_on(cast: Cast, address: str) -> None:
    mine, others = robot(cast, allow_client_credentials=True), robot(cast)
    guess = replace(others, secret="guess")
    check_limited(lambda: asked(guess, address), 401)
    assert asked(mine, address).status_code == 200
    # By what is guessed, too: from many addresses.
    for _ in range(guessing.MOST_AT_ONE):
        asked(replace(mine, secret="guess"), next(_addresses))
    assert asked(replace(mine, secret="guess"), next(_addresses)).status_code == 401
    assert asked(replace(mine, secret="guess"), next(_addresses)).status_code == 429
    assert asked(mine, next(_addresses)).status_code == 200


def asked(robot: Robot, address: str) -> requests.Response:
    body = {"grant_type": "client_credentials", "client_id": robot.id}
    sent = {**body, "client_secret": robot.secret}
    return robot.cast.nobody.call("POST", "/oauth/token", data=sent, headers=from_(address))


def sign_in(browser: Browser, email: str, password: str, address: str) -> requests.Response:
    fields = Form(browser.get("/app/sign-in").text).fields
    filled = {**fields, "email": email, "password": password}
    return browser.post("/app/sign-in", filled, X_Forwarded_For=address)


def test_11_10_a_right_password_waits_a_second_where_others_guessed(
    cast: Cast, address: str
) -> None:
    email, browser, accounts = with_password(cast, cast.mia), Browser(cast), count()
    check_limited(lambda: sign_in(browser, f"{next(accounts)}@x.test", "guess", address), 400)
    began = time.monotonic()
    answer = sign_in(Browser(cast), email, PASSWORD, address)
    assert answer.status_code == 303
    assert 0.5 < time.monotonic() - began < 2
    began = time.monotonic()
    assert sign_in(Browser(cast), email, PASSWORD, next(_addresses)).status_code == 303
    assert time.monotonic() - began < 0.8


def test_11_10_who_is_delayed_holds_no_place(cast: Cast, address: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    accounts = count()
    for _ in range(MOST + 1):
        sign_in(Browser(cast), f"{next(accounts)}@x.test", "guess", address)
    mia = with_password(cast, cast.mia)
    with ThreadPoolExecutor(20) as guessers:
        running = [
            guessers.submit(sign_in, Browser(cast), f"{n}@y.test", "guess", address)
            for n in range(20)
        ]
        time.sleep(0.3)
        began = time.monotonic()
        assert sign_in(Browser(cast), mia, PASSWORD, next(_addresses)).status_code == 303
        assert time.monotonic() - began < 5  # Behind their hashing, one at a time.
        assert time_of(f"{cast.server.base_url}/health") < 1
        assert {each.result().status_code for each in running} == {429}


def test_11_10_an_account_under_attack_stays_open_to_browsers_that_know_it(cast: Cast) -> None:
    email, known = with_password(cast, cast.mia), Browser(cast)
    assert sign_in(known, email, PASSWORD, next(_addresses)).status_code == 303
    known.session.cookies.pop(SESSION)
    answers = [
        sign_in(Browser(cast), email, "guess", next(_addresses)).status_code for _ in range(13)
    ]
    assert answers == [400] * 11 + [429] * 2
    assert sign_in(Browser(cast), email, PASSWORD, next(_addresses)).status_code == 429
    assert sign_in(known, email, PASSWORD, next(_addresses)).status_code == 303
    # It may not guess on either, nor at another account.
    known.session.cookies.pop(SESSION)
    answers = [sign_in(known, email, "guess", next(_addresses)).status_code for _ in range(12)]
    assert answers == [400] * 11 + [429]
    made_up = Browser(cast)
    made_up.session.cookies.set("procession-known", "x.y", domain="127.0.0.1", path="/")
    assert sign_in(made_up, email, PASSWORD, next(_addresses)).status_code == 429


def test_11_10_all_servers_on_a_database_count_together(
    server: RunningServer, cast: Cast, address: str
) -> None:
    """Row 17: guesses are limited for all nodes together."""
    url = server.settings.database_url
    guess = {**from_(address), "Authorization": "Bearer guess"}
    email, path = with_password(cast, cast.leo), cast.olga.path("/runs")
    with guarded("other", url) as other:
        both = [server.base_url, other.base_url]
        statuses = [
            requests.get(f"{both[turn % 2]}{path}", headers=guess, timeout=30).status_code
            for turn in range(MOST + 3)
        ]
        assert statuses == [401] * (MOST + 1) + [429] * 2
        there = replace(cast, server=other)
        for turn in range(guessing.MOST_AT_ONE + 1):
            on = (cast, there)[turn % 2]
            assert sign_in(Browser(on), email, "guess", next(_addresses)).status_code == 400
        for on in (cast, there):
            assert sign_in(Browser(on), email, PASSWORD, next(_addresses)).status_code == 429


def fresh(server: Server) -> Server:
    """As another process has it: it remembers nothing."""
    settings = replace(server.settings, guess_limit=MOST)
    return replace(server, settings=settings, failures=Failures())


def test_11_10_a_minute_later_they_may_try_again_and_nothing_is_kept(
    cast: Cast, address: str
) -> None:
    storage = cast.server.storage
    limits = {f"address {address}": MOST}
    assert [guessing.count(fresh(storage), limits) for _ in range(MOST + 1)] == [0] * (MOST + 1)
    assert 50 <= guessing.wait_s(fresh(storage), limits) <= 60
    assert guessing.count(fresh(storage), limits) > 0
    change(cast, guesses.update().values(began_at=guesses.c.began_at - guessing.WINDOW))
    assert guessing.wait_s(fresh(storage), limits) == 0
    assert guessing.count(fresh(storage), limits) == 0
    assert guessing.wait_s(fresh(storage), limits) == 0
    change(cast, guesses.update().values(began_at=guesses.c.began_at - guessing.WINDOW))
    forget_old_guesses(storage)
    left = storage.database.connection().fetch(Statement(sa.select(guesses.c.digest)), {})
    assert left == []


def test_11_10_without_a_database_a_process_goes_by_what_it_knows(cast: Cast) -> None:
    away = PostgresDatabase("postgresql://127.0.0.1:1/nothing?connect_timeout=1", OF_COMMANDS)
    server = replace(fresh(cast.server.storage), database=away)
    assert [bool(guessing.count(server, {"address x": MOST})) for _ in range(MOST + 3)] == [
        *[False] * (MOST + 1), True, True,
    ]  # fmt: skip


def test_11_10_of_ipv6_a_network_is_one_address(cast: Cast) -> None:
    server = cast.server.storage

    def key(address: str) -> str:
        return next(iter(guessing.limit_of(server, address)))

    assert key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff::9") != key("2001:db8:1:3::1")
    assert key("::ffff:198.51.100.7") == key("198.51.100.7") != key("198.51.100.8")
    assert key("") != key("unknown")


def test_11_10_a_mark_is_of_one_account_and_one_server(cast: Cast) -> None:
    server = cast.server.storage
    mark = guessing.mark_for(server, "Mia@cast.test")
    assert guessing.is_marked(server, "mia@cast.test", mark)
    assert not guessing.is_marked(server, "leo@cast.test", mark)
    assert not guessing.is_marked(replace(server, secret_key="other"), "mia@cast.test", mark)
    for made_up in (None, "", ".", mark[:-1], f"x{mark}", "é.é"):
        assert not guessing.is_marked(server, "mia@cast.test", made_up)
    assert Origin("x").mark is None


def test_11_10_a_proxy_that_is_not_trusted_is_told_of_once(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    with running_server(database_kind, new_database(database_kind)) as server:
        cast = assemble(server)
        assert "proxy not trusted" not in server.log_text()
        for path in ("/runs", "/tasks", "/runs"):
            cast.olga.get(path, headers=from_("198.51.100.7"))
        told = [line for line in server.log_text().splitlines() if "proxy not trusted" in line]
    (line,) = told
    assert json.loads(line)["address"] == "127.0.0.1"
    assert "PROCESSION_TRUSTED_PROXIES" in line
