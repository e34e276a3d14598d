"""Part 00, 5.9: signing in through the provider of one's organization, a real one."""

import hmac
import json
import secrets
import socket
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
import sqlalchemy as sa
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from backdoor import change, set_membership, stored
from browsers import Browser, cookies_of, leads_to, signed_in
from cast import Cast, Person, assemble
from factories import made, make_oneoff
from letters import mails_of
from procession.domains.accounts.tables import identity_providers
from procession.domains.people.tables import users
from procession.flows.access import connecting
from procession.flows.access.connecting import Wanted
from procession.kit.caller import Role
from procession.kit.db import Statement
from procession.kit.errors import BadRequest, Invalid, NotFound
from providers import (
    Liar,
    Provider,
    lying_provider,
    query_of,
    real_provider,
    with_query,
)
from robots import check_refused, email_of, granted, trusted, who, with_password
from server import running_server
from wire import check_problem

SECRET = "the-secret-of-the-client"
CALLBACK = "/app/single-sign-on/callback"


@pytest.fixture(scope="session")
def real() -> Iterator[Provider]:
    with real_provider() as provider:
        yield provider


@pytest.fixture
def liar(real: Provider) -> Iterator[Liar]:
    with lying_provider(real) as provider:
        yield provider


class Acme:
    """The organization of the cast, connected with a provider for a domain of its own."""

    def __init__(self, cast: Cast, provider: Provider) -> None:
        self.cast, self.provider = cast, provider
        self.domain = f"{secrets.token_hex(6)}.acme.test"
        self.connect()

    def connect(self, **wanted: Any) -> None:
        usual: dict[str, Any] = {
            "issuer": self.provider.issuer,
            "client_id": "procession",
            "client_secret": SECRET,
            "domains": [self.domain],
        }
        storage = self.cast.server.storage
        connecting.connect(storage, self.cast.organization_id, Wanted(**{**usual, **wanted}))

    def enforce(self) -> None:
        connecting.enforce(self.cast.server.storage, self.cast.organization_id, is_untried=True)

    def takes_in(self, role: str | None = "light") -> None:
        made(self.cast.olga.put("", {"sso_default_role": role}), 200)

    def address(self, name: str = "ann") -> str:
        return f"{name}-{secrets.token_hex(4)}@{self.domain}"

    def move(self, person: Person) -> str:
        """Give somebody an address of the organization's own."""
        email = self.address("moved")
        values = {"email": email, "email_key": email.lower()}
        change(self.cast, users.update().where(users.c.id == person.user_id).values(values))
        return email

    def leave(self, browser: Browser, email: str, wanted: str = "") -> str:
        """To the provider: the address that the browser is sent to."""
        page = browser.get(f"/app/single-sign-on?{urlencode({'next': wanted})}")
        answer = browser.press(page, email=email)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["Location"])

    def come_back(self, browser: Browser, email: str, **changed: str) -> requests.Response:
        """`changed`: what is sent to the provider instead."""
        address = with_query(self.leave(browser, email), **changed)
        return browser.get(self.provider.sign_in(address, email))


@pytest.fixture
def acme(cast: Cast, real: Provider) -> Acme:
    return Acme(cast, real)


@pytest.fixture
def lied_to(cast: Cast, liar: Liar) -> Acme:
    return Acme(cast, liar)


