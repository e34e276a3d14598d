"""Part 00, 5.4: the page where people let a client in, and where clients find it."""

import secrets
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from browsers import Browser, Form, leads_to, signed_in
from cast import Cast
from robots import DONE, PASSWORD, Robot, check_refused, granted, robot, who, with_password


def wish(asking: Robot, **sent: Any) -> dict[str, str]:
    wanted = {
        "client_id": str(asking.id), "response_type": "code", "redirect_uri": DONE, "state": 'a"&b',
    }  # fmt: skip
    return {name: value for name, value in {**wanted, **sent}.items() if value is not None}


def address_of(asking: Robot, path: str = "/oauth/authorize", **sent: Any) -> str:
    return f"{path}?{urlencode(wish(asking, **sent))}"


def ask(browser: Browser, asking: Robot, path: str = "/oauth/authorize", **sent: Any) -> Any:
    return browser.get(address_of(asking, path, **sent))


def press(browser: Browser, page: requests.Response, decision: str = "allow") -> Any:
    return browser.press(page, decision=decision)


def answered(answer: requests.Response, *, in_fragment: bool = False) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["Location"])
    assert parts._replace(query="", fragment="").geturl() == DONE
    return dict(parse_qsl(parts.fragment if in_fragment else parts.query))


@pytest.mark.parametrize("mount", ["", "/api", "/mcp"])
def test_00_38_a_user_lets_a_public_client_in(cast: Cast, mount: str) -> None:
    public = robot(cast, confidential=False, name="<b>Robot</b>")
    verifier = secrets.token_urlsafe(48)
    challenge = create_s256_code_challenge(verifier)
    email = with_password(cast, cast.mia)
    path = f"{mount}/oauth/authorize"

    browser, sent = Browser(cast), {"code_challenge": challenge, "code_challenge_method": "S256"}
    asked = ask(browser, public, path, **sent)
    at_sign_in = browser.get(leads_to(asked))
    signed = browser.press(at_sign_in, email=email, password=PASSWORD)
    page = browser.get(leads_to(signed))
    assert page.headers["Content-Type"].startswith("text/html")
    assert "&lt;b&gt;Robot" in page.text
    assert "<b>" not in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "form-action" not in page.headers["Content-Security-Policy"]
    assert email in page.text
    assert Form(page.text, "/app/sign-out").fields["next"] == leads_to(signed)
    back = answered(press(browser, page))

    assert back["state"] == 'a"&b'
    body = granted(public.by_code(back["code"], code_verifier=verifier))
    assert who(cast, body["access_token"]) == cast.mia.user_id
    check_refused(public.by_code(back["code"], code_verifier=verifier), "invalid_grant")


def test_00_38_a_confidential_client_needs_no_challenge(cast: Cast) -> None:
    asking, email = robot(cast), with_password(cast, cast.mia)

    browser = signed_in(cast, email)

    back = answered(press(browser, ask(browser, asking)))

    assert granted(asking.by_code(back["code"]))["refresh_token"]


def test_00_38_nobody_but_the_page_presses_its_buttons(cast: Cast) -> None:
    asking, browser = robot(cast), signed_in(cast, with_password(cast, cast.mia))
    thief = signed_in(cast, with_password(cast, cast.leo))
    page = ask(browser, asking)
    fields = {**Form(page.text).fields, "decision": "allow"}
    forged = {**fields, "form_token": Form(ask(thief, asking).text).fields["form_token"]}
    missing = {name: value for name, value in fields.items() if name != "form_token"}
    evil = {"Origin": "https://evil.test"}

    for sent, headers in ((forged, {}), (missing, {}), (fields, evil)):
        refused = browser.post("/oauth/authorize", sent, **headers)
        assert refused.status_code == 403
        assert "Location" not in refused.headers
    by_nobody = Browser(cast).post("/oauth/authorize", fields)
    assert by_nobody.status_code == 403
    bearer = {"Authorization": f"Bearer {cast.mia.token}"}
    assert leads_to(cast.nobody.get(
        address_of(asking), headers=bearer, allow_redirects=False
    )).startswith("/app/sign-in?next=")  # fmt: skip
    assert answered(browser.post("/oauth/authorize", fields))["code"]


