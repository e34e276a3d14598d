"""Change an organization's settings: only the keys that were sent (contract 10, 3)."""

from typing import Any

from procession.domains.accounts import policy, store
from procession.domains.accounts.actions.checking import normal, problems_of
from procession.domains.accounts.events import OrganizationChanged
from procession.domains.accounts.types import (
    RETENTION_SETTINGS,
    SETTING_DEFAULTS,
    all_settings,
)
from procession.domains.accounts.wire import OrganizationChangesIn
from procession.kit.errors import Forbidden, Invalid
from procession.kit.reading import read_stored
from procession.kit.work import Work

_NEEDS_DOMAIN = "The organization needs a verified domain for this."


def change(work: Work, sent: OrganizationChangesIn) -> dict[str, Any]:
    """Whoever changes settings of one organization waits for who does. The values that changed of
    settings that are kept elsewhere (`RETENTION_SETTINGS`): they are the caller's to write."""
    store.lock_organization(work)
    organization = store.get_organization(work)
    if not policy.can_change_settings(work.caller):
        raise Forbidden
    before = {
        **all_settings(organization),
        "name": organization.name,
        "timezone": organization.timezone,
    }
    wanted = normal(sent.chosen(), before)
    problems = problems_of(wanted, before)
    if wanted.get("auto_join_signups") and not store.has_verified_domain(work):
        problems["auto_join_signups"] = [_NEEDS_DOMAIN]
    template_id = wanted.get("onboarding_template_id")
    if template_id is not None and not store.is_launchable(work, template_id):
        problems["onboarding_template_id"] = ["The selected onboarding template is invalid."]
    if problems:
        raise Invalid(problems)
    changed = {key: value for key, value in wanted.items() if value != before[key]}
    if not changed:
        return {}
    name = changed.get("name", organization.name)
    timezone = changed.get("timezone", organization.timezone)
    # Those that are kept elsewhere stood here once.
    stored = {**read_stored(organization.settings), **changed}
    settings = {key: stored[key] for key in stored if key in SETTING_DEFAULTS}
    store.set_organization(work, name, timezone, settings)
    for key in changed:
        work.record(
            OrganizationChanged(organization_id=organization.id, field=key, before=before[key])
        )
    return {key: changed[key] for key in RETENTION_SETTINGS if key in changed}