def check_not_in(browser: Browser, answer: requests.Response, status: int, said: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"].startswith("text/html")
    assert said in answer.text
    assert browser.secret is None
    assert not browser.is_signed_in()


UNTRUSTED = "did not work. Start again"


# --- In ---


def test_00_59_a_member_signs_in_at_the_provider(acme: Acme, cast: Cast) -> None:
    email = acme.move(cast.mia)
    acme.provider.know(email)
    browser = Browser(cast)

    address = acme.leave(browser, email.upper(), "/app/tasks?q=1")
    sent = query_of(address)
    back = acme.provider.sign_in(address, email)
    answer = browser.get(back)

    assert address.startswith(f"{acme.provider.issuer}/oauth2/authorize?")
    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert sent["redirect_uri"] == f"{cast.server.base_url}{CALLBACK}"
    assert set(sent["scope"].split()) == {"openid", "email", "profile"}
    assert all(len(sent[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert leads_to(answer) == "/app/tasks?q=1"
    assert email in browser.get("/app/home").text
    assert cookies_of(answer)["procession-journey"].value == ""


def test_00_59_the_link_of_an_organization_leads_on(acme: Acme, cast: Cast) -> None:
    browser, email = Browser(cast), acme.move(cast.leo)
    acme.provider.know(email)
    link = made(cast.mia.get(""), 200)["saml_login_url"]
    assert made(cast.mia.get(""), 200)["saml_enabled"] is True

    answer = browser.get(urlsplit(link).path)
    back = acme.provider.sign_in(answer.headers["Location"], email)

    assert leads_to(browser.get(back)) == "/app/home"
    nowhere = browser.get(f"/app/single-sign-on/{'0' * 32}")
    assert nowhere.status_code == 404
    assert "Sign in with your password" in nowhere.text


def test_00_59_the_verifier_of_the_challenge_goes_to_the_provider(
    lied_to: Acme, liar: Liar, cast: Cast
) -> None:
    email = lied_to.move(cast.mia)
    lied_to.provider.know(email)
    browser = Browser(cast)
    address = lied_to.leave(browser, email)

    browser.get(lied_to.provider.sign_in(address, email))

    (body,) = [body for path, body in liar.seen if path == "/oauth2/token"]
    verifier = parse_qs(body.decode())["code_verifier"][0]
    assert create_s256_code_challenge(verifier) == query_of(address)["code_challenge"]
    assert browser.is_signed_in()


def test_00_59_the_first_time_makes_a_member(acme: Acme, cast: Cast) -> None:
    email = acme.address("Ann")
    acme.provider.know(email, given_name="Ann", family_name="Lee")
    browser = Browser(cast)

    refused = acme.come_back(browser, email)
    check_not_in(browser, refused, 403, "takes nobody in by itself")
    acme.takes_in("standard")
    answer = acme.come_back(browser, email)

    assert leads_to(answer) == "/app/home"
    (member,) = [one for one in cast.olga.get("/users").json()["data"] if one["email"] == email]
    assert (member["role"], member["status"]) == ("standard", "active")
    assert member["full_name"] == "Ann Lee"
    again = Browser(cast)
    assert leads_to(acme.come_back(again, email)) == "/app/home"
    assert Browser(cast).sign_in(email, "").status_code == 400


def test_00_59_who_was_a_guest_brings_their_work_along(acme: Acme, cast: Cast) -> None:
    storage, email = cast.server.storage, acme.address("pat")
    connecting.disconnect(storage, cast.organization_id)
    task = make_oneoff(cast.olga, owners={"users": [], "guests": [email], "groups": []})
    acme.connect()
    acme.takes_in()
    acme.provider.know(email)

    assert leads_to(acme.come_back(Browser(cast), email)) == "/app/home"

    (member,) = [one for one in cast.olga.get("/users").json()["data"] if one["email"] == email]
    owners = made(cast.olga.get(f"/tasks/{task['id']}"), 200)["owners"]
    assert member["id"] in owners["users"]
    assert owners["guests"] == []
    check_problem(cast.olga.get(f"/guests/{email}"), 404)


def test_00_59_a_lure_is_no_name(acme: Acme, cast: Cast) -> None:
    acme.takes_in()
    email = acme.address("bo")
    acme.provider.know(email, given_name="https://evil.test", family_name="x" * 99)

    acme.come_back(Browser(cast), email)

    (member,) = [one for one in cast.olga.get("/users").json()["data"] if one["email"] == email]
    assert member["full_name"] == email.partition("@")[0]


def test_00_59_an_account_of_another_organization_is_linked(acme: Acme, cast: Cast) -> None:
    other = assemble(cast.server)
    email = acme.move(other.mia)
    acme.provider.know(email, given_name="Other")
    acme.takes_in()
    before = made(other.mia.get("/me"), 200)["full_name"]

    browser = Browser(cast)
    acme.come_back(browser, email)

    home = browser.get("/app/home").text
    assert home.count("Cast &amp; Co: ") == 2
    assert made(other.mia.get("/me"), 200)["full_name"] == before


def test_00_59_an_open_invitation_is_accepted_by_it(acme: Acme, cast: Cast) -> None:
    email = acme.address()
    user = made(cast.olga.post("/users/invite", {"email": email, "role": "standard"}), 200)
    acme.provider.know(email)

    assert leads_to(acme.come_back(Browser(cast), email)) == "/app/home"

    assert made(cast.olga.get(f"/users/{user['id']}"), 200)["status"] == "active"
    check_problem(cast.olga.get(f"/users/{user['id']}/invitation"), 404)


def test_00_59_a_client_is_let_in_after_signing_in_at_the_provider(acme: Acme, cast: Cast) -> None:
    email, asking = acme.move(cast.mia), trusted(cast)
    acme.provider.know(email)
    browser = Browser(cast)
    wish = {
        "client_id": str(asking.id), "response_type": "code", "state": "s",
        "redirect_uri": "https://robot.test/done",
    }  # fmt: skip
    wanted = f"/oauth/authorize?{urlencode(wish)}"

    back = acme.provider.sign_in(acme.leave(browser, email, wanted), email)
    page = browser.get(leads_to(browser.get(back)))
    answer = browser.press(page, decision="allow")

    code = query_of(answer.headers["Location"])["code"]
    assert who(cast, granted(asking.by_code(code))["access_token"]) == cast.mia.user_id


def test_00_59_two_first_times_at_once_make_one_member(acme: Acme, cast: Cast) -> None:
    acme.takes_in()
    email, browsers = acme.address(), [Browser(cast) for _ in range(4)]
    acme.provider.know(email)
    backs = [acme.provider.sign_in(acme.leave(one, email), email) for one in browsers]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda one, back: one.get(back), browsers, backs))

    assert {leads_to(answer) for answer in answers} == {"/app/home"}
    members = cast.olga.get("/users").json()["data"]
    assert [one["email"] for one in members].count(email) == 1


def test_00_59_without_a_seat_nobody_is_taken_in(
    database_kind: str, new_database: Callable[[str], str], real: Provider
) -> None:
    with running_server(database_kind, new_database(database_kind), MAX_LIGHT_SEATS="1") as server:
        cast = assemble(server)
        acme = Acme(cast, real)
        acme.takes_in("light")
        email, browser = acme.address(), Browser(cast)
        real.know(email)

        answer = acme.come_back(browser, email)

        check_not_in(browser, answer, 409, "seats of this organization are taken")


# --- Not in ---


def test_00_59_an_address_that_is_not_verified_lets_nobody_in(acme: Acme, cast: Cast) -> None:
    email = acme.move(cast.mia)

    for is_verified in (False, None, "true", 1):
        acme.provider.know(email, email_verified=is_verified)
        browser = Browser(cast)
        check_not_in(browser, acme.come_back(browser, email), 400, "is verified")


def test_00_59_a_provider_speaks_for_its_own_domains_alone(acme: Acme, cast: Cast) -> None:
    """Whoever administers a provider must not become anybody on the server by it."""
    olga = with_password(cast, cast.olga)
    evil = f"eve@evil-{acme.domain}"
    acme.takes_in()
    start = f"/app/single-sign-on/{cast.organization_id}"
    for email in (olga, evil, f"ann@sub.{acme.domain}", "nobody", f"@{acme.domain}", ""):
        acme.provider.know(f"sub-{secrets.token_hex(4)}")
        subject = f"sub-{secrets.token_hex(4)}"
        known = {"email": email, "email_verified": True}
        requests.put(f"{acme.provider.issuer}/users/{subject}", json=known, timeout=10)
        browser = Browser(cast)
        address = browser.get(start).headers["Location"]
        answer = browser.get(acme.provider.sign_in(address, subject))
        check_not_in(browser, answer, 403, "no address of your organization")
    unknown = Browser(cast)
    page = unknown.get("/app/single-sign-on")
    refused = unknown.press(page, email=evil)
    assert refused.status_code == 422
    assert "No organization here" in refused.text


def test_00_59_disabled_members_stay_out(acme: Acme, cast: Cast) -> None:
    email = acme.move(cast.mia)
    acme.provider.know(email)
    set_membership(cast, cast.mia, disabled_at=1)
    browser = Browser(cast)

    check_not_in(browser, acme.come_back(browser, email), 403, "account is disabled")


def test_00_59_a_wrong_nonce_lets_nobody_in(acme: Acme, cast: Cast) -> None:
    """A token that was made for another sign-in."""
    email, browser = acme.move(cast.mia), Browser(cast)
    acme.provider.know(email)

    answer = acme.come_back(browser, email, nonce="x" * 43)

    check_not_in(browser, answer, 400, UNTRUSTED)


def test_00_59_a_wrong_state_lets_nobody_in(acme: Acme, cast: Cast) -> None:
    """Somebody is led to the callback with a code of the attacker's."""
    email = acme.move(cast.mia)
    acme.provider.know(email)
    attacker, victim, without = Browser(cast), Browser(cast), Browser(cast)
    back = acme.provider.sign_in(acme.leave(attacker, email), email)
    acme.leave(victim, email)

    check_not_in(victim, victim.get(back), 400, UNTRUSTED)
    check_not_in(without, without.get(back), 400, "began in another browser")
    browser = Browser(cast)
    check_not_in(browser, acme.come_back(browser, email, state="x" * 43), 400, UNTRUSTED)
    assert leads_to(attacker.get(back)) == "/app/home"


def test_00_59_a_code_is_good_once(acme: Acme, cast: Cast) -> None:
    email, browser = acme.move(cast.mia), Browser(cast)
    acme.provider.know(email)
    back = acme.provider.sign_in(acme.leave(browser, email), email)
    kept = str(browser.session.cookies.get("procession-journey"))
    assert leads_to(browser.get(back)) == "/app/home"

    thief = Browser(cast)
    thief.session.cookies.set("procession-journey", kept, domain="127.0.0.1", path="/")

    check_not_in(thief, thief.get(back), 400, UNTRUSTED)
    assert browser.get(back).status_code == 400


def test_00_59_what_the_browser_keeps_cannot_be_made_up(acme: Acme, cast: Cast) -> None:
    email, browser = acme.move(cast.mia), Browser(cast)
    acme.provider.know(email)
    back = acme.provider.sign_in(acme.leave(browser, email), email)
    kept = str(browser.session.cookies.get("procession-journey"))
    assert query_of(back)["state"] not in str(urlsafe_b64decode(kept + "=="))

    for wrong in (kept[:-6] + "AAAA==", "x", "", urlsafe_b64encode(b"{}").decode()):
        thief = Browser(cast)
        thief.session.cookies.set("procession-journey", wrong, domain="127.0.0.1", path="/")
        check_not_in(thief, thief.get(back), 400, "began in another browser")


def test_00_59_a_refusal_of_the_provider_is_shown(acme: Acme, cast: Cast) -> None:
    email, browser = acme.move(cast.mia), Browser(cast)
    address = acme.leave(browser, email)
    evil = "<script>alert(1)</script>"
    query = {"error": evil, "error_description": evil, "state": query_of(address)["state"]}

    answer = browser.get(f"{CALLBACK}?{urlencode(query)}")

    check_not_in(browser, answer, 400, UNTRUSTED)
    assert "<script" not in answer.text
    assert "alert(1)" not in cast.server.log_text()


# --- A provider that lies ---


def _encoded(text: bytes) -> bytes:
    return urlsafe_b64encode(text).rstrip(b"=")


def _spoiled(token: str, **claims: Any) -> str:
    """The same token with other claims: its signature is of what was there before."""
    held = json.loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    return _with_claims(token, json.dumps({**held, **claims}).encode())


def _with_claims(token: str, claims: bytes) -> str:
    header, _, signature = token.split(".")
    return f"{header}.{_encoded(claims).decode()}.{signature}"


def _unsigned(token: str) -> str:
    _, body, _ = token.split(".")
    header = _encoded(b'{"alg":"none","typ":"JWT"}').decode()
    return f"{header}.{body}."


def _in_token(changed: Any) -> Any:
    def tell(path: str, body: bytes) -> bytes:
        if path != "/oauth2/token":
            return body
        answer = json.loads(body)
        return json.dumps({**answer, **changed(answer)}).encode()

    return tell


#: More levels than any reader goes down.
DEEP = b"[" * 10_000 + b"]" * 10_000
LIES = {
    "claims are changed": _in_token(
        lambda told: {"id_token": _spoiled(told["id_token"], email_verified=True, sub="x")}
    ),
    "nobody signed it": _in_token(lambda told: {"id_token": _unsigned(told["id_token"])}),
    "there is none": _in_token(lambda _: {"id_token": None}),
    "it is no token": _in_token(lambda _: {"id_token": "x.y.z"}),
    "the access token is another one": _in_token(lambda _: {"access_token": "x" * 40}),
    "there are no keys": lambda path, body: b'{"keys": []}' if path == "/jwks" else body,
    "the keys are no JSON": lambda path, body: b"<html>" if path == "/jwks" else body,
    "its header is deep": _in_token(
        lambda told: {"id_token": _encoded(DEEP).decode() + "." + told["id_token"].split(".", 1)[1]}
    ),
    "its claims are deep": _in_token(
        lambda told: {"id_token": _with_claims(told["id_token"], b'{"x":' + DEEP + b"}")}
    ),
    "the keys are deep": lambda path, body: b'{"keys":' + DEEP + b"}" if path == "/jwks" else body,
    "the answer is deep": lambda path, body: DEEP if path == "/oauth2/token" else body,
    "what it says about itself is deep": lambda path, body: DEEP if "well-known" in path else body,
    "the answer is a list": lambda path, body: b"[]" if path == "/oauth2/token" else body,
}


class Forger:
    """Signs the claims of real tokens anew, changed, with a key that it publishes as its own."""

    def __init__(self, **changed: Any) -> None:
        self.changed, self.key = changed, RSAKey.generate_key(2048, auto_kid=True)

    def __call__(self, path: str, body: bytes) -> bytes:
        if path == "/jwks":
            return json.dumps({"keys": [self.key.as_dict(private=False)]}).encode()
        if path != "/oauth2/token":
            return body
        told = json.loads(body)
        claims = json.loads(urlsafe_b64decode(told["id_token"].split(".")[1] + "=="))
        wanted = {**claims, **self.changed}
        kept = {name: value for name, value in wanted.items() if value is not None}
        return json.dumps({**told, "id_token": self.sign(kept)}).encode()

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)


class ForgerWithSecret(Forger):
    """With what both sides know, instead of what the provider alone knows."""

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 2))


