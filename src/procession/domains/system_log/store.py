"""All SQL about reading the system log, and forgetting it."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.system_log.types import LOG_SORTING, LogFilter, LogRow
from procession.kit.db import BigNumber, Connection, Statement, like_pattern
from procession.kit.folding import holds
from procession.kit.paging import Page, PageRequest
from procession.kit.system_log import system_log
from procession.kit.work import Work

_ROWS = sa.select(*[system_log.c[name] for name in LogRow.__struct_fields__])
_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    **{
        name: system_log.c[name] == sa.bindparam(name, type_=sa.Text)
        for name in ("category", "event", "severity", "actor")
    },
    "search": holds(system_log.c.message_folded),
    "created_from": system_log.c.created_at >= sa.bindparam("created_from", type_=sa.BigInteger),
    "created_to": system_log.c.created_at < sa.bindparam("created_to", type_=sa.BigInteger),
}


_SORTS = {name: system_log.c[name] for name in ("created_at", "event", "severity")}


def _narrowed(names: tuple[str, ...], selected: sa.Select[Any]) -> sa.Select[Any]:
    return selected.where(
        system_log.c.organization_id == ORGANIZATION_ID, *[_CONDITIONS[name] for name in names]
    )


@cache
def _page(names: tuple[str, ...], sort: tuple[tuple[str, bool], ...]) -> Statement:
    order = [
        _SORTS[key].desc() if is_descending else _SORTS[key].asc() for key, is_descending in sort
    ]
    is_descending = sort[0][1]
    last = system_log.c.id.desc() if is_descending else system_log.c.id.asc()
    return Statement(
        _narrowed(names, _ROWS)
        .order_by(*order, last)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(names: tuple[str, ...]) -> Statement:
    return Statement(_narrowed(names, sa.select(sa.func.count()).select_from(system_log)))


@cache
def _after(names: tuple[str, ...]) -> Statement:
    return Statement(
        _narrowed(names, _ROWS)
        .where(system_log.c.id < sa.bindparam("before_id", type_=BigNumber))
        .order_by(system_log.c.id.desc())
        .limit(sa.bindparam("limit", type_=sa.Integer))
    )


def _bound(wanted: LogFilter) -> tuple[tuple[str, ...], dict[str, Any]]:
    names = tuple(name for name in _CONDITIONS if getattr(wanted, name) is not None)
    values = {name: getattr(wanted, name) for name in names if name != "search"}
    return names, {**values, "pattern": like_pattern(wanted.search or "")}


def list_rows(work: Work, request: PageRequest, wanted: LogFilter) -> Page[LogRow]:
    names, values = _bound(wanted)
    sort = LOG_SORTING.known(wanted.sort, usual=("created_at", True))
    page = _page(names, sort)
    rows = work.all(page, LogRow, limit=request.size, offset=request.offset, **values)
    return Page(rows, work.value(_count(names), **values), request)


def list_older(work: Work, wanted: LogFilter, before_id: int, most: int) -> list[LogRow]:
    """The newest first, from the number on."""
    names, values = _bound(wanted)
    return work.all(_after(names), LogRow, before_id=before_id, limit=most, **values)


_FORGET = Statement(
    system_log.delete().where(system_log.c.created_at < sa.bindparam("before", type_=sa.BigInteger))
)


def forget_before(connection: Connection, before: Instant) -> int:
    """How many rows there were."""
    return connection.execute(_FORGET, {"before": before})
