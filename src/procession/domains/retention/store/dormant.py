"""Templates that nobody launched for long, and what still launches them (contract 70, 3)."""

from collections.abc import Sequence

import sqlalchemy as sa

from procession.core.times import Instant
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.processes.tables import processes
from procession.domains.retention.types import Dormant, LaunchingSchedule, LaunchingTemplate
from procession.domains.schedules.tables import schedules
from procession.domains.templates.tables import template_versions, templates
from procession.kit.db import Statement, any_of
from procession.kit.paging import Page, PageRequest
from procession.kit.work import Work

_LAST_LAUNCH = (
    sa.select(sa.func.max(processes.c.created_at))
    .where(
        processes.c.organization_id == templates.c.organization_id,
        processes.c.template_id == templates.c.id,
    )
    .correlate(templates)
    .scalar_subquery()
)
# One that was never launched is not dormant before it is as old.
_RESTING = (
    sa.select(
        templates.c.id,
        templates.c.title,
        templates.c.owner_id,
        templates.c.created_at,
        _LAST_LAUNCH.label("launched_at"),
    )
    .where(
        templates.c.organization_id == ORGANIZATION_ID,
        templates.c.archived_at.is_(None),
        templates.c.is_system.is_(False),
        sa.func.coalesce(_LAST_LAUNCH, templates.c.created_at)
        <= sa.bindparam("before", type_=sa.BigInteger),
    )
    .subquery()
)
_PAGE = Statement(
    sa.select(_RESTING)
    .order_by(sa.func.coalesce(_RESTING.c.launched_at, _RESTING.c.created_at), _RESTING.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer))
    .offset(sa.bindparam("offset", type_=sa.Integer))
)
_COUNT = Statement(sa.select(sa.func.count()).select_from(_RESTING))


def list_dormant(work: Work, before: Instant, request: PageRequest) -> Page[Dormant]:
    """Live ones that were launched at an instant or before it for the last time, or were made by
    then and never launched; those that rest longest first."""
    rows = work.all(_PAGE, Dormant, before=before, limit=request.size, offset=request.offset)
    return Page(rows, work.value(_COUNT, before=before), request)


# --- What launches them ---

_SCHEDULES = Statement(
    sa.select(
        schedules.c.template_id, schedules.c.id, schedules.c.is_active, schedules.c.next_run_at
    )
    .where(
        schedules.c.organization_id == ORGANIZATION_ID,
        any_of(schedules.c.template_id, "template_ids"),
    )
    .order_by(schedules.c.id)
)
_launched = templates.alias("launched")
_READ = (templates, template_versions)
_TEMPLATES = Statement(
    sa.select(_launched.c.id.label("launched_id"), templates.c.id, templates.c.title)
    .distinct()
    .where(
        *[each.c.organization_id == ORGANIZATION_ID for each in (_launched, *_READ)],
        any_of(_launched.c.id, "template_ids"),
        templates.c.archived_at.is_(None),
        template_versions.c.template_id == templates.c.id,
        sa.or_(
            template_versions.c.version == templates.c.version,
            template_versions.c.version == templates.c.published_version,
        ),
        template_versions.c.steps.contains(
            sa.literal('"sub_process":{"template_id":"') + _launched.c.id
        ),
    )
    .order_by(_launched.c.id, templates.c.title, templates.c.id)
)


def schedules_of(work: Work, template_ids: Sequence[str]) -> list[LaunchingSchedule]:
    """Schedules that launch one of these templates, whoever made them."""
    return work.all(_SCHEDULES, LaunchingSchedule, template_ids=list(template_ids))


def templates_launching(work: Work, template_ids: Sequence[str]) -> list[LaunchingTemplate]:
    """Live templates of which a step launches one of these, as it is edited or published."""
    return work.all(_TEMPLATES, LaunchingTemplate, template_ids=list(template_ids))
