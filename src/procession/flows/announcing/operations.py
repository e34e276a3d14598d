"""What an operation did to processes that people watch: one mail a person when it has ended,
however often they want to hear of what they watch (contract 70, 2)."""

from collections.abc import Iterator
from itertools import islice

import msgspec

from procession.core.archive import Verb
from procession.domains.accounts import store as accounts
from procession.domains.archive import store as archive
from procession.domains.people import store as people
from procession.domains.processes import store as processes
from procession.domains.processes.types import ShelvedProcess
from procession.flows.telling import addresses, letters
from procession.flows.telling.letter import Line
from procession.flows.telling.recipients import Directory, Recipient
from procession.flows.telling.unsubscribing import EVERYTHING, word_of
from procession.kit.mail import Mail
from procession.kit.reading import stored_reader
from procession.kit.work import NewsItem, Work

_MOST_NAMED = 20
_LOOKED_AT_ONCE = 500


class _Ended(msgspec.Struct, frozen=True):
    """Of the fact what is needed here."""

    number: int
    action: str


_read_ended = stored_reader(_Ended)


def to_watchers(work: Work, item: NewsItem) -> list[Mail]:
    """The bot is at work. Who asked for the operation knows, and is not told."""
    ended = _read_ended(bytes(item.fact))
    operation = archive.find_operation(work, ended.number)
    if operation is None:
        return []
    watching = archive.list_watching(work, operation.selection_id)
    keys = [each for each in watching if each != item.actor]
    told = [each for each in Directory(work).of_keys(keys).values() if each.takes_mail]
    if not told:
        return []
    organization = accounts.get_face(work).name
    actor = "" if operation.is_requested_by_bot else _name(work, operation.requested_by)
    found = []
    for person in told:
        changed = _changed(person, actor, _seen(work, operation.selection_id, person))
        if changed.count:
            found.append(
                letters.operation_ended(
                    person, organization, changed, is_archived=ended.action == Verb.ARCHIVE
                )
            )
    return found


def _name(work: Work, user_id: int) -> str:
    return people.names_of_users(work, [user_id]).get(user_id, "")


def _seen(work: Work, selection_id: str, person: Recipient) -> Iterator[ShelvedProcess]:
    """Those that they watch and may still see."""
    bot, after = work.caller, ""
    while ids := archive.list_watched(work, selection_id, person.key, after, _LOOKED_AT_ONCE):
        after = ids[-1]
        work.act_as(person.caller)
        try:
            found = processes.shelved_among(work, ids)
        finally:
            work.act_as(bot)
        yield from sorted(found.values(), key=lambda each: each.number)


def _changed(person: Recipient, actor: str, seen: Iterator[ShelvedProcess]) -> letters.Changed:
    settings = person.caller.server.settings
    public_url = settings.public_url or settings.local_url
    lines = [Line(each.name, _link(person, public_url, each)) for each in islice(seen, _MOST_NAMED)]
    is_guest = person.is_guest
    return letters.Changed(
        actor=actor,
        count=len(lines) + sum(1 for _ in seen),
        lines=lines,
        preferences="" if is_guest else public_url + addresses.PREFERENCES,
        # Guests have one switch for all mails.
        unsubscribe=addresses.unsubscribe_link(public_url, word_of(person, EVERYTHING))
        if is_guest
        else "",
    )


def _link(person: Recipient, public_url: str, process: ShelvedProcess) -> str:
    if person.is_guest:
        return ""
    return public_url + addresses.PROCESS.format(process=process.id)
