"""All SQL about notifications: everybody's own."""

from collections.abc import Mapping, Sequence
from functools import cache

import msgspec
import sqlalchemy as sa

from procession.domains.notifications.tables import digests, notifications
from procession.domains.notifications.types import NewNotification, Notification
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.kit.db import BigNumber, Statement, any_of
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_COLUMNS = [notifications.c[name] for name in Notification.__struct_fields__]
_OWN = (notifications.c.organization_id == ORGANIZATION_ID, notifications.c.user_id == CALLER_ID)
_UNREAD = notifications.c.read_at.is_(None)
_THIS = notifications.c.id == sa.bindparam("notification_id", type_=BigNumber)
_NOW = sa.bindparam("now", type_=sa.BigInteger)


@cache
def _page(*, only_unread: bool) -> Statement:
    return Statement(
        sa.select(*_COLUMNS)
        .where(*_OWN, *([_UNREAD] if only_unread else []))
        .order_by(notifications.c.id.desc())
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


_COUNT = Statement(sa.select(sa.func.count()).select_from(notifications).where(*_OWN))
_COUNT_UNREAD = Statement(
    sa.select(sa.func.count()).select_from(notifications).where(*_OWN, _UNREAD)
)
_ONE = Statement(sa.select(*_COLUMNS).where(*_OWN, _THIS))
_SET_READ = Statement(notifications.update().where(*_OWN, _THIS, _UNREAD).values(read_at=_NOW))
_SET_ALL_READ = Statement(notifications.update().where(*_OWN, _UNREAD).values(read_at=_NOW))
_NEW = ("organization_id", "created_at", *NewNotification.__struct_fields__)
_FORGET_TEMPLATE = Statement(
    notifications.delete().where(
        notifications.c.organization_id == ORGANIZATION_ID,
        notifications.c.template_id == sa.bindparam("template_id", type_=sa.String(32)),
    )
)
_INSERT = Statement(notifications.insert().values({name: sa.bindparam(name) for name in _NEW}))


def list_own(
    work: Work, request: PageRequest, *, only_unread: bool
) -> tuple[Page[Notification], int]:
    """Of the caller, the newest first; and how many of theirs are unread."""
    rows = work.all(
        _page(only_unread=only_unread), Notification, limit=request.size, offset=request.offset
    )
    unread: int = work.value(_COUNT_UNREAD)
    total = unread if only_unread else work.value(_COUNT)
    return Page(rows, total, request), unread


def find_own(work: Work, notification_id: int) -> Notification | None:
    return work.first(_ONE, Notification, notification_id=notification_id)


def set_read(work: Work, notification_id: int) -> None:
    """Of the caller. What was read before stays read since then."""
    work.run(_SET_READ, notification_id=notification_id)


def set_all_read(work: Work) -> int:
    """How many of the caller's were unread."""
    return work.run(_SET_ALL_READ)


def add_notifications(work: Work, new: Sequence[NewNotification]) -> None:
    work.run_many(
        _INSERT,
        [
            {
                "organization_id": work.caller.organization_id,
                "created_at": work.now,
                "user_id": each.user_id,
                "kind": each.kind.value,
                "text": each.text,
                "process_id": each.process_id,
                "task_id": each.task_id,
                "template_id": each.template_id,
            }
            for each in new
        ],
    )


def forget_template(work: Work, template_id: str) -> None:
    """What everybody was told of one that goes for ever."""
    work.run(_FORGET_TEMPLATE, template_id=template_id)


class _Digest(msgspec.Struct, array_like=True):
    person: str
    day: str


_DIGESTS = Statement(
    sa.select(digests.c.person, digests.c.day).where(digests.c.organization_id == ORGANIZATION_ID)
)
_FORGET_DIGESTS = Statement(
    digests.delete().where(
        digests.c.organization_id == ORGANIZATION_ID, any_of(digests.c.person, "people")
    )
)
_ADD_DIGEST = Statement(
    digests.insert().values(
        {name: sa.bindparam(name) for name in ("organization_id", "person", "day")}
    )
)


def digest_days(work: Work) -> dict[str, str]:
    """The last day that each was told what is due, by stored key."""
    return {row.person: row.day for row in work.all(_DIGESTS, _Digest)}


def set_digest_days(work: Work, days: Mapping[str, str]) -> None:
    """By stored key."""
    if days:
        work.run(_FORGET_DIGESTS, people=list(days))
        organization_id = work.caller.organization_id
        rows = [
            {"organization_id": organization_id, "person": each, "day": day}
            for each, day in days.items()
        ]
        work.run_many(_ADD_DIGEST, rows)
