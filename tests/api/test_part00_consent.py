"""Part 00, 5.4: the page where people let a client in, and where clients find it."""

import secrets
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from cast import Cast
from robots import DONE, PASSWORD, Robot, check_refused, granted, robot, who, with_password


class Form(HTMLParser):
    """The fields of a page's form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "input":
            self.fields[str(has["name"])] = has.get("value") or ""


def wish(asking: Robot, **sent: Any) -> dict[str, str]:
    wanted = {
        "client_id": str(asking.id), "response_type": "code", "redirect_uri": DONE, "state": 'a"&b',
    }  # fmt: skip
    return {name: value for name, value in {**wanted, **sent}.items() if value is not None}


def open_page(asking: Robot, path: str = "/oauth/authorize", **sent: Any) -> requests.Response:
    return asking.cast.nobody.get(
        f"{path}?{urlencode(wish(asking, **sent))}", allow_redirects=False
    )


def press(page: requests.Response, asking: Robot, **filled: str) -> requests.Response:
    fields = {**Form(page.text).fields, "decision": "allow", **filled}
    path = urlsplit(page.url).path
    return asking.cast.nobody.call("POST", path, data=fields, allow_redirects=False)


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

    page = open_page(public, path, code_challenge=challenge, code_challenge_method="S256")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "&lt;b&gt;Robot" in page.text
    assert "<b>" not in page.text
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    back = answered(press(page, public, email=email, password=PASSWORD))

    assert back["state"] == 'a"&b'
    body = granted(public.by_code(back["code"], code_verifier=verifier))
    assert who(cast, body["access_token"]) == cast.mia.user_id
    check_refused(public.by_code(back["code"], code_verifier=verifier), "invalid_grant")


def test_00_38_a_confidential_client_needs_no_challenge(cast: Cast) -> None:
    asking, email = robot(cast), with_password(cast, cast.mia)

    back = answered(press(open_page(asking), asking, email=email, password=PASSWORD))

    assert granted(asking.by_code(back["code"]))["refresh_token"]


def test_00_38_a_wrong_password_shows_the_page_again(cast: Cast) -> None:
    asking, email = robot(cast), with_password(cast, cast.mia)

    again = press(open_page(asking), asking, email=email, password="wrong")

    assert again.status_code == 400
    assert "credentials were incorrect" in again.text
    assert "wrong" not in Form(again.text).fields.values()
    back = answered(press(again, asking, email=email, password=PASSWORD))
    assert back["code"]


def test_00_38_a_user_refuses(cast: Cast) -> None:
    asking = robot(cast)

    back = answered(press(open_page(asking), asking, decision="refuse"))

    assert back == {"error": "access_denied", "state": 'a"&b'}


def test_00_38_what_is_wrong_is_told_to_the_client(cast: Cast) -> None:
    public = robot(cast, confidential=False)

    assert answered(open_page(public))["error"] == "invalid_request"
    assert answered(open_page(public, response_type="x"))["error"] == "unsupported_response_type"
    assert answered(open_page(robot(cast), scope="all"))["error"] == "invalid_scope"


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
    asking = robot(cast)
    sent = {**wish(asking, **wrong), "email": "x@x.test", "password": "x", "decision": "allow"}

    page = open_page(asking, **wrong)
    posted = cast.nobody.call("POST", "/oauth/authorize", data=sent, allow_redirects=False)

    for answer in (page, posted):
        assert answer.status_code == 400
        assert "Location" not in answer.headers
        assert "evil" not in answer.text


def test_00_39_the_implicit_flow_must_be_allowed(cast: Cast) -> None:
    asking, allowed = robot(cast), robot(cast, allow_implicit=True, confidential=False)
    email = with_password(cast, cast.mia)

    refused = answered(open_page(asking, response_type="token"), in_fragment=True)
    assert refused["error"] == "unauthorized_client"
    assert "access_token" not in refused
    page = open_page(allowed, response_type="token")
    back = answered(press(page, allowed, email=email, password=PASSWORD), in_fragment=True)

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
