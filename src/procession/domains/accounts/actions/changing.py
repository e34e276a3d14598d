"""Change an organization's settings: only the keys that were sent (contract 10, 3)."""

from procession.domains.accounts import policy, store
from procession.domains.accounts.actions.checking import normal, problems_of
from procession.domains.accounts.events import OrganizationChanged
from procession.domains.accounts.types import SETTING_DEFAULTS, Organization
from procession.domains.accounts.wire import OrganizationChangesIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid
from procession.kit.reading import read_stored
from procession.kit.work import writing

_NEEDS_DOMAIN = "The organization needs a verified domain for this."


def change_organization(caller: Caller, sent: OrganizationChangesIn) -> Organization:
    with writing(caller) as work:
        store.lock_organization(work)
        organization = store.get_organization(work)
        if not policy.can_change_settings(caller):
            raise Forbidden
        stored = read_stored(organization.settings)
        before = {
            **SETTING_DEFAULTS,
            **stored,
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
            return organization
        name = changed.get("name", organization.name)
        timezone = changed.get("timezone", organization.timezone)
        settings = {key: changed[key] for key in changed if key in SETTING_DEFAULTS}
        store.set_organization(work, name, timezone, {**stored, **settings})
        for key in changed:
            work.record(
                OrganizationChanged(organization_id=organization.id, field=key, before=before[key])
            )
        return store.get_organization(work)
