"""Who left never gets new work (README, ruling 17): the one place where they are left out.

Whatever makes work from what was written down earlier (a launch, a copy of a template or of a
task) asks here, because whoever was named then may have been shut out or deleted since. What is
written down keeps the names of people who may come back.
"""

from collections.abc import Collection

from procession.domains.people import store as people
from procession.domains.templates.content.leaving_out import Leavers, LeftOut, left_out, named_in
from procession.domains.templates.types import Content
from procession.kit.work import Work


def find_leavers(work: Work, users: Collection[int], guests: Collection[str]) -> Leavers:
    """Those of them who may be given no work.

    Members who are disabled or gone, and addresses of guests, or of members, who are kept out. An
    address that nobody has yet is a guest to come.
    """
    gone = set(users) - people.active_users_among(work, sorted(users))
    names = {member.id: member.full_name for member in people.members_among(work, gone)}
    return Leavers(
        users={user: names.get(user, "") for user in gone},
        guests=_kept_out(work, guests) if guests else frozenset(),
    )


def _kept_out(work: Work, guests: Collection[str]) -> frozenset[str]:
    known = people.guests_by_email(work, list(guests))
    disabled = {key for key, guest in known.items() if guest.disabled_at is not None}
    return frozenset(disabled | people.disabled_among(work, list(guests)))


def without_leavers(work: Work, content: Content) -> tuple[Content, list[LeftOut]]:
    """The content without them, and what that left out."""
    leavers = find_leavers(work, *named_in(content))
    return left_out(content, leavers) if leavers.is_somebody else (content, [])
