"""Threads as they are read: with what their authors and those they name are called now."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.mentions import with_names
from procession.domains.comments.tables import threads
from procession.domains.comments.types import (
    THREAD_SORTING,
    Place,
    Thread,
    ThreadFilter,
)
from procession.domains.people.access import CALLER_ID, CALLER_PERSON, ORGANIZATION_ID
from procession.domains.people.tables import group_guests, groups, guests, users
from procession.domains.people.types import group_key, user_key
from procession.kit.db import Statement, any_of
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

THREAD_ID = sa.bindparam("thread_id", type_=sa.String(32))
THIS = (threads.c.organization_id == ORGANIZATION_ID, threads.c.id == THREAD_ID)
_STORED = [threads.c[name] for name in Thread.__struct_fields__[:17]]
_THREADS = (
    sa.select(
        *_STORED,
        sa.func.coalesce(users.c.email, guests.c.email),
        users.c.first_name,
        users.c.last_name,
        users.c.username,
    )
    .select_from(
        threads.outerjoin(
            users, sa.and_(threads.c.author_kind == "user", users.c.id == threads.c.author_id)
        ).outerjoin(
            guests, sa.and_(threads.c.author_kind == "guest", guests.c.id == threads.c.author_id)
        )
    )
    .where(threads.c.organization_id == ORGANIZATION_ID)
)
_OLDEST_FIRST = (threads.c.created_at, threads.c.id)


def _mentions(key: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The list holds each key in quotes, so that `e:3` is not found in `e:31`."""
    return threads.c.mentions.like(sa.literal('%"', sa.Text).concat(key).concat(sa.literal('"%')))


#: What a guest sees of the talk on a task of theirs (contract 45, 2.1).
_IS_FOR_GUEST = sa.or_(
    threads.c.state != "hide-for-guests",
    sa.and_(threads.c.author_kind == "guest", threads.c.author_id == CALLER_ID),
    sa.and_(
        threads.c.mentions.is_not(None),
        sa.or_(
            _mentions(CALLER_PERSON),
            sa.exists().where(
                group_guests.c.organization_id == ORGANIZATION_ID,
                group_guests.c.guest_id == CALLER_ID,
                _mentions(sa.literal("g:", sa.Text).concat(group_guests.c.group_id)),
            ),
        ),
    ),
)


def _seen(*, by_guest: bool) -> sa.Select[Any]:
    """Guests may see the task; of templates and processes they see no threads at all."""
    if not by_guest:
        return _THREADS
    return _THREADS.where(threads.c.task_id.is_not(None), _IS_FOR_GUEST)


@cache
def _one(*, by_guest: bool) -> Statement:
    return Statement(_seen(by_guest=by_guest).where(threads.c.id == THREAD_ID))


@cache
def _of(name: str, *, by_guest: bool = False) -> Statement:
    """Of several places at once, which `name` names."""
    of_several = {
        "task_ids": any_of(threads.c.task_id, "task_ids"),
        "process_ids": sa.and_(
            any_of(threads.c.process_id, "process_ids"), threads.c.task_id.is_(None)
        ),
        "template_ids": sa.and_(
            any_of(threads.c.template_id, "template_ids"), threads.c.step_id.is_(None)
        ),
        "steps_of": sa.and_(
            any_of(threads.c.template_id, "steps_of"), threads.c.step_id.is_not(None)
        ),
    }
    chosen = _seen(by_guest=by_guest).where(of_several[name])
    return Statement(chosen.order_by(*_OLDEST_FIRST))


_COUNT_OF_TASK = Statement(
    sa.select(sa.func.count())
    .select_from(threads)
    .where(
        threads.c.organization_id == ORGANIZATION_ID,
        threads.c.task_id == sa.bindparam("task_id", type_=sa.String(32)),
        threads.c.label == "problem",
        threads.c.resolved_by_thread.is_(None),
    )
)


class _User(msgspec.Struct, array_like=True, frozen=True):
    id: int
    first_name: str | None
    last_name: str | None
    username: str

    @property
    def name(self) -> str:
        return f"{self.first_name or ''} {self.last_name or ''}".strip() or self.username


class _Group(msgspec.Struct, array_like=True, frozen=True):
    id: str
    name: str


_USERS = Statement(
    sa.select(users.c.id, users.c.first_name, users.c.last_name, users.c.username).where(
        any_of(users.c.id, "user_ids")
    )
)
_GROUPS = Statement(
    sa.select(groups.c.id, groups.c.name).where(
        groups.c.organization_id == ORGANIZATION_ID, any_of(groups.c.id, "group_ids")
    )
)


