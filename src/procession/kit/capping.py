"""Hourly caps of an organization (contract 00, 7): off unless the operator sets them.

What was done is counted in the activity feed: every server process sees the same, the index by time
finds the last hour, and nothing that is deleted afterwards makes room again. Counting waits for
whoever is counting just now, so that two who want the last place do not both get it.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from procession.core.times import HOUR, SECOND
from procession.kit.caller import CallerKind
from procession.kit.db import Statement, any_of
from procession.kit.errors import TooMany
from procession.kit.journal import activity
from procession.kit.work import Work


@dataclass(frozen=True)
class Cap:
    """Something that an organization does only so often."""

    #: Field of the settings.
    setting: str
    #: How the refusal calls it: known clients show it.
    name: str
    #: Events of the facts that count.
    events: tuple[str, ...]


GUEST_INVITES = Cap("max_hourly_guests", "Guest Invite", ("guest.created",))
COMMENTS = Cap(
    "max_hourly_comments",
    "Comment",
    ("comment.added", "comment.added_by_bot", "issue.reported", "issue.resolved"),
)

_organizations = sa.table("organizations", sa.column("id", sa.String(32)))
_ORGANIZATION_ID = sa.bindparam("organization_id", type_=sa.String(32))
_LOCK = Statement(
    sa.select(_organizations.c.id)
    .where(_organizations.c.id == _ORGANIZATION_ID)
    .with_for_update(key_share=True)
)
_WITHIN_AN_HOUR = (
    activity.c.organization_id == _ORGANIZATION_ID,
    activity.c.occurred_at > sa.bindparam("since", type_=sa.BigInteger),
    any_of(activity.c.event, "events"),
)
_COUNT = Statement(sa.select(sa.func.count()).select_from(activity).where(*_WITHIN_AN_HOUR))
#: What has to be an hour old before there is room again.
_IN_THE_WAY = Statement(
    sa.select(activity.c.occurred_at)
    .where(*_WITHIN_AN_HOUR)
    .order_by(activity.c.occurred_at)
    .limit(1)
    .offset(sa.bindparam("offset", type_=sa.Integer))
)


def hold(work: Work, cap: Cap) -> None:
    """Before rows are written that somebody else may wait for: others count after this work."""
    if _limit(work, cap):
        work.value(_LOCK)
        work.read_clock()


def check(work: Work, cap: Cap, adding: int = 1) -> None:
    """Raises TooMany when this many more do not fit. What this work wrote by then is undone."""
    limit = _limit(work, cap)
    if not limit or not adding:
        return
    values = {"since": work.now - HOUR, "events": list(cap.events)}
    over = work.value(_COUNT, **values) + adding - limit
    if over <= 0:
        return
    in_the_way = work.value(_IN_THE_WAY, **values, offset=over - 1)
    wait = HOUR if in_the_way is None else in_the_way + HOUR - work.now
    raise TooMany(
        -(-wait // SECOND),
        limit,
        f"You've reached the hourly limit for {cap.name} ({limit} per hour per organization). "
        "Please try again later.",
    )


def _limit(work: Work, cap: Cap) -> int:
    """0: none. What the server does by itself counts, and is never refused."""
    if work.caller.kind is CallerKind.BOT:
        return 0
    limit: int = getattr(work.caller.server.settings, cap.setting)
    return limit
