"""End mails of one kind, or all of them, by the link in one: without signing in (RFC 8058)."""

import hmac
import json
from dataclasses import dataclass, replace

import msgspec

from procession.domains.accounts import store as accounts
from procession.domains.people import store as people
from procession.domains.people.events import GuestChanged, MemberChanged, about, about_guest
from procession.domains.people.types import (
    PREFERENCE_DEFAULTS,
    SWITCHES,
    LinkedGuest,
    Member,
    preferences_of,
)
from procession.domains.watchers import store as watchers
from procession.flows.reaching.bots import as_bot
from procession.flows.telling.recipients import Recipient
from procession.kit.caller import CallerKind
from procession.kit.errors import NotFound
from procession.kit.ids import find_id, find_number
from procession.kit.server import Server
from procession.kit.work import Work, looking, writing

#: Besides the switches of members: the digest, and everything.
DIGEST = "digest"
EVERYTHING = "everything"
#: With the number of a watcher behind it: no more of what that one watches.
WATCHING = "watching-"
_GONE = "This link ends no mails."


@dataclass(frozen=True)
class Unsubscription:
    """What a link ends, and for whom."""

    organization_id: str
    organization: str
    #: As lists of people store them.
    person: str
    email: str
    switch: str


def word_of(person: Recipient, switch: str) -> str:
    """What the link carries: whose mails, which, and a code that only the server can make."""
    server, organization_id = person.caller.server, person.caller.organization_id
    code = people.unsubscribe_code(server, organization_id, person.key, switch)
    return ".".join((organization_id, person.key.replace(":", ""), switch, code))


def read(server: Server, word: str) -> Unsubscription:
    """Raises NotFound for what is no such word, and for people who are not there any more."""
    organization_id, person, switch = _parts(server, word)
    bot = as_bot(server, organization_id)
    found = _find(looking(bot), person)
    if found is None:
        raise NotFound(_GONE)
    name = accounts.get_face(looking(bot)).name
    return Unsubscription(organization_id, name, person, found.email, switch)


def unsubscribe(server: Server, word: str, *, everything: bool = False) -> Unsubscription:
    """What has ended already stays so. They did it themselves: they hold the mail."""
    ended = read(server, word)
    switch = EVERYTHING if everything else ended.switch
    kind = CallerKind.GUEST if ended.person[0] == "e" else CallerKind.MEMBER
    bot = as_bot(server, ended.organization_id)
    number = int(ended.person[2:])
    with writing(replace(bot, kind=kind, person_id=number, role=None)) as work:
        if switch.startswith(WATCHING):
            _end_watching(work, ended.person, int(switch.removeprefix(WATCHING)))
        elif kind is CallerKind.GUEST:
            _end_of_guest(work, number, switch)
        else:
            _end_of_member(work, number, switch)
    return ended


def _parts(server: Server, word: str) -> tuple[str, str, str]:
    parts = word.split(".")
    if len(parts) != 4 or not _is_switch(parts[2]):
        raise NotFound(_GONE)
    organization_id, person, switch, code = parts
    key = f"{person[:1]}:{person[1:]}"
    if find_id(organization_id) != organization_id or find_number(person[1:]) is None:
        raise NotFound(_GONE)
    right = people.unsubscribe_code(server, organization_id, key, switch)
    if not hmac.compare_digest(right.encode(), code.encode()):
        raise NotFound(_GONE)
    return organization_id, key, switch


def _is_switch(word: str) -> bool:
    if word.startswith(WATCHING):
        return find_number(word.removeprefix(WATCHING)) is not None
    return word in (*SWITCHES, DIGEST, EVERYTHING)


def _end_watching(work: Work, person: str, watcher_id: int) -> None:
    """One that has gone is no longer told of anything."""
    watcher = watchers.find_watcher(work, watcher_id)
    if watcher is not None and watcher.person == person:
        watchers.delete_watcher(work, watcher_id)


def _find(work: Work, person: str) -> Member | LinkedGuest | None:
    number = int(person[2:])
    if person[0] == "e":
        return people.linked_guests_among(work, [number]).get(number)
    return people.find_member(work, number)


def _end_of_member(work: Work, user_id: int, switch: str) -> None:
    member = people.lock_member(work, user_id)
    if member is None:
        raise NotFound(_GONE)
    before = preferences_of(member)
    after = {**before, **_ended(before, switch)}
    if after == before:
        return
    changed = {key: value for key, value in after.items() if value != PREFERENCE_DEFAULTS[key]}
    people.set_user(work, user_id, {"preferences": json.dumps(changed, sort_keys=True)})
    told = about(member, work.caller.organization_id)
    work.record(MemberChanged(**told, field="preferences", before=before))


def _ended(before: dict[str, object], switch: str) -> dict[str, object]:
    if switch == EVERYTHING:
        return {"mail_enabled": False}
    if switch == DIGEST:
        return {"digest_enabled": False}
    notifications = before["notifications"]
    assert isinstance(notifications, dict)
    return {"notifications": {**notifications, switch: False}}


def _end_of_guest(work: Work, guest_id: int, switch: str) -> None:
    """Guests have one switch for all mails of tasks, and one for the summary."""
    people.lock_guest(work, guest_id)
    guest = people.linked_guests_among(work, [guest_id]).get(guest_id)
    if guest is None:
        raise NotFound(_GONE)
    field = "digest_enabled" if switch == DIGEST else "mail_enabled"
    if not getattr(guest.details, field):
        return
    people.set_guest_details(
        work, guest_id, msgspec.structs.replace(guest.details, **{field: False})
    )
    told = about_guest(guest, work.caller.organization_id)
    work.record(GuestChanged(**told, field=field, before=True))
