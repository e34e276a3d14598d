"""Which processes and tasks lie in which folders."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.domains.organizing.tables import folder_objects
from procession.domains.organizing.types import FolderObject, Subject
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes import access as process_access
from procession.domains.processes.access import Sight, sight_of
from procession.domains.processes.tables import processes
from procession.domains.tasks import access as task_access
from procession.domains.tasks.access import tasks_and_processes
from procession.domains.tasks.tables import tasks
from procession.kit.db import Statement, any_of
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_OBJECTS = sa.select(*[folder_objects.c[name] for name in FolderObject.__struct_fields__]).where(
    folder_objects.c.organization_id == ORGANIZATION_ID
)
_OBJECT_ID = sa.bindparam("object_id", type_=sa.BigInteger)
_ONE = Statement(_OBJECTS.where(folder_objects.c.id == _OBJECT_ID))
_OF_SUBJECTS = Statement(
    _OBJECTS.where(any_of(folder_objects.c.subject_id, "subject_ids")).order_by(folder_objects.c.id)
)


def find_object(work: Work, object_id: int) -> FolderObject | None:
    return work.first(_ONE, FolderObject, object_id=object_id)


def objects_of(work: Work, subject_ids: Collection[str]) -> dict[str, list[FolderObject]]:
    """By what is filed, in the order it was; one statement for all of them."""
    found: dict[str, list[FolderObject]] = {}
    if subject_ids:
        for row in work.all(_OF_SUBJECTS, FolderObject, subject_ids=list(subject_ids)):
            found.setdefault(row.subject_id, []).append(row)
    return found


@cache
def _visible_in(sight: Sight) -> sa.Select[Any]:
    """Live processes and tasks in one folder that the caller may see."""
    visible_process = sa.exists().where(
        processes.c.organization_id == folder_objects.c.organization_id,
        processes.c.id == folder_objects.c.process_id,
        processes.c.archived_at.is_(None),
        process_access.is_visible(sight),
    )
    visible_task = (
        sa.select(sa.literal(1))
        .select_from(tasks_and_processes)
        .where(
            tasks.c.organization_id == folder_objects.c.organization_id,
            tasks.c.id == folder_objects.c.task_id,
            tasks.c.archived_at.is_(None),
            processes.c.archived_at.is_(None),
            task_access.is_visible(sight),
        )
        .correlate(folder_objects)
        .exists()
    )
    return _OBJECTS.where(
        folder_objects.c.folder_id == sa.bindparam("folder_id", type_=sa.String(32)),
        sa.or_(visible_process, visible_task),
    )


@cache
def _page(sight: Sight) -> Statement:
    return Statement(
        _visible_in(sight)
        .order_by(folder_objects.c.id)
        .limit(sa.bindparam("limit", type_=sa.Integer))
        .offset(sa.bindparam("offset", type_=sa.Integer))
    )


@cache
def _count(sight: Sight) -> Statement:
    return Statement(sa.select(sa.func.count()).select_from(_visible_in(sight).subquery()))


def list_objects(work: Work, request: PageRequest, folder_id: str) -> Page[FolderObject]:
    sight = sight_of(work.caller)
    rows = work.all(
        _page(sight),
        FolderObject,
        folder_id=folder_id,
        limit=request.size,
        offset=request.offset,
    )
    return Page(rows, work.value(_count(sight), folder_id=folder_id), request)


_COLUMNS = (
    "organization_id", "folder_id", "subject_kind", "subject_id", "process_id", "task_id",
    "created_at",
)  # fmt: skip
_INSERT = Statement(folder_objects.insert().values({name: sa.bindparam(name) for name in _COLUMNS}))
_DELETE = Statement(
    folder_objects.delete().where(
        folder_objects.c.organization_id == ORGANIZATION_ID, folder_objects.c.id == _OBJECT_ID
    )
)


def add_objects(work: Work, subject: Subject, folder_ids: Sequence[str]) -> None:
    """Put a process or task into folders it does not lie in yet."""
    work.run_many(
        _INSERT,
        [
            {
                "organization_id": work.caller.organization_id,
                "folder_id": folder_id,
                "subject_kind": subject.kind,
                "subject_id": subject.id,
                "process_id": subject.process_id,
                "task_id": subject.task_id,
                "created_at": work.now,
            }
            for folder_id in folder_ids
        ],
    )


def delete_object(work: Work, object_id: int) -> None:
    work.run(_DELETE, object_id=object_id)
