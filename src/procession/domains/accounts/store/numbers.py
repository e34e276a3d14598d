"""Numbers given out within an organization, and on the whole server."""

import msgspec
import sqlalchemy as sa

from procession.domains.accounts.tables import (
    organizations,
    server_counters,
)
from procession.domains.people.access import ORGANIZATION_ID
from procession.kit.db import Statement
from procession.kit.work import Work


def _taking(column: sa.Column[int]) -> Statement:
    return Statement(
        organizations.update()
        .where(organizations.c.id == ORGANIZATION_ID)
        .values({column: column + sa.bindparam("count", type_=sa.Integer)})
        .returning(column)
    )


_TAKE_TEMPLATE = _taking(organizations.c.template_count)
_TAKE_TASKS = _taking(organizations.c.task_count)
_TAKE_PROCESS_AND_TASKS = Statement(
    organizations.update()
    .where(organizations.c.id == ORGANIZATION_ID)
    .values(
        {
            "process_count": organizations.c.process_count + 1,
            "task_count": organizations.c.task_count + sa.bindparam("count", type_=sa.Integer),
        }
    )
    .returning(organizations.c.process_count, organizations.c.task_count)
)
_TAKE_ALIAS_NUMBERS = Statement(
    server_counters.update()
    .where(server_counters.c.name == "alias")
    .values(value=server_counters.c.value + sa.bindparam("count", type_=sa.BigInteger))
    .returning(server_counters.c.value)
)
FIRST_ALIAS_NUMBER = 1_000_000


def take_template_number(work: Work) -> int:
    number: int = work.value(_TAKE_TEMPLATE, count=1)
    return number


def take_task_numbers(work: Work, count: int) -> range:
    last: int = work.value(_TAKE_TASKS, count=count)
    return range(last - count + 1, last + 1)


class _Counts(msgspec.Struct, array_like=True):
    process: int
    task: int


def take_process_and_task_numbers(work: Work, task_count: int) -> tuple[int, range]:
    """The process's number, and the numbers of its tasks."""
    counts = work.all(_TAKE_PROCESS_AND_TASKS, _Counts, count=task_count)[0]
    return counts.process, range(counts.task - task_count + 1, counts.task + 1)


def take_alias_numbers(work: Work, count: int) -> range:
    """Server-wide numbers that end the aliases of steps and fields (contract 20, 1).

    Taken after every other lock: whoever holds this counter must wait for nobody, since an edit
    holds its template, a launch holds the organization's counters and waits for the template.
    """
    last: int = work.value(_TAKE_ALIAS_NUMBERS, count=count)
    return range(last - count + 1, last + 1)
