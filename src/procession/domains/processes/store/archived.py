"""What is archived, in numbers. `only_open`: of processes that everybody may read (contract 70,
10)."""

from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import process_sums, processes
from procession.kit.db import Statement
from procession.kit.work import Work

_ARCHIVED = (processes.c.organization_id == ORGANIZATION_ID, processes.c.archived_at.is_not(None))
#: Members get one half of an index as it stands, administrators both.
_OPEN = (processes.c.everyone_may_read.is_(True),)
_EITHER = (processes.c.everyone_may_read.in_([True, False]),)


class _OfLifecycle(msgspec.Struct, array_like=True, frozen=True):
    lifecycle: str
    count: int


@cache
def _by_lifecycle(*, only_open: bool) -> Statement:
    """As the journal of sums says it."""
    count = sa.cast(sa.func.sum(process_sums.c.process_count), sa.BigInteger)
    told = sa.select(process_sums.c.lifecycle, count).where(
        process_sums.c.organization_id == ORGANIZATION_ID, process_sums.c.is_archived.is_(True)
    )
    if only_open:
        told = told.where(process_sums.c.everyone_may_read.is_(True))
    return Statement(told.group_by(process_sums.c.lifecycle))


def archived_by_lifecycle(work: Work, *, only_open: bool) -> dict[str, int]:
    """By what they were before; those of which there is none are left out."""
    rows = work.all(_by_lifecycle(only_open=only_open), _OfLifecycle)
    return {row.lifecycle: row.count for row in rows if row.count}


class OfTemplate(msgspec.Struct, array_like=True, frozen=True):
    """Archived processes of one template; one of the titles that it had."""

    template_id: str
    title: str
    count: int


def _seen(*, only_open: bool) -> tuple[Any, ...]:
    return (*_ARCHIVED, *(_OPEN if only_open else ()))


@cache
def _by_template(*, only_open: bool) -> Statement:
    count = sa.func.count()
    return Statement(
        sa.select(processes.c.template_id, sa.func.max(processes.c.template_title), count)
        .where(*_seen(only_open=only_open))
        .group_by(processes.c.template_id)
        .order_by(count.desc(), processes.c.template_id)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )


def archived_by_template(work: Work, most: int, *, only_open: bool) -> list[OfTemplate]:
    """Most first."""
    return work.all(_by_template(only_open=only_open), OfTemplate, most=most)


@cache
def _first(*, is_open: bool) -> Statement:
    """One half of the index that holds them in this order."""
    return Statement(
        sa.select(processes.c.archived_at)
        .where(*_ARCHIVED, processes.c.everyone_may_read.is_(is_open))
        .order_by(processes.c.archived_at)
        .limit(1)
    )


def first_archived_at(work: Work, *, only_open: bool) -> Instant | None:
    """None when nothing is archived."""
    halves = [True] if only_open else [True, False]
    found = [work.value(_first(is_open=is_open)) for is_open in halves]
    return min((each for each in found if each is not None), default=None)


@cache
def _between(*, only_open: bool) -> Statement:
    seen = _OPEN if only_open else _EITHER
    return Statement(
        sa.select(sa.func.count()).where(
            *_ARCHIVED,
            *seen,
            processes.c.archived_at >= sa.bindparam("start", type_=sa.BigInteger),
            processes.c.archived_at < sa.bindparam("end", type_=sa.BigInteger),
        )
    )


def count_archived_between(work: Work, start: Instant, end: Instant, *, only_open: bool) -> int:
    """The first instant is included, the last one is not."""
    return int(work.value(_between(only_open=only_open), start=start, end=end))
