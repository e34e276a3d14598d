"""What facts say in the system log (contract 60, 8): written with them, most say nothing.

Imported by all that opens a server, so it imports little.
"""

from collections.abc import Sequence

from procession.kit.caller import Caller, CallerKind
from procession.kit.facts import Fact
from procession.kit.system_log import Category, Severity, log
from procession.kit.work import Work

#: What is told of a fact: an event of the contract, and under which heading.
_TOLD: dict[str, tuple[str, Category, Severity]] = {
    "member.role_changed": ("role_changed", Category.SECURITY, Severity.INFO),
    "member.disabled": ("rights_changed", Category.SECURITY, Severity.INFO),
    "member.enabled": ("rights_changed", Category.SECURITY, Severity.INFO),
    "member.deleted": ("rights_changed", Category.SECURITY, Severity.INFO),
    "template.permissions_changed": ("rights_changed", Category.SECURITY, Severity.INFO),
    "process.readers_changed": ("rights_changed", Category.SECURITY, Severity.INFO),
    "client.registered": ("client_changed", Category.SECURITY, Severity.INFO),
    "client.secret_replaced": ("client_changed", Category.SECURITY, Severity.INFO),
    "client.deleted": ("client_changed", Category.SECURITY, Severity.INFO),
    "provider.connected": ("sign_in_changed", Category.SECURITY, Severity.INFO),
    "provider.disconnected": ("sign_in_changed", Category.SECURITY, Severity.INFO),
    "provider.enforced": ("sign_in_changed", Category.SECURITY, Severity.INFO),
    "provider.relaxed": ("sign_in_changed", Category.SECURITY, Severity.INFO),
    "webhook.secret_rotated": ("webhook_secret_changed", Category.SECURITY, Severity.INFO),
    "webhook.paused": ("webhook_paused", Category.WEBHOOK, Severity.ERROR),
    "webhook.resumed": ("webhook_resumed", Category.WEBHOOK, Severity.INFO),
    "schedule.failed": ("scheduled_launch_failed", Category.PROCESS, Severity.ERROR),
}
#: What the clock does by itself.
_BY_CLOCK: dict[str, tuple[str, Category, Severity]] = {
    "process.archived": ("process_auto_archived", Category.PROCESS, Severity.INFO),
    "task.completed": ("task_auto_completed", Category.PROCESS, Severity.INFO),
}
#: Of templates, by the attribute that was switched on.
_MADE_PUBLIC = {
    "is_public": "blueprint_made_public",
    "is_public_kickoff": "kickoff_form_made_public",
}
#: Fields of a member whose change tells who may come in.
_OF_ACCOUNT = {"email": "email_address_changed", "password": "password_changed"}


def log_facts(work: Work, facts: Sequence[tuple[Caller, Fact]]) -> None:
    """In the transaction of what they tell of; most changes are nothing for this log."""
    if work.caller.server.witness is not None:
        return
    for actor, fact in facts:
        told = _told(actor, fact)
        if told is not None:
            event, category, severity = told
            before = work.caller
            work.act_as(actor)
            subject = (fact.subject.kind, fact.subject.id)
            log(work, event, category, fact.sentence(), severity=severity, subject=subject)
            work.act_as(before)


def _told(actor: Caller, fact: Fact) -> tuple[str, Category, Severity] | None:
    name = fact.event
    if name in _BY_CLOCK:
        is_by_server = actor.kind is CallerKind.BOT and actor.client_id == 1
        return _BY_CLOCK[name] if is_by_server else None
    if name == "template.changed" and fact.old_value is False:
        public = _MADE_PUBLIC.get(fact.changed_field or "")
        return None if public is None else (public, Category.SECURITY, Severity.WARNING)
    if name == "member.changed":
        event = _OF_ACCOUNT.get(fact.changed_field or "")
        return None if event is None else (event, Category.SECURITY, Severity.INFO)
    return _TOLD.get(name)
