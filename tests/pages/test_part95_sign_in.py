"""Part 95, 2 and part 00, 5.1: signing in to the pages and out again."""

import re
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
import pytest
import requests
import sqlalchemy as sa

from backdoor import change, new_token, set_membership, stored
from browsers import SESSION, Browser, Form, check_page, cookies_of, leads_to, signed_in
from cast import Cast, assemble
from factories import made
from letters import mails_of
from procession.domains.accounts.actions.authenticating import token_digest
from procession.domains.accounts.actions.sessions import forget_old_sessions
from procession.domains.accounts.tables import browser_sessions
from procession.kit.db import Statement
from procession.web.routes import PAGE_ROUTES
from robots import PASSWORD, email_of, granted, trusted, with_password
from server import Client, running_server
from wire import check_problem

NEW = "Better2horse"


@pytest.fixture
def mia(cast: Cast) -> str:
    """The address of somebody with a password."""
    return with_password(cast, cast.mia)


def row_of(cast: Cast, browser: Browser) -> Any:
    its_own = browser_sessions.c.digest == token_digest(browser.secret or "")
    read = Statement(sa.select(browser_sessions).where(its_own))
    (row,) = cast.server.storage.database.connection().fetch(read, {})
    return row


def set_session(cast: Cast, browser: Browser, **columns: Any) -> None:
    its_own = browser_sessions.c.digest == token_digest(browser.secret or "")
    change(cast, browser_sessions.update().where(its_own).values(columns))


# --- In and out ---


def test_95_2_signing_in_and_out(cast: Cast, mia: str) -> None:
    browser = Browser(cast)
    assert leads_to(browser.get("/")) == "/app/sign-in"
    assert leads_to(browser.get("/app/home")) == "/app/sign-in?next=%2Fapp%2Fhome"
    page = browser.get("/app/sign-in")
    check_page(page)

    answer = browser.press(page, email=mia.upper(), password=PASSWORD)

    assert leads_to(answer) == "/app/home"
    assert leads_to(browser.get("/")) == "/app/home"
    assert leads_to(browser.get("/app/sign-in")) == "/app/home"
    home = browser.get("/app/home")
    check_page(home)
    assert mia in home.text
    assert "Cast &amp; Co: standard" in home.text
    assert leads_to(browser.press(home, action="/app/sign-out")).startswith("/app/sign-in")
    assert browser.secret is None
    assert not browser.is_signed_in()


def test_95_2_the_cookie_says_who_may_have_it(cast: Cast, mia: str) -> None:
    browser = Browser(cast)

    answer = browser.sign_in(mia)

    cookie = cookies_of(answer)[SESSION]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    assert cookie["secure"] == ""
    assert 0 < int(cookie["max-age"]) <= 2_592_000
    assert len(cookie.value) >= 43
    assert cookie.value not in str(row_of(cast, browser))


def test_95_2_every_way_in_makes_a_new_session(cast: Cast, mia: str) -> None:
    """Nobody can be led into a session that somebody else knows."""
    browser = signed_in(cast, mia)
    old = browser.secret
    planted = "x" * 43
    other = Browser(cast)
    other.session.cookies.set(SESSION, planted, domain="127.0.0.1", path="/")

    other.session.cookies.clear()
    other.session.cookies.set("procession-form", planted, domain="127.0.0.1", path="/")
    other.sign_in(mia)

    assert other.secret not in (planted, old, None)
    before = other.secret
    page = other.get("/app/home")
    fields = {**Form(page.text).fields, "email": mia, "password": PASSWORD}
    assert other.post("/app/sign-in", fields).status_code == 303
    assert other.secret != before
    thief = Browser(cast)
    for stolen in (planted, before):
        thief.session.cookies.set(SESSION, str(stolen), domain="127.0.0.1", path="/")
        assert not thief.is_signed_in()


def test_95_2_signing_out_everywhere_ends_stolen_cookies_too(cast: Cast, mia: str) -> None:
    one, two = signed_in(cast, mia), signed_in(cast, mia)
    olga = signed_in(cast, with_password(cast, cast.olga))
    thief = Browser(cast)
    thief.session.cookies.set(SESSION, str(two.secret), domain="127.0.0.1", path="/")
    assert thief.is_signed_in()

    one.press(one.get("/app/home"), action="/app/sign-out-everywhere")

    assert not thief.is_signed_in()
    assert not two.is_signed_in()
    assert not one.is_signed_in()
    assert olga.is_signed_in()