class ForgerWithPublicKey(Forger):
    """With the published key taken for a secret."""

    def sign(self, claims: dict[str, Any]) -> str:
        # By hand: the library refuses to be used like that.
        parts = ({"alg": "HS256", "kid": self.key.kid}, claims)
        signed = b".".join(_encoded(json.dumps(part).encode()) for part in parts)
        digest = hmac.digest(self.key.as_pem(private=False), signed, "sha256")
        return (signed + b"." + _encoded(digest)).decode()


@pytest.mark.parametrize("changed", [
    {"aud": "other"}, {"aud": ["other"], "azp": "procession"}, {"aud": None},
    {"aud": ["procession", "other"]}, {"azp": "other"}, {"iss": "https://evil.test"},
    {"iss": None}, {"exp": 1}, {"exp": None}, {"nonce": "x" * 43}, {"nonce": None}, {"sub": None},
    {"nbf": 2**33}, {"at_hash": "x" * 22},
], ids=str)  # fmt: skip
def test_00_59_each_claim_of_a_token_counts(
    lied_to: Acme, liar: Liar, cast: Cast, changed: dict[str, Any]
) -> None:
    email, browser = lied_to.move(cast.mia), Browser(cast)
    lied_to.provider.know(email)
    liar.on_the_way_out = Forger(**changed)
    check_not_in(browser, lied_to.come_back(browser, email), 400, UNTRUSTED)

    liar.on_the_way_out = Forger()
    assert leads_to(lied_to.come_back(browser, email)) == "/app/home"


