"""Many processes at a time: what archiving needs to know of each, and no more."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.comments.tables import threads
from procession.domains.files.tables import files
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.access import Sight, is_visible, sight_of
from procession.domains.processes.tables import process_people, processes
from procession.domains.processes.types import ShelvedProcess
from procession.domains.tasks.tables import EXPIRES, task_assignees, tasks
from procession.kit.db import Statement, any_of
from procession.kit.work import Work

_THESE = (processes.c.organization_id == ORGANIZATION_ID, any_of(processes.c.id, "process_ids"))
_COLUMNS = [processes.c[name] for name in ShelvedProcess.__struct_fields__]


@cache
def _among(sight: Sight, *, lock: bool) -> Statement:
    chosen = sa.select(*_COLUMNS).where(*_THESE, is_visible(sight)).order_by(processes.c.id)
    return Statement(chosen.with_for_update(of=processes) if lock else chosen)


def shelved_among(
    work: Work, process_ids: Sequence[str], *, lock: bool = False
) -> dict[str, ShelvedProcess]:
    """Those that the caller may see. `lock`: in the order of their ids, so that two who do this
    never wait for each other in a circle."""
    if not process_ids:
        return {}
    statement = _among(sight_of(work.caller), lock=lock)
    found = work.all(statement, ShelvedProcess, process_ids=list(process_ids))
    if lock:
        work.read_clock()
    return {process.id: process for process in found}


class _Sums(msgspec.Struct, array_like=True, frozen=True):
    tasks: int
    completed: int


_TASKS = Statement(
    sa.select(
        *[
            sa.cast(sa.func.coalesce(sa.func.sum(processes.c[name]), 0), sa.BigInteger)
            for name in ("visible_task_count", "completed_task_count")
        ]
    ).where(*_THESE)
)


def count_tasks(work: Work, process_ids: Sequence[str]) -> tuple[int, int]:
    """Visible tasks of these processes, and how many of them are open."""
    sums = work.all(_TASKS, _Sums, process_ids=list(process_ids))[0]
    return sums.tasks, sums.tasks - sums.completed


def _counting(chosen: Any) -> Statement:
    return Statement(sa.select(sa.func.count()).select_from(chosen.subquery()))


def _people(like: str) -> Any:
    """Distinct stored keys that begin so, named on these processes or on their tasks."""
    return sa.union(
        sa.select(task_assignees.c.person).where(
            task_assignees.c.organization_id == ORGANIZATION_ID,
            any_of(task_assignees.c.process_id, "process_ids"),
            task_assignees.c.person.like(like),
        ),
        sa.select(process_people.c.person).where(
            process_people.c.organization_id == ORGANIZATION_ID,
            any_of(process_people.c.process_id, "process_ids"),
            process_people.c.person.like(like),
        ),
    )


_NOW = sa.bindparam("now", type_=sa.BigInteger)
_ALONG = {
    "people": _counting(_people("u:%")),
    "guests": _counting(_people("e:%")),
    "comments": Statement(
        sa.select(sa.func.count()).where(
            threads.c.organization_id == ORGANIZATION_ID,
            any_of(threads.c.process_id, "process_ids"),
        )
    ),
    "children": Statement(
        sa.select(sa.func.count()).where(
            processes.c.organization_id == ORGANIZATION_ID,
            any_of(processes.c.parent_id, "process_ids"),
        )
    ),
    "expiring_now": Statement(
        sa.select(sa.func.count()).where(
            tasks.c.organization_id == ORGANIZATION_ID,
            any_of(tasks.c.process_id, "process_ids"),
            tasks.c.completed_at.is_(None),
            tasks.c.archived_at.is_(None),
            tasks.c.state != "auto-skipped",
            tasks.c.waits_for_anchor.is_(False),
            tasks.c.deadline_at < _NOW,
            EXPIRES,
        )
    ),
}


class _Files(msgspec.Struct, array_like=True, frozen=True):
    count: int
    size: int


_OF_TASKS = sa.select(tasks.c.id).where(
    tasks.c.organization_id == ORGANIZATION_ID, any_of(tasks.c.process_id, "process_ids")
)
_FILES = Statement(
    sa.select(
        sa.func.count(), sa.cast(sa.func.coalesce(sa.func.sum(files.c.size), 0), sa.BigInteger)
    ).where(
        files.c.organization_id == ORGANIZATION_ID,
        sa.or_(any_of(files.c.process_id, "process_ids"), files.c.task_id.in_(_OF_TASKS)),
    )
)


def count_files(work: Work, process_ids: Sequence[str]) -> dict[str, int]:
    """Of these processes and their tasks, and how large they are together."""
    found = work.all(_FILES, _Files, process_ids=list(process_ids))[0]
    return {"files": found.count, "bytes": found.size}


def count_along(work: Work, process_ids: Sequence[str]) -> dict[str, int]:
    """People and guests who work in them, comments, processes below them, and tasks that would
    expire at once."""
    return {
        name: int(work.value(statement, process_ids=list(process_ids)))
        for name, statement in _ALONG.items()
    }
