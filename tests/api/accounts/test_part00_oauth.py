"""Part 00, 5.2 and 5.4: tokens for passwords, codes, refresh tokens and clients."""

import secrets
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from backdoor import change, set_membership
from cast import Cast, Person
from procession.core.times import SECOND
from procession.domains.accounts import store
from procession.domains.accounts.actions.authorizing import Wish, authorize
from procession.domains.accounts.actions.granting import Asked, grant
from procession.domains.accounts.actions.recognising import Proof
from procession.domains.accounts.tables import oauth_codes, refresh_tokens
from procession.domains.accounts.wire import TokenRequestIn
from procession.flows.reaching.bots import as_bot, operator
from procession.kit.errors import OAuthRefusal
from procession.kit.guessing import Origin
from procession.kit.settings import Settings
from procession.kit.throttling import Failures
from procession.kit.work import looking
from robots import (
    DONE,
    PASSWORD,
    Robot,
    check_refused,
    email_of,
    granted,
    robot,
    trusted,
    verified,
    who,
    with_password,
)
from server import Client
from wire import check_problem

BOTH = pytest.mark.parametrize("as_json", [False, True], ids=["form", "json"])


@BOTH
@pytest.mark.parametrize("path", ["/oauth/token", "/api/oauth/token", "/mcp/oauth/token"])
def test_00_33_a_password_gets_tokens(cast: Cast, path: str, as_json: bool) -> None:
    email = with_password(cast, cast.mia)

    body = granted(trusted(cast).by_password(email.upper(), path=path, as_json=as_json))

    assert set(body) == {"token_type", "expires_in", "access_token", "refresh_token"}
    assert body["expires_in"] == 15_778_800
    assert who(cast, body["access_token"]) == cast.mia.user_id
    mcp = verified(cast, body["access_token"]).get("mcp_resource")
    assert mcp == ("mcp-host" if path.startswith("/mcp") else None)


def test_00_33_a_client_may_name_itself_in_the_header(cast: Cast) -> None:
    email, asking = with_password(cast, cast.mia), trusted(cast)
    sent = {"grant_type": "password", "username": email, "password": PASSWORD, "scope": "*"}

    def ask(number: Any, secret: str | None, **more: Any) -> requests.Response:
        basic = b64encode(f"{number}:{secret}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}"}
        return cast.nobody.call("POST", "/oauth/token", data={**sent, **more}, headers=headers)

    body = granted(ask(asking.id, asking.secret))
    assert verified(cast, body["access_token"])["aud"] == str(asking.id)
    check_refused(ask(asking.id, "wrong"), "invalid_client", 401)
    check_refused(ask(asking.id, asking.secret, client_id="1"), "invalid_request")


def test_00_34_a_wrong_password_is_refused(cast: Cast) -> None:
    email, asking = with_password(cast, cast.mia), trusted(cast)

    for address, password in (
        (email, "wrong"),
        (email, PASSWORD.strip()),
        (email_of(cast.leo), PASSWORD),
        ("nobody@nowhere.test", PASSWORD),
        (f"bot+{cast.organization_id}@procession.invalid", PASSWORD),
    ):
        answer = asking.by_password(address, password)
        check_refused(answer, "invalid_grant")
        assert password.strip() not in cast.server.log_text()


@pytest.mark.parametrize("wrong", ["robot", "999999999", "-1", "0", "1.5", "9" * 40])
def test_00_34_an_unknown_client_is_refused(cast: Cast, wrong: str) -> None:
    answer = trusted(cast).by_password("x@x.test", client_id=wrong)

    check_refused(answer, "invalid_client", 401)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_00_34_what_else_can_be_wrong(cast: Cast) -> None:
    asking, email = trusted(cast), with_password(cast, cast.mia)

    check_refused(asking.by_password(email, client_secret="wrong"), "invalid_client", 401)
    check_refused(robot(cast).by_password(email), "unauthorized_client")
    check_refused(robot(cast).ask(grant_type="client_credentials"), "unauthorized_client")
    check_refused(asking.ask(grant_type="telepathy"), "unsupported_grant_type")
    check_refused(asking.ask(), "invalid_request")
    check_refused(asking.ask(grant_type="password", username=email), "invalid_request")
    check_refused(asking.by_password(email, scope="everything"), "invalid_scope")
    wrong = asking.ask(grant_type="password", username={"a": 1}, password="x", as_json=True)
    check_refused(wrong, "invalid_request")
    twice = f"grant_type=password&grant_type=password&client_id={asking.id}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = cast.nobody.call("POST", "/oauth/token", data=twice, headers=headers)
    check_refused(answer, "invalid_request")