@pytest.mark.parametrize("kind", [ForgerWithSecret, ForgerWithPublicKey])
def test_00_59_what_others_can_sign_counts_for_nothing(
    lied_to: Acme, liar: Liar, cast: Cast, kind: type[Forger]
) -> None:
    email, browser = lied_to.move(cast.mia), Browser(cast)
    lied_to.provider.know(email)
    forger = kind()

    def offer(path: str, body: bytes) -> bytes:
        told = forger(path, body)
        return (
            told.replace(b'"RS256"', b'"HS256", "none", "RS256"') if "well-known" in path else told
        )

    liar.on_the_way_out = offer

    check_not_in(browser, lied_to.come_back(browser, email), 400, UNTRUSTED)


@pytest.mark.parametrize("lie", LIES)
def test_00_59_a_token_that_does_not_fit_lets_nobody_in(
    lied_to: Acme, liar: Liar, cast: Cast, lie: str
) -> None:
    email, browser = lied_to.move(cast.mia), Browser(cast)
    lied_to.provider.know(email)
    back = lied_to.provider.sign_in(lied_to.leave(browser, email), email)
    liar.on_the_way_out = LIES[lie]

    answer = browser.get(back)

    check_not_in(browser, answer, 400, UNTRUSTED)


def test_00_59_a_token_of_another_client_lets_nobody_in(
    lied_to: Acme, liar: Liar, cast: Cast
) -> None:
    """Really signed, for the right person, by the right provider: but for another program."""
    email, browser = lied_to.move(cast.mia), Browser(cast)
    lied_to.provider.know(email)

    def swap(path: str, body: bytes) -> bytes:
        if path != "/oauth2/token":
            return body
        sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        return urlencode({**sent, "client_id": "other", "client_secret": "x"}).encode()

    # The code is another client's, too; and the header that would say whose we are is left out.
    liar.on_the_way_in, told = swap, []
    liar.drops_authorization = True
    liar.on_the_way_out = lambda path, body: told.append((path, body)) or body  # type: ignore[func-returns-value]

    answer = lied_to.come_back(browser, email, client_id="other")

    ((_, body),) = [one for one in told if one[0] == "/oauth2/token"]
    claims = json.loads(urlsafe_b64decode(json.loads(body)["id_token"].split(".")[1] + "=="))
    assert claims["aud"] in ("other", ["other"])
    assert claims["email_verified"] is True
    check_not_in(browser, answer, 400, UNTRUSTED)


