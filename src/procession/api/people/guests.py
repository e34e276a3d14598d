"""Endpoints of guests. `{guest}` is a guest's code, address or number."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from procession.api.people.links import guest_link
from procession.core.sorting import Sorting
from procession.core.times import Instant
from procession.domains.people import policy
from procession.domains.people.actions import guest_changing, guest_reading, including
from procession.domains.people.actions.guest_reading import GuestView
from procession.domains.people.types import GUEST_SORTING, GuestFilter, LinkedGuest
from procession.domains.people.wire import MembershipIn, UserOut, view_out
from procession.domains.people.wire.guests import (
    GuestAccessIn,
    GuestAccessOut,
    GuestChangesIn,
    GuestIn,
    GuestOut,
    GuestsListOut,
    PreferencesIn,
    guest_list_item_out,
    guest_out,
    stats_out,
)
from procession.flows.people import dismissing, guest_links, inviting
from procession.kit.http import (
    GUEST,
    PUBLIC,
    Answer,
    Request,
    Routes,
    item,
    listing,
    nothing,
    plain,
)
from procession.kit.paging import (
    WORDS,
    IncludeQuery,
    PageQuery,
    PageRequest,
    Search,
    check_everything_fits,
    sort_keys,
)

routes = Routes("Guests")

GUESTS = "/organizations/{org}/guests"
ONE = f"{GUESTS}/{{guest}}"
_USUAL_PAGE, _LARGEST_PAGE = 999, 9999
#: Read-only keys of a guest, which clients send back.
_ECHOES = frozenset(
    (
        "id", "full_name", "last_accessed_at", "last_known_ip", "last_known_country",
        "created_at", "last_updated", "updated_at", "deleted_at", "disabled_at", "link",
        "guest_code", "stats",
    )
)  # fmt: skip


class NamesQuery(IncludeQuery, kw_only=True):
    q: Search = None


class GuestsQuery(PageQuery, kw_only=True):
    SORTING: ClassVar[Sorting | None] = GUEST_SORTING

    q: Search = None
    status: Annotated[
        str | None,
        Meta(
            description="`active` or `disabled`; otherwise guests of both.",
            extra={WORDS: ("active", "disabled")},
        ),
    ] = None


@routes.get(GUESTS, policy="visible", answers=GuestOut, query=GuestsQuery, is_list=True)
def list_guests(request: Request) -> Answer:
    """List the guests of an organization; light members see those they share a task with."""
    query: GuestsQuery = request.query
    page, views = guest_reading.list_guests(
        request.caller,
        request.page(query, default=_USUAL_PAGE, cap=_LARGEST_PAGE),
        GuestFilter(
            q=query.q or "",
            status=(query.status or "").lower(),
            sort=tuple(sort_keys(query)),
        ),
        query.includes,
    )
    check_everything_fits(page)
    return listing(request, page, [_out(request, view) for view in views])


@routes.get(
    "/organizations/{org}/guests-list",
    policy="visible",
    answers=GuestsListOut,
    query=NamesQuery,
    is_plain=True,
)
def list_names(request: Request) -> Answer:
    """List the guests by address, in short form and on one page."""
    everything = PageRequest(1, request.settings.max_unpaginated + 1, is_everything=True)
    wanted = GuestFilter(q=request.query.q or "", sort=(("email", False),))
    page, _ = guest_reading.list_guests(request.caller, everything, wanted, frozenset())
    check_everything_fits(page)
    rows = [guest_list_item_out(guest, _link(request, guest)) for guest in page.rows]
    return plain(GuestsListOut(rows, len(rows)))


@routes.get(ONE, door=GUEST, policy="visible", answers=GuestOut)
def get(request: Request) -> Answer:
    """Read a guest; guests read themselves."""
    name = request.path["guest"]
    return item(_out(request, guest_reading.view_guest(request.caller, name, request.includes)))


@routes.post(
    GUESTS,
    policy="can_change_guests",
    answers=GuestOut,
    status=201,
    body=GuestIn,
    raises=(403, 422),
    echoes=_ECHOES,
)
def add(request: Request) -> Answer:
    """Add a guest. Who is a guest already only gets what was not known yet."""
    return _changed(request, guest_changing.add_guest(request.caller, request.body), 201)


@routes.put(
    ONE,
    door=GUEST,
    policy="can_change_guests",
    answers=GuestOut,
    status=201,
    body=GuestChangesIn,
    raises=(403, 422),
    echoes=_ECHOES,
)
def change(request: Request) -> Answer:
    """Change what is known of a guest. Only the keys that are sent change."""
    guest = guest_changing.change_guest(request.caller, request.path["guest"], request.body)
    return _changed(request, guest, 201)


@routes.put(
    f"{ONE}/preferences",
    door=GUEST,
    policy="can_set_preferences",
    answers=GuestOut,
    body=PreferencesIn,
    raises=(403, 422),
)
def set_preferences(request: Request) -> Answer:
    """Change how a guest wants to be written to; guests do so for themselves."""
    guest = guest_changing.set_preferences(request.caller, request.path["guest"], request.body)
    return _changed(request, guest)


@routes.delete(
    ONE,
    door=GUEST,
    policy="can_dismiss_guests",
    answers=GuestOut,
    reads_body=False,
    raises=(403,),
)
def delete(request: Request) -> Answer:
    """Delete a guest for ever. What they completed and wrote keeps their address."""
    guest, deleted_at = dismissing.delete_guest(request.caller, request.path["guest"])
    view = guest_reading.view_known(request.caller, guest, request.includes)
    return item(_out(request, view, deleted_at=deleted_at))


@routes.delete(
    f"{ONE}/disable",
    door=GUEST,
    policy="can_dismiss_guests",
    answers=GuestOut,
    reads_body=False,
    raises=(403,),
)
def disable(request: Request) -> Answer:
    """Keep a guest out. Refused while they have an open task."""
    return _changed(request, dismissing.disable_guest(request.caller, request.path["guest"]))


@routes.put(
    f"{ONE}/enable",
    door=GUEST,
    policy="can_dismiss_guests",
    answers=GuestOut,
    reads_body=False,
    raises=(403,),
)
def enable(request: Request) -> Answer:
    """Let a disabled guest in again, by the link they had."""
    return _changed(request, guest_changing.enable_guest(request.caller, request.path["guest"]))


@routes.post(
    f"{ONE}/reset-link",
    door=GUEST,
    policy="can_dismiss_guests",
    answers=GuestOut,
    reads_body=False,
    raises=(403,),
)
def reset_link(request: Request) -> Answer:
    """Give a guest another link. The old one lets nobody in any more."""
    return _changed(request, guest_changing.reset_link(request.caller, request.path["guest"]))


@routes.post(
    f"{ONE}/send-link",
    door=GUEST,
    policy="can_change_guests",
    status=202,
    reads_body=False,
    raises=(403, 422),
)
def send_link(request: Request) -> Answer:
    """Mail a guest the link to their tasks; five times an hour at most."""
    guest_links.send_link(request.caller, request.path["guest"], request.mailed_url)
    return nothing(202)


@routes.post(
    "/guest-access",
    door=PUBLIC,
    policy="visible",
    answers=GuestAccessOut,
    status=202,
    body=GuestAccessIn,
    raises=(422,),
    is_plain=True,
)
def ask_for_links(request: Request) -> Answer:
    """Ask for the links to one's guest tasks by mail.

    The answer is the same whether or not the address is a guest's. Five mails an hour at most.
    """
    guest_links.send_own_links(request.caller, request.body.email, request.mailed_url)
    return plain(GuestAccessOut(), 202)


_TO_MEMBER: dict[str, Any] = {
    "door": GUEST,
    "policy": "can_dismiss_guests",
    "answers": UserOut,
    "body": MembershipIn,
    "raises": (403, 409, 422),
}


@routes.post(f"{ONE}/to/member", **_TO_MEMBER)
@routes.put(f"{ONE}/to/member", **_TO_MEMBER, is_alias=True)
def make_member(request: Request) -> Answer:
    """Turn a guest into a member, invited by mail, who keeps their tasks."""
    name = request.path["guest"]
    member = inviting.make_guest_member(request.caller, name, request.body, request.mailed_url)
    view = including.view_member(request.caller, member, request.includes)
    return item(view_out(view, request.now))


def _link(request: Request, guest: LinkedGuest) -> str | None:
    return guest_link(request, guest) if policy.can_see_guest_code(request.caller) else None


def _changed(request: Request, guest: LinkedGuest, status: int = 200) -> Answer:
    view = guest_reading.view_known(request.caller, guest, request.includes)
    return item(_out(request, view), status)


def _out(request: Request, view: GuestView, *, deleted_at: Instant | None = None) -> GuestOut:
    out = guest_out(view.guest, _link(request, view.guest), deleted_at=deleted_at)
    if view.stats is not None:
        out.stats = stats_out(view.stats)
    return out