def _told(work: Work, found: Sequence[Thread]) -> list[Thread]:
    """With the names of whom they mention; one statement for all users, one for all groups."""
    keys = {key for thread in found if thread.mentions for key in thread.mentioned}
    if not keys:
        return list(found)
    names = _names(work, keys)
    return [
        msgspec.structs.replace(
            thread, with_names=with_names(thread.content, _known(thread, names))
        )
        for thread in found
    ]


def _names(work: Work, keys: Collection[str]) -> dict[str, str]:
    user_ids = sorted(int(key[2:]) for key in keys if key.startswith("u:"))
    group_ids = sorted(key[2:] for key in keys if key.startswith("g:"))
    people = work.all(_USERS, _User, user_ids=user_ids) if user_ids else []
    found = work.all(_GROUPS, _Group, group_ids=group_ids) if group_ids else []
    return {
        **{user_key(each.id): each.name for each in people},
        **{group_key(each.id): each.name for each in found},
    }


def _known(thread: Thread, names: dict[str, str]) -> dict[str, str]:
    """By what stands for them in the text."""
    return {key[2:]: names[key] for key in thread.mentioned if key in names}


def find_thread(work: Work, thread_id: str) -> Thread | None:
    """Of a place that the caller sees: guests do not see all that is said there."""
    found = work.all(_one(by_guest=work.caller.is_guest), Thread, thread_id=thread_id)
    return _told(work, found)[0] if found else None


def find_any(work: Work, thread_id: str) -> Thread | None:
    """Whether the caller sees it or not."""
    found = work.all(_one(by_guest=False), Thread, thread_id=thread_id)
    return _told(work, found)[0] if found else None


_COUNT_ON = Statement(
    sa.select(sa.func.count()).where(
        threads.c.organization_id == ORGANIZATION_ID, any_of(threads.c.task_id, "task_ids")
    )
)


def count_on(work: Work, task_ids: Collection[str]) -> int:
    """Comments on these tasks, whoever may see them."""
    return int(work.value(_COUNT_ON, task_ids=list(task_ids)))


class _Said(msgspec.Struct, array_like=True, frozen=True):
    task_id: str
    count: int


_COUNT_OF_EACH = Statement(
    sa.select(threads.c.task_id, sa.func.count())
    .where(threads.c.organization_id == ORGANIZATION_ID, any_of(threads.c.task_id, "task_ids"))
    .group_by(threads.c.task_id)
)


def counts_on(work: Work, task_ids: Collection[str]) -> dict[str, int]:
    """How much is said on each, as members see it; tasks without a comment are left out."""
    if not task_ids:
        return {}
    rows = work.all(_COUNT_OF_EACH, _Said, task_ids=list(task_ids))
    return {row.task_id: row.count for row in rows}


def of_processes(work: Work, process_ids: Collection[str]) -> dict[str, list[Thread]]:
    """Process-level ones by process, oldest first; one statement for all of them."""
    found: dict[str, list[Thread]] = {process_id: [] for process_id in process_ids}
    if found:
        rows = work.all(_of("process_ids"), Thread, process_ids=list(found))
        for thread in _told(work, rows):
            found[thread.process_id or ""].append(thread)
    return found


def of_tasks(work: Work, task_ids: Collection[str]) -> dict[str, list[Thread]]:
    """By task, oldest first, as far as the caller sees them; one statement for all of them."""
    found: dict[str, list[Thread]] = {task_id: [] for task_id in task_ids}
    if found:
        statement = _of("task_ids", by_guest=work.caller.is_guest)
        for thread in _told(work, work.all(statement, Thread, task_ids=list(found))):
            found[thread.task_id or ""].append(thread)
    return found


def of_templates(work: Work, template_ids: Collection[str]) -> dict[str, list[Thread]]:
    """Of the templates themselves, oldest first; one statement for all of them."""
    found: dict[str, list[Thread]] = {template_id: [] for template_id in template_ids}
    if found:
        rows = work.all(_of("template_ids"), Thread, template_ids=list(found))
        for thread in _told(work, rows):
            found[thread.template_id or ""].append(thread)
    return found


def of_steps(work: Work, template_id: str) -> dict[str, list[Thread]]:
    """Of a template, by step, oldest first."""
    found: dict[str, list[Thread]] = {}
    for thread in _told(work, work.all(_of("steps_of"), Thread, steps_of=[template_id])):
        found.setdefault(thread.step_id or "", []).append(thread)
    return found


