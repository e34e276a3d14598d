"""The one select of processes a caller may see, with everything the Process value holds."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.core.links import find_place
from procession.domains.people.access import CALLER_ID, ORGANIZATION_ID, archived_by
from procession.domains.people.tables import guest_links, guests, users
from procession.domains.processes.access import (
    Sight,
    has_assigned_task,
    is_guests,
    is_visible,
    may_see_secret,
    sight_of,
)
from procession.domains.processes.tables import process_people, process_stars, processes
from procession.domains.processes.types import Away, Process
from procession.domains.tasks.tables import task_assignees, tasks
from procession.kit.db import BigNumber, Statement, any_of
from procession.kit.errors import NotFound
from procession.kit.expecting import check_unchanged
from procession.kit.ids import find_id
from procession.kit.work import Work

PROCESS_ID = sa.bindparam("process_id", type_=sa.String(32))
NOW = sa.bindparam("now", type_=sa.BigInteger)
THIS = (processes.c.organization_id == ORGANIZATION_ID, processes.c.id == PROCESS_ID)


_OF_PROCESS = (
    tasks.c.organization_id == processes.c.organization_id,
    tasks.c.process_id == processes.c.id,
)
IS_VISIBLE_TASK = (tasks.c.state != "auto-skipped", tasks.c.archived_at.is_(None))
IS_COMPLETED = tasks.c.state == "completed"
#: A deadline that counts from a task still open is provisional (contract 50, 6.4).
IS_EFFECTIVE = tasks.c.waits_for_anchor.is_(False)

_PEOPLE = (
    sa.select(
        sa.func.aggregate_strings(
            process_people.c.part.concat(sa.literal(" ")).concat(process_people.c.person), "\n"
        )
    )
    .where(
        process_people.c.organization_id == processes.c.organization_id,
        process_people.c.process_id == processes.c.id,
    )
    .scalar_subquery()
)
_ASSIGNED_USERS = (
    sa.select(sa.func.aggregate_strings(task_assignees.c.person, "\n"))
    .where(
        task_assignees.c.organization_id == processes.c.organization_id,
        task_assignees.c.process_id == processes.c.id,
        task_assignees.c.person >= "u:",
        task_assignees.c.person < "u;",
    )
    .scalar_subquery()
)
IS_STARRED = sa.exists().where(
    process_stars.c.organization_id == processes.c.organization_id,
    process_stars.c.process_id == processes.c.id,
    process_stars.c.user_id == CALLER_ID,
)
_GUEST_SUBMITTER = (
    sa.select(
        guests.c.email.concat("\n")
        .concat(sa.func.coalesce(guest_links.c.first_name, ""))
        .concat(" ")
        .concat(sa.func.coalesce(guest_links.c.last_name, ""))
    )
    .select_from(guests.join(guest_links, guest_links.c.guest_id == guests.c.id))
    .where(
        guests.c.id == processes.c.submitted_by_guest,
        guest_links.c.organization_id == processes.c.organization_id,
    )
    .scalar_subquery()
)
_MEMBER_SUBMITTER = (
    sa.select(
        users.c.email.concat("\n").concat(users.c.first_name).concat(" ").concat(users.c.last_name)
    )
    .where(users.c.id == processes.c.started_by)
    .scalar_subquery()
)
#: Looked up only where there is a form.
_SUBMITTER = sa.case(
    (processes.c.kickoff_field_count == 0, None),
    (processes.c.submitted_by_guest.is_not(None), _GUEST_SUBMITTER),
    else_=_MEMBER_SUBMITTER,
)
CLOCK = sa.func.coalesce(processes.c.archived_at, NOW)
#: Counted only where something is late; most processes have nothing that is.
_LATE_TASK_COUNT = sa.case(
    (
        processes.c.first_open_deadline_at < CLOCK,
        sa.select(sa.func.count())
        .select_from(tasks)
        .where(
            *_OF_PROCESS, *IS_VISIBLE_TASK, ~IS_COMPLETED, IS_EFFECTIVE, tasks.c.deadline_at < CLOCK
        )
        .scalar_subquery(),
    ),
    else_=0,
)


def _seen(sight: Sight, stored: sa.Column[int], *conditions: Any) -> sa.ColumnElement[int]:
    """The stored sum, or a count of its own where the caller may not see every task."""
    if sight is Sight.ALL:
        return stored
    count = (
        sa.select(sa.func.count())
        .select_from(tasks)
        .where(*_OF_PROCESS, *IS_VISIBLE_TASK, *conditions, may_see_secret(sight))
        .scalar_subquery()
    )
    if sight is Sight.GUEST:
        return count
    sees_all = sa.or_(processes.c.secret_task_count == 0, processes.c.owner_id == CALLER_ID)
    return sa.case((sees_all, stored), else_=count)


_, *_ARCHIVED_BY = archived_by(processes)
_STORED = [processes.c[name] for name in Process.__struct_fields__[:41]]


@cache
def _whole(sight: Sight) -> sa.Select[Any]:
    """Everything the Process value holds, as the caller sees it."""
    return sa.select(
        *_STORED,
        _PEOPLE,
        _ASSIGNED_USERS,
        IS_STARRED,
        _LATE_TASK_COUNT,
        _seen(sight, processes.c.visible_task_count),
        _seen(sight, processes.c.completed_task_count, IS_COMPLETED),
        _SUBMITTER,
        *_ARCHIVED_BY,
    ).where(processes.c.organization_id == ORGANIZATION_ID)


@cache
def visible(sight: Sight) -> sa.Select[Any]:
    return _whole(sight).where(is_visible(sight))


@cache
def _of_page(sight: Sight) -> Statement:
    return Statement(_whole(sight).where(any_of(processes.c.id, "page_ids")))


def of_page(work: Work, ids: Sequence[str]) -> list[Process]:
    """In the order of `ids`, which were found to be visible in the same transaction."""
    if not ids:
        return []
    found = work.all(_of_page(sight_of(work.caller)), Process, page_ids=list(ids))
    by_id = {process.id: process for process in found}
    return [by_id[process_id] for process_id in ids]


@cache
def _visible_one(sight: Sight, *, lock: bool) -> Statement:
    chosen = visible(sight).where(processes.c.id == PROCESS_ID)
    return Statement(chosen.with_for_update(of=processes) if lock else chosen)


def find_visible(work: Work, process_id: str, *, lock: bool = False) -> Process | None:
    """`lock` keeps other writers of this process waiting until this unit of work has ended."""
    statement = _visible_one(sight_of(work.caller), lock=lock)
    process = work.first(statement, Process, process_id=process_id)
    if lock:
        work.read_clock()
        if process is not None:
            check_unchanged(work, "run", process.id, process.row_version)
    return process


def get_visible(work: Work, process_id: str, *, lock: bool = False) -> Process:
    process = find_visible(work, process_id, lock=lock)
    if process is None:
        require_not_away(work, process_id)
        raise NotFound
    return process


_IS_AWAY = Statement(
    sa.select(sa.literal(1)).where(*THIS, processes.c.archived_at.is_not(None), is_guests())
)


def require_not_away(work: Work, process_id: str) -> None:
    """A guest who worked in it, or filled in its form, is told why it is not found."""
    if work.caller.is_guest and work.value(_IS_AWAY, process_id=process_id):
        raise Away


@cache
def _visible_among(sight: Sight) -> Statement:
    return Statement(visible(sight).where(any_of(processes.c.id, "process_ids")))


def visible_among(work: Work, process_ids: Collection[str]) -> dict[str, Process]:
    """Those of `process_ids` that the caller may see, by id."""
    if not process_ids:
        return {}
    statement = _visible_among(sight_of(work.caller))
    found = work.all(statement, Process, process_ids=list(process_ids))
    return {process.id: process for process in found}


_ANY = Statement(
    visible(Sight.ALL).where(processes.c.id == PROCESS_ID).with_for_update(of=processes)
)


def lock_any(work: Work, process_id: str) -> Process:
    """The process a task belongs to, when being able to see the task is what matters."""
    process = work.first(_ANY, Process, process_id=process_id)
    work.read_clock()
    if process is None:
        raise NotFound
    return process


_OF_TASK = Statement(
    _whole(Sight.ALL)
    .where(
        processes.c.id
        == sa.select(tasks.c.process_id)
        .where(
            tasks.c.organization_id == ORGANIZATION_ID,
            tasks.c.id == sa.bindparam("task_id", type_=sa.String(32)),
        )
        .scalar_subquery()
    )
    .with_for_update(of=processes)
)


def lock_of_task(work: Work, task_id: str) -> Process | None:
    """The process that a task is in, whoever may see either; None: in none, or no such task.

    The task may have been moved while this waited for the lock.
    """
    process = work.first(_OF_TASK, Process, task_id=task_id)
    work.read_clock()
    return process


_IS_ASSIGNED = Statement(sa.select(has_assigned_task()).where(*THIS))


def is_assigned(work: Work, process_id: str) -> bool:
    """A task of it is the calling member's, directly or by a group."""
    return bool(work.value(_IS_ASSIGNED, process_id=process_id))