def test_00_38_who_signs_out_lets_nobody_in(cast: Cast) -> None:
    asking, browser = robot(cast), signed_in(cast, with_password(cast, cast.mia))
    page = ask(browser, asking)
    kept = dict(browser.session.cookies)

    at_sign_in = leads_to(browser.press(page, action="/app/sign-out"))

    assert at_sign_in.startswith("/app/sign-in?next=%2Foauth%2Fauthorize")
    browser.session.cookies.update(kept)
    assert press(browser, page).status_code == 403


def test_00_38_a_user_refuses(cast: Cast) -> None:
    asking, browser = robot(cast), signed_in(cast, with_password(cast, cast.mia))

    back = answered(press(browser, ask(browser, asking), "refuse"))

    assert back == {"error": "access_denied", "state": 'a"&b'}


def test_00_38_what_is_wrong_is_told_to_the_client(cast: Cast) -> None:
    public = robot(cast, confidential=False)

    browser = Browser(cast)

    assert answered(ask(browser, public))["error"] == "invalid_request"
    other = ask(browser, public, response_type="x")
    assert answered(other)["error"] == "unsupported_response_type"
    assert answered(ask(browser, robot(cast), scope="all"))["error"] == "invalid_scope"


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": "https://evil.test/"},
        {"redirect_uri": f"{DONE}/x"},
        {"redirect_uri": None},
        {"client_id": "999999999"},
        {"client_id": "robot"},
        {"client_id": "1"},
    ],
)
def test_00_38_nobody_is_sent_to_an_unknown_address(cast: Cast, wrong: dict[str, Any]) -> None:
    asking, browser = robot(cast), signed_in(cast, with_password(cast, cast.mia))
    token = Form(ask(browser, asking).text).fields["form_token"]
    sent = {**wish(asking, **wrong), "form_token": token, "decision": "allow"}

    page = ask(browser, asking, **wrong)
    posted = browser.post("/oauth/authorize", sent)

    for answer in (page, posted):
        assert answer.status_code == 400
        assert "Location" not in answer.headers
        assert "evil" not in answer.text


def test_00_39_the_implicit_flow_must_be_allowed(cast: Cast) -> None:
    asking, allowed = robot(cast), robot(cast, allow_implicit=True, confidential=False)
    email = with_password(cast, cast.mia)

    browser = signed_in(cast, email)

    refused = answered(ask(browser, asking, response_type="token"), in_fragment=True)
    assert refused["error"] == "unauthorized_client"
    assert "access_token" not in refused
    page = ask(browser, allowed, response_type="token")
    back = answered(press(browser, page), in_fragment=True)

    assert set(back) == {"access_token", "token_type", "expires_in", "state"}
    assert (back["token_type"], back["expires_in"]) == ("Bearer", "15778800")
    assert who(cast, back["access_token"]) == cast.mia.user_id


def test_00_5_4_clients_find_the_endpoints(cast: Cast) -> None:
    found = cast.nobody.get("/.well-known/oauth-authorization-server").json()

    assert found == cast.nobody.get("/.well-known/openid-configuration").json()
    assert found["issuer"] == cast.server.base_url
    assert found["authorization_endpoint"] == f"{cast.server.base_url}/oauth/authorize"
    assert found["response_types_supported"] == ["code"]
    assert found["grant_types_supported"] == ["authorization_code", "refresh_token"]
    assert "none" in found["token_endpoint_auth_methods_supported"]
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert "mcp.tasks.read" in found["scopes_supported"]
    keys = cast.nobody.get(found["jwks_uri"].removeprefix(cast.server.base_url))
    assert keys.json()["keys"]
