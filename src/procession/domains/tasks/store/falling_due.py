"""Tasks that the clock is to complete: those that expire, and those that were left too long.

The conditions are asked twice: to find a task, and again when its process is held.
"""

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.tasks.access import tasks_and_processes
from procession.domains.tasks.store.selecting import NOW, THIS
from procession.domains.tasks.tables import EXPIRES, tasks
from procession.kit.db import Connection, Statement
from procession.kit.work import Work

_PASSED = sa.bindparam("passed_before", type_=sa.BigInteger)
#: Open for all to see, with a deadline that counts, in no archive and no frozen process.
_IS_AT_WORK = sa.and_(
    tasks.c.completed_at.is_(None),
    tasks.c.state.in_(("not-started", "in-progress")),
    tasks.c.archived_at.is_(None),
    tasks.c.waits_for_anchor.is_(False),
    sa.or_(
        tasks.c.process_id.is_(None),
        sa.and_(processes.c.archived_at.is_(None), processes.c.open_issue_count == 0),
    ),
)
_ACTIVATED_AT = (
    sa.func.coalesce(tasks.c.activated_at, 0),
    sa.func.coalesce(processes.c.activated_at, 0),
)
#: A mail cannot be recalled. What fell due in the archive is not sent by the clock afterwards
#: (contract 30, 10.4), and neither is it sent again for the deadline that it was sent for.
_IS_TIMELY = sa.or_(
    tasks.c.task_type == "expiring",
    sa.and_(
        *(tasks.c.deadline_at > instant for instant in _ACTIVATED_AT),
        tasks.c.deadline_at > sa.func.coalesce(tasks.c.last_completed_at, 0),
    ),
)
_IS_EXPIRED = sa.and_(EXPIRES, _IS_AT_WORK, tasks.c.deadline_at < NOW, _IS_TIMELY)
#: An e-mail task is left to people: completing it would send its mail, months late.
_IS_LEFT = sa.and_(
    _IS_AT_WORK,
    tasks.c.open_issue_count == 0,
    tasks.c.task_type.in_(("task", "approval")),
    tasks.c.deadline_at < _PASSED,
    *(instant < _PASSED for instant in _ACTIVATED_AT),
)


class DueTask(msgspec.Struct, array_like=True, frozen=True):
    """A task whose time has come."""

    organization_id: str
    id: str


EXPIRED = Statement(
    sa.select(tasks.c.organization_id, tasks.c.id)
    .select_from(tasks_and_processes)
    .where(_IS_EXPIRED)
    .order_by(tasks.c.deadline_at, tasks.c.number)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_STILL_EXPIRED = Statement(
    sa.select(tasks.c.id).select_from(tasks_and_processes).where(*THIS, _IS_EXPIRED)
)
_LEFT = Statement(
    sa.select(tasks.c.id)
    .select_from(tasks_and_processes)
    .where(tasks.c.organization_id == ORGANIZATION_ID, _IS_LEFT)
    .order_by(tasks.c.deadline_at, tasks.c.number)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)
_STILL_LEFT = Statement(
    sa.select(tasks.c.id).select_from(tasks_and_processes).where(*THIS, _IS_LEFT)
)


def list_expired(connection: Connection, now: Instant, limit: int) -> list[DueTask]:
    """Of all organizations, the earliest deadlines first."""
    rows = connection.fetch(EXPIRED, {"now": now, "limit": limit})
    return msgspec.convert(rows, list[DueTask])


def is_expired(work: Work, task_id: str) -> bool:
    return work.value(_STILL_EXPIRED, task_id=task_id) is not None


class _Id(msgspec.Struct, array_like=True):
    id: str


def list_left(work: Work, before: Instant, limit: int) -> list[DueTask]:
    """Of the caller's organization: due before then, and in no archive since."""
    found = work.all(_LEFT, _Id, passed_before=before, limit=limit)
    return [DueTask(work.caller.organization_id, row.id) for row in found]


def is_left(work: Work, task_id: str, before: Instant) -> bool:
    return work.value(_STILL_LEFT, task_id=task_id, passed_before=before) is not None