def test_00_34_who_is_disabled_everywhere_gets_no_token(cast: Cast) -> None:
    asking, email = trusted(cast), with_password(cast, cast.mia)
    refresh = granted(asking.by_password(email))["refresh_token"]
    set_membership(cast, cast.mia, disabled_at=1)

    check_refused(asking.by_password(email), "invalid_grant")
    check_refused(asking.by_refresh(refresh), "invalid_grant")


def test_00_34_guessing_is_slowed_down(cast: Cast) -> None:
    asking, email = trusted(cast), with_password(cast, cast.mia)
    for _ in range(11):
        check_refused(asking.by_password(email, "guess"), "invalid_grant")

    answer = asking.by_password(email)

    check_refused(answer, "slow_down", 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    granted(asking.by_password(with_password(cast, cast.leo)))


def test_00_34_an_address_that_guesses_at_many_accounts_is_slowed_down(cast: Cast) -> None:
    settings = Settings(guess_limit=2)
    server = replace(cast.server.storage, settings=settings, failures=Failures())
    caller = operator(server, "")
    wrong = Asked(
        TokenRequestIn(grant_type="password"), Proof("nobody", None, Origin("198.51.100.7"))
    )

    errors = []
    for _ in range(4):
        with pytest.raises(OAuthRefusal) as refusal:
            grant(caller, wrong)
        errors.append(refusal.value.error)

    assert errors == ["invalid_client"] * 3 + ["slow_down"]
    with pytest.raises(OAuthRefusal, match="Client authentication failed"):
        grant(caller, replace(wrong, proof=Proof("nobody", None, Origin("198.51.100.8"))))


def test_00_35_a_client_gets_a_token_of_its_own(cast: Cast) -> None:
    body = granted(trusted(cast).ask(grant_type="client_credentials"))

    assert set(body) == {"token_type", "expires_in", "access_token"}
    assert body["expires_in"] == 604_800
    claims = verified(cast, body["access_token"])
    assert (claims["sub"], claims["org_id"]) == ("", cast.organization_id)
    client = Client(cast.server.base_url, body["access_token"])
    for path in ("/me", "/me/tokens", cast.olga.path("/runs"), cast.olga.path("")):
        check_problem(client.get(path), 401, "UNAUTHENTICATED")


def test_00_40_a_refresh_token_is_good_once(cast: Cast) -> None:
    asking = trusted(cast)
    first = granted(asking.by_password(with_password(cast, cast.mia)))

    second = granted(asking.by_refresh(first["refresh_token"]))

    assert second["refresh_token"] != first["refresh_token"]
    assert who(cast, second["access_token"]) == cast.mia.user_id
    assert granted(asking.by_refresh(first["refresh_token"])) == second, "the answer was lost"
    forget_the_grace(cast)
    check_refused(asking.by_refresh(first["refresh_token"]), "invalid_grant")
    check_refused(asking.by_refresh(second["refresh_token"]), "invalid_grant")
    for pair in (first, second):
        assert who(cast, pair["access_token"]) == 401


def forget_the_grace(cast: Cast) -> None:
    """As if a minute had passed."""
    used = refresh_tokens.c.used_at.is_not(None)
    earlier = refresh_tokens.c.used_at - 61 * SECOND
    change(cast, refresh_tokens.update().where(used).values(used_at=earlier))


def test_00_40_a_refresh_token_is_its_clients_and_never_grows(cast: Cast) -> None:
    asking, other = trusted(cast), trusted(cast)
    read = "mcp.tasks.read"
    email = with_password(cast, cast.mia)
    pair = granted(asking.by_password(email, scope=f"{read} mcp.tasks.write"))

    check_refused(other.by_refresh(pair["refresh_token"]), "invalid_grant")
    check_refused(asking.by_refresh("nonsense"), "invalid_grant")
    check_refused(asking.by_refresh(pair["refresh_token"], scope="*"), "invalid_scope")
    narrow = granted(asking.by_refresh(pair["refresh_token"], scope=read))
    assert verified(cast, narrow["access_token"])["scopes"] == [read]
    check_refused(
        asking.by_refresh(narrow["refresh_token"], scope="mcp.tasks.write"), "invalid_scope"
    )


def test_00_41_refresh_tokens_are_revoked_with_all_others(cast: Cast) -> None:
    asking = trusted(cast)
    pair = granted(asking.by_password(with_password(cast, cast.mia)))
    used = granted(asking.by_refresh(pair["refresh_token"]))

    assert cast.mia.client.delete("/me/tokens").status_code == 204

    for one in (pair, used):
        check_refused(asking.by_refresh(one["refresh_token"]), "invalid_grant")
        assert who(cast, one["access_token"]) == 401


def test_00_41_deleting_a_client_ends_its_tokens(cast: Cast) -> None:
    asking = trusted(cast)
    pair = granted(asking.by_password(with_password(cast, cast.mia)))

    assert cast.olga.delete(f"/oauth-clients/{asking.id}").status_code == 204

    assert who(cast, pair["access_token"]) == 401
    check_refused(asking.by_refresh(pair["refresh_token"]), "invalid_client", 401)


@BOTH
def test_00_41_a_client_gives_tokens_back(cast: Cast, as_json: bool) -> None:
    asking, other = trusted(cast), trusted(cast)
    email = with_password(cast, cast.mia)
    one, two = (granted(asking.by_password(email)) for _ in range(2))

    def revoke(by: Robot, token: str) -> None:
        answer = by.ask(path="/oauth/revoke", as_json=as_json, token=token)
        assert (answer.status_code, answer.json()) == (200, {})

    revoke(other, one["access_token"])
    revoke(other, one["refresh_token"])
    revoke(asking, "nonsense")
    assert who(cast, one["access_token"]) == cast.mia.user_id
    revoke(asking, one["access_token"])
    assert who(cast, one["access_token"]) == 401
    revoke(asking, two["refresh_token"])
    assert who(cast, two["access_token"]) == 401
    check_refused(asking.by_refresh(two["refresh_token"]), "invalid_grant")
    wrong = asking.ask(path="/oauth/revoke", token="x", client_secret="wrong")
    check_refused(wrong, "invalid_client", 401)
    check_refused(asking.ask(path="/oauth/revoke"), "invalid_request")


# --- Authorization codes ---


def code_for(asking: Robot, person: Person, wish: Wish) -> str:
    storage = asking.cast.server.storage
    caller = as_bot(storage, asking.cast.organization_id)
    client = store.find_any_client(looking(caller), asking.id)
    assert client is not None
    return authorize(caller, client, person.user_id, wish)


def pkce(uri: str = DONE) -> tuple[Wish, str]:
    verifier = secrets.token_urlsafe(48)
    return Wish(uri, "*", create_s256_code_challenge(verifier), "S256"), verifier


def test_00_38_a_code_with_its_verifier_is_good_once(cast: Cast) -> None:
    public = robot(cast, confidential=False)
    wish, verifier = pkce()
    code = code_for(public, cast.mia, wish)

    for wrong in (None, "wrong", wish.challenge, verifier[:-1]):
        check_refused(public.by_code(code, code_verifier=wrong), "invalid_grant")
    other = f"{DONE}/else"
    check_refused(public.by_code(code, code_verifier=verifier, redirect_uri=other), "invalid_grant")
    body = granted(public.by_code(code, code_verifier=verifier))
    assert who(cast, body["access_token"]) == cast.mia.user_id
    assert granted(public.by_refresh(body["refresh_token"]))["access_token"]

    check_refused(public.by_code(code, code_verifier=verifier), "invalid_grant")
    assert who(cast, body["access_token"]) == 401, "a code used twice was stolen"


def test_00_38_a_confidential_client_needs_no_verifier(cast: Cast) -> None:
    asking = robot(cast)
    code = code_for(asking, cast.mia, Wish(DONE))

    check_refused(asking.by_code(code, client_secret="wrong"), "invalid_client", 401)
    check_refused(robot(cast).by_code(code), "invalid_grant")
    body = granted(asking.by_code(code))
    assert who(cast, body["access_token"]) == cast.mia.user_id


def test_00_38_a_code_is_good_for_ten_minutes(cast: Cast) -> None:
    asking = robot(cast)
    code = code_for(asking, cast.mia, Wish(DONE))
    its_own = oauth_codes.c.client_id == asking.id
    change(cast, oauth_codes.update().where(its_own).values(expires_at=1))

    check_refused(asking.by_code(code), "invalid_grant")


def test_00_38_what_a_client_cannot_wish_for(cast: Cast) -> None:
    public = robot(cast, confidential=False, redirect_uris=[DONE, "http://127.0.0.1/done"])
    challenge = pkce()[0].challenge

    for wish in (
        Wish(DONE),
        Wish(DONE, "*", challenge, "plain"),
        Wish(DONE, "*", challenge),
        Wish(DONE, "*", "short", "S256"),
        Wish(DONE, "all", challenge, "S256"),
        *(
            pkce(uri)[0]
            for uri in (
                f"{DONE}?x", "https://robot.test", "http://127.0.0.1:7000/other", "",
                "http://localhost:7000/done", "http://me@127.0.0.1/done", "https://127.0.0.1/done",
                "http://127.0.0.1:x/done",
            )
        ),
    ):  # fmt: skip
        with pytest.raises(OAuthRefusal):
            code_for(public, cast.mia, wish)
    assert code_for(public, cast.mia, pkce("http://127.0.0.1:7000/done")[0])
