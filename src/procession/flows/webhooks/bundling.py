"""Mails for who watches: at once, every three hours or daily, with all that happened (60, 3).

A bundle is read, mailed and forgotten in one transaction, so it goes once; none goes when nothing
happened. Whoever may no longer read what they watch is told nothing of it.
"""

from dataclasses import replace

from procession.core.telling_time import told_time
from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.watchers import store
from procession.domains.watchers.types import WatchedNews, Watcher
from procession.flows.reaching.bots import as_bot
from procession.flows.telling import letters
from procession.flows.webhooks.watching import can_still_see
from procession.kit.caller import Caller, CallerKind, Role
from procession.kit.mail import post
from procession.kit.server import Server
from procession.kit.work import Work, writing

#: Lines of one mail; how many more there are is said.
_MOST_LINES = 100


def send_one_bundle(server: Server) -> bool:
    """False when none is due."""
    due = store.find_due(server.database.connection(), server.clock())
    if due is None:
        return False
    with writing(as_bot(server, due.organization_id)) as work:
        news = store.take_news(work, due.watcher_id)
        watcher = store.find_watcher(work, due.watcher_id)
        address = None if watcher is None or not news else _address(work, watcher)
        if address is not None:
            zone = work.caller.timezone
            organization = accounts.get_face(work).name
            post(work, letters.watched(address, organization, _lines(news, zone)))
    return True


def _lines(news: list[WatchedNews], zone: str) -> list[str]:
    lines = [_line(each, zone) for each in news[:_MOST_LINES]]
    more = len(news) - len(lines)
    return [*lines, f"... and {more} more"] if more else lines


def _line(news: WatchedNews, zone: str) -> str:
    who = news.actor or "The server"
    return f"{told_time(news.occurred_at, zone)}: {who} {news.sentence}"


def _address(work: Work, watcher: Watcher) -> str | None:
    """None for who has left, or may no longer see it."""
    bot = work.caller
    person = _as_watcher(work, watcher)
    if person is None:
        return None
    caller, address = person
    work.act_as(caller)
    sees = can_still_see(work, watcher)
    work.act_as(bot)
    return address if sees else None


def _as_watcher(work: Work, watcher: Watcher) -> tuple[Caller, str] | None:
    bot = work.caller
    if watcher.guest_id is not None:
        guest = people.linked_guests_among(work, [watcher.guest_id]).get(watcher.guest_id)
        if guest is None or guest.disabled_at is not None:
            return None
        as_guest = replace(bot, kind=CallerKind.GUEST, person_id=guest.id, role=None)
        return as_guest, guest.email
    member = next(iter(people.members_among(work, [watcher.user_id or 0])), None)
    if member is None or member.disabled_at is not None or member.role is None:
        return None
    role = Role(member.role)
    as_member = replace(bot, kind=CallerKind.MEMBER, person_id=member.id, role=role)
    return as_member, member.email