def test_00_59_another_issuer_lets_nobody_in(
    lied_to: Acme, liar: Liar, cast: Cast, real: Provider
) -> None:
    email, browser = lied_to.move(cast.mia), Browser(cast)
    lied_to.provider.know(email)
    back = lied_to.provider.sign_in(lied_to.leave(browser, email), email)
    mixed_up = with_query(back, iss="https://evil.test")
    kept = dict(browser.session.cookies)

    check_not_in(browser, browser.get(mixed_up), 400, UNTRUSTED)
    browser.session.cookies.update(kept)
    liar.on_the_way_out = lambda _, body: body.replace(liar.issuer.encode(), real.issuer.encode())
    check_not_in(browser, browser.get(back), 400, "calls itself by another name")


# --- A provider that is away ---


def test_00_59_a_provider_that_is_away_is_said_to_be(
    lied_to: Acme, liar: Liar, real: Provider, cast: Cast
) -> None:
    email = lied_to.move(cast.mia)
    mine = identity_providers.c.organization_id == cast.organization_id
    gone = identity_providers.update().where(mine).values(issuer="http://127.0.0.1:9")
    change(cast, gone)
    browser = Browser(cast)

    answer = browser.press(browser.get("/app/single-sign-on"), email=email)

    check_not_in(browser, answer, 503, "cannot be reached. Try again in a minute")
    assert int(answer.headers["Retry-After"]) > 0


