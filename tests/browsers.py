"""Browsers: they keep cookies, fill in forms and say where a form comes from, as real ones do."""

import re
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from cast import Cast
from robots import PASSWORD

SESSION = "procession-session"


class Form(HTMLParser):
    """The fields of a page's first form, or of the one that is sent to `action`."""

    def __init__(self, page: str, action: str | None = None) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        #: Each that is sent, names several times where there are several.
        self.pairs: list[tuple[str, str]] = []
        self.action: str | None = None
        self._wanted, self._is_inside, self._is_found = action, False, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        is_wanted = self._wanted in (None, has.get("action")) and not self._is_found
        if tag == "form" and is_wanted:
            self._is_inside = self._is_found = True
            self.action = has.get("action")
        is_left_out = has.get("type") in ("checkbox", "radio") and "checked" not in has
        if tag == "input" and self._is_inside and "name" in has and not is_left_out:
            self.pairs.append((str(has["name"]), has.get("value") or ""))
            self.fields[str(has["name"])] = has.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "form"


class Browser:
    """One browser of one person. It follows no redirect by itself, so that tests can look."""

    def __init__(self, cast: Cast) -> None:
        self.base_url = cast.server.base_url
        self.session = requests.Session()

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.session.get(
            urljoin(self.base_url, path), timeout=30, allow_redirects=False, **options
        )

    def post(self, path: str, fields: dict[str, Any], **headers: str) -> requests.Response:
        """As a page of the server's own sends it, unless other headers are given."""
        its_own = {"Origin": self.base_url, "Sec-Fetch-Site": "same-origin"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.post(
            urljoin(self.base_url, path),
            data=fields,
            headers={**its_own, **named},
            timeout=30,
            allow_redirects=False,
        )

    def press(
        self, page: requests.Response, *, action: str | None = None, **filled: str
    ) -> requests.Response:
        """Fill in the page's form and send it."""
        form = Form(page.text, action)
        assert form.fields.get("form_token"), page.text
        return self.post(urljoin(page.url, form.action), {**form.fields, **filled})

    def sign_in(
        self, email: str, password: str = PASSWORD, path: str = "/app/sign-in"
    ) -> requests.Response:
        return self.press(self.get(path), email=email, password=password)

    @property
    def secret(self) -> str | None:
        """What the cookie of the session holds."""
        return self.session.cookies.get(SESSION)

    def is_signed_in(self) -> bool:
        return self.get("/app/home").status_code == 200


def signed_in(cast: Cast, email: str, password: str = PASSWORD) -> Browser:
    browser = Browser(cast)
    answer = browser.sign_in(email, password)
    assert answer.status_code == 303, answer.text
    assert browser.is_signed_in()
    return browser


def cookies_of(answer: requests.Response) -> dict[str, Any]:
    """Each cookie of an answer with its attributes."""
    found: dict[str, Any] = {}
    for header in answer.raw.headers.getlist("Set-Cookie"):
        found.update(SimpleCookie(header))
    return found


def leads_to(answer: requests.Response) -> str:
    """Path and query that a redirect leads to, on this server."""
    assert answer.status_code == 303, f"{answer.status_code}: {answer.text}"
    parts = urlsplit(answer.headers["Location"])
    assert not parts.netloc
    assert not parts.scheme
    return answer.headers["Location"]


def check_page(answer: requests.Response, status: int = 200) -> None:
    """Nothing in the page itself runs or styles it, nothing comes from elsewhere, and there is a
    script where a password is typed or a file chosen, or where parts of the page are asked for."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    loaded = re.findall(
        r'<script defer src="/app/assets/[a-z]+\.[0-9a-f]{16}\.js"></script>', answer.text
    )
    assert answer.text.count("<script") == len(loaded)
    is_app = '<main id="main"' in answer.text
    has_script = re.search('type="(password|file)"', answer.text) is not None
    assert len(loaded) == (2 if is_app else int(has_script))
    assert ("script-src 'self';" in policy) == bool(loaded)
    assert "<style" not in answer.text
    assert not re.search(r"\s(style|on[a-z]+)=", answer.text)
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers
