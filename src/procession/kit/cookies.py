"""Cookies of browsers: their names, and what they become when somebody comes in or leaves."""

from procession.kit.http import Browser

SESSION = "procession-session"
FORM = "procession-form"
JOURNEY = "procession-journey"
MARK = "procession-known"
TOAST = "procession-toast"
LOOK = "procession-look"
ORGANIZATION = "procession-organization"
_JOURNEY_S = 600
_MARK_S = 365 * 86_400
_TOAST_S = 60


def signed_in(
    browser: Browser, secret: str, *, lifetime_s: int, mark: str | None = None
) -> tuple[str, ...]:
    """Cookies of who has just come in; forms from before are good no longer."""
    is_secure = browser.is_secure
    return (
        set_cookie(SESSION, secret, is_secure=is_secure, lifetime_s=lifetime_s),
        set_cookie(FORM, "", is_secure=is_secure, lifetime_s=0),
        *(known_again(browser, mark) if mark is not None else ()),
    )


def known_again(browser: Browser, mark: str) -> tuple[str, ...]:
    """It stays when its user signs out."""
    return (set_cookie(MARK, mark, is_secure=browser.is_secure, lifetime_s=_MARK_S),)


def on_journey(browser: Browser, sealed: str) -> tuple[str, ...]:
    """Comes back with its user from the provider: that is a link of another site, so Lax."""
    is_secure = browser.is_secure
    return (set_cookie(JOURNEY, sealed, is_secure=is_secure, lifetime_s=_JOURNEY_S),)


def back_from_journey(browser: Browser) -> tuple[str, ...]:
    return (set_cookie(JOURNEY, "", is_secure=browser.is_secure, lifetime_s=0),)


def telling(browser: Browser, toast: str) -> str:
    """What the next page tells; that page takes it away."""
    return set_cookie(TOAST, toast, is_secure=browser.is_secure, lifetime_s=_TOAST_S)


def told(browser: Browser) -> str:
    return set_cookie(TOAST, "", is_secure=browser.is_secure, lifetime_s=0)


def liking(browser: Browser, name: str, value: str) -> str:
    """What is remembered of a browser's user: LOOK or ORGANIZATION. It lets nobody in."""
    return set_cookie(name, value, is_secure=browser.is_secure, lifetime_s=_MARK_S)


def signed_out(browser: Browser) -> tuple[str, ...]:
    return (set_cookie(SESSION, "", is_secure=browser.is_secure, lifetime_s=0),)


def named(name: str, *, is_secure: bool) -> str:
    """With `__Host-` no other host of the same domain can have set it."""
    return f"__Host-{name}" if is_secure else name


def set_cookie(name: str, value: str, *, is_secure: bool, lifetime_s: int | None = None) -> str:
    """Lax: a link in a mail finds its reader signed in, a form of another site does not."""
    age = "" if lifetime_s is None else f"; Max-Age={lifetime_s}"
    secure = "; Secure" if is_secure else ""
    name = named(name, is_secure=is_secure)
    return f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}"
