"""Holds themselves: kept, listed, and what they cover."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.sorting import Sort
from procession.core.times import HOUR, Instant
from procession.domains.holds.tables import holds
from procession.domains.holds.types import HOLD_SORTING, Covers, Hold, HoldFilter, Scope
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.tasks.tables import tasks
from procession.domains.templates.tables import templates
from procession.kit.db import Connection, Statement, decode, like_pattern, lower_ascii
from procession.kit.folding import holds as says
from procession.kit.folding import with_folds
from procession.kit.journal import activity
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_ID = sa.bindparam("hold_id", type_=sa.String(32))
_THIS = (holds.c.organization_id == ORGANIZATION_ID, holds.c.id == _ID)
_ALL = sa.select(*[holds.c[name] for name in Hold.__struct_fields__]).where(
    holds.c.organization_id == ORGANIZATION_ID
)
_ONE = Statement(_ALL.where(holds.c.id == _ID))
_INSERT = Statement(
    holds.insert().values({column.name: sa.bindparam(column.name) for column in holds.c})
)


def find_hold(work: Work, hold_id: str) -> Hold | None:
    return work.first(_ONE, Hold, hold_id=hold_id)


def add_hold(work: Work, hold: Hold) -> None:
    values = {"organization_id": work.caller.organization_id, **msgspec.structs.asdict(hold)}
    work.run(_INSERT, **with_folds(holds, values))


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=holds.c[name].type) for name in names}
    return Statement(holds.update().where(*_THIS).values(new))


def set_columns(work: Work, hold: Hold, changes: Mapping[str, Any]) -> None:
    columns = with_folds(holds, changes)
    new = {f"new_{name}": value for name, value in columns.items()}
    work.run(_setting(tuple(sorted(columns))), hold_id=hold.id, **new)


# --- Lists ---

_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "active": holds.c.released_at.is_(None),
    "released": holds.c.released_at.is_not(None),
    "scope_type": holds.c.scope_type == sa.bindparam("scope_type", type_=sa.Text),
    "scope_id": holds.c.scope_id == sa.bindparam("scope_id", type_=sa.String(32)),
    "reference": lower_ascii(holds.c.reference)
    == lower_ascii(sa.bindparam("reference", type_=sa.Text)),
    "q": sa.or_(
        says(holds.c.reason_folded),
        lower_ascii(holds.c.reference).like(sa.bindparam("pattern", type_=sa.Text), escape="\\"),
    ),
}


@cache
def _page(names: tuple[str, ...], sort: Sort) -> tuple[Statement, Statement]:
    narrowed = [_CONDITIONS[name] for name in names]
    order = [holds.c[key].desc() if falls else holds.c[key].asc() for key, falls in sort]
    listed = _ALL.where(*narrowed).order_by(*order, holds.c.id)
    counted = sa.select(sa.func.count()).where(
        holds.c.organization_id == ORGANIZATION_ID, *narrowed
    )
    limit, offset = (sa.bindparam(name, type_=sa.Integer) for name in ("limit", "offset"))
    return Statement(listed.limit(limit).offset(offset)), Statement(counted)


def list_holds(work: Work, request: PageRequest, wanted: HoldFilter) -> Page[Hold]:
    """Newest first, unless something else is wanted."""
    names = [name for name in ("scope_type", "scope_id", "reference", "q") if getattr(wanted, name)]
    if wanted.is_active is not None:
        names.append("active" if wanted.is_active else "released")
    page, count = _page(tuple(names), HOLD_SORTING.known(wanted.sort, usual=("created_at", True)))
    bound = {
        "scope_type": wanted.scope_type,
        "scope_id": wanted.scope_id,
        "reference": wanted.reference,
        "pattern": like_pattern(wanted.q or ""),
    }
    rows = work.all(page, Hold, **bound, limit=request.size, offset=request.offset)
    return Page(rows, work.value(count, **bound), request)


# --- What they cover ---

_SCOPE_ID = sa.bindparam("scope_id", type_=sa.String(32))
_IS_ONEOFF = sa.and_(tasks.c.organization_id == ORGANIZATION_ID, tasks.c.is_oneoff)
_THEIRS = processes.c.organization_id == ORGANIZATION_ID
_TEMPLATES = sa.and_(templates.c.organization_id == ORGANIZATION_ID, ~templates.c.is_system)


def _exists(*conditions: sa.ColumnElement[bool]) -> Statement:
    return Statement(sa.select(sa.exists().where(*conditions)))


_IS_THERE = {
    Scope.RUN: _exists(_THEIRS, processes.c.id == _SCOPE_ID),
    Scope.CHECKLIST: Statement(
        sa.select(
            sa.or_(
                sa.exists().where(_TEMPLATES, templates.c.id == _SCOPE_ID),
                sa.exists().where(_THEIRS, processes.c.template_id == _SCOPE_ID),
            )
        )
    ),
    Scope.TASK: _exists(_IS_ONEOFF, tasks.c.id == _SCOPE_ID),
}


def is_there(work: Work, scope: Scope, scope_id: str) -> bool:
    """Something to hold: a template that is gone counts as long as it has processes."""
    if scope is Scope.ORGANIZATION:
        return scope_id == work.caller.organization_id
    return bool(work.value(_IS_THERE[scope], scope_id=scope_id))


def _count(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
    return sa.select(sa.func.count()).where(*conditions).scalar_subquery()


_NONE: sa.ColumnElement[Any] = sa.literal_column("0")
_around = processes.alias("around")
_IN_TEMPLATE = sa.exists().where(
    _around.c.organization_id == tasks.c.organization_id,
    _around.c.id == tasks.c.process_id,
    _around.c.template_id == _SCOPE_ID,
)
_COVERED = {
    Scope.RUN: (
        _count(_THEIRS, processes.c.id == _SCOPE_ID),
        _NONE,
        _count(_IS_ONEOFF, tasks.c.process_id == _SCOPE_ID),
    ),
    Scope.CHECKLIST: (
        _count(_THEIRS, processes.c.template_id == _SCOPE_ID),
        _count(_TEMPLATES, templates.c.id == _SCOPE_ID),
        _count(_IS_ONEOFF, _IN_TEMPLATE),
    ),
    Scope.TASK: (_NONE, _NONE, _count(_IS_ONEOFF, tasks.c.id == _SCOPE_ID)),
    Scope.ORGANIZATION: (_count(_THEIRS), _count(_TEMPLATES), _count(_IS_ONEOFF)),
}
_COVERED_BY = {scope: Statement(sa.select(*counts)) for scope, counts in _COVERED.items()}


class _Counts(msgspec.Struct, array_like=True, frozen=True):
    runs: int
    checklists: int
    tasks: int


def count_covered(work: Work, hold: Hold) -> Covers:
    found = work.all(_COVERED_BY[Scope(hold.scope_type)], _Counts, scope_id=hold.scope_id)[0]
    return Covers(runs=found.runs, checklists=found.checklists, tasks=found.tasks)


# --- What the clock releases, and what was refused ---


class Expired(msgspec.Struct, array_like=True, frozen=True):
    organization_id: str
    id: str


_EXPIRED = Statement(
    sa.select(holds.c.organization_id, holds.c.id)
    .where(holds.c.released_at.is_(None), holds.c.expires_at <= sa.bindparam("now"))
    .order_by(holds.c.expires_at, holds.c.organization_id, holds.c.id)
    .limit(100)
)


def list_expired(connection: Connection, now: Instant) -> list[Expired]:
    """Of every organization."""
    return decode(connection.fetch(_EXPIRED, {"now": now}), Expired)


_REFUSED = Statement(
    sa.select(activity.c.id)
    .where(
        activity.c.organization_id == ORGANIZATION_ID,
        activity.c.subject_id == sa.bindparam("thing_id", type_=sa.Text),
        activity.c.event == "hold.refused",
        activity.c.actor_kind == sa.bindparam("actor_kind", type_=sa.Text),
        activity.c.actor_id == sa.bindparam("caller_id", type_=sa.BigInteger),
        activity.c.occurred_at > sa.bindparam("since", type_=sa.BigInteger),
    )
    .limit(1)
)


def has_just_been_refused(work: Work, thing_id: str) -> bool:
    """The caller, this, in the last hour."""
    since = work.now - HOUR
    kind = work.caller.kind.value
    return work.value(_REFUSED, thing_id=thing_id, actor_kind=kind, since=since) is not None
