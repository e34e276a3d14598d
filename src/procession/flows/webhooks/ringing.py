"""The bell of members who watch a process by mail: it was archived, or restored (95, 3.16)."""

from collections.abc import Sequence
from typing import NamedTuple

from procession.domains.notifications import store as notifications
from procession.domains.notifications.types import NewNotification, NotificationKind
from procession.domains.processes import store as processes
from procession.domains.processes.types import Process
from procession.flows.telling.recipients import Directory, Recipient
from procession.kit.work import Work

KINDS = {
    "process.archived": NotificationKind.PROCESS_ARCHIVED,
    "process.unarchived": NotificationKind.PROCESS_RESTORED,
}


class Ringing(NamedTuple):
    event: str
    process: Process
    #: Stored key of who watches it.
    person: str


def ring(work: Work, found: Sequence[Ringing]) -> None:
    """The bot is at work. Who may no longer see it is told nothing; guests have no bell."""
    if not found:
        return
    people = Directory(work).of_keys({each.person for each in found})
    told = [(each, people[each.person]) for each in found if each.person in people]
    notifications.add_notifications(
        work,
        [
            _bell(each, person)
            for each, person in told
            if not person.is_guest and _sees(work, person, each.process)
        ],
    )


def _bell(ringing: Ringing, person: Recipient) -> NewNotification:
    words, kind = person.words, KINDS[ringing.event]
    name = ringing.process.name
    is_archived = kind is NotificationKind.PROCESS_ARCHIVED
    return NewNotification(
        user_id=person.caller.person_id,
        kind=kind,
        text=words("Process archived: {title}", title=name)
        if is_archived
        else words("Process restored: {title}", title=name),
        process_id=ringing.process.id,
    )


def _sees(work: Work, person: Recipient, process: Process) -> bool:
    bot = work.caller
    work.act_as(person.caller)
    try:
        return processes.find_visible(work, process.id) is not None
    finally:
        work.act_as(bot)
