"""Who reads tasks without working on them."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.tasks.tables import task_assignees, task_readers
from procession.kit.db import Statement
from procession.kit.work import Work

_TASK_ID = sa.bindparam("task_id", type_=sa.String(32))


class _Person(msgspec.Struct, array_like=True, frozen=True):
    person: str


_ASSIGNED = Statement(
    sa.select(task_assignees.c.person)
    .where(
        task_assignees.c.organization_id == ORGANIZATION_ID,
        task_assignees.c.process_id == sa.bindparam("process_id", type_=sa.String(32)),
    )
    .distinct()
)


def assigned_in(work: Work, process_id: str) -> set[str]:
    """People and groups that any task of the process is assigned to, as they are stored."""
    return {row.person for row in work.all(_ASSIGNED, _Person, process_id=process_id)}


_READERS = Statement(
    sa.select(task_readers.c.person).where(
        task_readers.c.organization_id == ORGANIZATION_ID, task_readers.c.task_id == _TASK_ID
    )
)
_INSERT_READER = Statement(
    task_readers.insert().values(
        {name: sa.bindparam(name) for name in ("organization_id", "task_id", "person")}
    )
)
_REMOVE_READER = Statement(
    task_readers.delete().where(
        task_readers.c.organization_id == ORGANIZATION_ID,
        task_readers.c.person == sa.bindparam("person", type_=sa.Text),
    )
)


def readers_of(work: Work, task_id: str) -> set[str]:
    return {row.person for row in work.all(_READERS, _Person, task_id=task_id)}


def add_readers(work: Work, task_id: str, people: Sequence[str]) -> None:
    """Those who are none yet."""
    organization_id = work.caller.organization_id
    work.run_many(
        _INSERT_READER,
        [
            {"organization_id": organization_id, "task_id": task_id, "person": person}
            for person in people
        ],
    )


def remove_reader_from_all(work: Work, person: str) -> None:
    """Take a person or group out of the readers of every task."""
    work.run(_REMOVE_READER, person=person)
