"""Holds: what nobody can delete until an administrator says so (contract 70, 4)."""

import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Meta

from procession.core.times import wire_time
from procession.domains.holds.actions import placing
from procession.domains.holds.types import Covers, Hold, HoldFilter, Scope
from procession.domains.holds.wire import HoldChangesIn, HoldIn
from procession.flows.archive import holding
from procession.flows.archive.holding import Named
from procession.flows.telling import addresses
from procession.kit.binding import bind_whole
from procession.kit.errors import Invalid
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import PageRequest
from procession.pages.clocks import moment_of, typed_time
from procession.pages.forms import Beside, HoldForm, NextQuery, ReleaseForm
from procession.pages.framing import Here, app_page, back_to, for_members, leave_dialog
from procession.pages.lists import Pager, page_number
from procession.pages.settings.frame import require_admin, settings_page
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

_SIZE = 50
_LONGEST = 1000
_TABS = (("active", "Active", True), ("released", "Released", False), ("all", "All", None))
#: Pages of what can be held, by what their addresses say before its id.
_KINDS = {"processes": Scope.RUN, "templates": Scope.CHECKLIST, "tasks": Scope.TASK}
_PAGES = {
    Scope.RUN: addresses.PROCESS.replace("{process}", "{}"),
    Scope.CHECKLIST: addresses.TEMPLATE.replace("{template}", "{}"),
    Scope.TASK: addresses.TASK.replace("{task}", "{}"),
}
_THING = re.compile(r"/app/(?:processes/[0-9a-f]{32}/)?(processes|templates|tasks)/([0-9a-f]{32})")
#: By the API's name of a field, what people are told of it, and at which field of the form.
_WRONG = {
    "reason": ("reason", "Say why, in at most 1,000 signs: who is refused reads it."),
    "reference": ("reference", "A reference has at most 200 signs."),
    "scope.id": ("address", "At this address is no process, template or one-off task."),
    "scope.type": ("address", "Say what is put on hold."),
    "expires_at": ("until", "Choose a time to come, or none."),
}


class HoldsQuery(msgspec.Struct, kw_only=True):
    """Everything that the page shows is in its address."""

    tab: Annotated[str | None, Meta(description="active, released or all.")] = None
    q: Annotated[str | None, Meta(description="Text in their reasons and references.")] = None
    page: Annotated[int | None, Meta(description="Number of the page.")] = None


class NewHoldQuery(NextQuery, kw_only=True):
    """What is put on hold, where that is known."""

    on: Annotated[str | None, Meta(description="Address of its page.")] = None


