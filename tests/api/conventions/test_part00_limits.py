"""Part 00, 2, 6 and 7: servers with other settings, and servers that break."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from backdoor import guest_task, stored
from cast import Cast, assemble
from factories import launch, made, make_template
from procession.kit.db import Statement
from server import RunningServer, running_server
from wire import check_pagination, check_problem, ids

NewDatabase = Callable[[str], str]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def strict(new_database: NewDatabase, request: pytest.FixtureRequest) -> Iterator[RunningServer]:
    """Client header required, few requests a minute, short lists and bodies, known proxies."""
    with running_server(
        "strict",
        new_database(request.param),
        REQUIRE_CLIENT_HEADER="on",
        RATE_LIMIT="5",
        ANONYMOUS_RATE_LIMIT="12",
        GUESS_LIMIT="6",
        MAX_UNPAGINATED="3",
        MAX_BODY_BYTES="500",
        TRUSTED_PROXIES="10.0.0.1,127.0.0.0/8",
        CORS_ORIGINS="https://app.example",
        PUBLIC_URL="https://work.example/",
    ) as server:
        yield server


@pytest.fixture
def strict_cast(strict: RunningServer) -> Cast:
    return assemble(strict)


CLIENT = {"X-Tallyfy-Client": "APIClient"}
#: Requests of strangers are counted by address; each test comes from one of its own.
ADDRESSES = iter(range(1, 255))


def from_elsewhere() -> dict[str, str]:
    return {"X-Forwarded-For": f"10.0.0.{next(ADDRESSES)}"}


def test_00_4_without_the_required_client_header_is_a_401(strict_cast: Cast) -> None:
    mia = strict_cast.mia.client
    for headers in ({}, {"X-Tallyfy-Client": ""}):
        body = check_problem(mia.get("/me", headers=headers), 401, "CLIENT_HEADER_REQUIRED")
        assert body["message"] == "The X-Tallyfy-Client header is required."

    assert mia.get("/me", headers=CLIENT).status_code == 200


def test_00_4_what_needs_no_token_needs_no_client_header(strict_cast: Cast) -> None:
    nobody, elsewhere = strict_cast.nobody, from_elsewhere()
    strict_cast.olga.client.headers.update(CLIENT)
    task, code = guest_task(strict_cast)

    assert nobody.get("/health", headers=elsewhere).status_code == 200
    assert nobody.call("OPTIONS", "/me").status_code == 204
    listed = nobody.get(strict_cast.olga.path(f"/guests/{code}/tasks"))
    assert ids(listed) == [task["id"]]
    assert task["owners"]["taskUrls"][0].startswith("https://work.example/")


def test_00_46_the_sixth_request_of_a_minute_is_refused(strict_cast: Cast) -> None:
    olga = strict_cast.olga
    left = []
    for number in range(5):
        answer = olga.post("/runs", {"name": f"Run {number}"}, headers=CLIENT)
        assert answer.status_code == 201
        left.append(answer.headers["X-RateLimit-Remaining"])
    before = stored(strict_cast)

    refused = olga.post("/runs", {"name": "One too many"}, headers=CLIENT)

    assert left == ["4", "3", "2", "1", "0"]
    check_problem(refused, 429, "RATE_LIMIT_EXCEEDED")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["X-RateLimit-Limit"] == "5"
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert 0 <= int(refused.headers["X-RateLimit-Reset"]) - time.time() <= 61
    assert stored(strict_cast) == before
    assert strict_cast.mia.get("/runs", headers=CLIENT).status_code == 200


def test_30_3_archiving_too_often_is_refused_as_anything_else(strict_cast: Cast) -> None:
    olga, mia = strict_cast.olga, strict_cast.mia
    made_one = mia.post("/runs", {"name": "Busy"}, headers=CLIENT)
    path = f"/runs/{made(made_one)['id']}"
    for _ in range(5):
        assert olga.get(path, headers=CLIENT).status_code == 200
    before = stored(strict_cast)
    for method, route in (("DELETE", ""), ("PUT", "/activate"), ("DELETE", "/delete")):
        refused = olga.call(method, f"{path}{route}", headers=CLIENT)
        check_problem(refused, 429, "RATE_LIMIT_EXCEEDED")
    assert stored(strict_cast) == before
    assert made(mia.get(path, headers=CLIENT), 200)["status"] == "active"


def test_00_46_a_refused_request_is_not_kept_under_its_key(strict_cast: Cast) -> None:
    headers = {**CLIENT, "Idempotency-Key": "limited"}
    for _ in range(5):
        strict_cast.mia.get("/runs", headers=CLIENT)

    answer = strict_cast.mia.post("/runs", {"name": "x"}, headers=headers)

    check_problem(answer, 429)
    assert stored(strict_cast)["processes"] == 0


def test_00_46_strangers_are_counted_by_address(strict_cast: Cast) -> None:
    elsewhere = from_elsewhere()
    without = {**elsewhere, **CLIENT}
    answers = [strict_cast.nobody.get("/me", headers=without) for _ in range(13)]

    assert [answer.status_code for answer in answers] == [401] * 12 + [429]
    check_problem(answers[-1], 429, "RATE_LIMIT_EXCEEDED")
    assert answers[-1].headers["X-RateLimit-Limit"] == "12"
    guessing = strict_cast.nobody.get(
        strict_cast.olga.path("/guests/wrong/tasks"), headers=elsewhere
    )
    check_problem(guessing, 429)
    assert strict_cast.nobody.get("/health", headers=from_elsewhere()).status_code == 200
    assert strict_cast.mia.client.get("/me", headers={**CLIENT, **elsewhere}).status_code == 200


def test_00_45_who_guesses_codes_is_refused_and_who_knows_one_is_not(strict_cast: Cast) -> None:
    """However many were wrong: the right one is of somebody else at that address."""
    headers, path = {**CLIENT, **from_elsewhere()}, strict_cast.olga.path("")
    body = {"email": "gus@guests.test"}
    code = strict_cast.olga.post("/guests", body, headers=CLIENT).json()["data"]["guest_code"]
    wrong = {**headers, "X-Guest-Code": "0" * 40}
    good = {**headers, "X-Guest-Code": code}

    assert strict_cast.nobody.get(path, headers=good).status_code == 200
    answers = [strict_cast.nobody.get(path, headers=wrong) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [401] * 7 + [429]
    check_problem(strict_cast.nobody.get(path, headers=wrong), 429, "RATE_LIMIT_EXCEEDED")
    assert strict_cast.nobody.get(path, headers=good).status_code == 200
    by_path = strict_cast.nobody.get(
        strict_cast.olga.path(f"/guests/{code}"), headers={**CLIENT, **headers}
    )
    assert by_path.status_code == 200
    there = {**good, **from_elsewhere()}
    assert strict_cast.nobody.get(path, headers=there).status_code == 200


def test_00_27_a_list_too_long_for_one_page_is_a_422_never_cut_short(strict_cast: Cast) -> None:
    olga = olga_with(strict_cast)
    for number in range(3):
        launch(olga, name=f"Run {number}")

    assert len(ids(olga.get("/runs?without_pagination=1"))) == 3
    check_problem(strict_cast.mia.get("/users?without_pagination=1", headers=CLIENT), 422)
    check_problem(olga.get("/activity-feeds?without_pagination=true"), 422)


def olga_with(cast: Cast) -> Any:
    cast.olga.client.headers.update(CLIENT)
    return cast.olga


def test_00_22_a_trusted_proxy_says_what_the_client_called(strict_cast: Cast) -> None:
    olga = olga_with(strict_cast)
    for number in range(2):
        launch(olga, name=f"Run {number}")
    forwarded = {"X-Forwarded-Host": "work.example", "X-Forwarded-Proto": "https"}

    listed = olga.client.get(f"/api{olga.path('/runs')}?per_page=1", headers=forwarded)

    following = check_pagination(listed)["links"]["next"]
    assert following.startswith("https://work.example/api/organizations/")


def test_00_9_the_limit_of_bodies_can_be_set(strict_cast: Cast) -> None:
    olga = olga_with(strict_cast)

    assert "500" in check_problem(olga.post("/runs", {"name": "x" * 600}), 413)["message"]
    assert olga.again().post("/runs", {"name": "x"}, headers=CLIENT).status_code == 201


def test_00_53_one_origin_may_be_named(strict_cast: Cast) -> None:
    answer = strict_cast.nobody.call("OPTIONS", "/me")

    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"


@pytest.fixture
def broken(new_database: NewDatabase, database_kind: str) -> Iterator[Cast]:
    """A server whose table of tasks is taken away under it."""
    with running_server("broken", new_database(database_kind)) as server:
        cast = assemble(server)
        # A list without tasks never looks for who they are assigned to.
        launch(cast.olga, make_template(cast.olga, 1))
        statement = Statement.guarded(text("DROP TABLE task_assignees"))
        with server.storage.database.writing() as connection:
            connection.execute(statement, {})
        yield cast


def test_00_19_a_crash_tells_nothing_but_the_request_id(broken: Cast) -> None:
    sent = {"X-Request-Id": "crash-1", "Accept": "text/html"}
    before = stored_runs(broken)

    read = broken.olga.get("/tasks", headers=sent)
    written = broken.olga.post("/tasks", {
        "title": "x", "task_type": "task", "deadline": "2031-01-01",
        "owners": {"users": [broken.olga.user_id]},
    }, headers={"Idempotency-Key": "again"})  # fmt: skip

    assert check_problem(read, 500) == {
        "error": True, "message": "Server error.", "code": "SERVER_ERROR", "request_id": "crash-1",
    }  # fmt: skip
    assert read.headers["X-Request-Id"] == "crash-1"
    assert check_problem(written, 500)["request_id"] == written.headers["X-Request-Id"]
    assert "task" not in read.text + written.text
    assert stored_runs(broken) == before
    logged = [json.loads(line) for line in broken.server.log_text().splitlines() if "{" in line]
    (entry,) = [line for line in logged if line.get("request_id") == "crash-1"]
    assert "Traceback" in entry["exception"]
    assert "task_assignees" in entry["exception"]
    assert broken.olga.token not in broken.server.log_text()


def test_00_55_an_error_of_ours_is_not_replayed(broken: Cast) -> None:
    headers = {"Idempotency-Key": "again"}
    task = {
        "title": "x",
        "task_type": "task",
        "deadline": "2031-01-01",
        "owners": {"users": [broken.olga.user_id]},
    }

    check_problem(broken.olga.post("/tasks", task, headers=headers), 500)
    second = broken.olga.post("/tasks", task, headers=headers)

    check_problem(second, 500)
    assert "Idempotent-Replayed" not in second.headers


def stored_runs(cast: Cast) -> list[Any]:
    return cast.server.storage.database.connection().fetch(
        Statement(text("SELECT count(*) FROM tasks")), {}
    )


def test_00_27_a_list_of_groups_is_never_cut_short_either(strict_cast: Cast) -> None:
    olga = olga_with(strict_cast)
    for number in range(4):
        made(strict_cast.mia.post("/groups", {"name": f"Group {number}"}, headers=CLIENT))
        if number == 2:
            assert len(ids(olga.get("/groups?without_pagination=1"))) == 3

    check_problem(olga.get("/groups?without_pagination=1"), 422)


def test_30_3_7_public_forms_are_limited_as_everything_public(strict_cast: Cast) -> None:
    """By address; whoever guesses codes is refused, and whoever knows one is not."""
    template = made(
        strict_cast.olga.post(
            "/checklists",
            {"title": "T", "type": "procedure", "is_public_kickoff": True},
            headers=CLIENT,
        )
    )
    path = f"/public/{strict_cast.organization_id}/kickoff/{template['id']}"
    guest = {"email": "gus@guests.test"}
    code = made(strict_cast.olga.post("/guests", guest, headers=CLIENT))["guest_code"]
    guessing = from_elsewhere()
    answers = [
        strict_cast.nobody.get(f"{path}?guest_code={'0' * 40}", headers=guessing) for _ in range(8)
    ]
    assert [answer.status_code for answer in answers] == [401] * 7 + [429]
    right = f"{path}?guest_code={code}"
    for address in guessing, from_elsewhere():
        assert strict_cast.nobody.get(right, headers=address).status_code == 200
    asking = from_elsewhere()
    asked = [
        strict_cast.nobody.post(f"{path}/access", {"email": f"x{n}@y.test"}, headers=asking)
        for n in range(13)
    ]
    assert [answer.status_code for answer in asked] == [202] * 12 + [429]
