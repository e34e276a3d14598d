"""What the endpoints of members share: their paths, and a member as they answer them."""

from procession.domains.people.actions import including
from procession.domains.people.types import Member
from procession.domains.people.wire import view_out
from procession.kit.http import Answer, Request, item

USERS = "/organizations/{org}/users"
ONE = f"{USERS}/{{user}}"


def member_shown(request: Request, member: Member, status: int = 200) -> Answer:
    view = including.view_member(request.caller, member, request.includes)
    return item(view_out(view, request.now), status)