@routes.get(addresses.HOLDS, door=PAGE, policy="can_hold", query=HoldsQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show what is on hold, since when and why."""
    require_admin(here)
    query: HoldsQuery = here.request.query
    tab = next((each for each in _TABS if each[0] == query.tab), _TABS[0])
    text = (query.q or "").strip()

    def address(**changed: str) -> str:
        said = {"tab": tab[0] if tab is not _TABS[0] else "", "q": text, **changed}
        kept = {name: value for name, value in said.items() if value}
        return f"{addresses.HOLDS}?{urlencode(kept)}" if kept else addresses.HOLDS

    wanted = HoldFilter(is_active=tab[2], q=text or None)
    asked = PageRequest(page_number(query.page), _SIZE)
    page, named = holding.look_through(here.caller, asked, wanted)
    return settings_page(
        here,
        "settings/holds.html",
        title="Holds",
        tabs=[(word, address(tab=key), key == tab[0]) for key, word, _ in _TABS],
        text=text,
        kept={"tab": tab[0]},
        without_text=address(q=""),
        rows=[(each, *_thing(here, each, named)) for each in page.rows],
        people=named.people,
        pager=Pager.of(page, address),
    )


def _thing(here: Here, hold: Hold, named: Named) -> tuple[str, str | None]:
    """What it is on, and the page of that."""
    if hold.scope_type == Scope.ORGANIZATION:
        return f"Everything in {here.standing.organization_name}", None
    name = named.things.get(hold.scope_id)
    if name is None:
        is_template = hold.scope_type == Scope.CHECKLIST
        return "Processes of a template that is gone" if is_template else "Not there any more", None
    return name, _PAGES[Scope(hold.scope_type)].format(hold.scope_id)


@routes.get(addresses.NEW_HOLD, door=PAGE, policy="can_hold", query=NewHoldQuery, content_type=HTML)
@for_members
def ask_to_place(here: Here) -> Answer:
    """Ask what is put on hold, and why."""
    query: NewHoldQuery = here.request.query
    return _form(here, HoldForm(next=query.next, on=query.on, address=query.on))


@routes.post(addresses.NEW_HOLD, door=PAGE, policy="can_hold", body=HoldForm, status=303)
@for_members
def place(here: Here) -> Answer:
    """Put something on hold."""
    sent: HoldForm = here.request.body
    try:
        wanted = {**_read(sent, here.zone), "scope": _scope(sent)}
        hold, _ = placing.place(here.caller, bind_whole(wanted, HoldIn))
    except Invalid as wrong:
        return _form(here, sent, problems=_problems(wrong))
    _, _, named = holding.look_at(here.caller, hold.id)
    name, _ = _thing(here, hold, named)
    return leave_dialog(here, sent.next or addresses.HOLDS, Toast("held", name=name))


def _scope(sent: HoldForm) -> dict[str, str]:
    if sent.whole:
        return {"type": Scope.ORGANIZATION}
    scope, thing_id = _at(sent.address)
    return {"type": scope, "id": thing_id} if scope else {"type": Scope.RUN, "id": ""}


def _at(address: str | None) -> tuple[Scope | None, str]:
    """What the page at an address of ours is about, whatever host somebody copied it with."""
    try:
        found = _THING.match(urlsplit((address or "").strip()).path)
    except ValueError:
        found = None
    return (_KINDS[found[1]], found[2]) if found else (None, "")


def _read(sent: HoldForm, zone: str) -> dict[str, Any]:
    """As the API takes it."""
    return {
        "reason": (sent.reason or "").strip(),
        "reference": (sent.reference or "").strip() or None,
        "expires_at": wire_time(moment_of(sent.until, zone, "expires_at")) if sent.until else None,
    }


def _problems(wrong: Invalid) -> Beside:
    return Beside(
        {
            _WRONG.get(field, (field, ""))[0]: _WRONG.get(field, ("", " ".join(said)))[1]
            for field, said in wrong.problems.items()
        }
    )


def _form(here: Here, sent: HoldForm, problems: Mapping[str, str | None] | None = None) -> Answer:
    require_admin(here)
    scope, thing_id = _at(sent.on)
    return app_page(
        here,
        "settings/new_hold.html",
        422 if problems else 200,
        title="Put on hold",
        sent=sent,
        name=holding.name_of(here.caller, scope, thing_id) if scope else None,
        next=safe_target(sent.next or addresses.HOLDS),
        problems=Beside(problems or {}),
    )


@routes.get(addresses.HOLD, door=PAGE, policy="can_hold", content_type=HTML)
@for_members
def show_one(here: Here) -> Answer:
    """Show a hold, what it covers, and a form to change what is said of it."""
    return _one(here)


@routes.post(addresses.HOLD, door=PAGE, policy="can_hold", body=HoldForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Change why something is on hold, the reference, or until when."""
    sent: HoldForm = here.request.body
    hold_id = here.request.id("hold")
    try:
        placing.change(here.caller, hold_id, bind_whole(_changes(here, sent), HoldChangesIn))
    except Invalid as wrong:
        return _one(here, 422, sent=sent, problems=_problems(wrong))
    return back_to(here, addresses.HOLD.format(hold=hold_id), Toast("saved"))


def _changes(here: Here, sent: HoldForm) -> dict[str, Any]:
    """A time that was not touched stays, with the seconds that the form does not show."""
    hold, _ = placing.get_hold(here.caller, here.request.id("hold"))
    is_same = (sent.until or "") == typed_time(hold.expires_at, here.zone)
    if not is_same:
        return _read(sent, here.zone)
    wanted = _read(msgspec.structs.replace(sent, until=None), here.zone)
    return {name: value for name, value in wanted.items() if name != "expires_at"}


def _one(
    here: Here,
    status: int = 200,
    sent: HoldForm | None = None,
    problems: Mapping[str, str | None] | None = None,
) -> Answer:
    require_admin(here)
    hold, covers, named = holding.look_at(here.caller, here.request.id("hold"))
    name, address = _thing(here, hold, named)
    usual = HoldForm(
        reason=hold.reason, reference=hold.reference, until=typed_time(hold.expires_at, here.zone)
    )
    return settings_page(
        here if status == 200 else here.at(here.request.path_text),
        "settings/hold.html",
        status,
        title="Hold",
        hold=hold,
        name=name,
        address=address,
        covers=_covered(covers),
        people=named.people,
        sent=sent or usual,
        problems=Beside(problems or {}),
    )


def _covered(covers: Covers) -> str:
    """`3 processes, 1 template`."""
    said = [
        f"{count:,} {word}{'' if count == 1 else plural}"
        for count, word, plural in (
            (covers.runs, "process", "es"),
            (covers.checklists, "template", "s"),
            (covers.tasks, "one-off task", "s"),
        )
        if count
    ]
    return ", ".join(said) or "nothing that is still there"


@routes.get(
    addresses.RELEASE_HOLD, door=PAGE, policy="can_hold", query=NextQuery, content_type=HTML
)
@for_members
def ask_to_release(here: Here) -> Answer:
    """Ask why a hold is needed no more."""
    return _ask_to_release(here, ReleaseForm(next=here.request.query.next))


@routes.post(addresses.RELEASE_HOLD, door=PAGE, policy="can_hold", body=ReleaseForm, status=303)
@for_members
def release(here: Here) -> Answer:
    """Release a hold: what no other covers can be deleted again."""
    sent: ReleaseForm = here.request.body
    reason = (sent.reason or "").strip()
    if not 1 <= len(reason) <= _LONGEST:
        return _ask_to_release(here, sent, _WRONG["reason"][1])
    hold = placing.release(here.caller, here.request.id("hold"), reason)
    name, _ = _thing(here, hold, holding.look_at(here.caller, hold.id)[2])
    return leave_dialog(here, sent.next or addresses.HOLDS, Toast("released", name=name))


def _ask_to_release(here: Here, sent: ReleaseForm, problem: str | None = None) -> Answer:
    require_admin(here)
    hold, covers, named = holding.look_at(here.caller, here.request.id("hold"))
    return app_page(
        here,
        "settings/release_hold.html",
        422 if problem else 200,
        title="Release a hold",
        hold=hold,
        name=_thing(here, hold, named)[0],
        covers=_covered(covers),
        sent=sent,
        next=safe_target(sent.next or addresses.HOLDS),
        problem=problem,
    )
