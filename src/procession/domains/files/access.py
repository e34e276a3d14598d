"""The one select of files a caller may see (contract 45, 8): by what they belong to, and by the
answers that name them."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from procession.domains.files.tables import file_uses, files
from procession.domains.files.types import PASTED
from procession.domains.people.access import CALLER_ID
from procession.domains.processes import access as process_access
from procession.domains.processes.access import Sight, is_task_of_guest
from procession.domains.processes.tables import process_injections, processes
from procession.domains.tasks import access as task_access
from procession.domains.tasks.access import tasks_and_processes
from procession.domains.tasks.tables import tasks
from procession.domains.templates import access as template_access
from procession.domains.templates.tables import templates
from procession.kit.caller import Role


@cache
def is_visible(sight: Sight, role: Role | None) -> sa.ColumnElement[bool]:
    """Archived files included. `role`: None for guests."""
    if sight is Sight.ALL:
        return sa.true()
    if sight is Sight.GUEST or role is None:
        return _is_guests()
    is_the_organizations = sa.and_(
        files.c.process_id.is_(None), files.c.template_id.is_(None), files.c.task_id.is_(None)
    )
    seen_template = sa.exists().where(
        templates.c.organization_id == files.c.organization_id,
        templates.c.id == files.c.template_id,
        template_access.is_visible(role),
    )
    return sa.or_(
        is_the_organizations,
        _shown_in_process(process_access.is_visible(sight)),
        _in_process(files.c.process_id, process_access.is_visible(sight), _shows_field(sight)),
        _in_task(files.c.task_id, task_access.is_visible(sight)),
        seen_template,
        _used(sight),
    )


def _shown_in_process(is_seen: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Pasted into a text of a template whose texts a process that is seen shows."""
    own = processes.c.template_id == files.c.template_id
    added = sa.exists().where(
        process_injections.c.organization_id == processes.c.organization_id,
        process_injections.c.process_id == processes.c.id,
        process_injections.c.template_id == files.c.template_id,
    )
    shown = sa.exists().where(
        processes.c.organization_id == files.c.organization_id, sa.or_(own, added), is_seen
    )
    return sa.and_(files.c.uploaded_from == PASTED, files.c.template_id.is_not(None), shown)


def _in_process(
    process_id: sa.ColumnElement[Any], *conditions: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        processes.c.organization_id == files.c.organization_id,
        processes.c.id == process_id,
        *conditions,
    )


def _in_task(
    task_id: sa.ColumnElement[Any], *conditions: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    return (
        sa.select(sa.literal(1))
        .select_from(tasks_and_processes)
        .where(
            tasks.c.organization_id == files.c.organization_id, tasks.c.id == task_id, *conditions
        )
        .exists()
    )


_secret = tasks.alias("secret_tasks")


def _shows_field(sight: Sight) -> sa.ColumnElement[bool]:
    """A file of a secret task's step is as secret as the task."""
    is_secret = sa.exists().where(
        _secret.c.organization_id == files.c.organization_id,
        _secret.c.process_id == files.c.process_id,
        _secret.c.step_id == files.c.step_id,
        _secret.c.top_secret.is_(True),
    )
    seen = (
        sa.select(sa.literal(1))
        .select_from(tasks_and_processes)
        .where(
            tasks.c.organization_id == files.c.organization_id,
            tasks.c.process_id == files.c.process_id,
            tasks.c.step_id == files.c.step_id,
            task_access.is_visible(sight),
        )
        .exists()
    )
    return sa.or_(files.c.step_id.is_(None), ~is_secret, seen)


def _used(sight: Sight) -> sa.ColumnElement[bool]:
    """An answer that the caller may read names it."""
    by_task = (
        sa.select(sa.literal(1))
        .select_from(tasks_and_processes)
        .where(
            file_uses.c.organization_id == files.c.organization_id,
            file_uses.c.file_id == files.c.id,
            tasks.c.organization_id == files.c.organization_id,
            tasks.c.id == file_uses.c.task_id,
            task_access.is_visible(sight),
        )
        .exists()
    )
    by_process = sa.exists().where(
        file_uses.c.organization_id == files.c.organization_id,
        file_uses.c.file_id == files.c.id,
        processes.c.organization_id == files.c.organization_id,
        processes.c.id == file_uses.c.process_id,
        process_access.is_visible(sight),
    )
    return sa.or_(by_task, by_process)


def _is_guests() -> sa.ColumnElement[bool]:
    """Files of their own tasks and of the kick-off form of the processes that these are in; and
    what they uploaded for a public form themselves."""
    of_process = sa.and_(
        processes.c.archived_at.is_(None),
        process_access.is_guests(),
        files.c.uploaded_from == "ko_field",
    )
    of_step = (
        sa.select(sa.literal(1))
        .select_from(tasks_and_processes)
        .where(
            tasks.c.organization_id == files.c.organization_id,
            tasks.c.process_id == files.c.process_id,
            tasks.c.step_id == files.c.step_id,
            is_task_of_guest(),
            task_access.is_visible(Sight.GUEST),
        )
        .exists()
    )
    of_snippet = sa.and_(
        files.c.uploaded_from == PASTED,
        files.c.process_id.is_(None),
        files.c.template_id.is_(None),
        files.c.task_id.is_(None),
    )
    is_own = sa.and_(files.c.template_id.is_not(None), files.c.uploaded_by_guest == CALLER_ID)
    return sa.or_(
        _in_process(files.c.process_id, of_process),
        of_step,
        _in_task(files.c.task_id, is_task_of_guest(), task_access.is_visible(Sight.GUEST)),
        is_own,
        of_snippet,
        _in_process(
            files.c.process_id,
            processes.c.archived_at.is_(None),
            process_access.is_guests(),
            files.c.uploaded_from == PASTED,
        ),
        _shown_in_process(process_access.is_visible(Sight.GUEST)),
        _used(Sight.GUEST),
    )