def count_open_issues_of_task(work: Work, task_id: str) -> int:
    count: int = work.value(_COUNT_OF_TASK, task_id=task_id)
    return count


# --- Of one place ---

#: Columns of a place, in the order in which they decide what it is.
_PLACES = ("task_id", "step_id", "template_id", "process_id")


def _kind(place: Place) -> str:
    return next(name for name in _PLACES if getattr(place, name) is not None)


def _at(kind: str) -> tuple[sa.ColumnElement[bool], ...]:
    """What is said about the thing itself, and not about what is in it."""
    is_it = threads.c[kind] == sa.bindparam("place_id", type_=sa.String(32))
    if kind == "process_id":
        return is_it, threads.c.task_id.is_(None)
    if kind == "template_id":
        return is_it, threads.c.step_id.is_(None)
    if kind == "step_id":
        is_of = threads.c.template_id == sa.bindparam("place_of", type_=sa.String(32))
        return is_it, is_of
    return (is_it,)


def _values_of(place: Place) -> dict[str, Any]:
    return {"place_id": getattr(place, _kind(place)), "place_of": place.template_id}


@cache
def _open_issues(kind: str) -> Statement:
    return Statement(
        _THREADS.where(
            *_at(kind), threads.c.label == "problem", threads.c.resolved_by_thread.is_(None)
        ).order_by(*_OLDEST_FIRST)
    )


def open_issues_at(work: Work, place: Place) -> list[Thread]:
    """Oldest first."""
    return work.all(_open_issues(_kind(place)), Thread, **_values_of(place))


@cache
def _resolved_by(kind: str) -> Statement:
    return Statement(
        _THREADS.where(*_at(kind), threads.c.resolved_by_thread == THREAD_ID).order_by(
            *_OLDEST_FIRST
        )
    )


def resolved_by(work: Work, thread: Thread) -> list[Thread]:
    """The issues that this thread closed, oldest first."""
    place = thread.place
    statement = _resolved_by(_kind(place))
    return work.all(statement, Thread, thread_id=thread.id, **_values_of(place))


_SORTS: dict[str, sa.ColumnElement[Any]] = {
    "created_at": threads.c.created_at,
    "updated_at": threads.c.updated_at,
    "id": threads.c.id,
}
_IS_RESOLVED = threads.c.resolved_by_thread.is_not(None)
_Shape = tuple[str, bool, bool, bool, bool | None]


def _narrowed(shape: _Shape) -> sa.Select[Any]:
    kind, by_guest, has_labels, has_states, is_resolved = shape
    chosen = _seen(by_guest=by_guest).where(*_at(kind))
    if has_labels:
        chosen = chosen.where(any_of(threads.c.label, "labels"))
    if has_states:
        chosen = chosen.where(any_of(threads.c.state, "states"))
    if is_resolved is not None:
        chosen = chosen.where(
            threads.c.label == "problem", _IS_RESOLVED if is_resolved else ~_IS_RESOLVED
        )
    return chosen


@cache
def _page(shape: _Shape, sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [(_SORTS[key].desc() if falls else _SORTS[key].asc()) for key, falls in sort]
    last = threads.c.id.desc() if sort[-1][1] else threads.c.id.asc()
    return Statement(
        _narrowed(shape)
        .order_by(*order, last)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(shape: _Shape) -> Statement:
    return Statement(sa.select(sa.func.count()).select_from(_narrowed(shape).subquery()))


def list_threads(work: Work, request: PageRequest, wanted: ThreadFilter) -> Page[Thread]:
    """Of a place that the caller sees, as far as they see them."""
    place = wanted.place
    shape = (
        _kind(place),
        work.caller.is_guest,
        bool(wanted.labels),
        bool(wanted.states),
        wanted.is_resolved,
    )
    values = {
        **_values_of(place),
        "labels": list(wanted.labels),
        "states": list(wanted.states),
    }
    page = _page(shape, THREAD_SORTING.known(wanted.sort, usual=("created_at", False)))
    rows = work.all(page, Thread, limit=request.size, offset=request.offset, **values)
    return Page(_told(work, rows), work.value(_count(shape), **values), request)


_COPY = Statement(_THREADS.where(threads.c.copied_from == THREAD_ID))


def find_copy(work: Work, thread_id: str) -> Thread | None:
    """On a template's step, of an improvement of a task."""
    return work.first(_COPY, Thread, thread_id=thread_id)
