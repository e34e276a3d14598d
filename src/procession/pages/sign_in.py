"""Pages to sign in and out, and the one to be at in between."""

from procession.domains.accounts.actions import reading as organizations
from procession.domains.accounts.actions import sessions
from procession.domains.accounts.actions.passwords import MustUseProvider
from procession.flows.access import single_sign_on
from procession.flows.telling import addresses
from procession.kit.cookies import signed_in, signed_out
from procession.kit.errors import OAuthRefusal
from procession.kit.http import HASHING, HTML, PAGE, Answer, Request, Routes
from procession.pages.forms import (
    Form,
    SignInForm,
    SignInQuery,
    SignOutForm,
    browser_of,
    is_signed_in,
)
from procession.pages.layout import page, redirect
from procession.pages.targets import safe_target

routes = Routes("Pages")

_NOTICES = {
    "signed-out": "You are signed out.",
    "signed-out-everywhere": "You are signed out of every browser.",
    "new-password": "Your password was changed. Sign in with it.",
    "joined": "You are a member now. Sign in to go on.",
}


@routes.get("/", door=PAGE, policy="visible", content_type=HTML, status=303)
def start(request: Request) -> Answer:
    """Go to the start, or to the page to sign in on; where nobody could, to what to do first."""
    if is_signed_in(request):
        return redirect(addresses.HOME)
    is_used = organizations.has_organizations(request.caller.server.database)
    return redirect(addresses.SIGN_IN if is_used else addresses.BEGIN)


@routes.get("/app", door=PAGE, policy="visible", content_type=HTML, status=303)
def start_of_app(request: Request) -> Answer:
    """Go to the start, or to the page to sign in on."""
    return start(request)


@routes.get(addresses.SIGN_IN, door=PAGE, policy="visible", query=SignInQuery, content_type=HTML)
def ask(request: Request) -> Answer:
    """Ask who wants to sign in."""
    target = safe_target(request.query.next)
    if is_signed_in(request):
        return redirect(target)
    return _form(request, target, notice=_NOTICES.get(request.query.notice or ""))


@routes.post(
    addresses.SIGN_IN, door=PAGE, place=HASHING, policy="visible", body=SignInForm, status=303
)
def sign_in(request: Request) -> Answer:
    """Sign in with address and password."""
    sent, browser = request.body, browser_of(request)
    target, email = safe_target(sent.next), sent.email or ""
    try:
        session = sessions.sign_in(
            request.caller,
            request.origin,
            email,
            sent.password or "",
            instead_of=browser.session,
        )
    except OAuthRefusal as refusal:
        return _refused(request, refusal, target, email)
    return redirect(
        target,
        cookies=signed_in(
            browser, session.secret, lifetime_s=session.lifetime_s, mark=session.mark
        ),
    )


@routes.post(addresses.SIGN_OUT, door=PAGE, policy="visible", body=SignOutForm, status=303)
def sign_out(request: Request) -> Answer:
    """Sign this browser out."""
    browser = browser_of(request)
    if browser.session is not None:
        sessions.sign_out(request.caller, browser.session)
    wanted = request.body.next
    target = f"{addresses.SIGN_IN}?notice=signed-out"
    if wanted is not None:
        target = addresses.sign_in_page(safe_target(wanted))
    return redirect(target, cookies=signed_out(browser))


@routes.post(addresses.SIGN_OUT_EVERYWHERE, door=PAGE, policy="visible", body=Form, status=303)
def sign_out_everywhere(request: Request) -> Answer:
    """Sign out of every browser; access tokens stay good."""
    if is_signed_in(request):
        sessions.sign_out_everywhere(request.caller)
    cookies = signed_out(browser_of(request))
    return redirect(f"{addresses.SIGN_IN}?notice=signed-out-everywhere", cookies=cookies)


def _refused(request: Request, refusal: OAuthRefusal, target: str, email: str) -> Answer:
    """The same for a wrong password and for an address that nobody has."""
    if refusal.retry_after is None:
        problem = "The address or the password is wrong."
        if isinstance(refusal, MustUseProvider):
            problem = refusal.message
        return _form(request, target, status=400, problem=problem, email=email)
    problem = f"Too many failed attempts. Try again in {refusal.retry_after} seconds."
    shown = _form(request, target, status=429, problem=problem, email=email)
    return shown.with_header("Retry-After", str(refusal.retry_after))


def _form(
    request: Request,
    target: str,
    *,
    status: int = 200,
    problem: str | None = None,
    notice: str | None = None,
    email: str = "",
) -> Answer:
    return page(
        "sign_in.html",
        status,
        form_token=browser_of(request).form_token,
        takes_password=True,
        offers_provider=single_sign_on.is_offered(request.caller),
        target=target,
        problem=problem,
        notice=notice,
        email=email,
    )
