"""Pages to sign in through the provider of one's organization."""

from dataclasses import replace

import msgspec

from procession.flows.access import single_sign_on
from procession.flows.telling import addresses
from procession.kit.cookies import back_from_journey, on_journey, signed_in
from procession.kit.errors import Refusal
from procession.kit.http import HTML, PAGE, WAITING, Answer, Request, Routes
from procession.kit.problems import refused
from procession.pages.forms import CallbackQuery, ProviderForm, ProviderQuery, browser_of
from procession.pages.layout import page, problem_page, redirect
from procession.pages.targets import safe_target

routes = Routes("Pages")

_UNKNOWN = (
    "No organization here has a sign-in provider for this address. Sign in with your password."
)


@routes.get(
    addresses.SINGLE_SIGN_ON, door=PAGE, policy="visible", query=ProviderQuery, content_type=HTML
)
def ask(request: Request) -> Answer:
    """Ask for an address, to know the provider."""
    return _form(request, safe_target(request.query.next))


@routes.post(
    addresses.SINGLE_SIGN_ON,
    door=PAGE,
    place=WAITING,
    policy="visible",
    body=ProviderForm,
    status=303,
)
def choose(request: Request) -> Answer:
    """Go to the provider of the organization that the address belongs to."""
    sent = request.body
    target, email = safe_target(sent.next), sent.email or ""
    organization_id = single_sign_on.find_organization_for(request.caller, email)
    if organization_id is None:
        return _form(request, target, status=422, problem=_UNKNOWN, email=email)
    return _depart(request, organization_id, target)


@routes.get(
    addresses.PROVIDER, door=PAGE, place=WAITING, policy="visible", query=ProviderQuery, status=303
)
def depart(request: Request) -> Answer:
    """Go to the provider of an organization."""
    return _depart(request, request.id("org"), safe_target(request.query.next))


@routes.get(
    addresses.PROVIDER_CALLBACK,
    door=PAGE,
    place=WAITING,
    policy="visible",
    query=CallbackQuery,
    status=303,
)
def arrive(request: Request) -> Answer:
    """Come back from the provider, signed in or with a sentence that says what to do."""
    browser = browser_of(request)
    sent = msgspec.structs.asdict(request.query)
    answer = {name: value for name, value in sent.items() if value is not None}
    back = back_from_journey(browser)
    try:
        arrival = single_sign_on.arrive(
            request.caller, browser.journey, answer, instead_of=browser.session
        )
    except Refusal as refusal:
        return replace(problem_page(refused(refusal)), cookies=back)
    cookies = (
        *signed_in(browser, arrival.session.secret, lifetime_s=arrival.session.lifetime_s),
        *back,
    )
    return redirect(arrival.target, cookies=cookies)


def _depart(request: Request, organization_id: str, target: str) -> Answer:
    redirect_uri = f"{request.public_url}{addresses.PROVIDER_CALLBACK}"
    address, sealed = single_sign_on.depart(request.caller, organization_id, redirect_uri, target)
    return redirect(address, cookies=on_journey(browser_of(request), sealed))


def _form(
    request: Request, target: str, *, status: int = 200, problem: str | None = None, email: str = ""
) -> Answer:
    return page(
        "single_sign_on.html",
        status,
        # The form ends at the provider, wherever that is.
        may_lead_away=True,
        form_token=browser_of(request).form_token,
        target=target,
        problem=problem,
        email=email,
    )
