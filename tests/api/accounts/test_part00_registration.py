"""Part 00, 5.4: programs that register themselves (RFC 7591), as MCP clients do."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from backdoor import stored
from cast import Cast, assemble
from procession.core.scopes import SCOPES
from procession.core.times import DAY
from procession.domains.accounts.tables import oauth_clients
from procession.kit.db import Statement
from procession.worker.sweep import forget_unused_clients
from robots import DONE, Robot, check_refused, granted, verified, who, with_password
from server import RunningServer, running_server
from wire import check_problem

REGISTER = "/mcp/oauth/register"
ALL = " ".join(SCOPES)
NewDatabase = Callable[[str], str]


def register(cast: Cast, **sent: Any) -> requests.Response:
    return cast.nobody.post(REGISTER, {"redirect_uris": [DONE], "client_name": "Claw", **sent})


def registered(cast: Cast, **sent: Any) -> Robot:
    answer = register(cast, **sent)
    assert answer.status_code == 201, answer.text
    return Robot(cast, int(answer.json()["client_id"]), None)


def test_00_5_4_a_program_registers_itself(cast: Cast) -> None:
    before = stored(cast)
    for mount in ("", "/api"):
        answer = cast.nobody.post(
            f"{mount}{REGISTER}",
            {
                "redirect_uris": [DONE, "http://localhost:7000/back", DONE],
                "client_name": " Claw\n<b> ",
                "token_endpoint_auth_method": "client_secret_post",
                "grant_types": ["authorization_code", "refresh_token"],
                "logo_uri": "https://claw.test/logo.png",
            },
        )
        assert answer.status_code == 201, answer.text
        body = answer.json()
        assert int(body.pop("client_id")) > 1
        assert abs(body.pop("client_id_issued_at") - time.time()) < 60
        assert "mcp.tasks.read" in body.pop("scope").split()
        assert body == {
            "client_name": "Claw<b>",
            "redirect_uris": [DONE, "http://localhost:7000/back"],
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        }
    assert stored(cast) == before
    nameless = register(cast, client_name=None)
    assert nameless.json()["client_name"] == "robot.test"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("mcp.tasks.read", "mcp.tasks.read"),
        ("mcp.tasks.write mcp.tasks.read", "mcp.tasks.write mcp.tasks.read"),
        ("* mcp.templates.write", "* mcp.templates.write"),
        ("openid mcp.tasks.read mcp.tasks.read", "mcp.tasks.read"),
        ("openid", ALL),
        ("", ALL),
        (None, ALL),
    ],
)
def test_found_f14_the_scopes_are_those_asked_for(
    cast: Cast, asked: str | None, given: str
) -> None:
    """As far as they are known; without any, the client may ask for all."""
    answer = register(cast, scope=asked)
    assert answer.status_code == 201
    assert answer.json()["scope"] == given


def test_00_38_it_is_let_in_by_a_code_and_pkce_alone(cast: Cast) -> None:
    claw, email = registered(cast), with_password(cast, cast.mia)
    verifier = secrets.token_urlsafe(48)
    challenge = create_s256_code_challenge(verifier)

    path, proof = "/mcp/oauth/authorize", {"code_challenge_method": "S256"}
    assert claw.be_let_in(email, path)["error"] == "invalid_request"
    code = claw.be_let_in(email, path, code_challenge=challenge, **proof)["code"]
    by_code: dict[str, Any] = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": DONE,
    }
    body = granted(claw.ask(path="/mcp/oauth/token", **by_code, code_verifier=verifier))

    assert who(cast, body["access_token"]) == cast.mia.user_id
    claims = verified(cast, body["access_token"])
    assert (claims["aud"], claims["mcp_resource"]) == (str(claw.id), "mcp-host")
    assert claims["org_id"] == cast.organization_id
    again = granted(claw.by_refresh(body["refresh_token"], path="/mcp/oauth/token"))
    assert who(cast, again["access_token"]) == cast.mia.user_id
    listed = cast.mia.client.get("/me/tokens").json()["data"]
    assert {(one["client_id"], one["name"]) for one in listed} >= {(claw.id, "Claw")}
    revoked = cast.nobody.call(
        "POST", "/oauth/revoke", data={"token": again["refresh_token"], "client_id": claw.id}
    )
    assert revoked.status_code == 200
    assert who(cast, again["access_token"]) == 401


def test_00_5_4_it_is_no_more_than_that(cast: Cast) -> None:
    claw, email = registered(cast), with_password(cast, cast.mia)

    check_refused(claw.by_password(email), "unauthorized_client")
    check_refused(claw.ask(grant_type="client_credentials"), "unauthorized_client")
    assert claw.be_let_in(email, response_type="token")["error"] == "unauthorized_client"
    assert claw.id not in [one["id"] for one in cast.olga.get("/oauth-clients").json()["data"]]
    for method, path in (("PUT", ""), ("DELETE", ""), ("POST", "/secret")):
        answer = cast.olga.call(method, f"/oauth-clients/{claw.id}{path}", json={})
        check_problem(answer, 404, "RESOURCE_NOT_FOUND")


@pytest.mark.parametrize(
    "uri",
    [
        "http://robot.test/", "javascript:alert(1)", "data:text/html,x", "com.robot.app:/done",
        "https://robot.test/#x", "https://", "https://u:p@robot.test/", "http://127.0.0.1.evil.test",
        "https://robot.test/\nx", "//robot.test/", "robot", "", "https://robot.test:x/",
        "https://robot.test/" + "x" * 2000, "ftp://robot.test/",
        # Found list F14: a pattern is nobody's address.
        "https://*.example/cb", "https://*/", "https://robot*.test/", "https://a,b.test/",
        "https://robot..test/", "https://%2a.test/",
    ],
)  # fmt: skip
def test_00_5_4_where_nobody_may_be_sent(cast: Cast, uri: str) -> None:
    check_refused(register(cast, redirect_uris=[DONE, uri]), "invalid_redirect_uri")


def test_00_5_4_what_cannot_be_registered(cast: Cast) -> None:
    for sent, error in (
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{DONE}/{n}" for n in range(11)]}, "invalid_redirect_uri"),
        ({"redirect_uris": "robot"}, "invalid_client_metadata"),
        ({"client_name": ["x"]}, "invalid_client_metadata"),
        ({"grant_types": ["password"]}, "invalid_client_metadata"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
    ):
        check_refused(register(cast, **sent), error)


def test_00_5_4_where_to_register_is_told(cast: Cast) -> None:
    for document in ("oauth-authorization-server", "openid-configuration"):
        found = cast.nobody.get(f"/.well-known/{document}").json()
        assert found["registration_endpoint"] == f"{cast.server.base_url}{REGISTER}"


def test_00_5_4_it_can_be_switched_off(new_database: NewDatabase, database_kind: str) -> None:
    with running_server("off", new_database(database_kind), CLIENT_REGISTRATION="off") as running:
        cast = assemble(running)
        check_problem(register(cast), 404, "ENDPOINT_NOT_FOUND")
        for document in ("oauth-authorization-server", "openid-configuration"):
            found = cast.nobody.get(f"/.well-known/{document}").json()
            assert "registration_endpoint" not in found


@pytest.fixture
def alone(new_database: NewDatabase, database_kind: str) -> Iterator[RunningServer]:
    """With limits, and nobody else's registrations."""
    with running_server(
        "alone", new_database(database_kind), ANONYMOUS_RATE_LIMIT="1000",
        TRUSTED_PROXIES="127.0.0.1",
    ) as running:  # fmt: skip
        yield running