@pytest.mark.parametrize("way", ["/app/sign-out", "/app/sign-out-everywhere"])
def test_00_42_signing_out_leaves_a_personal_token_working(cast: Cast, mia: str, way: str) -> None:
    text = made(cast.mia.client.post("/me/tokens", {"name": "CI"}))["access_token"]
    granted_pair = granted(trusted(cast).by_password(mia))
    browser = signed_in(cast, mia)

    browser.press(browser.get("/app/home"), action=way)

    assert not browser.is_signed_in()
    for token in (text, granted_pair["access_token"]):
        assert Client(cast.server.base_url, token).get("/me").status_code == 200


def test_95_2_a_signed_out_browser_leaves_the_others(cast: Cast, mia: str) -> None:
    one, two = signed_in(cast, mia), signed_in(cast, mia)

    one.press(one.get("/app/home"), action="/app/sign-out")

    assert two.is_signed_in()


def test_00_10_the_api_takes_no_cookie(cast: Cast, mia: str) -> None:
    browser = signed_in(cast, mia)
    before = stored(cast)

    for path in ("/me", "/api/me", f"/organizations/{cast.organization_id}/runs", "/me/tokens"):
        check_problem(browser.get(path), 401, "UNAUTHENTICATED")
    posted = browser.post("/me/tokens", {"name": "mine"})
    check_problem(posted, 401, "UNAUTHENTICATED")
    assert "Set-Cookie" not in browser.get("/health").headers
    bearer = {"Authorization": f"Bearer {browser.secret}"}
    check_problem(browser.get("/me", headers=bearer), 401)
    assert stored(cast) == before


def test_00_1_pages_are_at_the_root_alone(cast: Cast) -> None:
    for path in ("/api", "/api/app/sign-in", "/api/app/home", "/api/app", "/invitations"):
        check_problem(cast.nobody.get(path), 404, "ENDPOINT_NOT_FOUND")
    nowhere = cast.nobody.get("/app/nowhere")
    check_page(nowhere, 404)
    check_problem(cast.nobody.post("/app/home"), 405)


# --- How long ---


def test_95_2_a_session_ends_by_itself(cast: Cast, mia: str) -> None:
    old, idle, fresh = (signed_in(cast, mia) for _ in range(3))
    now = cast.server.storage.clock()
    set_session(cast, old, expires_at=now - 1)
    set_session(cast, idle, seen_at=now - 604_800_000_001)
    assert not old.is_signed_in()
    assert not idle.is_signed_in()
    assert fresh.is_signed_in()

    forget_old_sessions(cast.server.storage)

    assert row_of(cast, fresh)
    for ended in (old, idle):
        with pytest.raises(ValueError, match="unpack"):
            row_of(cast, ended)


def test_95_2_using_a_session_keeps_it(cast: Cast, mia: str) -> None:
    browser = signed_in(cast, mia)
    long_ago = cast.server.storage.clock() - 500_000_000_000
    set_session(cast, browser, seen_at=long_ago)

    assert browser.is_signed_in()

    assert long_ago + 400_000_000_000 < row_of(cast, browser)[4] <= cast.server.storage.clock()


def test_95_2_who_is_disabled_everywhere_is_signed_out(cast: Cast, mia: str) -> None:
    browser = signed_in(cast, mia)

    set_membership(cast, cast.mia, disabled_at=1)

    assert not browser.is_signed_in()
    refused = Browser(cast).sign_in(mia)
    check_page(refused, 400)
    assert "address or the password is wrong" in refused.text


def test_10_2_a_changed_password_ends_sessions(cast: Cast, mia: str) -> None:
    browser = signed_in(cast, mia)
    body = {"current_password": PASSWORD, "password": NEW}

    made(cast.mia.client.put("/me/update-password", body), 200)

    assert not browser.is_signed_in()
    assert cast.mia.get("/me").status_code == 200
    assert Browser(cast).sign_in(mia).status_code == 400
    signed_in(cast, mia, NEW)


@pytest.mark.parametrize("way", ["delete", "to/guest"])
def test_10_47_who_leaves_for_good_is_signed_out(cast: Cast, mia: str, way: str) -> None:
    browser, path = signed_in(cast, mia), f"/users/{cast.mia.user_id}"

    if way == "delete":
        made(cast.olga.delete(f"{path}/disable"), 200)
        made(cast.olga.delete(f"{path}/delete"), 200)
    else:
        made(cast.olga.put(f"{path}/to/guest"), 200)

    assert not browser.is_signed_in()


# --- Guessing ---