_OF_PUBLIC_KEY = sa.select(processes.c.organization_id, processes.c.id).where(
    processes.c.public_key == sa.bindparam("public_key", type_=sa.String(32)),
    processes.c.is_public.is_(True),
    processes.c.archived_at.is_(None),
)
_BY_PUBLIC_KEY = Statement(_OF_PUBLIC_KEY.where(processes.c.organization_id == ORGANIZATION_ID))
#: Links that were handed out before 0.2: they are good for as long as the process is public.
_BY_PUBLIC_KEY_ALONE = Statement(_OF_PUBLIC_KEY)
_KEY_LENGTH = 32


class PublicAddress(msgspec.Struct, array_like=True, frozen=True):
    """Where a public key leads."""

    organization_id: str
    process_id: str


def find_public(work: Work, word: str) -> PublicAddress | None:
    """`word`: what the link carries, in either case."""
    organization_id, key = find_place(word, _KEY_LENGTH)
    public_key = find_id(key)
    if public_key is None:
        return None
    if organization_id is None:
        return work.first(_BY_PUBLIC_KEY_ALONE, PublicAddress, public_key=public_key)
    values = {"organization_id": organization_id, "public_key": public_key}
    return work.first(_BY_PUBLIC_KEY, PublicAddress, **values)


_OWNED = Statement(
    sa.select(processes.c.id)
    .where(
        processes.c.organization_id == ORGANIZATION_ID,
        processes.c.owner_id == sa.bindparam("owner_id", type_=BigNumber),
    )
    .order_by(processes.c.id)
)


