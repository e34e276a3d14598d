"""The pages of a server that has no organization yet: what to do, and the form that makes one."""

from procession.domains.accounts.actions import sessions
from procession.domains.accounts.actions.reading import has_organizations
from procession.flows.access import beginning
from procession.flows.access.beginning import First
from procession.flows.demo import making
from procession.flows.demo.story import INES
from procession.flows.telling import addresses
from procession.kit.cookies import signed_in
from procession.kit.errors import Invalid
from procession.kit.http import HASHING, HTML, PAGE, Answer, Request, Routes
from procession.kit.passwords import hint
from procession.pages.forms import BeginForm, BeginQuery, browser_of, by_field
from procession.pages.layout import page, redirect

routes = Routes("Pages")

_FIELDS = ("name", "timezone", "first_name", "last_name", "email", "password")
_AGAIN = "The password confirmation does not match."


@routes.get(addresses.BEGIN, door=PAGE, policy="visible", query=BeginQuery, content_type=HTML)
def show(request: Request) -> Answer:
    """Say how the first organization is made; with the code from the log, ask for it."""
    if has_organizations(request.caller.server.database):
        return redirect(addresses.SIGN_IN)
    if request.query.code is None:
        return page("no_organization.html")
    beginning.check(request.caller.server, request.query.code)
    return _form(request, BeginForm(code=request.query.code, timezone="UTC"))


@routes.post(
    addresses.BEGIN, door=PAGE, place=HASHING, policy="visible", body=BeginForm, status=303
)
def begin(request: Request) -> Answer:
    """Make the first organization; who did is signed in as its administrator."""
    sent: BeginForm = request.body
    try:
        if sent.password != sent.password_confirmation:
            raise Invalid({"password": [_AGAIN]})
        beginning.begin(request.caller.server, sent.code or "", _first(sent))
    except Invalid as wrong:
        return _form(request, sent, wrong)
    return _signed_in(request, sent.email or "", sent.password or "")


def _signed_in(request: Request, email: str, password: str) -> Answer:
    browser = browser_of(request)
    session = sessions.sign_in(
        request.caller, request.origin, email, password, instead_of=browser.session
    )
    return redirect(
        addresses.HOME,
        cookies=signed_in(
            browser, session.secret, lifetime_s=session.lifetime_s, mark=session.mark
        ),
    )


@routes.post(
    addresses.BEGIN_DEMO, door=PAGE, place=HASHING, policy="visible", body=BeginForm, status=303
)
def begin_demo(request: Request) -> Answer:
    """Make the demo instead; who did is signed in as its administrator."""
    sent: BeginForm = request.body
    demo = making.make_demo_with_code(request.caller.server, sent.code or "")
    return _signed_in(request, INES.email, demo.passwords[INES.email])


def _first(sent: BeginForm) -> First:
    return First(**{name: (getattr(sent, name) or "").strip() for name in _FIELDS[:-1]},
                 password=sent.password or "")  # fmt: skip


def _form(request: Request, sent: BeginForm, wrong: Invalid | None = None) -> Answer:
    problems = by_field(wrong) if wrong is not None else {}
    elsewhere = [text for field, text in problems.items() if field not in _FIELDS]
    return page(
        "begin.html",
        200 if wrong is None else 422,
        takes_password=True,
        form_token=browser_of(request).form_token,
        code=sent.code or "",
        sent={name: getattr(sent, name) or "" for name in _FIELDS[:-1]},
        problem=" ".join(elsewhere),
        password_hint=hint(request.settings.password_minimum),
        problems={field: problems.get(field) for field in _FIELDS},
    )