def test_00_59_a_provider_that_hangs_holds_nothing_up(acme: Acme, cast: Cast) -> None:
    """Nothing is written while it is waited for: others write meanwhile."""
    email = acme.move(cast.leo)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        mine = identity_providers.c.organization_id == cast.organization_id
        change(cast, identity_providers.update().where(mine).values(issuer=issuer))
        browser = Browser(cast)
        page, start = browser.get("/app/single-sign-on"), time.monotonic()
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(browser.press, page, email=email)
            time.sleep(0.5)
            make_oneoff(cast.olga)
            written_after = time.monotonic() - start
            answer = asked.result()
        waited = time.monotonic() - start
    check_not_in(browser, answer, 503, "cannot be reached")
    assert written_after < waited - 0.5
    assert waited < 15


# --- The only way in ---


def test_00_59_enforced_it_is_the_only_way_for_members(acme: Acme, cast: Cast) -> None:
    asking = trusted(cast)
    mia, olga = with_password(cast, cast.mia), with_password(cast, cast.olga)
    of_mia, of_olga = signed_in(cast, mia), signed_in(cast, olga)
    granted(asking.by_password(mia))

    acme.enforce()

    assert not of_mia.is_signed_in()
    assert of_olga.is_signed_in()
    check_refused(asking.by_password(mia), "invalid_grant")
    granted(asking.by_password(olga))
    browser = Browser(cast)
    check_not_in(browser, browser.sign_in(mia), 400, "its own sign-in provider only")
    check_not_in(browser, browser.sign_in(mia, "Wrong9horse"), 400, "password is wrong")
    signed_in(cast, olga)
    assert cast.mia.get("/me").status_code == 200
    moved = acme.move(cast.mia)
    acme.provider.know(moved)
    assert leads_to(acme.come_back(browser, moved)) == "/app/home"
    assert browser.is_signed_in()

    second = cast.add(Role.ADMIN)
    of_second = signed_in(cast, with_password(cast, second))
    made(cast.olga.put(f"/users/{second.user_id}/role", {"role": "standard"}), 200)
    assert not of_second.is_signed_in()

    connecting.relax(cast.server.storage, cast.organization_id)
    granted(asking.by_password(moved))


