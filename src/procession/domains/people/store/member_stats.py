"""What members have done in the organization: numbers, not what the things are."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.types import MemberStats
from procession.domains.processes.tables import processes
from procession.domains.tasks.tables import tasks
from procession.domains.templates.tables import template_versions, templates
from procession.kit.db import Statement, any_of
from procession.kit.work import Work

_NO_TIME = sa.cast(sa.null(), sa.BigInteger)


def _counting(person: sa.Column[int], *conditions: sa.ColumnElement[bool]) -> Statement:
    """One pass over the organization's rows, however many members are asked for."""
    return Statement(
        sa.select(person, sa.func.count(), _NO_TIME)
        .where(
            person.table.c.organization_id == ORGANIZATION_ID,
            any_of(person, "user_ids"),
            *conditions,
        )
        .group_by(person)
    )


_TASKS = _counting(tasks.c.completed_by)
_PROCESSES = _counting(processes.c.started_by)
_TEMPLATES = _counting(templates.c.created_by, templates.c.is_system.is_(False))
#: A step does not say who wrote it: whoever created its template did, and steps come with it.
_STEPS = Statement(
    sa.select(
        templates.c.created_by,
        sa.cast(sa.func.sum(template_versions.c.step_count), sa.BigInteger),
        sa.func.max(sa.case((template_versions.c.step_count > 0, templates.c.created_at))),
    )
    .select_from(
        templates.join(
            template_versions,
            sa.and_(
                template_versions.c.organization_id == templates.c.organization_id,
                template_versions.c.template_id == templates.c.id,
                template_versions.c.version == templates.c.version,
            ),
        )
    )
    .where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.is_system.is_(False),
        any_of(templates.c.created_by, "user_ids"),
    )
    .group_by(templates.c.created_by)
)


class _Count(msgspec.Struct, array_like=True, frozen=True):
    user_id: int
    count: int
    last_at: Instant | None


_NONE = _Count(0, 0, None)


def member_stats(work: Work, user_ids: Collection[int]) -> dict[int, MemberStats]:
    """By user id; four statements for all of them."""
    if not user_ids:
        return {}
    completed, launched, templates_of, steps = (
        {row.user_id: row for row in work.all(statement, _Count, user_ids=list(user_ids))}
        for statement in (_TASKS, _PROCESSES, _TEMPLATES, _STEPS)
    )
    return {
        user_id: MemberStats(
            step_count=steps.get(user_id, _NONE).count,
            step_last_at=steps.get(user_id, _NONE).last_at,
            completed_task_count=completed.get(user_id, _NONE).count,
            launched_count=launched.get(user_id, _NONE).count,
            template_count=templates_of.get(user_id, _NONE).count,
        )
        for user_id in user_ids
    }
