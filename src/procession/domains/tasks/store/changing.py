"""Changes to a task that touch more than its own columns: people, place, process."""

from collections.abc import Collection, Mapping

import msgspec
import sqlalchemy as sa

from procession.domains.accounts.tables import organizations
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.access import Sight
from procession.domains.tasks.store.selecting import THIS, visible
from procession.domains.tasks.tables import task_assignees, tasks
from procession.domains.tasks.types import Task
from procession.kit.db import Connection, Statement, any_of, changing
from procession.kit.errors import NotFound
from procession.kit.work import Work

_PROCESS_ID = sa.bindparam("process_id", type_=sa.String(32))
_TASK_ID = sa.bindparam("task_id", type_=sa.String(32))
_ANY = Statement(visible(Sight.ALL).where(tasks.c.id == _TASK_ID))


def get_any(work: Work, task_id: str) -> Task:
    """A task that the caller has just changed, and may no longer see because of it."""
    task = work.first(_ANY, Task, task_id=task_id)
    if task is None:
        raise NotFound(kind="Task")
    return task


#: A task is found by its organization and its id: each organization is asked.
_ORGANIZATION = Statement(
    sa.select(tasks.c.organization_id)
    .select_from(organizations.join(tasks, tasks.c.organization_id == organizations.c.id))
    .where(tasks.c.id == _TASK_ID)
)


def find_organization(connection: Connection, task_id: str) -> str | None:
    """Whose task it is, when only its id is known: of a mail that was sent to it."""
    rows = connection.fetch(_ORGANIZATION, {"task_id": task_id})
    return rows[0][0] if rows else None


# --- Who is assigned ---

_OF_TASK = (
    task_assignees.c.organization_id == ORGANIZATION_ID,
    task_assignees.c.task_id == _TASK_ID,
)
_UNASSIGN = Statement(
    task_assignees.delete().where(*_OF_TASK, any_of(task_assignees.c.person, "people"))
)
_ASSIGN = Statement(
    task_assignees.insert().values(
        {column.name: sa.bindparam(column.name) for column in task_assignees.c}
    )
)


def change_assignees(
    work: Work, task: Task, gone: Collection[str], added: Mapping[str, str]
) -> None:
    """`gone`: stored keys; `added`: how each is written, by stored key."""
    if gone:
        work.run(_UNASSIGN, task_id=task.id, people=sorted(gone))
    work.run_many(
        _ASSIGN,
        [
            {
                "organization_id": work.caller.organization_id,
                "task_id": task.id,
                "process_id": task.process_id,
                "person": person,
                "written": written,
            }
            for person, written in added.items()
        ],
    )


# --- Where it stands in its process ---


class Placed(msgspec.Struct, array_like=True, frozen=True):
    """A task and its position."""

    id: str
    position: int


_PLACES = Statement(
    sa.select(tasks.c.id, tasks.c.position)
    .where(tasks.c.organization_id == ORGANIZATION_ID, tasks.c.process_id == _PROCESS_ID)
    .order_by(tasks.c.position, tasks.c.number)
)
_SET_PLACE = Statement(
    changing(tasks)
    .where(
        tasks.c.organization_id == sa.bindparam("of_organization", type_=sa.String(32)),
        tasks.c.id == sa.bindparam("of_task", type_=sa.String(32)),
    )
    .values(position=sa.bindparam("new_position", type_=sa.Integer))
)


def list_places(work: Work, process_id: str) -> list[Placed]:
    """Every task of a process in its order, hidden and archived ones too."""
    return work.all(_PLACES, Placed, process_id=process_id)


def set_places(work: Work, places: Mapping[str, int]) -> None:
    """New positions by task. That others make room is no change to them: `updated_at` stays."""
    work.run_many(
        _SET_PLACE,
        [
            {
                "of_organization": work.caller.organization_id,
                "of_task": task_id,
                "new_position": position,
            }
            for task_id, position in places.items()
        ],
    )


# --- Which process it is in ---

_SET_PROCESS_OF_ASSIGNEES = Statement(
    task_assignees.update()
    .where(*_OF_TASK)
    .values(process_id=sa.bindparam("new_process_id", type_=sa.String(32)))
)
_SET_PROCESS = Statement(
    changing(tasks)
    .where(*THIS)
    .values(
        process_id=sa.bindparam("new_process_id", type_=sa.String(32)),
        template_id=sa.bindparam("new_template_id", type_=sa.String(32)),
        linked_step_id=sa.bindparam("new_step_id", type_=sa.String(32)),
        position=sa.bindparam("new_position", type_=sa.Integer),
        updated_at=sa.bindparam("now", type_=sa.BigInteger),
    )
)


def set_process(
    work: Work,
    task_id: str,
    *,
    process_id: str | None,
    template_id: str | None,
    linked_step_id: str | None,
    position: int,
) -> None:
    """Into another process or (None) out of any, with who is assigned to it."""
    work.run(
        _SET_PROCESS,
        task_id=task_id,
        new_process_id=process_id,
        new_template_id=template_id,
        new_step_id=linked_step_id,
        new_position=position,
    )
    work.run(_SET_PROCESS_OF_ASSIGNEES, task_id=task_id, new_process_id=process_id)
