"""The system log: what facts say in it, and reading it (contract 60, 8)."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from procession.domains.people import store as people
from procession.domains.system_log import policy, store
from procession.domains.system_log.types import LogFilter, LogRow
from procession.domains.system_log.wire import LogRowOut, log_row_out
from procession.kit.caller import Caller, CallerKind
from procession.kit.errors import Forbidden
from procession.kit.facts import Fact
from procession.kit.ids import LARGEST_NUMBER
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.server import Server
from procession.kit.system_log import KEPT, Category, Severity, log
from procession.kit.work import Work, looking, writing

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
_MOST_AT_ONCE = 500


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


# --- Reading it ---


def list_log(
    caller: Caller, request: PageRequest, wanted: LogFilter
) -> tuple[Page[LogRow], list[LogRowOut]]:
    """That somebody has looked is in it, too."""
    _check_right(caller)
    with writing(caller) as work:
        log(work, "system_log_viewed", Category.SECURITY, "looked at the system log")
        page = store.list_rows(work, request, wanted)
        check_everything_fits(page)
        return page, _shown(work, page.rows)


def stream_log(caller: Caller, wanted: LogFilter) -> Iterator[LogRowOut]:
    """All rows, the newest first, read a few hundred at a time: nothing is open in between."""
    _check_right(caller)
    with writing(caller) as work:
        log(work, "export_made", Category.SECURITY, "exported the system log")
    return _streamed(
        lambda before: store.list_older(looking(caller), wanted, before, _MOST_AT_ONCE),
        lambda rows: _shown(looking(caller), rows),
    )


def _streamed(
    older: Callable[[int], list[LogRow]], shown: Callable[[Sequence[LogRow]], list[LogRowOut]]
) -> Iterator[LogRowOut]:
    before = LARGEST_NUMBER
    while rows := older(before):
        yield from shown(rows)
        before = rows[-1].id


def _shown(work: Work, rows: Sequence[LogRow]) -> list[LogRowOut]:
    emails = _emails(work, {row.actor for row in rows if row.actor is not None})
    return [log_row_out(row, emails) for row in rows]


def _emails(work: Work, persons: set[str]) -> Mapping[str, str]:
    users = [int(each[2:]) for each in persons if each.startswith("u:")]
    guests = [each for each in persons if each.startswith("e:")]
    cards = people.cards_of_users(work, users)
    found = {f"u:{number}": card.email for number, card in cards.items()}
    found |= {each: people.address_of_guest(work, int(each[2:])) for each in guests}
    return found


def _check_right(caller: Caller) -> None:
    if not policy.can_read_log(caller):
        raise Forbidden


def forget_old(server: Server) -> bool:
    """Kept for 90 days; always "nothing more to do"."""
    with server.database.writing() as connection:
        store.forget_before(connection, server.clock() - KEPT)
    return False
