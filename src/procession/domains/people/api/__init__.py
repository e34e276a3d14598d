"""Endpoints of the caller's own profile, and of members."""

from procession.domains.people.actions import reading
from procession.domains.people.types import Member
from procession.domains.people.wire import (
    MeOut,
    UserOut,
    UsersListOut,
    me_out,
    user_list_item_out,
    user_out,
)
from procession.kit.http import USER, Answer, Request, Routes, item, listing, plain
from procession.kit.paging import Page, PageQuery, Search, check_everything_fits

routes = Routes("Members")

_EVERYBODY = 9999


class MembersQuery(PageQuery, kw_only=True):
    q: Search = None


@routes.get("/me", door=USER, policy="visible", answers=MeOut)
def get_me(request: Request) -> Answer:
    """Read the user a token belongs to."""
    account = reading.get_account(request.caller)
    return item(me_out(account, request.caller.server.clock()))


@routes.get("/organizations/{org}/me", policy="visible", answers=UserOut)
def get_self(request: Request) -> Answer:
    """Read the caller as a member of one organization."""
    return item(user_out(reading.get_self(request.caller), request.caller.server.clock()))


@routes.get(
    "/organizations/{org}/users",
    policy="visible",
    answers=UserOut,
    query=MembersQuery,
    is_list=True,
)
def list_members(request: Request) -> Answer:
    """List the members of an organization, the bot included."""
    wanted = request.page(request.query, default=_EVERYBODY, cap=_EVERYBODY)
    members = _matching(reading.list_members(request.caller), request.query.q)
    page = Page(members[wanted.offset : wanted.offset + wanted.size], len(members), wanted)
    check_everything_fits(page)
    now = request.caller.server.clock()
    return listing(request, page, [user_out(member, now) for member in page.rows])


@routes.get(
    "/organizations/{org}/users-list",
    policy="visible",
    answers=UsersListOut,
    query=MembersQuery,
    is_plain=True,
)
def list_names(request: Request) -> Answer:
    """List the members by name, in short form and on one page."""
    members = _matching(reading.list_members(request.caller), request.query.q)
    rows = [user_list_item_out(member) for member in sorted(members, key=_by_name)]
    return plain(UsersListOut(rows, len(rows)))


@routes.get(
    "/organizations/{org}/users/{user}",
    policy="can_read_member",
    answers=UserOut,
    raises=(403,),
)
def get(request: Request) -> Answer:
    """Read one member; everybody but admins only themselves."""
    member = reading.get_member_named(request.caller, request.path["user"])
    return item(user_out(member, request.caller.server.clock()))


def _matching(members: list[Member], q: str | None) -> list[Member]:
    wanted = (q or "").lower()
    return [
        member
        for member in members
        if wanted in member.full_name.lower() or wanted in member.email.lower()
    ]


def _by_name(member: Member) -> tuple[str, int]:
    return member.full_name.lower(), member.id
