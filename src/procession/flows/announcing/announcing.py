"""What a change comes to for people: their mails, and their bells (contract 60, 7).

After the commit, from how things are by then: what was hidden again, archived or completed since is
not told.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from procession.domains.accounts import store as accounts
from procession.domains.notifications import store as notifications
from procession.domains.notifications.types import NewNotification
from procession.domains.people import store as people
from procession.flows.announcing.addressing import Item, Told, addressed
from procession.flows.announcing.happenings import OPERATION_FINISHED, happened
from procession.flows.announcing.kinds import ABOUT, Kind
from procession.flows.announcing.letters import Scene, letter_of, notification_of
from procession.flows.announcing.operations import to_watchers
from procession.flows.forms.rendering import texts_of
from procession.flows.telling import addresses
from procession.flows.telling.letter import laid_out
from procession.flows.telling.replying import reply_address
from procession.flows.telling.unsubscribing import word_of
from procession.kit.mail import Mail, deliverable, post_all
from procession.kit.work import News, Work

#: Kinds whose mails are of one comment each: what was written does not go into one heap.
_EACH_ALONE = (Kind.MENTIONED, Kind.COMMENTED, Kind.ISSUE_REPORTED, Kind.ISSUE_RESOLVED)


@dataclass(frozen=True)
class Announcement:
    mails: Sequence[Mail]
    bells: Sequence[NewNotification]


def write(work: Work, announcement: Announcement) -> None:
    post_all(work, deliverable(work, announcement.mails))
    notifications.add_notifications(work, announcement.bells)


def worked_out(work: Work, news: News) -> Announcement:
    """The bot is at work. Nothing is written."""
    told = addressed(work, happened(news))
    mails = [
        mail
        for item in news.items
        if item.event == OPERATION_FINISHED
        for mail in to_watchers(work, item)
    ]
    if not told.items:
        return Announcement(mails, ())
    scene = _scene(work, told, news)
    bells: list[NewNotification] = []
    for key, items in told.items.items():
        person = told.people[key]
        for kind, heap in _heaps(items):
            if ABOUT[kind].switch in person.wanted:
                mails.append(laid_out(letter_of(scene, person, kind, heap)))
            bell = notification_of(scene, person, kind, heap)
            if bell is not None:
                bells.append(bell)
    return Announcement(mails, bells)


def _heaps(items: Sequence[Item]) -> list[tuple[Kind, list[Item]]]:
    """One mail each: of a kind, everything that somebody is told."""
    heaps = []
    in_order = sorted(items, key=lambda item: list(Kind).index(item.kind))
    for kind, of_kind in itertools.groupby(in_order, key=lambda item: item.kind):
        if kind in _EACH_ALONE:
            heaps += [(kind, [item]) for item in of_kind]
        else:
            heaps.append((kind, list(of_kind)))
    return heaps


def _scene(work: Work, told: Told, news: News) -> Scene:
    every = [item for items in told.items.values() for item in items]
    shown = {item.task.id: item.task for item in every if item.task is not None}
    names = _names(work, news, every)
    settings = work.caller.server.settings
    public_url = settings.public_url or settings.local_url
    people_acting = [
        names[key] for key in news.actors if key in names and key != work.caller.person
    ]
    return Scene(
        organization=accounts.get_face(work).name,
        public_url=public_url,
        names=names,
        actor=people_acting[0] if people_acting else "",
        texts=texts_of(work, list(shown.values())),
        unsubscribe=lambda person, kind: addresses.unsubscribe_link(
            public_url, word_of(person, ABOUT[kind].switch)
        ),
        reply_to=lambda person, task: reply_address(person, task.id),
        now=work.now,
    )


def _names(work: Work, news: News, every: Sequence[Item]) -> dict[str, str]:
    """By stored key."""
    keys = {*news.actors, *(key for item in every for key in (*item.added, *item.removed))}
    keys |= {f"u:{item.process.owner_id}" for item in every if item.process is not None}
    users = [int(key[2:]) for key in keys if key.startswith("u:")]
    named = {f"u:{user}": name for user, name in people.names_of_users(work, users).items()}
    guests = [int(key[2:]) for key in keys if key.startswith("e:")]
    for guest in people.linked_guests_among(work, guests).values():
        named[f"e:{guest.id}"] = guest.full_name or guest.email
    return named
