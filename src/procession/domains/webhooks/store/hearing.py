"""Who wants to hear of what happened: one statement for all of a transaction."""

from collections.abc import Collection

import sqlalchemy as sa

from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import memberships
from procession.domains.processes.tables import processes
from procession.domains.tasks.tables import tasks
from procession.domains.templates.tables import templates
from procession.domains.watchers.tables import watchers
from procession.domains.webhooks.types import Hearer
from procession.kit.db import Statement, any_of
from procession.kit.work import Work


def _text(word: str) -> sa.ColumnElement[str]:
    return sa.literal(word, sa.Text)


_NONE, _EMPTY = sa.literal(0, sa.BigInteger), _text("")
#: The webhook of a template is the one that it has now, whatever version was launched.
_OF_TEMPLATES = (
    sa.select(
        _text("template"), _text("run"), processes.c.id, templates.c.webhook, _NONE, _EMPTY, _EMPTY
    )
    .select_from(
        processes.join(
            templates,
            sa.and_(
                templates.c.organization_id == processes.c.organization_id,
                templates.c.id == processes.c.template_id,
            ),
        )
    )
    .where(
        processes.c.organization_id == ORGANIZATION_ID,
        any_of(processes.c.id, "process_ids"),
        templates.c.webhook.is_not(None),
    )
)
_OF_TASKS = sa.select(
    _text("task"), _text("task"), tasks.c.id, tasks.c.webhook, _NONE, _EMPTY, _EMPTY
).where(
    tasks.c.organization_id == ORGANIZATION_ID,
    any_of(tasks.c.id, "task_ids"),
    tasks.c.webhook.is_not(None),
)
#: Of members who may still come in; a guest who was shut out is asked for when there is a mail.
_OF_WATCHERS = (
    sa.select(
        _text("watcher"),
        watchers.c.object_type,
        watchers.c.object_id,
        watchers.c.webhook,
        watchers.c.id,
        watchers.c.person,
        watchers.c.frequency,
    )
    .select_from(
        watchers.outerjoin(
            memberships,
            sa.and_(
                memberships.c.organization_id == watchers.c.organization_id,
                memberships.c.user_id == watchers.c.user_id,
            ),
        )
    )
    .where(
        watchers.c.organization_id == ORGANIZATION_ID,
        # Members are watched by few; who did what is known when it is read.
        sa.or_(any_of(watchers.c.object_id, "object_ids"), watchers.c.object_type == "user"),
        memberships.c.disabled_at.is_(None),
    )
)
_HEARERS = Statement(_OF_TEMPLATES.union_all(_OF_TASKS, _OF_WATCHERS))


def hearers_of(
    work: Work,
    process_ids: Collection[str],
    task_ids: Collection[str],
    object_ids: Collection[str],
) -> list[Hearer]:
    """`object_ids`: of everything that may be watched, the organization among it."""
    values = {
        "process_ids": sorted(process_ids),
        "task_ids": sorted(task_ids),
        "object_ids": sorted(object_ids),
    }
    return sorted(work.all(_HEARERS, Hearer, **values), key=lambda each: each.watcher_id)
