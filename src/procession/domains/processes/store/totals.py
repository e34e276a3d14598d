"""Sums over the tasks and issues of a process, counted anew each time."""

import msgspec
import sqlalchemy as sa

from procession.core.progress import Totals, lifecycle_status
from procession.domains.comments.tables import threads
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.store import sums
from procession.domains.processes.store.selecting import (
    IS_COMPLETED,
    IS_EFFECTIVE,
    IS_VISIBLE_TASK,
    NOW,
    PROCESS_ID,
    THIS,
)
from procession.domains.processes.tables import processes
from procession.domains.tasks.tables import tasks
from procession.kit.db import Statement, changing
from procession.kit.work import Work

_COUNTED = sa.and_(*IS_VISIBLE_TASK)
_OPEN = sa.and_(_COUNTED, ~IS_COMPLETED)
_TOTALS = Statement(
    sa.select(
        sa.func.count().filter(_COUNTED),
        sa.func.count().filter(_COUNTED, IS_COMPLETED),
        sa.func.count().filter(_COUNTED, tasks.c.open_issue_count > 0),
        sa.func.count().filter(_COUNTED, tasks.c.top_secret),
        sa.func.count().filter(_COUNTED, IS_COMPLETED, tasks.c.top_secret),
        sa.select(sa.func.count())
        .select_from(threads)
        .where(
            threads.c.organization_id == ORGANIZATION_ID,
            threads.c.process_id == PROCESS_ID,
            threads.c.task_id.is_(None),
            threads.c.label == "problem",
            threads.c.resolved_by_thread.is_(None),
        )
        .scalar_subquery(),
        sa.func.min(tasks.c.deadline_at).filter(_OPEN, IS_EFFECTIVE),
        sa.func.max(tasks.c.deadline_at).filter(_COUNTED),
    ).where(tasks.c.organization_id == ORGANIZATION_ID, tasks.c.process_id == PROCESS_ID)
)


class _TotalsRow(msgspec.Struct, array_like=True):
    visible: int
    completed: int
    troubled: int
    secret: int
    secret_completed: int
    open_issues: int
    first_open_deadline_at: int | None
    last_deadline_at: int | None


def count_totals(work: Work, process_id: str) -> Totals:
    """Counted anew from the tasks and issues themselves."""
    row = work.all(_TOTALS, _TotalsRow, process_id=process_id)[0]
    return Totals(**msgspec.structs.asdict(row))


_SET_TOTALS = Statement(
    changing(processes)
    .where(*THIS)
    .values(
        {
            "visible_task_count": sa.bindparam("visible"),
            "completed_task_count": sa.bindparam("completed"),
            "problem_task_count": sa.bindparam("troubled"),
            "secret_task_count": sa.bindparam("secret"),
            "secret_completed_task_count": sa.bindparam("secret_completed"),
            "open_issue_count": sa.bindparam("open_issues"),
            "first_open_deadline_at": sa.bindparam("first_open_deadline"),
            "last_deadline_at": sa.bindparam("last_deadline"),
            "lifecycle": sa.bindparam("lifecycle"),
            "completed_at": sa.bindparam("new_completed_at"),
            "updated_at": NOW,
        }
    )
)


def set_totals(work: Work, process_id: str, totals: Totals, completed_at: int | None) -> None:
    """Also what the process adds to the sums of its organization, and its stored status."""
    lifecycle = lifecycle_of(totals, is_done=completed_at is not None)
    counts = (totals.visible, totals.completed, totals.secret, totals.secret_completed)
    sums.foretell(work, process_id, lifecycle, counts)
    work.run_later(
        _SET_TOTALS,
        process_id=process_id,
        visible=totals.visible,
        completed=totals.completed,
        troubled=totals.troubled,
        secret=totals.secret,
        secret_completed=totals.secret_completed,
        open_issues=totals.open_issues,
        lifecycle=lifecycle,
        first_open_deadline=totals.first_open_deadline_at,
        last_deadline=totals.last_deadline_at,
        new_completed_at=completed_at,
    )


def lifecycle_of(totals: Totals, *, is_done: bool) -> str:
    status = lifecycle_status(
        open_issues=totals.open_issues, troubled=totals.troubled, is_done=is_done
    )
    return status.value
