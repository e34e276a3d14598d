"""Guests: who they are, their links, letting them in and out (contract 95, 3.12)."""

from urllib.parse import urlencode

from procession.domains.people import policy
from procession.domains.people.actions import guest_changing, guest_reading
from procession.domains.people.types import GuestFilter, LinkedGuest
from procession.flows.people import dismissing, guest_links, inviting, surveying
from procession.flows.telling import addresses
from procession.kit.errors import Forbidden, Invalid, TooMany
from procession.kit.http import HTML, PAGE, Answer, Routes
from procession.kit.paging import PageRequest
from procession.pages.forms import (
    ActionForm,
    Beside,
    DeleteForm,
    GuestForm,
    GuestsQuery,
    MembershipForm,
    NextQuery,
    by_field,
)
from procession.pages.framing import Here, app_page, back_to, for_members
from procession.pages.lists import Pager, Tab, page_number
from procession.pages.people.frame import ROLES, require_may_look, tabs
from procession.pages.targets import safe_target
from procession.pages.toasts import Toast

routes = Routes("Pages")

_SIZE = 50
_PLACE = "people/guests"
_EMPTY = (
    "No guests yet. Assign a task to an e-mail address: its owner gets a link to that task, and "
    "needs no account."
)
TABS = {
    "all": Tab("All", "", _EMPTY),
    "disabled": Tab("Disabled", "disabled", "No guest is disabled."),
}


@routes.get(addresses.GUESTS, door=PAGE, policy="visible", query=GuestsQuery, content_type=HTML)
@for_members
def show(here: Here) -> Answer:
    """Show the guests of the organization."""
    require_may_look(here)
    query: GuestsQuery = here.request.query
    tab = query.tab if query.tab in TABS else "all"
    text = (query.q or "").strip()
    page, _ = guest_reading.list_guests(
        here.caller,
        PageRequest(page_number(query.page), _SIZE),
        GuestFilter(q=text, status=TABS[tab].holds, sort=(("name", False), ("email", False))),
        frozenset(),
    )

    def address(**changed: str) -> str:
        said = {"tab": "" if tab == "all" else tab, "q": text, **changed}
        return f"{addresses.GUESTS}?{urlencode({key: each for key, each in said.items() if each})}"

    return app_page(
        here,
        "people/guests.html",
        title="Guests",
        places=tabs(addresses.GUESTS),
        cuts=[(each.name, address(tab=key, page=""), key == tab) for key, each in TABS.items()],
        tab=TABS[tab],
        text=text,
        kept={"tab": tab},
        without_text=address(q=""),
        guests=page.rows,
        open_tasks=surveying.count_open_tasks_of_guests(
            here.caller, [guest.id for guest in page.rows]
        ),
        pager=Pager.of(page, address),
        may_change=policy.can_change_guests(here.caller),
        may_dismiss=policy.can_dismiss_guests(here.caller),
    )


# --- Who they are ---