def test_10_45_enforced_nobody_is_invited_by_hand(acme: Acme, cast: Cast) -> None:
    guest = f"pat-{secrets.token_hex(4)}@else.test"
    made(cast.olga.post("/guests", {"email": guest}))
    invited = {"email": f"bo-{secrets.token_hex(4)}@else.test", "role": "light"}
    acme.enforce()
    before = stored(cast)

    for by in (cast.olga, cast.mia):
        body = check_problem(by.post("/users/invite", invited), 403)
        assert body["message"] == "Members join through single sign-on."
    body = check_problem(cast.olga.post(f"/guests/{guest}/to/member", {}), 403)
    assert body["message"] == "Members join through single sign-on."
    assert stored(cast) == before
    other = assemble(cast.server)
    made(other.olga.post("/users/invite", invited), 200)


def test_10_54_no_guest_has_an_address_of_the_organization(acme: Acme, cast: Cast) -> None:
    other = assemble(cast.server)
    email, group = acme.address("pat"), {"name": "G", "guests": [acme.address("pat")]}
    elsewhere = f"pat@else-{acme.domain}"
    before = stored(cast)

    assert list(check_problem(cast.olga.post("/guests", {"email": email}), 422)["errors"]) == [
        "email"
    ]
    check_problem(cast.olga.post("/groups", group), 422)
    task = {"title": "T", "task_type": "task", "deadline": "2031-01-01"}
    owners = {"owners": {"users": [cast.olga.user_id], "guests": [email.upper()]}}
    check_problem(cast.olga.post("/tasks", {**task, **owners}), 422)
    acme.move(cast.leo)
    check_problem(cast.olga.put(f"/users/{cast.leo.user_id}/to/guest"), 422)
    assert stored(cast) == before
    made(cast.olga.post("/guests", {"email": elsewhere}))
    made(other.olga.post("/guests", {"email": email}))


# --- Connecting ---


def test_00_59_nothing_of_it_is_in_the_log(acme: Acme, cast: Cast) -> None:
    email, browser = acme.move(cast.mia), Browser(cast)
    acme.provider.know(email)
    address = acme.leave(browser, email)
    kept = str(browser.session.cookies.get("procession-journey"))
    back = acme.provider.sign_in(address, email)
    for at in (back, back, with_query(back, state="x" * 43), f"{back}&error=x"):
        browser.get(at)
    browser.session.cookies.set("procession-journey", kept, domain="127.0.0.1", path="/")
    browser.get(back)

    log = cast.server.log_text()

    sent = query_of(address)
    hidden = (SECRET, kept, query_of(back)["code"], sent["state"], sent["nonce"])
    assert not [secret for secret in hidden if secret in log]
    assert '"provider refused"' in log


def secret_of(cast: Cast) -> str:
    mine = identity_providers.c.organization_id == cast.organization_id
    read = Statement(sa.select(identity_providers.c.sealed_secret).where(mine))
    ((sealed,),) = cast.server.storage.database.connection().fetch(read, {})
    return str(sealed)


