"""All SQL about threads."""

from collections.abc import Collection

import sqlalchemy as sa

from procession.domains.comments.tables import threads
from procession.domains.comments.types import Thread
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import guests, users
from procession.kit.db import Statement, any_of
from procession.kit.work import Work

_THREAD_ID = sa.bindparam("thread_id", type_=sa.String(32))
_STORED = [threads.c[name] for name in Thread.__struct_fields__[:12]]
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
_ONE = Statement(_THREADS.where(threads.c.id == _THREAD_ID))
_OF_PROCESSES = Statement(
    _THREADS.where(
        any_of(threads.c.process_id, "process_ids"), threads.c.task_id.is_(None)
    ).order_by(threads.c.created_at, threads.c.id)
)
_OF_TASKS = Statement(
    _THREADS.where(any_of(threads.c.task_id, "task_ids")).order_by(
        threads.c.created_at, threads.c.id
    )
)
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
_INSERT = Statement(
    threads.insert().values({column.name: sa.bindparam(column.name) for column in threads.c})
)
_SET_RESOLVED = Statement(
    threads.update()
    .where(
        threads.c.organization_id == ORGANIZATION_ID,
        threads.c.id == _THREAD_ID,
        threads.c.resolved_by_thread.is_(None),
    )
    .values(resolved_by_thread=sa.bindparam("resolved_by", type_=sa.String(32)))
)


def find_thread(work: Work, thread_id: str) -> Thread | None:
    return work.first(_ONE, Thread, thread_id=thread_id)


def of_processes(work: Work, process_ids: Collection[str]) -> dict[str, list[Thread]]:
    """Process-level ones by process, oldest first; one statement for all of them."""
    found: dict[str, list[Thread]] = {process_id: [] for process_id in process_ids}
    if found:
        for thread in work.all(_OF_PROCESSES, Thread, process_ids=list(found)):
            found[thread.process_id or ""].append(thread)
    return found


def of_tasks(work: Work, task_ids: Collection[str]) -> dict[str, list[Thread]]:
    """By task, oldest first; one statement for all of them."""
    found: dict[str, list[Thread]] = {task_id: [] for task_id in task_ids}
    if found:
        for thread in work.all(_OF_TASKS, Thread, task_ids=list(found)):
            found[thread.task_id or ""].append(thread)
    return found


def count_open_issues_of_task(work: Work, task_id: str) -> int:
    count: int = work.value(_COUNT_OF_TASK, task_id=task_id)
    return count


def add_thread(work: Work, **columns: object) -> None:
    work.run(_INSERT, **columns)


def set_resolved(work: Work, thread_id: str, resolved_by: str) -> None:
    work.run(_SET_RESOLVED, thread_id=thread_id, resolved_by=resolved_by)


_SET_PROCESS = Statement(
    threads.update()
    .where(
        threads.c.organization_id == ORGANIZATION_ID,
        threads.c.task_id == sa.bindparam("task_id", type_=sa.String(32)),
    )
    .values(process_id=sa.bindparam("new_process_id", type_=sa.String(32)))
)


def set_process_of_task(work: Work, task_id: str, process_id: str | None) -> None:
    """What was said about a task goes with it into another process, or out of any."""
    work.run(_SET_PROCESS, task_id=task_id, new_process_id=process_id)
