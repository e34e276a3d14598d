"""Pages for who has forgotten their password (contract 10, 2)."""

from procession.domains.people.wire import ForgottenIn
from procession.flows.people import passwords
from procession.flows.telling import addresses
from procession.kit.cookies import known_again, signed_out
from procession.kit.errors import Invalid
from procession.kit.guessing import mark_for
from procession.kit.http import HASHING, HTML, PAGE, Answer, Request, Routes
from procession.kit.passwords import hint
from procession.pages.forms import (
    ForgottenForm,
    NewPasswordForm,
    NewPasswordQuery,
    browser_of,
    by_field,
)
from procession.pages.layout import page, redirect

routes = Routes("Pages")


@routes.get(addresses.FORGOTTEN_PASSWORD, door=PAGE, policy="visible", content_type=HTML)
def ask_who_forgot(request: Request) -> Answer:
    """Ask whose password was forgotten."""
    return _forgotten(request, is_sent=False)


@routes.post(
    addresses.FORGOTTEN_PASSWORD,
    door=PAGE,
    policy="visible",
    body=ForgottenForm,
    content_type=HTML,
)
def forget(request: Request) -> Answer:
    """Mail a link; the page says the same whether or not the address has an account."""
    sent = ForgottenIn(email=request.body.email or "")
    passwords.send_password_link(request.caller, sent, request.mailed_url)
    return _forgotten(request, is_sent=True)


@routes.get(
    addresses.NEW_PASSWORD,
    door=PAGE,
    policy="visible",
    query=NewPasswordQuery,
    content_type=HTML,
)
def ask_for_password(request: Request) -> Answer:
    """Ask who comes by the mailed link for another password."""
    return _choosing(request, request.query.token or "", request.query.email or "")


@routes.post(
    addresses.NEW_PASSWORD,
    door=PAGE,
    place=HASHING,
    policy="visible",
    body=NewPasswordForm,
    status=303,
)
def change_password(request: Request) -> Answer:
    """Change the password; whoever was signed in with the old one is signed out."""
    sent = request.body
    try:
        passwords.reset_password(request.caller, sent)
    except Invalid as wrong:
        return _choosing(request, sent.token, sent.email, wrong)
    browser = browser_of(request)
    # Whoever could read the mail is no stranger: nobody who guesses can keep them out.
    mark = mark_for(request.caller.server, sent.email)
    cookies = (*signed_out(browser), *known_again(browser, mark))
    return redirect(f"{addresses.SIGN_IN}?notice=new-password", cookies=cookies)


def _forgotten(request: Request, *, is_sent: bool) -> Answer:
    return page(
        "forgotten_password.html",
        form_token=browser_of(request).form_token,
        is_sent=is_sent,
        problem=None,
        email="",
    )


def _choosing(request: Request, code: str, email: str, wrong: Invalid | None = None) -> Answer:
    problems = by_field(wrong) if wrong is not None else {}
    return page(
        "new_password.html",
        200 if wrong is None else 422,
        takes_password=True,
        form_token=browser_of(request).form_token,
        code=code,
        email=email,
        problem=problems.get("token"),
        password_hint=hint(request.settings.password_minimum),
        problems={"password": problems.get("password")},
    )
