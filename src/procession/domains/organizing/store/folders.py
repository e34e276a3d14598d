"""Folders: the tree, and how much lies in each."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from procession.domains.accounts.tables import organizations
from procession.domains.organizing.tables import folder_objects, folders
from procession.domains.organizing.types import Folder
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes import access as process_access
from procession.domains.processes.access import Sight, sight_of
from procession.domains.processes.tables import processes
from procession.domains.tasks import access as task_access
from procession.domains.tasks.access import tasks_and_processes
from procession.domains.tasks.tables import tasks
from procession.domains.templates import access as template_access
from procession.domains.templates.tables import templates
from procession.kit.caller import Role
from procession.kit.db import Statement, any_of
from procession.kit.work import Work

_FOLDER_ID = sa.bindparam("folder_id", type_=sa.String(32))
_THIS = (folders.c.organization_id == ORGANIZATION_ID, folders.c.id == _FOLDER_ID)
_FOLDERS = sa.select(*[folders.c[name] for name in Folder.__struct_fields__]).where(
    folders.c.organization_id == ORGANIZATION_ID
)
_ALL = Statement(_FOLDERS.order_by(folders.c.position, folders.c.id))
#: Held so that a folder cannot go while something is put into it.
_AMONG = Statement(
    _FOLDERS.where(
        any_of(folders.c.id, "folder_ids"), folders.c.kind == sa.bindparam("kind", type_=sa.Text)
    )
    .order_by(folders.c.id)
    .with_for_update(read=True)
)
#: Nothing is put into them.
_NAMED = Statement(
    _FOLDERS.where(
        any_of(folders.c.id, "folder_ids"), folders.c.kind == sa.bindparam("kind", type_=sa.Text)
    )
)


def list_folders(work: Work) -> list[Folder]:
    """All of the organization, of both kinds, by position: a tree is small and read whole."""
    return work.all(_ALL, Folder)


def folders_among(work: Work, folder_ids: Collection[str], kind: str) -> dict[str, Folder]:
    """Those of `folder_ids` that are of this kind (`types.FolderKind`), by id, held until something
    was put into them."""
    if not folder_ids:
        return {}
    found = work.all(_AMONG, Folder, folder_ids=list(folder_ids), kind=kind)
    return {folder.id: folder for folder in found}


def names_of_folders(work: Work, folder_ids: Collection[str], kind: str) -> dict[str, str]:
    """Of those of this kind that exist, by id; for showing them."""
    if not folder_ids:
        return {}
    found = work.all(_NAMED, Folder, folder_ids=list(folder_ids), kind=kind)
    return {folder.id: folder.name for folder in found}


@cache
def _contents(role: Role, sight: Sight) -> Statement:
    """Live templates, processes and tasks that the caller may see, by folder."""
    filed_templates = sa.select(templates.c.folder_id.label("folder_id")).where(
        templates.c.organization_id == ORGANIZATION_ID,
        any_of(templates.c.folder_id, "folder_ids"),
        templates.c.archived_at.is_(None),
        templates.c.is_system.is_(False),
        template_access.is_visible(role),
    )
    objects = (
        folder_objects.c.organization_id == ORGANIZATION_ID,
        any_of(folder_objects.c.folder_id, "folder_ids"),
    )
    filed_processes = (
        sa.select(folder_objects.c.folder_id)
        .select_from(
            folder_objects.join(
                processes,
                sa.and_(
                    processes.c.organization_id == folder_objects.c.organization_id,
                    processes.c.id == folder_objects.c.process_id,
                ),
            )
        )
        .where(*objects, processes.c.archived_at.is_(None), process_access.is_visible(sight))
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
    filed_tasks = sa.select(folder_objects.c.folder_id).where(
        *objects, folder_objects.c.task_id.is_not(None), visible_task
    )
    every = filed_templates.union_all(filed_processes, filed_tasks).subquery()
    return Statement(sa.select(every.c.folder_id, sa.func.count()).group_by(every.c.folder_id))


class _Count(msgspec.Struct, array_like=True):
    folder_id: str
    count: int


def count_contents(work: Work, folder_ids: Collection[str]) -> dict[str, int]:
    """What lies directly in each; those with nothing are left out. One statement for all."""
    if not folder_ids:
        return {}
    statement = _contents(work.caller.role or Role.LIGHT, sight_of(work.caller))
    counts = work.all(statement, _Count, folder_ids=list(folder_ids))
    return {row.folder_id: row.count for row in counts}


#: Rows that refer to the organization can still be added meanwhile.
_LOCK = Statement(
    sa.select(organizations.c.id)
    .where(organizations.c.id == ORGANIZATION_ID)
    .with_for_update(key_share=True)
)
_INSERT = Statement(
    folders.insert().values({column.name: sa.bindparam(column.name) for column in folders.c})
)
_DELETE = Statement(folders.delete().where(*_THIS))


def lock_folders(work: Work) -> None:
    """Changes to the tree wait for each other: two moves must not make a circle."""
    work.value(_LOCK)
    work.read_clock()


def add_folder(work: Work, folder: Folder) -> None:
    work.run(_INSERT, **msgspec.structs.asdict(folder))


@cache
def _setting(names: tuple[str, ...]) -> Statement:
    new = {name: sa.bindparam(f"new_{name}", type_=folders.c[name].type) for name in names}
    return Statement(folders.update().where(*_THIS).values(new))


def set_folder_columns(work: Work, folder_id: str, changes: Mapping[str, Any]) -> None:
    new = {f"new_{name}": value for name, value in changes.items()}
    work.run(_setting(tuple(sorted(changes))), folder_id=folder_id, **new)


def delete_folder(work: Work, folder_id: str) -> None:
    """Processes and tasks are taken out of it by its foreign key."""
    work.run(_DELETE, folder_id=folder_id)
