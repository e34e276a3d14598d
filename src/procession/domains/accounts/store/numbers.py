"""Numbers given out within an organization."""

import msgspec
import sqlalchemy as sa

from procession.domains.accounts.tables import alias_counters, organizations
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
_BEYOND = sa.bindparam("beyond", type_=sa.BigInteger)
_TAKE_ALIAS_NUMBERS = Statement(
    alias_counters.update()
    .where(alias_counters.c.organization_id == ORGANIZATION_ID)
    .values(
        value=sa.case((alias_counters.c.value < _BEYOND, _BEYOND), else_=alias_counters.c.value)
        + sa.bindparam("count", type_=sa.BigInteger)
    )
    .returning(alias_counters.c.value)
)
_COUNT_ALIASES = Statement(
    alias_counters.insert().from_select(
        ["organization_id", "value"],
        sa.select(ORGANIZATION_ID, sa.bindparam("value", type_=sa.BigInteger))
        .where(sa.true())
        # A trigger for servers of 0.1 may have been here before (migration 0002).
        .suffix_with("ON CONFLICT (organization_id) DO UPDATE SET value = excluded.value"),
    )
)
_FIRST_ALIAS_NUMBER = 1_000_000


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


def count_aliases(work: Work) -> None:
    """The organization is new: what ends its aliases is counted from the beginning."""
    work.run(_COUNT_ALIASES, value=_FIRST_ALIAS_NUMBER - 1)


def take_alias_numbers(work: Work, count: int, *, beyond: int = 0) -> range:
    """Numbers that end the aliases of steps and fields (contract 20, 1).

    None is given twice in the organization, nor one up to `beyond`, which came from elsewhere.
    Taken after every other lock: whoever holds this counter must wait for nobody, since an edit
    holds its template, a launch holds the organization's counters and waits for the template.
    """
    last: int = work.value(_TAKE_ALIAS_NUMBERS, count=count, beyond=beyond)
    return range(last - count + 1, last + 1)
