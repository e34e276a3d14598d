"""Access tokens of one's own: made, shown once, taken back (contract 95, 3.13; 00, 5.6)."""

from typing import Any

import msgspec

from procession.core.scopes import EVERYTHING, FAMILIES, READ_ACTIVITY
from procession.domains.accounts.actions import tokens
from procession.flows.telling import addresses
from procession.kit.errors import Invalid, NotFound
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.pages.forms import ActionForm, Beside, TokenForm, by_field
from procession.pages.framing import Here, back_to, for_members
from procession.pages.settings.frame import settings_page
from procession.pages.toasts import Toast

routes = Routes("Pages")

_DAY_S = 86_400
_USUAL_S = 30 * _DAY_S
_WORDS = {
    "users": "People", "tasks": "Tasks", "processes": "Processes", "templates": "Templates",
    "forms": "Forms and answers", "automation": "Rules",
}  # fmt: skip
#: What tokens may be good for, in people's words.
SCOPE_WORDS = {
    EVERYTHING: "Everything you may do",
    READ_ACTIVITY: "Reading activity",
    **{f"mcp.{each}.read": f"{_WORDS[each]}: read" for each in FAMILIES},
    **{f"mcp.{each}.write": f"{_WORDS[each]}: read and write" for each in FAMILIES},
}


@routes.get(addresses.TOKENS, door=PAGE, policy="visible", content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show the tokens that are good, and what a new one needs."""
    return _page(here)


@routes.post(addresses.TOKENS, door=PAGE, policy="visible", body=TokenForm, content_type=HTML)
@for_members
def create(here: Here) -> Answer:
    """Create an access token; the page that follows shows its text, and no other ever does."""
    sent: TokenForm = here.request.body
    scopes = (sent.scopes or []) if sent.reach == "some" else [EVERYTHING]
    try:
        if not sent.name:
            raise Invalid({"name": ["Say what the token is for, to know it again."]})
        token, text = tokens.create_own_token(
            here.request.caller, msgspec.structs.replace(sent, scopes=scopes)
        )
    except Invalid as wrong:
        return _page(here, 422, sent=sent, problems=Beside(by_field(wrong)))
    return _page(here, made=token, text=text)


@routes.post(addresses.REVOKE_TOKEN, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def revoke(here: Here) -> Answer:
    """Revoke an access token: it is good no longer, from now on."""
    number = here.request.number("token")
    caller = here.request.caller
    name = next((each.name for each in tokens.list_own_tokens(caller) if each.id == number), None)
    if name is None:
        raise NotFound("This token was revoked already, or there is none.")
    tokens.revoke_own_token(caller, number)
    return back_to(here, here.request.body.next, Toast("revoked", name=name))


def _page(here: Here, status: int = 200, **more: Any) -> Answer:
    shown = {
        "made": None,
        "text": None,
        "sent": TokenForm(expires_in=_USUAL_S),
        "problems": Beside(),
        **more,
    }
    return settings_page(
        here,
        "settings/tokens.html",
        status,
        title="Access tokens",
        tokens=tokens.list_own_tokens(here.request.caller),
        words=SCOPE_WORDS,
        choices=[each for each in SCOPE_WORDS if each != EVERYTHING],
        lifetimes=_lifetimes(here.request.settings.token_lifetime),
        base_url=f"{here.request.public_url}/api",
        **shown,
    )


def _lifetimes(most_s: int) -> list[tuple[int, str]]:
    """Seconds with their words: the last is as long as tokens live here."""
    offered = [(days * _DAY_S, f"{days} days") for days in (7, 30, 90) if days * _DAY_S < most_s]
    return [*offered, (most_s, f"{most_s // _DAY_S} days")]
