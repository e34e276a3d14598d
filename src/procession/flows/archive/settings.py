"""Change an organization: two settings are a view of its rule of retention (contract 70, 3)."""

from dataclasses import replace
from typing import Any

from procession.core.retention import Period, Rule, with_archive_after
from procession.domains.accounts import store as accounts
from procession.domains.accounts.actions import changing
from procession.domains.accounts.types import Organization
from procession.domains.accounts.wire import OrganizationChangesIn
from procession.domains.retention import store
from procession.kit.caller import Caller
from procession.kit.work import writing


def change_organization(caller: Caller, sent: OrganizationChangesIn) -> Organization:
    """Never asks whether that is meant, and touches nothing else of the rule."""
    with writing(caller) as work:
        of_rule = changing.change(work, sent)
        if of_rule:
            before = store.get_retention(work).rule
            store.set_default(work, _with(before, of_rule))
        return accounts.get_organization(work)


def _with(rule: Rule, changed: dict[str, Any]) -> Rule:
    if "auto_archive_processes_after" in changed:
        period = changed["auto_archive_processes_after"]
        rule = with_archive_after(rule, Period(period["unit"], period["value"]))
    if "auto_archive" in changed:
        enabled = replace(rule.enabled, archive=changed["auto_archive"])
        rule = replace(rule, enabled=enabled)
    return rule
