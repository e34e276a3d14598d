"""What is on hold, asked by who would destroy it; and the lock that both sides take.

Placing, changing and releasing take the organization's lock alone; destroying takes it shared, and
then asks in a statement of its own. So either the hold or the deletion is first.
"""

import hashlib
from typing import Any

import sqlalchemy as sa

from procession.domains.custom_fields.tables import custom_values
from procession.domains.holds.access import IS_ACTIVE, STAYS_WITH
from procession.domains.holds.tables import holds, task_departures
from procession.domains.holds.types import Covering, Scope, Subjects
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.tasks.tables import tasks
from procession.kit.db import (
    Busy,
    Statement,
    any_of,
    wait_at_most,
    wait_lock,
    wait_lock_shared,
    waited_too_long,
)
from procession.kit.work import Work

# --- The lock ---

_NUMBER = sa.bindparam("number", type_=sa.BigInteger)
_PATIENCE = sa.bindparam("patience", type_=sa.Text)
_LOCK_ALONE = Statement(sa.select(wait_lock(_NUMBER)))
_LOCK_SHARED = Statement(sa.select(wait_lock_shared(_NUMBER)))
_WAIT_AT_MOST = Statement(sa.select(wait_at_most(_PATIENCE)))
_NO_LIMIT = "0"
_BUSY = "Something is being deleted just now. Please try again."


def _number(organization_id: str) -> int:
    name = f"holds {organization_id}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), signed=True)


def shut_out_changes(work: Work) -> None:
    """Nobody places, changes or releases a hold until this work has ended."""
    work.run_later(_LOCK_SHARED, number=_number(work.caller.organization_id))


def take_alone(work: Work, patience_s: float) -> None:
    """Nobody destroys anything until this work has ended. Raises Busy when somebody does so for
    longer than this."""
    work.run_later(_WAIT_AT_MOST, patience=f"{round(patience_s * 1000)}ms")
    try:
        work.value(_LOCK_ALONE, number=_number(work.caller.organization_id))
    except waited_too_long() as waited:
        raise Busy(_BUSY) from waited
    work.run_later(_WAIT_AT_MOST, patience=_NO_LIMIT)
    work.read_clock()


# --- What is held ---

