"""What is held, as conditions of statements about processes, templates and tasks.

Whoever destroys asks in another way (`store.asking`), behind a lock; these only show and narrow.
"""

from typing import Any

import sqlalchemy as sa

from procession.domains.holds.tables import holds, task_departures
from procession.domains.holds.types import Scope
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.tasks.tables import tasks

IS_ACTIVE = sa.and_(holds.c.organization_id == ORGANIZATION_ID, holds.c.released_at.is_(None))
#: A hold and a task that left what it covers, while it was there.
STAYS_WITH = sa.and_(
    holds.c.organization_id == task_departures.c.organization_id,
    sa.or_(
        sa.and_(
            holds.c.scope_type == Scope.RUN.value,
            holds.c.scope_id == task_departures.c.process_id,
        ),
        sa.and_(
            holds.c.scope_type == Scope.CHECKLIST.value,
            holds.c.scope_id == task_departures.c.template_id,
        ),
    ),
    holds.c.created_at <= task_departures.c.left_at,
)


def is_all_held(organization_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """The whole of an organization; for statements about the rows of every one."""
    return sa.exists().where(
        holds.c.organization_id == organization_id,
        holds.c.scope_id == organization_id,
        holds.c.released_at.is_(None),
    )


def _covers(scope: Scope, column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.and_(holds.c.scope_type == scope.value, holds.c.scope_id == column)


def _covers_all() -> sa.ColumnElement[bool]:
    return holds.c.scope_type == Scope.ORGANIZATION.value


def _some(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(IS_ACTIVE, condition).correlate_except(holds)


def _left(task_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        IS_ACTIVE,
        STAYS_WITH,
        task_departures.c.organization_id == ORGANIZATION_ID,
        task_departures.c.task_id == task_id,
    ).correlate_except(holds, task_departures)  # fmt: skip


def process_is_held() -> sa.ColumnElement[bool]:
    """By a hold on it, its template, the organization, or on a task that would go with it."""
    within = tasks.alias("tasks_within")
    goes_along = (
        sa.exists()
        .where(
            within.c.organization_id == processes.c.organization_id,
            within.c.process_id == processes.c.id,
            sa.or_(_some(_covers(Scope.TASK, within.c.id)), _left(within.c.id)),
        )
        .correlate_except(within)
    )
    return sa.or_(
        _some(_covers_all()),
        _some(_covers(Scope.RUN, processes.c.id)),
        _some(_covers(Scope.CHECKLIST, processes.c.template_id)),
        goes_along,
    )


def template_is_held(template_id: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.or_(_some(_covers_all()), _some(_covers(Scope.CHECKLIST, template_id)))


def task_is_held() -> sa.ColumnElement[bool]:
    """Of a one-off task: also by what covers its process, or did when it left it."""
    around = processes.alias("processes_around")
    in_held_template = (
        sa.exists()
        .where(
            around.c.organization_id == tasks.c.organization_id,
            around.c.id == tasks.c.process_id,
            _some(_covers(Scope.CHECKLIST, around.c.template_id)),
        )
        .correlate_except(around)
    )
    return sa.or_(
        _some(_covers_all()),
        _some(_covers(Scope.TASK, tasks.c.id)),
        _some(_covers(Scope.RUN, tasks.c.process_id)),
        in_held_template,
        _left(tasks.c.id),
    )


def last_release_of_process() -> sa.ScalarSelect[Any]:
    """When the last hold that covered it, its template or the organization was released; null
    where there was none."""
    return (
        sa.select(sa.func.max(holds.c.released_at))
        .where(
            holds.c.organization_id == ORGANIZATION_ID,
            sa.or_(
                _covers_all(),
                _covers(Scope.RUN, processes.c.id),
                _covers(Scope.CHECKLIST, processes.c.template_id),
            ),
        )
        .correlate_except(holds)
        .scalar_subquery()
    )
