"""Watching: who is told of what happens to something, and who is no longer (contract 60, 3)."""

from typing import NamedTuple, TypeVar

from procession.core.urls import is_web_address
from procession.domains.people import policy as people_policy
from procession.domains.people import store as people
from procession.domains.people.actions.guest_reading import get_guest
from procession.domains.people.actions.reading import find_member_named
from procession.domains.processes import store as processes
from procession.domains.tasks import store as tasks
from procession.domains.templates import store as templates
from procession.domains.templates.actions.editing import get_readable
from procession.domains.watchers import policy, store
from procession.domains.watchers.types import (
    WATCHED,
    Frequency,
    NewWatcher,
    Watched,
    Watcher,
    WatcherFilter,
    Way,
)
from procession.domains.watchers.wire import WatcherIn
from procession.kit.caller import Caller
from procession.kit.errors import Forbidden, Invalid, NotFound
from procession.kit.ids import find_id
from procession.kit.paging import Page, PageRequest, check_everything_fits
from procession.kit.work import Work, reading, writing

Word = TypeVar("Word", Way, Frequency)
#: On one page: more than anybody follows.
_MOST_SHOWN = 500
#: Guests work on tasks, and see the processes that those are in.
_FOR_GUESTS = (Watched.PROCESS, Watched.TASK)


class _Wanted(NamedTuple):
    """What was sent, read."""

    kind: Watched
    object_id: str
    way: Way
    frequency: Frequency
    webhook: str


def watch(caller: Caller, name: str, sent: WatcherIn) -> tuple[Watcher, bool]:
    """A member, and whether that is new. `name`: who is to be told, by number, address or `me`."""
    with writing(caller) as work:
        member = find_member_named(work, name)
        if member is None:
            raise NotFound(kind="User")
        if not policy.can_watch_for(caller, f"u:{member.id}"):
            raise Forbidden
        wanted = _read(caller, sent)
        _check_sight(work, wanted)
        return store.add_watcher(work, _new(wanted, user_id=member.id))


def watch_as_guest(caller: Caller, name: str, sent: WatcherIn) -> tuple[Watcher, bool]:
    """`name`: the guest, by code, number or address."""
    with writing(caller) as work:
        guest = get_guest(work, name)
        if not policy.can_watch_for(caller, f"e:{guest.id}"):
            raise Forbidden
        wanted = _read(caller, sent, of_guest=True)
        _check_sight(work, wanted)
        return store.add_watcher(work, _new(wanted, guest_id=guest.id))


def list_watchers(caller: Caller, request: PageRequest, wanted: WatcherFilter) -> Page[Watcher]:
    """Their own; of administrators all."""
    with reading(caller) as work:
        page = store.list_watchers(work, request, wanted)
        check_everything_fits(page)
        return page


def list_own(caller: Caller) -> list[tuple[Watcher, str]]:
    """What the caller is told of, with what each is called now; what they cannot see any more is
    left out, and so is what is told to others for them."""
    with reading(caller) as work:
        wanted = WatcherFilter(person=caller.person)
        rows = store.list_watchers(work, PageRequest(1, _MOST_SHOWN), wanted).rows
        ids = {kind: [each.object_id for each in rows if each.object_type == kind]
               for kind in Watched}  # fmt: skip
        seen = processes.visible_among(work, ids[Watched.PROCESS])
        names = {each.id: each.name for each in seen.values()}
        for titled in (
            templates.visible_among(work, ids[Watched.TEMPLATE]),
            tasks.visible_among(work, ids[Watched.TASK]),
        ):
            names |= {thing_id: each.title for thing_id, each in titled.items()}
        members = people.names_of_users(work, {*map(int, ids[Watched.MEMBER])})
        names |= {str(number): name for number, name in members.items()}
        return [(each, names[each.object_id]) for each in rows if each.object_id in names]


def get_own(caller: Caller, watcher_id: int) -> Watcher:
    """One of theirs."""
    with reading(caller) as work:
        watcher = store.find_watcher(work, watcher_id)
        if watcher is None or watcher.person != caller.person:
            raise NotFound(kind="Watcher")
        return watcher


