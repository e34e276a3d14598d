"""Tasks by their number, which value ids are made of."""

from functools import cache

import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.access import Sight, sight_of
from procession.domains.processes.tables import processes
from procession.domains.processes.types import Away
from procession.domains.tasks.access import is_guests, tasks_and_processes
from procession.domains.tasks.store.selecting import visible
from procession.domains.tasks.tables import tasks
from procession.domains.tasks.types import Task
from procession.kit.db import Statement
from procession.kit.work import Work

#: A larger number is nobody's, and no column of ours holds it.
_LARGEST = 2**31 - 1


@cache
def _numbered(sight: Sight) -> Statement:
    return Statement(
        visible(sight).where(tasks.c.number == sa.bindparam("number", type_=sa.Integer))
    )


def find_numbered(work: Work, number: int) -> Task | None:
    """If the caller may see it."""
    if number > _LARGEST:
        return None
    return work.first(_numbered(sight_of(work.caller)), Task, number=number)


_IS_AWAY = Statement(
    sa.select(sa.literal(1))
    .select_from(tasks_and_processes)
    .where(
        tasks.c.organization_id == ORGANIZATION_ID,
        tasks.c.number == sa.bindparam("number", type_=sa.Integer),
        processes.c.archived_at.is_not(None),
        is_guests(),
    )
)


def require_numbered_not_away(work: Work, number: int) -> None:
    """As `require_not_away`, for a task that is named by its number."""
    if work.caller.is_guest and number <= _LARGEST and work.value(_IS_AWAY, number=number):
        raise Away