def test_00_59_the_secret_is_sealed_and_never_shown(acme: Acme, cast: Cast) -> None:
    shown = connecting.show(cast.server.storage, cast.organization_id)
    feed = cast.olga.get("/activity-feeds?without_pagination=true").text

    assert SECRET not in secret_of(cast)
    assert SECRET not in str(shown)
    assert SECRET not in feed
    assert SECRET not in cast.olga.get("").text
    assert f"connected the sign-in provider {acme.provider.issuer}" in feed
    assert (shown.issuer, shown.domains) == (acme.provider.issuer, [acme.domain])
    (letter,) = mails_of(cast, email_of(cast.olga))
    assert "Single sign-on" in letter.subject
    assert acme.domain in letter.text
    assert not mails_of(cast, email_of(cast.mia))


def test_00_59_what_cannot_work_is_not_connected(acme: Acme, cast: Cast, liar: Liar) -> None:
    before = stored(cast)
    other = assemble(cast.server)

    for wrong, field in (
        ({"issuer": "http://provider.test"}, "issuer"),
        ({"issuer": "ftp://provider.test"}, "issuer"),
        ({"issuer": "provider"}, "issuer"),
        ({"client_secret": ""}, "client"),
        ({"domains": ["ann@acme.test"]}, "domain"),
        ({"domains": ["localhost"]}, "domain"),
    ):
        with pytest.raises(Invalid) as refused:
            acme.connect(**wrong)
        assert list(refused.value.problems) == [field]
    with pytest.raises(BadRequest, match=r"127\.0\.0\.1:9 cannot be reached: .*refused"):
        acme.connect(issuer="http://127.0.0.1:9")
    with pytest.raises(BadRequest, match="calls itself by another name"):
        acme.connect(issuer=f"{acme.provider.issuer}/")
    liar.on_the_way_out = lambda _, body: body.replace(b"http://127", b"http://evil")
    with pytest.raises(BadRequest, match="calls itself by another name"):
        acme.connect(issuer=liar.issuer)
    wanted = Wanted(acme.provider.issuer, "x", "y", [acme.domain.upper()])
    with pytest.raises(Invalid, match="Another organization has verified"):
        connecting.connect(cast.server.storage, other.organization_id, wanted)
    without = Wanted(acme.provider.issuer, "x", "y")
    with pytest.raises(Invalid, match="no verified domain yet"):
        connecting.connect(cast.server.storage, other.organization_id, without)
    assert stored(cast) == before


def test_00_59_letting_go_brings_passwords_back(acme: Acme, cast: Cast) -> None:
    mia, storage = with_password(cast, cast.mia), cast.server.storage
    acme.enforce()

    connecting.disconnect(storage, cast.organization_id)

    signed_in(cast, mia)
    organization = made(cast.olga.get(""), 200)
    assert organization["saml_enabled"] is False
    assert organization["saml_login_url"] is None
    made(cast.olga.post("/guests", {"email": acme.address("pat")}))
    for change_it in (connecting.disconnect, connecting.enforce, connecting.relax):
        with pytest.raises(NotFound, match="Connect one first"):
            change_it(storage, cast.organization_id)


def test_00_59_a_domain_counts_when_it_is_verified(acme: Acme, cast: Cast) -> None:
    """By whatever way: and only as long as it is."""
    email, browser = acme.move(cast.mia), Browser(cast)
    acme.provider.know(email)
    other = assemble(cast.server)
    made(other.olga.post("/domains", {"domain": acme.domain}))
    (domain,) = cast.olga.get("/domains").json()["data"]
    assert domain["domain"] == acme.domain
    assert domain["verified_at"]
    back = acme.provider.sign_in(acme.leave(browser, email), email)

    assert cast.olga.delete(f"/domains/{domain['id']}").status_code == 204

    check_not_in(browser, browser.get(back), 403, "no address of your organization")
    page = browser.press(browser.get("/app/single-sign-on"), email=email)
    assert page.status_code == 422
    made(cast.olga.post("/domains", {"domain": acme.domain}))
    assert browser.press(page, email=email).status_code == 422
    acme.connect()
    assert leads_to(acme.come_back(browser, email)) == "/app/home"


def test_00_59_connecting_again_keeps_it_enforced(acme: Acme, cast: Cast) -> None:
    acme.enforce()
    sealed = secret_of(cast)

    acme.connect(client_secret="another secret")

    assert connecting.show(cast.server.storage, cast.organization_id).is_enforced
    assert secret_of(cast) != sealed
