"""Tasks as far as their forms matter: whole processes, and what was answered in them."""

from collections.abc import Collection
from functools import cache

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID
from procession.domains.processes.access import Sight, may_see_secret, sight_of
from procession.domains.processes.tables import processes
from procession.domains.tasks.access import tasks_and_processes
from procession.domains.tasks.store.selecting import visible
from procession.domains.tasks.tables import tasks
from procession.domains.tasks.types import Task
from procession.kit.db import Statement, any_of
from procession.kit.work import Work


@cache
def _whole(sight: Sight) -> Statement:
    return Statement(
        visible(sight)
        .where(any_of(tasks.c.process_id, "process_ids"), tasks.c.archived_at.is_(None))
        .order_by(tasks.c.position, tasks.c.number)
    )


def of_whole_processes(work: Work, process_ids: Collection[str]) -> dict[str, list[Task]]:
    """By process and position, hidden ones too; archived one-off tasks are left out."""
    found: dict[str, list[Task]] = {process_id: [] for process_id in process_ids}
    if found:
        statement = _whole(sight_of(work.caller))
        for task in work.all(statement, Task, process_ids=list(found)):
            found[task.process_id or ""].append(task)
    return found


class StepAnswers(msgspec.Struct, array_like=True, frozen=True):
    """What was answered in the task of a step, as stored."""

    process_id: str
    step_id: str
    #: The task is secret or hidden: nothing of it is for everybody.
    is_private: bool
    answers: str


def _is_told(sight: Sight) -> sa.ColumnElement[bool]:
    """What is asked in secret is told to who may see the secret task alone."""
    told = sa.or_(tasks.c.top_secret.is_(False), may_see_secret(sight))
    if sight in (Sight.STANDARD, Sight.LIGHT):
        return sa.or_(told, processes.c.owner_id == CALLER_ID)
    return told


@cache
def _answers(sight: Sight, *, of_one_step: bool = False) -> Statement:
    is_step = tasks.c.step_id == sa.bindparam("step_id", type_=sa.String(32))
    return Statement(
        sa.select(
            tasks.c.process_id,
            tasks.c.step_id,
            sa.or_(tasks.c.top_secret, tasks.c.state == "auto-skipped"),
            tasks.c.answers,
        )
        .select_from(tasks_and_processes)
        .where(
            tasks.c.organization_id == ORGANIZATION_ID,
            any_of(tasks.c.process_id, "process_ids"),
            is_step if of_one_step else tasks.c.step_id.is_not(None),
            tasks.c.answers.is_not(None),
            _is_told(sight),
        )
    )


def step_answers(
    work: Work, process_ids: Collection[str], step_id: str | None = None
) -> list[StepAnswers]:
    """Of all tasks made from steps, also of those that the caller does not see for themselves.

    `step_id`: of those made from this step alone.
    """
    if not process_ids:
        return []
    statement = _answers(sight_of(work.caller), of_one_step=step_id is not None)
    bound = {} if step_id is None else {"step_id": step_id}
    return work.all(statement, StepAnswers, process_ids=list(process_ids), **bound)