@routes.get(addresses.ADD_GUEST, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_to_add(here: Here) -> Answer:
    """Ask who is to be a guest."""
    return _form(here, None, GuestForm(email="", next=here.request.query.next), Beside())


@routes.post(addresses.ADD_GUEST, door=PAGE, policy="visible", body=GuestForm, status=303)
@for_members
def add(here: Here) -> Answer:
    """Add a guest; nothing is mailed by it."""
    sent: GuestForm = here.request.body
    try:
        guest = guest_changing.add_guest(here.caller, sent)
    except Invalid as wrong:
        return _form(here, None, sent, Beside(by_field(wrong)))
    return back_to(here, sent.next or addresses.GUESTS, _toast("guest-added", guest))


@routes.get(addresses.A_GUEST, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_to_change(here: Here) -> Answer:
    """Show what is known of a guest, to change it."""
    guest = _look(here)
    said = GuestForm(
        email=guest.email,
        first_name=guest.first_name,
        last_name=guest.last_name,
        phone_1=guest.details.phone_1,
        company_name=guest.details.company_name,
        next=here.request.query.next,
    )
    return _form(here, guest, said, Beside())


@routes.post(addresses.A_GUEST, door=PAGE, policy="visible", body=GuestForm, status=303)
@for_members
def change(here: Here) -> Answer:
    """Change what is known of a guest."""
    sent: GuestForm = here.request.body
    guest = _look(here)
    try:
        guest_changing.change_guest(here.caller, str(guest.id), sent)
    except Invalid as wrong:
        return _form(here, guest, sent, Beside(by_field(wrong)))
    return back_to(here, sent.next or addresses.GUESTS, Toast("saved"))


def _form(here: Here, guest: LinkedGuest | None, sent: GuestForm, problems: Beside) -> Answer:
    if not policy.can_change_guests(here.caller):
        raise Forbidden("Your role cannot change guests. An administrator can help.")
    return app_page(
        here,
        "people/guest_form.html",
        422 if problems else 200,
        title="A guest",
        guest=guest,
        said={
            name: getattr(sent, name) or ""
            for name in ("email", "first_name", "last_name", "phone_1", "company_name")
        },
        next=safe_target(sent.next or addresses.GUESTS),
        problems=problems,
    )


# --- Their links ---


@routes.get(addresses.GUEST_LINK, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def show_link(here: Here) -> Answer:
    """Show the link that lets a guest in, to hand it over."""
    require_may_look(here)
    guest = _look(here)
    origin = here.request.public_url
    return app_page(
        here,
        "people/guest_link.html",
        title="Link of a guest",
        guest=guest,
        link=f"{origin}{addresses.GUEST.format(org=here.caller.organization_id, code=guest.code)}",
        next=safe_target(here.request.query.next or addresses.GUESTS),
        may_change=policy.can_change_guests(here.caller),
        may_dismiss=policy.can_dismiss_guests(here.caller),
    )


@routes.post(addresses.MAIL_GUEST_LINK, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def mail_link(here: Here) -> Answer:
    """Mail a guest the link to their tasks."""
    guest = _look(here)
    try:
        guest_links.send_link(here.caller, str(guest.id), here.request.mailed_url)
    except TooMany:
        raise Invalid(
            {"guest": ["They were sent their link five times within an hour. Try again later."]}
        ) from None
    return back_to(here, here.request.body.next, _toast("guest-mailed", guest))


@routes.post(addresses.RESET_GUEST_LINK, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def reset_link(here: Here) -> Answer:
    """Give a guest another link; the old one lets nobody in any more."""
    guest = guest_changing.reset_link(here.caller, _named(here))
    return back_to(here, here.request.body.next, _toast("guest-reset", guest))


# --- In and out ---


@routes.post(addresses.DISABLE_GUEST, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def disable(here: Here) -> Answer:
    """Keep a guest out; refused while they have an open task."""
    guest = dismissing.disable_guest(here.caller, _named(here))
    return back_to(here, here.request.body.next, _toast("guest-disabled", guest))


@routes.post(addresses.ENABLE_GUEST, door=PAGE, policy="visible", body=ActionForm, status=303)
@for_members
def enable(here: Here) -> Answer:
    """Let a disabled guest in again."""
    guest = guest_changing.enable_guest(here.caller, _named(here))
    return back_to(here, here.request.body.next, _toast("guest-enabled", guest))


@routes.post(
    addresses.GUEST_TO_MEMBER, door=PAGE, policy="visible", body=MembershipForm, status=303
)
@for_members
def make_member(here: Here) -> Answer:
    """Turn a guest into a member, who is invited and keeps their tasks."""
    sent: MembershipForm = here.request.body
    member = inviting.make_guest_member(here.caller, _named(here), sent, here.request.mailed_url)
    return back_to(here, sent.next, Toast("invited", name=member.full_name or member.email))


@routes.get(addresses.DELETE_GUEST, door=PAGE, policy="visible", query=NextQuery, content_type=HTML)
@for_members
def ask_to_delete(here: Here) -> Answer:
    """Say what becomes of a guest's work once they are gone."""
    return _deleting(here, here.request.query.next)


@routes.post(addresses.DELETE_GUEST, door=PAGE, policy="visible", body=DeleteForm, status=303)
@for_members
def delete(here: Here) -> Answer:
    """Delete a guest for ever."""
    sent: DeleteForm = here.request.body
    if not sent.understood:
        return _deleting(here, sent.next, "Tick the box first: nobody was deleted.")
    guest, _ = dismissing.delete_guest(here.caller, _named(here))
    return back_to(here, sent.next or addresses.GUESTS, _toast("guest-deleted", guest))


def _deleting(here: Here, wanted: str | None, problem: str | None = None) -> Answer:
    if not policy.can_dismiss_guests(here.caller):
        raise Forbidden("Only administrators can delete guests.")
    guest = _look(here)
    return app_page(
        here,
        "people/delete_guest.html",
        200 if problem is None else 422,
        title="Delete for ever",
        guest=guest,
        open_tasks=surveying.count_open_tasks_of_guests(here.caller, [guest.id])[guest.id],
        next=safe_target(wanted or addresses.GUESTS),
        roles=ROLES,
        problem=problem,
    )


def _look(here: Here) -> LinkedGuest:
    return guest_reading.view_guest(here.caller, _named(here), frozenset()).guest


def _named(here: Here) -> str:
    """By their number: pages of ours know no other name."""
    return str(here.request.number("person"))


def _toast(kind: str, guest: LinkedGuest) -> Toast:
    return Toast(kind, _PLACE, str(guest.id), guest.full_name or guest.email)