def test_95_2_guessing_is_slowed_down_as_at_the_token_endpoint(cast: Cast, mia: str) -> None:
    """Ten failures of one account, wherever they were: one count for both doors."""
    asking, browser = trusted(cast), Browser(cast)
    for _ in range(5):
        assert asking.by_password(mia, "Wrong9horse").status_code == 400
        assert browser.sign_in(mia, "Wrong9horse").status_code == 400
    assert browser.sign_in(mia, "Wrong9horse").status_code == 400

    refused = browser.sign_in(mia)

    check_page(refused, 429)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert asking.by_password(mia).status_code == 429
    assert signed_in(cast, with_password(cast, cast.leo))


def test_95_2_one_address_may_not_guess_at_many_accounts(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    with running_server(database_kind, new_database(database_kind), GUESS_LIMIT="4") as server:
        cast = assemble(server)
        browser = Browser(cast)
        fields = Form(browser.get("/app/sign-in").text).fields
        answers = [
            browser.post("/app/sign-in", {**fields, "email": f"{n}@x.test", "password": "x"})
            for n in range(7)
        ]
    assert [answer.status_code for answer in answers] == [400] * 5 + [429] * 2
    assert "Too many failed attempts" in answers[-1].text


def test_95_2_strangers_pages_are_counted_and_refused_as_pages(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    with running_server(
        database_kind, new_database(database_kind), ANONYMOUS_RATE_LIMIT="5"
    ) as server:
        browser = Browser(assemble(server))
        answers = [browser.get("/app/sign-in") for _ in range(10)]
    assert [answer.status_code for answer in answers[:4]] == [200] * 4
    check_page(answers[-1], 429)
    assert int(answers[-1].headers["Retry-After"]) > 0


# --- Other sites ---


def test_95_2_forms_of_other_sites_do_nothing(cast: Cast, mia: str) -> None:
    browser = signed_in(cast, mia)
    page = browser.get("/app/home")
    fields = Form(page.text).fields
    thief = signed_in(cast, with_password(cast, cast.leo))
    forged = Form(thief.get("/app/home").text).fields

    for sent, headers in (
        ({}, {}),
        ({"form_token": ""}, {}),
        ({"form_token": "0" * 64}, {}),
        ({"form_token": "é"}, {}),
        (forged, {}),
        (fields, {"Origin": "https://evil.test"}),
        (fields, {"Origin": "null"}),
        (fields, {"Origin": f"{browser.base_url}.evil.test"}),
        (fields, {"Sec_Fetch_Site": "cross-site"}),
        (fields, {"Sec_Fetch_Site": "same-site"}),
    ):
        for path in ("/app/sign-out", "/app/sign-out-everywhere", "/app/sign-in"):
            answer = browser.post(path, sent, **headers)
            check_page(answer, 403)
    assert browser.is_signed_in()
    assert browser.post("/app/sign-out", fields).status_code == 303


def test_95_2_nobody_is_signed_in_by_another_site(cast: Cast, mia: str) -> None:
    """With an account of the attacker's, so that what is done next is done in it."""
    attacker, victim = Browser(cast), Browser(cast)
    fields = {**Form(attacker.get("/app/sign-in").text).fields, "email": mia, "password": PASSWORD}
    victim.get("/app/sign-in")

    assert victim.post("/app/sign-in", fields).status_code == 403
    assert victim.secret is None
    without_cookie = Browser(cast)
    assert without_cookie.post("/app/sign-in", fields).status_code == 403
    assert attacker.post("/app/sign-in", fields).status_code == 303


@pytest.mark.parametrize("wanted", [
    "//evil.test", "https://evil.test/", "/\\evil.test", "\\\\evil.test", "/app/\\..\\evil",
    "javascript:alert(1)", "/app/home\r\nSet-Cookie: x=1", "/app/ü", "evil.test", "/docs", "",
    "/oauth/authorize", "/app/../x y", "http:/app/home", "/ /evil.test", "/app/" + "x" * 9000,
])  # fmt: skip
def test_95_2_signing_in_leads_to_no_other_site(cast: Cast, mia: str, wanted: str) -> None:
    browser = Browser(cast)
    page = browser.get(f"/app/sign-in?{urlencode({'next': wanted})}")

    assert Form(page.text).fields["next"] == "/app/home"
    answer = browser.press(page, email=mia, password=PASSWORD, next=wanted)

    assert leads_to(answer) == "/app/home"
    already = browser.get(f"/app/sign-in?next={quote(wanted)}")
    assert leads_to(already) == "/app/home"


def test_95_1_a_deep_link_is_reached_after_signing_in(cast: Cast, mia: str) -> None:
    wanted = "/app/tracker?view=board&page=2"

    answer = Browser(cast).sign_in(mia, path=f"/app/sign-in?next={quote(wanted)}")

    assert leads_to(answer) == wanted


def test_95_2_behind_tls_cookies_stay_there(
    database_kind: str, new_database: Callable[[str], str]
) -> None:
    with running_server(
        database_kind, new_database(database_kind), PUBLIC_URL="https://procession.test"
    ) as server:
        cast = assemble(server)
        email = with_password(cast, cast.mia)
        page = requests.get(f"{server.base_url}/app/sign-in", timeout=30)
        form = cookies_of(page)["__Host-procession-form"]
        assert form["secure"] is True
        sent = {**Form(page.text).fields, "email": email, "password": PASSWORD}
        headers = {
            "Cookie": f"__Host-procession-form={form.value}",
            "Origin": "https://procession.test",
        }
        answer = cast.nobody.call(
            "POST", "/app/sign-in", data=sent, headers=headers, allow_redirects=False
        )
        assert answer.status_code == 303, answer.text
        cookies = answer.headers["Set-Cookie"]
        assert re.search(r"__Host-procession-session=[\w-]{43}; Path=/; HttpOnly; ", cookies)
        # Of the session, of forms, and of a browser that is known from now on.
        assert cookies.count("; Secure") == 3
        assert "domain" not in cookies.lower()
        found = re.findall(r"__Host-procession-session=([\w-]+)", cookies)
        for name, status in (("__Host-procession-session", 200), ("procession-session", 303)):
            own = {"Cookie": f"{name}={found[0]}"}
            home = cast.nobody.get("/app/home", headers=own, allow_redirects=False)
            assert home.status_code == status


FORMS = [route for route in PAGE_ROUTES if route.method == "POST"]
ODD: list[Any] = [
    "\x00", "\ud7ff" * 3, "x" * 100_000, "%00", "' OR 1=1 --", "<script>", "{{ 7777*7777 }}", "",
    " ", "ä@ö.test", "a@b@c.test", "-1", "null",
]  # fmt: skip


def test_00_19_no_form_makes_the_server_fail(cast: Cast, mia: str) -> None:
    _, link = join(cast)
    # Who is not signed in is sent away from most of them before anything is read.
    for browser, odds in ((Browser(cast), ODD[:3]), (signed_in(cast, mia), ODD)):
        pages = (browser.get("/app/forgotten-password"), browser.get("/app/single-sign-on"))
        token = Form(pages[0].text).fields["form_token"]
        for route in FORMS:
            path = path_of(link) if "{token}" in route.path else route.path
            names = [field.name for field in msgspec.structs.fields(route.body)]  # type: ignore[arg-type]
            for odd in odds:
                if "sign-out" in path:
                    continue
                sent = {**dict.fromkeys(names, odd), "form_token": token}
                answer = browser.post(path, sent)
                assert answer.status_code < 500, (path, odd[:20], answer.text)
                assert answer.text.count("<script") == ("script-src" in str(answer.headers))
                assert "60481729" not in answer.text
            for nested in ("next[a]", "email[]", "password[0][x]", "token[a][b]"):
                answer = browser.post(path, {nested: "x", "form_token": token})
                assert answer.status_code < 500, (path, nested)


# --- Passwords and invitations ---


def forgotten_link(cast: Cast, email: str) -> str:
    browser = Browser(cast)
    page = browser.press(browser.get("/app/forgotten-password"), email=email)
    check_page(page)
    assert "is on its way" in page.text
    (letter,) = [one for one in mails_of(cast, email) if one.subject.startswith("Choose")]
    (link,) = re.findall(r"https?://\S+", letter.text)
    return str(link)


def join(cast: Cast, **fields: Any) -> tuple[str, str]:
    """(address, link of the invitation)."""
    email = f"Ann-{secrets.token_hex(6)}@own.test"
    user = made(cast.olga.post("/users/invite", {"email": email, **fields}), 200)
    return email, made(cast.olga.get(f"/users/{user['id']}/invitation"), 200)["link"]


def path_of(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)


def test_95_2_an_invitation_is_accepted_on_its_page(cast: Cast) -> None:
    email, link = join(cast, first_name="<b>Ann", message="Hi <script>x</script>", role="standard")
    browser = Browser(cast)
    page = browser.get(path_of(link))
    check_page(page)
    assert "&lt;script&gt;" in page.text
    fields = {"first_name": "Anna", "last_name": "Lee"}

    weak = browser.press(page, **fields, password="weak", password_confirmation="weak")
    check_page(weak, 422)
    assert "6 to 127" in weak.text
    other = browser.press(page, **fields, password=NEW, password_confirmation="Other3horse")
    check_page(other, 422)
    bad = {"first_name": "https://evil.test", "last_name": ""}
    bad_name = browser.press(page, **bad, password=NEW, password_confirmation=NEW)
    check_page(bad_name, 422)
    for answer in (weak, other, bad_name):
        assert NEW not in answer.text
    joined = browser.press(page, **fields, password=NEW, password_confirmation=NEW)

    assert leads_to(joined) == "/app/home"
    home = browser.get("/app/home")
    assert email in home.text
    assert "Anna Lee" in home.text
    again = browser.get(path_of(link))
    check_page(again, 404)
    assert "was used" in again.text


def test_95_2_the_link_of_an_invitation_is_no_way_into_an_old_account(cast: Cast, mia: str) -> None:
    other = assemble(cast.server)
    user = made(other.olga.post("/users/invite", {"email": mia}), 200)
    link = made(other.olga.get(f"/users/{user['id']}/invitation"), 200)["link"]
    browser = Browser(cast)
    page = browser.get(path_of(link))
    assert "password stays as it is" in page.text

    joined = browser.press(page, password=NEW, password_confirmation=NEW)

    assert leads_to(joined) == "/app/sign-in?notice=joined"
    assert not browser.is_signed_in()
    assert "You are a member now" in browser.get(leads_to(joined)).text
    assert signed_in(cast, mia).get("/app/home").text.count("<li>Cast &amp; Co: ") == 2


def test_95_2_a_forgotten_password_is_replaced_by_the_mailed_page(cast: Cast, mia: str) -> None:
    signed, token = signed_in(cast, mia), new_token(cast, cast.mia)
    path = path_of(forgotten_link(cast, mia))
    browser = Browser(cast)
    page = browser.get(path)
    check_page(page)
    assert Form(page.text).fields["email"] == mia

    weak = browser.press(page, password="weak", password_confirmation="weak")
    check_page(weak, 422)
    assert signed.is_signed_in()
    changed = browser.press(weak, password=NEW, password_confirmation=NEW)

    assert leads_to(changed) == "/app/sign-in?notice=new-password"
    assert not signed.is_signed_in()
    assert not browser.is_signed_in()
    assert Client(cast.server.base_url, token).get("/me").status_code == 200
    signed_in(cast, mia, NEW)
    used = browser.press(page, password=PASSWORD + "1", password_confirmation=PASSWORD + "1")
    check_page(used, 422)
    assert "not good, or no longer" in used.text


def test_95_2_the_page_for_who_forgot_tells_nothing(cast: Cast, mia: str) -> None:
    browser = Browser(cast)
    page = browser.get("/app/forgotten-password")

    def said(email: str) -> str:
        answer = browser.press(page, email=email)
        check_page(answer)
        return answer.text

    nobody = f"nobody-{secrets.token_hex(6)}@own.test"
    assert said(mia) == said(nobody)
    for _ in range(2):
        said(nobody)
    refused = browser.press(page, email=nobody)
    check_page(refused, 429)
    assert int(refused.headers["Retry-After"]) > 0


def test_95_2_signing_in_while_the_password_changes_ends_outside(cast: Cast, mia: str) -> None:
    """Whichever comes first: nobody who knew the old password is signed in afterwards."""
    path = path_of(forgotten_link(cast, mia))
    changing = Browser(cast)
    page = changing.get(path)
    others = [Browser(cast) for _ in range(6)]
    forms = [other.get("/app/sign-in") for other in others]

    with ThreadPoolExecutor(7) as pool:
        tries = [
            pool.submit(other.press, form, email=mia, password=PASSWORD)
            for other, form in zip(others, forms, strict=True)
        ]
        changed = pool.submit(
            changing.press, page, password=NEW, password_confirmation=NEW
        ).result()
        assert {one.result().status_code for one in tries} <= {303, 400}

    assert changed.status_code == 303
    assert not any(other.is_signed_in() for other in others)


def test_95_2_what_is_sent_to_pages_is_never_repeated_in_the_log(cast: Cast, mia: str) -> None:
    browser = signed_in(cast, mia)
    wrong = f"Wrong9{secrets.token_hex(8)}"
    secret = str(browser.secret)
    token = Form(browser.get("/app/home").text).fields["form_token"]
    Browser(cast).sign_in(mia, wrong)
    browser.post("/app/sign-in", {"password": wrong})

    log = cast.server.log_text()

    for hidden in (wrong, secret, token, PASSWORD.strip()):
        assert hidden not in log
    assert email_of(cast.mia) == mia
