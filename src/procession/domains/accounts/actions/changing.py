"""Change an organization's settings: only the keys that were sent (contract 10, 3)."""

import json
from zoneinfo import available_timezones

from msgspec import UNSET, to_builtins

from procession.domains.accounts import policy, store
from procession.domains.accounts.events import OrganizationChanged
from procession.domains.accounts.types import SETTING_DEFAULTS, Organization
from procession.domains.accounts.wire import OrganizationChangesIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, invalid
from procession.kit.work import writing

_UNITS = ("days", "weeks")


def change_organization(caller: Caller, sent: OrganizationChangesIn) -> Organization:
    with writing(caller) as work:
        organization = store.get_organization(work)
        if not policy.can_change_settings(caller):
            raise Forbidden
        _check(sent)
        stored = json.loads(organization.settings)
        before = {
            **SETTING_DEFAULTS,
            **stored,
            "name": organization.name,
            "timezone": organization.timezone,
        }
        wanted = {key: value for key, value in to_builtins(sent).items() if value is not UNSET}
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


def _check(sent: OrganizationChangesIn) -> None:
    if sent.timezone is not UNSET and sent.timezone not in available_timezones():
        raise invalid("timezone", "The selected timezone is invalid.")
    period = sent.auto_archive_processes_after
    if period is not UNSET and period.unit not in _UNITS:
        sentence = "The selected unit is invalid. It can be: days, weeks."
        raise invalid("auto_archive_processes_after.unit", sentence)