def find_own_mail(caller: Caller, kind: Watched, object_id: str) -> tuple[str, Watcher | None]:
    """What a thing is called, and how the caller is mailed about it; None: they are not."""
    with reading(caller) as work:
        if kind is Watched.PROCESS:
            name = processes.get_visible(work, object_id).name
        elif kind is Watched.TASK:
            name = tasks.get_visible(work, object_id).title
        else:
            name = get_readable(work, object_id).title
        mailed = store.mails_of(work, kind, object_id)
        return name, mailed[0] if mailed else None


def narrowed(caller: Caller, **conditions: str | None) -> WatcherFilter:
    """Of what is asked for, what the caller may see."""
    person = None if policy.can_see_all(caller) else caller.person
    return WatcherFilter(person=person, **conditions)


def stop_watching(caller: Caller, watcher_id: int) -> Watcher:
    """As it was. Those of others are unknown to who may not end them."""
    with writing(caller) as work:
        watcher = store.find_watcher(work, watcher_id)
        if watcher is None or not policy.can_remove(caller, watcher):
            raise NotFound(kind="Watcher")
        store.delete_watcher(work, watcher.id)
        return watcher


def _new(wanted: _Wanted, *, user_id: int | None = None, guest_id: int | None = None) -> NewWatcher:
    return NewWatcher(
        object_type=wanted.kind,
        object_id=wanted.object_id,
        user_id=user_id,
        guest_id=guest_id,
        notification_type=wanted.way,
        frequency=wanted.frequency,
        webhook=wanted.webhook,
    )


def _read(caller: Caller, sent: WatcherIn, *, of_guest: bool = False) -> _Wanted:
    """Raises Forbidden before Invalid: what is missing is nobody's business who may not."""
    kind = WATCHED.get(sent.object_type)
    if kind is not None and not policy.can_watch(caller, kind):
        raise Forbidden
    problems: dict[str, list[str]] = {}
    if kind is None or (of_guest and kind not in _FOR_GUESTS):
        problems["object_type"] = ["The selected object type is invalid."]
    way = _word(Way, "notification_type", sent.notification_type, problems)
    frequency = _word(Frequency, "frequency", sent.frequency, problems)
    url = (sent.webhook or "").strip()
    if way is Way.WEBHOOK:
        frequency = Frequency.ELECTRIC
        if not url:
            problems["webhook"] = ["The webhook field is required."]
        elif not is_web_address(url):
            problems["webhook"] = ["The webhook must be a valid URL."]
    elif kind is Watched.ORGANIZATION:
        problems["notification_type"] = ["An organization is watched by a webhook."]
    if problems:
        raise Invalid(problems)
    assert kind is not None
    assert way is not None
    assert frequency is not None
    object_id = str(sent.object_id)
    if kind is not Watched.MEMBER:
        object_id = find_id(object_id) or object_id
    return _Wanted(kind, object_id, way, frequency, url if way is Way.WEBHOOK else "")


def _word(words: type[Word], name: str, text: str, problems: dict[str, list[str]]) -> Word | None:
    try:
        return words(text)
    except ValueError:
        problems[name] = [f"The selected {name.replace('_', ' ')} is invalid."]
        return None


def _check_sight(work: Work, wanted: _Wanted) -> None:
    """Whoever wants to hear of something must be able to read it; what is not there is not told
    from what is hidden."""
    if not _is_readable(work, wanted.kind, wanted.object_id):
        raise Forbidden


def can_still_see(work: Work, watcher: Watcher) -> bool:
    """Whoever is at work; what was to be read when they began to watch."""
    return _is_readable(work, Watched(watcher.object_type), watcher.object_id)


def _is_readable(work: Work, kind: Watched, object_id: str) -> bool:
    if kind is Watched.ORGANIZATION:
        return object_id == work.caller.organization_id
    if kind is Watched.TEMPLATE:
        return templates.find_visible(work, object_id) is not None
    if kind is Watched.PROCESS:
        return processes.find_visible(work, object_id) is not None
    if kind is Watched.TASK:
        return tasks.find_visible(work, object_id) is not None
    member = find_member_named(work, object_id) if object_id.isdecimal() else None
    return member is not None and people_policy.can_read_member(work.caller, member)
