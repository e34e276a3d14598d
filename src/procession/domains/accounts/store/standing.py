"""In which organizations somebody is at work: one statement on the way of every page."""

import sqlalchemy as sa

from procession.domains.accounts.store.holders import is_heard
from procession.domains.accounts.tables import organizations
from procession.domains.accounts.types import Standing
from procession.domains.custom_fields.tables import custom_values
from procession.domains.notifications.tables import notifications
from procession.domains.people.access import CALLER_ID
from procession.domains.people.tables import memberships, users
from procession.kit.db import Statement
from procession.kit.work import Work

_HERE = organizations.c.id
_STANDINGS = Statement(
    sa.select(
        _HERE,
        organizations.c.name,
        organizations.c.timezone,
        memberships.c.role,
        memberships.c.can_create_templates,
        memberships.c.can_archive_processes,
        memberships.c.last_accessed_at,
        users.c.email,
        users.c.first_name,
        users.c.last_name,
        sa.exists().where(custom_values.c.organization_id == _HERE),
        is_heard(_HERE),
        sa.select(sa.func.count())
        .where(
            notifications.c.organization_id == _HERE,
            notifications.c.user_id == CALLER_ID,
            notifications.c.read_at.is_(None),
        )
        .scalar_subquery(),
    )
    .select_from(
        memberships.join(organizations, memberships.c.organization_id == _HERE).join(
            users, users.c.id == memberships.c.user_id
        )
    )
    .where(
        memberships.c.user_id == CALLER_ID,
        memberships.c.role != "bot",
        memberships.c.approved_at.is_not(None),
        memberships.c.accepted_at.is_not(None),
        memberships.c.disabled_at.is_(None),
    )
    .order_by(
        sa.func.coalesce(memberships.c.last_accessed_at, 0).desc(), memberships.c.joined_at, _HERE
    )
)


def list_standings(work: Work) -> list[Standing]:
    """Of the caller, where they may work; the one they were in last first."""
    return work.all(_STANDINGS, Standing)