def _fill(cast: Cast, count: int, created_at: int) -> None:
    row: dict[str, Any] = {
        "name": "Idle", "redirect_uris": "[]", "is_self_registered": True,
        "created_at": created_at, "updated_at": created_at,
    }  # fmt: skip
    with cast.server.storage.database.writing() as connection:
        columns: dict[str, Any] = {name: sa.bindparam(name) for name in row}
        insert = Statement(oauth_clients.insert().values(columns))
        connection.execute_many(insert, [row] * count)


def _ids(cast: Cast) -> list[int]:
    connection = cast.server.storage.database.connection()
    find = Statement(oauth_clients.select().order_by(oauth_clients.c.id))
    return [row[0] for row in connection.fetch(find, {})]


def test_00_5_4_an_address_registers_twenty_in_an_hour(alone: RunningServer) -> None:
    cast = assemble(alone)
    here, there = {"X-Forwarded-For": "10.1.1.1"}, {"X-Forwarded-For": "10.1.1.2"}
    body = {"redirect_uris": [DONE]}
    answers = [cast.nobody.post(REGISTER, body, headers=here) for _ in range(21)]

    assert [answer.status_code for answer in answers[:20]] == [201] * 20
    check_problem(answers[20], 429, "RATE_LIMIT_EXCEEDED")
    assert 3500 < int(answers[20].headers["Retry-After"]) <= 3600
    assert cast.nobody.post(REGISTER, body, headers=there).status_code == 201


def test_00_5_4_strangers_cannot_fill_the_disk(alone: RunningServer) -> None:
    cast = assemble(alone)
    used = registered(cast)
    challenge = create_s256_code_challenge(secrets.token_urlsafe(48))
    email = with_password(cast, cast.mia)
    used.be_let_in(email, code_challenge=challenge, code_challenge_method="S256")
    now = cast.server.storage.clock()
    _fill(cast, 1, now - DAY)
    oldest = _ids(cast)[-1]
    _fill(cast, 999, now)

    assert registered(cast).id > oldest
    left = _ids(cast)
    assert oldest not in left
    assert used.id in left
    check_problem(register(cast), 429, "RATE_LIMIT_EXCEEDED")
    assert _ids(cast) == left
    later = replace(cast.server.storage, clock=lambda: now + 8 * DAY)
    forget_unused_clients(later)
    assert _ids(cast) == [1, used.id]
