"""The page where people let an OAuth client act for them (contract 00, 5.4).

They sign in on it each time: it keeps no session, so no other page can press its buttons for them.
"""

import hashlib
from base64 import b64encode
from html import escape
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Meta

from procession.core.scopes import EVERYTHING
from procession.domains.accounts.actions import authorizing, granting
from procession.domains.accounts.actions.authorizing import Client, Wish
from procession.kit.binding import Secret
from procession.kit.errors import OAuthRefusal
from procession.kit.http import HTML, PUBLIC, Answer, Request, Routes

routes = Routes("Consent")

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:24rem;margin:4rem auto;padding:0 1rem}"
    "label,input,button{display:block;width:100%;box-sizing:border-box;font:inherit}"
    "input{margin:.2rem 0 1rem;padding:.5rem}button{margin-top:.6rem;padding:.6rem}"
    "[role=alert]{color:#a00}"
)
_STYLE_DIGEST = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = (
    (
        "Content-Security-Policy",
        f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; base-uri 'none'; "
        "frame-ancestors 'none'",
    ),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
)


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


class DecisionIn(msgspec.Struct, kw_only=True):
    """The same as the page holds it, with who decides and what."""

    client_id: str | None = None
    response_type: str | None = None
    redirect_uri: str | None = None
    scope: str | None = None
    state: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    email: str | None = None
    password: Secret | None = None
    #: `allow`; anything else refuses.
    decision: str | None = None


@routes.get(
    "/oauth/authorize", door=PUBLIC, policy="visible", query=AuthorizeQuery, content_type=HTML
)
def ask(request: Request) -> Answer:
    """Show who asks for access, and let the user sign in to allow or refuse it."""
    return _ask(request, is_for_mcp=False)


@routes.get(
    "/mcp/oauth/authorize", door=PUBLIC, policy="visible", query=AuthorizeQuery, content_type=HTML
)
def ask_for_mcp(request: Request) -> Answer:
    """Show who asks for access by MCP."""
    return _ask(request, is_for_mcp=True)


@routes.post("/oauth/authorize", door=PUBLIC, policy="visible", body=DecisionIn, status=302)
def decide(request: Request) -> Answer:
    """Allow or refuse, and go back to the client with a code or a refusal."""
    return _decide(request, is_for_mcp=False)


@routes.post("/mcp/oauth/authorize", door=PUBLIC, policy="visible", body=DecisionIn, status=302)
def decide_for_mcp(request: Request) -> Answer:
    """Allow or refuse access by MCP."""
    return _decide(request, is_for_mcp=True)


def _ask(request: Request, *, is_for_mcp: bool) -> Answer:
    sent: AuthorizeQuery = request.query
    client = authorizing.find_asking_client(request.caller, sent.client_id, sent.redirect_uri or "")
    if client is None:
        return _refusal_page()
    refused = _refused(client, sent, _wish(sent, is_for_mcp=is_for_mcp))
    return refused or _form(client, sent)


def _decide(request: Request, *, is_for_mcp: bool) -> Answer:
    sent: DecisionIn = request.body
    client = authorizing.find_asking_client(request.caller, sent.client_id, sent.redirect_uri or "")
    if client is None:
        return _refusal_page()
    wish = _wish(sent, is_for_mcp=is_for_mcp)
    refused = _refused(client, sent, wish)
    if refused is not None:
        return refused
    if sent.decision != "allow":
        return _back(sent, {"error": "access_denied"})
    try:
        user_id = granting.sign_in(
            request.caller, request.address, sent.email or "", sent.password or ""
        )
    except OAuthRefusal as refusal:
        status = 400 if refusal.retry_after is None else 429
        return _form(client, sent, status=status, problem=refusal.message)
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
    return Answer(302, headers=(("Location", target), *_HEADERS))


# --- Pages ---


def _form(
    client: Client,
    sent: AuthorizeQuery | DecisionIn,
    *,
    status: int = 200,
    problem: str | None = None,
) -> Answer:
    names = [field.name for field in msgspec.structs.fields(AuthorizeQuery)]
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(getattr(sent, name))}">'
        for name in names
        if getattr(sent, name) is not None
    )
    scope = sent.scope or EVERYTHING
    wanted = "do everything you may do" if EVERYTHING in scope.split() else escape(scope)
    alert = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    back = escape(urlsplit(sent.redirect_uri or "").netloc or (sent.redirect_uri or ""))
    return _page(
        status,
        f"<h1>Let {escape(client.name)} in?</h1>"
        f"<p>It asks to act for you: {wanted}. Then you go back to {back}.</p>{alert}"
        f'<form method="post">{hidden}'
        '<label>E-mail<input name="email" type="email" autocomplete="username"></label>'
        '<label>Password<input name="password" type="password" autocomplete="current-password">'
        '</label><button name="decision" value="allow">Allow</button>'
        '<button name="decision" value="refuse">Refuse</button></form>',
    )


def _refusal_page() -> Answer:
    """Never a way on from here: the address could be anybody's."""
    return _page(
        400,
        "<h1>This cannot be allowed</h1><p>The program that sent you here is not known, or it "
        "wants you sent back to an address that it did not register.</p>",
    )


def _page(status: int, body: str) -> Answer:
    text = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Procession</title>'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )
    return Answer(status, text.encode(), _HEADERS, HTML)
