"""All SQL about watchers."""

from collections.abc import Collection
from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import CALLER_PERSON, ORGANIZATION_ID
from procession.domains.people.tables import guests
from procession.domains.watchers.tables import watched_news, watchers
from procession.domains.watchers.types import (
    DueWatcher,
    NewWatcher,
    Watched,
    WatchedNews,
    Watcher,
    WatcherFilter,
    Way,
)
from procession.kit.db import BigNumber, Connection, Statement, any_of, decode
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_ALL = (
    sa.select(
        *[
            guests.c.email if name == "guest_email" else watchers.c[name]
            for name in Watcher.__struct_fields__
        ]
    )
    .select_from(watchers.outerjoin(guests, guests.c.id == watchers.c.guest_id))
    .where(watchers.c.organization_id == ORGANIZATION_ID)
)
_ID = sa.bindparam("watcher_id", type_=BigNumber)
_ONE = Statement(_ALL.where(watchers.c.id == _ID))
_KEY = ("object_type", "object_id", "person", "notification_type", "webhook")
_SAME = Statement(
    _ALL.where(*[watchers.c[name] == sa.bindparam(name, type_=sa.Text) for name in _KEY])
)
_COLUMNS = (
    "organization_id", "object_type", "object_id", "template_id", "process_id", "task_id",
    "member_id", "user_id", "guest_id", "person", "notification_type", "frequency", "webhook",
    "added_by", "created_at",
)  # fmt: skip
_VALUES = sa.select(*[sa.bindparam(name, type_=watchers.c[name].type) for name in _COLUMNS])
#: Of two who add the same at once, the second finds the first's row.
_INSERT = Statement(
    watchers.insert().from_select(
        list(_COLUMNS), _VALUES.where(sa.true()).suffix_with("ON CONFLICT DO NOTHING")
    )
)
_THIS = (watchers.c.organization_id == ORGANIZATION_ID, watchers.c.id == _ID)
_SET_FREQUENCY = Statement(
    watchers.update().where(*_THIS).values(frequency=sa.bindparam("new_frequency"))
)
_DELETE = Statement(watchers.delete().where(*_THIS))
_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    name: watchers.c[name] == sa.bindparam(name, type_=sa.Text)
    for name in WatcherFilter.__struct_fields__
}


def find_watcher(work: Work, watcher_id: int) -> Watcher | None:
    return work.first(_ONE, Watcher, watcher_id=watcher_id)


def add_watcher(work: Work, new: NewWatcher) -> tuple[Watcher, bool]:
    """It, and whether it is new; one who watches the same in the same way is told as often as is
    asked for now."""
    person = f"u:{new.user_id}" if new.guest_id is None else f"e:{new.guest_id}"
    key = {
        "object_type": new.object_type.value,
        "object_id": new.object_id,
        "person": person,
        "notification_type": new.notification_type.value,
        "webhook": new.webhook,
    }
    is_new = work.run(_INSERT, **key, **_references(work, new)) > 0
    found = work.first(_SAME, Watcher, **key)
    assert found is not None
    if found.frequency != new.frequency:
        work.run(_SET_FREQUENCY, watcher_id=found.id, new_frequency=new.frequency.value)
        found = work.first(_SAME, Watcher, **key)
        assert found is not None
    return found, is_new


def _references(work: Work, new: NewWatcher) -> dict[str, Any]:
    """With what is watched, and with who watches, it goes."""
    kind, watched = new.object_type, new.object_id
    return {
        "template_id": watched if kind is Watched.TEMPLATE else None,
        "process_id": watched if kind is Watched.PROCESS else None,
        "task_id": watched if kind is Watched.TASK else None,
        "member_id": int(watched) if kind is Watched.MEMBER else None,
        "user_id": new.user_id,
        "guest_id": new.guest_id,
        "frequency": new.frequency.value,
        "added_by": work.caller.person_id,
        "created_at": work.now,
    }


def delete_watcher(work: Work, watcher_id: int) -> None:
    work.run(_DELETE, watcher_id=watcher_id)


_MAILED = Statement(
    _ALL.where(
        watchers.c.object_type == sa.bindparam("object_type", type_=sa.Text),
        watchers.c.object_id == sa.bindparam("object_id", type_=sa.Text),
        watchers.c.person == CALLER_PERSON,
        watchers.c.notification_type == Way.EMAIL.value,
    )
)


def mails_of(work: Work, kind: Watched, object_id: str) -> list[Watcher]:
    """How the caller is mailed about something."""
    return work.all(_MAILED, Watcher, object_type=kind.value, object_id=object_id)