_HOLD = (holds.c.id, holds.c.reason, holds.c.reference)
_ANY = Statement(sa.select(holds.c.id).where(IS_ACTIVE).limit(1))
_LISTED = Statement(
    sa.select(sa.literal(""), *_HOLD)
    .where(IS_ACTIVE)
    .order_by(holds.c.created_at, holds.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


def _of_scope(scope: Scope) -> sa.ColumnElement[bool]:
    return holds.c.scope_type == scope.value


def _where(subject: sa.ColumnElement[Any], *conditions: Any) -> sa.Select[Any]:
    return sa.select(subject.label("subject_id"), *_HOLD).where(IS_ACTIVE, *conditions)


_OF_PROCESSES = any_of(tasks.c.process_id, "whole_ids")
_OF_TASKS = any_of(tasks.c.id, "task_ids")
_THEIR_TASKS = tasks.c.organization_id == ORGANIZATION_ID
_THEIR_PROCESSES = processes.c.organization_id == ORGANIZATION_ID
_LEFT = (
    task_departures.c.organization_id == ORGANIZATION_ID,
    task_departures.c.task_id == tasks.c.id,
    _THEIR_TASKS,
    STAYS_WITH,
)
_ALL = _where(sa.literal(""), _of_scope(Scope.ORGANIZATION))
_COVERING = Statement(
    sa.union_all(
        _ALL,
        _where(holds.c.scope_id, any_of(holds.c.scope_id, "subject_ids")),
        # A process by its template.
        _where(
            processes.c.id,
            _of_scope(Scope.CHECKLIST),
            _THEIR_PROCESSES,
            processes.c.template_id == holds.c.scope_id,
            any_of(processes.c.id, "process_ids"),
        ),
        # A process by a task in it, which would go along.
        _where(
            tasks.c.process_id,
            _of_scope(Scope.TASK),
            _THEIR_TASKS,
            tasks.c.id == holds.c.scope_id,
            _OF_PROCESSES,
        ),
        _where(tasks.c.process_id, *_LEFT, _OF_PROCESSES),
        # A task by its process, by the template of that, or by where it was before.
        _where(
            tasks.c.id,
            _of_scope(Scope.RUN),
            _THEIR_TASKS,
            tasks.c.process_id == holds.c.scope_id,
            _OF_TASKS,
        ),
        _where(
            tasks.c.id,
            _of_scope(Scope.CHECKLIST),
            _THEIR_TASKS,
            _THEIR_PROCESSES,
            processes.c.id == tasks.c.process_id,
            processes.c.template_id == holds.c.scope_id,
            _OF_TASKS,
        ),
        _where(tasks.c.id, *_LEFT, _OF_TASKS),
    )
)


def covering(work: Work, subjects: Subjects) -> dict[str, list[Covering]]:
    """Of those that are held: the active holds that cover each. Most organizations have none at
    all, and asking whether is all it takes."""
    if not subjects.ids or work.value(_ANY) is None:
        return {}
    rows = work.all(
        _COVERING,
        Covering,
        subject_ids=sorted(subjects.ids),
        process_ids=sorted({*subjects.processes, *subjects.parts}),
        whole_ids=sorted(subjects.processes),
        task_ids=sorted(subjects.tasks),
    )
    found: dict[str, dict[str, Covering]] = {}
    for row in rows:
        for each in [row.subject_id] if row.subject_id else subjects.ids:
            found.setdefault(each, {})[row.id] = row
    return {each: list(by_id.values()) for each, by_id in found.items()}


def held_among(work: Work, subjects: Subjects) -> frozenset[str]:
    """Which of them are held; for showing it."""
    return frozenset(covering(work, subjects))


def list_covering(work: Work, most: int) -> list[Covering]:
    """Active holds of the organization, whatever they cover, the oldest first."""
    return work.all(_LISTED, Covering, most=most)


_around = processes.alias("around")
_VALUE = (
    custom_values.c.organization_id == ORGANIZATION_ID,
    custom_values.c.key_id == sa.bindparam("key_id", type_=sa.String(32)),
)
_COVERING_VALUES = Statement(
    sa.union_all(
        _where(
            custom_values.c.key_id,
            *_VALUE,
            sa.or_(
                custom_values.c.process_id == holds.c.scope_id,
                custom_values.c.task_id == holds.c.scope_id,
                custom_values.c.template_id == holds.c.scope_id,
                sa.and_(
                    _of_scope(Scope.ORGANIZATION),
                    sa.func.coalesce(
                        custom_values.c.process_id,
                        custom_values.c.task_id,
                        custom_values.c.template_id,
                    ).is_not(None),
                ),
            ),
        ),
        # Values of processes by their template, and of tasks by what is around them.
        _where(
            custom_values.c.key_id,
            *_VALUE,
            _of_scope(Scope.CHECKLIST),
            _THEIR_PROCESSES,
            processes.c.id == custom_values.c.process_id,
            processes.c.template_id == holds.c.scope_id,
        ),
        _where(
            custom_values.c.key_id,
            *_VALUE,
            _THEIR_TASKS,
            tasks.c.id == custom_values.c.task_id,
            _around.c.organization_id == ORGANIZATION_ID,
            _around.c.id == tasks.c.process_id,
            holds.c.scope_id.in_([_around.c.id, _around.c.template_id]),
        ),
        _where(custom_values.c.key_id, *_VALUE, custom_values.c.task_id == tasks.c.id, *_LEFT),
    )
)


def covering_values_of(work: Work, key_id: str) -> list[Covering]:
    """Active holds that cover something with a value of this custom field; each once."""
    if work.value(_ANY) is None:
        return []
    rows = work.all(_COVERING_VALUES, Covering, key_id=key_id)
    return list({row.id: row for row in rows}.values())


# --- Tasks that leave a process ---

_DEPARTURE = (
    task_departures.c.organization_id == ORGANIZATION_ID,
    task_departures.c.task_id == sa.bindparam("task_id", type_=sa.String(32)),
    task_departures.c.process_id == sa.bindparam("process_id", type_=sa.String(32)),
)
_LEAVE_AGAIN = Statement(
    task_departures.update()
    .where(*_DEPARTURE)
    .values(left_at=sa.bindparam("now", type_=sa.BigInteger))
)
_LEAVE = Statement(
    task_departures.insert().values(
        organization_id=ORGANIZATION_ID,
        task_id=sa.bindparam("task_id", type_=sa.String(32)),
        process_id=sa.bindparam("process_id", type_=sa.String(32)),
        template_id=sa.bindparam("template_id", type_=sa.String(32)),
        left_at=sa.bindparam("now", type_=sa.BigInteger),
    )
)


def note_departure(work: Work, task_id: str, process_id: str, template_id: str) -> None:
    """Of a task that is taken out of a process. Both are held against other writers."""
    known = {"task_id": task_id, "process_id": process_id}
    if not work.run(_LEAVE_AGAIN, **known):
        work.run(_LEAVE, **known, template_id=template_id)
