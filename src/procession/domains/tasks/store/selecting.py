"""The one select of tasks a caller may see, with everything the Task value holds."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID, archived_by
from procession.domains.people.tables import guests
from procession.domains.processes.access import (
    Sight,
    is_assigned_to_task,
    is_task_of_guest,
    sight_of,
)
from procession.domains.processes.tables import processes
from procession.domains.processes.types import Away
from procession.domains.tasks.access import (
    is_guests,
    is_visible,
    own_or_of_process,
    people_of_task,
    tasks_and_processes,
)
from procession.domains.tasks.tables import task_assignees, task_parts, tasks
from procession.domains.tasks.types import Task
from procession.kit.db import Statement, any_of
from procession.kit.errors import NotFound
from procession.kit.work import Work

_TASK_ID = sa.bindparam("task_id", type_=sa.String(32))
NOW = sa.bindparam("now", type_=sa.BigInteger)
THIS = (tasks.c.organization_id == ORGANIZATION_ID, tasks.c.id == _TASK_ID)


ASSIGNED = (
    sa.select(
        sa.func.aggregate_strings(
            task_assignees.c.person.concat(sa.literal(" ")).concat(task_assignees.c.written), "\n"
        )
    )
    .where(
        task_assignees.c.organization_id == tasks.c.organization_id,
        task_assignees.c.task_id == tasks.c.id,
    )
    .scalar_subquery()
)
_COMPLETING_GUEST = (
    sa.select(guests.c.email).where(guests.c.id == tasks.c.completed_by_guest).scalar_subquery()
)
_PROCESS_STATUS = sa.case(
    (processes.c.id.is_(None), None),
    (processes.c.archived_at.is_not(None), "archived"),
    (processes.c.open_issue_count > 0, "issue"),
    (processes.c.problem_task_count > 0, "problem"),
    (processes.c.completed_at.is_not(None), "complete"),
    else_="active",
)
_dependants = tasks.alias("dependants")
#: Looked up only in processes that have such tasks at all.
_IS_ANCHOR = sa.case(
    (
        sa.and_(processes.c.has_anchors, tasks.c.step_id.is_not(None)),
        sa.exists().where(
            _dependants.c.organization_id == tasks.c.organization_id,
            _dependants.c.process_id == tasks.c.process_id,
            _dependants.c.anchor_step_id == tasks.c.step_id,
            _dependants.c.deadline_is_pinned.is_(False),
            _dependants.c.state.in_(("not-started", "in-progress")),
        ),
    ),
    else_=sa.false(),
)
_FINISHED = sa.case(
    (
        tasks.c.everyone_must_complete,
        sa.select(
            sa.func.aggregate_strings(
                task_parts.c.person.concat(sa.literal(" ")).concat(task_parts.c.written), "\n"
            )
        )
        .where(
            task_parts.c.organization_id == tasks.c.organization_id,
            task_parts.c.task_id == tasks.c.id,
        )
        .scalar_subquery(),
    ),
    else_=None,
)
_needed = people_of_task(tasks.c.organization_id, tasks.c.id).subquery("needed")
_NEEDED = sa.case(
    (
        tasks.c.everyone_must_complete,
        sa.select(
            sa.func.aggregate_strings(
                _needed.c.kind.concat(sa.literal(":")).concat(sa.cast(_needed.c.id, sa.Text)), "\n"
            )
        ).scalar_subquery(),
    ),
    else_=None,
)
_ARCHIVED_BY = [
    own_or_of_process(of_task, of_process)
    for of_task, of_process in zip(archived_by(tasks), archived_by(processes), strict=True)
]
_STORED = [tasks.c[name] for name in Task.__struct_fields__[:45]]


@cache
def _whole(sight: Sight) -> sa.Select[Any]:
    """Everything the Task value holds, as the caller sees it."""
    is_callers = is_task_of_guest() if sight is Sight.GUEST else is_assigned_to_task()
    return (
        sa.select(
            *_STORED,
            ASSIGNED,
            is_callers,
            _COMPLETING_GUEST,
            processes.c.archived_at,
            processes.c.owner_id,
            _PROCESS_STATUS,
            _IS_ANCHOR,
            _FINISHED,
            _NEEDED,
            *_ARCHIVED_BY,
        )
        .select_from(tasks_and_processes)
        .where(tasks.c.organization_id == ORGANIZATION_ID)
    )


@cache
def visible(sight: Sight) -> sa.Select[Any]:
    return _whole(sight).where(is_visible(sight))


@cache
def _of_page(sight: Sight) -> Statement:
    return Statement(_whole(sight).where(any_of(tasks.c.id, "page_ids")))


def of_page(work: Work, ids: Sequence[str]) -> list[Task]:
    """In the order of `ids`, which were found to be visible in the same transaction."""
    if not ids:
        return []
    found = work.all(_of_page(sight_of(work.caller)), Task, page_ids=list(ids))
    by_id = {task.id: task for task in found}
    return [by_id[task_id] for task_id in ids]


@cache
def _visible_one(sight: Sight) -> Statement:
    return Statement(visible(sight).where(tasks.c.id == _TASK_ID))


def find_visible(work: Work, task_id: str) -> Task | None:
    return work.first(_visible_one(sight_of(work.caller)), Task, task_id=task_id)


def get_visible(work: Work, task_id: str, process_id: str | None = None) -> Task:
    """`process_id`: a task of another process is not found."""
    task = find_visible(work, task_id)
    if task is None:
        require_not_away(work, task_id)
        raise NotFound(kind="Task")
    if process_id not in (None, task.process_id):
        raise NotFound(kind="Task")
    return task


_IS_AWAY = Statement(
    sa.select(sa.literal(1))
    .select_from(tasks_and_processes)
    .where(*THIS, processes.c.archived_at.is_not(None), is_guests())
)


def require_not_away(work: Work, task_id: str) -> None:
    """A guest who could see it in a live process is told why it is not found (30, 10.2)."""
    if work.caller.is_guest and work.value(_IS_AWAY, task_id=task_id):
        raise Away


@cache
def _visible_among(sight: Sight) -> Statement:
    return Statement(visible(sight).where(any_of(tasks.c.id, "task_ids")))


def visible_among(work: Work, task_ids: Collection[str]) -> dict[str, Task]:
    """Those of `task_ids` that the caller may see, by id."""
    if not task_ids:
        return {}
    statement = _visible_among(sight_of(work.caller))
    return {task.id: task for task in work.all(statement, Task, task_ids=list(task_ids))}


_LOCK_STANDALONE = Statement(sa.select(tasks.c.id).where(*THIS).with_for_update())


def lock_standalone(work: Work, task_id: str) -> bool:
    """Keeps other writers of a task without a process waiting; False when it has gone."""
    is_there = work.value(_LOCK_STANDALONE, task_id=task_id) is not None
    work.read_clock()
    return is_there


class _Id(msgspec.Struct, array_like=True):
    id: str


_LOCK_ALL_STANDALONE = Statement(
    sa.select(tasks.c.id)
    .where(tasks.c.organization_id == ORGANIZATION_ID, any_of(tasks.c.id, "task_ids"))
    .order_by(tasks.c.id)
    .with_for_update()
)


def lock_all_standalone(work: Work, task_ids: Collection[str]) -> None:
    """In the order of their ids, so that two who do this never wait for each other in a circle."""
    if task_ids:
        work.all(_LOCK_ALL_STANDALONE, _Id, task_ids=list(task_ids))
        work.read_clock()


@cache
def _of_processes(sight: Sight) -> Statement:
    return Statement(
        visible(sight)
        .where(any_of(tasks.c.process_id, "process_ids"), tasks.c.state != "auto-skipped")
        .order_by(tasks.c.position, tasks.c.number)
    )


def of_processes(work: Work, process_ids: Collection[str]) -> dict[str, list[Task]]:
    """By process and position, hidden ones left out (the include `tasks` of a process)."""
    found: dict[str, list[Task]] = {process_id: [] for process_id in process_ids}
    if found:
        statement = _of_processes(sight_of(work.caller))
        for task in work.all(statement, Task, process_ids=list(found)):
            found[task.process_id or ""].append(task)
    return found
