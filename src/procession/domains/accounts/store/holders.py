"""Who a token stands for: one statement on the way of every request."""

from typing import Any

import sqlalchemy as sa

from procession.domains.accounts.tables import (
    organizations,
    tokens,
)
from procession.domains.accounts.types import TokenHolder
from procession.domains.custom_fields.tables import custom_values
from procession.domains.holds.tables import holds
from procession.domains.people.access import ORGANIZATION_ID
from procession.domains.people.tables import memberships, users
from procession.domains.tasks.tables import tasks
from procession.domains.templates.tables import templates
from procession.domains.watchers.tables import watchers
from procession.kit.db import Connection, Statement, decode


def bound(*names: str) -> dict[str, Any]:
    return {name: sa.bindparam(name) for name in names}


def is_heard(organization_id: Any) -> sa.ColumnElement[bool]:
    """There is a webhook in the organization, or a watcher."""
    return sa.or_(
        sa.exists().where(
            templates.c.organization_id == organization_id, templates.c.webhook.is_not(None)
        ),
        sa.exists().where(tasks.c.organization_id == organization_id, tasks.c.webhook.is_not(None)),
        sa.exists().where(watchers.c.organization_id == organization_id),
    )


IS_HEARD = is_heard(ORGANIZATION_ID)
_HOLDER = Statement(
    sa.select(
        users.c.id,
        users.c.timezone,
        tokens.c.organization_id,
        tokens.c.expires_at,
        tokens.c.revoked_at,
        organizations.c.id,
        organizations.c.timezone,
        memberships.c.role,
        memberships.c.can_create_templates,
        memberships.c.can_archive_processes,
        memberships.c.approved_at,
        memberships.c.accepted_at,
        memberships.c.disabled_at,
        tokens.c.scopes,
        tokens.c.last_used_at,
        memberships.c.last_accessed_at,
        tokens.c.client_id,
        sa.exists().where(custom_values.c.organization_id == ORGANIZATION_ID),
        IS_HEARD,
        sa.exists().where(
            holds.c.organization_id == ORGANIZATION_ID, holds.c.released_at.is_(None)
        ),
    )
    .select_from(
        tokens.join(users, users.c.id == tokens.c.user_id)
        .outerjoin(
            memberships,
            sa.and_(
                memberships.c.user_id == users.c.id,
                memberships.c.organization_id == ORGANIZATION_ID,
            ),
        )
        .outerjoin(organizations, organizations.c.id == memberships.c.organization_id)
    )
    .where(tokens.c.digest == sa.bindparam("digest"))
)


def find_holder(connection: Connection, digest: str, organization_id: str) -> TokenHolder | None:
    """Before there is a caller: so this takes a connection, not a unit of work."""
    values = {"digest": digest, "organization_id": organization_id}
    holders = decode(connection.fetch(_HOLDER, values), TokenHolder)
    return holders[0] if holders else None
