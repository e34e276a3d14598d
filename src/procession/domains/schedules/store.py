"""All SQL about schedules."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.schedules.tables import schedules
from procession.domains.schedules.types import DueSchedule, Schedule
from procession.kit.caller import Caller
from procession.kit.db import BigNumber, Connection, Statement, any_of, decode
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_NUMBER = sa.bindparam("schedule_id", type_=BigNumber)
_THIS = (schedules.c.organization_id == ORGANIZATION_ID, schedules.c.id == _NUMBER)
_ALL = sa.select(*[schedules.c[name] for name in Schedule.__struct_fields__]).where(
    schedules.c.organization_id == ORGANIZATION_ID
)
_OWN = sa.or_(schedules.c.owner_id == CALLER_ID, schedules.c.created_by == CALLER_ID)


@cache
def _visible(*, sees_all: bool) -> sa.Select[Any]:
    return _ALL if sees_all else _ALL.where(_OWN)


@cache
def _one(*, sees_all: bool, lock: bool) -> Statement:
    one = _visible(sees_all=sees_all).where(schedules.c.id == _NUMBER)
    return Statement(one.with_for_update() if lock else one)


@cache
def _page(*, sees_all: bool) -> Statement:
    return Statement(
        _visible(sees_all=sees_all)
        .order_by(schedules.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(*, sees_all: bool) -> Statement:
    return Statement(sa.select(sa.func.count()).select_from(_visible(sees_all=sees_all).subquery()))


def _sees_all(caller: Caller) -> bool:
    """Others see those that they own or made."""
    return caller.is_admin


_OF_TEMPLATES = Statement(
    sa.select(sa.func.count()).where(
        schedules.c.organization_id == ORGANIZATION_ID, any_of(schedules.c.template_id, "ids")
    )
)


def count_of(work: Work, template_ids: Sequence[str]) -> int:
    """How many launch these templates, whoever may see them."""
    return int(work.value(_OF_TEMPLATES, ids=list(template_ids)))


@cache
def _of_template(*, sees_all: bool) -> Statement:
    of_one = _visible(sees_all=sees_all).where(
        schedules.c.template_id == sa.bindparam("template_id")
    )
    return Statement(of_one.order_by(schedules.c.id))


def list_of_template(work: Work, template_id: str) -> list[Schedule]:
    """Those that the caller may see, in the order in which they were made."""
    statement = _of_template(sees_all=_sees_all(work.caller))
    return work.all(statement, Schedule, template_id=template_id)


def find_schedule(work: Work, schedule_id: int, *, lock: bool = False) -> Schedule | None:
    """Of those that the caller may see."""
    statement = _one(sees_all=_sees_all(work.caller), lock=lock)
    return work.first(statement, Schedule, schedule_id=schedule_id)


def list_schedules(work: Work, request: PageRequest) -> Page[Schedule]:
    sees_all = _sees_all(work.caller)
    page = _page(sees_all=sees_all)
    rows = work.all(page, Schedule, limit=request.size, offset=request.offset)
    return Page(rows, work.value(_count(sees_all=sees_all)), request)


_COLUMNS = ("organization_id", *(name for name in Schedule.__struct_fields__ if name != "id"))
_INSERT = Statement(
    schedules.insert()
    .values({name: sa.bindparam(name) for name in _COLUMNS})
    .returning(schedules.c.id)
)
_DELETE = Statement(schedules.delete().where(*_THIS))


def add_schedule(work: Work, values: Mapping[str, Any]) -> int:
    """Its number."""
    number: int = work.value(_INSERT, **values)
    return number


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=schedules.c[name].type) for name in names}
    return Statement(schedules.update().where(*_THIS).values(new))


def set_schedule_columns(work: Work, schedule_id: int, changes: Mapping[str, Any]) -> None:
    new = {f"new_{name}": value for name, value in changes.items()}
    work.run(_setting(tuple(sorted(changes))), schedule_id=schedule_id, **new)


def delete_schedule(work: Work, schedule_id: int) -> None:
    work.run(_DELETE, schedule_id=schedule_id)


# --- Those whose time has come ---

_IS_DUE = sa.and_(
    schedules.c.is_active.is_(True),
    schedules.c.next_run_at <= sa.bindparam("now", type_=sa.BigInteger),
)
_DUE = Statement(
    sa.select(schedules.c.organization_id, schedules.c.id, schedules.c.template_id)
    .where(_IS_DUE)
    .order_by(schedules.c.next_run_at, schedules.c.organization_id, schedules.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_LOCK_DUE = Statement(_ALL.where(schedules.c.id == _NUMBER, _IS_DUE).with_for_update())


def list_due(connection: Connection, now: Instant, most: int) -> list[DueSchedule]:
    """Of every organization, the longest due first."""
    return decode(connection.fetch(_DUE, {"now": now, "limit": most}), DueSchedule)


def lock_due(work: Work, schedule_id: int) -> Schedule | None:
    """None when it is not due any more: another worker was here, or somebody changed it."""
    return work.first(_LOCK_DUE, Schedule, schedule_id=schedule_id)
