"""The application's own frame: who is here, in which organization, and what goes around a page.

A handler of the application is wrapped by `for_members` and answers with `app_page`:

    @routes.get(addresses.TRACKER, door=PAGE, policy="visible", query=..., content_type=HTML)
    @for_members
    def show(here: Here) -> Answer:
        return app_page(here, "tracker/board.html", board=...)

Every address gives the whole page, and the part that changed to who asks for a part (htmx).
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import Any

import msgspec

from procession.core.times import Instant
from procession.domains.accounts.actions.standing import as_member, list_standings
from procession.domains.accounts.types import Standing
from procession.domains.people.actions import reading as people
from procession.domains.people.actions.noticing import notice
from procession.domains.tasks.actions.reading import count_own_open
from procession.flows.telling import addresses
from procession.kit.caller import Caller
from procession.kit.cookies import told
from procession.kit.db import Busy
from procession.kit.http import HTML, Answer, Request
from procession.pages.forms import browser_of, is_signed_in
from procession.pages.layout import page, page_headers, redirect, render
from procession.pages.looks import Look, look_of
from procession.pages.offering import MayOrganize, may_organize
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast, toast_of

#: By the part that is asked for, what goes around it; anything else is a whole page.
_LAYOUTS = {
    "main": "layouts/part.html",
    "dialog": "layouts/dialog.html",
    "namable": "layouts/dialog.html",
    "task-actions": "layouts/dialog.html",
    "news": "layouts/dialog.html",
    "hits": "layouts/dialog.html",
}


@dataclass(frozen=True)
class Here:
    """One request of a member, in one of their organizations."""

    request: Request
    #: The member; who is signed in is `request.caller`, outside of any organization.
    caller: Caller
    standing: Standing
    #: All that they may choose from.
    standings: list[Standing]
    #: Where the page that is answered with is, when that is not where the request went.
    shown_at: str | None = None

    @property
    def zone(self) -> str:
        """Their own time zone: times are shown in it."""
        return self.request.caller.timezone

    @property
    def now(self) -> Instant:
        return self.request.now

    @property
    def address(self) -> str:
        """Of this page, with everything that it was asked; of a form that was refused, of the page
        that it stands on."""
        if self.shown_at is not None:
            return self.shown_at
        if self.request.method == "POST":
            return safe_target(getattr(self.request.body, "next", None))
        query = f"?{self.request.query_text}" if self.request.query_text else ""
        return f"{self.request.path_text}{query}"

    def at(self, address: str) -> "Here":
        """For a form that was refused: the page that it stands on is shown again."""
        return replace(self, shown_at=address)

    @property
    def may(self) -> MayOrganize:
        """What they may begin: it is offered on every page."""
        return may_organize(self.caller)

    @property
    def part(self) -> str:
        return browser_of(self.request).part

    @property
    def look(self) -> Look:
        return look_of(browser_of(self.request))

    @cached_property
    def open_task_count(self) -> int:
        """Of their own; beside Tasks in the rail."""
        return count_own_open(self.caller)

    @property
    def form_token(self) -> str:
        return browser_of(self.request).form_token


def for_members(act: Callable[[Here], Answer]) -> Callable[[Request], Answer]:
    """Who is not signed in signs in first and comes back; who belongs nowhere is told so."""

    @wraps(act)
    def answer(request: Request) -> Answer:
        if not is_signed_in(request):
            return _sign_in_first(request)
        standings = list_standings(request.caller)
        if not standings:
            return page(
                "home/alone.html",
                form_token=browser_of(request).form_token,
                account=people.get_account(request.caller),
            )
        wanted = browser_of(request).organization
        chosen = next((each for each in standings if each.organization_id == wanted), standings[0])
        caller = as_member(request.caller, chosen)
        if not caller.is_noticed:
            with suppress(Busy):
                notice(caller)
        return act(Here(request, caller, chosen, standings))

    return answer


def app_page(here: Here, template: str, /, status: int = 200, **shown: Any) -> Answer:
    """`shown`: what the template is filled with, besides `here`."""
    browser = browser_of(here.request)
    toast = toast_of(browser)
    is_framed = _LAYOUTS.get(here.part) != "layouts/dialog.html"
    shown.setdefault("unread", here.standing.unread_count)
    text = render(
        template,
        layout=_LAYOUTS.get(here.part, "layouts/app.html"),
        here=here,
        look=here.look,
        toast=toast,
        **shown,
    )
    # A dialog or a list that drops down has no place for it: the page below keeps it.
    is_told = browser.toast is not None and is_framed
    cookies = (told(browser),) if is_told else ()
    headers = (*page_headers(asks_for_parts=True), ("Vary", "Cookie, HX-Target, HX-Request-Type"))
    if here.shown_at is not None:
        headers = (*headers, ("HX-Replace-Url", here.shown_at))
    return Answer(status, text.encode(), headers, HTML, cookies=cookies)


def back_to(here: Here, wanted: str | None, toast: Toast | None = None) -> Answer:
    """After a form: to the page it was on, which tells what was done."""
    cookies = () if toast is None else (toast.cookie(browser_of(here.request)),)
    return redirect(safe_target(wanted), cookies=cookies)


def leave_dialog(here: Here, wanted: str | None, toast: Toast) -> Answer:
    """As `back_to`, of a form that stays in its dialog until nothing is wrong with it: the page
    below is what changes then."""
    if here.part != "dialog":
        return back_to(here, wanted, toast)
    place = {
        "path": safe_target(wanted),
        "target": "#main",
        "swap": "outerMorph",
        "replace": "true",
        "headers": {"HX-Target": "main#main"},
    }
    headers = (("HX-Location", msgspec.json.encode(place).decode()),)
    return Answer(204, headers=headers, cookies=(toast.cookie(browser_of(here.request)),))


def _sign_in_first(request: Request) -> Answer:
    """A part cannot hold the page to sign in on: the browser goes there itself."""
    query = f"?{request.query_text}" if request.query_text else ""
    wanted = f"{request.path_text}{query}" if request.method == "GET" else addresses.HOME
    target = addresses.sign_in_page(safe_target(wanted))
    if browser_of(request).part:
        return Answer(204, headers=(("HX-Redirect", target),))
    return redirect(target)
