"""Deadlines that count from other steps' tasks: reading and writing all of a process's at once."""

from collections.abc import Sequence

import sqlalchemy as sa

from procession.core.redating import DatedTask, Redated
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.tasks.store.selecting import NOW, THIS
from procession.domains.tasks.tables import tasks
from procession.kit.db import Statement, changing
from procession.kit.work import Work

_OF_PROCESS = (
    tasks.c.organization_id == ORGANIZATION_ID,
    tasks.c.process_id == sa.bindparam("process_id", type_=sa.String(32)),
)
_anchored = tasks.alias("anchored")
_ANCHORS = sa.select(_anchored.c.anchor_step_id).where(
    _anchored.c.organization_id == ORGANIZATION_ID,
    _anchored.c.process_id == sa.bindparam("process_id", type_=sa.String(32)),
    _anchored.c.anchor_step_id.is_not(None),
)
_DATED = Statement(
    sa.select(
        tasks.c.id,
        tasks.c.step_id,
        tasks.c.anchor_step_id,
        tasks.c.state == "completed",
        tasks.c.state == "auto-skipped",
        tasks.c.deadline_at,
        tasks.c.deadline_is_pinned,
        tasks.c.waits_for_anchor,
        tasks.c.last_completed_at,
        tasks.c.number,
        tasks.c.title,
    )
    .where(
        *_OF_PROCESS,
        tasks.c.step_id.is_not(None),
        sa.or_(tasks.c.anchor_step_id.is_not(None), tasks.c.step_id.in_(_ANCHORS)),
    )
    .order_by(tasks.c.position, tasks.c.number)
)
_SET_DATES = Statement(
    changing(tasks)
    .where(*THIS)
    .values(
        deadline_at=sa.bindparam("new_deadline_at", type_=sa.BigInteger),
        waits_for_anchor=sa.bindparam("new_waits_for_anchor", type_=sa.Boolean),
        # That a deadline counts now, or no longer, is no change of the task itself.
        updated_at=sa.case(
            (sa.bindparam("is_moved", type_=sa.Boolean), NOW), else_=tasks.c.updated_at
        ),
    )
)


def list_dated(work: Work, process_id: str) -> list[DatedTask]:
    """Of a process: the tasks that count from others, and those that others count from."""
    return work.all(_DATED, DatedTask, process_id=process_id)


def set_dates(work: Work, redated: Sequence[Redated]) -> None:
    work.run_many(
        _SET_DATES,
        [
            {
                "organization_id": work.caller.organization_id,
                "task_id": each.task.id,
                "now": work.now,
                "new_deadline_at": each.deadline_at,
                "new_waits_for_anchor": each.waits_for_anchor,
                "is_moved": each.is_moved,
            }
            for each in redated
        ],
    )
