"""Tasks as rules look at them: all of a process's at once, and changes to several in one go."""

from collections.abc import Collection, Mapping, Sequence

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.tasks.store.selecting import ASSIGNED, NOW, THIS
from procession.domains.tasks.tables import task_assignees, tasks
from procession.domains.tasks.types import AssigneesChange, Visibility
from procession.kit.db import Statement, any_of, changing
from procession.kit.work import Work


class RuledTask(msgspec.Struct, array_like=True, frozen=True):
    """A task made from a step; field order is the statement's column order."""

    id: str
    number: int
    title: str
    step_id: str
    task_type: str
    position: int
    state: str
    state_before_hiding: str | None
    is_approved: bool | None
    completed_at: Instant | None
    last_completed_at: Instant | None
    deadline_at: Instant | None
    deadline_is_pinned: bool
    visibility_locked: bool
    shown_at: Instant | None
    max_assignable: int
    #: As stored.
    answers: str | None
    #: One `u:7 7`, `e:3 jo@acme.test` or `g:<id> <id>` a line.
    assigned: str | None


_RULED = Statement(
    sa.select(*[tasks.c[name] for name in RuledTask.__struct_fields__[:-1]], ASSIGNED).where(
        tasks.c.organization_id == ORGANIZATION_ID,
        tasks.c.process_id == sa.bindparam("process_id", type_=sa.String(32)),
        any_of(tasks.c.step_id, "step_ids"),
    )
)


def list_ruled(work: Work, process_id: str, step_ids: Collection[str]) -> list[RuledTask]:
    """The tasks of a process that were made from these steps, whoever may see them."""
    return work.all(_RULED, RuledTask, process_id=process_id, step_ids=list(step_ids))


_TURN = Statement(
    changing(tasks)
    .where(*THIS)
    .values(
        state=sa.bindparam("new_state", type_=sa.Text),
        state_before_hiding=sa.bindparam("new_state_before", type_=sa.Text),
        shown_at=sa.bindparam("new_shown_at", type_=sa.BigInteger),
        visibility_locked=sa.bindparam("new_locked", type_=sa.Boolean),
        updated_at=NOW,
    )
)


def set_visibility(work: Work, turned: Sequence[Visibility]) -> None:
    """Hide and show."""
    work.run_many(
        _TURN,
        [
            {
                **_this(work, each.task_id),
                "new_state": each.state,
                "new_state_before": each.state_before_hiding,
                "new_shown_at": each.shown_at,
                "new_locked": each.is_locked,
            }
            for each in turned
        ],
    )


_PIN = Statement(
    changing(tasks)
    .where(*THIS)
    .values(
        deadline_at=sa.bindparam("new_deadline_at", type_=sa.BigInteger),
        deadline_is_pinned=True,
        waits_for_anchor=False,
        updated_at=NOW,
    )
)


def pin_deadlines(work: Work, deadlines: Mapping[str, Instant | None]) -> None:
    """By task: set so, nothing counts them anew."""
    work.run_many(
        _PIN,
        [{**_this(work, key), "new_deadline_at": due_at} for key, due_at in deadlines.items()],
    )


_REOPEN = Statement(
    changing(tasks)
    .where(tasks.c.organization_id == ORGANIZATION_ID, any_of(tasks.c.id, "task_ids"))
    .values(
        state="in-progress",
        is_approved=None,
        completed_at=None,
        completed_by=None,
        completed_by_guest=None,
        updated_at=NOW,
    )
)


def set_reopened(work: Work, task_ids: Collection[str]) -> None:
    work.run(_REOPEN, task_ids=list(task_ids))


_UNASSIGN = Statement(
    task_assignees.delete().where(
        task_assignees.c.organization_id == ORGANIZATION_ID,
        task_assignees.c.task_id == sa.bindparam("task_id", type_=sa.String(32)),
        task_assignees.c.person == sa.bindparam("person", type_=sa.Text),
    )
)
_ASSIGN = Statement(
    task_assignees.insert().values(
        {column.name: sa.bindparam(column.name) for column in task_assignees.c}
    )
)
_TOUCH = Statement(
    changing(tasks)
    .where(tasks.c.organization_id == ORGANIZATION_ID, any_of(tasks.c.id, "task_ids"))
    .values(updated_at=NOW)
)


def change_assignees_of(
    work: Work, process_id: str | None, changes: Sequence[AssigneesChange]
) -> None:
    """Of tasks of one process; None: of one that stands alone."""
    gone = [(each.task_id, person) for each in changes for person in each.gone]
    work.run_many(_UNASSIGN, [_assignment(work, *pair) for pair in gone])
    work.run_many(
        _ASSIGN,
        [
            {
                **_assignment(work, each.task_id, person),
                "process_id": process_id,
                "written": written,
            }
            for each in changes
            for person, written in each.added.items()
        ],
    )
    work.run(_TOUCH, task_ids=[each.task_id for each in changes])


def _assignment(work: Work, task_id: str, person: str) -> dict[str, object]:
    return {
        "organization_id": work.caller.organization_id,
        "task_id": task_id,
        "person": person,
    }


def _this(work: Work, task_id: str) -> dict[str, object]:
    """What `run_many` does not bind by itself."""
    return {
        "organization_id": work.caller.organization_id,
        "task_id": task_id,
        "now": work.now,
    }
