"""The page where people let an OAuth client act for them (contract 00, 5.4).

Whoever is not signed in signs in first and comes back. That no other page presses its buttons for
them is what the token in its form is for (`web/browsing.py`).
"""

from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Meta

from procession.core.scopes import EVERYTHING
from procession.domains.accounts.actions import authorizing
from procession.domains.accounts.actions.authorizing import Client, Wish
from procession.domains.people.actions import reading as people
from procession.flows.telling import addresses
from procession.kit.errors import OAuthRefusal
from procession.kit.http import HTML, PAGE, Answer, Request, Routes
from procession.pages.forms import Form, browser_of, is_signed_in
from procession.pages.layout import page, redirect

routes = Routes("Consent")


class AuthorizeQuery(msgspec.Struct, kw_only=True):
    """What a client sends the user's browser with."""

    client_id: Annotated[str | None, Meta(description="Number of the client.")] = None
    response_type: Annotated[
        str | None, Meta(description="`code`; `token` for clients that are allowed it.")
    ] = None
    redirect_uri: Annotated[
        str | None, Meta(description="Where to go afterwards, as registered.")
    ] = None
    scope: Annotated[str | None, Meta(description="What is asked for; `*` is everything.")] = None
    state: Annotated[str | None, Meta(description="Sent back as it is.")] = None
    code_challenge: Annotated[str | None, Meta(description="PKCE challenge.")] = None
    code_challenge_method: Annotated[str | None, Meta(description="`S256`.")] = None


class DecisionIn(Form, kw_only=True):
    """The same as the page holds it, with what was decided."""

    client_id: str | None = None
    response_type: str | None = None
    redirect_uri: str | None = None
    scope: str | None = None
    state: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    #: `allow`; anything else refuses.
    decision: str | None = None


@routes.get(
    "/oauth/authorize", door=PAGE, policy="visible", query=AuthorizeQuery, content_type=HTML
)
def ask(request: Request) -> Answer:
    """Show who is signed in what asks for access, to allow or refuse it."""
    return _ask(request, is_for_mcp=False)


@routes.get(
    "/mcp/oauth/authorize", door=PAGE, policy="visible", query=AuthorizeQuery, content_type=HTML
)
def ask_for_mcp(request: Request) -> Answer:
    """Show who asks for access by MCP."""
    return _ask(request, is_for_mcp=True)


@routes.post("/oauth/authorize", door=PAGE, policy="visible", body=DecisionIn, status=302)
def decide(request: Request) -> Answer:
    """Allow or refuse, and go back to the client with a code or a refusal."""
    return _decide(request, is_for_mcp=False)


@routes.post("/mcp/oauth/authorize", door=PAGE, policy="visible", body=DecisionIn, status=302)
def decide_for_mcp(request: Request) -> Answer:
    """Allow or refuse access by MCP."""
    return _decide(request, is_for_mcp=True)


def _ask(request: Request, *, is_for_mcp: bool) -> Answer:
    sent: AuthorizeQuery = request.query
    client = authorizing.find_asking_client(request.caller, sent.client_id, sent.redirect_uri or "")
    if client is None:
        return _refusal_page()
    wish = _wish(sent, is_for_mcp=is_for_mcp)
    refused = _refused(client, sent, wish)
    if refused is not None:
        return refused
    if not is_signed_in(request):
        return redirect(addresses.sign_in_page(_here(request, sent)))
    return _form(request, client, sent)


def _decide(request: Request, *, is_for_mcp: bool) -> Answer:
    sent: DecisionIn = request.body
    client = authorizing.find_asking_client(request.caller, sent.client_id, sent.redirect_uri or "")
    if client is None:
        return _refusal_page()
    wish = _wish(sent, is_for_mcp=is_for_mcp)
    refused = _refused(client, sent, wish)
    if refused is not None:
        return refused
    if not is_signed_in(request):
        return redirect(addresses.sign_in_page(_here(request, sent)))
    if sent.decision != "allow":
        return _back(sent, {"error": "access_denied"})
    user_id = request.caller.person_id
    if wish.is_implicit:
        token = authorizing.authorize_at_once(request.caller, client, user_id, wish)
        return _back(sent, msgspec.to_builtins(token))
    return _back(sent, {"code": authorizing.authorize(request.caller, client, user_id, wish)})


def _wish(sent: AuthorizeQuery | DecisionIn, *, is_for_mcp: bool) -> Wish:
    return Wish(
        sent.redirect_uri or "",
        sent.scope,
        sent.code_challenge,
        sent.code_challenge_method,
        is_implicit=sent.response_type == "token",
        is_for_mcp=is_for_mcp,
    )


def _refused(client: Client, sent: AuthorizeQuery | DecisionIn, wish: Wish) -> Answer | None:
    """What is wrong with the request itself, the client is told."""
    if sent.response_type not in ("code", "token"):
        return _back(sent, {"error": "unsupported_response_type"})
    try:
        authorizing.check_wish(client, wish)
    except OAuthRefusal as refusal:
        answer = {"error": refusal.error, "error_description": refusal.message}
        return _back(sent, answer)
    return None


def _back(sent: AuthorizeQuery | DecisionIn, answer: dict[str, Any]) -> Answer:
    """To the client: what it gets is in the query, or in the fragment when it asked for a token."""
    if sent.state is not None:
        answer = {**answer, "state": sent.state}
    target, text = sent.redirect_uri or "", urlencode(answer)
    if sent.response_type == "token":
        target = f"{target}#{text}"
    else:
        target = f"{target}{'&' if urlsplit(target).query else '?'}{text}"
    return redirect(target, status=302)


def _fields(sent: AuthorizeQuery | DecisionIn) -> list[tuple[str, str]]:
    """What the client sent, as the page holds it."""
    names = [field.name for field in msgspec.structs.fields(AuthorizeQuery)]
    return [(name, getattr(sent, name)) for name in names if getattr(sent, name) is not None]


def _here(request: Request, sent: AuthorizeQuery | DecisionIn) -> str:
    """This page, to come back to."""
    mount = "/api" if request.base_url.endswith("/api") else ""
    return f"{mount}{request.path_text}?{urlencode(_fields(sent))}"


# --- Pages ---


def _form(request: Request, client: Client, sent: AuthorizeQuery) -> Answer:
    scope = sent.scope or EVERYTHING
    return page(
        "consent.html",
        # The form ends at the client, wherever that is.
        may_lead_away=True,
        form_token=browser_of(request).form_token,
        client=client,
        account=people.get_account(request.caller),
        wanted="do everything you may do" if EVERYTHING in scope.split() else scope,
        back=urlsplit(sent.redirect_uri or "").netloc or (sent.redirect_uri or ""),
        fields=_fields(sent),
        here=_here(request, sent),
    )


def _refusal_page() -> Answer:
    """Never a way on from here: the address could be anybody's."""
    return page("unknown_client.html", 400)