class _Id(msgspec.Struct, array_like=True, frozen=True):
    id: str


def list_owned(work: Work, owner_id: int) -> list[str]:
    """Ids of the processes that belong to a member; of archived ones, too (contract 30, 10.2)."""
    return [row.id for row in work.all(_OWNED, _Id, owner_id=owner_id)]


_LOCK_ALL = Statement(
    sa.select(processes.c.id)
    .where(processes.c.organization_id == ORGANIZATION_ID, any_of(processes.c.id, "process_ids"))
    .order_by(processes.c.id)
    .with_for_update()
)


def lock_all(work: Work, process_ids: Collection[str]) -> None:
    """In the order of their ids, so that two who do this never wait for each other in a circle.

    Those that were purged meanwhile are no longer there to be locked.
    """
    if process_ids:
        work.all(_LOCK_ALL, _Id, process_ids=list(process_ids))
        work.read_clock()


_IS_THERE = Statement(sa.select(sa.literal(1)).where(*THIS))


def is_there(work: Work, process_id: str) -> bool:
    """Whoever may see it."""
    return work.value(_IS_THERE, process_id=process_id) is not None


_NAMING = Statement(
    sa.select(process_people.c.process_id).where(
        process_people.c.organization_id == ORGANIZATION_ID,
        process_people.c.person == sa.bindparam("person", type_=sa.Text),
    )
)


def list_naming(work: Work, person: str) -> list[str]:
    """Ids of the processes that have this person or group among their people."""
    return [row.id for row in work.all(_NAMING, _Id, person=person)]
