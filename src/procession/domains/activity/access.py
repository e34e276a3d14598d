"""Which entries a caller may see without naming an entity (contract 60, 1.4)."""

from functools import cache

import sqlalchemy as sa

from procession.domains.people.access import CALLER_ID
from procession.domains.processes import access as process_access
from procession.domains.processes.access import Sight
from procession.domains.processes.tables import processes
from procession.domains.tasks import access as task_access
from procession.domains.tasks.access import tasks_and_processes
from procession.domains.tasks.tables import tasks
from procession.domains.templates import access as template_access
from procession.domains.templates.tables import templates
from procession.kit.caller import Role
from procession.kit.journal import activity


@cache
def is_visible(sight: Sight, role: Role) -> sa.ColumnElement[bool]:
    """Entries about processes, tasks and templates that the caller can read now.

    Members and the organization are for administrators. An entry about a task is shown by the
    task's own rule, so that the history of a secret task is as secret as the task.
    """
    if sight is Sight.ALL:
        return sa.true()
    visible_process = sa.exists().where(
        processes.c.organization_id == activity.c.organization_id,
        processes.c.id == activity.c.process_id,
        process_access.is_visible(sight),
    )
    task_id = sa.case(
        (activity.c.subject_kind == "Task", activity.c.subject_id),
        (activity.c.parent_kind == "Task", activity.c.parent_id),
    )
    visible_task = (
        sa.select(sa.literal(1))
        .select_from(tasks_and_processes)
        .where(
            tasks.c.organization_id == activity.c.organization_id,
            tasks.c.id == task_id,
            task_access.is_visible(sight),
        )
        .exists()
    )
    visible_template = sa.exists().where(
        templates.c.organization_id == activity.c.organization_id,
        sa.or_(
            templates.c.id == activity.c.subject_id,
            sa.and_(activity.c.process_id.is_(None), templates.c.id == activity.c.parent_id),
        ),
        template_access.is_visible(role),
        # What was done to a draft tells what is in it (20, 1).
        template_access.sees_draft(role),
    )
    concerns_task = sa.or_(
        activity.c.subject_kind == "Task", sa.func.coalesce(activity.c.parent_kind, "") == "Task"
    )
    # Every member sees the tags and folders of the organization, and so what becomes of them.
    concerns_all = sa.and_(
        activity.c.subject_kind.in_(("Tag", "Folder")),
        sa.func.coalesce(activity.c.parent_kind, "") == "Organization",
        activity.c.process_id.is_(None),
        sa.true() if sight is not Sight.GUEST else sa.false(),
    )
    # An operation is told to who asked for it, as long as they may ask for one.
    is_own_operation = sa.and_(
        activity.c.actor_id == CALLER_ID,
        activity.c.actor_kind == "user",
        sa.true() if sight is Sight.STANDARD else sa.false(),
    )
    return sa.case(
        (activity.c.subject_kind == "Operation", is_own_operation),
        # Why something is on hold is for administrators.
        (activity.c.subject_kind == "Hold", sa.false()),
        (concerns_all, sa.true()),
        (concerns_task, visible_task),
        (activity.c.process_id.is_not(None), visible_process),
        else_=visible_template,
    )
