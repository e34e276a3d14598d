"""Where whoever is signed in with a browser may work, and as what."""

from dataclasses import replace

from procession.core.times import is_stale
from procession.domains.accounts import store
from procession.domains.accounts.types import Standing
from procession.kit.caller import Caller, Role
from procession.kit.work import looking


def list_standings(user: Caller) -> list[Standing]:
    """Organizations where they are an active member; the one they were in last first."""
    return store.list_standings(looking(user))


def as_member(user: Caller, standing: Standing) -> Caller:
    """From here on they act in this organization."""
    return replace(
        user,
        organization_id=standing.organization_id,
        timezone=standing.timezone or "UTC",
        role=Role(standing.role),
        can_create_templates=standing.can_create_templates,
        can_archive_processes=standing.can_archive_processes,
        has_custom_values=standing.has_custom_values,
        is_heard=standing.is_heard,
        is_noticed=not is_stale(standing.last_accessed_at, user.server.clock()),
    )
