"""Browsers: their cookies, and how it is known that a form is ours.

A form is sent back with a token that is made from the secret in a cookie: of the session, or of a
cookie of its own while nobody is signed in. Other sites can make a browser send forms here, with
its cookies, but they cannot know the token; and browsers say which site a form comes from.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import falcon

from procession.domains.accounts.actions.sessions import find_session
from procession.domains.accounts.types import BrowserSession
from procession.kit.cookies import (
    FORM,
    JOURNEY,
    LOOK,
    MARK,
    ORGANIZATION,
    SESSION,
    TOAST,
    named,
    set_cookie,
)
from procession.kit.errors import Forbidden
from procession.kit.http import Browser
from procession.kit.server import Server
from procession.kit.signing import derived

_OUTDATED = "This page is out of date. Go back, load it again, and then send it."

#: Fields of `Browser` that are kept in cookies of their own.
_REMEMBERED = {
    "journey": JOURNEY,
    "mark": MARK,
    "toast": TOAST,
    "look": LOOK,
    "organization": ORGANIZATION,
}


@dataclass(frozen=True)
class Recognised:
    """What the cookies of a request say."""

    browser: Browser
    session: BrowserSession | None
    #: To go into the answer, so that the browser knows its form token's secret from now on.
    cookies: tuple[str, ...]


def recognise(server: Server, http: falcon.Request, *, is_secure: bool) -> Recognised:
    session_secret = _cookie(http, SESSION, is_secure=is_secure)
    session = find_session(server, session_secret) if session_secret else None
    kept = {
        name: _cookie(http, cookie, is_secure=is_secure) for name, cookie in _REMEMBERED.items()
    }
    part = _part_of(http)
    if session_secret and session:
        token = _form_token(server, session_secret)
        browser = Browser(session.digest, token, is_secure, **kept, part=part)
        return Recognised(browser, session, ())
    known = _cookie(http, FORM, is_secure=is_secure)
    secret = known or secrets.token_urlsafe(32)
    browser = Browser(None, _form_token(server, secret), is_secure, **kept, part=part)
    cookies = () if known else (set_cookie(FORM, secret, is_secure=is_secure),)
    return Recognised(browser, None, cookies)


def _part_of(http: falcon.Request) -> str:
    """By htmx: `HX-Target: main#main`. What it takes the whole page for, it says."""
    if http.get_header("HX-Request-Type") != "partial":
        return ""
    return (http.get_header("HX-Target") or "").partition("#")[2]


def check_form(
    http: falcon.Request, browser: Browser, origins: set[str], sent: Mapping[str, Any]
) -> None:
    """Raises Forbidden for what no form of ours has sent."""
    origin, site = http.get_header("Origin"), http.get_header("Sec-Fetch-Site")
    if origin is not None and origin not in origins:
        raise Forbidden("This form was sent from another site.")
    if site is not None and site not in ("same-origin", "none"):
        raise Forbidden("This form was sent from another site.")
    token = str(sent.get("form_token", ""))
    if not hmac.compare_digest(token.encode(), browser.form_token.encode()):
        raise Forbidden(_OUTDATED)


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _form_token(server: Server, secret: str) -> str:
    return derived(server.secret_key, f"forms of {secret}").hex()


def _cookie(http: falcon.Request, name: str, *, is_secure: bool) -> str | None:
    """None also where there are two: one of them somebody else has set."""
    values = http.get_cookie_values(named(name, is_secure=is_secure)) or []
    return values[0] if len(values) == 1 and values[0] else None
