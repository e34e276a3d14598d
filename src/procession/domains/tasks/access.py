"""The one select of tasks a caller may see (contract 00, 8.3; 40, 1.1).

Statements that use it select from `tasks_and_processes`.
"""

from functools import cache

import sqlalchemy as sa

from procession.domains.people.access import CALLER_ID
from procession.domains.processes import access as process_access
from procession.domains.processes.access import (
    Sight,
    has_task_of_guest,
    is_assigned_to_task,
    is_task_of_guest,
)
from procession.domains.processes.tables import processes
from procession.domains.tasks.tables import tasks

tasks_and_processes = tasks.outerjoin(
    processes,
    sa.and_(
        processes.c.organization_id == tasks.c.organization_id,
        processes.c.id == tasks.c.process_id,
    ),
)


@cache
def is_visible(sight: Sight) -> sa.ColumnElement[bool]:
    if sight is Sight.ALL:
        return sa.true()
    if sight is Sight.GUEST:
        # Guests of a public process also read its other tasks.
        is_public = sa.and_(
            processes.c.is_public, tasks.c.top_secret.is_(False), has_task_of_guest()
        )
        return sa.and_(
            processes.c.archived_at.is_(None),
            tasks.c.archived_at.is_(None),
            tasks.c.state != "auto-skipped",
            sa.or_(is_task_of_guest(), is_public),
        )
    standalone: sa.ColumnElement[bool] = tasks.c.process_id.is_(None)
    if sight is Sight.LIGHT:
        is_theirs = sa.or_(tasks.c.created_by == CALLER_ID, is_assigned_to_task())
        standalone = sa.and_(standalone, is_theirs)
    in_visible_process = sa.and_(processes.c.id.is_not(None), process_access.is_visible(sight))
    is_open_to_caller = sa.or_(
        processes.c.owner_id == CALLER_ID, process_access.may_see_secret(sight)
    )
    return sa.and_(sa.or_(standalone, in_visible_process), is_open_to_caller)