@cache
def _page(names: tuple[str, ...]) -> Statement:
    return Statement(
        _ALL.where(*[_CONDITIONS[name] for name in names])
        .order_by(watchers.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(names: tuple[str, ...]) -> Statement:
    counted = _ALL.where(*[_CONDITIONS[name] for name in names]).subquery()
    return Statement(sa.select(sa.func.count()).select_from(counted))


def list_watchers(work: Work, request: PageRequest, wanted: WatcherFilter) -> Page[Watcher]:
    names = tuple(name for name in _CONDITIONS if getattr(wanted, name) is not None)
    values = {name: getattr(wanted, name) for name in names}
    rows = work.all(_page(names), Watcher, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(names), **values), request)


@cache
def _of_objects(*, only_own: bool) -> Statement:
    found = _ALL.where(
        any_of(watchers.c.object_id, "object_ids"),
        watchers.c.object_type == sa.bindparam("object_type", type_=sa.Text),
    ).order_by(watchers.c.id)
    return Statement(found.where(watchers.c.person == CALLER_PERSON) if only_own else found)


def of_objects(
    work: Work, kind: Watched, object_ids: Collection[str], *, only_own: bool
) -> dict[str, list[Watcher]]:
    """By what they watch, the oldest first; all of it is of one kind."""
    found: dict[str, list[Watcher]] = {each: [] for each in object_ids}
    if found:
        asked = _of_objects(only_own=only_own)
        for each in work.all(asked, Watcher, object_ids=sorted(found), object_type=kind.value):
            found[each.object_id].append(each)
    return found


# --- What those who watch by mail are to be told ---

_WAITING = watched_news.alias("waiting")
_NEWS_COLUMNS = (
    "organization_id", "watcher_id", "event", "sentence", "actor", "process_name", "occurred_at",
    "due_at",
)  # fmt: skip
_OWN_DUE = sa.bindparam("due_at", type_=sa.BigInteger)
#: Everything up to the bundle's time goes with what came first.
_BUNDLE_DUE = sa.func.coalesce(
    sa.select(sa.func.min(_WAITING.c.due_at))
    .where(
        _WAITING.c.organization_id == ORGANIZATION_ID,
        _WAITING.c.watcher_id == sa.bindparam("watcher_id", type_=BigNumber),
    )
    .scalar_subquery(),
    _OWN_DUE,
)
_ADD_NEWS = Statement(
    watched_news.insert().from_select(
        list(_NEWS_COLUMNS),
        sa.select(
            *[
                _BUNDLE_DUE
                if name == "due_at"
                else sa.bindparam(name, type_=watched_news.c[name].type)
                for name in _NEWS_COLUMNS
            ]
        ),
    )
)
_DUE = Statement(
    sa.select(watched_news.c.organization_id, watched_news.c.watcher_id)
    .where(watched_news.c.due_at <= sa.bindparam("now", type_=sa.BigInteger))
    .order_by(watched_news.c.due_at, watched_news.c.id)
    .limit(1)
)
_OF_WATCHER = (
    watched_news.c.organization_id == ORGANIZATION_ID,
    watched_news.c.watcher_id == _ID,
)
_BUNDLE = Statement(
    sa.select(*[watched_news.c[name] for name in WatchedNews.__struct_fields__])
    .where(*_OF_WATCHER)
    .order_by(watched_news.c.id)
)
_FORGET_NEWS = Statement(
    watched_news.delete().where(
        *_OF_WATCHER, watched_news.c.id <= sa.bindparam("last_id", type_=BigNumber)
    )
)
_LOCK = Statement(sa.select(watchers.c.id).where(*_THIS).with_for_update())


def add_news(work: Work, watcher_id: int, due_at: Instant, **told: Any) -> None:
    """To the bundle that waits, or as the first of a new one that is due then."""
    work.run(_ADD_NEWS, watcher_id=watcher_id, due_at=due_at, **told)


def find_due(connection: Connection, now: Instant) -> DueWatcher | None:
    """Whose bundle is due longest, in whatever organization."""
    found = decode(connection.fetch(_DUE, {"now": now}), DueWatcher)
    return found[0] if found else None


def take_news(work: Work, watcher_id: int) -> list[WatchedNews]:
    """All that waits for a watcher; it is forgotten with this work. Who comes second gets none."""
    work.value(_LOCK, watcher_id=watcher_id)
    news = work.all(_BUNDLE, WatchedNews, watcher_id=watcher_id)
    last_id = news[-1].id if news else 0
    return news if work.run(_FORGET_NEWS, watcher_id=watcher_id, last_id=last_id) else []
